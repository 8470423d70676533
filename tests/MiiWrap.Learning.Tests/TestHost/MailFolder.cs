using System.Net;
using System.Text.RegularExpressions;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>One mail as its receiver gets it.</summary>
public sealed partial record Mail(string File, IReadOnlyDictionary<string, string> Headers, string Text, string Html)
{
    /// <summary>All of it, as it lies in the folder.</summary>
    public string Raw => System.IO.File.ReadAllText(File);

    public IEnumerable<Uri> Links => LinkPattern().Matches(Text).Select(m => new Uri(m.Value));

    [GeneratedRegex(@"https?://\S+", RegexOptions.None, -1)]
    private static partial Regex LinkPattern();
}

/// <summary>Reads the mails that the program has left in its pickup folder.</summary>
public static partial class MailFolder
{
    public static IReadOnlyList<Mail> MailsTo(this LearningApp app, string address) => MailsIn(app.MailFolder, address);

    public static IReadOnlyList<Mail> MailsIn(string folder, string address) => !Directory.Exists(folder) ? [] :
        [.. Directory.GetFiles(folder, "*.eml").Order(StringComparer.Ordinal).Select(file => Read(file, address)).OfType<Mail>()];

    // Nearly every mail is another test's: the words of those are not decoded.
    private static Mail? Read(string file, string address)
    {
        var raw = System.IO.File.ReadAllText(file).ReplaceLineEndings("\n");
        var split = raw.IndexOf("\n\n", StringComparison.Ordinal);
        var headers = HeadersOf(raw[..split]);
        if (!headers["To"].Contains(address, StringComparison.OrdinalIgnoreCase)) return null;
        // Where a file comes with it, the words are a multipart within a multipart.
        var boundaries = BoundaryPattern().Matches(raw).Select(m => "--" + m.Groups["boundary"].Value).ToArray();
        var parts = raw[split..].Split(boundaries, StringSplitOptions.None)
            .Where(p => p.Contains("Content-Type", StringComparison.OrdinalIgnoreCase)).Select(p => p.TrimStart('\n')).ToList();
        string Part(string type) => Decode(parts.Single(p => p.Contains(type, StringComparison.OrdinalIgnoreCase)));
        return new(file, headers, Part("text/plain"), Part("text/html"));
    }

    private static Dictionary<string, string> HeadersOf(string head)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in FoldPattern().Replace(head, " ").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = EncodedWordPattern().Replace(line[(colon + 1)..].Trim(), DecodeWord);
        }

        return headers;
    }

    private static string Decode(string part)
    {
        var split = part.IndexOf("\n\n", StringComparison.Ordinal);
        var body = part[(split + 2)..];
        var encoding = HeadersOf(part[..split]).GetValueOrDefault("Content-Transfer-Encoding", "7bit");
        if (encoding.Equals("base64", StringComparison.OrdinalIgnoreCase))
            return System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(body));
        return encoding.Equals("quoted-printable", StringComparison.OrdinalIgnoreCase)
            ? QuotedPrintable(body.Replace("=\n", "", StringComparison.Ordinal)) : body;
    }

    private static string QuotedPrintable(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=' && i + 2 < text.Length
                && byte.TryParse(text.AsSpan(i + 1, 2), System.Globalization.NumberStyles.HexNumber, null, out var b))
            {
                bytes.Add(b);
                i += 2;
            }
            else
            {
                bytes.AddRange(System.Text.Encoding.UTF8.GetBytes(text[i].ToString()));
            }
        }

        return System.Text.Encoding.UTF8.GetString([.. bytes]);
    }

    private static string DecodeWord(Match match) => match.Groups["kind"].Value is "B" or "b"
        ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(match.Groups["text"].Value))
        : WebUtility.UrlDecode(match.Groups["text"].Value.Replace('_', ' ').Replace('=', '%'));

    [GeneratedRegex("""boundary="?(?<boundary>[^";\n]+)"?""", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex BoundaryPattern();

    [GeneratedRegex(@"\n[ \t]+", RegexOptions.None, -1)]
    private static partial Regex FoldPattern();

    [GeneratedRegex(@"=\?utf-8\?(?<kind>[BQbq])\?(?<text>[^?]*)\?=", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, -1)]
    private static partial Regex EncodedWordPattern();
}
