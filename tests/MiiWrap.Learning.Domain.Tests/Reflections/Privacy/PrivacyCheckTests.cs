using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Domain.Reflections;
using MiiWrap.Learning.Domain.Reflections.Privacy;

namespace MiiWrap.Learning.Domain.Tests.Reflections.Privacy;

/// <summary>How well the checker finds what could point to someone, measured on labelled passages and shown with the result.</summary>
public sealed partial class PrivacyCheckTests(ITestOutputHelper output)
{
    // A little below what is measured: a change that makes the checker worse must show, one passage more or less must not.
    private static readonly Dictionary<PrivacyKind, (double Precision, double Recall)> Least = new()
    {
        [PrivacyKind.Link] = (0.95, 0.95),
        [PrivacyKind.Email] = (0.95, 0.90),
        [PrivacyKind.Ssn] = (0.95, 0.95),
        [PrivacyKind.Phone] = (0.95, 0.90),
        [PrivacyKind.RecordNumber] = (0.90, 0.90),
        [PrivacyKind.Date] = (0.90, 0.90),
        [PrivacyKind.Address] = (0.90, 0.85),
        [PrivacyKind.Age] = (0.90, 0.80),
        [PrivacyKind.Name] = (0.90, 0.80),
    };

    [Fact]
    public void Precision_and_recall_stay_what_they_are_said_to_be()
    {
        var identifying = Lines(Passages.Identifying);
        var harmless = Lines(Passages.Harmless);
        Assert.True(identifying.Count >= 200 && harmless.Count >= 200, $"{identifying.Count} and {harmless.Count} passages");

        var results = identifying.Concat(harmless).Select(Passage.Parse)
            .Select(p => (Passage: p, Found: PrivacyCheck.Find(p.Text, []).ToList())).ToList();
        output.WriteLine($"{identifying.Count} identifying and {harmless.Count} harmless passages");
        var faults = new List<string>();
        foreach (var kind in Enum.GetValues<PrivacyKind>())
        {
            var labels = results.Sum(r => r.Passage.Labels.Count(l => l.Kind == kind));
            var hit = results.Sum(r => r.Passage.Labels.Count(l => l.Kind == kind && r.Found.Exists(f => f.Kind == kind && Overlap(f, l))));
            var found = results.Sum(r => r.Found.Count(f => f.Kind == kind));
            var right = results.Sum(r => r.Found.Count(f => f.Kind == kind && r.Passage.Labels.Any(l => l.Kind == kind && Overlap(f, l))));
            var (precision, recall) = ((double)right / Math.Max(1, found), (double)hit / labels);
            output.WriteLine($"{kind,-13} precision {precision:0.00} ({right} of {found}), recall {recall:0.00} ({hit} of {labels})");
            if (precision < Least[kind].Precision || recall < Least[kind].Recall)
                faults.Add($"{kind}: precision {precision:0.00}, recall {recall:0.00}");
        }

        var wrong = harmless.Count(h => PrivacyCheck.Find(h, []).Count > 0);
        output.WriteLine($"Harmless passages with any finding: {wrong} of {harmless.Count}");
        foreach (var (passage, found) in results)
        {
            foreach (var label in passage.Labels.Where(l => !found.Exists(f => f.Kind == l.Kind && Overlap(f, l))))
                output.WriteLine($"  missed {label.Kind}: {passage.Text}");
            foreach (var extra in found.Where(f => !passage.Labels.Any(l => l.Kind == f.Kind && Overlap(f, l))))
                output.WriteLine($"  wrong {extra.Kind} '{passage.Text[extra.Start..extra.End]}': {passage.Text}");
        }

        Assert.True(faults.Count == 0, string.Join("; ", faults));
    }

    [Fact]
    public void A_finding_names_its_prompt_and_its_span_in_utf16_units()
    {
        var answers = new Answers(new Dictionary<string, string> { ["now"] = "nothing", ["then"] = "😀 Ana wrote to ana@example.org." });
        var found = PrivacyCheck.Find(answers, []);
        Assert.Equal([("then", 3, 6, PrivacyKind.Name, false), ("then", 16, 31, PrivacyKind.Email, true)],
            found.Select(f => (f.Prompt, f.Start, f.End, f.Kind, f.Blocks)));
    }

    [Fact]
    public void An_agencys_own_words_warn_as_whole_words_in_any_case()
    {
        var found = PrivacyCheck.Find("We met at hilltop house, not at Hilltop Houses.", ["Hilltop House"]);
        Assert.Equal((10, 23, PrivacyKind.Name), Assert.Single(found));
    }

    [Theory]
    [InlineData("José"), InlineData("María"), InlineData("Sofía"), InlineData("Zoë"), InlineData("MARIA"), InlineData("maria")]
    [InlineData("Andrés"), InlineData("Renée"), InlineData("Chloé"), InlineData("Raúl"), InlineData("Ángel"), InlineData("Íñigo")]
    [InlineData("Jesús"), InlineData("Víctor"), InlineData("Łukasz"), InlineData("Søren"), InlineData("JOSÉ"), InlineData("LaToya")]
    [InlineData("Joaquín"), InlineData("Begoña"), InlineData("Noemí"), InlineData("Siobhán"), InlineData("Zofía"), InlineData("Anaïs")]
    public void A_name_is_found_whatever_its_accents_and_case(string name)
    {
        foreach (var written in new[] { name, name.Normalize(NormalizationForm.FormD) })
            Assert.Equal((0, written.Length, PrivacyKind.Name), Assert.Single(PrivacyCheck.Find($"{written} wanted to draw instead.", [])));
    }

    [Theory]
    [InlineData("Don't explain, ask.")]
    [InlineData("we have hope and grace, and a will of our own; may it last.")]
    [InlineData("the ADA requires it, and the IDA plan does not.")]
    [InlineData("Between 300–1200 words is enough, and 200–1250 pages are too many.")]
    [InlineData("The social gathering was in 2026.")]
    [InlineData("an x-ray, a mike and a max of 5")]
    [InlineData("See https://doi.org/10.1000/12345 and https://dx.doi.org/10.1000/67890.")]
    [InlineData("We called @ noon. Then we met.")]
    [InlineData("We called @ noon. Me too, and co are fine.")]
    [InlineData("See https://example.org/people/maria/notes, https://medium.com/@Maria/abc and example.org/maria.")]
    [InlineData("A list of user@Maria and of jo.smith_@Maria")]
    [InlineData("We read 300, 400, and 5000 words, from 2000-10000 pages at $5000-10000 a year.")]
    [InlineData("Was it home.Then? And who?")]
    public void What_only_looks_like_it_is_left_alone(string text) => Assert.Empty(PrivacyCheck.Find(text, []));

    [Theory]
    [InlineData("(303) 555‑0142", PrivacyKind.Phone), InlineData("(303)\u00A0555\u20130142", PrivacyKind.Phone)]
    [InlineData("303\u00AD555\u00AD0142", PrivacyKind.Phone), InlineData("（３０３） ５５５－０１４２", PrivacyKind.Phone)]
    [InlineData("٣٠٣ ٥٥٥ ٠١٤٢", PrivacyKind.Phone), InlineData("303\t555\r\n0142", PrivacyKind.Phone)]
    [InlineData("219‑09‑9999", PrivacyKind.Ssn), InlineData("219\u221209\u22129999", PrivacyKind.Ssn)]
    [InlineData("219 – 09 – 9999", PrivacyKind.Ssn), InlineData("2\u200B19-0\u200D9-99\uFEFF99", PrivacyKind.Ssn)]
    [InlineData("303─555─0142", PrivacyKind.Phone), InlineData("( 303 ) 555 - 0142", PrivacyKind.Phone)]
    [InlineData("303|555|0142", PrivacyKind.Phone), InlineData("303ー555ー0142", PrivacyKind.Phone)]
    [InlineData("❸⓿❸-❺❺❺-⓿❶❹❷", PrivacyKind.Phone)]
    [InlineData("219─09─9999", PrivacyKind.Ssn), InlineData("219|09|9999", PrivacyKind.Ssn)]
    [InlineData("jane@\nexample.org", PrivacyKind.Email), InlineData("jane @ example.org", PrivacyKind.Email)]
    [InlineData("jane@example\n.org", PrivacyKind.Email), InlineData("jane@example۔org", PrivacyKind.Email)]
    [InlineData("jane{at}example{dot}org", PrivacyKind.Email), InlineData("jane@exa_mple.org", PrivacyKind.Email)]
    [InlineData("3 / 4 / 2026", PrivacyKind.Date), InlineData("2026 - 03 - 04", PrivacyKind.Date), InlineData("MARCH 4", PrivacyKind.Date)]
    [InlineData("Dr LÓPEZ", PrivacyKind.Name), InlineData("MR. SMITH", PrivacyKind.Name)]
    [InlineData("123 MAIN STREET", PrivacyKind.Address), InlineData("PO BOX 12", PrivacyKind.Address)]
    [InlineData("https://evil.org/doi.org/client/12345", PrivacyKind.Link), InlineData("https://x.org/12345?doi.org/", PrivacyKind.Link)]
    [InlineData("303・555・0142", PrivacyKind.Phone), InlineData("303~555~0142", PrivacyKind.Phone)]
    [InlineData("303_555_0142", PrivacyKind.Phone), InlineData("303--555--0142", PrivacyKind.Phone)]
    [InlineData("219_09_9999", PrivacyKind.Ssn), InlineData("219--09--9999", PrivacyKind.Ssn)]
    [InlineData("Mrs. D’Angelo", PrivacyKind.Name), InlineData("Maria D'Angelo", PrivacyKind.Name)]
    [InlineData("Mr. McDonald", PrivacyKind.Name), InlineData("Joe McDonald", PrivacyKind.Name)]
    [InlineData("ana＠example.org", PrivacyKind.Email), InlineData("ana@exam\u00ADple.org", PrivacyKind.Email)]
    [InlineData("Hilltop’s Ñandú", PrivacyKind.Name), InlineData("hilltop's n\u0303andu\u0301", PrivacyKind.Name)]
    [InlineData("m @ example . com", PrivacyKind.Email), InlineData("m@ example .com", PrivacyKind.Email)]
    [InlineData("m @ mail . example . com", PrivacyKind.Email), InlineData("m @ example. com", PrivacyKind.Email)]
    [InlineData("\"m g\"@example.com", PrivacyKind.Email), InlineData("“m g” @ example.com", PrivacyKind.Email)]
    [InlineData("o’brien@example.com", PrivacyKind.Email), InlineData("jane at example . com", PrivacyKind.Email)]
    [InlineData("303ˉ555ˉ0142", PrivacyKind.Phone), InlineData("303;555;0142", PrivacyKind.Phone)]
    [InlineData("303,555,0142", PrivacyKind.Phone), InlineData("303'555'0142", PrivacyKind.Phone)]
    [InlineData("303‿555‿0142", PrivacyKind.Phone), InlineData("303=555=0142", PrivacyKind.Phone)]
    [InlineData("303▬555▬0142", PrivacyKind.Phone), InlineData("303→555→0142", PrivacyKind.Phone)]
    [InlineData("[303] 555-0142", PrivacyKind.Phone), InlineData("{303} 555-0142", PrivacyKind.Phone)]
    [InlineData("219;09;9999", PrivacyKind.Ssn), InlineData("219’09’9999", PrivacyKind.Ssn), InlineData("219,09,9999", PrivacyKind.Ssn)]
    [InlineData("219-099999", PrivacyKind.RecordNumber), InlineData("2024-00317", PrivacyKind.RecordNumber)]
    [InlineData("099999-219", PrivacyKind.RecordNumber)]
    [InlineData("portal.example.org?id=47112", PrivacyKind.Link), InlineData("portal.example.org#id=47112", PrivacyKind.Link)]
    [InlineData("portal.example.org:8443/clients/48213", PrivacyKind.Link)]
    [InlineData("Ms. Peña-López", PrivacyKind.Name), InlineData("Ms. Ana Peña-López", PrivacyKind.Name)]
    [InlineData("MS. PEÑA-LÓPEZ", PrivacyKind.Name), InlineData("Mr. O'Brien-Peña", PrivacyKind.Name)]
    [InlineData("Mrs.\u200BSmith", PrivacyKind.Name), InlineData("Mrs\u200BSmith", PrivacyKind.Name)]
    [InlineData("Dr.Okafor", PrivacyKind.Name)]
    [InlineData("🅼🅰🆁🅸🅰", PrivacyKind.Name), InlineData("🄼🄰🅁🄸🄰", PrivacyKind.Name), InlineData("🅜🅐🅡🅘🅐", PrivacyKind.Name)]
    [InlineData("ᴍᴀʀɪᴀ", PrivacyKind.Name), InlineData("ᴊᴀɴᴇ@ᴇxᴀᴍᴘʟᴇ.ᴏʀɢ", PrivacyKind.Email)]
    [InlineData("Hilltop’s-Ñandú", PrivacyKind.Name), InlineData("hilltop's_ñandú", PrivacyKind.Name)]
    public void Typographic_characters_hide_nothing(string written, PrivacyKind kind)
    {
        var text = $"😀 We wrote — {written} — on the board.";
        Assert.Equal((14, 14 + written.Length, kind), Assert.Single(PrivacyCheck.Find(text, ["Hilltop's Ñandú"])));
    }

    [Theory]
    [InlineData("@Maria"), InlineData("/Maria/"), InlineData("(@maria)"), InlineData("her/Maria"), InlineData("@\u200BMaria")]
    [InlineData("and/or/Maria"), InlineData("@María.")]
    public void A_handle_is_a_name_and_so_is_what_stands_between_slashes(string written)
    {
        var (start, end, kind) = Assert.Single(PrivacyCheck.Find($"We met {written} there.", []));
        Assert.Equal(PrivacyKind.Name, kind);
        Assert.Equal("maria", $"We met {written} there."[start..end].Replace('í', 'i'), ignoreCase: true);
    }

    [Theory]
    [InlineData("Since May {phone:1 303-555-0142} is hers"), InlineData("May {phone:1 303 555 0142}")]
    [InlineData("April {phone:1.303.555.0142}"), InlineData("MRN on {date:March 12} {record:345678}")]
    [InlineData("MRN on {date:3/14/2027} {record:345678}"), InlineData("case number of {date:May 2nd, 2027}: {record:CW-20418}")]
    [InlineData("born 1/2/27-{phone:303-555-0142}"), InlineData("{record:3-14-20275550142}"), InlineData("{record:3/14/20275550142}")]
    [InlineData("{date:May 3} {phone:(303) 555-0142}"), InlineData("on {date:3/8} {phone:555-0134}")]
    [InlineData("born 1/2/27-{phone:555-0142}"), InlineData("{date:June 2}-{phone:555-0142}")]
    [InlineData("He called {date:03/14/2027}."), InlineData("We called {date:March 14 2027} 10 times.")]
    [InlineData("the report {date:2027-01-19} and the case {date:3-14-2027}"), InlineData("A client, {date:14-MAR-2027}")]
    [InlineData("Her social worker came {date:3/14/2027}.")]
    public void A_date_hides_no_number_and_is_none(string marked) => AssertFoundAsMarked(marked);

    [Theory]
    [InlineData("{name:Maria} & {name:Jose} argued about dinner."), InlineData("{name:Maria} & Xochitl argued about dinner.")]
    [InlineData("{name:Maria}'ll come."), InlineData("{name:Maria}\u2019ll come."), InlineData("{name:Maria}'d come.")]
    [InlineData("{name:Maria}\u2019d come."), InlineData("{name:Maria}'ve"), InlineData("I know {name:Hope}'ll wait.")]
    [InlineData("We talked.{name:Maria} cried."), InlineData("we talked.{name:maria} cried."), InlineData("1.{name:Maria} cried")]
    [InlineData("{name:Mr. de la Cruz} came."), InlineData("{name:Ms. van der Berg} came."), InlineData("{name:MR. DE LA CRUZ} came.")]
    [InlineData("{name:mrs. fuentes} came."), InlineData("{name:mr fuentes} came."), InlineData("{name:dr. Okafor} came.")]
    [InlineData("Our {name:aunt Bettina} came."), InlineData("{name:Maria de la Cruz} came.")]
    [InlineData("the {name:Garcia and Lopez} families"), InlineData("The {name:McDonald & O'Brien} kids")]
    [InlineData("the {name:de la Cruz} family"), InlineData("{name:O'Malley} said no."), InlineData("We met {name:O\u2019Malley}.")]
    [InlineData("the {name:Garcia, Lopez and Smith} families"), InlineData("We met {name:O'Neil}.")]
    [InlineData("We met {name:O'Brien-Peña}.")]
    [InlineData("{name:McKinley} said no."), InlineData("{name:o'malley} said no.")]
    [InlineData("Dinner at the {name:Garcias} was late."), InlineData("The {name:Lopezes} came."), InlineData("THE {name:GARCIAS} CAME.")]
    [InlineData("the {name:garcias} came"), InlineData("the two {name:Garcías} came"), InlineData("We saw the {name:Smith's} kitchen.")]
    [InlineData("The {name:Joneses}, of course."), InlineData("the {name:Okafors’} kitchen"), InlineData("the {name:Nguyens}")]
    [InlineData("We met with the {name:Coopers}."), InlineData("The {name:Walkers} moved."), InlineData("The {name:Kings} said no.")]
    [InlineData("{name:Mr. el-Amin} came."), InlineData("{name:Ms. al-Sayed} came."), InlineData("{name:MR. EL-AMIN} came.")]
    [InlineData("{name:mr. el-amin} came."), InlineData("{name:Dr. ibn-Rashid} came."), InlineData("{name:Mr. El-Amin} came.")]
    [InlineData("{name:Ms. abu-Bakr} came."), InlineData("{name:Maria al-Sayed} came."), InlineData("a boy named {name:el-Amin}")]
    [InlineData("the {name:el-Amin} family"), InlineData("{name:Mr. abd al-Rahman} came."), InlineData("{name:Mr. bin-Laden} came.")]
    public void A_name_is_found_in_whatever_form(string marked) => AssertFoundAsMarked(marked);

    [Theory]
    [InlineData("Miller & Rollnick (2023) say so."), InlineData("Joyce & Showers (2002) say so.")]
    [InlineData("It helps (Ryan & Deci, 2000)."), InlineData("Deci & Ryan (2000) say so."), InlineData("We cite Deci & Ryan on it.")]
    [InlineData("Ryan & Deci's theory helps."), InlineData("O'Brien (2019) says so.")]
    [InlineData("The McKinney-Vento Act helps at ten o'clock."), InlineData("We met at www.Maria.com and files.example.Maria")]
    [InlineData("the Foster and Adoptive families"), InlineData("The dr. said so to mr. and others.")]
    [InlineData("You may first ask, and I may second that; 5 may come and 2 march on."), InlineData("We may 2 days later march 3 miles.")]
    [InlineData("On page 5 - may I ask?"), InlineData("the 3rd may be the last")]
    [InlineData("I dread the Mondays."), InlineData("We sang the Beatles, and the Coaches laughed."),
        InlineData("the Parents and the Elders came.")]
    [InlineData("The Americans and the Democrats said no."), InlineData("the Bahamas, the Netherlands, the Rockies")]
    [InlineData("The Cooks have their own rules, no doubt, and the cooks have a kitchen."), InlineData("the Browns lost again on the bus")]
    [InlineData("the hunters, the walkers and the kings said no"), InlineData("The Johnsons (2002) say so."), InlineData("the Giants won")]
    [InlineData("the Wells Fargo bank, the Hills and the Woods"), InlineData("The Strengths, Needs and Outcomes stand there.")]
    [InlineData("the al-anon group and an el-train"), InlineData("We ran a bin-packing task for al-Anon.")]
    [InlineData("5 may come, 14 marched, and 2 octopuses"), InlineData("Unit 14 marks"), InlineData("in 2027 may 2 of us")]
    [InlineData("200 kids live on our street."), InlineData("we walked 300 feet down the street"), InlineData("20 north side families")]
    [InlineData("1420 steps along a busy avenue"), InlineData("a 45 minute drive"), InlineData("12 south county youth court")]
    [InlineData("300 homes per street"), InlineData("with 200 others per avenue of help"), InlineData("10 people in the street")]
    public void What_only_looks_like_a_name_or_a_date_is_left_alone(string text) => Assert.Empty(PrivacyCheck.Find(text, []));

    [Theory]
    [InlineData("On {date:january 14, 2027} we met."), InlineData("On {date:march 3rd} we met.")]
    [InlineData("On {date:JAN 14, 2027} we met.")]
    [InlineData("On {date:14-Mar-2027} we met."), InlineData("On {date:14/mar/27} we met."), InlineData("On {date:Mar-14-2027} we met.")]
    [InlineData("On {date:2027-Mar-14} we met."), InlineData("On {date:14-Mar} we met."), InlineData("On {date:may 6} we met.")]
    [InlineData("On {date:14 march 2027} we met."), InlineData("On {date:the 3rd of may} we met.")]
    [InlineData("On {date:21 february} we met."), InlineData("On {date:MARCH 3RD} we met.")]
    [InlineData("On {date:14Mar2027} we met."), InlineData("On {date:14MAR2027} we met."), InlineData("On {date:14Mar27} we met.")]
    [InlineData("On {date:14Mar 2027} we met."), InlineData("On {date:14 Mar2027} we met."), InlineData("On {date:Mar14,2027} we met.")]
    [InlineData("On {date:March14 2027} we met."), InlineData("On {date:Mar142027} we met."), InlineData("On {date:2027Mar14} we met.")]
    [InlineData("On {date:14thMarch2027} we met."), InlineData("On {date:14Mar} we met."), InlineData("On {date:mar14} we met.")]
    [InlineData("A client, {date:14MAR2027}"), InlineData("the case {date:14Mar2027}")]
    [InlineData("At {address:1420 north maple street} we met."), InlineData("At {address:1420 n. maple st} we met.")]
    [InlineData("At {address:12 n maple dr} we met."), InlineData("At {address:1420 martin luther king blvd} we met.")]
    [InlineData("At {address:1420 Maple street} we met."), InlineData("At {address:1420 5th avenue} we met.")]
    [InlineData("At {address:1420 West maple road} we met."), InlineData("At {address:35 w. 5th st} we met.")]
    [InlineData("At {address:1420 NORTH MAPLE STREET} we met."), InlineData("At {address:1420 o'brien street} we met.")]
    [InlineData("At {address:1420 McKinley Avenue} we met."), InlineData("At {address:1420 O'Brien Street} we met.")]
    [InlineData("At {address:1420 St. Charles Avenue} we met."), InlineData("At {address:1420-B Maple Street} we met.")]
    [InlineData("At {address:1420 Martin Luther King Jr. Blvd} we met.")]
    [InlineData("At {address:1420 Dr. Martin Luther King, Jr. Drive} we met."), InlineData("At {address:1420-1422 Maple Street} we met.")]
    [InlineData("At {address:1420 O'BRIEN STREET} we met."), InlineData("At {address:1420 ST. CHARLES AVENUE} we met.")]
    [InlineData("They live on {address:McKinley Avenue}."), InlineData("At {address:1420 maple street} we met.")]
    [InlineData("At {address:1420 1/2 Maple Street} we met."), InlineData("At {address:1420 MLK Blvd, Apt #12} we met.")]
    [InlineData("At {address:12 St. Mary's Court} we met.")]
    [InlineData("{address:12 Oak Street} #{record:MRN123456}"), InlineData("{address:12 Oak Street #4B}")]
    [InlineData("{email:maria[@]example[.]org}"), InlineData("{email:maria@example dot org}")]
    [InlineData("{email:maria (@) example (dot) org}")]
    [InlineData("{email:maria at mail dot example dot org}"), InlineData("{email:maria@mail[.]example[.]org}")]
    [InlineData("{phone:303-555-0142}-43"), InlineData("1-{ssn:219-09-9999}"), InlineData("{ssn:219-09-9999}-2")]
    public void Dates_addresses_and_numbers_are_found_in_whatever_form(string marked) => AssertFoundAsMarked(marked);

    [Theory]
    [InlineData("I will record 15-20 minutes of our talk"), InlineData("I gave each client 10-15 minutes.")]
    [InlineData("every student 10-12 minutes a day"), InlineData("the referral 10-14 days ago"), InlineData("the report says 20-25 of us")]
    [InlineData("the report 2026-2027"), InlineData("The text 2026-2027 says"), InlineData("the report 2026-27")]
    [InlineData("Attendance rose by +150%."), InlineData("We had +100 calls."), InlineData("+1500000 people")]
    [InlineData("+100-200 points")]
    [InlineData("500-1000 children"), InlineData("grants of $500-1000"), InlineData("grants of $ 250-1200"), InlineData("about 500-1000")]
    [InlineData("1500000 people"), InlineData("We called 1500000 people."), InlineData("the report has 12500 words")]
    [InlineData("I record 90-120 minutes."), InlineData("THE REPORT SAYS 20-25 OF US"), InlineData("a client 10-15-minute talk")]
    [InlineData("ISBN 9780134685991"), InlineData("ISBN: 978-0-13-468599-1"), InlineData("ISBN-10 0-8044-2957-X")]
    [InlineData("isbn 0134685997")]
    [InlineData("The social worker gave 10-15 minutes."), InlineData("the social 2026-2027")]
    [InlineData("Social security took 10-15 days.")]
    [InlineData("His social media had 1200 views."), InlineData("Look at example.org."), InlineData("See doi:10.3389/fpsyg.2022.890579.")]
    [InlineData("The client at 12345 Oak Street"), InlineData("$ 1500000 and $1500000")]
    public void Figures_that_count_something_stop_nobody(string text) => Assert.False(PrivacyCheck.Identifies(text));

    [Theory]
    [InlineData("case {record:345678}"), InlineData("MRN {record:12-3456}"), InlineData("record no. {record:20-1234}")]
    [InlineData("case {record:20-1234} weeks ago"), InlineData("case number {record:10-15}"), InlineData("record {record:05-31}")]
    [InlineData("the file {record:20931} pages 4 to 6"), InlineData("the case of {record:345678}")]
    [InlineData("ISBN {record:9780134685992}")]
    [InlineData("ISBN {phone:3035550142}"), InlineData("MRN {record:9780134685991}"), InlineData("{phone:+683 4000}")]
    [InlineData("I called {phone:555-0142} minutes before."), InlineData("The last of her social, {ssn:4471}")]
    [InlineData("{link:https://example.org/clients/9780134685991}"), InlineData("Call {phone:555-0142} day or night.")]
    [InlineData("Call {phone:500-1000}."), InlineData("The social worker's SSN {ssn:4471}")]
    [InlineData("{phone:+15000001} people"), InlineData("{record:00482913} pages 4 to 6")]
    public void What_identifies_goes_on_being_blocked(string marked) => AssertFoundAsMarked(marked);

    [Fact]
    public void Every_form_is_found_exactly_whatever_is_put_into_it()
    {
        string[] denied = ["Hilltop House", "O'Brien's", "Peña-Núñez", "Unit 7"];
        (string Text, PrivacyKind Kind)[] forms =
        [
            ("(303) 555-0142", PrivacyKind.Phone), ("303-555-0142", PrivacyKind.Phone), ("+44 20 7946 0958", PrivacyKind.Phone),
            ("555-0134", PrivacyKind.Phone), ("219-09-9999", PrivacyKind.Ssn), ("ana.lopez@example.org", PrivacyKind.Email),
            ("CPS-2024-00317", PrivacyKind.RecordNumber), ("A1234567", PrivacyKind.RecordNumber),
            ("https://ehr.example.org/clients/48213/plan", PrivacyKind.Link), ("March 3, 2027", PrivacyKind.Date),
            ("4/17/2027", PrivacyKind.Date), ("2027-01-19", PrivacyKind.Date), ("418 Maple Street", PrivacyKind.Address),
            ("ninety-year-old", PrivacyKind.Age), ("Mrs. Okafor", PrivacyKind.Name), ("María", PrivacyKind.Name),
            ("[303] 555-0142", PrivacyKind.Phone), ("303;555;0142", PrivacyKind.Phone), ("303'555'0142", PrivacyKind.Phone),
            ("219-099999", PrivacyKind.RecordNumber), ("portal.example.org?id=47112", PrivacyKind.Link),
            ("14-Mar-2027", PrivacyKind.Date), ("1420 O'Brien Street", PrivacyKind.Address), ("Mr. de la Cruz", PrivacyKind.Name),
            ("maria[@]example[.]org", PrivacyKind.Email), ("O'Malley", PrivacyKind.Name), ("3-14-20275550142", PrivacyKind.RecordNumber),
            ("m @ example . com", PrivacyKind.Email), ("\"m g\"@example.com", PrivacyKind.Email), ("Ms. Peña-López", PrivacyKind.Name),
            .. denied.Select(d => (d, PrivacyKind.Name)),
        ];
        var (random, missed) = (new Random(Seed), new List<string>());
        for (var i = 0; i < Variants; i++)
        {
            var (form, kind) = forms[random.Next(forms.Length)];
            var written = Typography.Vary(form, random);
            var text = $"{Typography.Around(random)}{written}{Typography.Around(random)}";
            var start = text.IndexOf(written, StringComparison.Ordinal);
            var found = PrivacyCheck.Find(text, denied);
            if (!found.Contains((start, start + written.Length, kind)))
                missed.Add($"{i}: {kind} '{form}' at {start}..{start + written.Length} in {Typography.Shown(text)}: {string.Join(", ", found)}");
        }

        Assert.True(missed.Count == 0, $"{missed.Count} of seed {Seed}:\n{string.Join('\n', missed.Take(40))}");
        output.WriteLine($"{Variants} variants of {forms.Length} forms, seed {Seed}");
    }

    [Fact]
    public void The_cost_of_a_look_grows_with_the_text_alone()
    {
        string[] words = ["Hilltop House"];
        var (random, worst) = (new Random(Seed), 0.0);
        for (var i = 0; i < Texts; i++)
        {
            var piece = string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => Hard[random.Next(Hard.Length)]));
            var costs = new[] { 1_250, 2_500, 5_000, Answers.MostCharacters }.Select(length => (Length: length,
                Work: PrivacyCheck.WorkOf(string.Concat(Enumerable.Repeat(piece, (length / piece.Length) + 1))[..length] + "_", words)))
                .ToList();
            foreach (var (shorter, longer) in costs.Zip(costs.Skip(1)))
                Assert.True(longer.Work <= (shorter.Work * 2.2) + 1000, $"'{piece}': {shorter} became {longer}, seed {Seed}, text {i}");
            worst = Math.Max(worst, costs.Max(c => (double)c.Work / c.Length));
        }

        output.WriteLine($"{Texts} texts, seed {Seed}; at most {worst:0} characters looked at for each of a text's");
        Assert.InRange(worst, 1, MostLooks);
    }

    [Fact]
    public void Every_expression_runs_without_backtracking()
    {
        var expressions = typeof(PrivacyCheck).Assembly.GetTypes().Where(t => t.Namespace == typeof(PrivacyCheck).Namespace)
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Select(f => f.GetValue(null)).SelectMany(v => v is IEnumerable<PrivacyShape> many ? many : new[] { v! }.AsEnumerable())
            .Select(v => v is PrivacyShape shape
                ? typeof(PrivacyShape).GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Select(f => f.GetValue(shape))
                    .OfType<Regex>().Single()
                : v as Regex).OfType<Regex>().ToList();
        Assert.True(expressions.Count > 30, $"Only {expressions.Count} expressions were found.");
        Assert.All(expressions, e => Assert.True(e.Options.HasFlag(RegexOptions.NonBacktracking), e.ToString()));
    }

    private const int Seed = 20270301;
    private const int Variants = 12_000;
    private const int Texts = 150;

    /// <summary>Some forty expressions, each of which passes over a text once and a little.</summary>
    private const int MostLooks = 80;

    // What made a pattern go back, or makes many matches that are none after all.
    private static readonly string[] Hard =
    [
        "1", "9", "a", "A", " ", ".", "-", "1-", "a.", "Maria ", "case ", "case A1-", "case number is ", "www.a/", "@", "a@", "she is now ",
        "1 Oak ", "social ", "5 Family Court ", "May 3", "April 2027 ", "(303) ", "+1", "\u00A0", "\u200B", "e\u0301", "mrs. ",
        "The Grace ", "lives on a b c ", "91 of ", "aged 90 or older ", "11/", "1/2", "id=", "http://x/123/", "Will ", "'s ", "１", "…",
        "ninety-", "_", "%", "/Maria", "@Maria", "\"a", "303;", "a . ", "Ms. A-",
        "May 1 303 ", "Maria & ", "de la ", "mrn on ", "mrn on May 1 ", "O'", "14-Mar-", "3-14-", "ISBN ", "978-", "1420 St. ", ".Maria",
        "case 10-15 ", "call 3/14/2027 ", "maria[@]a[.]", "social ", "+1-", "the Garcia and ", "the Garcias ", "the Coopers ", "14Mar",
            "Mr. el-",
        "1420 north a ", "14 a b street ",
    ];

    private static List<string> Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static void AssertFoundAsMarked(string marked)
    {
        var passage = Passage.Parse(marked);
        Assert.Equal(passage.Labels, PrivacyCheck.Find(passage.Text, []));
    }

    private static bool Overlap((int Start, int End, PrivacyKind Kind) found, (int Start, int End, PrivacyKind Kind) label) =>
        found.Start < label.End && label.Start < found.End;

    private sealed partial record Passage(string Text, IReadOnlyList<(int Start, int End, PrivacyKind Kind)> Labels)
    {
        public static Passage Parse(string marked)
        {
            var text = new StringBuilder();
            var labels = new List<(int, int, PrivacyKind)>();
            var at = 0;
            foreach (var mark in MarkPattern().Matches(marked).AsEnumerable())
            {
                text.Append(marked, at, mark.Index - at);
                var kind = mark.Groups["kind"].Value == "record"
                    ? PrivacyKind.RecordNumber
                    : Enum.Parse<PrivacyKind>(mark.Groups["kind"].Value, ignoreCase: true);
                labels.Add((text.Length, text.Length + mark.Groups["it"].Length, kind));
                text.Append(mark.Groups["it"].Value);
                at = mark.Index + mark.Length;
            }

            return new(text.Append(marked, at, marked.Length - at).ToString(), labels);
        }

        [GeneratedRegex(@"\{(?<kind>[a-z]+):(?<it>[^}]+)\}", RegexOptions.ExplicitCapture, -1)]
        private static partial Regex MarkPattern();
    }
}
