using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Coaching;

/// <summary>Where an action item stands.</summary>
public enum ActionState
{
    /// <summary>A coach wrote it down; it waits for its owner.</summary>
    Proposed,
    Agreed,
    Closed,

    /// <summary>Its owner did not agree within fourteen days.</summary>
    Lapsed,
}

/// <summary>What became of an action item.</summary>
public enum ActionOutcome
{
    Kept,
    PartlyKept,
    NotKept,
    Dropped,

    /// <summary>Another one took its place.</summary>
    Replaced,
}

/// <summary>Whose word a piece of evidence is: its owner's, or that of who coaches them.</summary>
public enum ActionEvidenceSource
{
    SelfReport,
    Observed,
}

/// <summary>What an action item says.</summary>
/// <param name="IfThen">When its owner will do what.</param>
/// <param name="Sign">How both will know that it was done.</param>
/// <param name="Competency">The section of an instrument that it is about; null for none.</param>
/// <param name="DueOn">The day by which it is done, in the cohort's zone.</param>
public sealed record ActionTerms(IfThenPlan IfThen, string Sign, string? Competency, DateOnly DueOn);

/// <summary>Where an action item comes from, as far as somebody says so.</summary>
/// <param name="SessionId">The coaching session.</param>
/// <param name="ReviewId">The fidelity review.</param>
/// <param name="Unit">The unit whose practice it is.</param>
public sealed record ActionOrigin(Guid? SessionId, Guid? ReviewId, string? Unit);

/// <summary>A step that a coachee means to take, in their own words: agreed by them alone, and closed by who coaches them.</summary>
public sealed class ActionItem : Entity, IVersioned
{
    public const int MostCharacters = 280;

    /// <summary>Few, and finished: so many may be agreed at a time with one coach.</summary>
    public const int MostAgreed = 3;

    /// <summary>After so many days a proposal lapses.</summary>
    public const int DaysToAgree = 14;
    public const int FewestDays = 3;
    public const int MostDays = 90;

    /// <summary>Closed within so many days after it was due, the loop is closed.</summary>
    public const int DaysToClose = 14;

    private readonly List<ActionEvidence> evidence = [];

    private ActionItem()
    {
    }

    public Guid OwnerId { get; private set; }

    public Guid EnrolmentId { get; private set; }

    /// <summary>With whom it was agreed, or will be; null for one that its owner wrote without a coach.</summary>
    public Guid? CoachId { get; private set; }

    /// <summary>The session from which it comes; null for none.</summary>
    public Guid? SessionId { get; private set; }

    /// <summary>The fidelity review from which it comes; null for none.</summary>
    public Guid? ReviewId { get; private set; }

    /// <summary>The unit whose practice it is; null for none.</summary>
    public string? Unit { get; private set; }

    public IfThenPlan IfThen { get; private set; } = new("", "", null);

    /// <summary>How both will know that it was done.</summary>
    public string Sign { get; private set; } = "";

    public string? Competency { get; private set; }

    public DateOnly DueOn { get; private set; }

    public ActionState State { get; private set; }

    public DateTime CreatedAt { get; private set; }

    public DateTime? AgreedAt { get; private set; }

    /// <summary>The day of the agreement in the cohort's zone.</summary>
    public DateOnly? AgreedOn { get; private set; }

    public DateTime? ClosedAt { get; private set; }

    /// <summary>The day on which it was closed, in the cohort's zone.</summary>
    public DateOnly? ClosedOn { get; private set; }

    public Guid? ClosedBy { get; private set; }

    public ActionOutcome? Outcome { get; private set; }

    /// <summary>When its words were taken out, since their time was over; its days, states and evidence stay.</summary>
    public DateTime? PurgedAt { get; private set; }

    public IReadOnlyList<ActionEvidence> Evidence => evidence;

    /// <summary>Somebody has said or seen that it was done.</summary>
    public bool IsDone => evidence.Exists(e => e.Level == TransferLevel.Applied);

    public int Version { get; set; }

    /// <summary>A coach writes down what was talked about; its owner has the word.</summary>
    public static ActionItem Propose(
        Enrolment owner, Guid coachId, ActionTerms terms, ActionOrigin origin, DateOnly today, DateTime now) =>
        New(owner, coachId, terms, origin, today, now);

    /// <summary>Somebody sets out on a step of their own, which is agreed at once.</summary>
    /// <param name="coachId">Who coaches them; null for nobody.</param>
    /// <param name="agreedWithCoach">How many others they have agreed with the same coach.</param>
    public static ActionItem Commit(
        Enrolment owner, Guid? coachId, ActionTerms terms, ActionOrigin origin, int agreedWithCoach, DateOnly today, DateTime now)
    {
        var item = New(owner, coachId, terms, origin, today, now);
        item.Agree(null, agreedWithCoach, today, now);
        return item;
    }

    private static ActionItem New(
        Enrolment owner, Guid? coachId, ActionTerms terms, ActionOrigin origin, DateOnly today, DateTime now)
    {
        var item = new ActionItem
        {
            Id = NewId.At(now),
            OwnerId = owner.PersonId,
            EnrolmentId = owner.Id,
            CoachId = coachId,
            SessionId = origin.SessionId,
            ReviewId = origin.ReviewId,
            Unit = origin.Unit,
            State = ActionState.Proposed,
            CreatedAt = now,
        };
        item.Take(terms, today, today);
        return item;
    }

    /// <summary>Its owner agrees, in their own words if they like; from now on it is theirs.</summary>
    /// <param name="reworded">The if-then plan in the owner's words; null leaves the coach's.</param>
    /// <param name="agreedWithCoach">How many others they have agreed with the same coach.</param>
    /// <param name="today">The date in the cohort's zone.</param>
    public void Agree(IfThenPlan? reworded, int agreedWithCoach, DateOnly today, DateTime now)
    {
        if (State == ActionState.Agreed) return;
        Must(ActionState.Proposed);
        if (agreedWithCoach >= MostAgreed)
            throw new RuleException(
                "action.tooMany", $"At most {MostAgreed} action items are agreed at a time with one coach; close one first.");
        Take(new(reworded ?? IfThen, Sign, Competency, DueOn), today, today);
        (State, AgreedAt, AgreedOn) = (ActionState.Agreed, now, today);
        Raise(new ActionAgreed(this, now));
        NoteActOf(OwnerId, now);
    }

    /// <summary>Words or days are changed: of a proposal by either, of what is agreed by its owner alone.</summary>
    /// <param name="today">The date in the cohort's zone.</param>
    public void Change(ActionTerms terms, Guid by, DateOnly today, DateTime now)
    {
        if (State != ActionState.Proposed) Must(ActionState.Agreed);
        var (planned, due) = (IfThen.PlannedFor, DueOn);
        Take(terms, AgreedOn ?? today, today);
        if (State == ActionState.Agreed && (planned, due) != (IfThen.PlannedFor, DueOn)) Raise(new ActionDatesChanged(this, now));
        NoteActOf(by, now);
    }

    /// <summary>The owner will do it on another day.</summary>
    public void PlanFor(DateOnly day, DateTime now)
    {
        if (State != ActionState.Agreed || day > DueOn || day == IfThen.PlannedFor) return;
        IfThen = IfThen with { PlannedFor = day };
        Raise(new ActionDatesChanged(this, now));
    }

    /// <summary>
    /// Whether something can have been done on a day: from the agreement until now, as the days are counted in the cohort or by the
    /// calendar of who says so.
    /// </summary>
    public bool CanHaveHappenedOn(DateOnly day, TimeZoneInfo cohortsZone, TimeZoneInfo sayersZone, DateTime now)
    {
        if (AgreedAt is not { } agreedAt) return true;
        var (here, there) = (Zones.LocalDate(now, cohortsZone), Zones.LocalDate(now, sayersZone));
        return (day >= AgreedOn || day >= Zones.LocalDate(agreedAt, sayersZone)) && day <= (here > there ? here : there);
    }

    /// <summary>Somebody says how far it was done.</summary>
    /// <param name="occurredOn">
    /// As they count days; where that is before the agreement, which lies on another day in another zone, the agreement's day counts.
    /// </param>
    public ActionEvidence Record(
        TransferLevel level, ActionEvidenceSource source, DateOnly occurredOn, string? note, Guid by, DateTime now)
    {
        Must(ActionState.Agreed);
        var isSecond = level == TransferLevel.NotYet && evidence.Exists(e => e.Level == TransferLevel.NotYet);
        var counted = occurredOn < AgreedOn ? AgreedOn.Value : occurredOn;
        var recorded = new ActionEvidence(NewId.At(now), Id, level, source, counted, note, by, now);
        evidence.Add(recorded);
        Raise(new ActionEvidenceRecorded(this, recorded, isSecond, now));
        NoteActOf(by, now);
        return recorded;
    }

    /// <summary>Whoever coaches says what became of it, for good; the owner may drop it, and where nobody coaches they close it.</summary>
    /// <param name="today">The date in the cohort's zone.</param>
    public void Close(ActionOutcome outcome, Guid by, DateOnly today, DateTime now)
    {
        Must(ActionState.Agreed);
        if (outcome == ActionOutcome.Kept && evidence.Count == 0)
            throw new RuleException(
                "action.evidence.none", "What was kept has been said or seen: record the evidence first.", RuleKind.Invalid);
        (State, Outcome, ClosedBy, ClosedAt, ClosedOn) = (ActionState.Closed, outcome, by, now, today);
        Raise(new ActionClosed(this, now));
        NoteActOf(by, now);
    }

    /// <summary>The day on which a coach has seen it done within the unit's thirty days; the first of several.</summary>
    /// <param name="zoneOf">The zone in which somebody who recorded evidence counts their days.</param>
    /// <exception cref="RuleException">No coach has, or it is not closed as kept.</exception>
    public DateOnly SeenWithin(TransferOpportunity opportunity, TimeZoneInfo cohortsZone, Func<Guid, TimeZoneInfo> zoneOf) =>
        evidence.Where(e => e is { Source: ActionEvidenceSource.Observed, Level: TransferLevel.Applied }
                && (opportunity.HadBegunBy(e.OccurredOn, cohortsZone) || opportunity.HadBegunBy(e.OccurredOn, zoneOf(e.RecordedBy)))
                && e.OccurredOn <= opportunity.LastDay)
            .Select(e => (DateOnly?)opportunity.CountedDay(e.OccurredOn)).Min() is { } day && Outcome == ActionOutcome.Kept
            ? day
            : throw new RuleException("action.evidence.notObserved",
                $"It counts for the unit when a coach saw it done within {TransferOpportunity.WindowDays} days of the unit, and it was kept.",
                RuleKind.Invalid);

    /// <summary>Nobody agreed in time.</summary>
    public void Lapse(DateTime now)
    {
        if (State == ActionState.Proposed && CreatedAt.AddDays(DaysToAgree) < now) State = ActionState.Lapsed;
    }

    /// <summary>Takes its words out, and those of its evidence. What was still open then is so no more.</summary>
    public void Purge(DateTime now)
    {
        if (State == ActionState.Proposed) State = ActionState.Lapsed;
        if (State == ActionState.Agreed) (State, Outcome, ClosedAt) = (ActionState.Closed, ActionOutcome.Dropped, now);
        (IfThen, Sign, PurgedAt) = (new("", "", IfThen.PlannedFor), "", now);
        foreach (var told in evidence) told.TakeWordsOut();
    }

    /// <summary>
    /// The person in whose stead the owner stood has accepted the enrolment, or has one already. Nobody is their own coach.
    /// </summary>
    public void TakeOver(Enrolment owner) =>
        (OwnerId, EnrolmentId, CoachId) = (owner.PersonId, owner.Id, CoachId == owner.PersonId ? null : CoachId);

    /// <param name="from">The day from which the time until it is due counts.</param>
    private void Take(ActionTerms terms, DateOnly from, DateOnly today)
    {
        var isNewDay = terms.DueOn != DueOn || State == ActionState.Proposed;
        if (isNewDay && (terms.DueOn < from.AddDays(FewestDays) || terms.DueOn > from.AddDays(MostDays) || terms.DueOn < today))
            throw new RuleException("action.dueOn.outside",
                $"An action item is due {FewestDays} to {MostDays} days after it is agreed.", RuleKind.Invalid);
        if (terms.IfThen.PlannedFor is { } planned
            && (planned > terms.DueOn || (planned != IfThen.PlannedFor && planned < today.AddDays(-1))))
            throw new RuleException("action.plannedFor.outside", "The planned day lies between today and the day when it is due.",
                RuleKind.Invalid);
        (IfThen, Sign, Competency, DueOn) = (terms.IfThen with { }, terms.Sign, terms.Competency, terms.DueOn);
    }

    /// <summary>What its owner does is their work as a learner; what their coach does is not.</summary>
    private void NoteActOf(Guid by, DateTime now)
    {
        if (by == OwnerId) Raise(new LearnerActed(EnrolmentId, now));
    }

    private void Must(ActionState state)
    {
        if (State == ActionState.Closed) throw new RuleException("action.closed", "This action item is closed.");
        if (State != state)
            throw new RuleException("action.state", state == ActionState.Proposed
                ? "Only what is proposed can be agreed."
                : "This action item was not agreed, or not in time.");
    }
}

/// <summary>What somebody said or saw of an action item, and of which day.</summary>
/// <param name="OccurredOn">The day of which it is told, in the cohort's zone.</param>
/// <param name="Note">Their words; null for none.</param>
public sealed record ActionEvidence(
    Guid Id, Guid ActionItemId, TransferLevel Level, ActionEvidenceSource Source, DateOnly OccurredOn, string? Note, Guid RecordedBy,
    DateTime RecordedAt)
{
    public string? Note { get; private set; } = Note;

    internal void TakeWordsOut() => Note = null;
}

/// <summary>A coachee has set out on a step: its asks are planned in the same save.</summary>
public sealed record ActionAgreed(ActionItem Item, DateTime At) : IDomainEvent;

/// <summary>What is agreed is planned for another day, or due on another.</summary>
public sealed record ActionDatesChanged(ActionItem Item, DateTime At) : IDomainEvent;

/// <summary>Somebody has said or seen how far it was done.</summary>
/// <param name="IsSecondNotYet">It was not done, and had not been before.</param>
public sealed record ActionEvidenceRecorded(ActionItem Item, ActionEvidence Evidence, bool IsSecondNotYet, DateTime At) : IDomainEvent;

/// <summary>An action item has its outcome: it is asked about no more.</summary>
public sealed record ActionClosed(ActionItem Item, DateTime At) : IDomainEvent;
