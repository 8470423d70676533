using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Reflections.Privacy;

/// <summary>What in a text could point to a person.</summary>
public enum PrivacyKind
{
    Link,
    Email,
    Ssn,
    Phone,
    RecordNumber,
    Date,
    Address,
    Age,
    Name,
}

/// <summary>A place in an answer, in UTF-16 units from <see cref="Start"/> up to and without <see cref="End"/>.</summary>
public sealed record PrivacyFinding(string Prompt, int Start, int End, PrivacyKind Kind)
{
    /// <summary>What identifies by itself stops a submission; the rest asks its author to look again.</summary>
    public bool Blocks => Kind is PrivacyKind.Link or PrivacyKind.Email or PrivacyKind.Ssn or PrivacyKind.Phone or PrivacyKind.RecordNumber;
}

/// <summary>
/// Looks for what could point to a family or a colleague, offline and in a time that grows with the text alone. It finds much and not all:
/// the author's own look, and the reviewer's, stay needed.
/// </summary>
public static class PrivacyCheck
{
    /// <summary>Of one kind in one text; whoever has taken these out asks again.</summary>
    public const int MostOfAKind = 100;

    /// <param name="denied">Further words of the learner's agency: places, programmes, people.</param>
    public static IReadOnlyList<PrivacyFinding> Find(Answers answers, IReadOnlyCollection<string> denied) =>
        [.. answers.ByPrompt.SelectMany(a => Find(a.Value, denied).Select(f => new PrivacyFinding(a.Key, f.Start, f.End, f.Kind)))];

    /// <summary>True when something in the text points to a person by itself.</summary>
    public static bool Identifies(string text) => Find(text, []).Any(f => new PrivacyFinding("", f.Start, f.End, f.Kind).Blocks);

    /// <summary>Looks in a folded copy of the text, and tells where in the text itself something was found.</summary>
    public static IReadOnlyList<(int Start, int End, PrivacyKind Kind)> Find(string text, IReadOnlyCollection<string> denied) =>
        Find(new PrivacyScan(FoldedText.Of(text)), denied);

    /// <summary>What a look through this text costs, in characters given to expressions and comparisons.</summary>
    internal static long WorkOf(string text, IReadOnlyCollection<string> denied)
    {
        var scan = new PrivacyScan(FoldedText.Of(text));
        Find(scan, denied);
        return scan.Work;
    }

    private static List<(int Start, int End, PrivacyKind Kind)> Find(PrivacyScan scan, IReadOnlyCollection<string> denied)
    {
        var found = new List<(int Start, int End, PrivacyKind Kind)>();
        var isTaken = new bool[scan.Text.Length];
        // In this order: what was found first keeps its place, and what overlaps it says nothing new. What blocks comes before what warns,
        // so that no warning hides it. An ISBN is no finding, and keeps its digits from being one.
        foreach (var (kind, spans) in new (PrivacyKind?, IEnumerable<(int Start, int End)>)[]
        {
            (PrivacyKind.Link, PrivacyPatterns.Links(scan)),
            (PrivacyKind.Email, PrivacyPatterns.Emails(scan)),
            (null, PrivacyPatterns.Isbns(scan)),
            (PrivacyKind.Ssn, PrivacyPatterns.Ssns(scan)),
            (PrivacyKind.Phone, PrivacyPatterns.Phones(scan)),
            (PrivacyKind.RecordNumber, PrivacyPatterns.RecordNumbers(scan)),
            (PrivacyKind.Date, PrivacyPatterns.Dates(scan)),
            (PrivacyKind.Address, PrivacyPatterns.Addresses(scan)),
            (PrivacyKind.Age, PrivacyPatterns.Ages(scan)),
            (PrivacyKind.Name, PrivacyPatterns.Words(scan, denied).Concat(PrivacyNames.In(scan))),
        })
        {
            var most = found.Count + MostOfAKind;
            foreach (var (start, end) in spans)
            {
                scan.Count(end - start);
                if (isTaken.AsSpan(start, end - start).Contains(true)) continue;
                isTaken.AsSpan(start, end - start).Fill(true);
                if (kind is not { } known) continue;
                var (from, to) = scan.Folded.InOriginal(start, end);
                found.Add((from, to, known));
                if (found.Count == most) break;
            }
        }

        return [.. found.OrderBy(f => f.Start)];
    }
}
