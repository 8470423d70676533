namespace MiiWrap.Learning.Domain.Messaging;

/// <summary>What other programs can follow; the names are part of the public contract.</summary>
public static class EventTypes
{
    public const string UnitStarted = "unit.started";
    public const string UnitCompleted = "unit.completed";
    public const string ReflectionSubmitted = "reflection.submitted";
    public const string ReflectionReviewed = "reflection.reviewed";
    public const string NudgeSent = "nudge.sent";
    public const string NudgeAnswered = "nudge.answered";
    public const string EnrolmentCreated = "enrolment.created";
    public const string EnrolmentCompleted = "enrolment.completed";
    public const string EnrolmentWithdrawn = "enrolment.withdrawn";
    public const string EnrolmentResumed = "enrolment.resumed";
    public const string EnrolmentChanged = "enrolment.changed";
    public const string CohortRescheduled = "cohort.rescheduled";
    public const string CohortStaffChanged = "cohort.staffChanged";
    public const string CohortClosed = "cohort.closed";
    public const string CohortReopened = "cohort.reopened";
    public const string CohortUpgraded = "cohort.upgraded";
    public const string EnrolmentMoved = "enrolment.moved";
    public const string SessionPlanned = "session.planned";
    public const string SessionHeld = "session.held";
    public const string SessionMissed = "session.missed";
    public const string SessionCancelled = "session.cancelled";
    public const string ActionAgreed = "action.agreed";
    public const string ActionClosed = "action.closed";

    public const string FidelityLocked = "fidelity.locked";
    public const string FidelityAmended = "fidelity.amended";
    public const string FidelityVoided = "fidelity.voided";
    public const string PairAbandoned = "pair.abandoned";
    public const string RaterCalibrated = "rater.calibrated";
    public const string RaterLapsed = "rater.lapsed";
    public const string IndicatorRecorded = "indicator.recorded";

    public const string CredentialIssued = "credential.issued";
    public const string CredentialRenewed = "credential.renewed";
    public const string CredentialExpired = "credential.expired";
    public const string CredentialLapsed = "credential.lapsed";
    public const string CredentialRevoked = "credential.revoked";

    public static readonly IReadOnlyList<string> All =
    [
        UnitStarted, UnitCompleted, ReflectionSubmitted, ReflectionReviewed, NudgeSent, NudgeAnswered, EnrolmentCreated,
        EnrolmentCompleted, EnrolmentWithdrawn, EnrolmentResumed, EnrolmentChanged, CohortRescheduled, CohortStaffChanged,
        CohortClosed, CohortReopened, CohortUpgraded, EnrolmentMoved, SessionPlanned,
        SessionHeld, SessionMissed, SessionCancelled, ActionAgreed, ActionClosed,
        FidelityLocked, FidelityAmended, FidelityVoided, PairAbandoned, RaterCalibrated, RaterLapsed,
        IndicatorRecorded,
        CredentialIssued, CredentialRenewed, CredentialExpired, CredentialLapsed, CredentialRevoked,
    ];
}
