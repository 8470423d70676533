using System.Collections.Concurrent;

namespace MiiWrap.Learning.Api.Data;

/// <summary>
/// A version number for each cohort on this node, raised with every committed change of the cohort or its learners' progress. Caches
/// compare it, so that no stale summary is served.
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
