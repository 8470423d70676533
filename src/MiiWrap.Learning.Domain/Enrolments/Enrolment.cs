using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Domain.Enrolments;

/// <summary>Where an enrolment stands.</summary>
public enum EnrolmentStatus
{
    Active,
    Completed,
    Withdrawn,
}

/// <summary>Where a learner stands in one unit.</summary>
public enum UnitState
{
    Locked,
    Open,
    Started,
    Completed,
}

/// <summary>One learner's way through one cohort's curriculum, with the tally of what is done.</summary>
public sealed class Enrolment : Entity, IVersioned
{
    private readonly List<UnitProgress> units = [];

    private Enrolment()
    {
    }

    public Guid CohortId { get; private set; }

    /// <summary>The cohort in which they were first; null while it is the present one.</summary>
    public Guid? FirstCohortId { get; private set; }

    /// <summary>When they came into the present cohort from another one.</summary>
    public DateTime? MovedAt { get; private set; }

    /// <summary>What the moves of the present cohort's dates lack, so that the learner's calendar never counts backwards.</summary>
    public int MovesBefore { get; private set; }

    /// <summary>The cohort for which the sides of a comparison are drawn: who goes to another one stays on theirs.</summary>
    public Guid DrawnIn => FirstCohortId ?? CohortId;

    public Guid PersonId { get; private set; }

    /// <summary>The learner's agency; what was counted before it changed stays with the one of that time.</summary>
    public Guid? AgencyId { get; private set; }

    /// <summary>Kept here so that a cohort's page is one range read.</summary>
    public string LearnerName
    {
        get;
        private set => (field, LearnerSortName) = (value, SortKey.Of(value));
    } = "";

    /// <summary>By what the learner is listed.</summary>
    public string LearnerSortName { get; private set; } = "";

    /// <summary>The person or client that enrolled them; null where that was not kept.</summary>
    public Guid? EnrolledBy { get; private set; }

    public DateTime EnrolledAt { get; private set; }

    public EnrolmentStatus Status { get; private set; }

    public DateTime? EndedAt { get; private set; }

    /// <summary>
    /// When its learner last came back: it was withdrawn and is active again, they had no access and have it again, or their cohort was
    /// closed and goes on.
    /// </summary>
    public DateTime? ResumedAt { get; private set; }

    public int UnitsCompleted { get; private set; }

    public int UnitsTotal { get; private set; }

    public int ReflectionsAccepted { get; private set; }

    public int ReflectionsTotal { get; private set; }

    public DateTime? LastActivityAt { get; private set; }

    /// <summary>When any of this was last saved; set by the save itself.</summary>
    public DateTime UpdatedAt { get; private set; }

    /// <summary>The units of which anything is known; those never opened have no row.</summary>
    public IReadOnlyList<UnitProgress> Units => units;

    public int Version { get; set; }

    /// <summary>Completed units in percent of the pinned version's, rounded down, so that 100 means all.</summary>
    public int Percent => UnitsTotal == 0 ? 0 : 100 * UnitsCompleted / UnitsTotal;

    public static Enrolment Create(Cohort cohort, Curriculum curriculum, Guid personId, string learnerName, Guid? agencyId, DateTime now,
        Guid? enrolledBy = null)
    {
        var enrolment = new Enrolment
        {
            Id = NewId.At(now),
            CohortId = cohort.Id,
            PersonId = personId,
            AgencyId = agencyId,
            LearnerName = learnerName,
            EnrolledBy = enrolledBy,
            EnrolledAt = now,
            UnitsTotal = curriculum.UnitCount,
            ReflectionsTotal = curriculum.UnitCount,
        };
        enrolment.Raise(new EnrolmentCreated(enrolment, now));
        return enrolment;
    }

    public UnitState StateOf(string unit) => units.Find(u => u.Unit == unit)?.State ?? UnitState.Open;

    public UnitProgress Start(TrainingUnit unit, DateTime now)
    {
        MustBeActive();
        var progress = units.Find(u => u.Unit == unit.Slug);
        if (progress is not null) return progress;
        progress = new UnitProgress(Id, unit.Slug, now);
        units.Add(progress);
        LastActivityAt = now;
        Raise(new UnitStarted(this, unit, now));
        return progress;
    }

    /// <summary>The learner's own act: it starts the transfer clock. Doing it again changes nothing.</summary>
    public UnitProgress Complete(TrainingUnit unit, IfThenPlan? ifThen, DateTime now)
    {
        if (units.Find(u => u.Unit == unit.Slug) is { State: UnitState.Completed } done) return done;
        MustBeActive();
        if (ifThen is null && unit.Plan.RequiresIfThen)
            throw new RuleException(
                "unit.ifThen.required", "This unit is completed with an if-then plan: a cue and what you will do then.", RuleKind.Invalid);

        var progress = Start(unit, now);
        progress.Complete(ifThen, now);
        UnitsCompleted++;
        LastActivityAt = now;
        Raise(new UnitCompleted(this, unit, ifThen, now));
        FinishWhenDone(now);
        return progress;
    }

    /// <summary>The learner has handed something in, written or answered.</summary>
    public void NoteActivity(DateTime now) => LastActivityAt = now;

    /// <summary>A reflection was accepted, which happens once to each.</summary>
    public void CountAcceptedReflection() => ReflectionsAccepted++;

    /// <summary>Ends the enrolment; what was done stays readable, and nothing is asked any more.</summary>
    public void Withdraw(DateTime now)
    {
        if (Status == EnrolmentStatus.Withdrawn) return;
        if (Status == EnrolmentStatus.Completed)
            throw new RuleException("enrolment.completed", "This enrolment was completed; what is finished is not withdrawn any more.");
        Status = EnrolmentStatus.Withdrawn;
        EndedAt = now;
        Raise(new EnrolmentWithdrawn(this, now));
    }

    /// <summary>The learner is back: what was done stands as it did, and goes on.</summary>
    public void Resume(DateTime now)
    {
        if (Status != EnrolmentStatus.Withdrawn) return;
        var withdrawnAt = EndedAt ?? now;
        (Status, EndedAt) = (EnrolmentStatus.Active, null);
        ShowAgain(now);
        Raise(new EnrolmentResumed(this, withdrawnAt, now));
    }

    /// <summary>Its cohort was closed, and goes on: nobody was silent meanwhile.</summary>
    public void GoOn(DateTime now) => ResumedAt = now;

    /// <summary>Its dates come back into the learner's calendar, which may know them as deleted.</summary>
    public void ShowAgain(DateTime now) => (ResumedAt, MovesBefore) = (now, MovesBefore + 1);

    /// <summary>The learner's name was corrected.</summary>
    public void RenameLearner(string name) => LearnerName = name;

    /// <summary>Corrects the agency; null for none.</summary>
    public void ChangeAgency(Guid? agencyId, DateTime now)
    {
        if (agencyId == AgencyId) return;
        AgencyId = agencyId;
        Raise(new EnrolmentChanged(this, now));
    }

    /// <summary>The person in whose stead someone else stood here has accepted.</summary>
    public void TakeOver(Guid personId, string learnerName, DateTime now)
    {
        MustBeActive();
        var standIn = PersonId;
        (PersonId, LearnerName) = (personId, learnerName);
        Raise(new EnrolmentChanged(this, now));
        Raise(new StandInReplaced(standIn, Id, this));
    }

    /// <summary>The person who learns here has accepted another enrolment of theirs, in which somebody stood for them.</summary>
    public void Absorb(Enrolment offered) => Raise(new StandInReplaced(offered.PersonId, offered.Id, this));

    /// <summary>
    /// The learner goes on in another cohort of the same version of the same curriculum, with all that they have done. Its gate and its
    /// calendar say when further modules open.
    /// </summary>
    /// <param name="by">Who moves them.</param>
    public void MoveTo(Cohort from, Cohort to, Guid by, DateTime now)
    {
        MustBeActive();
        to.MustBeOpen();
        if (from.Curriculum != to.Curriculum)
            throw new RuleException("enrolment.move.curriculum", "The other cohort learns another curriculum.");
        if (from.CurriculumVersion != to.CurriculumVersion)
            throw new RuleException(
                "enrolment.move.version", "The two cohorts learn different versions of the curriculum; upgrade the older one first.")
                .With("from", from.CurriculumVersion).With("to", to.CurriculumVersion);
        FirstCohortId ??= CohortId;
        MovesBefore += from.Moves + 1 - to.Moves;
        (CohortId, MovedAt) = (to.Id, now);
        Raise(new EnrolmentMoved(this, from, to, by, now));
    }

    /// <summary>
    /// Counts anew, by another version of the curriculum. Who had completed everything has something to do again where units came, and
    /// who has only done what is left is done.
    /// </summary>
    public void Recount(Tally tally, DateTime now)
    {
        (UnitsCompleted, UnitsTotal, ReflectionsAccepted, ReflectionsTotal) =
            (tally.UnitsCompleted, tally.Units, tally.ReflectionsAccepted, tally.Units);
        if (Status == EnrolmentStatus.Completed && !tally.IsDone) (Status, EndedAt) = (EnrolmentStatus.Active, null);
        else if (Status == EnrolmentStatus.Active) FinishWhenDone(now);
    }

    private void FinishWhenDone(DateTime now)
    {
        if (UnitsCompleted < UnitsTotal) return;
        Status = EnrolmentStatus.Completed;
        EndedAt = now;
        Raise(new EnrolmentCompleted(this, now));
    }

    /// <summary>Takes out the plans of units that were completed before this moment.</summary>
    public void PurgePlans(DateTime before)
    {
        foreach (var unit in units.Where(u => u.CompletedAt < before)) unit.PurgePlan();
    }

    public void MustBeActive()
    {
        if (Status == EnrolmentStatus.Withdrawn)
            throw new RuleException("enrolment.withdrawn", "This enrolment was withdrawn; its work can be read and no longer changed.");
    }
}

/// <summary>What is done of a curriculum's units; each has a reflection.</summary>
public sealed record Tally(int UnitsCompleted, int ReflectionsAccepted, int Units)
{
    public bool IsDone => UnitsCompleted >= Units;
}

/// <summary>What one learner has done in one unit.</summary>
public sealed class UnitProgress(Guid enrolmentId, string unit, DateTime startedAt)
{
    public Guid EnrolmentId { get; private init; } = enrolmentId;

    public string Unit { get; private init; } = unit;

    public DateTime StartedAt { get; private set; } = startedAt;

    public DateTime? CompletedAt { get; private set; }

    public IfThenPlan? IfThen { get; private set; }

    public UnitState State => CompletedAt is null ? UnitState.Started : UnitState.Completed;

    internal void PurgePlan() => IfThen = null;

    internal void Complete(IfThenPlan? ifThen, DateTime now)
    {
        IfThen = ifThen;
        CompletedAt = now;
    }
}

/// <summary>
/// "If cue, then action": a learner's own intention, with the day on which they mean to do it.
/// </summary>
public sealed record IfThenPlan(string Cue, string Action, DateOnly? PlannedFor);

/// <summary>A learner has begun a unit.</summary>
public sealed record UnitStarted(Enrolment Enrolment, TrainingUnit Unit, DateTime At) : IDomainEvent;

/// <summary>A learner has completed a unit; the transfer clock starts now.</summary>
public sealed record UnitCompleted(Enrolment Enrolment, TrainingUnit Unit, IfThenPlan? IfThen, DateTime At) : IDomainEvent;

/// <summary>A learner has been enrolled.</summary>
public sealed record EnrolmentCreated(Enrolment Enrolment, DateTime At) : IDomainEvent;

/// <summary>A learner has completed the last of their units.</summary>
public sealed record EnrolmentCompleted(Enrolment Enrolment, DateTime At) : IDomainEvent;

/// <summary>An enrolment has ended before its time.</summary>
public sealed record EnrolmentWithdrawn(Enrolment Enrolment, DateTime At) : IDomainEvent;

/// <summary>A withdrawn enrolment is active again.</summary>
/// <param name="WithdrawnAt">When it had been withdrawn.</param>
public sealed record EnrolmentResumed(Enrolment Enrolment, DateTime WithdrawnAt, DateTime At) : IDomainEvent;

/// <summary>An enrolment is another agency's, or its learner's own from now on.</summary>
public sealed record EnrolmentChanged(Enrolment Enrolment, DateTime At) : IDomainEvent;

/// <summary>Who stood in for a person is gone: the person learns in this enrolment.</summary>
/// <param name="StandInId">Who stood in.</param>
/// <param name="OfferedId">The enrolment in which they did.</param>
public sealed record StandInReplaced(Guid StandInId, Guid OfferedId, Enrolment Enrolment) : IDomainEvent;

/// <summary>A learner goes on in another cohort.</summary>
/// <param name="By">Who moved them.</param>
public sealed record EnrolmentMoved(Enrolment Enrolment, Cohort From, Cohort To, Guid By, DateTime At) : IDomainEvent;

/// <summary>A learner has written or answered something beside their units: they are at work.</summary>
public sealed record LearnerActed(Guid EnrolmentId, DateTime At) : IDomainEvent;
