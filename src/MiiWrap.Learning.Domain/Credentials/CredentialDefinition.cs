namespace MiiWrap.Learning.Domain.Credentials;

/// <summary>
/// A credential as data: what it says of its holder, what they have to show for it, and for how long it holds. A published version never
/// changes, and what was issued by it stays by it.
/// </summary>
/// <param name="Curriculum">The course whose learners can be issued it.</param>
/// <param name="Criteria">What its holder has shown, in words that anybody reads.</param>
/// <param name="Term">For how long it holds; null for good.</param>
/// <param name="Renewal">What has to be shown of one term before the next; none where it holds for good.</param>
public sealed record CredentialDefinition(
    string Code,
    string Title,
    string Curriculum,
    string Criteria,
    CredentialTerm? Term,
    IReadOnlyList<Requirement> Requirements,
    IReadOnlyList<Requirement> Renewal)
{
    public const int LongestCode = 60;
    public const int LongestTitle = 200;

    /// <summary>The published version's number; 0 before it is published.</summary>
    public int Version { get; init; }

    public string ContentHash { get; init; } = "";

    /// <summary>What was found of each requirement, whenever it was done.</summary>
    public IReadOnlyList<RequirementResult> Judge(LearnerRecord record, DateOnly today) =>
        [.. Requirements.Select(r => r.Judge(record, new(null, today)))];

    /// <summary>What was found of what a next term asks for, in the term that ends.</summary>
    /// <param name="first">The first day of that term.</param>
    public IReadOnlyList<RequirementResult> JudgeRenewal(LearnerRecord record, DateOnly first, DateOnly today) =>
        [.. Renewal.Select(r => r.Judge(record, new(first, today)))];
}
