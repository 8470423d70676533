using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Domain.FollowUps;

/// <summary>What makes a coach get in touch.</summary>
public enum FollowUpReason
{
    WantsToTalk,
    TwiceNotYet,
    TwicePartly,
    UnsureHow,
    LowConfidence,
    NotMyRole,
    Unanswered,

    /// <summary>Two coaching sessions in a row without them.</summary>
    MissedSessions,

    /// <summary>Six weeks without a coaching session.</summary>
    NoContact,
}

/// <summary>What became of it.</summary>
public enum FollowUpOutcome
{
    Spoke,
    Rehearsed,
    Replanned,
    Exempted,
    NoContact,

    /// <summary>The learner left before anybody was in touch; nobody says so of a follow-up themselves.</summary>
    [NeverSent]
    Withdrawn,
}

/// <summary>Where a follow-up stands.</summary>
public enum FollowUpStatus
{
    Open,
    Closed,
}

/// <summary>
/// A task for the learner's coach, never a message to a manager. A learner has one open at most: what comes later is added to it.
/// </summary>
public sealed class FollowUp : Entity, IVersioned
{
    private const int WorkingDays = 3;
    private const int PartlyCountsFromDay = 14;

    private readonly List<FollowUpTrigger> triggers = [];

    private FollowUp()
    {
    }

    public Guid CohortId { get; private set; }

    public Guid EnrolmentId { get; private set; }

    public Guid PersonId { get; private set; }

    public DateTime OpenedAt { get; private set; }

    public DateOnly DueOn { get; private set; }

    public DateTime? ClosedAt { get; private set; }

    public Guid? ClosedBy { get; private set; }

    public FollowUpOutcome? Outcome { get; private set; }

    public string? Note { get; private set; }

    public IReadOnlyList<FollowUpTrigger> Triggers => triggers;

    public int Version { get; set; }

    /// <param name="today">The date in the cohort's zone.</param>
    public static FollowUp Open(Guid cohortId, Guid enrolmentId, Guid personId, DateOnly today, DateTime now) => new()
    {
        Id = NewId.At(now),
        CohortId = cohortId,
        EnrolmentId = enrolmentId,
        PersonId = personId,
        OpenedAt = now,
        DueOn = After(today, WorkingDays),
    };

    public void Add(FollowUpReason reason, string? unit, DateTime now)
    {
        if (triggers.Exists(t => t.Reason == reason && t.Unit == unit)) return;
        triggers.Add(new(NewId.At(now), Id, reason, unit, now));
        if (reason == FollowUpReason.WantsToTalk) Raise(new TalkRequested(this, now));
    }

    public void Close(FollowUpOutcome outcome, string? note, Guid by, DateTime now)
    {
        if (ClosedAt is not null) throw new RuleException("followUp.closed", "This follow-up is closed already.");
        (Outcome, Note, ClosedBy, ClosedAt) = (outcome, note, by, now);
    }

    /// <summary>Takes the coach's words out; why it was opened, and what became of it, stays.</summary>
    public void PurgeNote() => Note = null;

    /// <summary>The learner has left: nobody needs to see to it any more.</summary>
    public void CloseAsWithdrawn(DateTime now) => (Outcome, ClosedAt) = (FollowUpOutcome.Withdrawn, now);

    /// <summary>The learner is back, and so is what was open when they left: there is as much time for it as at first.</summary>
    /// <param name="today">The date in the cohort's zone.</param>
    public void Reopen(DateOnly today) => (Outcome, ClosedAt, DueOn) = (null, null, After(today, WorkingDays));

    /// <summary>The learner goes on in another cohort, and those who coach there see to it.</summary>
    public void Follow(Guid cohortId) => CohortId = cohortId;

    /// <summary>The person in whose stead the learner stood has accepted the enrolment, or has one already.</summary>
    public void TakeOver(Enrolment learner) => (PersonId, EnrolmentId) = (learner.PersonId, learner.Id);

    /// <summary>What was open of whoever stood in for the learner is seen to with this one; the earlier day holds.</summary>
    public void Absorb(FollowUp other)
    {
        foreach (var told in other.triggers.Where(t => !triggers.Exists(own => (own.Reason, own.Unit) == (t.Reason, t.Unit))).ToList())
            triggers.Add(new(NewId.At(told.At), Id, told.Reason, told.Unit, told.At));
        if (other.DueOn < DueOn) DueOn = other.DueOn;
    }

    /// <summary>From this moment on every "partly" counts: work that takes two weeks is half done before, and on course.</summary>
    public static DateTime PartlyCountsFrom(DateTime startsAt, TimeZoneInfo zone) =>
        Zones.ToUtc(Zones.LocalDate(startsAt, zone).AddDays(PartlyCountsFromDay).ToDateTime(TimeOnly.MinValue), zone);

    /// <summary>
    /// Why the answer to an ask needs a person; nothing for most answers. Whoever is asked what they remember has applied it, and is not
    /// behind when there was no second occasion.
    /// </summary>
    /// <param name="partlyCountsFrom">Of what was "partly" before, one answer is let pass.</param>
    /// <param name="earlier">The answers to the other asks about the same unit, those of a recall aside.</param>
    public static IEnumerable<FollowUpReason> ReasonsIn(
        NudgeKind kind, NudgeResponse response, PlanKind plan, DateTime partlyCountsFrom,
        IReadOnlyCollection<(NudgeOutcome Outcome, DateTime At)> earlier)
    {
        if (response.NeedHelp) yield return FollowUpReason.WantsToTalk;
        var speaksOfProgress = kind != NudgeKind.Recall;
        if (speaksOfProgress && response.Outcome == NudgeOutcome.NotYet && earlier.Any(e => e.Outcome == NudgeOutcome.NotYet))
            yield return FollowUpReason.TwiceNotYet;
        if (response.Barrier == Barrier.NotMyRole) yield return FollowUpReason.NotMyRole;
        if (plan != PlanKind.Anchor) yield break;
        var answers = earlier.Append((response.Outcome, response.RespondedAt));
        if (speaksOfProgress && response.Outcome == NudgeOutcome.Partly && PartlyCounted(answers, partlyCountsFrom) >= 2)
            yield return FollowUpReason.TwicePartly;
        if (response.Barrier == Barrier.UnsureHow) yield return FollowUpReason.UnsureHow;
        if (response.Barrier == Barrier.LowConfidence) yield return FollowUpReason.LowConfidence;
    }

    private static int PartlyCounted(IEnumerable<(NudgeOutcome Outcome, DateTime At)> answers, DateTime countsFrom)
    {
        var partly = answers.Where(a => a.Outcome == NudgeOutcome.Partly).ToList();
        return partly.Exists(a => a.At < countsFrom) ? partly.Count - 1 : partly.Count;
    }

    private static DateOnly After(DateOnly date, int workingDays)
    {
        while (workingDays > 0)
        {
            date = date.AddDays(1);
            if (date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) workingDays--;
        }

        return date;
    }
}

/// <summary>One reason for a follow-up, with the unit that it is about.</summary>
public sealed record FollowUpTrigger(Guid Id, Guid FollowUpId, FollowUpReason Reason, string? Unit, DateTime At);

/// <summary>A learner would like to talk with their coach.</summary>
public sealed record TalkRequested(FollowUp FollowUp, DateTime At) : IDomainEvent;
