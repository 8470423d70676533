namespace MiiWrap.Learning.Domain.Implementation;

/// <summary>All indicators that were ever published, each version of them.</summary>
public sealed record IndicatorSet(IReadOnlyList<Indicator> All)
{
    /// <summary>The newest version of each, in the order in which the authors put them.</summary>
    public IEnumerable<Indicator> Current => All.GroupBy(i => i.Code, (_, versions) => versions.MaxBy(i => i.Version)!);

    /// <summary>All versions, those of one indicator together, in the order in which the authors put the first of each.</summary>
    public IEnumerable<Indicator> InOrder => All.GroupBy(i => i.Code).SelectMany(versions => versions.OrderBy(i => i.Version));

    /// <summary>One version, or the newest when none is named; null when there is none.</summary>
    public Indicator? Find(string code, int? version) =>
        All.Where(i => i.Code == code && (version is null || i.Version == version)).MaxBy(i => i.Version);
}
