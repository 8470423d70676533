using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Credentials;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Content;

/// <summary>A credential's definition read from its file, together with just that file.</summary>
/// <param name="Names">What it names of other content, each with its place.</param>
public sealed record ParsedCredential(CredentialDefinition Definition, IReadOnlyList<NamedContent> Names, ContentFiles Files)
    : ParsedVersion(Definition.Code, Definition.Title, Definition.ContentHash, Files);

/// <summary>What a credential's definition names.</summary>
public enum NamedKind
{
    Curriculum,
    Instrument,
    Credential,
}

/// <summary>Other content that a credential's definition names, and where it does.</summary>
/// <param name="Score">The score of an instrument; null where none is named.</param>
public sealed record NamedContent(NamedKind Kind, string Name, string? Score, string File, int Line)
{
    public ContentFault Missing => new(
        File, Line, $"there is no {EnumNames.NameOf(Kind)} '{Name}'; expected is one in this folder, or one that is published");

    public bool LacksScoreOf(Instrument instrument) => Score is not null && instrument.Scores.All(s => s.Code != Score);

    public ContentFault NoScore => new(File, Line, $"there is no score '{Score}' in {Name}");
}

/// <summary>
/// Reads definitions of credentials and reports all faults at once, each with file and line. Requirements are read into a closed set of
/// kinds; nothing in a file is run.
/// </summary>
internal sealed class CredentialParser
{
    private const string All = "all";
    private const int MostRequirements = 20;
    private const int LongestCriteria = 2_000;
    private const int LongestAttestation = 400;
    private const int MostCounted = 100;
    private const int MostWeeks = 104;
    private const int MostMonths = 24;
    private const int MostGraceDays = 180;
    private const int UsualGraceDays = 60;
    private const decimal HighestScore = 10_000;

    private static readonly IReadOnlyList<RequirementKind> Kinds = Enum.GetValues<RequirementKind>();

    // What is learned is learned once, and says nothing of the term that ends.
    private static readonly IReadOnlyList<RequirementKind> RenewalKinds =
        [.. Kinds.Except([RequirementKind.UnitsComplete, RequirementKind.ReflectionsAccepted])];

    private readonly ContentFiles files;
    private readonly string path;
    private readonly List<ContentFault> faults;
    private readonly List<NamedContent> names = [];

    private CredentialParser(ContentFiles files, string path, List<ContentFault> faults) =>
        (this.files, this.path, this.faults) = (files, path, faults);

    /// <summary>The definitions among these files.</summary>
    public static IReadOnlyList<ParsedCredential> Read(ContentFiles files, List<ContentFault> faults) =>
        [.. files.Credentials.Select(p => new CredentialParser(files, p, faults).ReadDefinition()).OfType<ParsedCredential>()];

    private ParsedCredential? ReadDefinition()
    {
        if (files.Text(path, faults) is not { } text || YamlMap.Parse(text, path, 0, faults) is not { } map) return null;
        var code = map.Text("code", CredentialDefinition.LongestCode);
        if (code.Length > 0 && !CurriculumParser.IsSlug(code)) map.Fault("code", CurriculumParser.NoSlug(code));
        else if (code.Length > 0 && path != ContentLayout.CredentialFile(code))
            map.Fault("code", $"'code' must be the file's name, '{Path.GetFileNameWithoutExtension(path)}'");
        var title = map.Text("title", CredentialDefinition.LongestTitle);
        var curriculum = Named(map, "curriculum", NamedKind.Curriculum);
        var criteria = map.Text("criteria", LongestCriteria);
        var term = Term(map);
        var requirements = Requirements(map, "requirements", least: 1, Kinds);
        var renewal = Requirements(map, "renewal", least: 0, RenewalKinds);
        if (term is null && renewal.Count > 0)
            map.Fault("renewal", "a credential without 'validMonths' holds for good; take 'renewal' away");
        if (term is not null && renewal.Count == 0)
            map.FaultAt(map.Line, "a credential that ends says in 'renewal' what has to be shown of each term");
        map.Done();
        if (code.Length == 0) return null;
        foreach (var own in names.Where(n => n.Kind == NamedKind.Credential && n.Name == code))
            faults.Add(new(path, own.Line, "a credential cannot ask for itself"));
        var file = files.Only(p => p == path);
        return new(new(code, title, curriculum, criteria, term, requirements, renewal) { ContentHash = file.Hash }, names, file);
    }

    private static CredentialTerm? Term(YamlMap map)
    {
        var (choices, grace) = (CredentialTerm.MonthsToChoose, map.Number("graceDays", 0, MostGraceDays, required: false));
        if (map.Number("validMonths", choices.Min(), choices.Max(), required: false) is not { } months) return null;
        if (!choices.Contains(months)) map.Fault("validMonths", $"a credential holds for {string.Join(" or ", choices)} months, or for good");
        return new(months, grace ?? UsualGraceDays);
    }

    private List<Requirement> Requirements(YamlMap map, string key, int least, IReadOnlyList<RequirementKind> kinds) =>
        [.. map.Maps(key, least, MostRequirements).Select(e => ReadRequirement(e, kinds)).OfType<Requirement>()];

    private Requirement? ReadRequirement(YamlMap entry, IReadOnlyList<RequirementKind> kinds)
    {
        var found = kinds.Where(k => entry.Knows(EnumNames.NameOf(k))).ToList();
        Requirement? requirement = null;
        if (found is [var kind]) requirement = ReadRequirement(entry, kind, EnumNames.NameOf(kind));
        else
            entry.FaultAt(entry.Line,
                $"a requirement asks for one thing and this for {found.Count}; expected is one of {string.Join(", ", kinds.Select(EnumNames.NameOf))}");
        entry.Done();
        return requirement;
    }

    private Requirement? ReadRequirement(YamlMap entry, RequirementKind kind, string key)
    {
        switch (kind)
        {
            case RequirementKind.UnitsComplete:
                if (!entry.Says(key, All)) entry.Fault(key, $"'{key}' must be {All}");
                return new UnitsComplete();
            case RequirementKind.ReflectionsAccepted:
                return new ReflectionsAccepted(entry.Choice<ReflectionScope>(key) ?? default);
            case RequirementKind.Calibrated:
                return new CalibratedRater(Named(entry, key, NamedKind.Instrument));
            case RequirementKind.Holds:
                return new HoldsCredential(Named(entry, key, NamedKind.Credential));
        }

        if (entry.Map(key) is not { } map) return null;
        Requirement requirement = kind switch
        {
            RequirementKind.ObservedContacts =>
                new ObservedContacts(map.Number("atLeast", 1, MostCounted), map.Number("withinWeeks", 1, MostWeeks)),
            RequirementKind.Fidelity => ReadFidelity(map),
            RequirementKind.ItemsClosed =>
                new ItemsClosed(map.Number("atLeast", 1, MostCounted), map.Number("withinMonths", 1, MostMonths)),
            _ => new Attestation(map.Choice<AttestedBy>("by") ?? default, map.Text("words", LongestAttestation)),
        };
        map.Done();
        return requirement;
    }

    private FidelityReached ReadFidelity(YamlMap map)
    {
        var score = map.Text("score", CredentialDefinition.LongestCode);
        var instrument = Named(map, "instrument", NamedKind.Instrument, score);
        var (least, reviews) = (map.Decimal("atLeast", 0, HighestScore), map.Number("reviews", 1, MostCounted));
        var months = map.Number("withinMonths", 1, MostMonths);
        var events = new List<ObservationKind>();
        foreach (var (name, line) in map.TextsWithLines("events", CredentialDefinition.LongestCode, least: map.Has("events") ? 1 : 0))
        {
            if (EnumNames.TryParse<ObservationKind>(name, out var kind)) events.Add(kind);
            else map.FaultAt(line, $"'{name}' is no event; expected are {string.Join(", ", EnumNames.Names<ObservationKind>())}");
        }

        return new(instrument, score, least ?? 0, reviews, months, events);
    }

    private string Named(YamlMap map, string key, NamedKind kind, string? score = null)
    {
        var name = CurriculumParser.Slug(map, key);
        if (name.Length > 0) names.Add(new(kind, name, score, path, map.LineOf(key)));
        return name;
    }
}
