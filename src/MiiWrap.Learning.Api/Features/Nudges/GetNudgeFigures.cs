using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>
/// How asking goes in a cohort, for its instructors and leads: what became of every planned ask, how late they went out, what is answered,
/// and who is tired; no names.
/// </summary>
public sealed record GetNudgeFigures(Guid CohortId) : IQuery<NudgeFigures>;

/// <summary>A cohort's asks in figures.</summary>
/// <param name="AsOf">The moment for which the figures hold.</param>
/// <param name="Planned">Every ask that was ever planned; the states add up to it.</param>
/// <param name="Reasons">Why asks ended without being sent.</param>
/// <param name="Held">Asks that a cap, the weekly digest, leave or closed hours has held back at least once.</param>
/// <param name="Retrying">Asks in a message that a mail server has refused and that will be tried again.</param>
/// <param name="DueToSent">From the moment at which an ask was due to the moment at which it went out.</param>
/// <param name="Steps">The same by plan and step.</param>
public sealed record NudgeFigures(
    DateTime AsOf, int Planned, StateCounts States, IReadOnlyList<ReasonCount> Reasons, ChannelCounts Channels, int Held, int Retrying,
    Waits DueToSent,
    IReadOnlyList<StepFigures> Steps, ReachableLearners Learners) : IMadeAtMoment
{
    /// <summary>Asks that cannot be read: they are in no other figure.</summary>
    public int Unreadable { get; init; }

    object IMadeAtMoment.WithoutMoment => this with { AsOf = default };
}

/// <summary>Where asks stand now; every one but planned is final.</summary>
/// <param name="Planned">Not due yet.</param>
/// <param name="Sent">Sent out.</param>
/// <param name="Skipped">Given up for a rule, such as an answer that came before.</param>
/// <param name="Expired">Closed unanswered before they could be sent.</param>
/// <param name="Cancelled">Taken back, since what they ask about has ended.</param>
/// <param name="Failed">Not delivered after all tries.</param>
public sealed record StateCounts(int Planned, int Sent, int Skipped, int Expired, int Cancelled, int Failed)
{
    internal static StateCounts Of(NudgeStates s) => new(s.Waiting, s.Sent, s.Skipped, s.Expired, s.Cancelled, s.Failed);
}

/// <summary>How many ended so, and why.</summary>
/// <param name="Reason">The reason, as the check-ins have it.</param>
/// <param name="Count">How many ended by it.</param>
public sealed record ReasonCount(NudgeStatus Status, string Reason, int Count);

/// <summary>How those that were sent reached the learner.</summary>
/// <param name="Email">How many went by mail.</param>
/// <param name="InApp">How many are shown in the app alone.</param>
public sealed record ChannelCounts(int Email, int InApp);

/// <summary>One step of one plan.</summary>
/// <param name="Step">The step of the nudge plan.</param>
/// <param name="Planned">How many were planned.</param>
/// <param name="Sent">The denominator of the rate of answers.</param>
/// <param name="Answered">How many were answered.</param>
/// <param name="Rate">The share of those sent that were answered, from 0 to 1; null where it is not shown.</param>
/// <param name="Open">Of those sent, how many can still be answered.</param>
/// <param name="AnsweredEarly">Answered in the app before they were sent; not in the rate.</param>
/// <param name="Applied">How many answered that they did it.</param>
/// <param name="Partly">How many answered that they did it in part.</param>
/// <param name="NotYet">How many answered that they have not yet.</param>
/// <param name="MedianHoursToAnswer">Half of the answers came within so many hours; null without any.</param>
public sealed record StepFigures(
    PlanKind Plan, int Step, int Planned, StateCounts States, int Sent, int Answered, double? Rate, double? CiLow, double? CiHigh, int Open,
    int AnsweredEarly, int Applied,
    int Partly, int NotYet, double? MedianHoursToAnswer);

/// <summary>How many learners can be reached how; those who have withdrawn are in none of them.</summary>
/// <param name="All">How many learners there are.</param>
/// <param name="WithoutMail">Who stopped the mails; their asks show in the app alone.</param>
/// <param name="WeeklyDigest">Who left three or four messages in a row unanswered, and gets one a week for two weeks.</param>
/// <param name="ClosingAsksOnly">Who left five or more, and is asked only what closes a window until they act.</param>
/// <param name="NeverAnswered">Who was asked and has not answered once.</param>
public sealed record ReachableLearners(int All, int WithoutMail, int WeeklyDigest, int ClosingAsksOnly, int NeverAnswered);

/// <summary>One step as a row of a spreadsheet.</summary>
internal sealed record StepRow(
    string Plan, int Step, int Planned, int StillPlanned, int Sent, int Skipped, int Expired, int Cancelled, int Failed, int Answered,
    double? Rate, double? CiLow, double? CiHigh,
    int Open, int AnsweredEarly, int Applied, int Partly, int NotYet, double? MedianHoursToAnswer)
{
    public static StepRow Of(StepFigures s) => new(
        EnumNames.NameOf(s.Plan), s.Step, s.Planned, s.States.Planned, s.States.Sent, s.States.Skipped, s.States.Expired,
        s.States.Cancelled, s.States.Failed, s.Answered, s.Rate,
        s.CiLow, s.CiHigh, s.Open, s.AnsweredEarly, s.Applied, s.Partly, s.NotYet, s.MedianHoursToAnswer);
}

internal sealed class GetNudgeFiguresHandler(
    LearningDb db, Caller caller, ClaimDueNudges claims, TimeProvider clock, ILogger<GetNudgeFigures> log)
    : IRequestHandler<GetNudgeFigures, NudgeFigures>
{
    public async Task<NudgeFigures> Handle(GetNudgeFigures request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var learners = await Learners(request.CohortId, now, cancellationToken);
        var unreadable = 0;
        var rows = await db.UnitNudges.Where(n => n.CohortId == request.CohortId).LoadReadablePageAsync(n => n.Id, all => all,
            nudges => nudges
            .Join(db.Opportunities, n => n.OpportunityId, o => (Guid?)o.Id, (n, o) => new
        {
            Ask = new CountedNudge(
                o.Plan, n.Step, n.Status, n.StatusReason, n.Channel, n.DueAt, n.ExpiresAt, n.SentAt, n.Response == null
                    ? null
                    : n.Response.Outcome,
                n.Response == null ? null : n.Response.RespondedAt, n.DueReason != null && n.DueReason.Contains("held: ")),
            IsRetried = n.Status == NudgeStatus.Planned
                && db.NudgeMessages.Any(m => m.Id == n.MessageId && m.SentAt == null && m.FailedAt == null && m.Attempts > 1),
        }).ToListAsync(cancellationToken), (id, e) =>
        {
            unreadable++;
            log.LeavesOut("nudge")(id, e);
        }, cancellationToken);
        var asks = rows.ConvertAll(r => r.Ask);
        var sent = asks.FindAll(a => a.Status == NudgeStatus.Sent);
        return new(
            now,
            asks.Count,
            StateCounts.Of(NudgeStates.Of(asks)),
            [.. asks.Where(a => a.StatusReason is not null && a.Status != NudgeStatus.Planned)
                .GroupBy(a => (a.Status, Reason: a.StatusReason!)).OrderBy(g => g.Key.Status)
                .ThenBy(g => g.Key.Reason, StringComparer.Ordinal)
                .Select(g => new ReasonCount(g.Key.Status, g.Key.Reason, g.Count()))],
            new(sent.Count(a => a.Channel == NudgeChannel.Email), sent.Count(a => a.Channel == NudgeChannel.InApp)),
            asks.Count(a => a.WasHeld),
            rows.Count(r => r.IsRetried),
            Waits.Of(sent.Select(a => a.SentAt!.Value - a.DueAt)),
            [.. asks.GroupBy(a => (a.Plan, a.Step)).OrderBy(g => g.Key.Plan).ThenBy(g => g.Key.Step)
                .Select(g => StepOf(g.Key.Plan, g.Key.Step, [.. g], now))],
            learners)
        { Unreadable = unreadable };
    }

    private static StepFigures StepOf(PlanKind plan, int step, IReadOnlyCollection<CountedNudge> asks, DateTime now)
    {
        var (states, answers) = (NudgeStates.Of(asks), AnswerFigures.Of(asks, now));
        var answered = answers.Answered;
        return new(
            plan, step, states.All, StateCounts.Of(states), answered.Denominator, answered.Numerator, answered.Rate, answered.Interval?.Low,
            answered.Interval?.High, answers.Open,
            answers.Early, answers.Applied, answers.Partly, answers.NotYet, answers.ToAnswer.MedianHours);
    }

    private async Task<ReachableLearners> Learners(Guid cohortId, DateTime now, CancellationToken ct)
    {
        var patience = now.AddDays(-Fatigue.PatienceDays);
        var cohort = await db.Cohorts.TaughtBy(caller).Where(c => c.Id == cohortId).Select(c => new
        {
            // Named again within: SQLite works a joined subquery out before it knows for which row.
            Learners = db.Enrolments.Where(e => e.CohortId == c.Id && e.CohortId == cohortId && e.Status != EnrolmentStatus.Withdrawn)
                .Join(db.Users, e => e.PersonId, p => p.Id, (e, p) => new
            {
                p.Id,
                p.NudgesByMail,
                NeverAnswered = db.UnitNudges.Any(n => n.EnrolmentId == e.Id && n.Status == NudgeStatus.Sent
                    && (n.SentAt <= patience || n.ExpiresAt <= now))
                    && !db.UnitNudges.Any(n => n.EnrolmentId == e.Id && n.Response != null),
            }).ToList(),
        }).SingleOrDefaultAsync(ct) ?? throw new NotFoundException("cohort");
        var learners = cohort.Learners;
        var tired = await claims.FatigueOf([.. learners.Select(l => l.Id)], now, ct);
        return new(
            learners.Count,
            learners.Count(l => !l.NudgesByMail),
            tired.Values.Count(f => f.IsWeekly(now) && !f.IsClosingOnly),
            tired.Values.Count(f => f.IsClosingOnly),
            learners.Count(l => l.NeverAnswered));
    }
}
