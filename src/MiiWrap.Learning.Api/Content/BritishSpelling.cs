using System.Text.RegularExpressions;

namespace MiiWrap.Learning.Api.Content;

/// <summary>Spellings and words that a US reader stumbles over, with what they would write: a list, for endings prove nothing.</summary>
internal static class BritishSpelling
{
    // The groups of a pattern may stand in what is written instead. Patterns begin and end at a word's edges.
    private static readonly (string Pattern, string American)[] List =
    [
        ("(behavi|col|fav|flav|hon|lab|neighb|harb|hum|rum|endeav|vig|sav|arm|od|parl|clam|rig|val|splend|demean)our([a-z]*)", "$1or$2"),
        ("(cent|met|lit|theat|fib|calib|somb|meag|lust|spect)re(s?)", "$1er$2"),
        ("(kilomet|centimet|millimet)re(s?)", "$1er$2"),
        ("(organ|reorgan|recogn|real|emphas|apolog|summar|priorit|critic|minim|maxim|normal|special|general|categor|memor|symbol"
            + "|util|author|standard|visual|personal|character|final|formal|local|mobil|neutral|optim|penal|stabil|stigmat"
            + "|sympath|empath|traumat|victim|jeopard|scrutin|individual|internal|rational|social|modern|harmon|central|familiar"
            + "|crystall|legal|subsid|hypothes|synthes|patron|agon|antagon|digit|equal|item|vocal|verbal|contextual|conceptual"
            + "|operational|institutional|marginal|anonym|random|custom|energ|hospital|initial|polar|private|public|revital"
            + "|sensit"
            + ")is(e|es|ed|er|ers|ing|ation|ations|ational)", "$1iz$2"),
        ("(anal|paral|catal)ys(e|ed|er|ing)", "$1yz$2"),
        ("(travel|counsel|model|label|cancel|signal|level|channel|quarrel|fuel|marvel|total|equal|dial|initial|tunnel|funnel"
            + ")l(ed|ing|er|ers|or|ors)", "$1$2"),
        ("(pract)is(e|es|ed|ing)", "$1ic$2"),
        ("(licen|defen|offen|preten)ce(s?)", "$1se$2"),
        ("programme(s?)", "program$1"),
        ("enrol(s|ment|ments)?", "enroll$1"),
        ("fulfil(s|ment)?", "fulfill$1"),
        ("instal(s|ment|ments)?", "install$1"),
        ("skilful(ly)?", "skillful$1"),
        ("wilful(ly)?", "willful$1"),
        ("judgement(s?|al)", "judgment$1"),
        ("acknowledgement(s?)", "acknowledgment$1"),
        ("ageing", "aging"),
        ("grey(s|er|est)?", "gray$1"),
        ("cheque(s?)", "check$1"),
        ("tyre(s?)", "tire$1"),
        ("kerb(s?)", "curb$1"),
        ("plough(s|ed|ing)?", "plow$1"),
        ("sceptic(s|al|ally|ism)?", "skeptic$1"),
        ("cosy", "cozy"),
        ("manoeuvre(s|d)?", "maneuver$1"),
        ("paediatric(s|ian|ians)?", "pediatric$1"),
        ("learnt", "learned"),
        ("spelt", "spelled"),
        ("dreamt", "dreamed"),
        ("whilst", "while"),
        ("amongst", "among"),
        ("mum(s?)", "mom$1"),
        ("maths", "math"),
        ("nought(s?)", "zero$1"),
        ("fortnight(s?)", "two weeks"),
        ("fortnightly", "every two weeks"),
        ("diary", "calendar"),
        ("diaries", "calendars"),
        ("rota(s?)", "schedule$1"),
        ("queue(s?)", "line$1"),
        ("car park(s?)", "parking lot$1"),
        ("mobile phone(s?)", "cell phone$1"),
        ("postcode(s?)", "ZIP code$1"),
        ("league table(s?)", "ranking$1"),
        ("off sick", "out sick"),
        ("at the weekend", "on the weekend"),
        ("school year", "grade"),
        ("tick(s|ed)?", "check mark"),
        ("rang", "called"),
        ("per cent", "percent"),
    ];

    private static readonly (Regex Pattern, string American)[] Patterns =
        [.. List.Select(l => (new Regex($@"\b{(l.Pattern.Contains('|', StringComparison.Ordinal) ? $"(?:{l.Pattern})" : l.Pattern)}\b",
            RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1)), l.American))];

    public static IEnumerable<(string British, string American)> In(string line)
    {
        foreach (var (pattern, american) in Patterns)
        {
            foreach (Match match in pattern.Matches(line)) yield return (match.Value, match.Result(american));
        }

        foreach (Match match in SpacedPercent.Matches(line)) yield return (match.Value, match.Result("${number}%"));
    }

    private static readonly Regex SpacedPercent =
        new(@"(?<![0-9])(?<number>[0-9]+) %", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
}
