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

    /// <summary>With a fault for each mirror of a curriculum that did not come along.</summary>
    public ParsedContent ByItself() => this with { Faults = ContentFault.InOrder(Faults.Concat(Elsewhere.Select(m => m.NoCurriculum))) };

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
