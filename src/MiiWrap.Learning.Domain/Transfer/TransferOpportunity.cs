using System.Linq.Expressions;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Domain.Transfer;

/// <summary>One completed unit of one learner, with its window: what the transfer rate counts.</summary>
public sealed class TransferOpportunity : Entity, IVersioned
{
    /// <summary>Days within which a skill must be used to count, and the days of grace for saying so.</summary>
    public const int WindowDays = 30;
    public const int GraceDays = 7;

    /// <summary>A skill is sustained when the newest answer from these days says so; then the same grace.</summary>
    public const int SustainedFromDay = 75;
    public const int SustainedUntilDay = 97;
    public const int SustainedDay = 90;

    private readonly List<TransferEvidence> evidence = [];

    private TransferOpportunity()
    {
    }

    public Guid EnrolmentId { get; private set; }

    public Guid CohortId { get; private set; }

    public Guid PersonId { get; private set; }

    /// <summary>The agency at the start; a later move does not change what was counted.</summary>
    public Guid? AgencyId { get; private set; }

    public string Curriculum { get; private set; } = "";

    public int CurriculumVersion { get; private set; }

    public string Unit { get; private set; } = "";

    public PlanKind Plan { get; private set; }

    /// <summary>The moment of completion: the transfer clock's zero.</summary>
    public DateTime StartsAt { get; private set; }

    /// <summary>The zone of the learner at the start, by which its days are counted.</summary>
    public string TimeZone { get; private set; } = "";

    public IfThenPlan? IfThen { get; private set; }

    /// <summary>The end of the thirty days: who withdraws earlier is not counted.</summary>
    public DateTime WindowEndsAt { get; private set; }

    /// <summary>Until then an answer counts; from then on the opportunity is in the rate's denominator.</summary>
    public DateTime MaturesAt { get; private set; }

    /// <summary>The side of a comparison, when a share of learners was held out at completion.</summary>
    public TrialArm? Arm { get; private set; }

    /// <summary>When the learner left the cohort.</summary>
    public DateTime? WithdrawnAt { get; private set; }

    /// <summary>When a coach confirmed that there is nothing to transfer here, and why.</summary>
    public DateTime? ExemptAt { get; private set; }

    public ExemptionReason? ExemptionReason { get; private set; }

    // What the evidence adds up to, kept in the save that changes it, so that a rate is a count over narrow rows.

    /// <summary>Applied within thirty days by the learner's own account, and said so in time.</summary>
    public bool Transferred30 { get; private set; }

    /// <summary>The best that the learner has said of the thirty days.</summary>
    public TransferLevel? Best30 { get; private set; }

    public bool Answered30 { get; private set; }

    /// <summary>The last answer in time was "not yet", for want of an opportunity.</summary>
    public bool NoOpportunity30 { get; private set; }

    /// <summary>Whole days from the start to the first day of use.</summary>
    public int? DaysToFirst30 { get; private set; }

    /// <summary>A coach saw it within the thirty days; kept apart from what the learner says.</summary>
    public bool Verified30 { get; private set; }

    /// <summary>A coach looked, whatever they saw.</summary>
    public bool Observed30 { get; private set; }

    /// <summary>Whether the newest answer around day 90 says that the skill is in use; null without an answer.</summary>
    public bool? Sustained90 { get; private set; }

    public IReadOnlyList<TransferEvidence> Evidence => evidence;

    public int Version { get; set; }

    public bool IsApplied => evidence.Exists(e => e.Level == TransferLevel.Applied);

    public DateOnly StartedOn => Zones.LocalDate(StartsAt, Zones.Find(TimeZone));

    public DateOnly LastDay => StartedOn.AddDays(WindowDays);

    public static TransferOpportunity Open(Enrolment enrolment, Curriculum curriculum, TrainingUnit unit, IfThenPlan? ifThen,
        string timeZone, DateTime at, TrialArm? arm = null)
    {
        var opportunity = New(enrolment, curriculum, unit, ifThen, timeZone, at, arm);
        opportunity.Raise(new OpportunityOpened(opportunity, at));
        return opportunity;
    }

    private static TransferOpportunity New(Enrolment enrolment, Curriculum curriculum, TrainingUnit unit, IfThenPlan? ifThen,
        string timeZone, DateTime at, TrialArm? arm) => new()
    {
        Id = NewId.At(at),
        EnrolmentId = enrolment.Id,
        CohortId = enrolment.CohortId,
        PersonId = enrolment.PersonId,
        AgencyId = enrolment.AgencyId,
        Curriculum = curriculum.Slug,
        CurriculumVersion = curriculum.Version,
        Unit = unit.Slug,
        Plan = unit.Plan.Kind,
        StartsAt = at,
        TimeZone = timeZone,
        Arm = arm,
        WindowEndsAt = Zones.AddDays(at, WindowDays, Zones.Find(timeZone)),
        MaturesAt = Zones.AddDays(at, WindowDays + GraceDays, Zones.Find(timeZone)),
        // A copy: the unit's own record keeps the plan as it was made, this one follows the learner's changes.
        IfThen = ifThen is null ? null : ifThen with { },
    };

    /// <summary>
    /// Whether something can have happened on a day: from the completion until now, as the days are counted here or by the calendar of who
    /// says so.
    /// </summary>
    public bool CanHaveHappenedOn(DateOnly day, TimeZoneInfo sayersZone, DateTime now)
    {
        var (here, there) = (Zones.LocalDate(now, Zones.Find(TimeZone)), Zones.LocalDate(now, sayersZone));
        return HadBegunBy(day, sayersZone) && day <= (here > there ? here : there);
    }

    /// <summary>Whether a day is the completion's or a later one, as the days are counted here or by the calendar of who says so.</summary>
    public bool HadBegunBy(DateOnly day, TimeZoneInfo sayersZone) => day >= StartedOn || day >= Zones.LocalDate(StartsAt, sayersZone);

    /// <summary>The day that counts for what somebody says of a day: in another zone, the completion may lie on the day before.</summary>
    public DateOnly CountedDay(DateOnly said) => said < StartedOn ? StartedOn : said;

    public void PlanFor(DateOnly date) => IfThen = IfThen is null ? new IfThenPlan("", "", date) : IfThen with { PlannedFor = date };

    /// <summary>Takes the words of the plan out; its day stays.</summary>
    public void PurgePlan() => IfThen = IfThen?.PlannedFor is { } day ? new IfThenPlan("", "", day) : null;

    public TransferEvidence Record(TransferLevel level, EvidenceSource source, DateOnly occurredOn, Barrier? barrier, DateTime now)
    {
        var recorded = new TransferEvidence(NewId.At(now), Id, source, level, occurredOn, now, barrier);
        evidence.Add(recorded);
        Recount();
        return recorded;
    }

    /// <summary>The learner has left the cohort; what they did before stays.</summary>
    public void Withdraw(DateTime now) => WithdrawnAt ??= now;

    /// <summary>The learner is back; a window that closed while they were away stays out of the count.</summary>
    public void Resume(DateTime now)
    {
        if (WithdrawnAt >= WindowEndsAt || now < WindowEndsAt) WithdrawnAt = null;
    }

    /// <summary>
    /// The learner goes on in another cohort, and what is not counted yet will be counted there. What has matured stays where it was
    /// counted: a figure that was told does not change, and by the difference nobody can be recognised.
    /// </summary>
    public void MoveTo(Guid cohortId, DateTime now)
    {
        if (now < MaturesAt) CohortId = cohortId;
    }

    /// <summary>A coach confirms that this unit has no place in the learner's work.</summary>
    public void Exempt(ExemptionReason reason, DateTime now)
    {
        ExemptionReason = reason;
        if (ExemptAt is not null) return;
        ExemptAt = now;
        Raise(new UnitExempted(this, now));
    }

    public void LiftExemption(DateTime now)
    {
        if (ExemptAt is null) return;
        (ExemptAt, ExemptionReason) = (null, null);
        Raise(new ExemptionLifted(this, now));
    }

    /// <summary>What is in the rate's denominator, as a condition that the database can check.</summary>
    public static Expression<Func<TransferOpportunity, bool>> IsInScope(DateTime asOf) =>
        o => o.MaturesAt <= asOf && o.ExemptAt == null && (o.WithdrawnAt == null || o.WithdrawnAt >= o.WindowEndsAt);

    private void Recount()
    {
        var standing = TransferStanding.Of(evidence, StartedOn, MaturesAt);
        (Transferred30, Best30, Answered30, NoOpportunity30) =
            (standing.Best == TransferLevel.Applied, standing.Best, standing.Answered, standing.NoOpportunity);
        (DaysToFirst30, Verified30, Observed30, Sustained90) =
            (standing.DaysToFirst, standing.Verified, standing.Observed, standing.Sustained);
    }
}

/// <summary>Why a coach takes an opportunity out of the count.</summary>
public enum ExemptionReason
{
    NotMyRole,
    RoleChanged,
    Other,
}

/// <summary>How far a skill was used.</summary>
public enum TransferLevel
{
    NotYet,
    Partly,
    Applied,
}

/// <summary>Where a claim comes from; what learners say and what coaches saw are never mixed.</summary>
public enum EvidenceSource
{
    SelfReport,
    PracticeLog,
    CoachVerified,
}

/// <summary>What stood in the way.</summary>
public enum Barrier
{
    NoOpportunity,
    Forgot,
    NoTime,
    UnsureHow,
    LowConfidence,
    DidNotFitSituation,
    TeamOrPartnerPushback,
    SupervisorSupport,
    AgencyPolicy,
    NotMyRole,
    Other,
}

/// <summary>A dated claim or observation that a skill was used, or was not.</summary>
public sealed record TransferEvidence(
    Guid Id, Guid OpportunityId, EvidenceSource Source, TransferLevel Level, DateOnly OccurredOn, DateTime RecordedAt, Barrier? Barrier);

/// <summary>A completed unit has opened its transfer opportunity, and the nudges of it are planned.</summary>
public sealed record OpportunityOpened(TransferOpportunity Opportunity, DateTime At) : IDomainEvent;

/// <summary>A unit is out of the count, and nothing more is asked about it.</summary>
public sealed record UnitExempted(TransferOpportunity Opportunity, DateTime At) : IDomainEvent;

/// <summary>A unit that was out of the count is in it again.</summary>
public sealed record ExemptionLifted(TransferOpportunity Opportunity, DateTime At) : IDomainEvent;
