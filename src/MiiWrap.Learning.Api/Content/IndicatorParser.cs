using System.Text.RegularExpressions;
using MiiWrap.Learning.Domain.Implementation;

namespace MiiWrap.Learning.Api.Content;

/// <summary>The indicators read from their file, together with just that file.</summary>
/// <param name="Lines">The line at which each begins, by code and version.</param>
public sealed record ParsedIndicators(
    IndicatorSet Set, IReadOnlyDictionary<(string Code, int Version), int> Lines, ContentFiles Files)
    : ParsedVersion(ContentLayout.Indicators, "Indicators", Files.Hash, Files)
{
    /// <summary>
    /// What of an earlier set is missing or counted otherwise here: months were recorded by it, and without it nobody could read them.
    /// </summary>
    public IEnumerable<ContentFault> FaultsAfter(IndicatorSet earlier)
    {
        foreach (var before in earlier.All)
        {
            var now = Set.All.SingleOrDefault(i => i.Code == before.Code && i.Version == before.Version);
            if (now is null)
                yield return new(ContentLayout.IndicatorFile, 1,
                    $"'{before.Code}' {before.Version} was published and is missing; months may be recorded by it, so it stays");
            else if ((now.Kind, now.Better, now.Least, now.Most) != (before.Kind, before.Better, before.Least, before.Most))
                yield return new(ContentLayout.IndicatorFile, Lines[(now.Code, now.Version)],
                    $"'{now.Code}' {now.Version} was published with another kind, direction or bound; give the new one the next version");
        }
    }
}

/// <summary>Reads the indicators and reports all faults at once, each with its line.</summary>
internal static partial class IndicatorParser
{
    private const int MostIndicators = 100;
    private const decimal Largest = 1_000_000;

    /// <summary>The indicators among these files; null where there are none.</summary>
    public static ParsedIndicators? Read(ContentFiles files, List<ContentFault> faults)
    {
        const string path = ContentLayout.IndicatorFile;
        if (!files.Has(path) || files.Text(path, faults) is not { } text) return null;
        if (YamlMap.Parse(text, path, 0, faults) is not { } map) return null;
        var (all, lines) = (new List<Indicator>(), new Dictionary<(string, int), int>());
        foreach (var entry in map.Maps("indicators", most: MostIndicators))
        {
            var indicator = Read(entry);
            var before = all.FindLast(i => i.Code == indicator.Code);
            if (before?.Version >= indicator.Version)
                entry.Fault("version", $"'{indicator.Code}' has version {before.Version} above already; expected is a higher one");
            if (!lines.TryAdd((indicator.Code, indicator.Version), entry.Line)) continue;
            all.Add(indicator);
        }

        map.Done();
        return new(new(all), lines, files.Only(p => p == path));
    }

    private static Indicator Read(YamlMap entry)
    {
        var code = entry.Text("code", Indicator.LongestCode);
        if (code.Length > 0 && !IsCode(code))
            entry.Fault("code", $"'{code}' is no code; expected are letters and digits, a small letter first");
        var kind = entry.Choice<IndicatorKind>("kind") ?? IndicatorKind.Count;
        var indicator = new Indicator(
            code, entry.Number("version", 1, 1_000), entry.Text("title", 200), entry.Text("definition", 1_000), kind,
            entry.Choice<Direction>("better", required: false), entry.Decimal("least", 0, Largest, required: false),
            entry.Decimal("most", 0, Largest, required: false));
        if (indicator.Least > indicator.Most) entry.Fault("most", "'most' must not be under 'least'");
        entry.Done();
        return indicator;
    }

    public static bool IsCode(string text) => CodePattern().IsMatch(text);

    [GeneratedRegex("^[a-z][A-Za-z0-9]*$", RegexOptions.NonBacktracking, -1)]
    private static partial Regex CodePattern();
}
