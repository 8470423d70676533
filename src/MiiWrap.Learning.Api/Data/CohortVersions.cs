using System.Collections.Concurrent;

namespace MiiWrap.Learning.Api.Data;

/// <summary>
/// Counts the changes of each cohort and its learners' progress on this node, so that what was read before one is not taken for what is
/// after it.
/// </summary>
internal sealed class CohortVersions
{
    private readonly ConcurrentDictionary<Guid, long> counts = new();
    private long total;

    /// <summary>The changes of all cohorts together.</summary>
    public long Total => Interlocked.Read(ref total);

    public long Of(Guid cohortId) => counts.GetValueOrDefault(cohortId);

    public void Add(IEnumerable<Guid> cohortIds)
    {
        foreach (var id in cohortIds)
        {
            counts.AddOrUpdate(id, 1, (_, count) => count + 1);
            Interlocked.Increment(ref total);
        }
    }
}
