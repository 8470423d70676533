using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>Owes a cohort's leads a mail about each revision that has waited too long for its review, once; returns of how many.</summary>
public sealed record EscalateOverdueReviews : ICommand<int>;

internal sealed class EscalateOverdueReviewsHandler(LearningDb db, TimeProvider clock, ILogger<EscalateOverdueReviews> log)
    : IRequestHandler<EscalateOverdueReviews, int>
{
    private const int Batch = 200;

    public async Task<int> Handle(EscalateOverdueReviews request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        // So many working days are at least so many days: what is younger need not be looked at. What nobody leads waits until someone
        // does.
        var before = now.AddDays(1 - ReviewAge.OverdueDays);
        var waiting = await db.Reflections
            .Where(r => (r.Status == ReflectionStatus.Submitted || r.Status == ReflectionStatus.InReview) && r.PurgedAt == null
                && r.SubmittedAt < before
                    && (r.LeadsToldOf == null || r.LeadsToldOf != r.LatestRevisionId)
                    && db.Enrolments.Any(e => e.Id == r.EnrolmentId && e.Status != EnrolmentStatus.Withdrawn)
                    && db.CohortMembers.Any(m => m.CohortId == r.CohortId && m.Role == CohortRole.Lead))
            .OrderBy(r => r.SubmittedAt).ThenBy(r => r.Id).Select(r => new { r.Id, r.CohortId, SubmittedAt = r.SubmittedAt!.Value })
            .Take(Batch).ToListAsync(cancellationToken);
        var cohortIds = waiting.Select(r => r.CohortId).Distinct().ToList();
        var zones = (await db.Cohorts.Where(c => cohortIds.Contains(c.Id)).Select(c => new { c.Id, c.TimeZone })
            .ToListAsync(cancellationToken))
            .ToDictionary(c => c.Id, c => Zones.TryFind(c.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc);
        var overdue = await RowFault.LoadReadableAsync(
            [.. waiting
                .Where(r => ReviewAge.Of(Zones.LocalDate(r.SubmittedAt, zones[r.CohortId]), Zones.LocalDate(now, zones[r.CohortId]))
                    >= ReviewAge.OverdueDays)
                .Select(r => r.Id)],
            ids => db.Reflections.Where(r => ids.Contains(r.Id)).ToListAsync(cancellationToken),
            (id, e) =>
            {
                log.LogError(e, "Reflection {ReflectionId} is left out of what leads are told: it cannot be read", id);
                return Task.CompletedTask;
            });
        if (overdue.Count == 0) return 0;

        foreach (var reflection in overdue) reflection.NoteLeadsTold();
        cohortIds = [.. overdue.Select(r => r.CohortId).Distinct()];
        var leads = await db.Users.AsNoTracking()
            .Where(p => db.CohortMembers.Any(m => m.PersonId == p.Id && m.Role == CohortRole.Lead && cohortIds.Contains(m.CohortId)))
            .ToListAsync(cancellationToken);
        await db.QueueNotices(leads, MailKind.ReviewsOverdue, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return overdue.Count;
    }
}
