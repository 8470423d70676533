using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Access;

/// <summary>
/// Notes that a learner is at work: reading, writing and answering count as much as handing in. It is written once a day at most for each
/// enrolment, so that reading stays reading.
/// </summary>
internal sealed class LearnerActivity(LearningDb db, Caller caller, CohortVersions changes, TimeProvider clock)
{
    /// <param name="last">The last activity as it was just read.</param>
    public async Task Note(Guid enrolmentId, Guid cohortId, DateTime? last, CancellationToken ct)
    {
        var now = clock.UtcNow();
        if (last >= now.Date || !caller.IsShownContent) return;
        try
        {
            var noted = await db.Enrolments.Where(e => e.Id == enrolmentId && e.Status != EnrolmentStatus.Withdrawn
                && (e.LastActivityAt == null || e.LastActivityAt < now.Date))
                .ExecuteUpdateAsync(e => e.SetProperty(x => x.LastActivityAt, now), ct);
            if (noted > 0) changes.Add([cohortId]);
        }
        catch (Exception e) when (e.StorageFault() is not StorageFault.None)
        {
            // Nobody is kept from reading because it cannot be noted.
        }
    }
}
