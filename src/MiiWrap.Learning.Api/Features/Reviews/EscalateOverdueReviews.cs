using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// Owes a cohort's leads a mail about each revision that has waited too long for its review, once; returns of how many. Where no lead has
/// access, some programme admins hear that somebody waits there, and the next lead is told of what waits then.
/// </summary>
public sealed record EscalateOverdueReviews : ICommand<int>;

internal sealed class EscalateOverdueReviewsHandler(
    LearningDb db, StaffNotices staff, TimeProvider clock, ILogger<EscalateOverdueReviews> log)
    : IRequestHandler<EscalateOverdueReviews, int>
{
    private const int Batch = 200;

    public async Task<int> Handle(EscalateOverdueReviews request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        // So many working days are at least so many days: what is younger need not be looked at.
        var before = now.AddDays(1 - ReviewAge.OverdueDays);
        var present = db.Enrolments.OfPresent(db);
        var untold = db.Reflections
            .Where(r => (r.Status == ReflectionStatus.Submitted || r.Status == ReflectionStatus.InReview) && r.PurgedAt == null
                && r.SubmittedAt < before
                    && (r.LeadsToldOf == null || r.LeadsToldOf != r.LatestRevisionId)
                    && present.Any(e => e.Id == r.EnrolmentId));
        var led = db.CohortMembers.Where(m => m.Role == CohortRole.Lead)
            .Join(db.Users.Where(p => p.Status == PersonStatus.Active), m => m.PersonId, p => p.Id, (m, _) => m.CohortId);
        await QueueForAdmins(untold.Where(r => !led.Contains(r.CohortId)), now, cancellationToken);

        // What nobody leads waits until someone does.
        var waiting = await untold.Where(r => led.Contains(r.CohortId))
            .OrderBy(r => r.SubmittedAt).ThenBy(r => r.Id).Select(r => new { r.Id, r.CohortId, SubmittedAt = r.SubmittedAt!.Value })
            .Take(Batch).ToListAsync(cancellationToken);
        var zones = await ZonesOf(waiting.Select(r => r.CohortId), cancellationToken);
        var overdue = await RowFault.LoadReadableAsync(
            [.. waiting.Where(r => IsOverdue(r.SubmittedAt, zones[r.CohortId], now)).Select(r => r.Id)],
            ids => db.Reflections.Where(r => ids.Contains(r.Id)).ToListAsync(cancellationToken),
            (id, e) =>
            {
                log.LogError(e, "Reflection {ReflectionId} is left out of what leads are told: it cannot be read", id);
                return Task.CompletedTask;
            });
        var cohortIds = overdue.Select(r => r.CohortId).ToHashSet();
        var leads = await db.CohortMembers.Where(m => m.Role == CohortRole.Lead && cohortIds.Contains(m.CohortId))
            .ToListAsync(cancellationToken);
        // Who is suspended beside another lead is told when they are back.
        var people = (await staff.Present(leads.Select(m => m.PersonId), cancellationToken)).ToDictionary(p => p.Id);
        // Whoever ends the access of one of them meanwhile changes these rows too: the later of the two runs again.
        db.Touch(people.Values);
        var reached = leads.Where(m => people.GetValueOrDefault(m.PersonId)?.Status == PersonStatus.Active).Select(m => m.CohortId)
            .ToHashSet();
        var told = overdue.FindAll(r => reached.Contains(r.CohortId));
        foreach (var reflection in told) reflection.NoteLeadsTold();
        var receivers = leads.Where(m => reached.Contains(m.CohortId)).Select(m => m.PersonId).ToHashSet();
        await db.QueueNotices(
            [.. people.Values.Where(p => receivers.Contains(p.Id))], MailKind.ReviewsOverdue, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return told.Count;
    }

    private async Task QueueForAdmins(IQueryable<Reflection> unled, DateTime now, CancellationToken ct)
    {
        var waiting = await unled.GroupBy(r => r.CohortId).Select(g => new { Id = g.Key, Since = g.Min(r => r.SubmittedAt!.Value) })
            .OrderBy(c => c.Since).ThenBy(c => c.Id).Take(Batch).ToListAsync(ct);
        var zones = await ZonesOf(waiting.Select(c => c.Id), ct);
        foreach (var cohort in waiting.Where(c => IsOverdue(c.Since, zones[c.Id], now))) await staff.QueueMissing(cohort.Id, now, ct);
    }

    private async Task<Dictionary<Guid, TimeZoneInfo>> ZonesOf(IEnumerable<Guid> cohorts, CancellationToken ct)
    {
        var ids = cohorts.ToHashSet();
        return (await db.Cohorts.Where(c => ids.Contains(c.Id)).Select(c => new { c.Id, c.TimeZone }).ToListAsync(ct))
            .ToDictionary(c => c.Id, c => Zones.TryFind(c.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc);
    }

    private static bool IsOverdue(DateTime since, TimeZoneInfo zone, DateTime now) =>
        ReviewAge.Of(Zones.LocalDate(since, zone), Zones.LocalDate(now, zone)) >= ReviewAge.OverdueDays;
}
