using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>
/// Plans anew what is still to come, in the same save as the reason: a change of zone, of quiet hours, of channels, of leave or of closed
/// days; an act that leaves room for asks that had none; the end of what had ended them.
/// </summary>
internal sealed class ReplanNudges(LearningDb db, CurriculumLibrary library, ILogger<ReplanNudges> log)
    : INotificationHandler<DomainEventNotification<CalendarChanged>>, INotificationHandler<DomainEventNotification<ClosedDaysChanged>>,
    INotificationHandler<DomainEventNotification<AccessRestored>>, INotificationHandler<DomainEventBatchNotification<EnrolmentCreated>>,
    INotificationHandler<DomainEventBatchNotification<EnrolmentChanged>>,
    INotificationHandler<DomainEventBatchNotification<EnrolmentWithdrawn>>,
    INotificationHandler<DomainEventBatchNotification<EnrolmentResumed>>, INotificationHandler<DomainEventBatchNotification<UnitExempted>>,
    INotificationHandler<DomainEventBatchNotification<ExemptionLifted>>, INotificationHandler<DomainEventBatchNotification<NudgeAnswered>>,
    INotificationHandler<DomainEventBatchNotification<NudgeSnoozed>>, INotificationHandler<DomainEventBatchNotification<ActionClosed>>
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

    /// <summary>The closed days of a new agency count for what is asked elsewhere too.</summary>
    public async Task Handle(DomainEventBatchNotification<EnrolmentCreated> notification, CancellationToken cancellationToken)
    {
        var people = notification.Events.Where(e => e.Enrolment.AgencyId is not null).Select(e => e.Enrolment.PersonId).ToHashSet();
        if (people.Count > 0) await Replan(people, "the learner's agency changed", notification.Events[0].At, cancellationToken);
    }

    public Task Handle(DomainEventBatchNotification<EnrolmentChanged> notification, CancellationToken cancellationToken) =>
        Replan(notification.Events.Select(e => e.Enrolment.PersonId).ToHashSet(), "the learner's agency changed",
            notification.Events[0].At, cancellationToken);

    /// <summary>
    /// The closed days of an agency that was left move nothing of what is asked elsewhere; nor do the asks of the cohort that was left.
    /// </summary>
    public async Task Handle(DomainEventBatchNotification<EnrolmentWithdrawn> notification, CancellationToken cancellationToken)
    {
        const string Reason = "the learner left a cohort";
        var (left, at) = (notification.Events.Select(e => e.Enrolment).ToList(), notification.Events[0].At);
        var employed = left.Where(e => e.AgencyId is not null).Select(e => e.PersonId).ToHashSet();
        if (employed.Count > 0) await Replan(employed, Reason, at, cancellationToken);
        await UseRoom(left.Select(e => e.PersonId).Except(employed), Reason, at, cancellationToken);
    }

    /// <summary>Who is back is asked again what there is still time for.</summary>
    public async Task Handle(DomainEventBatchNotification<EnrolmentResumed> notification, CancellationToken cancellationToken)
    {
        var (enrolments, at) = (notification.Events.Select(e => e.Enrolment).ToList(), notification.Events[0].At);
        var ids = enrolments.Select(e => e.Id).ToHashSet();
        foreach (var opportunity in await db.Opportunities.Where(o => ids.Contains(o.EnrolmentId)).ToListAsync(cancellationToken))
            opportunity.Resume(at);
        await Revive(enrolments.Select(e => e.PersonId), "the learner is back", at, cancellationToken);
    }

    /// <summary>So is who has access again, about what they did not leave meanwhile.</summary>
    public Task Handle(DomainEventNotification<AccessRestored> notification, CancellationToken cancellationToken) =>
        Revive([notification.Event.Person.Id], "the learner is back", notification.Event.At, cancellationToken);

    /// <summary>A unit that counts again is asked about again.</summary>
    public Task Handle(DomainEventBatchNotification<ExemptionLifted> notification, CancellationToken cancellationToken) =>
        Revive(notification.Events.Select(e => e.Opportunity.PersonId), "the unit counts again", notification.Events[0].At,
            cancellationToken);

    public Task Handle(DomainEventBatchNotification<UnitExempted> notification, CancellationToken cancellationToken) =>
        UseRoom(notification.Events.Select(e => e.Opportunity.PersonId), "another unit is asked about no more", notification.Events[0].At,
            cancellationToken);

    public Task Handle(DomainEventBatchNotification<NudgeAnswered> notification, CancellationToken cancellationToken) =>
        UseRoom(notification.Events.Select(e => e.Nudge.PersonId), "an answer left room", notification.Events[0].At, cancellationToken);

    public Task Handle(DomainEventBatchNotification<NudgeSnoozed> notification, CancellationToken cancellationToken) =>
        UseRoom(notification.Events.Select(e => e.Nudge.PersonId), "another ask was put off", notification.Events[0].At,
            cancellationToken);

    public Task Handle(DomainEventBatchNotification<ActionClosed> notification, CancellationToken cancellationToken) =>
        UseRoom(notification.Events.Select(e => e.Item.OwnerId), "an action item was closed", notification.Events[0].At,
            cancellationToken);

    /// <summary>Asks that had no room have it now, perhaps; whose asks all have some keep them as they are.</summary>
    private async Task UseRoom(IEnumerable<Guid> people, string reason, DateTime at, CancellationToken ct)
    {
        var ids = people.ToHashSet();
        if (ids.Count == 0) return;
        var wanting = await db.Nudges
            .Where(n => ids.Contains(n.PersonId) && n.Status == NudgeStatus.Planned && n.StatusReason == Nudge.Superseded && n.DueAt > at)
            .Select(n => n.PersonId).Distinct().ToListAsync(ct);
        if (wanting.Count > 0) await Replan(wanting, reason, at, ct);
    }

    /// <summary>
    /// A fact that ended asks is gone. They come back if no other stands: what ended them first says nothing of what came after it.
    /// </summary>
    private async Task Revive(IEnumerable<Guid> personIds, string reason, DateTime at, CancellationToken ct)
    {
        var ids = personIds.ToHashSet();
        var ended = (await db.Nudges
            .Where(n => ids.Contains(n.PersonId) && Nudge.PassingReasons.Contains(n.StatusReason) && n.ExpiresAt > at)
            .ToListAsync(ct)).ToLookup(n => n.SubjectId);
        var subjectIds = ended.Select(n => n.Key).ToList();
        // Tracked, so that what is being changed in this very save is read as it will be.
        var people = await db.Users.Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
        var opportunities = await db.Opportunities.Where(o => subjectIds.Contains(o.Id)).ToListAsync(ct);
        var items = await db.ActionItems.Include(i => i.Evidence).Where(i => subjectIds.Contains(i.Id)).ToListAsync(ct);
        var enrolmentIds = opportunities.Select(o => o.EnrolmentId).Concat(items.Select(i => i.EnrolmentId)).ToHashSet();
        var enrolments = await db.Enrolments.Where(e => enrolmentIds.Contains(e.Id)).ToDictionaryAsync(e => e.Id, ct);
        var answered = (await db.UnitNudges.Where(n => subjectIds.Contains(n.OpportunityId!.Value) && n.Response != null).ToListAsync(ct))
            .ToLookup(n => n.SubjectId);
        bool IsThere(Guid personId, Guid enrolmentId) => people[personId].Status == PersonStatus.Active
            && enrolments[enrolmentId].Status != EnrolmentStatus.Withdrawn;
        foreach (var opportunity in opportunities)
        {
            if (!IsThere(opportunity.PersonId, opportunity.EnrolmentId) || opportunity.ExemptAt is not null
                || await PlanOf(opportunity, ct) is not { } plan) continue;
            NudgeLedger.Revive(opportunity, plan, [.. ended[opportunity.Id]], answered[opportunity.Id],
                Zones.Find(people[opportunity.PersonId].TimeZone), at);
        }

        foreach (var item in items.Where(i => IsThere(i.OwnerId, i.EnrolmentId))) ItemNudges.Revive(item, [.. ended[item.Id]], at);

        await Replan(ids, reason, at, ct);
    }

    private async Task Replan(IReadOnlyCollection<Guid> personIds, string reason, DateTime now, CancellationToken ct)
    {
        // Whose person, check-ins or opportunities are damaged is held as they are, and keeps nobody else's from being planned.
        var plans = await RowFault.LoadReadableAsync([.. personIds.Distinct()], some => Load(some, ct), (id, e) =>
        {
            log.LogError(e, "The check-ins of person {PersonId} are not planned anew: something of them cannot be read", id);
            return Task.CompletedTask;
        });
        // What is planned meanwhile by the days and hours of before loses, and is planned again.
        db.Touch(plans.Select(p => p.Person));
        foreach (var plan in plans) await Replan(plan, reason, now, ct);
    }

    private async Task<List<PersonalPlan>> Load(Guid[] personIds, CancellationToken ct)
    {
        // Tracked, so that people and agencies which are being changed in this very save are read as they will be.
        var people = await db.Users.Where(p => personIds.Contains(p.Id)).ToListAsync(ct);
        var windows = await db.WindowsOf(people, ct);
        var stored = await db.Nudges.Where(n => personIds.Contains(n.PersonId) && n.Status == NudgeStatus.Planned && n.MessageId == null)
            .ToListAsync(ct);
        // What is planned again in this very save the database does not know of.
        var nudges = stored.Union(db.Nudges.Local.Where(n => n.IsWaiting && personIds.Contains(n.PersonId))).ToLookup(n => n.SubjectId);
        var ids = nudges.Select(n => n.Key).ToList();
        var opportunities = (await db.Opportunities.Where(o => ids.Contains(o.Id)).ToListAsync(ct)).OrderBy(o => o.StartsAt)
            .ThenBy(o => o.Id).ToLookup(o => o.PersonId);
        var items = (await db.ActionItems.Where(i => ids.Contains(i.Id)).ToListAsync(ct)).OrderBy(i => i.AgreedAt).ThenBy(i => i.Id)
            .ToLookup(i => i.OwnerId);
        return people.ConvertAll(p => new PersonalPlan(
            p, windows[p.Id], [.. opportunities[p.Id].Select(o => (o, (IReadOnlyList<Nudge>)[.. nudges[o.Id]]))],
            [.. items[p.Id].Select(i => (i, (IReadOnlyList<Nudge>)[.. nudges[i.Id]]))]));
    }

    private async Task Replan(PersonalPlan own, string reason, DateTime now, CancellationToken ct)
    {
        if (own.Opportunities.Count + own.Items.Count == 0) return;
        var (person, window) = (own.Person, own.Window);
        try
        {
            var zone = Zones.Find(person.TimeZone);
            // The whole calendar is laid anew, so nothing that moves itself is in its own way, nor what has just ended.
            var calendar = await db.CalendarOf(person, window, null, now, ct);
            foreach (var nudge in own.Opportunities.SelectMany(o => o.Nudges).Concat(own.Items.SelectMany(i => i.Nudges)))
                calendar?.Remove(nudge.Id);
            foreach (var (opportunity, nudges) in own.Opportunities)
            {
                if (await PlanOf(opportunity, ct) is { } plan)
                    NudgeLedger.Replan(opportunity, plan, nudges, zone, window, reason, now, calendar);
            }

            foreach (var (item, nudges) in own.Items) ItemNudges.Replan(item, nudges, zone, window, reason, now, calendar);

            await db.Displace(calendar, now, ct);
        }
        catch (Exception e) when (e.IsOfDamage())
        {
            log.LogError(e, "The check-ins of person {PersonId} are not all planned anew: something of them cannot be read", person.Id);
        }
    }

    /// <summary>null where the curriculum has lost the unit.</summary>
    private async Task<NudgePlan?> PlanOf(TransferOpportunity opportunity, CancellationToken ct) =>
        (await library.Find(db, opportunity.Curriculum, opportunity.CurriculumVersion, ct))?.Unit(opportunity.Unit)?.Plan;

    private sealed record PersonalPlan(
        Person Person, SendingWindow Window, IReadOnlyList<(TransferOpportunity Opportunity, IReadOnlyList<Nudge> Nudges)> Opportunities,
        IReadOnlyList<(ActionItem Item, IReadOnlyList<Nudge> Nudges)> Items);
}
