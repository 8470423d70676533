using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Data;

/// <summary>Reading is activity too: who opens their journey or a unit is not silent.</summary>
internal static class LearnerVisits
{
    /// <summary>Once a day is enough to know, so that nearly no page costs a write.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromDays(1);

    public static async Task NoteVisit(this LearningDb db, Guid enrolmentId, DateTime? lastActivityAt, DateTime now, CancellationToken ct)
    {
        if (lastActivityAt > now - Between) return;
        try
        {
            await db.Enrolments
                .Where(e => e.Id == enrolmentId && e.Status != EnrolmentStatus.Withdrawn
                    && (e.LastActivityAt == null || e.LastActivityAt < now))
                .ExecuteUpdateAsync(s => s.SetProperty(e => e.LastActivityAt, now), ct);
        }
        catch (Exception e) when (e.StorageFault() != StorageFault.None)
        {
            // A disk that takes no change still lets everybody read.
        }
    }
}
