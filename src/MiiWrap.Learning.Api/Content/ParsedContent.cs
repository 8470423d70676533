namespace MiiWrap.Learning.Api.Content;

/// <summary>What is published as one version: its name, what its content comes to, and the files of just that.</summary>
public abstract record ParsedVersion(string Slug, string Title, string ContentHash, ContentFiles Files);

/// <summary>All that could be read, and all that is wrong with it.</summary>
public sealed record ParsedContent(
    IReadOnlyList<ParsedCurriculum> Curricula, IReadOnlyList<ParsedInstrument> Instruments, ParsedIndicators? Indicators,
    IReadOnlyList<ContentFault> Faults)
{
    /// <summary>Itself when it is sound; throws a <see cref="ContentException"/> that carries every fault when it is not.</summary>
    public ParsedContent Sound() => Faults.Count == 0 ? this : throw new ContentException(Faults);
}
