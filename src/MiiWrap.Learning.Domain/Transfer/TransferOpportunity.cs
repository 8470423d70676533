namespace MiiWrap.Learning.Domain;

/// <summary>One completed unit of one learner, with its window: what the transfer rate counts.</summary>
public sealed class TransferOpportunity : Entity, IVersioned
{
    /// <summary>Days within which a skill must be used to count, and the days of grace for saying so.</summary>
    public const int WindowDays = 30;
    public const int GraceDays = 7;

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

    /// <summary>Until then an answer counts; from then on the opportunity is in the rate's denominator.</summary>
    public DateTime MaturesAt { get; private set; }

    /// <summary>Applied within thirty days, and said so in time: kept with the evidence, so that a rate is a count.</summary>
    public bool Transferred30 { get; private set; }

    public IReadOnlyList<TransferEvidence> Evidence => evidence;

    public int Version { get; set; }

    public bool IsApplied => evidence.Exists(e => e.Level == TransferLevel.Applied);

    public DateOnly StartedOn => Zones.LocalDate(StartsAt, Zones.Find(TimeZone));

    public DateOnly LastDay => StartedOn.AddDays(WindowDays);

    public static TransferOpportunity Open(Enrolment enrolment, Curriculum curriculum, TrainingUnit unit, IfThenPlan? ifThen, string timeZone, DateTime at) => new()
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
        MaturesAt = Zones.AddDays(at, WindowDays + GraceDays, Zones.Find(timeZone)),
        // A copy: the unit's own record keeps the plan as it was made, this one follows the learner's changes.
        IfThen = ifThen is null ? null : ifThen with { },
    };

    public void PlanFor(DateOnly date) => IfThen = IfThen is null ? new IfThenPlan("", "", date) : IfThen with { PlannedFor = date };

    public TransferEvidence Record(TransferLevel level, EvidenceSource source, DateOnly occurredOn, Barrier? barrier, DateTime now)
    {
        var recorded = new TransferEvidence(NewId.At(now), Id, source, level, occurredOn, now, barrier);
        evidence.Add(recorded);
        Transferred30 |= level == TransferLevel.Applied && occurredOn >= StartedOn && occurredOn <= LastDay && now <= MaturesAt;
        return recorded;
    }
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
