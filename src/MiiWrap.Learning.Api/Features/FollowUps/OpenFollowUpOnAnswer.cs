using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.FollowUps;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.FollowUps;

/// <summary>An answer that asks for a person opens a follow-up in the same save, or adds to the one that is open.</summary>
internal sealed class OpenFollowUpOnAnswer(LearningDb db) : INotificationHandler<DomainEventNotification<NudgeAnswered>>
{
    public async Task Handle(DomainEventNotification<NudgeAnswered> notification, CancellationToken cancellationToken)
    {
        var (nudge, response, at) = notification.Event;
        var earlier = await db.Nudges.Where(n => n.OpportunityId == nudge.OpportunityId && n.Id != nudge.Id && n.Response != null)
            .Select(n => new { n.Response!.Outcome, n.Response.RespondedAt }).ToListAsync(cancellationToken);
        var opportunity = await db.Opportunities.Where(o => o.Id == nudge.OpportunityId)
            .Select(o => new { o.Plan, o.StartsAt, o.TimeZone }).SingleAsync(cancellationToken);
        var partlyCountsFrom = FollowUp.PartlyCountsFrom(opportunity.StartsAt, Zones.Find(opportunity.TimeZone));
        var answers = earlier.ConvertAll(e => (e.Outcome, e.RespondedAt));
        var reasons = FollowUp.ReasonsIn(response, opportunity.Plan, partlyCountsFrom, answers).ToList();
        if (reasons.Count == 0) return;
        var followUp = await db.OpenFollowUp(nudge.CohortId, nudge.EnrolmentId, nudge.PersonId, at, cancellationToken);
        foreach (var reason in reasons) followUp.Add(reason, nudge.Unit, at);
    }
}

/// <summary>Looks for learners who have left several asks in a row unanswered, and tells their coaches.</summary>
public sealed record DetectUnresponsiveLearners : ICommand<SilenceReport>;

/// <summary>How many learners a coach has been told of.</summary>
public sealed record SilenceReport(int Learners);

internal sealed class DetectUnresponsiveLearnersHandler(LearningDb db, TimeProvider clock)
    : IRequestHandler<DetectUnresponsiveLearners, SilenceReport>
{
    // Longer than the longest plan: what lies further back speaks of no present silence.
    private const int DaysBack = 120;

    public async Task<SilenceReport> Handle(DetectUnresponsiveLearners request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var since = now.AddDays(-DaysBack);
        var silent = await db.Unanswered(now).Where(n => n.DueAt > since)
            .Where(n => db.Enrolments.Any(e => e.Id == n.EnrolmentId && e.Status != EnrolmentStatus.Withdrawn))
            .Where(n => !db.FollowUps.Any(f => f.EnrolmentId == n.EnrolmentId && f.ClosedAt == null
                && f.Triggers.Any(t => t.Reason == FollowUpReason.Unanswered)))
            .GroupBy(n => new { n.EnrolmentId, n.CohortId, n.PersonId }).Where(g => g.Count() >= Fatigue.WeeklyFrom).Select(g => g.Key)
            .ToListAsync(cancellationToken);
        foreach (var learner in silent)
        {
            // Each by itself: one learner's race with their own answer holds up nobody else.
            db.ChangeTracker.Clear();
            (await db.OpenFollowUp(learner.CohortId, learner.EnrolmentId, learner.PersonId, now, cancellationToken))
                .Add(FollowUpReason.Unanswered, null, now);
            await db.SaveChangesAsync(cancellationToken);
        }

        return new(silent.Count);
    }
}

internal static class OpenFollowUps
{
    /// <summary>The learner's open follow-up, or a new one.</summary>
    public static async Task<FollowUp> OpenFollowUp(
        this LearningDb db, Guid cohortId, Guid enrolmentId, Guid personId, DateTime now, CancellationToken ct)
    {
        if (await db.FollowUps.Include(f => f.Triggers)
            .SingleOrDefaultAsync(f => f.EnrolmentId == enrolmentId && f.ClosedAt == null, ct) is { } open) return open;
        var zone = await db.Cohorts.Where(c => c.Id == cohortId).Select(c => c.TimeZone).SingleAsync(ct);
        var opened = FollowUp.Open(cohortId, enrolmentId, personId, Zones.LocalDate(now, Zones.Find(zone)), now);
        db.Add(opened);
        return opened;
    }
}
