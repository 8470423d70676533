namespace MiiWrap.Learning.Domain.Curricula;

/// <summary>What an author changed between two versions of a curriculum, unit by unit and material by material; each by its slug.</summary>
public sealed record CurriculumChanges(
    IReadOnlyList<ChangedUnit> Added,
    IReadOnlyList<ChangedUnit> Removed,
    IReadOnlyList<MovedUnit> Moved,
    IReadOnlyList<RewordedUnit> Reworded,
    IReadOnlyList<RetimedUnit> Retimed,
    IReadOnlyList<ChangedMaterial> Materials)
{
    public static CurriculumChanges Between(Curriculum from, Curriculum to)
    {
        var before = PlacedUnits(from);
        var after = PlacedUnits(to);
        var both = after.Where(p => before.ContainsKey(p.Key)).Select(p => (Before: before[p.Key], After: p.Value)).ToList();
        return new(
            [.. after.Values.Where(p => !before.ContainsKey(p.Unit.Slug))
                .Select(p => new ChangedUnit(p.Unit.Slug, p.Unit.Title, p.Module.Slug))],
            [.. before.Values.Where(p => !after.ContainsKey(p.Unit.Slug))
                .Select(p => new ChangedUnit(p.Unit.Slug, p.Unit.Title, p.Module.Slug))],
            [.. MovedUnits(both)],
            [.. both.Select(p => new RewordedUnit(p.After.Unit.Slug, p.After.Unit.Title, [.. PartsReworded(p.Before.Unit, p.After.Unit)]))
                .Where(u => u.Parts.Count > 0)],
            [.. both.Select(p => new RetimedUnit(p.After.Unit.Slug, p.After.Unit.Title, [.. TimesChanged(p.Before, p.After)]))
                .Where(u => u.Changes.Count > 0)],
            [.. MaterialsChanged(from, to)]);
    }

    private static IEnumerable<ChangedMaterial> MaterialsChanged(Curriculum from, Curriculum to)
    {
        foreach (var material in to.Materials)
        {
            var before = from.Material(material.Slug);
            if (before is null) yield return new(material.Slug, material.Title, MaterialChange.Added);
            // The page's addresses carry the version; what the author wrote does not.
            else if (before with { Html = material.Html } != material)
                yield return new(material.Slug, material.Title, MaterialChange.Reworded);
        }

        foreach (var gone in from.Materials.Where(m => to.Material(m.Slug) is null))
            yield return new(gone.Slug, gone.Title, MaterialChange.Removed);
    }

    private static Dictionary<string, PlacedUnit> PlacedUnits(Curriculum curriculum) =>
        curriculum.Modules.SelectMany(m => m.Units.Select(u => (Module: m, Unit: u))).Index()
            .ToDictionary(p => p.Item.Unit.Slug, p => new PlacedUnit(p.Index, p.Item.Module, p.Item.Unit), StringComparer.Ordinal);

    /// <summary>Units in another module, and of those that stayed the fewest whose going elsewhere explains the new order.</summary>
    private static IEnumerable<MovedUnit> MovedUnits(List<(PlacedUnit Before, PlacedUnit After)> both)
    {
        var stayed = both.Where(p => p.Before.Module.Slug == p.After.Module.Slug).OrderBy(p => p.After.Index).ToList();
        var unmoved = LongestRising([.. stayed.Select(p => p.Before.Index)]).Select(i => stayed[i].After.Unit.Slug)
            .ToHashSet(StringComparer.Ordinal);
        return both.Where(p => !unmoved.Contains(p.After.Unit.Slug))
            .Select(p => new MovedUnit(p.After.Unit.Slug, p.After.Unit.Title, p.Before.Module.Slug, p.After.Module.Slug));
    }

    /// <summary>The places of a longest rising subsequence.</summary>
    private static List<int> LongestRising(int[] numbers)
    {
        var (length, previous) = (new int[numbers.Length], new int[numbers.Length]);
        var end = -1;
        for (var i = 0; i < numbers.Length; i++)
        {
            (length[i], previous[i]) = (1, -1);
            for (var j = 0; j < i; j++)
            {
                if (numbers[j] < numbers[i] && length[j] >= length[i]) (length[i], previous[i]) = (length[j] + 1, j);
            }

            if (end < 0 || length[i] > length[end]) end = i;
        }

        var found = new List<int>();
        for (; end >= 0; end = previous[end]) found.Add(end);
        return found;
    }

    private static IEnumerable<UnitPart> PartsReworded(TrainingUnit from, TrainingUnit to)
    {
        if (from.Title != to.Title) yield return UnitPart.Title;
        if (!from.Outcomes.SequenceEqual(to.Outcomes)) yield return UnitPart.Outcomes;
        if (from.Markdown != to.Markdown) yield return UnitPart.Body;
        if (!from.Assignment.Prompts.SequenceEqual(to.Assignment.Prompts)) yield return UnitPart.Prompts;
        if (WordsOf(from.Assignment.Rubric) != WordsOf(to.Assignment.Rubric)) yield return UnitPart.Rubric;
        if (from.Practice != to.Practice) yield return UnitPart.Practice;
        if (from.Check != to.Check) yield return UnitPart.Check;
        if (from.Starter != to.Starter) yield return UnitPart.IfThen;
        if (WordsOf(from) != WordsOf(to)) yield return UnitPart.Nudges;
        if (!from.Mirrors.SequenceEqual(to.Mirrors)) yield return UnitPart.Mirrors;
    }

    private static IEnumerable<TimeChange> TimesChanged(PlacedUnit from, PlacedUnit to)
    {
        if (from.Unit.Minutes != to.Unit.Minutes) yield return new(UnitTime.Minutes, $"{from.Unit.Minutes}", $"{to.Unit.Minutes}");
        if (from.Module.Weeks != to.Module.Weeks) yield return new(UnitTime.Weeks, from.Module.Weeks, to.Module.Weeks);
        if (from.Unit.Plan.Kind != to.Unit.Plan.Kind) yield return new(UnitTime.Plan, PlanOf(from.Unit), PlanOf(to.Unit));
        if (DaysOf(from.Unit.Plan) != DaysOf(to.Unit.Plan)) yield return new(UnitTime.Days, DaysOf(from.Unit.Plan), DaysOf(to.Unit.Plan));
    }

    private static string PlanOf(TrainingUnit unit) => unit.Plan.Kind.ToString().ToLowerInvariant();

    private static string DaysOf(NudgePlan plan) =>
        string.Join(", ", plan.Steps.Select(s => s.Closes is { } closes ? $"{s.Day} to {closes}" : $"{s.Day}"));

    // What the learner is asked, with the author's words for the unit before the plan's.
    private static string WordsOf(TrainingUnit unit) =>
        string.Join(
            '\n', unit.Plan.Steps.Select(s => $"{s.Step} {s.Kind} {unit.NudgeTexts.GetValueOrDefault(s.Step, s.Text)} {s.WhenApplied}"));

    private static string WordsOf(RubricDefinition rubric) =>
        string.Join('\n', [
            rubric.Slug, rubric.Title, rubric.Guidance, $"{rubric.Reviewers}",
            .. rubric.Criteria.Select(c => $"{c.Slug} {c.Title} {string.Join('|', c.Levels)} {string.Join('|', c.Anchors)}"),
            rubric.Anchors?.Complete ?? "", rubric.Anchors?.Incomplete ?? "",
            .. rubric.Accept.Concat(rubric.AcceptAnchor).Select(a => $"{a.Key} {a.Value}"),
        ]);

    private sealed record PlacedUnit(int Index, Module Module, TrainingUnit Unit);
}

/// <summary>A unit that one of two versions has.</summary>
public sealed record ChangedUnit(string Unit, string Title, string Module);

/// <summary>A unit in another place; within one module when both modules are the same.</summary>
/// <param name="FromModule">The slug of the module in which it was.</param>
/// <param name="ToModule">The slug of the module in which it is.</param>
public sealed record MovedUnit(string Unit, string Title, string FromModule, string ToModule);

/// <summary>A unit with other words.</summary>
/// <param name="Parts">The parts whose words have changed.</param>
public sealed record RewordedUnit(string Unit, string Title, IReadOnlyList<UnitPart> Parts);

/// <summary>A unit with other times.</summary>
/// <param name="Changes">What has changed in its time.</param>
public sealed record RetimedUnit(string Unit, string Title, IReadOnlyList<TimeChange> Changes);

/// <summary>A material that came, went or has other words.</summary>
/// <param name="Material">The material's slug.</param>
public sealed record ChangedMaterial(string Material, string Title, MaterialChange Change);

/// <summary>What became of a material.</summary>
public enum MaterialChange
{
    Added,
    Removed,
    Reworded,
}

/// <summary>One time of a unit, before and after.</summary>
/// <param name="From">The value in the earlier version.</param>
/// <param name="To">The value in the later one.</param>
public sealed record TimeChange(UnitTime What, string From, string To);

/// <summary>A part of a unit that has words.</summary>
public enum UnitPart
{
    Title,
    Outcomes,
    Body,
    Prompts,
    Rubric,
    Practice,
    Check,
    IfThen,
    Nudges,
    Mirrors,
}

/// <summary>What decides when a unit is studied and followed up.</summary>
public enum UnitTime
{
    Minutes,
    Weeks,
    Plan,
    Days,
}
