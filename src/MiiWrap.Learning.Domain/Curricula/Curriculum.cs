namespace MiiWrap.Learning.Domain.Curricula;

/// <summary>One published version of a course; it never changes, and cohorts are pinned to it.</summary>
public sealed record Curriculum(
    string Slug, int Version, string ContentHash, string Title, string Summary, string? Credit, IReadOnlyList<Module> Modules)
{
    private readonly Dictionary<string, TrainingUnit> units = Modules.SelectMany(m => m.Units)
        .ToDictionary(u => u.Slug, StringComparer.Ordinal);

    /// <summary>What units refer to and a reader prints or studies beside them.</summary>
    public IReadOnlyList<Material> Materials { get; init; } = [];

    public int UnitCount => units.Count;

    public IEnumerable<TrainingUnit> Units => Modules.SelectMany(m => m.Units);

    public TrainingUnit? Unit(string slug) => units.GetValueOrDefault(slug);

    public Material? Material(string slug) => Materials.FirstOrDefault(m => m.Slug == slug);

    /// <summary>The units here that mirror one of another curriculum, whichever of the two names the other.</summary>
    public IEnumerable<TrainingUnit> UnitsMirroring(Curriculum other, TrainingUnit unit) => Units.Where(u =>
        unit.Mirrors.Contains(new(Slug, u.Slug)) || u.Mirrors.Contains(new(other.Slug, unit.Slug)));

    public Module ModuleOf(TrainingUnit unit) => Modules.Single(m => m.Units.Contains(unit));
}

/// <summary>
/// An ordered set of units, studied in the weeks from <see cref="FirstWeek"/> to <see cref="LastWeek"/> of a cohort (counted from 1).
/// </summary>
public sealed record Module(string Slug, string Title, int FirstWeek, int LastWeek, IReadOnlyList<TrainingUnit> Units)
{
    public string Weeks => FirstWeek == LastWeek ? $"{FirstWeek}" : $"{FirstWeek}-{LastWeek}";
}

/// <summary>The smallest completable piece of a curriculum.</summary>
public sealed record TrainingUnit(
    string Slug,
    string Title,
    int Minutes,
    NudgePlan Plan,
    Assignment Assignment,
    IReadOnlyList<string> Outcomes,
    string Practice,
    string Check,
    IfThenStarter? Starter,
    IReadOnlyDictionary<int, string> NudgeTexts,
    string Markdown,
    string Html)
{
    public bool IsAnchor => Plan.Kind == PlanKind.Anchor;

    /// <summary>Units of other curricula in which whoever coaches learns what is learned here.</summary>
    public IReadOnlyList<MirroredUnit> Mirrors { get; init; } = [];
}

/// <summary>A unit of another curriculum; which of its versions, whoever studies it knows.</summary>
public sealed record MirroredUnit(string Curriculum, string Unit);

/// <summary>An if-then plan that the author offers; the learner takes it, changes it or writes another.</summary>
public sealed record IfThenStarter(string Cue, string Action);

/// <summary>The reflective assignment of a unit; its slug is the unit's.</summary>
public sealed record Assignment(string Slug, IReadOnlyList<ReflectivePrompt> Prompts, RubricDefinition Rubric);

/// <summary>A question that the learner answers about their own practice.</summary>
public sealed record ReflectivePrompt(string Slug, string Text);

/// <summary>Criteria by which a reviewer reads a reflection: a guide, not a grade.</summary>
public sealed record RubricDefinition(
    string Slug,
    string Title,
    string Guidance,
    int Reviewers,
    IReadOnlyList<RubricCriterion> Criteria,
    IReadOnlyDictionary<string, int> Accept,
    IReadOnlyDictionary<string, int> AcceptAnchor)
{
    /// <summary>Whether what the learner will do next must be an if-then plan.</summary>
    public bool RequiresIfThen { get; init; }

    /// <summary>Sample texts of a rubric without criteria.</summary>
    public CompletionAnchors? Anchors { get; init; }

    /// <summary>The criteria whose score is too low for acceptance; an anchor unit asks for more.</summary>
    public IReadOnlyList<string> ShortOf(IReadOnlyDictionary<string, int> scores, bool isAnchor)
    {
        var least = isAnchor ? Accept.Concat(AcceptAnchor) : Accept;
        return [.. least.Where(rule => scores.GetValueOrDefault(rule.Key) < rule.Value).Select(rule => rule.Key).Distinct()];
    }
}

/// <summary>One criterion with the words for its scores 0 to 3.</summary>
public sealed record RubricCriterion(string Slug, string Title, IReadOnlyList<string> Levels)
{
    /// <summary>A sample text for each level, for reviewers to calibrate on; or none at all.</summary>
    public IReadOnlyList<string> Anchors { get; init; } = [];
}

/// <summary>A sample of a reflection that is complete, and of one that is not.</summary>
public sealed record CompletionAnchors(string Complete, string Incomplete);

/// <summary>A page that belongs to a curriculum and to no one unit: a practice transcript, its key, a form, a sheet.</summary>
/// <param name="Of">Of a key, the slug of its transcript.</param>
public sealed record Material(string Slug, string Title, MaterialKind Kind, string? Of, string Markdown, string Html);

/// <summary>What a material is for.</summary>
public enum MaterialKind
{
    Transcript,
    Key,
    Form,
    Sheet,
}
