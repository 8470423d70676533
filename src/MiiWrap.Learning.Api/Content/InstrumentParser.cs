using System.Text.RegularExpressions;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Content;

/// <summary>An instrument read from its file, together with just that file.</summary>
public sealed record ParsedInstrument(Instrument Instrument, ContentFiles Files)
    : ParsedVersion(Instrument.Code, Instrument.Title, Instrument.ContentHash, Files);

/// <summary>
/// Reads fidelity instruments and reports all faults at once, each with file and line. Formulas are read into a closed set of operators;
/// nothing in a file is run. What can be read in spite of a fault is read, as of curricula.
/// </summary>
internal sealed partial class InstrumentParser
{
    private const string All = "all";
    private const string OfSections = "sections";
    private const int LongestCode = 40;
    private const int MostItems = 200;
    private const int MostScores = 60;
    private const int LargestValue = 100;
    private const decimal HighestEdge = 10_000;

    private readonly ContentFiles files;
    private readonly string path;
    private readonly List<ContentFault> faults;
    private readonly Dictionary<string, RatingScale> scales = new(StringComparer.Ordinal);
    private readonly HashSet<string> unsoundScales = new(StringComparer.Ordinal);
    private readonly List<InstrumentItem> items = [];
    private readonly List<Score> scores = [];

    // What the file says of each score, by code, before anything is known of what it rests on.
    private readonly Dictionary<string, IReadOnlyList<string>> restsOn = new(StringComparer.Ordinal);

    // Scores whose value can be above zero; a denominator that cannot is a division by zero on every form.
    private readonly HashSet<string> positive = new(StringComparer.Ordinal);

    private InstrumentParser(ContentFiles files, string path, List<ContentFault> faults) =>
        (this.files, this.path, this.faults) = (files, path, faults);

    /// <summary>The instruments among these files, with what is wrong with them and with files that could not be taken.</summary>
    public static ParsedContent Read(ContentFiles files)
    {
        List<ContentFault> found = [.. files.Faults];
        var instruments = files.Instruments.Select(p => new InstrumentParser(files, p, found).ReadInstrument()).OfType<ParsedInstrument>()
            .ToList();
        return new([], instruments, null, ContentFault.InOrder(found));
    }

    private ParsedInstrument? ReadInstrument()
    {
        if (files.Text(path, faults) is not { } text || YamlMap.Parse(text, path, 0, faults) is not { } map) return null;
        var code = CurriculumParser.Slug(map, "code");
        if (code.Length > 0 && path != ContentLayout.InstrumentFile(code))
            map.Fault("code", $"'code' must be the file's name, '{Path.GetFileNameWithoutExtension(path)}'");
        var major = map.Number("version", 1, 1_000);
        var title = map.Text("title", 200);
        var licence = map.Choice<Licence>("licence");
        if (licence == Licence.Licensed) map.Fault("licence", Instrument.LicensedRefused);
        var use = map.Text("use", 400);
        var guidance = Optional(map.Text("guidance", 2_000, required: false));
        var attribution = Optional(map.Text("attribution", 600, required: false));
        var conditions = Conditions(map);
        var commonItems = CommonItems(map);
        var hasWords = licence != Licence.SummaryOnly;
        ReadScales(map, hasWords);
        var sections = Sections(map, hasWords);
        ReadScores(map, sections);
        var flags = map.Maps("flags", least: 0, most: 20).Select(Flag).ToList();
        map.Done();
        if (code.Length == 0) return null;
        var own = files.Only(p => p == path);
        return new(
            new(code, major, title, licence ?? Licence.Original, use, guidance, attribution, [.. scales.Values], sections, scores, flags)
            {
                ContentHash = own.Hash,
                Conditions = conditions,
                CommonItems = commonItems ?? Instrument.UsualCommonItems,
            },
            own);
    }

    private static string? Optional(string text) => text.Length == 0 ? null : text;

    private static BandConditions Conditions(YamlMap map)
    {
        if (map.Map("bandsNeed", required: false) is not { } need) return BandConditions.None;
        var conditions = new BandConditions(
            need.Flag("calibratedRater", required: false), need.Number("segmentMinutes", 0, 240, required: false) ?? 0);
        need.Done();
        return conditions;
    }

    private static int? CommonItems(YamlMap map)
    {
        if (map.Map("calibration", required: false) is not { } calibration) return null;
        var common = calibration.Number("commonItems", 1, MostItems);
        calibration.Done();
        return common;
    }

    private void ReadScales(YamlMap map, bool hasWords)
    {
        foreach (var (name, entry) in map.NamedMaps("scales"))
        {
            if (!IsCode(name)) entry.FaultAt(entry.Line, NoCode(name));
            var counts = entry.Choice<ScaleKind>("kind", required: false) == ScaleKind.Count;
            var values = counts ? [] : entry.Numbers("values", 0, LargestValue, mostItems: 11);
            if (values.Zip(values.Skip(1)).Any(p => p.First >= p.Second))
                entry.Fault("values", "'values' must rise, from the lowest to the highest");
            var words = counts || !hasWords ? [] : entry.Texts("words", 80, mostItems: 11);
            var lacksValues = !counts && values.Count == 0;
            if (words.Count != values.Count && words.Count > 0 && !lacksValues)
                entry.Fault("words",
                    $"there are {words.Count} words for {values.Count} values; expected is a word for each value, in their order");
            var scale = new RatingScale(name, values, words, entry.Flag("na", required: false));
            if (lacksValues) unsoundScales.Add(name);
            else scales[name] = scale;
            entry.Done();
        }
    }

    private List<InstrumentSection> Sections(YamlMap map, bool hasWords)
    {
        var sections = new List<InstrumentSection>();
        var entries = new List<(YamlMap Entry, InstrumentItem Item)>();
        foreach (var entry in map.Maps("sections", most: 40))
        {
            var slug = CurriculumParser.Slug(entry, "slug");
            if (sections.Exists(s => s.Slug == slug))
                entry.Fault("slug", $"two sections have the slug '{slug}'; expected is a slug of its own for each");
            var title = entry.Text("title", 200);
            var own = entry.Maps("items", most: MostItems).Select(i => (Entry: i, Item: Item(i, hasWords))).ToList();
            entries.AddRange(own);
            sections.Add(new(slug, title, [.. own.Select(i => i.Item)]));
            entry.Done();
        }

        if (items.Count > MostItems) map.Fault("sections", $"there are {items.Count} items; at most {MostItems} are taken");
        foreach (var (entry, item) in entries.Where(e => items.Exists(i => i.LookFor.Count > 0)
            && e.Item is { LookFor.Count: 0, Scale: { Counts: false, Words.Count: > 0 } }))
            entry.FaultAt(entry.Line,
                $"'{item.Code}' has no lookFor and another item has; expected is one at each item that is rated, or at none");
        return sections;
    }

    private InstrumentItem Item(YamlMap entry, bool hasWords)
    {
        var code = Code(entry);
        var text = entry.Text("text", 300);
        var named = entry.Text("scale", LongestCode);
        var scale = scales.GetValueOrDefault(named);
        if (scale is null && named.Length > 0 && !unsoundScales.Contains(named))
            entry.Fault("scale", $"unknown scale '{named}'; expected is one of {string.Join(", ", scales.Keys)}");
        var lookFor = hasWords ? entry.Texts("lookFor", 400, least: 0, mostItems: 11) : [];
        if (scale is { Values.Count: var values } && lookFor.Count > 0 && lookFor.Count != values)
            entry.Fault("lookFor",
                $"there are {lookFor.Count} look-fors for {values} values; expected is one for each value of the scale, in their order");
        var item = new InstrumentItem(
            code, text, scale ?? AnyScale(named),
            entry.Flag("required", required: false), entry.Flag("critical", required: false), lookFor);
        entry.Done();
        items.Add(item);
        return item;
    }

    /// <summary>In place of a scale that is at fault: what rests on it is not at fault as well.</summary>
    private static RatingScale AnyScale(string name) => new(name, [.. Enumerable.Range(0, LargestValue + 1)], [], HasNotApplicable: true);

    private Flag Flag(YamlMap entry)
    {
        var code = entry.Text("code", LongestCode);
        if (code.Length > 0 && !IsCode(code)) entry.Fault("code", NoCode(code));
        var text = entry.Text("text", 300);
        var equal = entry.Number("equals", 0, RatingScale.MostCounted);
        var anyOf = new List<string>();
        foreach (var (name, line) in entry.TextsWithLines("anyOf", LongestCode))
        {
            var item = items.Find(i => i.Code == name);
            if (item is null) entry.FaultAt(line, $"there is no item '{name}'");
            else if (!item.Scale.Has(equal)) entry.FaultAt(line, $"{equal} is not on the scale of '{name}'");
            else anyOf.Add(name);
        }

        entry.Done();
        return new(code, text, anyOf, equal);
    }

    private void ReadScores(YamlMap map, List<InstrumentSection> sections)
    {
        var entries = map.Maps("scores", most: MostScores);
        // All names first: what is named too early is told from what is not there.
        foreach (var entry in entries) restsOn.TryAdd(entry.Peek("code"), [.. FormulaText.Of(entry).SelectMany(f => f.Operands)]);
        foreach (var entry in entries)
        {
            var code = Code(entry);
            var title = entry.Text("title", 200);
            var formula = ReadFormula(entry, code);
            var score = new Score(code, title, formula)
            {
                WhenZero = Optional(entry.Text("whenZero", LongestCode, required: false)),
                Line = entry.Decimal("line", 0, HighestEdge, required: false),
                Needs = Needs(entry, formula, sections),
                Bands = Bands(entry),
            };
            if (score.WhenZero is { } reason && !IsCode(reason)) entry.Fault("whenZero", NoCode(reason));
            if (score.WhenZero is not null && formula.Operator is ScoreOperator.Sum or ScoreOperator.Count)
                entry.Fault("whenZero", "a sum and a count are divided by nothing; take 'whenZero' away");
            entry.Done();
            scores.Add(score);
        }
    }

    private Formula ReadFormula(YamlMap entry, string score)
    {
        var found = FormulaText.Of(entry);
        if (found.Count != 1)
        {
            entry.FaultAt(entry.Line, $"a score has one formula and this has {found.Count}; expected is one of {FormulaText.Names}");
            positive.Add(score);
            return new(ScoreOperator.Sum, [], []);
        }

        var text = found[0];
        var formula = text.Operator switch
        {
            ScoreOperator.Ratio => Proportion(entry, text, score, "over", "under"),
            ScoreOperator.Percent => Proportion(entry, text, score, "part", "whole"),
            ScoreOperator.Count => Count(entry, text, score),
            _ => new Formula(text.Operator, Operands(entry, text.Name, score), []),
        };
        if (formula.Operator == ScoreOperator.PercentOfMax) CheckMaximum(entry, text.Name, formula);
        if (CanBePositive(formula)) positive.Add(score);
        return formula;
    }

    private Formula Proportion(YamlMap entry, FormulaText text, string score, string over, string under)
    {
        if (entry.Map(text.Name) is not { } map) return new(text.Operator, [], []);
        var formula = new Formula(text.Operator, Operands(map, over, score), Operands(map, under, score));
        if (formula.Under.Count > 0 && !formula.Under.Any(CanBePositive))
            map.Fault(under, $"'{under}' is zero whatever is rated, and nothing can be divided by it");
        map.Done();
        return formula;
    }

    private Formula Count(YamlMap entry, FormulaText text, string score)
    {
        if (entry.Map(text.Name) is not { } map) return new(text.Operator, [], [], new(0, OrMore: true));
        var of = Operands(map, "of", score);
        var equal = map.Number("equals", 0, RatingScale.MostCounted, required: false);
        var least = map.Number("atLeast", 0, RatingScale.MostCounted, required: false);
        if (map.Has("equals") == map.Has("atLeast")) map.FaultAt(map.Line, "a count has either 'equals' or 'atLeast'");
        map.Done();
        return new(text.Operator, of, [], new(equal ?? least ?? 0, OrMore: equal is null));
    }

    private void CheckMaximum(YamlMap entry, string key, Formula formula)
    {
        var unbounded = formula.Over.FirstOrDefault(o => items.Find(i => i.Code == o) is not { Scale.Counts: false });
        if (unbounded is not null)
            entry.Fault(key, $"'{unbounded}' has no largest value; expected are items that are rated on a scale with values");
        else if (formula.Over.Count > 0 && !formula.Over.Any(CanBePositive))
            entry.Fault(key, $"the largest values of '{key}' are zero, and nothing can be divided by them");
    }

    private bool CanBePositive(Formula formula) => formula.Operator switch
    {
        // What is not known is at fault already.
        _ when formula.Over.Count == 0 => true,
        ScoreOperator.Count => formula.Over.Any(o => formula.Counted is { } counted && CanBe(o, counted)),
        _ => formula.Over.Any(CanBePositive),
    };

    private bool CanBePositive(string operand) =>
        items.Find(i => i.Code == operand) is { } item ? item.Scale.Counts || item.Scale.Values.Any(v => v > 0)
            : positive.Contains(operand);

    private bool CanBe(string operand, CountedValues counted) =>
        items.Find(i => i.Code == operand) is not { } item ? counted.From == 0 || positive.Contains(operand)
        : item.Scale.Counts || item.Scale.Values.Any(v => counted.OrMore ? v >= counted.From : v == counted.From);

    /// <summary>Codes of items and of scores above; a word may stand for all items.</summary>
    private List<string> Operands(YamlMap map, string key, string score)
    {
        if (map.Says(key, All)) return items.ConvertAll(i => i.Code);
        var operands = new List<string>();
        foreach (var (name, line) in map.TextsWithLines(key, LongestCode))
        {
            if (operands.Contains(name)) map.FaultAt(line, $"'{name}' is named twice in '{key}'");
            else if (items.Exists(i => i.Code == name) || scores.Exists(s => s.Code == name)) operands.Add(name);
            else if (CycleFrom(score, name) is { } cycle)
                map.FaultAt(line, $"the scores {cycle} rest on one another in a circle; a score rests on items and on scores above it");
            else if (restsOn.ContainsKey(name))
                map.FaultAt(line, $"the score '{name}' stands below; a score rests on items and on scores above it");
            else map.FaultAt(line, $"there is no item and no score '{name}'");
        }

        return operands;
    }

    /// <summary>The way from a score over what it rests on back to itself, if there is one.</summary>
    private string? CycleFrom(string score, string first)
    {
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal) { [first] = score };
        var next = new Queue<string>([first]);
        while (next.TryDequeue(out var at))
        {
            if (at == score)
            {
                var way = new List<string> { score };
                for (var step = cameFrom[score]; step != score; step = cameFrom[step]) way.Insert(0, step);
                return string.Join(" → ", way.Prepend(score));
            }

            foreach (var on in restsOn.GetValueOrDefault(at) ?? [])
            {
                if (cameFrom.TryAdd(on, at)) next.Enqueue(on);
            }
        }

        return null;
    }

    private ScoreNeeds Needs(YamlMap entry, Formula formula, List<InstrumentSection> sections)
    {
        if (entry.Map("needs", required: false) is not { } needs) return ScoreNeeds.Nothing;
        var rated = needs.Number("rated", 1, MostItems, required: false) ?? 0;
        var inFormula = formula.Operands.Count(o => items.Exists(i => i.Code == o));
        if (rated > inFormula && formula.Over.Count > 0)
            needs.Fault("rated", $"{rated} items cannot be rated; the formula has {inFormula}");
        var (of, least) = (new List<string>(), 0);
        if (needs.Map("scorable", required: false) is { } scorable)
        {
            of = scorable.Says("of", OfSections) ? ScoresOf(scorable, sections) : ScoresNamed(scorable);
            least = scorable.Number("least", 1, MostScores);
            if (least > of.Count && of.Count > 0) scorable.Fault("least", $"{least} scores cannot have a value; there are {of.Count}");
            scorable.Done();
        }

        needs.Done();
        return new(rated, of, least);
    }

    private List<string> ScoresOf(YamlMap map, List<InstrumentSection> sections)
    {
        foreach (var section in sections.Where(section => !scores.Exists(s => s.Code == section.Slug)))
            map.Fault("of", $"no score above has the code '{section.Slug}', as the section has; expected is one for each section");
        return [.. sections.Select(s => s.Slug).Where(slug => scores.Exists(s => s.Code == slug))];
    }

    private List<string> ScoresNamed(YamlMap map)
    {
        var named = map.TextsWithLines("of", LongestCode, mostItems: MostScores);
        foreach (var (name, line) in named.Where(n => !scores.Exists(s => s.Code == n.Text)))
            map.FaultAt(line, $"there is no score '{name}' above this one");
        return [.. named.Select(n => n.Text).Where(n => scores.Exists(s => s.Code == n)).Distinct()];
    }

    private static List<Band> Bands(YamlMap score)
    {
        var bands = new List<Band>();
        foreach (var entry in score.Maps("bands", least: 0, most: 10))
        {
            var name = entry.Text("band", LongestCode);
            if (name.Length > 0 && !IsCode(name)) entry.Fault("band", NoCode(name));
            var from = entry.Decimal("from", 0, HighestEdge);
            if (from is { } edge && bands.LastOrDefault() is { } above && edge >= above.From)
                entry.Fault("from", $"the bands must stand from the highest to the lowest, and {edge} is not below {above.From}");
            bands.Add(new(name, from ?? 0, entry.Text("provenance", 400)));
            entry.Done();
        }

        return bands;
    }

    /// <summary>A code for an item or a score: each is one operand, so no two are alike, in capitals or not.</summary>
    private string Code(YamlMap entry)
    {
        var code = entry.Text("code", LongestCode);
        if (code.Length > 0 && !IsCode(code)) entry.Fault("code", NoCode(code));
        else if (code is All or OfSections) entry.Fault("code", $"'{code}' stands for others in formulas; expected is another code");
        else if (items.Select(i => i.Code).Concat(scores.Select(s => s.Code)).Contains(code, StringComparer.OrdinalIgnoreCase))
            entry.Fault("code", $"'{code}' is used twice; every item and score needs a code of its own");
        return code;
    }

    private static bool IsCode(string text) => text.Length <= LongestCode && CodePattern().IsMatch(text);

    private static string NoCode(string text) =>
        $"'{text}' is no code; expected are letters and digits, with '.', '-' or '_' between them, a letter first";

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodePattern();

    /// <summary>What a scale holds, as authors name it.</summary>
    private enum ScaleKind
    {
        Rating,
        Count,
    }

    /// <summary>A formula as it stands in the file, by the name of its operator.</summary>
    private sealed record FormulaText(ScoreOperator Operator, string Name, IReadOnlyList<string> Operands)
    {
        private static readonly (ScoreOperator Operator, string Name)[] Known =
            [.. Enum.GetValues<ScoreOperator>().Select(o => (o, Requests.EnumNames.NameOf(o)))];

        public static string Names => string.Join(", ", Known.Select(k => k.Name));

        public static IReadOnlyList<FormulaText> Of(YamlMap score) =>
            [.. Known.Where(k => score.Knows(k.Name)).Select(k => new FormulaText(k.Operator, k.Name, score.WordsIn(k.Name)))];
    }
}
