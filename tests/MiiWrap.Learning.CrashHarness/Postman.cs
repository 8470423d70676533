using System.Text.RegularExpressions;

namespace MiiWrap.Learning.CrashHarness;

/// <summary>One mail as it was picked up.</summary>
internal sealed record NudgeDelivery(string MessageId, string To, DateTimeOffset Date, IReadOnlyList<Guid> Nudges);

/// <summary>Takes mails out of the folder as a mail server would, so that one which is left there twice is seen twice.</summary>
internal sealed partial class Postman(string folder)
{
    private readonly List<NudgeDelivery> letters = [];

    public IReadOnlyList<NudgeDelivery> Letters => letters;

    /// <summary>Says how many of them carry asks: those are waited for, and not the mails of accounts and sessions.</summary>
    public int Collect()
    {
        if (!Directory.Exists(folder)) return 0;
        var before = letters.Count;
        foreach (var file in Directory.GetFiles(folder, "*.eml"))
        {
            letters.Add(Read(File.ReadAllText(file)));
            File.Delete(file);
        }

        return letters.Skip(before).Count(l => l.Nudges.Count > 0);
    }

    private static NudgeDelivery Read(string text)
    {
        var head = Folded().Replace(text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)], " ");
        string Header(string name) =>
            Regex.Match(head, $"^{name}: ?(.*?)\r?$", RegexOptions.Multiline | RegexOptions.IgnoreCase,
                TimeSpan.FromSeconds(1)).Groups[1].Value.Trim();
        var nudges = Header("X-Learning-Nudges").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(Guid.Parse).ToList();
        return new(Header("Message-ID"), Header("To"),
            DateTimeOffset.Parse(Header("Date"), System.Globalization.CultureInfo.InvariantCulture), nudges);
    }

    [GeneratedRegex("\r\n[ \t]+", RegexOptions.None, -1)]
    private static partial Regex Folded();
}
