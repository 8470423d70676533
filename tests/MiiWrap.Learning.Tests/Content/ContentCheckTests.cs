using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Hosting;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Content;

/// <summary>An author is told everything that is wrong, by file and line, before anything is published.</summary>
public sealed class ContentCheckTests
{
    private const string Course = "miiwrap-coaching-cohort/curriculum.yml";
    private const string Unit = "miiwrap-coaching-cohort/units/1.1-why-good-training-fades.md";
    private const string Anchor = "miiwrap-coaching-cohort/units/1.4-coaching-agreement.md";
    private const string Image = "miiwrap-coaching-cohort/images/map.png";

    private const string Rubric = "rubrics/refl-1.yml";
    private const string Short = "rubrics/refl-lite.yml";
    private const string Light = "nudge-plans/light.yml";
    private const string Described = "miiwrap-coaching-cohort/units/2.2-describe-before-you-judge.md";
    private const string Plan = "nudge-plans/anchor.yml";
    private const string Talk = "miiwrap-coaching-cohort/materials/talk.md";
    private const string Key = "miiwrap-coaching-cohort/materials/talk-key.md";
    private const string Beside = "small-steps/units/waiting.md";

    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0];

    /// <summary>
    /// Ways to break the course: what is done to the copy, and the file, line and words of the one fault that must be found.
    /// </summary>
    private static readonly Dictionary<
        string, (Action<ContentCopy> Break, string File, Func<ContentCopy, int> Line, string Message)> Breaks = new()
    {
        ["unknown key"] = (c => c.Replace(Unit, "minutes: 35", "minutes: 35\nminuets: 35"), Unit, c => c.LineOf(Unit, "minuets"),
            "unknown key 'minuets'; expected are title, minutes"),
        ["mirror that names no unit"] = (c => Mirror(c, "1.3-guide-dont-fix"), Beside, c => c.LineOf(Beside, "1.3-"),
            "'1.3-guide-dont-fix' names no unit; expected is another curriculum's slug, '/' and the unit's"),
        ["mirror of a unit that is not there"] = (c => Mirror(c, "miiwrap-coaching-cohort/9.9-binder"), Beside,
            c => c.LineOf(Beside, "9.9-binder"), "there is no unit '9.9-binder' in miiwrap-coaching-cohort to mirror"),
        ["mirror of itself"] = (c => Mirror(c, "small-steps/waiting"), Beside, c => c.LineOf(Beside, "small-steps/waiting"),
            "'small-steps/waiting' is of this curriculum; a unit mirrors one of another"),
        ["mirror of the same unit"] = (
            c => Mirror(c, "miiwrap-coaching-cohort/1.3-guide-dont-fix", "miiwrap-coaching-cohort/1.3-guide-dont-fix"),
            Beside, c => c.LineOf(Beside, "1.3-") + 1, "'miiwrap-coaching-cohort/1.3-guide-dont-fix' is mirrored twice"),
        ["unknown key of a prompt"] = (c => c.Replace(Unit, "  - slug: so-what", "  - slug: so-what\n    txt: x"), Unit,
            c => c.LineOf(Unit, "txt: x"), "unknown key 'txt'"),
        ["missing prompts"] = (c => c.Replace(Unit, "prompts:", "outcomes2:"), Unit, _ => 2, "'prompts' is missing"),
        ["missing prompt text"] = (c => c.Replace(Anchor, "    text: What did you change in your plan because of it?\n", ""), Anchor,
            c => c.LineOf(Anchor, "slug: so-what"), "'text' is missing"),
        ["last prompt is not now-what"] = (c => c.Replace(Unit, "slug: now-what", "slug: and-then"), Unit, c => c.LineOf(Unit, "and-then"),
            "the last prompt is 'and-then'; expected is 'now-what'"),
        ["duplicate slug of a unit"] =
            (c => c.Replace(Course, "      - 1.3-guide-dont-fix", "      - 1.3-guide-dont-fix\n      - 1.1-why-good-training-fades"),
                Course, c => c.LineOf(Course, "1.3-guide-dont-fix") + 1, "'1.1-why-good-training-fades' is used twice"),
        ["duplicate slug of a prompt"] = (c => c.Replace(Unit, "slug: so-what", "slug: what"), Unit, c => c.LineOf(Unit, "slug: what") + 2,
            "two prompts have the slug 'what'"),
        ["duplicate key"] = (c => c.Replace(Unit, "plan: light", "plan: light\nplan: light"), Unit, c => c.LineOf(Unit, "plan: light") + 1,
            "this YAML cannot be read: Duplicate key plan"),
        ["missing unit"] = (c => File.Delete(c.PathOf(Unit)), Course, c => c.LineOf(Course, "1.1-why"), $"there is no file {Unit}"),
        ["unit that nothing names"] = (c => c.Replace(Course, "      - 1.1-why-good-training-fades\n", ""), Unit, _ => 1,
            "no module names this unit"),
        ["dead anchor"] = (c => c.Replace(Unit, "Most of us own a binder", "Most of us [own](#nowhere) a binder"), Unit,
            c => c.LineOf(Unit, "#nowhere"), "there is no heading '#nowhere' in this text; expected is one of #ines-week-by-week"),
        ["dead link to a unit"] = (c => c.Replace(Unit, "Most of us own a binder", "Most of us own a [binder](9.9-binder.md)"), Unit,
            c => c.LineOf(Unit, "9.9-binder"), "there is no unit miiwrap-coaching-cohort/units/9.9-binder.md"),
        ["dead anchor in another unit"] =
            (c => c.Replace(Unit, "Most of us own a binder", "Most of us own a [binder](1.4-coaching-agreement.md#x)"), Unit,
                c => c.LineOf(Unit, "#x"), "there is no heading '#x' in"),
        ["script as a link"] = (c => c.Replace(Unit, "Most of us own a binder", "Most of us own a [binder](javascript:alert)"), Unit,
            c => c.LineOf(Unit, "javascript"), "the link 'javascript:alert' leads nowhere; expected is a web address"),
        ["web address in a table that is none"] =
            (c => c.Replace(Unit, "| 2 | Two crises", "| 2 | [Two](https:/x) crises"), Unit, c => c.LineOf(Unit, "https:/x"),
                "the link 'https:/x' leads nowhere"),
        ["dead footnote"] = (c => c.Replace(Unit, "after a year.[^1]", "after a year.[^1] Or so.[^9]"), Unit, c => c.LineOf(Unit, "[^9]"),
            "there is no footnote [^9]"),
        ["footnote that nothing refers to"] = (c => c.Replace(Unit, "after a year.[^1]", "after a year."), Unit,
            c => c.LineOf(Unit, "[^1]:"), "no sentence refers to the footnote [^1]"),
        ["unknown plan"] = (c => c.Replace(Unit, "plan: light", "plan: medium"), Unit, c => c.LineOf(Unit, "plan: medium"),
            "'plan' must be one of anchor, standard, light"),
        ["unknown rubric"] = (c => c.Replace(Unit, "rubric: refl-lite", "rubric: refl-9"), Unit, c => c.LineOf(Unit, "refl-9"),
            "unknown rubric 'refl-9'; expected is one of refl-1, refl-depth, refl-lite"),
        ["unknown step"] = (c => c.Replace(Unit, "  1: \"One question", "  7: \"One question"), Unit, c => c.LineOf(Unit, "  7: "),
            "the plan has no step 7; expected is one of 1, 2"),
        ["unknown placeholder"] = (c => c.Replace(Unit, "You might leave your own", "{chek} You might leave your own"), Unit,
            c => c.LineOf(Unit, "{chek}"), "unknown placeholder {chek}; expected is {check}"),
        ["minutes out of range"] = (c => c.Replace(Unit, "minutes: 35", "minutes: 900"), Unit, c => c.LineOf(Unit, "minutes: 900"),
            "'minutes' must be a whole number from 5 to 240"),
        ["broken front matter"] = (c => c.Replace(Unit, "---\n", ""), Unit, _ => 1, "the front matter is broken"),
        ["broken YAML"] = (c => c.Replace(Unit, "title: Why good", "title: \"Why good"), Unit, _ => 2, "this YAML cannot be read"),
        ["YAML that refers elsewhere"] = (c => c.Replace(Unit, "minutes: 35", "minutes: &m 35"), Unit, c => c.LineOf(Unit, "&m"),
            "anchors, aliases and deep nesting are not taken here"),
        ["wrong encoding"] = (c => c.Write(Unit, [.. File.ReadAllBytes(c.PathOf(Unit)), 0xE9, 0x0A]), Unit,
            c => File.ReadAllLines(c.PathOf(Unit)).Length, "this is not plain UTF-8 text"),
        ["oversize"] = (c => c.Write(Unit, new string('x', ContentFiles.LargestText + 1)), Unit, _ => 1,
            "the file has 262,145 bytes; at most 262,144 are taken"),
        ["link out of the folder"] = (c => File.CreateSymbolicLink(c.PathOf("rubrics/refl-2.yml"), "/etc/hostname"), "rubrics/refl-2.yml",
            _ => 1, "this is a link to another place"),
        ["folder that is a link"] = (c => Directory.CreateSymbolicLink(c.PathOf("more"), Path.GetTempPath()), "more", _ => 1,
            "this is a link to another place"),
        ["name that paths may not have"] = (c => c.Write("rubrics/a:b.yml", "x"), "rubrics/a:b.yml", _ => 1, "this path leaves the bundle"),
        ["file of no use"] = (c => c.Write("notes.txt", "x"), "notes.txt", _ => 1,
            "this file has no place in content; expected are <curriculum>/curriculum.yml"),
        ["folder without a curriculum"] = (c => c.Write("other/units/a.md", "x"), "other/units/a.md", _ => 1,
            "there is no other/curriculum.yml"),
        ["raw HTML"] = (c => c.Replace(Unit, "Most of us own", "<script>alert(1)</script>\n\nMost of us own"), Unit,
            c => c.LineOf(Unit, "<script>"), "raw HTML is not taken"),
        ["raw HTML in a line"] = (c => c.Replace(Unit, "Most of us own", "Most of <b>us</b> own"), Unit, c => c.LineOf(Unit, "<b>us"),
            "raw HTML (<b>) is not taken"),
        ["image without words"] = (c => c.Write(Image, Png).Replace(Unit, "Most of us own", "![](../images/map.png)\n\nMost of us own"),
            Unit, c => c.LineOf(Unit, "map.png"), "the image has no alternative text"),
        ["missing image"] = (c => c.Replace(Unit, "Most of us own", "![A map](../images/map.png)\n\nMost of us own"), Unit,
            c => c.LineOf(Unit, "map.png"), $"there is no image {Image}"),
        ["image from elsewhere"] = (c => c.Replace(Unit, "Most of us own", "![A map](https://example.org/map.png)\n\nMost of us own"), Unit,
            c => c.LineOf(Unit, "map.png"), "is not in this curriculum's folder"),
        ["image that is none"] =
            (c => c.Write(Image, "<svg/>").Replace(Unit, "Most of us own", "![A map](../images/map.png)\n\nMost of us own"), Image, _ => 1,
                "this is not the kind of image that its name says"),
        ["image that nothing shows"] = (c => c.Write(Image, Png), Image, _ => 1, "no unit shows this image"),
        ["heading of the first level"] = (c => c.Replace(Unit, "## Ines, week by week", "# Ines, week by week"), Unit,
            c => c.LineOf(Unit, "# Ines, week"), "a heading of the first level is not taken"),
        ["heading that skips a level"] = (c => c.Replace(Unit, "## Ines, week by week", "### Ines, week by week"), Unit,
            c => c.LineOf(Unit, "# Ines, week"), "this heading skips a level"),
        ["plan without an end"] = (c => c.Replace("nudge-plans/light.yml", "    closes: 21\n", ""), "nudge-plans/light.yml",
            c => c.LineOf("nudge-plans/light.yml", "- step: 1"), "the last step needs 'closes'"),
        ["rubric that accepts by nothing"] = (c => c.Replace("rubrics/refl-1.yml", "  experience: 1", "  experiense: 1"),
            "rubrics/refl-1.yml", c => c.LineOf("rubrics/refl-1.yml", "experiense"),
            "'experiense' is no criterion of this rubric; expected is one of experience"),
        ["anchors that are too few"] = (
            c => Anchored(c).Replace(Rubric, "      - a fourth\n", ""),
            Rubric, c => c.LineOf(Rubric, "- a first"), "'anchors' must be at least 4 items"),
        ["anchors that are too many"] = (
            c => Anchored(c).Replace(Rubric, "      - a fourth\n", "      - a fourth\n      - a fifth\n"),
            Rubric, c => c.LineOf(Rubric, "- a first"), "'anchors' must be at most 4 items"),
        ["anchors at some criteria"] = (
            c => Anchored(c).Replace(Rubric, Anchors, ""),
            Rubric, c => c.LineOf(Rubric, "slug: experience"), "'experience' has no anchors and another criterion has"),
        ["anchors of a rubric beside those of its criteria"] = (
            c => c.Replace(Rubric, "accept:", "anchors:\n  complete: a\n  incomplete: b\naccept:"),
            Rubric, c => c.LineOf(Rubric, "complete: a"), "this rubric has criteria"),
        ["anchors without one of two"] = (
            c => c.Replace(Short, "criteria: []", "criteria: []\nanchors:\n  complete: a"),
            Short, c => c.LineOf(Short, "complete: a"), "'incomplete' is missing"),
        ["link to a material that is not there"] = (
            c => c.Replace(Unit, "Most of us own", "[Most](../materials/talk.md) of us own"),
            Unit, c => c.LineOf(Unit, "talk.md"), $"there is no material {Talk}"),
        ["link to a heading that a material has not"] = (
            c => WithTalk(c).Replace(Unit, "(../materials/talk.md)", "(../materials/talk.md#end)"),
            Unit, c => c.LineOf(Unit, "talk.md#end"), $"there is no heading '#end' in {Talk}"),
        ["material that nothing links to"] = (
            c => c.Write(Talk, SecondCourse.Material("Talk", "sheet", "A: Yes.")),
            Talk, _ => 1, "no unit links to this material"),
        ["material of no kind"] = (
            c => WithTalk(c, "poster"),
            Talk, c => c.LineOf(Talk, "poster"), "'kind' must be one of transcript, key, form, sheet"),
        ["material without front matter"] = (c => WithTalk(c).Write(Talk, "A: Yes.\n"), Talk, _ => 1, "the front matter is broken"),
        ["material without text"] = (
            c => WithTalk(c).Write(Talk, SecondCourse.Material("Talk", "sheet", "")),
            Talk, _ => 5, "the material has no text below its front matter"),
        ["unknown key of a material"] = (
            c => WithTalk(c, "sheet\nminutes: 5"),
            Talk, c => c.LineOf(Talk, "minutes"), "unknown key 'minutes'; expected are title, kind, of"),
        ["material that belongs to another and is no key"] = (
            c => WithTalk(c, "form\nof: talk"),
            Talk, c => c.LineOf(Talk, "of: talk"), "only a key belongs to another material"),
        ["key that belongs to nothing"] = (
            c => WithTalk(c, "key"),
            Talk, c => c.LineOf(Talk, "kind: key"), "a key belongs to a transcript; add 'of'"),
        ["key of a transcript that is not there"] = (
            c => WithTalk(c, "key\nof: walk"),
            Talk, c => c.LineOf(Talk, "of: walk"), "there is no transcript 'walk'; expected is none, as there are no transcripts"),
        ["key of what is no transcript"] = (
            c => WithTalk(WithTalk(c, "sheet"), "key\nof: talk", Key),
            Key, c => c.LineOf(Key, "of: talk"), "there is no transcript 'talk'"),
        ["picture in a material"] = (
            c => WithTalk(c, "sheet", Talk, "![A map](../images/map.png)"),
            Talk, c => c.LineOf(Talk, "map.png"), "images are not taken here"),
        ["link from a material to nowhere"] = (
            c => WithTalk(c, "sheet", Talk, "[A unit](../units/1.1-why-good-training-fades.md)"),
            Talk, c => c.LineOf(Talk, "[A unit]"),
            "leads nowhere; expected is a web address (https://…), a heading of this text (#…) or another material"),
        ["raw HTML in a material"] = (
            c => WithTalk(c, "sheet", Talk, "<b>A</b>: Yes."),
            Talk, c => c.LineOf(Talk, "<b>"), "raw HTML (<b>) is not taken"),
        ["folder of materials in another"] = (
            c => c.Write("miiwrap-coaching-cohort/materials/more/talk.md", "x"),
            "miiwrap-coaching-cohort/materials/more/talk.md", _ => 1, "this file has no place in content"),
        ["what changed, outside a course"] = (c => c.Write("CHANGES.md", "x"), "CHANGES.md", _ => 1, "this file has no place in content"),
        ["check-in that is no sentence"] = (
            c => c.Replace(Anchor, "that we have stopped doing?\"", "that we have stopped\""),
            Anchor, c => c.LineOf(Anchor, "Agreements age"), "end them as a sentence, or add {check}"),
        ["list that is not closed"] = (
            c => c.Replace(Unit, "minutes: 35", "minutes: [unclosed"),
            Unit, c => c.LineOf(Unit, "[unclosed"), "this YAML cannot be read: something here or below is not closed"),
        ["list in a plan that is not closed"] = (
            c => c.Replace(Light, "requiresIfThen: ", "requiresIfThen: {unclosed"),
            Light, c => c.LineOf(Light, "{unclosed"), "this YAML cannot be read"),
        ["escape of no character"] = (
            c => c.Replace(Unit, "minutes: 35", "minutes: \"\\UFFFFFFFF\""),
            Unit, c => c.LineOf(Unit, "UFFFFFFFF"), "this YAML cannot be read"),
        ["code point that is no character"] = (
            c => c.Replace(Unit, "Most of us own", "Most \uFFFE of us own"),
            Unit, c => c.LineOf(Unit, "\uFFFE"), "this line holds U+FFFE, which is no character"),
        ["code point that is no character, in an escape"] = (
            c => c.Replace(Course, "title: ", "title: \"\\uFFFF\" #"),
            Course, c => c.LineOf(Course, "uFFFF"), "'title' must be text without control characters"),
        ["control character in an escape"] = (
            c => c.Replace(Course, "title: ", "title: \"a\\0b\" #"),
            Course, c => c.LineOf(Course, "a\\0b"), "'title' must be text without control characters"),
        ["quotes in quotes"] = (
            c => Below(c, new string('>', 5000) + " x"), Unit, Lines, UnitText.TooDeep),
        ["lists in lists"] = (
            c => Below(c, string.Concat(Enumerable.Range(0, 200).Select(i => new string(' ', 2 * i) + "- x\n"))),
            Unit, c => c.LineOf(Unit, new string(' ', 62) + "- x"), UnitText.TooDeep),
        ["brackets in brackets"] = (c => Below(c, new string('[', 900)), Unit, BodyLine, UnitText.TooDeep),
        ["emphasis without end"] = (
            c => Below(c, string.Concat(Enumerable.Repeat("**a *b ", 1400))), Unit, Lines, "the text has more than 4,000 signs"),
        ["YAML without end"] = (
            c => c.Replace(Course, "title: ", new string('\n', 6000) + "title: "), Course, _ => 5000, "there are more than 5,000 lines"),
        ["values without end"] = (
            c => c.Replace(Course, "title: ", $"titles: [{string.Concat(Enumerable.Repeat("a, ", 30_000))}]\ntitle: "),
            Course, c => c.LineOf(Course, "titles: "), "there are more than 20,000 keys and values here"),
        ["links that never end, in a line"] = (
            c => Below(c, string.Concat(Enumerable.Repeat("[a](", 60_000))), Unit, Lines, "the line has more than 10,000 characters"),
        ["links that never end, in many lines"] = (
            c => Below(c, string.Concat(Enumerable.Repeat("[a](\n", 4000))), Unit, c => Above(c, 1000),
            "the text has more than 1,000 links and images"),
        ["headings without end"] = (
            c => Below(c, string.Concat(Enumerable.Repeat("## a\n", 4000))), Unit, c => Above(c, 200),
            "the text has more than 200 headings"),
        ["table of many columns"] = (
            c => Below(c, string.Concat(Enumerable.Repeat("|a", 60)) + "|\n"), Unit, c => c.LineOf(Unit, "|a|a"),
            "the row has more than 50"),
        ["lines without end"] = (
            c => Below(c, new string('\n', 6000) + "x"), Unit, c => 5000 + BodyLine(c), "the text has more than 5,000 lines"),
        ["check-in of two words"] = (
            c => c.Replace(Light, "    kind: cue\n", "    kind: cue\n    whenApplied: { kind: recall, text: Still going? }\n"),
            Light, c => c.LineOf(Light, "Still going?"), "write at least 6 of them, or add {check}"),
    };

    /// <summary>Adds to the end of a unit.</summary>
    private static ContentCopy Below(ContentCopy copy, string text) =>
        copy.Write(Unit, File.ReadAllText(copy.PathOf(Unit)) + "\n" + text + "\n");

    private static int Lines(ContentCopy copy) => File.ReadAllLines(copy.PathOf(Unit)).Length;

    private static int BodyLine(ContentCopy copy) =>
        File.ReadAllLines(copy.PathOf(Unit)).Index().Where(l => l.Item == "---").ElementAt(1).Index + 2;

    /// <summary>The line at which more than this many are there of what stands alone at the end, those before it included.</summary>
    private static int Above(ContentCopy copy, int most)
    {
        var lines = File.ReadAllLines(copy.PathOf(Unit));
        var sign = lines[^2][0];
        var count = 0;
        return lines.Index().Skip(BodyLine(copy) - 1)
            .First(l => (count += sign == '#' ? (l.Item.StartsWith('#') ? 1 : 0) : l.Item.Count(c => c == sign)) > most).Index + 1;
    }

    /// <summary>A second course beside the first, whose one unit mirrors these.</summary>
    private static ContentCopy Mirror(ContentCopy copy, params string[] mirrors) => copy
        .Write("small-steps/curriculum.yml", """
            slug: small-steps
            title: Small steps
            summary: One unit about waiting.
            modules:
              - {slug: asking, title: Asking, weeks: 1, units: [waiting]}
            """)
        .Write(Beside, $$"""
            ---
            title: Waiting
            minutes: 20
            plan: light
            rubric: refl-lite
            outcomes: [Wait.]
            prompts: [{slug: what, text: What did you do?}, {slug: now-what, text: When will you wait?}]
            practice: Wait once.
            check: Did you wait?
            mirrors:
              - {{string.Join("\n  - ", mirrors)}}
            ---
            Count to ten.
            """);

    public static TheoryData<string> BreakNames => [.. Breaks.Keys];

    [Theory]
    [MemberData(nameof(BreakNames))]
    public void Each_fault_is_named_by_file_and_line_and_nothing_else_is(string name)
    {
        using var copy = ContentCopy.OfTheFirstVersion();
        var (make, file, line, message) = Breaks[name];
        make(copy);
        var faults = CurriculumParser.Read(ContentFiles.FromFolder(copy.Folder)).Faults;
        var wanted = faults.FirstOrDefault(f => f.File == file && f.Line == line(copy)
            && f.Message.Contains(message, StringComparison.Ordinal));
        Assert.True(wanted is not null, $"expected {file}:{line(copy)}: {message}, found:\n{string.Join('\n', faults)}");
        // Renaming a key makes one fault for the missing and one for the unknown; everything else breaks one thing alone.
        Assert.True(faults.Count == (name == "missing prompts" ? 2 : 1), string.Join('\n', faults));
    }

    [Theory]
    [InlineData("~")]
    [InlineData("null")]
    [InlineData("Null")]
    [InlineData("NULL")]
    [InlineData("")]
    public void What_has_no_value_is_missing_where_it_is_needed_and_empty_where_it_is_not(string none)
    {
        using var copy = ContentCopy.OfTheFirstVersion();
        copy.Replace(Unit, "title: Why good training fades", $"title: {none}")
            .Replace(Unit, "  - Name three forces that pull trained skills back to habit.", $"  - {none}")
            .Replace(Unit, "  cue: I am next alone with a facilitator", $"  cue: {none}")
            .Replace(Unit, "minutes: 35", $"minutes: {none}")
            .Replace(Course, "title: MiiWrap Coaching Cohort", $"title: {none}")
            .Replace(Course, "credit: >-\n  Original text", $"credit: {none}\n# Original text");
        var faults = CurriculumParser.Read(ContentFiles.FromFolder(copy.Folder)).Faults;
        Assert.Equal(
        [
            (Course, copy.LineOf(Course, "title:"), "'title' has no value"),
            (Unit, copy.LineOf(Unit, "title:"), "'title' has no value"),
            (Unit, copy.LineOf(Unit, "minutes:"), "'minutes' has no value"),
            (Unit, copy.LineOf(Unit, "outcomes:") + 1, "'outcomes' must be text of 1 to 400 characters"),
            (Unit, copy.LineOf(Unit, "cue:"), "'cue' has no value"),
        ],
        faults.Select(f => (f.File, f.Line, f.Message)).OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line));
    }

    [Fact]
    public void A_word_in_quotes_is_a_text_whatever_it_says()
    {
        using var copy = ContentCopy.OfTheFirstVersion();
        copy.Replace(Unit, "title: Why good training fades", "title: \"~\"")
            .Replace(Unit, "  - Name three forces that pull trained skills back to habit.", "  - 'null'");
        var read = CurriculumParser.Read(ContentFiles.FromFolder(copy.Folder));
        Assert.Empty(read.Faults);
    }

    [Fact]
    public async Task The_program_reports_all_faults_at_once_and_exits_with_1()
    {
        using var copy = ContentCopy.OfTheFirstVersion();
        copy.Replace(Unit, "minutes: 35", "minutes: 900").Replace(Anchor, "rubric: refl-1", "rubric: refl-9").Write("notes.txt", "x");
        var (exitCode, output) = await BuiltProgram.Run("--check-content", copy.Folder);
        Assert.Equal(1, exitCode);
        Assert.Contains($"{Unit}:{copy.LineOf(Unit, "minutes: 900")}: 'minutes' must be a whole number from 5 to 240", output,
            StringComparison.Ordinal);
        Assert.Contains($"{Anchor}:{copy.LineOf(Anchor, "refl-9")}: unknown rubric 'refl-9'", output, StringComparison.Ordinal);
        Assert.Contains("notes.txt:1: this file has no place in content", output, StringComparison.Ordinal);
        Assert.Contains("3 faults found.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_goes_on_after_what_the_libraries_choke_on_and_after_a_slug_that_is_not_its_folder_s()
    {
        using var copy = ContentCopy.OfTheFirstVersion();
        copy.Replace(Unit, "minutes: 35", "minutes: [unclosed").Replace(Course, "slug: miiwrap", "slug: my-miiwrap")
            .Write(Anchor, await File.ReadAllTextAsync(copy.PathOf(Anchor), TestContext.Current.CancellationToken)
                + string.Concat(Enumerable.Repeat("[a](", 60_000)));
        var (exitCode, output) = await BuiltProgram.Run("--check-content", copy.Folder);
        Assert.Equal(1, exitCode);
        Assert.Contains($"{Unit}:3: this YAML cannot be read", output, StringComparison.Ordinal);
        Assert.Contains($"{Anchor}:{(await File.ReadAllLinesAsync(copy.PathOf(Anchor), TestContext.Current.CancellationToken)).Length}: the line has",
            output, StringComparison.Ordinal);
        Assert.Contains("'slug' must be the folder's name", output, StringComparison.Ordinal);
        Assert.Contains("note: ", output, StringComparison.Ordinal);
        Assert.EndsWith("3 faults found.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_tells_of_weeks_in_digits_of_another_script()
    {
        using var copy = ContentCopy.OfTheFirstVersion();
        copy.Replace(Course, "weeks: 1", "weeks: ١");
        var (exitCode, output) = await BuiltProgram.Run("--check-content", copy.Folder);
        Assert.Equal(1, exitCode);
        Assert.Contains($"{Course}:{copy.LineOf(Course, "weeks: ١")}: 'weeks' must be a week", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mirror_of_a_course_that_is_not_there_is_a_fault_of_a_folder_and_hides_no_published_version()
    {
        using var copy = ContentCopy.OfTheFirstVersion();
        Mirror(copy, "miiwrap-coaching-cohort/1.3-guide-dont-fix", "elsewhere/1.3-guide-dont-fix");
        var files = ContentFiles.FromFolder(copy.Folder);
        using var output = new StringWriter();

        Assert.Equal(1, ContentCheck.Report(files, output));

        Assert.StartsWith($"{Beside}:{copy.LineOf(Beside, "elsewhere")}: there is no curriculum 'elsewhere' to mirror;", output.ToString(),
            StringComparison.Ordinal);
        Assert.Contains("\n1 fault found.\n", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            [new("miiwrap-coaching-cohort", "1.3-guide-dont-fix"), new("elsewhere", "1.3-guide-dont-fix")],
            CurriculumParser.Read(files).Sound().Curricula.Single(c => c.Slug == "small-steps").Curriculum.Units.Single().Mirrors);
    }

    [Fact]
    public async Task The_program_sums_up_sound_content_and_exits_with_0()
    {
        var (exitCode, output) = await BuiltProgram.Run("--check-content", ContentCopy.Original);
        Assert.True(exitCode == 0, output);
        Assert.Contains("8 modules, 34 units, 24 weeks", output, StringComparison.Ordinal);
        Assert.Contains("plans 8/16/10: 8 anchor, 16 standard, 10 light", output, StringComparison.Ordinal);
        Assert.Contains("4 modules, 12 units, 12 weeks", output, StringComparison.Ordinal);
        Assert.Contains("plans 4/5/3: 4 anchor, 5 standard, 3 light\n12 of 12 units mirror one of another curriculum\n", output,
            StringComparison.Ordinal);
        Assert.Equal(46, output.Split('\n').Count(l => l.Contains("light     ", StringComparison.Ordinal)
            || l.Contains("standard  ", StringComparison.Ordinal) || l.Contains("anchor    ", StringComparison.Ordinal)));
        Assert.EndsWith("No faults found.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_short_unit_gets_a_note_and_passes()
    {
        using var copy = ContentCopy.OfTheFirstVersion();
        var text = await File.ReadAllTextAsync(copy.PathOf(Unit), TestContext.Current.CancellationToken);
        copy.Write(Unit, text[..(text.IndexOf("\n---\n", StringComparison.Ordinal) + 5)] + "Seven words are all there is here.\n");
        var (exitCode, output) = await BuiltProgram.Run("--check-content", copy.Folder);
        Assert.Equal(0, exitCode);
        Assert.Contains($"note: {Unit}:1: 7 words; 600 to 1200 read best", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_said_in_one_sentence()
    {
        var (exitCode, output) = await BuiltProgram.Run("--check-content", "/nowhere/at/all");
        Assert.Equal(1, exitCode);
        Assert.Equal("--check-content names '/nowhere/at/all', which is no folder.\n", output);
    }

    [Fact]
    public void What_authors_and_their_tools_need_is_no_content()
    {
        using var copy = ContentCopy.OfTheFirstVersion();
        var before = CurriculumParser.Read(ContentFiles.FromFolder(copy.Folder)).Sound().Curricula.Single().Curriculum.ContentHash;
        copy.Write("README.md", "changed").Write("miiwrap-coaching-cohort/CHANGES.md", "changed");
        copy.Write("schema/x.json", "{}").Write(".DS_Store", "x").Write("__MACOSX/x", "x");
        copy.Write("miiwrap-coaching-cohort/units/.1.1.swp", "x");
        Assert.Equal(before, CurriculumParser.Read(ContentFiles.FromFolder(copy.Folder)).Sound().Curricula.Single().Curriculum.ContentHash);
    }

    [Fact]
    public void A_broken_rubric_is_told_once_and_not_again_by_each_unit_that_uses_it()
    {
        using var copy = ContentCopy.OfTheFirstVersion();
        copy.Replace("rubrics/refl-1.yml", "slug: refl-1", "slug: \"refl-1");
        Assert.Equal("rubrics/refl-1.yml", Assert.Single(CurriculumParser.Read(ContentFiles.FromFolder(copy.Folder)).Faults).File);
    }

    /// <summary>What an author may look at again: what is done to the copy, and the file, line and words of the one note of it.</summary>
    private static readonly Dictionary<
        string, (Action<ContentCopy> Make, string File, Func<ContentCopy, int> Line, string Words)> Notes = new()
    {
        ["British spelling"] = (
            c => c.Replace(Unit, "Most of us own", "Most colours of us own"),
            Unit, c => c.LineOf(Unit, "colours"), "'colours' is British; in American usage 'colors'"),
        ["British word"] = (
            c => c.Replace(Unit, "Most of us own", "In a fortnight most of us own"),
            Unit, c => c.LineOf(Unit, "fortnight"), "'fortnight' is British; in American usage 'two weeks'"),
        ["British ending"] = (
            c => c.Replace(Unit, "Most of us own", "Summarising, most of us own"),
            Unit, c => c.LineOf(Unit, "Summarising"), "in American usage 'Summarizing'"),
        ["British in a rubric"] = (
            c => c.Replace(Short, "are not looked at", "are not analysed"),
            Short, c => c.LineOf(Short, "analysed"), "in American usage 'analyzed'"),
        ["British in a material"] = (
            c => WithTalk(c, "sheet", Talk, "A grey day."),
            Talk, c => c.LineOf(Talk, "grey"), "in American usage 'gray'"),
        ["prompt about somebody else"] = (
            c => c.Replace(Anchor, "What did you change in your plan", "What in this person's life changed your plan"),
            Anchor, c => c.LineOf(Anchor, "this person's life"), "'this person's' may ask for somebody else's story"),
        ["prompt that asks who"] = (
            c => c.Replace(Anchor, "What did you change in your plan", "Who made you change your plan"),
            Anchor, c => c.LineOf(Anchor, "Who made"), "'Who' may ask for somebody else's story"),
        ["if-then that nobody asks for"] = (
            c => c.Replace(Judged, "the next time you feel a talk tighten, and what sign in yourself will tell you to use it", "and why"),
            Judged, c => c.LineOf(Judged, "slug: now-what") + 1, "this does not ask for its cue"),
        ["step that counts and asks nothing"] = (
            c => c.Replace(Plan, "the record:\n      {check}", "the record."),
            Plan, c => c.LineOf(Plan, "step: 5") + 3, "nothing asks what it is counted for"),
        ["check-in that points nowhere"] = (
            c => c.Replace(Unit, "  1: \"One question", "  1: \"It is one question"),
            Unit, c => c.LineOf(Unit, "  1: \"It is"), "'It' has nothing before it"),
        ["source that is everywhere"] = (
            Everywhere,
            Described, c => c.LineOf(Described, "[^x]:"),
            "doi 10.1000/182 is cited in 4 units"),
    };

    public static TheoryData<string> NoteNames => [.. Notes.Keys];

    [Theory]
    [MemberData(nameof(NoteNames))]
    public void Each_note_is_told_by_file_and_line_and_is_no_fault(string name)
    {
        using var copy = ContentCopy.OfTheFirstVersion();
        var before = NotesOn(copy).Select(n => n.Message).ToList();
        var (change, file, line, message) = Notes[name];
        change(copy);
        var after = NotesOn(copy);
        var added = after.Where(n => n.File == file && n.Line == line(copy))
            .Where(n => n.Message.Contains(message, StringComparison.Ordinal)).ToList();
        Assert.True(added.Count == 1, $"expected {file}:{line(copy)}: {message}, found:\n{string.Join('\n', after)}");
        Assert.True(after.Count == before.Count + 1, string.Join('\n', after.Where(n => !before.Contains(n.Message))));
    }

    [Fact]
    public async Task Notes_come_after_the_faults_and_fail_nothing()
    {
        using var copy = ContentCopy.OfTheFirstVersion();
        copy.Replace(Unit, "Most of us own", "Most colours of us own");
        var (exitCode, output) = await BuiltProgram.Run("--check-content", copy.Folder);
        Assert.Equal(0, exitCode);
        var note = $"note: {Unit}:{copy.LineOf(Unit, "colours")}: 'colours' is British; in American usage 'colors'\n";
        Assert.Contains(note, output, StringComparison.Ordinal);
        copy.Replace(Unit, "minutes: 35", "minutes: 900");
        (exitCode, output) = await BuiltProgram.Run("--check-content", copy.Folder);
        Assert.Equal(1, exitCode);
        var lines = output.Split('\n').ToList();
        var fault = lines.FindIndex(l => l.Contains("minutes", StringComparison.Ordinal));
        Assert.True(fault < lines.FindIndex(l => l.StartsWith("note: ", StringComparison.Ordinal)), output);
        Assert.EndsWith("1 fault found.\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The behaviour of neighbours", "behavior neighbors")]
    [InlineData("organisations recognise programmes", "organizations programs recognize")]
    [InlineData("practising counselling, fulfilled, enrolled at 80 %", "80% counseling practicing")]
    [InlineData("Emphasising, Practised", "Emphasizing Practiced")]
    [InlineData("four hours of exercise, a promise, wise advice, analyses, an organism, a premise, our tour", "")]
    public void The_list_of_British_words_knows_words_and_not_endings(string text, string american) =>
        Assert.Equal(american, string.Join(' ', BritishSpelling.In(text).Select(f => f.American).Order(StringComparer.Ordinal)));

    private const string Judged = "miiwrap-coaching-cohort/units/4.3-when-feedback-meets-discord.md";
    private const string Anchors = "    anchors:\n      - a first\n      - a second\n      - a third\n      - a fourth\n";

    private static IReadOnlyList<ContentFault> NotesOn(ContentCopy copy)
    {
        var files = ContentFiles.FromFolder(copy.Folder);
        return ContentNotes.Of(files, CurriculumParser.Read(files).Sound().Curricula);
    }

    /// <summary>Gives each criterion its four sample texts.</summary>
    private static ContentCopy Anchored(ContentCopy copy)
    {
        var text = File.ReadAllText(copy.PathOf(Rubric));
        var criteria = text.Split("  - slug: ");
        Assert.Equal(5, criteria.Length);
        criteria[4] = criteria[4].Replace("accept:\n", Anchors + "accept:\n", StringComparison.Ordinal);
        return copy.Write(Rubric, string.Join("  - slug: ", criteria.Select((c, i) => i is 0 or 4 ? c : c + Anchors)));
    }

    private static ContentCopy WithTalk(ContentCopy copy, string kind = "transcript", string file = Talk, string body = "A: Yes.") =>
        copy.Write(file, SecondCourse.Material("Talk", kind, body))
            .Replace(Unit, "Most of us own", $"[Most](../materials/{Path.GetFileName(file)}) of us. Most of us own");

    private static void Everywhere(ContentCopy copy)
    {
        string[] units = ["1.3-guide-dont-fix", "1.4-coaching-agreement", "2.1-preparing-to-observe", "2.2-describe-before-you-judge"];
        foreach (var unit in units)
        {
            var file = $"miiwrap-coaching-cohort/units/{unit}.md";
            copy.Write(file, File.ReadAllText(copy.PathOf(file)) + "\n\nSo it is.[^x]\n\n[^x]: Doe, [doi](https://doi.org/10.1000/182).\n");
        }
    }
}
