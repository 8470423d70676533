using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Api.Content;

/// <summary>What is published as one version: its name, what its content comes to, and the files of just that.</summary>
public abstract record ParsedVersion(string Slug, string Title, string ContentHash, ContentFiles Files);

/// <summary>All that could be read, and all that is wrong with it.</summary>
public sealed record ParsedContent(
    IReadOnlyList<ParsedCurriculum> Curricula, IReadOnlyList<ParsedInstrument> Instruments, ParsedIndicators? Indicators,
    IReadOnlyList<ContentFault> Faults)
{
    /// <summary>Mirrors of curricula that are not among the files: whoever reads them knows where to look.</summary>
    public IReadOnlyList<ParsedMirror> Elsewhere { get; init; } = [];

    public IReadOnlyList<ParsedCredential> Credentials { get; init; } = [];

    /// <summary>What credentials name that is not among the files.</summary>
    public IEnumerable<NamedContent> NamedElsewhere => Credentials.SelectMany(c => c.Names).Where(n => !Has(n));

    /// <summary>With a fault for each mirror of a curriculum, and for whatever credentials name, that did not come along.</summary>
    public ParsedContent ByItself() => With(Elsewhere.Select(m => m.NoCurriculum).Concat(NamedElsewhere.Select(n => n.Missing)));

    /// <summary>With further faults, and those of what is named and is here.</summary>
    public ParsedContent With(IEnumerable<ContentFault> faults) => this with
    {
        Faults = ContentFault.InOrder([
            .. Faults, .. faults,
            .. Credentials.SelectMany(c => c.Names).Where(n => n.Kind == NamedKind.Instrument && Has(n)
                && n.LacksScoreOf(Instruments.Single(i => i.Slug == n.Name).Instrument)).Select(n => n.NoScore),
        ]),
    };

    private bool Has(NamedContent named) => named.Kind switch
    {
        NamedKind.Curriculum => Curricula.Any(c => c.Slug == named.Name),
        NamedKind.Instrument => Instruments.Any(i => i.Slug == named.Name),
        _ => Credentials.Any(c => c.Slug == named.Name),
    };

    /// <summary>Itself when it is sound; throws a <see cref="ContentException"/> that carries every fault when it is not.</summary>
    public ParsedContent Sound() => Faults.Count == 0 ? this : throw new ContentException(Faults);
}

/// <summary>A unit of another curriculum, and where it is named.</summary>
public sealed record ParsedMirror(MirroredUnit Of, string File, int Line)
{
    public ContentFault NoCurriculum =>
        new(File, Line, $"there is no curriculum '{Of.Curriculum}' to mirror; expected is one beside this one, or one that is published");

    public ContentFault NoUnit => new(File, Line, $"there is no unit '{Of.Unit}' in {Of.Curriculum} to mirror");
}
