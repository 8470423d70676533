using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>
/// The asks of an action item follow it, in the same save: planned when it is agreed, planned anew when its days change, left out when it
/// is done, ended when it is closed.
/// </summary>
internal sealed class PlanItemNudges(LearningDb db) :
    INotificationHandler<DomainEventNotification<ActionAgreed>>, INotificationHandler<DomainEventNotification<ActionDatesChanged>>,
    INotificationHandler<DomainEventNotification<ActionEvidenceRecorded>>, INotificationHandler<DomainEventNotification<ActionClosed>>,
    INotificationHandler<DomainEventNotification<NudgeAnswered>>
{
    public async Task Handle(DomainEventNotification<ActionAgreed> notification, CancellationToken cancellationToken)
    {
        var (item, at) = notification.Event;
        // What plans check-ins meets on the person: of two agreements at once, one counts the other.
        var (person, window) = await db.LoadToPlanAsync(item.OwnerId, cancellationToken);
        var enrolment = (await db.Enrolments.FindAsync([item.EnrolmentId], cancellationToken))!;
        var isHeldOut = item.Unit is { } unit && await db.Opportunities
            .AnyAsync(o => o.EnrolmentId == item.EnrolmentId && o.Unit == unit && o.Arm == TrialArm.HeldOut, cancellationToken);
        var calendar = await db.CalendarOf(person, window, null, at, cancellationToken);
        db.AddRange(ItemNudges.Open(item, enrolment, isHeldOut, Zones.Find(person.TimeZone), window, person.NudgeChannel, at, calendar));
        await db.Displace(calendar, at, cancellationToken);
    }

    public async Task Handle(DomainEventNotification<ActionDatesChanged> notification, CancellationToken cancellationToken)
    {
        var (item, at) = notification.Event;
        await Replan(item, "its owner changed the dates", at, cancellationToken);
    }

    public async Task Handle(DomainEventNotification<ActionEvidenceRecorded> notification, CancellationToken cancellationToken)
    {
        var (item, evidence, _, _) = notification.Event;
        if (evidence.Level == TransferLevel.Applied) ItemNudges.Stop(await NudgesOf(item, cancellationToken));
    }

    public async Task Handle(DomainEventNotification<ActionClosed> notification, CancellationToken cancellationToken)
    {
        var (item, at) = notification.Event;
        foreach (var nudge in await NudgesOf(item, cancellationToken)) nudge.EndWithItem(at);
    }

    /// <summary>Whoever had no occasion is asked after the day of the next one.</summary>
    public async Task Handle(DomainEventNotification<NudgeAnswered> notification, CancellationToken cancellationToken)
    {
        var (nudge, response, at) = notification.Event;
        if (nudge.ActionItemId is not { } itemId || NudgeLedger.WaitsForOpportunity(response) is not { } next) return;
        var item = await db.ActionItems.SingleAsync(i => i.Id == itemId, cancellationToken);
        var (person, window) = await db.LoadToPlanAsync(nudge.PersonId, cancellationToken);
        ItemNudges.WaitFor(item, next, await NudgesOf(item, cancellationToken), nudge, Zones.Find(person.TimeZone), window);
        await Replan(item, "waits for the next opportunity", at, cancellationToken);
    }

    private async Task Replan(ActionItem item, string reason, DateTime at, CancellationToken ct)
    {
        var (person, window) = await db.LoadToPlanAsync(item.OwnerId, ct);
        var calendar = await db.CalendarOf(person, window, item.Id, at, ct);
        ItemNudges.Replan(item, await NudgesOf(item, ct), Zones.Find(person.TimeZone), window, reason, at, calendar);
        await db.Displace(calendar, at, ct);
    }

    private Task<List<Nudge>> NudgesOf(ActionItem item, CancellationToken ct) =>
        db.Nudges.Where(n => n.ActionItemId == item.Id).OrderBy(n => n.Step).ToListAsync(ct);
}
