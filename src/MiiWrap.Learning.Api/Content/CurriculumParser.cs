using System.Globalization;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Api.Content;

/// <summary>A curriculum read from its files, together with just those files.</summary>
public sealed record ParsedCurriculum(Curriculum Curriculum, ContentFiles Files)
    : ParsedVersion(Curriculum.Slug, Curriculum.Title, Curriculum.ContentHash, Files);

/// <summary>
/// Reads curricula from content files and reports all faults at once, each with file and line. What can be read in spite of a fault is
/// read: a version that was published under older rules stays readable under newer ones.
/// </summary>
public sealed partial class CurriculumParser
{
    private const int LongestNudge = 600;
    private const int LongestUnitNudge = 300;
    private const int LongestAnchor = 2000;
    private const int Levels = 4;
    private const int FewestWordsAlone = 6;
    private const int MostMirrors = 5;

    private readonly ContentFiles files;
    private readonly int version;
    private readonly List<ContentFault> faults;
    private readonly Dictionary<string, RubricDefinition> rubrics = new(StringComparer.Ordinal);
    private readonly Dictionary<PlanKind, NudgePlan> plans = [];
    private readonly Dictionary<string, HashSet<string>?> anchorsOf = new(StringComparer.Ordinal);

    // What these show and link to is not known.
    private readonly List<string> unreadable = [];

    private readonly List<ParsedMirror> elsewhere = [];

    private CurriculumParser(ContentFiles files, int version)
    {
        this.files = files;
        this.version = version;
        faults = [.. files.Faults];
    }

    /// <param name="version">The version's number, which the addresses of its images carry.</param>
    public static ParsedContent Read(ContentFiles files, int version = 0) => new CurriculumParser(files, version).ReadAll();

    private ParsedContent ReadAll()
    {
        foreach (var path in files.Paths.Where(ContentLayout.IsShared))
        {
            if (path.StartsWith(ContentLayout.Rubrics, StringComparison.Ordinal)) ReadRubric(path);
            else ReadPlan(path);
        }

        var curricula = files.Curricula.Select(ReadCurriculum).OfType<ParsedCurriculum>().ToList();
        var homes = files.Curricula.ToHashSet(StringComparer.Ordinal);
        var instruments = InstrumentParser.Read(files);
        faults.AddRange(instruments.Faults);
        var indicators = IndicatorParser.Read(files, faults);
        var credentials = CredentialParser.Read(files, faults);
        foreach (var path in files.Paths
            .Where(p => !ContentLayout.IsShared(p) && !ContentLayout.IsInstrument(p) && !ContentLayout.IsCredential(p)
                && p != ContentLayout.IndicatorFile && !homes.Contains(p.Split('/')[0])))
            faults.Add(new(path, 1, $"there is no {path.Split('/')[0]}/{ContentLayout.CurriculumFile} that this file could belong to"));
        if (homes.Count == 0 && faults.Count == 0)
            faults.Add(new(ContentLayout.CurriculumFile, 1,
                $"there is no curriculum here: a folder with a {ContentLayout.CurriculumFile} is expected"));
        return new(curricula, instruments.Instruments, indicators, ContentFault.InOrder(faults))
        {
            Elsewhere = elsewhere,
            Credentials = credentials,
        };
    }

    private ParsedCurriculum? ReadCurriculum(string home)
    {
        var folder = home + "/";
        var path = folder + ContentLayout.CurriculumFile;
        if (files.Text(path, faults) is not { } text || YamlMap.Parse(text, path, 0, faults) is not { } map) return null;
        var slug = Slug(map, "slug");
        if (slug.Length > 0 && slug != home) map.Fault("slug", $"'slug' must be the folder's name, '{home}'");
        var title = map.Text("title", 200);
        var summary = map.Text("summary", 2000);
        var credit = map.Text("credit", 400, required: false);

        var modules = new List<Module>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var shown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in map.Maps("modules"))
        {
            var moduleSlug = Slug(entry, "slug");
            if (moduleSlug.Length > 0 && !seen.Add(moduleSlug))
                entry.Fault("slug", $"'{moduleSlug}' is used twice; every module and unit needs a slug of its own");
            var (first, last) = Weeks(entry, modules.LastOrDefault());
            var units = new List<TrainingUnit>();
            foreach (var (unitSlug, line) in entry.TextsWithLines("units", 80))
            {
                var file = $"{folder}{ContentLayout.Units}{unitSlug}.md";
                if (!SlugPattern().IsMatch(unitSlug)) entry.FaultAt(line, NoSlug(unitSlug));
                else if (!seen.Add(unitSlug))
                    entry.FaultAt(line, $"'{unitSlug}' is used twice; every module and unit needs a slug of its own");
                else if (files.Has(file)) units.AddRange(ReadUnit(folder, file, unitSlug, shown));
                else if (!files.HasOrRefused(file)) entry.FaultAt(line, $"there is no file {file} for the unit '{unitSlug}'");
            }

            modules.Add(new(moduleSlug, entry.Text("title", 200), first, last, units));
            entry.Done();
        }

        map.Done();
        var materials = ReadMaterials(folder, shown);
        foreach (var stray in files.Paths.Where(p => p.StartsWith(folder + ContentLayout.Units, StringComparison.Ordinal)
            && !seen.Contains(Path.GetFileNameWithoutExtension(p))))
            faults.Add(new(stray, 1, $"no module names this unit; add it to {path} or take the file away"));
        foreach (var stray in files.Paths.Where(p => p.StartsWith(folder + ContentLayout.Images, StringComparison.Ordinal)))
        {
            if (!shown.Contains(stray) && !HasUnreadable(folder)) faults.Add(new(stray, 1, "no unit shows this image; show it or take the file away"));
            if (ContentImage.TypeOf(stray, files.Bytes(stray)) is null)
                faults.Add(new(stray, 1, "this is not the kind of image that its name says; expected is a PNG or a JPEG file"));
        }

        if (slug.Length == 0) return null;
        var allUnits = modules.SelectMany(m => m.Units).DistinctBy(u => u.Slug).ToArray();
        var used = allUnits.Select(u => RubricFile(u.Assignment.Rubric.Slug)).Concat(allUnits.Select(u => PlanFile(u.Plan.Kind)))
            .ToHashSet(StringComparer.Ordinal);
        var own = files.Only(p => p.StartsWith(folder, StringComparison.Ordinal) || used.Contains(p));
        var curriculum = new Curriculum(slug, version, own.Hash, title, summary, credit.Length == 0 ? null : credit, modules);
        return new(curriculum with { Materials = materials }, own);
    }

    /// <param name="linked">What the units link to.</param>
    private List<Material> ReadMaterials(string folder, HashSet<string> linked)
    {
        var read = new List<(Material Material, YamlMap Facts)>();
        foreach (var path in files.Paths.Where(p => p.StartsWith(folder + ContentLayout.Materials, StringComparison.Ordinal)))
        {
            if (!linked.Contains(path) && !HasUnreadable(folder)) faults.Add(new(path, 1, "no unit links to this material; link to it or take the file away"));
            if (Open(path) is not ({ } map, var page)) continue;
            var slug = Path.GetFileNameWithoutExtension(path);
            if (!SlugPattern().IsMatch(slug)) faults.Add(new(path, 1, NoSlug(slug)));
            var title = map.Text("title", 200);
            var kind = map.Choice<MaterialKind>("kind");
            var of = map.Text("of", 80, required: false);
            map.Done();
            if (!CheckText(path, page, linked)) continue;
            var body = page.Body.Trim() + "\n";
            if (kind is not { } known) continue;
            if (Html(path, page, body, folder, isMaterial: true) is not { } html) continue;
            read.Add((new(slug, title, known, of.Length == 0 ? null : of, body, html), map));
        }

        var materials = read.ConvertAll(r => r.Material);
        foreach (var (material, facts) in read) KeyBelongs(folder, material, facts, materials);
        return materials;
    }

    private void KeyBelongs(string folder, Material material, YamlMap facts, List<Material> all)
    {
        if (material.Kind != MaterialKind.Key)
        {
            if (material.Of is not null) facts.Fault("of", "only a key belongs to another material; take 'of' away, or make this a key");
        }
        else if (material.Of is not { } transcript)
        {
            facts.Fault("kind", "a key belongs to a transcript; add 'of' with the transcript's slug");
        }
        else if (!all.Exists(m => m.Slug == transcript && m.Kind == MaterialKind.Transcript))
        {
            // What is there and could not be read has its fault.
            if (!all.Exists(m => m.Slug == transcript) && files.HasOrRefused($"{folder}{ContentLayout.Materials}{transcript}.md")) return;
            var transcripts = all.Where(m => m.Kind == MaterialKind.Transcript).Select(m => m.Slug).ToList();
            var expected = transcripts.Count == 0 ? "none, as there are no transcripts" : $"one of {string.Join(", ", transcripts)}";
            facts.Fault("of", $"there is no transcript '{transcript}'; expected is {expected}");
        }
    }

    /// <summary>A page's front matter and the page; null, with a fault, when it cannot be read.</summary>
    private (YamlMap Facts, UnitFile Page)? Open(string path)
    {
        if (files.Text(path, faults) is { } text)
        {
            if (UnitFile.Cut(text) is not { } page)
                faults.Add(
                    new(path, 1, "the front matter is broken; expected is a line '---', then 'key: value' lines, then a line '---'"));
            else if (YamlMap.Parse(page.FrontMatter, path, 1, faults) is { } map) return (map, page);
        }

        unreadable.Add(path);
        return null;
    }

    private bool CheckText(string path, UnitFile page, HashSet<string> shown)
    {
        if (new UnitTextCheck(files, path, faults, anchorsOf).Check(page.Body, page.BodyLine, shown)) return true;
        unreadable.Add(path);
        return false;
    }

    private string? Html(string path, UnitFile page, string body, string folder, bool isMaterial)
    {
        var html = UnitText.TryToHtml(body, AddressIn(folder), isMaterial);
        if (html is null) faults.Add(new(path, page.BodyLine, UnitText.TooDeep));
        return html;
    }

    private bool HasUnreadable(string folder) => unreadable.Exists(p => p.StartsWith(folder, StringComparison.Ordinal));

    private string AddressIn(string folder) => ContentLayout.AddressOf(folder[..^1], version);

    /// <summary>The unit; none when it lacks a plan or a rubric, without which there is nothing to study it by.</summary>
    private IEnumerable<TrainingUnit> ReadUnit(string folder, string path, string slug, HashSet<string> shown)
    {
        if (Open(path) is not ({ } map, var unit)) return [];
        var title = map.Text("title", 200);
        var minutes = map.Number("minutes", 5, 240);
        var planKind = map.Choice<PlanKind>("plan");
        var plan = planKind is { } kind ? plans.GetValueOrDefault(kind) : null;
        if (planKind is { } named && plan is null && !files.HasOrRefused(PlanFile(named)))
            map.Fault("plan", $"there is no {PlanFile(named)}");
        var rubricSlug = map.Text("rubric", 80);
        var rubric = rubrics.GetValueOrDefault(rubricSlug);
        if (rubricSlug.Length > 0 && rubric is null && !files.HasOrRefused(RubricFile(rubricSlug)))
            map.Fault("rubric", $"unknown rubric '{rubricSlug}'; expected is one of {string.Join(", ", rubrics.Keys)}");
        var outcomes = map.Texts("outcomes", 400, mostItems: 10);
        var prompts = Prompts(map);
        var practice = map.Text("practice", 1000);
        var check = map.Text("check", 400);
        var starter = map.Map("ifThen", required: false) is { } ifThen ? Starter(ifThen) : null;
        var nudges = NudgeTexts(map, plan);
        var mirrors = Mirrors(map, path);
        map.Done();

        if (!CheckText(path, unit, shown) || plan is null || rubric is null) return [];
        var body = unit.Body.Trim() + "\n";
        if (Html(path, unit, body, folder, isMaterial: false) is not { } html) return [];
        var assignment = new Assignment(slug, prompts, rubric);
        return [new(slug, title, minutes, plan, assignment, outcomes, practice, check, starter, nudges, body, html) { Mirrors = mirrors }];
    }

    private List<MirroredUnit> Mirrors(YamlMap unit, string path)
    {
        var home = path.Split('/')[0];
        var mirrors = new List<MirroredUnit>();
        foreach (var (text, line) in unit.TextsWithLines("mirrors", 161, least: 0, mostItems: MostMirrors))
        {
            if (text.Split('/') is not [var curriculum, var slug] || !IsSlug(curriculum) || !IsSlug(slug))
            {
                unit.FaultAt(line, $"'{text}' names no unit; expected is another curriculum's slug, '/' and the unit's");
                continue;
            }

            var mirror = new ParsedMirror(new(curriculum, slug), path, line);
            if (mirrors.Contains(mirror.Of)) unit.FaultAt(line, $"'{text}' is mirrored twice");
            else if (curriculum == home) unit.FaultAt(line, $"'{text}' is of this curriculum; a unit mirrors one of another");
            else if (!files.HasOrRefused($"{curriculum}/{ContentLayout.CurriculumFile}")) elsewhere.Add(mirror);
            // What is there and is no unit of its curriculum has its fault.
            else if (!files.HasOrRefused($"{curriculum}/{ContentLayout.Units}{slug}.md")) faults.Add(mirror.NoUnit);
            mirrors.Add(mirror.Of);
        }

        return mirrors;
    }

    private static List<ReflectivePrompt> Prompts(YamlMap unit)
    {
        const string closing = "now-what";
        var prompts = new List<ReflectivePrompt>();
        YamlMap? last = null;
        foreach (var entry in unit.Maps("prompts", least: 2, most: 6))
        {
            var slug = Slug(entry, "slug");
            if (prompts.Exists(p => p.Slug == slug))
                entry.Fault("slug", $"two prompts have the slug '{slug}'; expected is a slug of its own for each");
            prompts.Add(new(slug, entry.Text("text", 800)));
            entry.Done();
            last = entry;
        }

        if (last is not null && prompts[^1].Slug is { Length: > 0 } end && end != closing)
            last.Fault("slug", $"the last prompt is '{end}'; expected is '{closing}', which asks what the learner will do next");
        return prompts;
    }

    private static IfThenStarter Starter(YamlMap map)
    {
        var starter = new IfThenStarter(map.Text("cue", 280), map.Text("action", 280));
        map.Done();
        return starter;
    }

    private static IReadOnlyDictionary<int, string> NudgeTexts(YamlMap unit, NudgePlan? plan)
    {
        var texts = unit.NumberedTexts("nudges", LongestUnitNudge);
        if (plan is null || unit.Map("nudges", required: false) is not { } entries) return texts;
        foreach (var (step, text) in texts)
        {
            var key = step.ToString(CultureInfo.InvariantCulture);
            if (plan.Step(step) is null)
                entries.Fault(key, $"the plan has no step {step}; expected is one of {string.Join(", ", plan.Steps.Select(s => s.Step))}");
            Placeholders(entries, key, text, plan.RequiresIfThen);
            StandsAlone(entries, key, text);
        }

        return texts;
    }

    /// <summary>
    /// A misspelt placeholder would reach the learner as it stands, and one for a plan that they need not have made would leave a hole.
    /// </summary>
    private static void Placeholders(YamlMap map, string key, string text, bool hasIfThen)
    {
        var known = hasIfThen ? "{check} or {ifThen}" : "{check}";
        foreach (var name in PlaceholderPattern().Matches(text).Select(m => m.Value)
            .Where(n => n != "{check}" && (n != "{ifThen}" || !hasIfThen)))
            map.Fault(key, $"unknown placeholder {name}; expected is {known}");
    }

    /// <summary>It is read in a mail, weeks later: the check or the learner's plan says what it is about, or it does so itself.</summary>
    private static void StandsAlone(YamlMap map, string key, string text)
    {
        if (text.Length == 0 || text.Contains("{check}", StringComparison.Ordinal)) return;
        const string alone = "these words are read alone, in a mail";
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        if (!SentenceEndPattern().IsMatch(text)) map.Fault(key, $"{alone}; end them as a sentence, or add {{check}}");
        else if (words < FewestWordsAlone && !text.Contains("{ifThen}", StringComparison.Ordinal))
            map.Fault(key, $"{alone}; write at least {FewestWordsAlone} of them, or add {{check}}");
    }

    private void ReadRubric(string path)
    {
        if (files.Text(path, faults) is not { } text || YamlMap.Parse(text, path, 0, faults) is not { } map) return;
        var slug = Slug(map, "slug");
        if (slug.Length > 0 && path != RubricFile(slug))
            map.Fault("slug", $"'slug' must be the file's name, '{Path.GetFileNameWithoutExtension(path)}'");
        var title = map.Text("title", 200);
        var guidance = map.Text("guidance", 2000);
        var reviewers = map.Number("reviewers", 1, 2);
        var requiresIfThen = map.Flag("requiresIfThen", required: false);
        var criteria = new List<RubricCriterion>();
        var entries = map.Maps("criteria", least: 0, most: 12);
        foreach (var entry in entries)
        {
            var criterion = Criterion(entry);
            if (criteria.Exists(c => c.Slug == criterion.Slug))
                entry.Fault("slug", $"two criteria have the slug '{criterion.Slug}'; expected is a slug of its own for each");
            criteria.Add(criterion);
        }

        foreach (var (entry, criterion) in entries.Zip(criteria).Where(e => entries.Any(o => o.Has("anchors")) && !e.First.Has("anchors")))
            entry.FaultAt(
                entry.Line,
                $"'{criterion.Slug}' has no anchors and another criterion has; expected are anchors at each, or at none");
        var accept = Least(map, "accept", criteria);
        var acceptAnchor = Least(map, "acceptAnchor", criteria);
        var anchors = Anchors(map, criteria.Count > 0);
        map.Done();
        rubrics[Path.GetFileNameWithoutExtension(path)] = new(slug, title, guidance, reviewers, criteria, accept, acceptAnchor)
        {
            RequiresIfThen = requiresIfThen,
            Anchors = anchors,
        };
    }

    private static RubricCriterion Criterion(YamlMap entry)
    {
        var (slug, title) = (Slug(entry, "slug"), entry.Text("title", 200));
        var levels = entry.Texts("levels", 400, least: Levels, mostItems: Levels);
        var anchors = entry.Texts("anchors", LongestAnchor, least: entry.Has("anchors") ? Levels : 0, mostItems: Levels);
        entry.Done();
        return new(slug, title, levels) { Anchors = anchors.Count == levels.Count ? anchors : [] };
    }

    private static CompletionAnchors? Anchors(YamlMap rubric, bool hasCriteria)
    {
        if (rubric.Map("anchors", required: false) is not { } map) return null;
        if (hasCriteria) rubric.Fault("anchors", "this rubric has criteria; put 'anchors' at each of them, one text for each level");
        var anchors = new CompletionAnchors(map.Text("complete", LongestAnchor), map.Text("incomplete", LongestAnchor));
        map.Done();
        return hasCriteria ? null : anchors;
    }

    private static IReadOnlyDictionary<string, int> Least(YamlMap map, string key, List<RubricCriterion> criteria)
    {
        var least = map.Numbers(key, 0, 3);
        foreach (var name in least.Keys.Where(k => !criteria.Exists(c => c.Slug == k)))
            map.Fault(
                key, $"'{name}' is no criterion of this rubric; expected is one of {string.Join(", ", criteria.Select(c => c.Slug))}");
        return least;
    }

    private void ReadPlan(string path)
    {
        if (files.Text(path, faults) is not { } text || YamlMap.Parse(text, path, 0, faults) is not { } map) return;
        var kind = map.Choice<PlanKind>("slug");
        if (kind is { } named && path != PlanFile(named))
            map.Fault("slug", $"'slug' must be the file's name, '{Path.GetFileNameWithoutExtension(path)}'");
        var title = map.Text("title", 200);
        var requiresIfThen = map.Flag("requiresIfThen");
        var steps = new List<NudgeStep>();
        foreach (var entry in map.Maps("steps", most: 20)) steps.Add(Step(entry, steps.LastOrDefault(), requiresIfThen));
        if (steps.LastOrDefault() is { Closes: null }) map.Fault("steps", "the last step needs 'closes': the day on which the ask ends");
        map.Done();
        if (kind is { } sound && steps.Count > 0) plans[sound] = new(sound, title, requiresIfThen, steps);
    }

    private static NudgeStep Step(YamlMap entry, NudgeStep? before, bool hasIfThen)
    {
        var number = entry.Number("step", 1, 20);
        var day = entry.Number("day", 1, 365);
        var closes = entry.Number("closes", 1, 400, required: false);
        var kind = entry.Choice<NudgeKind>("kind") ?? default;
        var words = entry.Text("text", LongestNudge);
        Placeholders(entry, "text", words, hasIfThen);
        StandsAlone(entry, "text", words);
        NudgeVariant? whenApplied = null;
        if (entry.Map("whenApplied", required: false) is { } variant)
        {
            whenApplied = new(variant.Choice<NudgeKind>("kind") ?? default, variant.Text("text", LongestNudge));
            Placeholders(variant, "text", whenApplied.Text, hasIfThen);
            StandsAlone(variant, "text", whenApplied.Text);
            variant.Done();
        }

        if (before is not null && (number <= before.Step || day <= before.Day))
            entry.Fault("step", "steps must stand in order, each with a higher number and a later day than the one before");
        if (closes <= day) entry.Fault("closes", $"'closes' must be later than the step's day {day}");
        entry.Done();
        return new(number, day, closes, kind, words, whenApplied);
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

    internal static string Slug(YamlMap map, string key)
    {
        var slug = map.Text(key, 80);
        if (slug.Length > 0 && !SlugPattern().IsMatch(slug)) map.Fault(key, NoSlug(slug));
        return slug;
    }

    internal static string NoSlug(string text) =>
        $"'{text}' is no slug; expected are lower-case letters and digits, with '.' or '-' between them";

    public static bool IsSlug(string text) => text.Length is > 0 and <= 80 && SlugPattern().IsMatch(text);

    private static string RubricFile(string slug) => $"{ContentLayout.Rubrics}{slug}.yml";

    private static string PlanFile(PlanKind kind) => $"{ContentLayout.Plans}{kind.ToString().ToLowerInvariant()}.yml";

    [GeneratedRegex(@"^[a-z0-9]+([.-][a-z0-9]+)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SlugPattern();

    [GeneratedRegex(@"^(?<first>[0-9]{1,3})(\s*-\s*(?<last>[0-9]{1,3}))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WeeksPattern();

    [GeneratedRegex(@"([.?!…]|\{ifThen\})[""'”’)\]*_]*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SentenceEndPattern();

    [GeneratedRegex(@"\{[^{}]*\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PlaceholderPattern();
}
