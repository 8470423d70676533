using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.FollowUps;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.FollowUps;

/// <summary>
/// An answer that asks for a person opens a follow-up in the same save, or adds to the one that is open. Who has left is nobody's task, so
/// what their answers merely amount to opens none; if they ask for somebody themselves, somebody is told.
/// </summary>
internal sealed class OpenFollowUpOnAnswer(LearningDb db)
    : INotificationHandler<DomainEventNotification<NudgeAnswered>>, INotificationHandler<DomainEventNotification<ActionEvidenceRecorded>>
{
    /// <summary>An action item was not done, and had not been before.</summary>
    public async Task Handle(DomainEventNotification<ActionEvidenceRecorded> notification, CancellationToken cancellationToken)
    {
        var (item, _, isSecondNotYet, at) = notification.Event;
        if (!isSecondNotYet || !await IsPresent(item.EnrolmentId, cancellationToken)) return;
        (await db.OpenFollowUp(item.EnrolmentId, at, cancellationToken)).Add(FollowUpReason.TwiceNotYet, item.Unit, at);
    }

    public async Task Handle(DomainEventNotification<NudgeAnswered> notification, CancellationToken cancellationToken)
    {
        var (nudge, response, at) = notification.Event;
        if (nudge.ActionItemId is not null)
        {
            if (!response.NeedHelp) return;
            var unit = nudge.Unit.Length == 0 ? null : nudge.Unit;
            (await db.OpenFollowUp(nudge.EnrolmentId, at, cancellationToken)).Add(FollowUpReason.WantsToTalk, unit, at);
            return;
        }

        var earlier = await db.Nudges
            .Where(n => n.OpportunityId == nudge.OpportunityId && n.Id != nudge.Id && n.Response != null && n.Kind != NudgeKind.Recall)
            .Select(n => new { n.Response!.Outcome, n.Response.RespondedAt }).ToListAsync(cancellationToken);
        var opportunity = await db.Opportunities.Where(o => o.Id == nudge.OpportunityId)
            .Select(o => new { o.Plan, o.StartsAt, o.TimeZone }).SingleAsync(cancellationToken);
        var partlyCountsFrom = FollowUp.PartlyCountsFrom(opportunity.StartsAt, Zones.Find(opportunity.TimeZone));
        var answers = earlier.ConvertAll(e => (e.Outcome, e.RespondedAt));
        var reasons = FollowUp.ReasonsIn(nudge.Kind, response, opportunity.Plan, partlyCountsFrom, answers).ToList();
        if (reasons.Count > 0 && !await IsPresent(nudge.EnrolmentId, cancellationToken))
            reasons.RemoveAll(r => r != FollowUpReason.WantsToTalk);
        if (reasons.Count == 0) return;
        var followUp = await db.OpenFollowUp(nudge.EnrolmentId, at, cancellationToken);
        foreach (var reason in reasons) followUp.Add(reason, nudge.Unit, at);
    }

    /// <summary>Who opens one changes the enrolment's version, and so does who leaves: of the two the later one runs again.</summary>
    private Task<bool> IsPresent(Guid enrolmentId, CancellationToken ct) =>
        db.Enrolments.OfPresent(db).AnyAsync(e => e.Id == enrolmentId, ct);
}

/// <summary>
/// Who leaves the cohort, or leaves after completing everything, is nobody's task any more: what is open of theirs is closed in the same
/// save, and opened again if they come back. That of somebody who is suspended waits with them.
/// </summary>
internal sealed class FollowWithdrawal(LearningDb db)
    : INotificationHandler<DomainEventNotification<EnrolmentWithdrawn>>, INotificationHandler<DomainEventNotification<EnrolmentResumed>>,
    INotificationHandler<DomainEventNotification<AccessEnded>>, INotificationHandler<DomainEventNotification<AccessRestored>>
{
    public Task Handle(DomainEventNotification<EnrolmentResumed> notification, CancellationToken cancellationToken) =>
        Reopen(notification.Event.Enrolment, notification.Event.At, cancellationToken);

    public Task Handle(DomainEventNotification<EnrolmentWithdrawn> notification, CancellationToken cancellationToken) =>
        Close(notification.Event.Enrolment, notification.Event.At, cancellationToken);

    public async Task Handle(DomainEventNotification<AccessEnded> notification, CancellationToken cancellationToken)
    {
        var (person, at) = notification.Event;
        if (person.Status != PersonStatus.Left) return;
        foreach (var enrolment in await Present(person, cancellationToken)) await Close(enrolment, at, cancellationToken);
    }

    /// <summary>Enrolments that were withdrawn are resumed by themselves.</summary>
    public async Task Handle(DomainEventNotification<AccessRestored> notification, CancellationToken cancellationToken)
    {
        var (person, _, at) = notification.Event;
        foreach (var enrolment in await Present(person, cancellationToken)) await Reopen(enrolment, at, cancellationToken);
    }

    /// <summary>Of who opens a follow-up at this moment, or counts what waits there, the later one runs again.</summary>
    private async Task<List<Enrolment>> Present(Person person, CancellationToken ct)
    {
        var enrolments = await db.Enrolments.Where(e => e.PersonId == person.Id && e.Status != EnrolmentStatus.Withdrawn).ToListAsync(ct);
        db.Touch(enrolments);
        return enrolments;
    }

    private async Task Close(Enrolment enrolment, DateTime at, CancellationToken ct)
    {
        foreach (var followUp in await db.FollowUps.Where(f => f.EnrolmentId == enrolment.Id && f.ClosedAt == null).ToListAsync(ct))
            followUp.CloseAsWithdrawn(at);
    }

    private async Task Reopen(Enrolment enrolment, DateTime at, CancellationToken ct)
    {
        var ofLearner = db.FollowUps.Where(f => f.EnrolmentId == enrolment.Id);
        // There is one open at most: who wrote after they had left is waited for already.
        if (await ofLearner.AnyAsync(f => f.ClosedAt == null, ct)) return;
        // What was closed by leaving and overtaken by another stays closed.
        var closed = await ofLearner.OrderByDescending(f => f.ClosedAt).FirstOrDefaultAsync(ct);
        if (closed is not { Outcome: FollowUpOutcome.Withdrawn }) return;
        var cohort = await db.Cohorts.SingleAsync(c => c.Id == enrolment.CohortId, ct);
        closed.Reopen(cohort.Today(at));
    }
}

/// <summary>Looks for learners who have left several messages in a row unanswered, and tells their coaches.</summary>
public sealed record DetectUnresponsiveLearners : ICommand<SilenceReport>;

/// <summary>How many learners a coach has been told of.</summary>
public sealed record SilenceReport(int Learners);

internal sealed class DetectUnresponsiveLearnersHandler(LearningDb db, TimeProvider clock, ILogger<DetectUnresponsiveLearners> log)
    : IRequestHandler<DetectUnresponsiveLearners, SilenceReport>
{
    public async Task<SilenceReport> Handle(DetectUnresponsiveLearners request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var since = now.AddDays(-Fatigue.MemoryDays);
        var silent = await db.Unanswered(now).Where(n => n.DueAt > since)
            .Where(n => !db.FollowUps.Any(f => f.EnrolmentId == n.EnrolmentId && f.ClosedAt == null
                && f.Triggers.Any(t => t.Reason == FollowUpReason.Unanswered)))
            .GroupBy(n => n.EnrolmentId)
            // What went out together is one message, and has one moment.
            .Where(g => g.Select(n => n.SentAt).Distinct().Count() >= Fatigue.WeeklyFrom).Select(g => g.Key)
            .ToListAsync(cancellationToken);
        var told = 0;
        foreach (var enrolmentId in silent)
        {
            if (await db.TryAddReason(enrolmentId, FollowUpReason.Unanswered, now, log, cancellationToken)) told++;
        }

        return new(told);
    }
}

internal static class OpenFollowUps
{
    /// <summary>
    /// Saves a reason for a follow-up by itself: one learner's race with their own answer, or their bad row, holds up nobody else.
    /// </summary>
    public static async Task<bool> TryAddReason(
        this LearningDb db, Guid enrolmentId, FollowUpReason reason, DateTime now, ILogger log, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        try
        {
            (await db.OpenFollowUp(enrolmentId, now, ct)).Add(reason, null, now);
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (Exception e) when (e.IsOfOneRow())
        {
            log.LogError(e, "No follow-up could be opened for enrolment {EnrolmentId}", enrolmentId);
            return false;
        }
    }

    /// <summary>The learner's open follow-up, or a new one.</summary>
    public static async Task<FollowUp> OpenFollowUp(this LearningDb db, Guid enrolmentId, DateTime now, CancellationToken ct)
    {
        if (await db.FollowUps.Include(f => f.Triggers)
            .SingleOrDefaultAsync(f => f.EnrolmentId == enrolmentId && f.ClosedAt == null, ct) is { } open) return open;
        var enrolment = await db.Enrolments.SingleAsync(e => e.Id == enrolmentId, ct);
        var zone = await db.Cohorts.Where(c => c.Id == enrolment.CohortId).Select(c => c.TimeZone).SingleAsync(ct);
        var opened = FollowUp.Open(
            enrolment.CohortId, enrolment.Id, enrolment.PersonId, Zones.LocalDate(now, Zones.Find(zone)), now);
        db.Add(opened);
        // Else a move to another cohort at this moment would leave it behind: the later of the two runs again.
        db.Entry(enrolment).Property(e => e.Version).IsModified = true;
        return opened;
    }
}

/// <summary>
/// What a learner's coaches were to see to goes with them to another cohort, and to the person for whom somebody stood in, in the same
/// save.
/// </summary>
internal sealed class MoveFollowUps(LearningDb db)
    : INotificationHandler<DomainEventNotification<EnrolmentMoved>>, INotificationHandler<DomainEventNotification<StandInReplaced>>
{
    /// <summary>
    /// Whoever opens one of the offered enrolment meanwhile changes that row too, and of the learner's own one a unique key lets there be
    /// one: the later of the two runs again.
    /// </summary>
    public async Task Handle(DomainEventNotification<StandInReplaced> notification, CancellationToken cancellationToken)
    {
        var (_, offered, enrolment) = notification.Event;
        var own = offered == enrolment.Id
            ? null
            : await db.FollowUps.Include(f => f.Triggers)
                .SingleOrDefaultAsync(f => f.EnrolmentId == enrolment.Id && f.ClosedAt == null, cancellationToken);
        foreach (var followUp in await db.FollowUps.Include(f => f.Triggers).Where(f => f.EnrolmentId == offered)
            .ToListAsync(cancellationToken))
        {
            if (own is null || followUp.ClosedAt is not null)
            {
                followUp.TakeOver(enrolment);
                continue;
            }

            own.Absorb(followUp);
            db.Remove(followUp);
        }
    }

    public async Task Handle(DomainEventNotification<EnrolmentMoved> notification, CancellationToken cancellationToken)
    {
        var (enrolment, _, to, _, _) = notification.Event;
        foreach (var followUp in await db.FollowUps.Where(f => f.EnrolmentId == enrolment.Id).ToListAsync(cancellationToken))
            followUp.Follow(to.Id);
    }
}
