using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>
/// A fingerprint of each part that a person's front end shows. Streams compare it at each look, so that a part is told whose change has no
/// event, whichever node made it.
/// </summary>
/// <param name="Next">Of the learner's cohorts: their dates and zones, whether they are closed, and which modules were opened.</param>
/// <param name="Nudges">When each planned check-in is due.</param>
/// <param name="Queue">What waits for review, and who has it.</param>
internal sealed record PersonalState(int Next, int Nudges, int Queue)
{
    public static IEnumerable<ChangedPart> Changed(PersonalState? before, PersonalState? now)
    {
        if (before is null || now is null) yield break;
        if (now.Next != before.Next) yield return ChangedPart.Next;
        if (now.Nudges != before.Nudges) yield return ChangedPart.Nudges;
        if (now.Queue != before.Queue) yield return ChangedPart.Queue;
    }

    public static async Task<PersonalState> Read(LearningDb db, Guid me, DateTime now, CancellationToken ct)
    {
        var studied = await db.Enrolments.Where(e => e.PersonId == me).OrderBy(e => e.Id)
            .Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, c) => new
            {
                e.Id,
                e.Status,
                e.CohortId,
                c.StartsOn,
                c.TimeZone,
                c.Gate,
                c.CurriculumVersion,
                c.ClosedAt,
                Opened = db.ModuleOpenings.Count(o => o.EnrolmentId == e.Id),
            }).AsNoTracking().ToListAsync(ct);
        var planned = studied.Count == 0 ? [] : await db.Nudges.Where(n => n.PersonId == me && n.Status == NudgeStatus.Planned)
            .OrderBy(n => n.DueAt).ThenBy(n => n.Id).Select(n => new { n.Id, n.DueAt }).ToListAsync(ct);
        var taught = await db.CohortMembers.Where(m => m.PersonId == me).Select(m => m.CohortId).Distinct().ToListAsync(ct);
        var present = db.Enrolments.OfPresent(db);
        var waiting = taught.Count == 0 ? [] : await db.Reflections
            .Where(r => taught.Contains(r.CohortId) && (r.Status == ReflectionStatus.Submitted || r.Status == ReflectionStatus.InReview)
                && r.PersonId != me && r.PurgedAt == null
                && present.Any(e => e.Id == r.EnrolmentId))
            .OrderBy(r => r.SubmittedAt).ThenBy(r => r.Id).Take(Paging.MostLimit)
            .Select(r => new
            {
                r.LatestRevisionId,
                r.Status,
                Held = db.Reviews.Count(v => v.RevisionId == r.LatestRevisionId && (v.HandedInAt != null || v.LeaseUntil > now)),
                Until = db.Reviews.Where(v => v.RevisionId == r.LatestRevisionId && v.HandedInAt == null && v.LeaseUntil > now)
                    .Max(v => v.LeaseUntil),
            }).ToListAsync(ct);
        return new(HashOf(studied), HashOf(planned), HashOf(waiting));
    }

    private static int HashOf<T>(List<T> rows)
    {
        var hash = new HashCode();
        foreach (var row in rows) hash.Add(row);
        return hash.ToHashCode();
    }
}
