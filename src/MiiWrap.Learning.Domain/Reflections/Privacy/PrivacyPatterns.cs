using System.Globalization;
using System.Text.RegularExpressions;

namespace MiiWrap.Learning.Domain.Reflections.Privacy;

/// <summary>Identifiers that have a form. Each pattern is bounded, so that no text takes long.</summary>
internal static partial class PrivacyPatterns
{
    private const int MostMilliseconds = 2000;
    private const string Months =
        "(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)";
    private const string Ordinals =
        "(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|"
        + "twenty-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirtieth|thirty-first)";

    // Papers are cited by numbers too; these addresses name nobody.
    private static readonly string[] Libraries = ["doi.org/", "ncbi.nlm.nih.gov/", "pubmed.gov/", "vroonvdb.com/", "isbnsearch.org/"];

    public static IEnumerable<(int Start, int End)> Links(string text) =>
        Spans(LinkPattern().Matches(text).Where(m => !Libraries.Any(l => m.Value.Contains(l, StringComparison.OrdinalIgnoreCase))
            && LinkIdPattern().IsMatch(m.Value)));

    public static IEnumerable<(int Start, int End)> Emails(string text) =>
        Spans(EmailPattern().Matches(text)).Concat(Spans(SpokenEmailPattern().Matches(text)));

    public static IEnumerable<(int Start, int End)> Ssns(string text) =>
        Spans(SsnPattern().Matches(text)).Concat(Groups(NamedSsnPattern().Matches(text)));

    public static IEnumerable<(int Start, int End)> Phones(string text) =>
        Spans(PhonePattern().Matches(text)).Concat(Spans(ForeignPhonePattern().Matches(text)))
            .Concat(Spans(LocalPhonePattern().Matches(text))).Concat(Groups(NamedPhonePattern().Matches(text)));

    public static IEnumerable<(int Start, int End)> RecordNumbers(string text) =>
        Groups(NamedRecordPattern().Matches(text)).Concat(Groups(MarkedRecordPattern().Matches(text)))
            .Concat(Spans(BareRecordPattern().Matches(text)));

    public static IEnumerable<(int Start, int End)> Dates(string text) =>
        Spans(WrittenDatePattern().Matches(text)).Concat(Spans(NumericDatePattern().Matches(text).Where(IsDate)))
            .Concat(Groups(ShortDatePattern().Matches(text).Where(IsDate)));

    public static IEnumerable<(int Start, int End)> Addresses(string text) =>
        Spans(StreetPattern().Matches(text)).Concat(Groups(LivingStreetPattern().Matches(text))).Concat(Spans(BoxPattern().Matches(text)))
            .Concat(Spans(PostcodePattern().Matches(text)));

    public static IEnumerable<(int Start, int End)> Ages(string text) =>
        Spans(AgePattern().Matches(text)).Concat(Groups(PersonAgePattern().Matches(text)));

    /// <summary>Whole words or phrases, whatever their case.</summary>
    public static IEnumerable<(int Start, int End)> Words(string text, IReadOnlyCollection<string> words)
    {
        foreach (var word in words.Where(w => w.Length > 0))
        {
            for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text
                .IndexOf(word, at + word.Length, StringComparison.OrdinalIgnoreCase))
            {
                var end = at + word.Length;
                if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
                    yield return (at, end);
            }
        }
    }

    private static IEnumerable<(int Start, int End)> Spans(IEnumerable<Match> matches) =>
        matches.Select(m => (m.Index, m.Index + m.Length));

    private static IEnumerable<(int Start, int End)> Groups(IEnumerable<Match> matches) =>
        matches.Select(m => (m.Groups["it"].Index, m.Groups["it"].Index + m.Groups["it"].Length));

    /// <summary>Version numbers and scores have the same form, but rarely the sense of a date.</summary>
    private static bool IsDate(Match match)
    {
        int Part(string name) =>
            int.TryParse(match.Groups[name].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 1;
        var (a, b) = (Part("a"), Part("b"));
        return a > 0 && b > 0 && ((a <= 12 && b <= 31) || (a <= 31 && b <= 12));
    }

    [GeneratedRegex(@"(?:https?://|www\.)[^\s<>""']{3,500}|\b[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){1,4}/[^\s<>""']{1,500}",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex LinkPattern();

    // A long number, a UUID, a short number that is all of a path's segment and no year, or a parameter that names a person or record.
    [GeneratedRegex(@"\d{5}|[0-9a-f]{8}-[0-9a-f]{4}-|/(?!(?:19|20)\d\d(?:/|$))\d{3,}(?:[/?#]|$)|[?&](?:id|case|client|family|member|mrn|patient|person|record|token|user|youth)[a-z_]*=", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex LinkIdPattern();

    [GeneratedRegex(@"[\p{L}0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex EmailPattern();

    [GeneratedRegex(@"\b[a-z0-9._-]{2,40} ?(?:\(at\)|\[at\]| at ) ?[a-z0-9-]{2,40}(?: dot | ?\(dot\) ?| ?\[dot\] ?|\.)(?:com|org|net|edu|gov|us)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex SpokenEmailPattern();

    [GeneratedRegex(@"(?<![\d-])\d{3}(?:-\d{2}-|[ .]\d{2}[ .])\d{4}(?![\d-])", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex SsnPattern();

    [GeneratedRegex(@"\b(?:ssn|social security(?: number)?|social)\b[^\d\n]{0,20}(?<it>\d(?:[ .-]?\d){3,8})(?!\d)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex NamedSsnPattern();

    [GeneratedRegex(@"(?<![\d-])(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-]?)[2-9]\d{2}[ .-]?\d{4}(?![\d-])",
        RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex PhonePattern();

    [GeneratedRegex(@"(?<!\d)\+[1-9]\d{0,2}(?:[ .-]?\(?\d{1,4}\)?){2,5}(?!\d)", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex ForeignPhonePattern();

    [GeneratedRegex(@"(?<![\d-])[2-9]\d{2}-\d{4}(?![\d-])", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex LocalPhonePattern();

    [GeneratedRegex(@"\b(?:phone|cell|mobile|call(?:ed)?|text(?:ed)?|number is|reach (?:me|her|him|them) (?:at|on))\b[^\d\n]{0,12}(?<it>\d(?:[ .-]?\d){6,11})(?!\d)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex NamedPhonePattern();

    private const string RecordNouns =
        "(?:mrn|case|file|record|chart|client|medicaid|medicare|member|docket|account|policy|referral|intake|inmate|licen[cs]e|plate|incident|report|patient|student|badge|claim|authorization|cause)";

    // "case 2 of 5" and "report 2026" are no identifiers; four characters with a letter, or five digits, nearly always are.
    [GeneratedRegex(@"\b" + RecordNouns
        + @"\b(?: (?:no\.?|number|num\.?|id|nr\.?))?(?: is| was)?[ :]{0,3}(?<it>(?:[A-Z]{1,5}[- ]?\d|\d)[\dA-Z]*(?:-[\dA-Z]+)*\d{2,})(?<=[\dA-Z-]{5,})(?![\w%])", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex NamedRecordPattern();

    [GeneratedRegex(@"\b" + RecordNouns
        + @"\b ?(?:no\.|number|num\.?|id|nr\.?|#)(?: is| was)?[ :#]{0,3}(?<it>(?=[A-Z-]{0,6}\d)[\dA-Z]+(?:-[\dA-Z]+)*)(?<=[\dA-Z-]{3,})(?![\w%])", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex MarkedRecordPattern();

    [GeneratedRegex(@"(?<![\w.,$€£/-])(?:[A-Z]{1,5}-?\d{5,12}|[A-Z]{2,5}-\d{2,4}-\d{3,8}|\d{2,4}-[A-Z]{2,4}-\d{3,8}|\d{7,14})(?![\w%]|[.,]\d)", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex BareRecordPattern();

    [GeneratedRegex(@"\b(?:" + Months + @"\.? (?:the )?(?:\d{1,2}(?:st|nd|rd|th)?|" + Ordinals
        + @")(?![\d:%]| ?(?:percent|people|families|teams|coaches|staff|visits|sessions|units|hours|times|weeks|days|of us)\b)(?:,? (?:19|20)\d{2}\b)?|(?:the )?(?:\d{1,2}(?:st|nd|rd|th)? (?:of )?|" + Ordinals + " of )" + Months + @"\b\.?(?:,? (?:19|20)\d{2}\b)?)", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex WrittenDatePattern();

    [GeneratedRegex(@"(?<![\d./-])(?:(?<a>\d{1,2})(?<sep>[/.-])(?<b>\d{1,2})\k<sep>(?:(?:19|20)\d{2}|\d{2})|(?:19|20)\d{2}[/-](?<a>\d{1,2})[/-](?<b>\d{1,2}))(?![\d/-]|\.\d)", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex NumericDatePattern();

    [GeneratedRegex(@"\b(?:[Oo]n|[Ss]ince|[Uu]ntil|[Bb]y|[Bb]orn|DOB:?|[Dd]ated) (?<it>(?<a>\d{1,2})/(?<b>\d{1,2}))(?![\d/%]| (?:of|scale)\b)", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex ShortDatePattern();

    private const string StreetNouns =
        "(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Ct|Court|Way|Pl|Place|Ter|Terrace|Cir|Circle|Hwy|Highway|Pkwy|Parkway|Trail|Loop)";

    // A number before a court of law counts hearings, not houses.
    [GeneratedRegex(@"(?<![\d.])\d{1,5}[A-Z]? (?:(?:[NSEW]|NE|NW|SE|SW|North|South|East|West)\.? )?(?!(?:Family|Juvenile|Drug|Probate|District|Superior|Supreme|Circuit|County|Youth|Tribal|Treatment) Court)(?:[A-Z][a-z]+|\d{1,3}(?:st|nd|rd|th))(?: [A-Z][a-z]+){0,2} " + StreetNouns + @"\b\.?(?:,? (?:[Aa]pt|[Uu]nit|[Ss]uite|[Ll]ot|#)\.? ?\w{1,5})?", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex StreetPattern();

    [GeneratedRegex(@"\b(?:lives?|lived|living|moved|house|home|apartment|stays?|staying|corner|shelter|block|down|over|address)\b(?: \w+){0,3} (?:on|at|of|to|off|from) (?<it>(?:[A-Z][a-z]+|\d{1,3}(?:st|nd|rd|th))(?: [A-Z][a-z]+)? (?:Street|Avenue|Ave|Road|Rd|Lane|Drive|Boulevard|Blvd|Court|Terrace|Highway))\b", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex LivingStreetPattern();

    [GeneratedRegex(@"\bP\.? ?O\.? ?[Bb]ox \d{1,6}", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex BoxPattern();

    [GeneratedRegex(@"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),? \d{5}(?:-\d{4})?\b|\b[Zz][Ii][Pp](?: code)?(?: is)? \d{5}\b", RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex PostcodePattern();

    // "90 or older" is the wide group that the rules ask for, and points to nobody.
    private const string Old =
        @"(?:9\d|1[01]\d|ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|(?:a |one )?hundred(?: and (?:one|two|three|four|five))?)";

    [GeneratedRegex(@"\b(?:" + Old + @"[- ]?(?:years?|yrs?)[- ]olds?|" + Old + @" ?(?:yo|y/o)|aged? (?:of )?" + Old
        + @"(?! ?(?:or|and) (?:older|over|above)| ?\+|\d|%)|in (?:her|his|their) (?:early |mid-|mid |late )?(?:90s|nineties)|" + Old
        + @"(?:st|nd|rd|th) birthday|(?:nineti|hundred)eth birthday|centenarian)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        MostMilliseconds)]
    private static partial Regex AgePattern();

    [GeneratedRegex(@"\b(?:he|she|who|they|(?:great-)?grand(?:mother|father|ma|pa|parent|dad|mom)|nana|elder|uncle|aunt|neighbo[u]?r|matriarch) (?:(?:is|was|who is|are|were|has|had|just|had just|has just|will|will be|would be|who|had|recently|now|still|turned|turns|turn|be|nearly|almost|about) ){1,4}(?<it>9\d|1[01]\d|ninety(?:-\w+)?)(?! ?(?:%|percent|minutes?|days?|weeks?|months?|hours?|miles?|pounds?|points?|degrees?|times|seconds|of|pages|words|feet|dollars|or older)\b|%|\d)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MostMilliseconds)]
    private static partial Regex PersonAgePattern();
}
