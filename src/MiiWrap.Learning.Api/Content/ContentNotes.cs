using System.Globalization;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Api.Content;

/// <summary>
/// What an author may want to look at again: things that a machine can find and not judge. Notes stop nothing, and only the check looks
/// for them.
/// </summary>
internal sealed partial class ContentNotes
{
    // Guides for authors and no rules.
    private const int FewestWords = 600;
    private const int MostWords = 1200;
    private const int MostUnitsWithOneSource = 3;

    private readonly ContentFiles files;
    private readonly List<ContentFault> notes = [];

    private ContentNotes(ContentFiles files) => this.files = files;

    public static IReadOnlyList<ContentFault> Of(ContentFiles files, IReadOnlyList<ParsedCurriculum> curricula)
    {
        var look = new ContentNotes(files);
        foreach (var path in files.Paths.Where(p => ContentLayout.PlaceOf(p) == ContentPlace.Text)) look.Spelling(path);
        foreach (var plan in files.Paths.Where(p => p.StartsWith(ContentLayout.Plans, StringComparison.Ordinal))) look.Plan(plan);
        foreach (var (curriculum, own) in curricula)
        {
            // Its folder, which is not its slug where that is at fault.
            var home = own.Curricula.First();
            foreach (var unit in curriculum.Units) look.Unit(PathOf(home, unit), unit);
            look.Sources(home, curriculum);
        }

        return [.. look.notes.Distinct().OrderBy(n => n.File, StringComparer.Ordinal).ThenBy(n => n.Line)];
    }

    private static string PathOf(string home, TrainingUnit unit) => $"{home}/{ContentLayout.Units}{unit.Slug}.md";

    private void Unit(string path, TrainingUnit unit)
    {
        if (ReadingLevel.Of(unit.Markdown).Words is (< FewestWords or > MostWords) and var length)
            Note(path, 1, $"{length} words; {FewestWords} to {MostWords} read best");
        if (files.Text(path, []) is not { } text || UnitFile.Cut(text) is not { } file) return;
        if (YamlMap.Parse(file.FrontMatter, path, 1, []) is not { } facts) return;
        var prompts = facts.Maps("prompts", least: 0).Select(p => (Text: p.Text("text", 800), Line: p.LineOf("text"))).ToList();
        foreach (var prompt in prompts)
        {
            if (OthersPattern().Match(prompt.Text) is { Success: true } other)
                Note(
                    path,
                    prompt.Line,
                    $"'{other.Value}' may ask for somebody else's story; see that it asks what the learner did, and points to nobody");
        }

        // A note: version 1 of the course has ten that do not, and what was published once stays publishable.
        if (unit.Assignment.Rubric.RequiresIfThen && prompts is [.., var last] && !CuePattern().IsMatch(last.Text))
            Note(path, last.Line, "the rubric asks for an if-then plan, and this does not ask for its cue: when, at what sign?");

        if (facts.Map("nudges", required: false) is not { } nudges) return;
        foreach (var (step, words) in unit.NudgeTexts)
        {
            var key = step.ToString(CultureInfo.InvariantCulture);
            Nudge(path, nudges.LineOf(key), words, unit.Plan.Step(step)?.Kind);
        }
    }

    private void Plan(string path)
    {
        if (files.Text(path, []) is not { } text || YamlMap.Parse(text, path, 0, []) is not { } plan) return;
        foreach (var step in plan.Maps("steps", least: 0))
        {
            Nudge(path, step.LineOf("text"), step.Text("text", int.MaxValue), step.Choice<NudgeKind>("kind"));
            // What has been applied is not asked again.
            if (step.Map("whenApplied", required: false) is { } applied)
                Nudge(path, applied.LineOf("text"), applied.Text("text", int.MaxValue), null);
        }
    }

    private void Nudge(string path, int line, string text, NudgeKind? kind)
    {
        if (text.Length == 0 || text.Contains("{check}", StringComparison.Ordinal)) return;
        // Mails and pages put the check below a check and a close-out, and below nothing else. A note: version 1 of the course has 14 of
        // these, and what was published once stays publishable.
        if (kind is NudgeKind.Booster or NudgeKind.Maintenance)
            Note(path, line, "the answer to this step is counted, and nothing asks what it is counted for; end with {check}");
        if (DanglingPattern().Match(text) is { Success: true } dangling)
            Note(path, line, $"'{dangling.Value}' has nothing before it that it could point to; this is read alone, in a mail");
    }

    /// <summary>A source that stands everywhere is no longer read.</summary>
    private void Sources(string home, Curriculum curriculum)
    {
        var cited = new Dictionary<string, List<(TrainingUnit Unit, int Line)>>(StringComparer.OrdinalIgnoreCase);
        foreach (var unit in curriculum.Units)
        {
            if (files.Text(PathOf(home, unit), []) is not { } text) continue;
            foreach (var (line, source) in SourcesIn(text).DistinctBy(s => s.Source, StringComparer.OrdinalIgnoreCase))
                (cited.TryGetValue(source, out var units) ? units : cited[source] = []).Add((unit, line));
        }

        foreach (var (source, units) in cited.Where(c => c.Value.Count > MostUnitsWithOneSource))
        {
            var (unit, line) = units[MostUnitsWithOneSource];
            var where = string.Join(", ", units.Select(u => u.Unit.Slug));
            Note(
                PathOf(home, unit),
                line,
                $"{source} is cited in {units.Count} units, {where}; {MostUnitsWithOneSource} are enough, and others may refer to those");
        }
    }

    /// <summary>The footnotes' sources: each by its DOI, or by the first author and the year.</summary>
    private static IEnumerable<(int Line, string Source)> SourcesIn(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (FootnotePattern().Match(lines[i]) is not { Success: true } footnote) continue;
            var first = i;
            var source = footnote.Groups["text"].Value;
            while (i + 1 < lines.Length && lines[i + 1].StartsWith(' ')) source += " " + lines[++i].Trim();
            if (DoiPattern().Match(source) is { Success: true } doi) yield return (first + 1, "doi " + doi.Value.TrimEnd('.'));
            else if (AuthorPattern().Match(source) is { Success: true } author)
                yield return (first + 1, $"{author.Groups["name"].Value} ({author.Groups["year"].Value})");
        }
    }

    private void Spelling(string path)
    {
        if (files.Text(path, []) is not { } text) return;
        foreach (var (index, line) in text.Split('\n').Index())
        {
            var isFootnote = FootnotePattern().IsMatch(line);
            var words = AddressPattern().Replace(line, " ");
            if (path.EndsWith(".yml", StringComparison.Ordinal)) words = KeyPattern().Replace(words, " ");
            foreach (var (british, american) in BritishSpelling.In(words))
            {
                // Journals, laws and institutions keep their names.
                if (!isFootnote || !char.IsUpper(british[0]))
                    Note(path, index + 1, $"'{british}' is British; in American usage '{american}'");
            }
        }
    }

    private void Note(string path, int line, string message) => notes.Add(new(path, line, message));

    [GeneratedRegex(
        @"\b(this|that)\s(person|parent|caregiver|child|family|youth|colleague|coachee|facilitator|partner|supervisor)['’]s\b"
            + @"|\b(who|whom|whose)\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        1000)]
    private static partial Regex OthersPattern();

    [GeneratedRegex(
        @"\b(if|when|whenever|as soon as|moments?|signs?|signals?|cues?|events?|(before|after|at|in|on|by) which|first time|next time"
            + @"|what will (remind|set))\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        1000)]
    private static partial Regex CuePattern();

    // At the beginning, where nothing stands before.
    [GeneratedRegex(
        @"^(It|They|These|Those|He|She|(This|That) (is|was|may|might|can|could|will|would|has|had|one))\b|\b[Tt]his one\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex DanglingPattern();

    [GeneratedRegex(@"^ {0,3}\[\^[^\]\s]+\]:\s*(?<text>.*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FootnotePattern();

    [GeneratedRegex(@"\b10\.[0-9]{4,9}/[^\s)\]]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex DoiPattern();

    [GeneratedRegex(
        @"^(\p{Lu}\.\s?)*(?<name>\p{Lu}[\p{L}'’-]{2,})\b.{0,120}?\b(?<year>(19|20)[0-9]{2})\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex AuthorPattern();

    // What a key is called its author does not choose.
    [GeneratedRegex(@"^\s*(- )?[\w-]+:", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KeyPattern();

    // Where links lead is no prose.
    [GeneratedRegex(@"https?://\S+|\]\([^)]{0,500}\)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AddressPattern();
}
