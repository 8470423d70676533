using System.Linq.Expressions;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Nudges;

/// <summary>Where an ask stands; every one but planned is final.</summary>
public enum NudgeStatus
{
    Planned,
    Sent,
    Skipped,
    Expired,
    Cancelled,
    Failed,
}

/// <summary>
/// Where an ask reaches the learner: in the app always, by mail unless they said no, and by another program if they want that.
/// </summary>
public enum NudgeChannel
{
    InApp,
    Email,
    Webhook,
}

/// <summary>A learner's answer to an ask.</summary>
public enum NudgeOutcome
{
    Applied,
    Partly,
    NotYet,
    StillGood,
    ChangeDate,
}

/// <summary>One planned ask in the ledger: it ends in exactly one of sent, skipped, expired, cancelled, failed.</summary>
public sealed class Nudge : Entity, IVersioned
{
    private Nudge()
    {
    }

    /// <summary>The opportunity of the unit that it asks about; null where it asks about an action item.</summary>
    public Guid? OpportunityId { get; private set; }

    /// <summary>The action item that it asks about; null where it asks about a unit.</summary>
    public Guid? ActionItemId { get; private set; }

    /// <summary>The opportunity or the action item: what several asks are about together.</summary>
    public Guid SubjectId => (OpportunityId ?? ActionItemId)!.Value;

    public Guid EnrolmentId { get; private set; }

    public Guid CohortId { get; private set; }

    public Guid PersonId { get; private set; }

    /// <summary>The unit; of an action item that belongs to none, empty.</summary>
    public string Unit { get; private set; } = "";

    public int Step { get; private set; }

    /// <summary>The curriculum version whose plan this step comes from.</summary>
    public int PlanVersion { get; private set; }

    public NudgeKind Kind { get; private set; }

    /// <summary>What it was planned as, where an answer has made something else of it; null where none has.</summary>
    public NudgeKind? KindBefore { get; private set; }

    /// <summary>What others may know of its kind: by what an answer has made of it they would know the answer.</summary>
    public NudgeKind PlannedKind => KindBefore ?? Kind;

    /// <summary>Each ask about an action item is as important as a check.</summary>
    public const NudgeKind ItemsRankAs = NudgeKind.Check;

    /// <summary>What it counts as where not all asks can go.</summary>
    public NudgeKind RanksAs => ActionItemId is null ? Kind : ItemsRankAs;

    /// <summary>The last chance to speak of a window of the transfer rate: it is asked of tired people too.</summary>
    public bool ClosesWindow { get; private set; }

    public NudgeChannel Channel { get; private set; }

    public DateTime DueAt { get; private set; }

    public DateTime ExpiresAt { get; private set; }

    public NudgeStatus Status { get; private set; }

    /// <summary>
    /// Why it ended without being sent; of a planned one, <see cref="Superseded"/> when it will end so unless the facts change again; of a
    /// sent one, <see cref="ItemClosed"/> when that ended it.
    /// </summary>
    public string? StatusReason { get; private set; }

    /// <summary>Why it is due when it is, a sentence for each move.</summary>
    public string? DueReason { get; private set; }

    /// <summary>The message that carries it, from the moment a sender has claimed it.</summary>
    public Guid? MessageId { get; private set; }

    public DateTime? SentAt { get; private set; }

    public NudgeResponse? Response { get; private set; }

    public int Snoozes { get; private set; }

    /// <summary>
    /// How often it was given another due time or came back: calendars take the state with the greater number for the newer one.
    /// </summary>
    public int Moves { get; private set; }

    /// <summary>When that was last; null when it is due as it was planned at first.</summary>
    public DateTime? MovedAt { get; private set; }

    /// <summary>
    /// The learner's wish not to be asked before, by a snooze or for want of an opportunity; a new plan keeps to it.
    /// </summary>
    public DateTime? NotBefore { get; private set; }

    public int Version { get; set; }

    /// <summary>Sent, and left without an answer for longer than one waits for it.</summary>
    public static Expression<Func<Nudge, bool>> IsUnanswered(DateTime now)
    {
        var patience = now.AddDays(-Fatigue.PatienceDays);
        return n => n.Status == NudgeStatus.Sent && n.Response == null && n.StatusReason != ItemClosed
            && (n.SentAt <= patience || n.ExpiresAt <= now);
    }

    /// <summary>Still to come, and in no message yet: what is in one stays there.</summary>
    public bool IsWaiting => Status == NudgeStatus.Planned && MessageId is null;

    public bool IsOpen(DateTime now) => Status == NudgeStatus.Sent && Response is null && now < ExpiresAt;

    public static Nudge Plan(TransferOpportunity opportunity, PlannedNudge planned, NudgeChannel channel, DateTime now)
    {
        var nudge = New(planned, channel, now);
        (nudge.OpportunityId, nudge.EnrolmentId, nudge.CohortId) = (opportunity.Id, opportunity.EnrolmentId, opportunity.CohortId);
        (nudge.PersonId, nudge.Unit, nudge.PlanVersion) = (opportunity.PersonId, opportunity.Unit, opportunity.CurriculumVersion);
        return nudge;
    }

    /// <summary>Plans an ask about an action item of the learner's.</summary>
    /// <param name="unit">The unit that the item belongs to; null for none.</param>
    public static Nudge PlanForItem(
        Guid actionItemId, string? unit, Enrolment enrolment, PlannedNudge planned, NudgeChannel channel, DateTime now)
    {
        var nudge = New(planned, channel, now);
        (nudge.ActionItemId, nudge.EnrolmentId, nudge.CohortId) = (actionItemId, enrolment.Id, enrolment.CohortId);
        (nudge.PersonId, nudge.Unit) = (enrolment.PersonId, unit ?? "");
        return nudge;
    }

    private static Nudge New(PlannedNudge planned, NudgeChannel channel, DateTime now) => new()
    {
        Id = NewId.At(now),
        Step = planned.Step,
        Kind = planned.Kind,
        ClosesWindow = planned.ClosesWindow,
        Channel = channel,
        DueAt = planned.DueAt,
        ExpiresAt = planned.ExpiresAt,
        DueReason = planned.Reason,
        Status = NudgeStatus.Planned,
        StatusReason = planned.Superseded ? Superseded : null,
    };

    public const string Superseded = "superseded";
    public const string AlreadyApplied = "alreadyApplied";
    public const string AnsweredEarly = "answeredEarly";
    public const string EnrolmentEnded = "enrolmentEnded";
    public const string Tired = "unansweredBefore";
    public const string HeldOut = "heldOut";
    public const string Exempted = "exempted";
    public const string WindowClosed = "windowClosed";

    /// <summary>The action item that it asks about is closed.</summary>
    public const string ItemClosed = "itemClosed";

    /// <summary>Its learner has no access; it comes back with them.</summary>
    public const string Suspended = "suspended";

    /// <summary>Puts the ask into a message that is about to go out.</summary>
    public void ClaimFor(Guid messageId, NudgeChannel channel)
    {
        MustBePlanned();
        MessageId = messageId;
        Channel = channel;
    }

    /// <param name="isHandedOver">The learner wants other programs to bring it to them too.</param>
    public void MarkSent(DateTime now, bool isHandedOver = false)
    {
        MustBePlanned();
        Status = NudgeStatus.Sent;
        SentAt = now;
        Raise(new NudgeSent(this, isHandedOver, now));
    }

    /// <summary>Shows the ask in the app alone, to someone who wants no mail.</summary>
    public void ShowInApp(DateTime now)
    {
        MustBePlanned();
        Channel = NudgeChannel.InApp;
        MarkSent(now);
    }

    /// <summary>
    /// Takes what a new plan says of it. A superseded one stays planned until its time comes: the leave or the closed day that pushed it
    /// aside may be taken back.
    /// </summary>
    public void Replan(PlannedNudge planned, string reason, DateTime now)
    {
        MustBePlanned();
        if (StatusReason == Superseded && !planned.Superseded) ShowAgain(now);
        StatusReason = planned.Superseded ? Superseded : null;
        MoveTo(planned.DueAt, planned.ExpiresAt, reason, now);
    }

    /// <summary>There is no opportunity before this moment: plans keep to it, or to a later day to which it was put off.</summary>
    public void WaitUntil(DateTime moment)
    {
        MustBePlanned();
        if (NotBefore is null || NotBefore < moment) NotBefore = moment;
    }

    /// <summary>Moves the due time of the same row.</summary>
    public void MoveTo(DateTime dueAt, DateTime expiresAt, string reason, DateTime now)
    {
        MustBePlanned();
        if (dueAt == DueAt && expiresAt == ExpiresAt) return;
        // Nobody's calendar shows when it expires, but that it has.
        if (dueAt != DueAt || (ExpiresAt <= now && expiresAt > now)) ShowAgain(now);
        DueAt = dueAt;
        ExpiresAt = expiresAt;
        DueReason = DueReason is null ? reason : $"{DueReason}; {reason}";
        // The column is bounded; the newest reasons are the ones that explain the present date.
        if (DueReason.Length > 400) DueReason = "…" + DueReason[^399..];
        MessageId = null;
    }

    /// <summary>The learner goes on in another cohort, whose coaches see their asks and answers from now on.</summary>
    public void Follow(Guid cohortId) => CohortId = cohortId;

    public const int MostSnoozes = 2;

    /// <summary>Asks again later: the same row, sent or not, is planned anew. It must leave something of the ask's life.</summary>
    /// <param name="zone">The learner's, in which the day of its end is told.</param>
    public void Snooze(DateTime until, TimeZoneInfo zone, DateTime now)
    {
        if (Response is not null || Status is not (NudgeStatus.Planned or NudgeStatus.Sent) || now >= ExpiresAt)
            throw new RuleException("nudge.closed", "This check-in is closed and cannot be put off any more.");
        if (Snoozes >= MostSnoozes)
            throw new RuleException("nudge.snooze.limit", "A check-in can be put off twice; you can still answer it.");
        // Putting off never brings forward, nor to before the next opportunity; what is due later anyway is not put off.
        if (Status == NudgeStatus.Planned && DueAt >= until) return;
        if (NotBefore > until) until = NotBefore.Value;
        if (until >= ExpiresAt)
            throw new RuleException("nudge.snooze.tooLate",
                $"This check-in closes on {Zones.LocalDate(ExpiresAt, zone):yyyy-MM-dd}; take an earlier day.", RuleKind.Invalid)
                .With("expiresAt", ExpiresAt);
        (Status, StatusReason, SentAt) = (NudgeStatus.Planned, null, null);
        Snoozes++;
        NotBefore = until;
        MoveTo(until, ExpiresAt, "snoozed by the learner", now);
        Raise(new NudgeSnoozed(this, now));
    }

    public void Become(NudgeKind kind)
    {
        MustBePlanned();
        (KindBefore, Kind) = (PlannedKind, kind);
    }

    public void Skip(string reason) => End(NudgeStatus.Skipped, reason);

    /// <summary>What ends an ask only as long as it stands: the ask comes back when none of them stands any more.</summary>
    public static readonly IReadOnlyList<string> PassingReasons = [EnrolmentEnded, Suspended, Exempted];

    /// <summary>Nothing that ended it stands any more: an ask that has time left is planned again.</summary>
    public void Revive(DateTime now)
    {
        if (Status is not (NudgeStatus.Cancelled or NudgeStatus.Skipped) || StatusReason is not { } reason
            || !PassingReasons.Contains(reason) || ExpiresAt <= now) return;
        (Status, StatusReason, MessageId) = (NudgeStatus.Planned, null, null);
        ShowAgain(now);
    }

    public void Expire() => End(NudgeStatus.Expired, WindowClosed);

    public void Cancel(string reason) => End(NudgeStatus.Cancelled, reason);

    public void Fail(string reason) => End(NudgeStatus.Failed, reason);

    /// <summary>
    /// The action item that it asks about is closed. What has been asked and not answered takes no answer any more, and is nobody's
    /// silence.
    /// </summary>
    public void EndWithItem(DateTime now)
    {
        if (Status == NudgeStatus.Planned) Cancel(ItemClosed);
        else if (IsOpen(now)) (StatusReason, ExpiresAt) = (ItemClosed, now);
    }

    /// <summary>Records the learner's answer; the first one wins, and a later one changes nothing and gets false.</summary>
    public bool Answer(NudgeResponse response, DateTime now)
    {
        if (Response is not null) return false;
        if (Status is not (NudgeStatus.Planned or NudgeStatus.Sent) || now >= ExpiresAt)
            throw new RuleException("nudge.closed", "This check-in is closed and takes no answer any more.");
        if (response.Outcome is NudgeOutcome.StillGood or NudgeOutcome.ChangeDate && Kind != NudgeKind.Cue)
            throw new RuleException(
                "nudge.outcome.notForKind", "Only a reminder of the if-then plan can be answered so.", RuleKind.Invalid);
        Response = response;
        if (Status == NudgeStatus.Planned) End(NudgeStatus.Skipped, AnsweredEarly);
        Raise(new NudgeAnswered(this, response, now));
        Raise(new LearnerActed(EnrolmentId, now));
        return true;
    }

    /// <summary>Takes the learner's own words out; what they answered, and when, stays.</summary>
    public void PurgeNote()
    {
        if (Response is { } response) Response = response with { Note = null };
    }

    /// <summary>Calendars show it elsewhere, or once more though they may know it as deleted.</summary>
    private void ShowAgain(DateTime now) => (Moves, MovedAt) = (Moves + 1, now);

    private void End(NudgeStatus status, string reason)
    {
        MustBePlanned();
        Status = status;
        StatusReason = reason;
    }

    private void MustBePlanned()
    {
        if (Status != NudgeStatus.Planned) throw new InvalidOperationException($"Nudge {Id} has ended as {Status} and cannot change.");
    }
}

/// <summary>What a learner said to an ask.</summary>
public sealed record NudgeResponse(
    NudgeOutcome Outcome, DateOnly? OccurredOn, DateOnly? PlannedFor, Barrier? Barrier, string? Note, bool NeedHelp, DateTime RespondedAt);

/// <summary>An ask has reached the learner.</summary>
public sealed record NudgeSent(Nudge Nudge, bool IsHandedOver, DateTime At) : IDomainEvent;

/// <summary>A learner has put an ask off.</summary>
public sealed record NudgeSnoozed(Nudge Nudge, DateTime At) : IDomainEvent;

/// <summary>A learner has answered an ask for the first time.</summary>
public sealed record NudgeAnswered(Nudge Nudge, NudgeResponse Response, DateTime At) : IDomainEvent;
