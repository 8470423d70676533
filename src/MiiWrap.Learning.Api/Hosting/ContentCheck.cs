using System.Globalization;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Domain.Credentials;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Hosting;

/// <summary>
/// Tells an author everything that is wrong in a content folder, or what is in it when nothing is, and what to look at again; it needs no
/// database.
/// </summary>
internal static class ContentCheck
{
    /// <returns>The exit code: 0 when the content can be published.</returns>
    public static int Run(string folder, TextWriter output)
    {
        if (!Directory.Exists(folder)) throw new SettingException($"{Verb.CheckContent} names '{folder}', which is no folder.");
        return Report(ContentFiles.FromFolder(folder), output);
    }

    internal static int Report(ContentFiles files, TextWriter output)
    {
        var content = CurriculumParser.Read(files).ByItself();
        foreach (var fault in content.Faults) output.WriteLine(fault);
        foreach (var note in ContentNotes.Of(files, content.Curricula)) output.WriteLine($"note: {note}");
        if (content.Faults.Count > 0)
        {
            output.WriteLine($"{content.Faults.Count} {(content.Faults.Count == 1 ? "fault" : "faults")} found.");
            return 1;
        }

        foreach (var parsed in content.Curricula) Summarise(parsed.Curriculum, output);
        foreach (var parsed in content.Instruments) Summarise(parsed.Instrument, output);
        if (content.Indicators is { Set: var indicators })
            output.WriteLine($"{ContentLayout.IndicatorFile}: {indicators.Current.Count()} indicators");
        foreach (var parsed in content.Credentials) Summarise(parsed.Definition, output);
        output.WriteLine("No faults found.");
        return 0;
    }

    private static void Summarise(Instrument instrument, TextWriter output)
    {
        var items = instrument.Items.ToList();
        var level = ReadingLevel.Of(string.Join("\n\n", items.SelectMany(i => i.LookFor)));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{instrument.Code} {instrument.Major}: {instrument.Title}; {items.Count} items in {instrument.Sections.Count} sections, "
            + $"{instrument.Scores.Count} scores; {level.Words} words of look-fors, reading grade {level.Grade:0.0}"));
    }

    private static void Summarise(CredentialDefinition credential, TextWriter output)
    {
        var term = credential.Term is { } held ? $"{held.Months} months, {credential.Renewal.Count} to renew" : "for good";
        output.WriteLine($"{credential.Code}: {credential.Title}; {credential.Requirements.Count} requirements, {term}");
    }

    private static void Summarise(Curriculum curriculum, TextWriter output)
    {
        var levels = curriculum.Units.ToDictionary(u => u, u => ReadingLevel.Of(u.Markdown));
        output.WriteLine($"{curriculum.Slug}: {curriculum.Title}");
        output.WriteLine(
            $"{curriculum.Modules.Count} modules, {curriculum.UnitCount} units, {curriculum.Modules.Max(m => m.LastWeek)} weeks, {curriculum.Units.Sum(u => u.Minutes)} minutes");
        var plans = Enum.GetValues<PlanKind>().Select(k => (Kind: k, Units: curriculum.Units.Count(u => u.Plan.Kind == k))).ToList();
        output.WriteLine(
            $"plans {string.Join('/', plans.Select(p => p.Units))}: {string.Join(", ", plans.Select(p => $"{p.Units} {p.Kind.ToString().ToLowerInvariant()}"))}");
        if (curriculum.Units.Count(u => u.Mirrors.Count > 0) is > 0 and var mirroring)
            output.WriteLine($"{mirroring} of {curriculum.UnitCount} units mirror one of another curriculum");
        output.WriteLine("words  grade  minutes  plan      unit");
        foreach (var (unit, level) in levels)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{level.Words,5}  {level.Grade,5:0.0}  {unit.Minutes,7}  {unit.Plan.Kind.ToString().ToLowerInvariant(),-8}  {unit.Slug}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{levels.Values.Sum(l => l.Words)} words; mean reading grade {levels.Values.Average(l => l.Grade):0.0} (Flesch-Kincaid)"));
    }
}
