using System.Globalization;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Reflections.Privacy;

/// <summary>Identifiers that have a form, looked for in the folded text.</summary>
internal static class PrivacyPatterns
{
    private const string Months =
        "(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep"
        + "|Oct|Nov|Dec)";
    private const string Ordinals =
        "(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|"
        + "twenty-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirtieth|thirty-first)";

    /// <summary>What may stand between the groups of a number.</summary>
    private const string Gap = @"(?:\s?[./|•_~-]{1,3}\s?|\s)";

    /// <summary>Any sign at all, where the groups have just the lengths of a number: a list of figures has blanks in it.</summary>
    private const string AnyGap = @"(?:\s?[./|•_~-]{1,3}\s?|[\p{P}\p{S}\p{Lm}]{1,3}|\s)";

    // A dash belongs to a number when digits are on both of its sides; else it is one between words.
    private const string BeforeNumber = @"(?:\A|[^\d-]|(?:\A|\D)-)";
    private const string AfterNumber = @"(?:\z|[^\d-]|-(?:\z|\D))";
    private const string NoDigit = @"(?:\z|\D)";

    // Groups of the right lengths are a number behind any dash, and before an extension: "1/2/27-303-555-0142-43".
    private const string AfterGroups = @"(?:\z|[^\d-]|-(?:\z|\D)|-\d{1,5}(?:\z|[^\d-]))";

    /// <summary>How far after a number to look for what it counts.</summary>
    private const int Nearby = 24;

    // Papers are cited by numbers too; these addresses name nobody, and neither does a bare DOI.
    private static readonly string[] Libraries = ["doi.org", "ncbi.nlm.nih.gov", "pubmed.gov", "vroonvdb.com", "isbnsearch.org"];

    /// <summary>What ends a sentence or a parenthesis is no part of the link before it.</summary>
    private static readonly char[] Closing = ['.', ',', ';', ':', '!', '?', '…', ')', '"'];

    // A long number, a UUID, or a parameter that names a person or record.
    private static readonly Regex LinkId = PrivacyShape.Linear(
        @"\d{5}|[0-9a-f]{8}-[0-9a-f]{4}-|[?&#;](?:id|case|client|family|member|mrn|patient|person|record|token|user|youth)[a-z_]{0,40}=",
        RegexOptions.IgnoreCase);

    private static readonly Regex DoiPrefix = PrivacyShape.Linear(@"\A10\.\d{4,9}\z");

    private static readonly Regex Counted = PrivacyShape.Linear(
        @"\A\s?(?:%|(?:percent|people|famil(?:y|ies)|teams|coaches|staff|visits|sessions|units|minutes|hours|times|weeks|days|miles"
        + @"|blocks|of\sus)\b)",
        RegexOptions.IgnoreCase);

    private static readonly Regex CountedRange = PrivacyShape.Linear(
        @"\A(?:\s?%|\s?(?:percent|words|pages|characters|people|persons|children|kids|students|clients|youth|adults|parents|families"
        + "|households|teams|groups|coaches|staff|learners|members|participants|residents|users|visitors|sessions|meetings|copies|views"
        + "|steps|meals|dollars|euros|seconds|minutes|hours|days|weeks|months|years|miles|points|units|times|of\\sus|of\\sthem)\\b"
        + "|-(?:minute|hour|day|week|month|year)s?\\b)", RegexOptions.IgnoreCase);

    private static readonly Regex CountingBefore = PrivacyShape.Linear(
        @"(?:\b(?:pages?|between|from|words?|items?|lines?|units?|versions?)\s|[$€£¥]\s?)\z", RegexOptions.IgnoreCase);

    private static readonly Regex NumberRange = PrivacyShape.Linear(@"\A(?<from>[1-9]\d{0,5})\s?[/-]\s?(?<to>[1-9]\d{0,5})\z");

    private static readonly Regex MonthBefore = PrivacyShape.Linear($@"\b{Months}\.?\s\z", RegexOptions.IgnoreCase);

    private static readonly Regex DayAndYear = PrivacyShape.Linear(@"\A\d{1,2}\s(?:19|20)\d{2}(?:\z|\D)");

    private static readonly Regex SsnWord = PrivacyShape.Linear(@"\b(?:ssn|social)\b", RegexOptions.IgnoreCase);

    private static readonly Regex OtherSocial = PrivacyShape.Linear(
        @"\Asocial\s(?:work|media|service|skill|stud|event|life|group|club|support|emotional)", RegexOptions.IgnoreCase);

    private static readonly Regex MoreYears = PrivacyShape.Linear(@"\A(?:\s?(?:or|and)\s(?:older|over|above)|\s?\+|\d|%)", RegexOptions.IgnoreCase);

    private static readonly Regex OtherThanYears = PrivacyShape.Linear(
        @"\A(?:\s?(?:%|percent|minutes?|days?|weeks?|months?|hours?|miles?|pounds?|points?|degrees?|times|seconds|of|pages|words|feet|dollars|or\solder)\b|\s?%|\d)", RegexOptions.IgnoreCase);

    private static readonly Regex Court = PrivacyShape.Linear(
        @"\A(?:Family|Juvenile|Drug|Probate|District|Superior|Supreme|Circuit|County|Youth|Tribal|Treatment)\sCourt");

    private static readonly PrivacyShape Link = new(
        @"(?:https?://|www\.)[^\s<>""']{3,500}|\b[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){1,4}(?::\d{1,5})?[/?#][^\s<>""']{1,500}",
        RegexOptions.IgnoreCase, (scan, match) => PointsToSomething(scan, match.Value)
            ? (match.Index, match.Index + match.Value.TrimEnd(Closing).Length) : null);

    private const string UsualTop = "(?:com|org|net|edu|gov|us|info|io|co|me|biz|ca|uk)";

    private const string LocalPart = @"(?:[\p{L}0-9._%+-][\p{L}0-9._'%+-]{0,63}|""[^""]{1,64}"")";
    private const string Label = @"[\p{L}0-9_-]{1,63}";

    // With a blank in it, only where it ends as addresses mostly do, and not where a sentence ends: "call @ noon. Then …" is none.
    private const string PartedTop = $@"(?:\.{UsualTop}|\s\.\s?{UsualTop}|\.\s(?-i:com|org|net|edu|gov))\b";

    private const string WrittenDot = @"(?:\sdot\s|\s?[([{]\s?(?:dot|\.)\s?[)\]}]\s?)";

    // "Look at example.org" names a page.
    private static readonly Regex LookingAt = PrivacyShape.Linear(
        @"\A(?:is|are|was|were|be|it|look(?:s|ed|ing)?|found|read|posted|available|online|page|site|up|here)\sat\s[a-z0-9.-]*\z",
        RegexOptions.IgnoreCase);

    private static readonly PrivacyShape[] Mail =
    [
        new($@"{LocalPart}@{Label}(?:\.[\p{{L}}0-9-]{{1,63}}){{1,5}}", RegexOptions.IgnoreCase),
        new($@"{LocalPart}\s?@\s?{Label}(?:(?:\.|\s\.\s?)[\p{{L}}0-9-]{{1,63}}){{0,4}}{PartedTop}", RegexOptions.IgnoreCase),
        new($@"{LocalPart}@{Label}(?:\.[\p{{L}}0-9-]{{1,63}}){{0,3}}\.\s{UsualTop}\b", RegexOptions.IgnoreCase),
        new($@"\b[a-z0-9._-]{{2,40}}(?:\s?[([{{]at[)\]}}]\s?|\sat\s)[a-z0-9-]{{2,40}}(?:{WrittenDot}[a-z0-9-]{{2,40}}){{0,3}}"
            + $@"(?:{WrittenDot}|\.|\s\.\s?)(?:com|org|net|edu|gov|us)\b",
            RegexOptions.IgnoreCase, (_, match) => LookingAt.IsMatch(match.Value) ? null : SpanOf(match)),
        new($@"{LocalPart}\s?(?:@|[([{{]\s?(?:@|at)\s?[)\]}}])\s?{Label}(?:(?:{WrittenDot}|\.){Label}){{0,3}}(?:{WrittenDot}"
            + $@"|\.){UsualTop}\b",
            RegexOptions.IgnoreCase),
    ];

    private static readonly PrivacyShape[] Ssn =
    [
        new($@"(?:\A|\D)(?<it>\d{{3}}{AnyGap}\d{{2}}{AnyGap}\d{{4}}){AfterGroups}"),
        new($@"\b(?:ssn|social\ssecurity(?:\snumber)?|(?<alone>social))\b\D{{0,20}}(?<it>\d(?:{Gap}?\d){{3,8}}){NoDigit}",
            RegexOptions.IgnoreCase,
            (scan, match) => IsYear(match.Groups["it"].Value) || IsOtherFigure(scan, match) ? null : SpanOf(match)),
    ];

    /// <summary>Digits of the shortest international number, the country's included.</summary>
    private const int LeastOfPhone = 7;

    private static readonly PrivacyShape[] Phone =
    [
        new($@"{BeforeNumber}(?<it>(?:\+?1{Gap}?)?(?:[([{{]\s?[2-9]\d{{2}}\s?[)\]}}]{Gap}?|[2-9]\d{{2}}{AnyGap}?)[2-9]\d{{2}}{AnyGap}?\d{{4}}){AfterNumber}"),
        new($@"(?:\A|\D)(?<it>(?:[([{{]\s?[2-9]\d{{2}}\s?[)\]}}]{Gap}?|[2-9]\d{{2}}{Gap})[2-9]\d{{2}}{Gap}\d{{4}}){AfterGroups}"),
        new($@"(?:\A|\D)(?<it>\+[1-9]\d{{0,2}}(?:{Gap}?[([{{]?\d{{1,4}}[)\]}}]?){{2,5}}){NoDigit}", RegexOptions.None,
            (scan, match) => match.Groups["it"].Value.Count(char.IsAsciiDigit) < LeastOfPhone
                || IsRoundCount(scan, SpanOf(match).Start + 1, SpanOf(match).End) ? null : SpanOf(match)),
        new($@"(?:{BeforeNumber}|(?:\A|\D)\d{{1,4}}-)(?<it>[2-9]\d{{2}}-\d{{4}}){AfterNumber}", RegexOptions.None, UnlessRange),
        new($@"\b(?:phone|cell|mobile|call(?:ed)?|text(?:ed)?|number\sis|reach\s(?:me|her|him|them)\s(?:at|on))\b\D{{0,12}}(?<it>\d(?:{Gap}?\d){{6,11}}){NoDigit}",
            RegexOptions.IgnoreCase, (scan, match) => SpanOf(match) is var (start, end)
                && (StartsDate(scan, start) || IsRoundCount(scan, start, end) || (IsRange(scan, start, end)
                    && (IsYear(scan.Text[start..(start + 4)]) || CountedRange.IsMatch(scan.After(end, Nearby))))) ? null : SpanOf(match)),
    ];

    private const string RecordNouns =
        "(?:mrn|case|file|record|chart|client|medicaid|medicare|member|docket|account|policy|referral|intake|inmate|licen[cs]e|plate|incident|report|patient|student|badge|claim|authorization|cause)";

    private const string DateBetween = $@"(?:{Months}\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s(?:19|20)\d{{2}})?"
        + $@"|\d{{1,4}}[/.-]\d{{1,2}}[/.-]\d{{1,4}})";

    // "case 2 of 5" and "report 2026" are no identifiers; four characters with a letter, or five digits, nearly always are.
    private static readonly PrivacyShape[] Record =
    [
        new($@"\b(?:(?<sure>mrn)|{RecordNouns})\b(?:\s(?<sure>no\.?|number|num\.?|id|nr\.?))?(?:\sis|\swas)?[\s:]{{0,3}}"
            + $@"(?<it>(?:(?-i:[A-Z]{{1,5}})\s|[A-Z]{{1,5}}-?)?\d[\dA-Z-]{{2,60}})",
            RegexOptions.IgnoreCase, LongToken),
        new($@"\b(?:mrn\b[^\d\n]{{1,30}}|{RecordNouns}\b(?:\s(?:no\.?|number|num\.?|id|nr\.?))?(?:\s[A-Z]{{1,5}})?\s)"
            + $@"(?:{DateBetween}[\s,:]{{1,3}})?(?<it>(?:[A-Z]{{1,5}}-?)?\d[\dA-Z-]{{2,60}})",
            RegexOptions.IgnoreCase, LongToken),
        new($@"\b{RecordNouns}\b\s?(?:no\.|number|num\.?|id|nr\.?|#)(?:\sis|\swas)?[\s:#]{{0,3}}(?<it>[\dA-Z][\dA-Z-]{{2,60}})",
            RegexOptions.IgnoreCase, (scan, match) => Token(scan, match, token =>
                token.Length >= 3 && token.AsSpan().IndexOfAnyInRange('0', '9') is >= 0 and <= 6)),
        new(@"(?:\A|[^\w.,$€£/-]|(?:\A|\W)-)(?<it>[A-Z]{1,5}-?\d{5,12}|[A-Z]{2,5}-\d{2,4}-\d{3,8}|\d{2,4}-[A-Z]{2,4}-\d{3,8}|\d{7,14})"
            + @"(?:\z|[^\w%.,]|[.,](?:\z|\D))",
            RegexOptions.None, (scan, match) => SpanOf(match) is var (start, end) && (StartsDate(scan, start)
                || (char.IsBetween(scan.Text[start], '1', '9') && (CountedRange.IsMatch(scan.After(end, Nearby))
                    || scan.Before(start, 2) is ['$' or '€' or '£' or '¥', _]))) ? null : SpanOf(match)),
        new(@"(?:\A|[^\w.,$€£/-]|(?:\A|\W)-)(?<it>\d{2,4}-\d{5,10}|\d{6,10}-\d{1,4}|(?:\d{1,4}-){2,4}\d{7,14}"
            + @"|\d{1,2}[/.]\d{1,2}[/.]\d{9,14})(?:\z|[^\w%.,-]|[.,](?:\z|\D)|-(?:\z|\D))",
            RegexOptions.None, UnlessRange),
    ];

    private static readonly PrivacyShape Isbn = new(@"\bISBN(?:-1[03])?(?::\s?|\s)"
        + @"(?<it>97[89](?:[\s-]?\d){10}|\d(?:[\s-]?\d){8}[\s-]?[\dX])(?:\z|\W)",
        RegexOptions.IgnoreCase, (_, match) => IsIsbn(match.Groups["it"].Value) ? SpanOf(match) : null);

    /// <summary>14Mar2027, and a date whose year alone stands apart.</summary>
    private const string Unspaced = $@"(?:\d{{1,2}}(?:st|nd|rd|th)?{Months}(?:,?\s?(?:19|20)\d{{2}}|\d{{2}})"
        + $@"|{Months}\d{{1,2}}(?:st|nd|rd|th)?,?\s?(?:19|20)\d{{2}}|(?:19|20)\d{{2}}{Months}\d{{1,2}})";

    private static readonly PrivacyShape[] Date =
    [
        new($@"\b(?<it>(?<month>{Months})\.?\s(?:the\s)?(?<day>\d{{1,2}}(?:st|nd|rd|th)?|{Ordinals}\b)(?:,?\s(?:19|20)\d{{2}}\b)?)",
            RegexOptions.IgnoreCase, (scan, match) => IsDay(scan, match) ? SpanOf(match) : null),
        new($@"\b(?:the\s)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s(?<sure>of\s)?|{Ordinals}\s(?<sure>of\s))(?<month>{Months})\b\.?(?<sure>,?\s"
            + $@"(?:19|20)\d{{2}}\b)?",
            RegexOptions.IgnoreCase, (_, match) => IsVerb(match) && !match.Groups["sure"].Success ? null : SpanOf(match)),
        new($@"\b(?:\d{{1,2}}\s?[./-]\s?{Months}\.?\s?[./-]\s?(?:(?:19|20)\d{{2}}|\d{{2}})|{Months}\.?\s?[./-]\s?\d{{1,2}}\s?[./,-]\s?"
            + $@"(?:19|20)\d{{2}}|(?:19|20)\d{{2}}\s?[./-]\s?{Months}\.?\s?[./-]\s?\d{{1,2}}|\d{{1,2}}[/-](?:Jan|Feb|Mar|Apr|Jun|Jul|Aug"
            + $@"|Sept?|Oct|Nov|Dec))\b",
            RegexOptions.IgnoreCase),
        new($@"\b(?:{Unspaced}|\d{{1,2}}\s{Months}(?:19|20)\d{{2}}|{Months}\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)?"
            + @"(?-i:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec))\b",
            RegexOptions.IgnoreCase),
        .. new[] { @"\s?/\s?", @"\.", @"\s?-\s?" }.Select(between => new PrivacyShape(
            $@"(?:\A|[^\d./-]|(?:\A|\D)-)(?<it>(?<a>\d{{1,2}}){between}(?<b>\d{{1,2}}){between}(?:(?:19|20)\d{{2}}|\d{{2}})){AfterDate}",
            RegexOptions.None, (_, match) => IsDate(match))),
        new($@"(?:\A|[^\d./-]|(?:\A|\D)-)(?<it>(?:19|20)\d{{2}}\s?[/-]\s?(?<a>\d{{1,2}})\s?[/-]\s?(?<b>\d{{1,2}})){AfterDate}", RegexOptions.None,
            (_, match) => IsDate(match)),
        new(@"\b(?:[Oo]n|[Ss]ince|[Uu]ntil|[Bb]y|[Bb]orn|DOB:?|[Dd]ated)\s(?<it>(?<a>\d{1,2})/(?<b>\d{1,2}))(?:\z|[^\d/%])", RegexOptions.None,
            (scan, match) => scan.After(SpanOf(match).End, Nearby) is var after && (after.StartsWith(" of ", StringComparison.Ordinal)
                || after.StartsWith(" scale", StringComparison.Ordinal)) ? null : IsDate(match)),
    ];

    private const string AfterDate = @"(?:\z|[^\d/.-]|\.(?:\z|\D)|-(?:\z|\D))";

    private static readonly Regex DateHere = PrivacyShape.Linear(
        $@"\A(?:(?<a>\d{{1,2}})(?:\s?/\s?(?<b>\d{{1,2}})\s?/\s?|\.(?<b>\d{{1,2}})\.|\s?-\s?(?<b>\d{{1,2}})\s?-\s?)(?:(?:19|20)\d{{2}}"
        + $@"|\d{{2}})|(?:19|20)\d{{2}}\s?[/-]\s?(?<a>\d{{1,2}})\s?[/-]\s?(?<b>\d{{1,2}})|\d{{1,2}}-{Months}-(?:(?:19|20)\d{{2}}|\d{{2}})"
        + $@"|{Months}-\d{{1,2}}-(?:19|20)\d{{2}}|(?:19|20)\d{{2}}-{Months}-\d{{1,2}}|{Unspaced}){AfterDate}",
        RegexOptions.IgnoreCase);

    private const string StreetNouns =
        "(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Ct|Court|Way|Pl|Place|Ter|Terrace|Cir|Circle|Hwy|Highway|Pkwy|Parkway|Trail|Loop)";

    // McKinley, O'Brien, Winston-Salem, Mary's.
    private const string StreetWord = "(?:Mc|Mac|[A-Z]')?[A-Z][a-z]{1,30}(?:-[A-Z][a-z]{1,30}|'s)?";
    private const string Numbered = @"\d{1,3}(?:st|nd|rd|th)";

    private const string Street =
        $@"(?:(?:[NSEW]|NE|NW|SE|SW|North|South|East|West)\.?\s)?(?:(?:St|Ste|Mt|Ft|Dr|Rev)\.\s)?(?<name>(?:{StreetWord}|{Numbered}|MLK"
        + $@"|JFK)(?:\s{StreetWord}){{0,2}}(?:,?\s[JS]r\.?,?)?)\s{StreetNouns}\b";

    private const string AnyStreetWord = @"(?:\d{1,3}(?:st|nd|rd|th)|[a-z][a-z']{1,30}\.?)";

    // "200 kids on our street" and "300 feet down the avenue" count something.
    private static readonly Regex NoStreetWord = PrivacyShape.Linear(
        @"\b(?:a|an|the|this|that|these|those|our|my|your|his|her|their|its|on|in|at|of|to|by|off|for|from|into|onto|over|per|up|down|along|across"
        + @"|near|past|and|or|each|every|any|some|same|other|next|more|is|are|was|were|had|have|has|live|lived|walk|walked|cross|crossed"
        + @"|feet|foot|steps?|miles?|blocks?|yards?|cars?|kids|homes?|houses?|people|families|neighbou?rs|trees|lights|main|busy|one-way)\b",
        RegexOptions.IgnoreCase);

    /// <summary>How far after a number to look for the street in which it is a house.</summary>
    private const int NearbyStreet = 80;

    private static readonly Regex StreetHere = PrivacyShape.Linear($@"\A\s{Street}");

    // A number before a court of law counts hearings, not houses.
    private static readonly PrivacyShape[] Address =
    [
        new($@"(?:\A|[^\d.])(?<it>\d{{1,5}}(?:-?[A-Z]|-\d{{1,5}}|\s1/2)?\s{Street}\.?(?:,?\s(?:[Aa]pt|[Uu]nit|[Ss]uite|[Ll]ot"
            + $@"|#)\.?\s?#?\w{{1,5}}\b)?)",
            RegexOptions.None, (scan, match) => Court.IsMatch(scan.After(match.Groups["name"].Index, Nearby)) ? null : SpanOf(match)),
        new($@"\b(?:lives?|lived|living|moved|house|home|apartment|stays?|staying|corner|shelter|block|down|over|address)\b"
            + $@"(?:\s\w{{1,30}}){{0,3}}\s(?:on|at|of|to|off|from)\s(?<it>(?:{StreetWord}|{Numbered}|St\.\s{StreetWord})"
            + $@"(?:\s{StreetWord})?\s(?:Street|Avenue|Ave|Road|Rd|Lane|Drive|Boulevard|Blvd|Court|Terrace|Highway))\b"),
        new(@"\bP\.?\s?O\.?\s?(?:[Bb]ox|BOX)\s\d{1,6}"),
        new(@"(?:\A|[^\d.])(?<it>\d{1,5}(?:-?[A-Z])?\s(?:[NSEW]\.?\s)?(?:ST\.\s)?[A-Z][A-Z']{1,30}(?:\s[A-Z][A-Z']{1,30}){0,2}"
            + @"(?:,?\s[JS]R\.?)?\s(?:STREET|AVENUE|AVE|ROAD|BOULEVARD|BLVD|DRIVE|LANE|COURT)\b|\d{3,5}\s[a-z]{3,30}\s(?:street|avenue"
            + @"|ave|boulevard|blvd)\b)"),
        // In whatever case: the direction says that a street follows, and without one only those nouns that are nothing else.
        new($@"(?:\A|[^\d.])(?<it>\d{{1,5}}\s(?:[nsew]|ne|nw|se|sw|north|south|east|west)\.?\s{AnyStreetWord}(?:\s{AnyStreetWord}){{0,2}}"
            + @"\s(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|terrace|highway|parkway)\b)",
            RegexOptions.IgnoreCase, UnlessCounted),
        new($@"(?:\A|[^\d.])(?<it>\d{{2,5}}\s{AnyStreetWord}(?:\s{AnyStreetWord}){{0,2}}\s(?:street|avenue|ave|boulevard|blvd)\b)",
            RegexOptions.IgnoreCase, UnlessCounted),
        new(@"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),?\s\d{5}(?:-\d{4})?\b|\b[Zz][Ii][Pp](?:\scode)?(?:\sis)?\s\d{5}\b"),
    ];

    // "90 or older" is the wide group that the rules ask for, and points to nobody.
    private const string Old =
        @"(?:9\d|1[01]\d|ninety(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?|(?:a\s|one\s)?hundred(?:\sand\s(?:one|two|three|four|five))?)";

    private static readonly PrivacyShape[] Age =
    [
        new($@"\b(?:{Old}[\s-]?(?:years?|yrs?)[\s-]olds?|{Old}\s?(?:yo|y/o)|in\s(?:her|his|their)\s(?:early\s|mid-|mid\s|late\s)?(?:90s|nineties)|{Old}(?:st|nd|rd|th)\sbirthday|(?:nineti|hundred)eth\sbirthday|centenarian)\b",
            RegexOptions.IgnoreCase),
        new($@"\baged?\s(?:of\s)?{Old}\b", RegexOptions.IgnoreCase,
            (scan, match) => MoreYears.IsMatch(scan.After(SpanOf(match).End, Nearby)) ? null : SpanOf(match)),
        new(@"\b(?:he|she|who|they|(?:great-)?grand(?:mother|father|ma|pa|parent|dad|mom)|nana|elder|uncle|aunt|neighbo[u]?r|matriarch)\s(?:(?:is|was|who\sis|are|were|has|had|just|had\sjust|has\sjust|will|will\sbe|would\sbe|who|had|recently|now|still|turned|turns|turn|be|nearly|almost|about)\s){1,4}(?<it>9\d|1[01]\d|ninety(?:-\w{1,10})?)",
            RegexOptions.IgnoreCase, (scan, match) => OtherThanYears.IsMatch(scan.After(SpanOf(match).End, Nearby)) ? null : SpanOf(match)),
    ];

    public static IEnumerable<(int Start, int End)> Links(PrivacyScan scan) => Link.In(scan);

    public static IEnumerable<(int Start, int End)> Emails(PrivacyScan scan) => All(Mail, scan);

    public static IEnumerable<(int Start, int End)> Isbns(PrivacyScan scan) => Isbn.In(scan);

    public static IEnumerable<(int Start, int End)> Ssns(PrivacyScan scan) => All(Ssn, scan);

    public static IEnumerable<(int Start, int End)> Phones(PrivacyScan scan) => All(Phone, scan);

    public static IEnumerable<(int Start, int End)> RecordNumbers(PrivacyScan scan) => All(Record, scan);

    public static IEnumerable<(int Start, int End)> Dates(PrivacyScan scan) => All(Date, scan);

    public static IEnumerable<(int Start, int End)> Addresses(PrivacyScan scan) => All(Address, scan);

    public static IEnumerable<(int Start, int End)> Ages(PrivacyScan scan) => All(Age, scan);

    /// <summary>Whole words or phrases, whatever their case, accents, dashes and blanks.</summary>
    public static IEnumerable<(int Start, int End)> Words(PrivacyScan scan, IReadOnlyCollection<string> words)
    {
        // A phrase may go on in the next line, and be joined by hyphens.
        var text = Parted(scan.Folded.Lower);
        foreach (var word in words.Select(w => Parted(FoldedText.Of(w).Lower).Trim()).Where(w => w.Length > 0))
        {
            scan.Count(text.Length);
            for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text
                .IndexOf(word, at + word.Length, StringComparison.Ordinal))
            {
                var end = at + word.Length;
                if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
                    yield return (at, end);
            }
        }
    }

    private static string Parted(string text) => text.Replace('\n', ' ').Replace('-', ' ').Replace('_', ' ');

    private static IEnumerable<(int Start, int End)> All(IEnumerable<PrivacyShape> shapes, PrivacyScan scan) =>
        shapes.SelectMany(s => s.In(scan));

    private static (int Start, int End) SpanOf(Match match)
    {
        var it = match.Groups["it"] is { Success: true } named ? named : match;
        return (it.Index, it.Index + it.Length);
    }

    private static (int Start, int End)? UnlessCounted(PrivacyScan scan, Match match)
    {
        scan.Count(match.Length);
        return NoStreetWord.IsMatch(match.Groups["it"].ValueSpan) ? null : SpanOf(match);
    }

    /// <summary>"300-12000 words" counts from and to.</summary>
    private static (int Start, int End)? UnlessRange(PrivacyScan scan, Match match)
    {
        var (start, end) = SpanOf(match);
        return CountedRange.IsMatch(scan.After(end, Nearby)) || CountingBefore.IsMatch(scan.Before(start, Nearby))
            || IsRange(scan, start, end) ? null : (start, end);
    }

    /// <summary>
    /// "10-15", "2026-2027" and "500-1000" count from and to whatever follows; other figures do where what they count follows.
    /// </summary>
    private static bool IsRange(PrivacyScan scan, int start, int end)
    {
        scan.Count(end - start);
        var range = NumberRange.Match(scan.Text[start..end]);
        if (!range.Success) return false;
        var (first, last) = (range.Groups["from"].Value, range.Groups["to"].Value);
        var (from, to) = (int.Parse(first), int.Parse(last));
        if (IsYear(first) && (IsYear(last) ? to - from is >= 0 and <= 20 : to == (from + 1) % 100)) return true;
        return from <= to && (to < 100 || (from % 100 == 0 && to % 100 == 0)
            || (to <= 4 * from && CountedRange.IsMatch(scan.After(end, Nearby))));
    }

    /// <summary>"12500 words".</summary>
    private static bool IsRoundCount(PrivacyScan scan, int start, int end) =>
        scan.Text[(end - 2)..end] == "00" && scan.Text.AsSpan(start, end - start).IndexOfAnyExceptInRange('0', '9') < 0
        && CountedRange.IsMatch(scan.After(end, Nearby));

    /// <summary>Figures after "social" that are no one's number: how much, how long or when.</summary>
    private static bool IsOtherFigure(PrivacyScan scan, Match match)
    {
        var (start, end) = SpanOf(match);
        scan.Count(match.Length);
        return StartsDate(scan, start) || CountedRange.IsMatch(scan.After(end, Nearby))
            || (match.Groups["alone"].Success && (IsRange(scan, start, end)
                || (OtherSocial.IsMatch(match.Value) && !SsnWord.IsMatch(match.Value[1..]))));
    }

    /// <summary>By its check digit.</summary>
    private static bool IsIsbn(string text)
    {
        var digits = text.Where(char.IsAsciiLetterOrDigit).Select(c => char.IsAsciiDigit(c) ? c - '0' : 10).ToList();
        return digits.Count == 13
            ? digits.Select((d, i) => d * (i % 2 == 0 ? 1 : 3)).Sum() % 10 == 0
            : digits.Select((d, i) => d * (10 - i)).Sum() % 11 == 0;
    }

    private static string HostOf(string link)
    {
        var scheme = link.IndexOf("://", StringComparison.Ordinal);
        var host = scheme < 0 ? link : link[(scheme + 3)..];
        var end = host.IndexOfAny(['/', '?', '#', ':']);
        return end < 0 ? host : host[..end];
    }

    private static bool PointsToSomething(PrivacyScan scan, string link)
    {
        scan.Count(link.Length);
        var host = HostOf(link);
        if (DoiPrefix.IsMatch(host) || Libraries.Any(l => host.Equals(l, StringComparison.OrdinalIgnoreCase)
            || (host.EndsWith(l, StringComparison.OrdinalIgnoreCase) && host[^(l.Length + 1)] == '.'))) return false;
        // A number of three digits or more that is all of a path's segment, and no year among others.
        var end = link.IndexOfAny(['?', '#']);
        var path = end < 0 ? link : link[..end];
        var segments = path.Split('/').Skip(1).ToList();
        return LinkId.IsMatch(link) || segments.Where((s, i) => s.Length >= 3 && s.All(char.IsAsciiDigit)
            && !(IsYear(s) && (i < segments.Count - 1 || end < 0))).Any();
    }

    /// <summary>After "record" or "report" alone, "15-20" counts minutes; after "MRN" or "record no." it is a number.</summary>
    private static (int Start, int End)? LongToken(PrivacyScan scan, Match match)
    {
        var it = match.Groups["it"];
        return Token(scan, match, token =>
        {
            var digits = token.LastIndexOfAny([' ', '\n']) + 1;
            var (start, end) = (it.Index + digits, it.Index + token.Length);
            return token.Length - digits >= 5 && char.IsAsciiDigit(token[^1]) && char.IsAsciiDigit(token[^2])
                && (match.Groups["sure"].Success || !(IsRange(scan, start, end) || IsRoundCount(scan, start, end)
                    || StreetHere.IsMatch(scan.After(end, NearbyStreet))));
        });
    }

    /// <summary>
    /// The longest beginning of what was taken that ends where the token does or before one of its dashes, and is an identifier.
    /// </summary>
    private static (int Start, int End)? Token(PrivacyScan scan, Match match, Func<string, bool> isIdentifier)
    {
        var it = match.Groups["it"];
        var end = it.Index + it.Length;
        if (StartsDate(scan, it.Index)) return null;
        var isWhole = end == scan.Text.Length || !(char.IsLetterOrDigit(scan.Text[end]) || scan.Text[end] is '_' or '%');
        for (var length = it.Length; length >= 2; length--)
        {
            if (length < it.Length ? it.ValueSpan[length] != '-' : !isWhole) continue;
            var token = it.Value[..length].TrimEnd('-');
            scan.Count(length);
            if (token.Length >= 2 && isIdentifier(token)) return (it.Index, it.Index + token.Length);
        }

        return null;
    }

    private static bool IsYear(string text) => text is ['1', '9', _, _] or ['2', '0', _, _] && text.All(char.IsAsciiDigit);

    private static bool IsDay(PrivacyScan scan, Match match)
    {
        var day = match.Groups["day"];
        if (!char.IsAsciiDigit(day.ValueSpan[0]) && IsVerb(match)) return false;
        var after = scan.After(day.Index + day.Length, Nearby);
        return !(after is [':' or '%' or (>= '0' and <= '9'), ..]) && !Counted.IsMatch(after);
    }

    /// <summary>"may" and "march", written small, are dates only with a number of a day.</summary>
    private static bool IsVerb(Match match) => match.Groups["month"].ValueSpan is "may" or "march";

    /// <summary>True when a date with its year stands here, alone or after its month.</summary>
    private static bool StartsDate(PrivacyScan scan, int at)
    {
        var here = scan.After(at, Nearby);
        return (DateHere.Match(here) is { Success: true } date && IsDate(date) is not null)
            || (DayAndYear.IsMatch(here) && MonthBefore.IsMatch(scan.Before(at, Nearby)));
    }

    /// <summary>Version numbers and scores have the same form, but rarely the sense of a date.</summary>
    private static (int Start, int End)? IsDate(Match match)
    {
        int Part(string name) =>
            int.TryParse(match.Groups[name].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 1;
        var (a, b) = (Part("a"), Part("b"));
        return a > 0 && b > 0 && ((a <= 12 && b <= 31) || (a <= 31 && b <= 12)) ? SpanOf(match) : null;
    }
}
