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
/// Looks for what could point to a family or a colleague, offline and in no time. It finds much and not all: the author's own look, and the
/// reviewer's, stay needed.
/// </summary>
public static class PrivacyCheck
{
    /// <param name="denied">Further words of the learner's agency: places, programmes, people.</param>
    public static IReadOnlyList<PrivacyFinding> Find(Answers answers, IReadOnlyCollection<string> denied) =>
        [.. answers.ByPrompt.SelectMany(a => Find(a.Value, denied).Select(f => new PrivacyFinding(a.Key, f.Start, f.End, f.Kind)))];

    /// <summary>True when something in the text points to a person by itself.</summary>
    public static bool Identifies(string text) => Find(text, []).Any(f => new PrivacyFinding("", f.Start, f.End, f.Kind).Blocks);

    public static IReadOnlyList<(int Start, int End, PrivacyKind Kind)> Find(string text, IReadOnlyCollection<string> denied)
    {
        // In this order: what was found first keeps its place, and what overlaps it says nothing new.
        var found = new List<(int Start, int End, PrivacyKind Kind)>();
        foreach (var (kind, spans) in new[]
        {
            (PrivacyKind.Link, PrivacyPatterns.Links(text)),
            (PrivacyKind.Email, PrivacyPatterns.Emails(text)),
            (PrivacyKind.Ssn, PrivacyPatterns.Ssns(text)),
            (PrivacyKind.Date, PrivacyPatterns.Dates(text)),
            (PrivacyKind.Phone, PrivacyPatterns.Phones(text)),
            (PrivacyKind.Address, PrivacyPatterns.Addresses(text)),
            (PrivacyKind.RecordNumber, PrivacyPatterns.RecordNumbers(text)),
            (PrivacyKind.Age, PrivacyPatterns.Ages(text)),
            (PrivacyKind.Name, PrivacyNames.In(text)),
            (PrivacyKind.Name, PrivacyPatterns.Words(text, denied)),
        })
        {
            foreach (var (start, end) in spans)
            {
                if (!found.Exists(f => start < f.End && f.Start < end)) found.Add((start, end, kind));
            }
        }

        return [.. found.OrderBy(f => f.Start)];
    }
}
