using System.Globalization;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Content;

/// <summary>A curriculum read from its files, together with just those files.</summary>
public sealed record ParsedCurriculum(Curriculum Curriculum, ContentFiles Files);

/// <summary>Reads curricula from content files and reports all faults at once, each with file and line.</summary>
public static partial class CurriculumParser
{
    private const string CurriculumFile = "curriculum.yml";
    private const string Rubrics = "rubrics/";
    private const string Plans = "nudge-plans/";
    private const string FrontMatter = "---\n";

    /// <summary>All curricula in the files; throws a <see cref="ContentException"/> that carries every fault.</summary>
    public static IReadOnlyList<ParsedCurriculum> Parse(ContentFiles files)
    {
        var faults = new List<ContentFault>();
        var rubrics = files.Paths.Where(p => IsYamlIn(p, Rubrics)).Select(p => (Path: p, Rubric: Rubric(files, p, faults)))
            .Where(r => r.Rubric is not null).ToDictionary(r => r.Rubric!.Slug, r => (r.Path, Rubric: r.Rubric!), StringComparer.Ordinal);
        var plans = files.Paths.Where(p => IsYamlIn(p, Plans)).Select(p => (Path: p, Plan: Plan(files, p, faults)))
            .Where(p => p.Plan is not null).ToDictionary(p => p.Plan!.Kind, p => (p.Path, Plan: p.Plan!));

        var curricula = new List<ParsedCurriculum>();
        foreach (var path in files.Paths.Where(p => p.Split('/') is [_, CurriculumFile]))
        {
            var folder = path[..^CurriculumFile.Length];
            if (ReadCurriculum(files, path, folder, rubrics, plans, faults) is { } curriculum) curricula.Add(curriculum);
        }

        if (curricula.Count == 0 && faults.Count == 0)
            faults.Add(new(CurriculumFile, 1, "there is no curriculum here: a folder with a curriculum.yml is expected"));
        return faults.Count == 0 ? curricula : throw new ContentException([.. faults.OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line)]);
    }

    private static ParsedCurriculum? ReadCurriculum(
        ContentFiles files,
        string path,
        string folder,
        Dictionary<string, (string Path, RubricDefinition Rubric)> rubrics,
        Dictionary<PlanKind, (string Path, NudgePlan Plan)> plans,
        List<ContentFault> faults)
    {
        if (files.Text(path, faults) is not { } text || YamlMap.Parse(text, path, 0, faults) is not { } map) return null;
        var before = faults.Count;
        var slug = Slug(map, "slug");
        if (slug.Length > 0 && folder != slug + "/") map.Fault("slug", $"'slug' must be the folder's name, '{folder.TrimEnd('/')}'");
        var title = map.Text("title", 200);
        var summary = map.Text("summary", 2000);
        var credit = map.Text("credit", 400, required: false);

        var modules = new List<Module>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in map.Maps("modules"))
        {
            var moduleSlug = Slug(entry, "slug");
            if (!seen.Add(moduleSlug)) entry.Fault("slug", $"'{moduleSlug}' is used twice; every module and unit needs a slug of its own");
            var (first, last) = Weeks(entry, modules.LastOrDefault());
            var units = new List<TrainingUnit>();
            foreach (var unitSlug in entry.Texts("units", 80))
            {
                var file = $"{folder}units/{unitSlug}.md";
                if (!SlugPattern().IsMatch(unitSlug)) entry.Fault("units", $"'{unitSlug}' is no slug: lower-case letters, digits, '.', '-'");
                else if (!seen.Add(unitSlug)) entry.Fault("units", $"'{unitSlug}' is used twice; every module and unit needs a slug of its own");
                else if (!files.Has(file)) entry.Fault("units", $"there is no file {file} for the unit '{unitSlug}'");
                else if (ReadUnit(files, file, unitSlug, rubrics, plans, faults) is { } unit) units.Add(unit);
            }

            modules.Add(new(moduleSlug, entry.Text("title", 200), first, last, units));
            entry.Done();
        }

        map.Done();
        foreach (var orphan in files.Paths.Where(p => p.StartsWith(folder + "units/", StringComparison.Ordinal) && !seen.Contains(Path.GetFileNameWithoutExtension(p))))
            faults.Add(new(orphan, 1, "no module names this unit; add it to curriculum.yml or take the file away"));
        if (faults.Count > before) return null;

        var allUnits = modules.SelectMany(m => m.Units).ToArray();
        var used = allUnits.Select(u => rubrics[u.Assignment.Rubric.Slug].Path).Concat(allUnits.Select(u => plans[u.Plan.Kind].Path)).ToHashSet(StringComparer.Ordinal);
        var own = files.Only(p => p.StartsWith(folder, StringComparison.Ordinal) || used.Contains(p));
        return new(new(slug, 0, own.Hash, title, summary, credit.Length == 0 ? null : credit, modules), own);
    }

    private static TrainingUnit? ReadUnit(
        ContentFiles files,
        string path,
        string slug,
        Dictionary<string, (string Path, RubricDefinition Rubric)> rubrics,
        Dictionary<PlanKind, (string Path, NudgePlan Plan)> plans,
        List<ContentFault> faults)
    {
        if (files.Text(path, faults) is not { } text) return null;
        var end = text.StartsWith(FrontMatter, StringComparison.Ordinal) ? text.IndexOf("\n" + FrontMatter, FrontMatter.Length - 1, StringComparison.Ordinal) : -1;
        if (end < 0)
        {
            faults.Add(new(path, 1, "the front matter is broken: the file must begin with a line '---', then 'key: value' lines, then a line '---'"));
            return null;
        }

        var before = faults.Count;
        if (YamlMap.Parse(text[FrontMatter.Length..(end + 1)], path, 1, faults) is not { } map) return null;
        var title = map.Text("title", 200);
        var minutes = map.Number("minutes", 5, 240);
        var planKind = map.Choice<PlanKind>("plan");
        if (!plans.TryGetValue(planKind, out var plan)) map.Fault("plan", $"there is no {Plans}{planKind.ToString().ToLowerInvariant()}.yml");
        var rubricSlug = map.Text("rubric", 80);
        if (!rubrics.TryGetValue(rubricSlug, out var rubric)) map.Fault("rubric", $"unknown rubric '{rubricSlug}'; expected is one of {string.Join(", ", rubrics.Keys)}");
        var outcomes = map.Texts("outcomes", 400);
        var prompts = Prompts(map);
        var practice = map.Text("practice", 1000);
        var check = map.Text("check", 400);
        var starter = map.Map("ifThen", required: false) is { } ifThen ? Starter(ifThen) : null;
        var nudges = map.NumberedTexts("nudges", 600);
        foreach (var step in nudges.Keys.Where(n => plan.Plan is { } p && p.Step(n) is null))
            map.Fault("nudges", $"the plan has no step {step}; its steps are {string.Join(", ", plan.Plan.Steps.Select(s => s.Step))}");
        map.Done();

        var body = text[(end + 1 + FrontMatter.Length)..].Trim() + "\n";
        if (body.Length < 2) faults.Add(new(path, 1 + text[..end].Count(c => c == '\n') + 1, "the unit has no text below its front matter"));
        if (faults.Count > before) return null;
        return new(slug, title, minutes, plan.Plan!, new(slug, prompts, rubric.Rubric!), outcomes, practice, check, starter, nudges, body, UnitText.ToHtml(body));
    }

    private static List<ReflectivePrompt> Prompts(YamlMap unit)
    {
        var prompts = new List<ReflectivePrompt>();
        foreach (var entry in unit.Maps("prompts", least: 2))
        {
            var slug = Slug(entry, "slug");
            if (prompts.Exists(p => p.Slug == slug)) entry.Fault("slug", $"two prompts have the slug '{slug}'");
            prompts.Add(new(slug, entry.Text("text", 800)));
            entry.Done();
        }

        return prompts;
    }

    private static IfThenStarter Starter(YamlMap map)
    {
        var starter = new IfThenStarter(map.Text("cue", 280), map.Text("action", 280));
        map.Done();
        return starter;
    }

    private static RubricDefinition? Rubric(ContentFiles files, string path, List<ContentFault> faults)
    {
        if (files.Text(path, faults) is not { } text || YamlMap.Parse(text, path, 0, faults) is not { } map) return null;
        var slug = Slug(map, "slug");
        if (path != $"{Rubrics}{slug}.yml") map.Fault("slug", $"'slug' must be the file's name, '{Path.GetFileNameWithoutExtension(path)}'");
        var title = map.Text("title", 200);
        var guidance = map.Text("guidance", 2000);
        var reviewers = map.Number("reviewers", 1, 2);
        var criteria = new List<RubricCriterion>();
        foreach (var entry in map.Maps("criteria", least: 0))
        {
            var criterion = new RubricCriterion(Slug(entry, "slug"), entry.Text("title", 200), entry.Texts("levels", 400, least: 4));
            if (criterion.Levels.Count != 4) entry.Fault("levels", "'levels' must be four texts, for the scores 0, 1, 2 and 3");
            if (criteria.Exists(c => c.Slug == criterion.Slug)) entry.Fault("slug", $"two criteria have the slug '{criterion.Slug}'");
            criteria.Add(criterion);
            entry.Done();
        }

        var accept = Least(map, "accept", criteria);
        var acceptAnchor = Least(map, "acceptAnchor", criteria);
        map.Done();
        return new(slug, title, guidance, reviewers, criteria, accept, acceptAnchor);
    }

    private static IReadOnlyDictionary<string, int> Least(YamlMap map, string key, List<RubricCriterion> criteria)
    {
        var least = map.Numbers(key, 0, 3);
        foreach (var name in least.Keys.Where(k => !criteria.Exists(c => c.Slug == k)))
            map.Fault(key, $"'{name}' is no criterion of this rubric");
        return least;
    }

    private static NudgePlan? Plan(ContentFiles files, string path, List<ContentFault> faults)
    {
        if (files.Text(path, faults) is not { } text || YamlMap.Parse(text, path, 0, faults) is not { } map) return null;
        var kind = map.Choice<PlanKind>("slug");
        if (path != $"{Plans}{kind.ToString().ToLowerInvariant()}.yml") map.Fault("slug", $"'slug' must be the file's name, '{Path.GetFileNameWithoutExtension(path)}'");
        var title = map.Text("title", 200);
        var requiresIfThen = map.Flag("requiresIfThen");
        var steps = new List<NudgeStep>();
        foreach (var entry in map.Maps("steps"))
        {
            var step = entry.Number("step", 1, 20);
            var day = entry.Number("day", 1, 365);
            var closes = entry.Number("closes", 1, 400, required: false);
            var stepKind = entry.Choice<NudgeKind>("kind");
            var words = entry.Text("text", 600);
            NudgeVariant? whenApplied = null;
            if (entry.Map("whenApplied", required: false) is { } variant)
            {
                whenApplied = new(variant.Choice<NudgeKind>("kind"), variant.Text("text", 600));
                variant.Done();
            }

            if (steps.LastOrDefault() is { } last && (step <= last.Step || day <= last.Day))
                entry.Fault("step", "steps must stand in order, each with a higher number and a later day than the one before");
            if (closes <= day) entry.Fault("closes", $"'closes' must be later than the step's day {day}");
            steps.Add(new(step, day, closes, stepKind, words, whenApplied));
            entry.Done();
        }

        if (steps.LastOrDefault() is { Closes: null }) map.Fault("steps", "the last step needs 'closes': the day on which the ask ends");
        map.Done();
        return new(kind, title, requiresIfThen, steps);
    }

    private static (int First, int Last) Weeks(YamlMap module, Module? previous)
    {
        var text = module.Text("weeks", 20);
        if (text.Length == 0) return (1, 1);
        if (WeeksPattern().Match(text) is not { Success: true } match)
        {
            module.Fault("weeks", "'weeks' must be a week such as 4, or a range such as 4-6");
            return (1, 1);
        }

        var first = int.Parse(match.Groups["first"].ValueSpan, CultureInfo.InvariantCulture);
        var last = match.Groups["last"].Success ? int.Parse(match.Groups["last"].ValueSpan, CultureInfo.InvariantCulture) : first;
        if (first < 1 || last < first || first < (previous?.FirstWeek ?? 1)) module.Fault("weeks", "'weeks' must go forward, from week 1");
        return (first, last);
    }

    private static string Slug(YamlMap map, string key)
    {
        var slug = map.Text(key, 80);
        if (slug.Length > 0 && !SlugPattern().IsMatch(slug)) map.Fault(key, $"'{slug}' is no slug: lower-case letters, digits, '.', '-'");
        return slug;
    }

    private static bool IsYamlIn(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(".yml", StringComparison.Ordinal);

    [GeneratedRegex(@"^[a-z0-9]+([.-][a-z0-9]+)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SlugPattern();

    [GeneratedRegex(@"^(?<first>\d{1,3})(\s*-\s*(?<last>\d{1,3}))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WeeksPattern();
}
