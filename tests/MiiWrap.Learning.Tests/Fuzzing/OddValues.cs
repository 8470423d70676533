using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MiiWrap.Learning.Tests.Fuzzing;

/// <summary>Values that nobody expects.</summary>
internal static partial class OddValues
{
    // What a JSON writer would refuse or repair stands here as a sign that Raw() puts in its place afterwards.
    public const string HalfEmoji = "@@half@@";
    private const string OtherHalf = "@@other@@";

    /// <summary>Names that would add receivers to a mail, or pass for what a mail program has encoded.</summary>
    private static readonly string[] Names =
    [
        "Zed\" <evil@attacker.example>, \"Zed", "Robert \"Bob\" Smith", "Ana \\", "=?utf-8?B?QUFB?=", "=?utf-8?Q?=22=2C?=", "a, b; c: d",
        "(Ana)", "José\u2011Luis\u00A0O\u2019Brien", "Jose\u0301", "\u05E9\u05DC\u05D5\u05DD\u200F", "+1 Ana", "@Ana", "-Ana",
    ];

    public static readonly string[] Texts =
    [
        "", " ", "\0", "a\0b", "\u202Ereversed\u202C", "\u05E9\u05DC\u05D5\u05DD", "e\u0301 and a\u0308 and \u1100\u1161\u11A8",
        "\U0001F469\u200D\U0001F469\u200D\U0001F467", "\uFEFF", "\u200B\u2060",
        "\r\n", "\t", "\u0085\u2028\u2029", "\u001B[31m", "%00", "../../etc/passwd", "' or 1=1 --", "<script>alert(1)</script>", "{{7*7}}",
        "${jndi:ldap://x}", "=cmd|' /C calc'!A0", "\uFFFF\uFDD0",
        "\U0001D4B3", "\uFF21\uFF22", "\u0130\u0131\u00DF\uFB00", "null", "true", "0", "-1", "NaN", "[]", "{}", "\\", "\"", HalfEmoji,
        $"x{HalfEmoji}y", new('x', 10_000), new('\u00E9', 300), "Z\u0335\u0301\u0300\u0302a\u0335\u0301l\u0334\u0300go",
        new string('\u0301', 200), "a,b;c\"d\"\r\ne", "x@y", "user@example.org", "Pat <pat@example.org>", "\"a b\"@example.org",
        "\u00FC@ex\u00E4mple.org", OtherHalf, $"{OtherHalf}{HalfEmoji}", "\uFFFE", "x\uFFFFy",
        "(303)\u00A0555\u20110142", "219\u201009\u22129999", "219\u200B-09\u00AD-9999", "ana\uFF20example.org", "a\u2028b",
        "\u0663\u0660\u0663 \u0665\u0665\u0665 \u0660\u0661\u0664\u0662", "\u2066isolated\u2069", "Jose\u0301 met Mari\u0301a",
        "\u3164\u115F\u2800", new('\u0958', 280), $"case {new string('1', 1250)}_",
        "UTC", "Etc/GMT+14", "Europe/Kiev", "America/chicago", "24:00", "23:59", "00:00",
    ];

    public static readonly string[] Moments =
    [
        "0001-01-01", "9999-12-31", "0000-00-00", "2027-02-29", "10000-01-01", "2034-1-1", "2034-02-01", "1900-01-01",
        "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999Z",
        "9999-12-31T23:59:59-14:00", "2034-02-01T25:00:00Z", "1969-12-31T23:59:59Z", "2034-02-01T15:00:00", "2034-02-01 15:00",
        "2034-02-01T15:00:00.1234567890123Z", "2034-W05-1", "1706626800", "2034-03-12T02:30:00", "2016-12-31T23:59:60Z",
    ];

    public static readonly string[] Numbers =
        ["0", "-1", "1", "0.5", "-0", "201", "2147483647", "2147483648", "-2147483649", "9223372036854775808",
        "123456789012345678901234567890", "1e308", "1e400", "-1e400", "1E-400", "3.0"];

    /// <summary>Texts that look odd and are sound: what takes them must give them back.</summary>
    private static readonly string[] Sound =
    [
        "e\u0301 a\u0308 \u1100\u1161\u11A8", "\U0001F469\u200D\U0001F469\u200D\U0001F467", "\u05E9\u05DC\u05D5\u05DD \u202Bx\u202C",
        "\uFF21\uFB00\u0130\u00DF", "<b>&amp;</b> \"quoted\" 'single' \\back", "=1+1", "\U0001D4B3 \uFDFA", "%41 + %zz",
        "Z\u0335\u0301\u0300a", "plain", "well\u2011known\u00A0\u2018words\u2019 \u00ADand\u200B more \u2013 \u0663",
    ];

    public static JsonNode? Any(Random random) => random.Next(9) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => Number(random),
        3 => new JsonArray(),
        4 => new JsonObject(),
        5 => JsonValue.Create(random.Pick(Moments)),
        6 => new JsonArray(null, JsonValue.Create(random.Pick(Texts)), new JsonObject { ["x"] = 1 }),
        7 => Deep(random.Next(1, 90)),
        _ => JsonValue.Create(random.Pick(Texts)),
    };

    public static JsonNode Number(Random random) => JsonValue.Create($"@@raw:{random.Pick(Numbers)}@@");

    /// <summary>A sound text that is found again by the number in it.</summary>
    public static string Marked(Random random) => $"{random.Pick(Sound)} {Mark}{random.Next(100_000_000, 999_999_999)}";

    /// <summary>An odd name that is found again in the same way.</summary>
    public static string Name(Random random) => $"{random.Pick(Names)} {Mark}{random.Next(100_000_000, 999_999_999)}";

    public const string Mark = "mk";

    public static T Pick<T>(this Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    public static string Raw(string json) =>
        Sign().Replace(json, m => m.Groups["raw"].Value).Replace(HalfEmoji, @"\ud83d", StringComparison.Ordinal)
            .Replace(OtherHalf, @"\ude00", StringComparison.Ordinal);

    private static JsonNode Deep(int levels)
    {
        JsonNode node = 1;
        for (var i = 0; i < levels; i++) node = i % 2 == 0 ? new JsonArray(node) : new JsonObject { ["x"] = node };
        return node;
    }

    [GeneratedRegex("\"@@raw:(?<raw>.*?)@@\"", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex Sign();
}
