using MiiWrap.Learning.Api.Data;

namespace MiiWrap.Learning.Api.Features.Progress;

/// <summary>
/// Summaries of whole cohorts, counted again only after something changed: counting is the one part of a cohort's page that grows with the
/// cohort, and turning pages changes nothing. A change on this node counts at once, one on another after <see cref="Fresh"/>.
/// </summary>
internal sealed class ProgressSummaryCache(CohortVersions changes, TimeProvider clock) : IHoldsRows
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);
    private const int Most = 1_000;
    private readonly BoundedCache<Guid, Counted> counted = new(Most, Fresh, clock);

    public void Clear() => counted.Clear();

    public async Task<ProgressSummary> Of(Guid cohortId, Func<Task<ProgressSummary>> count)
    {
        var readAt = counted.Now();
        // Read before counting: a change in between makes the count old, whether it saw the change or not.
        var change = changes.Of(cohortId);
        if (counted.TryGet(cohortId, out var last) && last.Change == change) return last.Summary;
        var summary = await count();
        counted.Set(cohortId, new(summary, change), readAt);
        return summary;
    }

    private sealed record Counted(ProgressSummary Summary, long Change);
}
