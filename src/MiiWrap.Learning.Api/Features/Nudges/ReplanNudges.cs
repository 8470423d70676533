using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>
/// Plans anew what is still to come, in the same save as the change of a zone, of quiet hours, of leave or of closed days that is the
/// reason.
/// </summary>
internal sealed class ReplanNudges(LearningDb db, CurriculumLibrary library)
    : INotificationHandler<DomainEventNotification<CalendarChanged>>, INotificationHandler<DomainEventNotification<ClosedDaysChanged>>,
    INotificationHandler<DomainEventNotification<EnrolmentChanged>>, INotificationHandler<DomainEventNotification<EnrolmentWithdrawn>>,
    INotificationHandler<DomainEventNotification<EnrolmentResumed>>, INotificationHandler<DomainEventNotification<ExemptionLifted>>,
    INotificationHandler<DomainEventNotification<AccessRestored>>
{
    public Task Handle(DomainEventNotification<CalendarChanged> notification, CancellationToken cancellationToken)
    {
        var (people, reason, at) = notification.Event;
        return Replan(people, reason, at, cancellationToken);
    }

    public async Task Handle(DomainEventNotification<ClosedDaysChanged> notification, CancellationToken cancellationToken)
    {
        var (agency, at) = notification.Event;
        var people = await db.Enrolments.Where(e => e.AgencyId == agency.Id && e.Status != EnrolmentStatus.Withdrawn)
            .Select(e => e.PersonId)
            .Distinct().ToListAsync(cancellationToken);
        await Replan(people, "the agency changed its closed days", at, cancellationToken);
    }

    public Task Handle(DomainEventNotification<EnrolmentChanged> notification, CancellationToken cancellationToken) =>
        Replan([notification.Event.Enrolment.PersonId], "the learner's agency changed", notification.Event.At, cancellationToken);

    /// <summary>The closed days of an agency that was left move nothing of what is asked elsewhere.</summary>
    public Task Handle(DomainEventNotification<EnrolmentWithdrawn> notification, CancellationToken cancellationToken) =>
        notification.Event.Enrolment is { AgencyId: not null, PersonId: var person }
            ? Replan([person], "the learner left a cohort", notification.Event.At, cancellationToken)
            : Task.CompletedTask;

    /// <summary>Who is back is asked again what there is still time for.</summary>
    public async Task Handle(DomainEventNotification<EnrolmentResumed> notification, CancellationToken cancellationToken)
    {
        var (enrolment, at) = notification.Event;
        foreach (var opportunity in await db.Opportunities.Where(o => o.EnrolmentId == enrolment.Id).ToListAsync(cancellationToken))
            opportunity.Resume(at);
        await Revive(db.Nudges.Where(n => n.EnrolmentId == enrolment.Id), enrolment.PersonId,
            "the learner is back", at, cancellationToken, Nudge.EnrolmentEnded, Nudge.Suspended);
    }

    /// <summary>So is who has access again, about what they did not leave meanwhile.</summary>
    public Task Handle(DomainEventNotification<AccessRestored> notification, CancellationToken cancellationToken)
    {
        var (person, at) = notification.Event;
        var nudges = db.Nudges.Where(n => n.PersonId == person.Id
            && db.Enrolments.Any(e => e.Id == n.EnrolmentId && e.Status != EnrolmentStatus.Withdrawn));
        return Revive(nudges, person.Id, "the learner is back", at, cancellationToken, Nudge.Suspended);
    }

    /// <summary>A unit that counts again is asked about again.</summary>
    public Task Handle(DomainEventNotification<ExemptionLifted> notification, CancellationToken cancellationToken)
    {
        var (opportunity, at) = notification.Event;
        var nudges = db.Nudges.Where(n => n.OpportunityId == opportunity.Id
            && db.Enrolments.Any(e => e.Id == n.EnrolmentId && e.Status != EnrolmentStatus.Withdrawn));
        return Revive(nudges, opportunity.PersonId, "the unit counts again", at, cancellationToken, Nudge.Exempted);
    }

    private async Task Revive(
        IQueryable<Nudge> nudges, Guid personId, string reason, DateTime at, CancellationToken ct, params string[] endedBy)
    {
        var ended = await nudges.Where(n => endedBy.Contains(n.StatusReason) && n.ExpiresAt > at).ToListAsync(ct);
        await Replan([personId], reason, at, ct, [.. ended.Where(n => n.Revive(endedBy, at))]);
    }

    /// <param name="revived">Planned again in this very save, so that the database does not know of it.</param>
    private async Task Replan(
        IReadOnlyCollection<Guid> personIds, string reason, DateTime now, CancellationToken ct, IReadOnlyList<Nudge>? revived = null)
    {
        // Tracked, so that people and agencies which are being changed in this very save are read as they will be.
        var people = await db.Users.Where(p => personIds.Contains(p.Id)).ToListAsync(ct);
        var windows = await db.WindowsOf(people, ct);
        var nudges = (await db.Nudges.Where(n => personIds.Contains(n.PersonId) && n.Status == NudgeStatus.Planned && n.MessageId == null)
            .ToListAsync(ct)).Concat(revived ?? []).ToLookup(n => n.OpportunityId);
        var ids = nudges.Select(n => n.Key).ToList();
        var opportunities = await db.Opportunities.Where(o => ids.Contains(o.Id)).ToListAsync(ct);
        var plannedByPerson = opportunities.OrderBy(o => o.StartsAt).ThenBy(o => o.Id).ToLookup(o => o.PersonId);
        foreach (var person in people)
        {
            var (zone, window) = (Zones.Find(person.TimeZone), windows[person.Id]);
            // The whole calendar is laid anew, so nothing that moves itself is in its own way.
            var calendar = await db.CalendarOf(person, window, null, now, ct);
            foreach (var nudge in plannedByPerson[person.Id].SelectMany(o => nudges[o.Id])) calendar?.Remove(nudge.Id);
            foreach (var opportunity in plannedByPerson[person.Id])
            {
                var curriculum = await library.Find(db, opportunity.Curriculum, opportunity.CurriculumVersion, ct);
                if (curriculum?.Unit(opportunity.Unit) is not { } unit) continue;
                NudgeLedger.Replan(opportunity, unit.Plan, nudges[opportunity.Id], zone, window, reason, now, calendar);
            }

            await db.Displace(calendar, now, ct);
        }
    }
}
