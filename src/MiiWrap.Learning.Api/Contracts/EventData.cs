using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>What each type of event carries: ids, codes and dates, never what somebody wrote.</summary>
public static class EventData
{
    private const string Unit = "1.4-coaching-agreement";

    private static readonly DateTime Monday = new(2027, 2, 1, 15, 0, 0, DateTimeKind.Utc);

    private static readonly (Guid Enrolment, Guid Cohort, Guid Learner, Guid Revision, Guid Nudge, Guid Agency) Ids =
        (Id(1), Id(2), Id(3), Id(4), Id(5), Id(6));

    private static readonly EnrolmentData Enrolment = new(Ids.Enrolment, Ids.Cohort, Ids.Learner, Ids.Agency);

    private static readonly SessionData Session = new(Id(8), Ids.Enrolment, Ids.Cohort, Ids.Learner, Id(9));

    private static readonly ActionData Action = new(Id(10), Ids.Enrolment, Ids.Cohort, Ids.Learner, Id(9));

    private static readonly FidelityData Fidelity = new(Id(11), "tpo-1", Ids.Enrolment, Ids.Cohort, Ids.Learner, Id(9));

    private static readonly RaterData Rater = new(Id(9), "tpo-1");

    private static readonly CredentialData Credential =
        new(Id(14), "practising-coach", 1, Ids.Enrolment, Ids.Cohort, Ids.Learner, new(2028, 8, 1));

    /// <summary>The data of each type, by an example.</summary>
    public static readonly IReadOnlyDictionary<string, object> Examples = new Dictionary<string, object>
    {
        [EventTypes.UnitStarted] = new UnitStartedData(Ids.Enrolment, Ids.Cohort, Ids.Learner, Unit),
        [EventTypes.UnitCompleted] = new UnitCompletedData(Ids.Enrolment, Ids.Cohort, Ids.Learner, Unit, 4, 28, 14, true),
        [EventTypes.ReflectionSubmitted] = new ReflectionSubmittedData(Ids.Enrolment, Ids.Cohort, Ids.Learner, Unit, Ids.Revision, 1),
        [EventTypes.ReflectionReviewed] =
            new ReflectionReviewedData(Ids.Enrolment, Ids.Cohort, Ids.Learner, Unit, Ids.Revision, ReviewDecision.Accept),
        [EventTypes.NudgeSent] = new NudgeSentData(
            Ids.Nudge, Ids.Enrolment, Ids.Cohort, Ids.Learner, Unit, 1, NudgeKind.Check, NudgeChannel.Email, Monday, Monday.AddDays(7),
            null, null),
        [EventTypes.NudgeAnswered] =
            new NudgeAnsweredData(Ids.Nudge, Ids.Enrolment, Ids.Cohort, Ids.Learner, Unit, 1, NudgeKind.Check, null),
        [EventTypes.EnrolmentCreated] = Enrolment,
        [EventTypes.EnrolmentCompleted] = Enrolment,
        [EventTypes.EnrolmentWithdrawn] = Enrolment,
        [EventTypes.EnrolmentResumed] = Enrolment,
        [EventTypes.EnrolmentChanged] = Enrolment,
        [EventTypes.CohortRescheduled] = new CohortRescheduledData(Ids.Cohort, new(2027, 2, 1), new(2027, 2, 8)),
        [EventTypes.CohortStaffChanged] =
            new CohortStaffChangedData(Ids.Cohort, Ids.Learner, CohortRole.Instructor, StaffChange.Appointed),
        [EventTypes.CohortClosed] = new CohortData(Ids.Cohort),
        [EventTypes.CohortReopened] = new CohortData(Ids.Cohort),
        [EventTypes.CohortUpgraded] = new CohortUpgradedData(Ids.Cohort, "miiwrap-coaching-cohort", 1, 2),
        [EventTypes.EnrolmentMoved] = new EnrolmentMovedData(Ids.Enrolment, Ids.Cohort, Id(7), Ids.Learner, Ids.Agency),
        [EventTypes.SessionPlanned] = Session,
        [EventTypes.SessionHeld] = Session,
        [EventTypes.SessionMissed] = Session,
        [EventTypes.SessionCancelled] = Session,
        [EventTypes.ActionAgreed] = Action,
        [EventTypes.ActionClosed] = Action,
        [EventTypes.FidelityLocked] = Fidelity,
        [EventTypes.FidelityAmended] = Fidelity,
        [EventTypes.FidelityVoided] = Fidelity,
        [EventTypes.PairAbandoned] = new PairData(Id(12), "tpo-1", Id(9), Id(13)),
        [EventTypes.RaterCalibrated] = Rater,
        [EventTypes.RaterLapsed] = Rater,
        [EventTypes.IndicatorRecorded] = new IndicatorData(Ids.Agency, "turnover", 1, "2027-01"),
        [EventTypes.CredentialIssued] = Credential,
        [EventTypes.CredentialRenewed] = Credential,
        [EventTypes.CredentialExpired] = Credential,
        [EventTypes.CredentialLapsed] = Credential,
        [EventTypes.CredentialRevoked] = Credential,
    };

    /// <summary>When the examples happened.</summary>
    public static DateTime ExampleTime => Monday;

    /// <summary>The id of an example's event.</summary>
    public static Guid ExampleId => Id(7);

    private static Guid Id(int number) => Guid.Parse($"01a5ba5a-f180-7000-8000-{number:D12}");
}

/// <summary>A learner has begun a unit, by opening it or by completing it at once.</summary>
/// <param name="EnrolmentId">The enrolment in which the unit is studied.</param>
/// <param name="CohortId">The enrolment's cohort.</param>
/// <param name="LearnerId">The person who learns.</param>
/// <param name="Unit" example="1.4-coaching-agreement">The unit's slug.</param>
public sealed record UnitStartedData(Guid EnrolmentId, Guid CohortId, Guid LearnerId, string Unit);

/// <summary>A learner has completed a unit.</summary>
/// <param name="EnrolmentId">The enrolment in which the unit is studied.</param>
/// <param name="CohortId">The enrolment's cohort.</param>
/// <param name="LearnerId">The person who learns.</param>
/// <param name="Unit" example="1.4-coaching-agreement">The unit's slug.</param>
/// <param name="UnitsCompleted" example="4">How many units of the curriculum the learner has completed now.</param>
/// <param name="UnitsTotal" example="28">How many units the curriculum has.</param>
/// <param name="Percent" example="14">The share of units completed, in whole percent.</param>
/// <param name="Planned" example="true">Whether the learner made an if-then plan with it.</param>
public sealed record UnitCompletedData(
    Guid EnrolmentId, Guid CohortId, Guid LearnerId, string Unit, int UnitsCompleted, int UnitsTotal, int Percent, bool Planned);

/// <summary>A learner has handed in a reflection.</summary>
/// <param name="EnrolmentId">The enrolment of its author.</param>
/// <param name="CohortId">The enrolment's cohort.</param>
/// <param name="LearnerId">Its author.</param>
/// <param name="Assignment" example="1.4-coaching-agreement">The assignment's slug.</param>
/// <param name="RevisionId">The revision that was made of the draft.</param>
/// <param name="Version" example="1">The revision's number.</param>
public sealed record ReflectionSubmittedData(
    Guid EnrolmentId, Guid CohortId, Guid LearnerId, string Assignment, Guid RevisionId, int Version);

/// <summary>A review was published to the author of a reflection.</summary>
/// <param name="EnrolmentId">The enrolment of its author.</param>
/// <param name="CohortId">The enrolment's cohort.</param>
/// <param name="LearnerId">Its author.</param>
/// <param name="Assignment" example="1.4-coaching-agreement">The assignment's slug.</param>
/// <param name="RevisionId">The revision that was reviewed.</param>
/// <param name="Decision">Whether it was accepted or came back.</param>
public sealed record ReflectionReviewedData(
    Guid EnrolmentId, Guid CohortId, Guid LearnerId, string Assignment, Guid RevisionId, ReviewDecision Decision);

/// <summary>A check-in has gone out to a learner.</summary>
/// <param name="NudgeId">The check-in.</param>
/// <param name="EnrolmentId">The enrolment that it belongs to.</param>
/// <param name="CohortId">The enrolment's cohort.</param>
/// <param name="LearnerId">Who is asked.</param>
/// <param name="Unit" example="1.4-coaching-agreement">The unit that it asks about.</param>
/// <param name="Step" example="1">Its step in the unit's nudge plan.</param>
/// <param name="Kind">Whether it reminds, asks or closes.</param>
/// <param name="Channel">The way by which it went.</param>
/// <param name="DueAt">When it was due.</param>
/// <param name="ExpiresAt">Until when it takes an answer.</param>
/// <param name="Link">
/// The address that answers for the learner without a sign-in; null for those who do not have other programs bring them their check-ins.
/// </param>
/// <param name="ActionItemId">
/// The action item that it asks about, whose unit, or an empty one, stands beside it; null where it asks about the unit.
/// </param>
public sealed record NudgeSentData(
    Guid NudgeId, Guid EnrolmentId, Guid CohortId, Guid LearnerId, string Unit, int Step, NudgeKind Kind, NudgeChannel Channel,
    DateTime DueAt, DateTime ExpiresAt, Uri? Link, Guid? ActionItemId);

/// <summary>A learner has answered a check-in; what they answered is for them and their coaches alone.</summary>
/// <param name="NudgeId">The check-in.</param>
/// <param name="EnrolmentId">The enrolment that it belongs to.</param>
/// <param name="CohortId">The enrolment's cohort.</param>
/// <param name="LearnerId">Who has answered.</param>
/// <param name="Unit" example="1.4-coaching-agreement">The unit that it asked about.</param>
/// <param name="Step" example="1">Its step in the unit's nudge plan.</param>
/// <param name="Kind">Whether it reminded, asked or closed.</param>
/// <param name="ActionItemId">
/// The action item that it asked about, whose unit, or an empty one, stands beside it; null where it asked about the unit.
/// </param>
public sealed record NudgeAnsweredData(
    Guid NudgeId, Guid EnrolmentId, Guid CohortId, Guid LearnerId, string Unit, int Step, NudgeKind Kind, Guid? ActionItemId);

/// <summary>An enrolment was made, completed, withdrawn, resumed or changed; the type of the event says which.</summary>
/// <param name="EnrolmentId">The enrolment.</param>
/// <param name="CohortId">Its cohort.</param>
/// <param name="LearnerId">The person who learns.</param>
/// <param name="AgencyId">The agency for which they learn; null for none.</param>
public sealed record EnrolmentData(Guid EnrolmentId, Guid CohortId, Guid LearnerId, Guid? AgencyId);

/// <summary>A cohort begins on another day.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="From" example="2027-02-01">The day on which it was to begin.</param>
/// <param name="To" example="2027-02-08">The day on which it begins now.</param>
public sealed record CohortRescheduledData(Guid CohortId, DateOnly From, DateOnly To);

/// <summary>A cohort was closed or opened again; the type of the event says which.</summary>
/// <param name="CohortId">The cohort.</param>
public sealed record CohortData(Guid CohortId);

/// <summary>A cohort goes on with a newer version of its curriculum.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="Curriculum" example="miiwrap-coaching-cohort">The slug of its curriculum.</param>
/// <param name="From" example="1">The version that it had.</param>
/// <param name="To" example="2">The version that it has now.</param>
public sealed record CohortUpgradedData(Guid CohortId, string Curriculum, int From, int To);

/// <summary>A learner goes on in another cohort, with all that they have done.</summary>
/// <param name="EnrolmentId">The enrolment, which is the same as before.</param>
/// <param name="CohortId">The cohort in which they go on.</param>
/// <param name="FromCohortId">The cohort that they have left.</param>
/// <param name="LearnerId">The person who learns.</param>
/// <param name="AgencyId">The agency for which they learn; null for none.</param>
public sealed record EnrolmentMovedData(Guid EnrolmentId, Guid CohortId, Guid FromCohortId, Guid LearnerId, Guid? AgencyId);

/// <summary>Whether somebody came or went.</summary>
public enum StaffChange
{
    Appointed,
    Dismissed,
}

/// <summary>Somebody was appointed in a cohort, or dismissed.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="PersonId">Who was appointed or dismissed.</param>
/// <param name="Role">Their role in the cohort.</param>
/// <param name="Change">Whether they came or went.</param>
public sealed record CohortStaffChangedData(Guid CohortId, Guid PersonId, CohortRole Role, StaffChange Change);

/// <summary>
/// A coaching session was planned, held, missed or called off, for one of those who were to take part. When it is, and whether they came,
/// is read by who may know it.
/// </summary>
/// <param name="SessionId">The session.</param>
/// <param name="EnrolmentId">The enrolment for which it counts.</param>
/// <param name="CohortId">The enrolment's cohort.</param>
/// <param name="LearnerId">The person who is coached.</param>
/// <param name="CoachId">The person who coaches.</param>
public sealed record SessionData(Guid SessionId, Guid EnrolmentId, Guid CohortId, Guid LearnerId, Guid CoachId);

/// <summary>
/// A coachee has agreed to an action item, or it was closed; the type of the event says which. Its words, its days and its outcome are read
/// by who may know them.
/// </summary>
/// <param name="ActionItemId">The action item.</param>
/// <param name="EnrolmentId">The enrolment to which it belongs.</param>
/// <param name="CohortId">The enrolment's cohort.</param>
/// <param name="LearnerId">Whose step it is.</param>
/// <param name="CoachId">With whom it was agreed; null for nobody.</param>
public sealed record ActionData(Guid ActionItemId, Guid EnrolmentId, Guid CohortId, Guid LearnerId, Guid? CoachId);

/// <summary>
/// A fidelity review was locked, has taken the place of another one, or counts no more; the type of the event says which. What was rated,
/// and what came of it, is read by who may know it.
/// </summary>
/// <param name="ReviewId">The review; of an amendment the one that stands now.</param>
/// <param name="Instrument" example="tpo-1">The code of the instrument.</param>
/// <param name="EnrolmentId">The subject's enrolment.</param>
/// <param name="CohortId">The enrolment's cohort.</param>
/// <param name="LearnerId">Whose practice it is of.</param>
/// <param name="RaterId">Who rated.</param>
public sealed record FidelityData(Guid ReviewId, string Instrument, Guid EnrolmentId, Guid CohortId, Guid LearnerId, Guid RaterId);

/// <summary>
/// One half of a blind pair did not come in thirty days: the half that is in is locked by itself, and a draft can be submitted by itself.
/// </summary>
/// <param name="PairId">The pair.</param>
/// <param name="Instrument" example="tpo-1">The code of the instrument.</param>
/// <param name="FirstRaterId">Who began it.</param>
/// <param name="SecondRaterId">Who was to rate beside them.</param>
public sealed record PairData(Guid PairId, string Instrument, Guid FirstRaterId, Guid SecondRaterId);

/// <summary>Somebody's ratings on an instrument count as calibrated from now on, or no more; the type of the event says which.</summary>
/// <param name="PersonId">Who rates.</param>
/// <param name="Instrument" example="tpo-1">The code of the instrument.</param>
public sealed record RaterData(Guid PersonId, string Instrument);

/// <summary>An agency's count of a month was recorded, or another one took its place. The count is read by who may know it.</summary>
/// <param name="AgencyId">The agency that counted.</param>
/// <param name="Indicator" example="turnover">The indicator's code.</param>
/// <param name="Version" example="1">By which version of the indicator it was counted.</param>
/// <param name="Month" example="2027-01">The month.</param>
public sealed record IndicatorData(Guid AgencyId, string Indicator, int Version, string Month);

/// <summary>A credential was accepted, renewed or revoked, or its days are over.</summary>
/// <param name="CredentialId">The credential.</param>
/// <param name="Code" example="practising-coach">The code of its definition.</param>
/// <param name="Version" example="1">The version of its definition.</param>
/// <param name="EnrolmentId">The enrolment in which it was earned.</param>
/// <param name="CohortId">The enrolment's cohort.</param>
/// <param name="LearnerId">Its holder.</param>
/// <param name="ValidUntil">Its last day, itself included; null where it holds for good.</param>
public sealed record CredentialData(
    Guid CredentialId, string Code, int Version, Guid EnrolmentId, Guid CohortId, Guid LearnerId, DateOnly? ValidUntil);
