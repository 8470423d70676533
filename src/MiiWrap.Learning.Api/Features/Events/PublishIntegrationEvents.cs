using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Credentials;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Implementation;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>
/// Makes events for other programs of what happens, in the same save. They carry ids, codes and dates; who may know more reads it at the
/// address that the ids make. What a learner answered is left out: the mails promise that it is seen by them and their coaches alone.
/// </summary>
internal sealed class PublishIntegrationEvents(LearningDb db) :
    INotificationHandler<DomainEventNotification<UnitStarted>>,
    INotificationHandler<DomainEventNotification<UnitCompleted>>,
    INotificationHandler<DomainEventNotification<ReflectionSubmitted>>,
    INotificationHandler<DomainEventNotification<ReflectionReviewed>>,
    INotificationHandler<DomainEventNotification<NudgeAnswered>>,
    INotificationHandler<DomainEventNotification<EnrolmentCreated>>,
    INotificationHandler<DomainEventNotification<EnrolmentCompleted>>,
    INotificationHandler<DomainEventNotification<EnrolmentWithdrawn>>,
    INotificationHandler<DomainEventNotification<EnrolmentResumed>>,
    INotificationHandler<DomainEventNotification<EnrolmentChanged>>,
    INotificationHandler<DomainEventNotification<CohortRescheduled>>,
    INotificationHandler<DomainEventNotification<CohortStaffChanged>>,
    INotificationHandler<DomainEventNotification<CohortClosed>>,
    INotificationHandler<DomainEventNotification<CohortReopened>>,
    INotificationHandler<DomainEventNotification<CohortUpgraded>>,
    INotificationHandler<DomainEventNotification<EnrolmentMoved>>,
    INotificationHandler<DomainEventNotification<SessionPlanned>>,
    INotificationHandler<DomainEventNotification<SessionEnded>>,
    INotificationHandler<DomainEventNotification<ActionAgreed>>,
    INotificationHandler<DomainEventNotification<ActionClosed>>,
    INotificationHandler<DomainEventNotification<FidelityReviewLocked>>,
    INotificationHandler<DomainEventNotification<FidelityReviewAmended>>,
    INotificationHandler<DomainEventNotification<FidelityReviewVoided>>,
    INotificationHandler<DomainEventNotification<PairAbandoned>>,
    INotificationHandler<DomainEventNotification<RaterCalibrated>>,
    INotificationHandler<DomainEventNotification<RaterLapsed>>,
    INotificationHandler<DomainEventNotification<IndicatorRecorded>>,
    INotificationHandler<DomainEventNotification<CredentialAccepted>>,
    INotificationHandler<DomainEventNotification<CredentialRenewed>>,
    INotificationHandler<DomainEventNotification<CredentialExpired>>,
    INotificationHandler<DomainEventNotification<CredentialLapsed>>,
    INotificationHandler<DomainEventNotification<CredentialRevoked>>
{
    public Task Handle(DomainEventNotification<UnitStarted> notification, CancellationToken cancellationToken)
    {
        var (enrolment, unit, at) = notification.Event;
        return Publish(EventTypes.UnitStarted, at, new UnitStartedData(enrolment.Id, enrolment.CohortId, enrolment.PersonId, unit.Slug));
    }

    public Task Handle(DomainEventNotification<UnitCompleted> notification, CancellationToken cancellationToken)
    {
        var (enrolment, unit, ifThen, at) = notification.Event;
        return Publish(EventTypes.UnitCompleted, at, new UnitCompletedData(
            enrolment.Id, enrolment.CohortId, enrolment.PersonId, unit.Slug, enrolment.UnitsCompleted, enrolment.UnitsTotal,
            enrolment.Percent, ifThen is not null));
    }

    public Task Handle(DomainEventNotification<ReflectionSubmitted> notification, CancellationToken cancellationToken)
    {
        var (reflection, revision, at) = notification.Event;
        return Publish(EventTypes.ReflectionSubmitted, at, new ReflectionSubmittedData(
            reflection.EnrolmentId, reflection.CohortId, reflection.PersonId, reflection.Assignment, revision.Id, revision.Number));
    }

    public Task Handle(DomainEventNotification<ReflectionReviewed> notification, CancellationToken cancellationToken)
    {
        var (reflection, decision, at) = notification.Event;
        return Publish(EventTypes.ReflectionReviewed, at, new ReflectionReviewedData(
            reflection.EnrolmentId, reflection.CohortId, reflection.PersonId, reflection.Assignment, reflection.LatestRevisionId!.Value,
            decision));
    }

    public Task Handle(DomainEventNotification<NudgeAnswered> notification, CancellationToken cancellationToken)
    {
        var (nudge, _, at) = notification.Event;
        return Publish(EventTypes.NudgeAnswered, at, new NudgeAnsweredData(
            nudge.Id, nudge.EnrolmentId, nudge.CohortId, nudge.PersonId, nudge.Unit, nudge.Step, nudge.PlannedKind,
            nudge.ActionItemId));
    }

    public Task Handle(DomainEventNotification<EnrolmentCreated> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.EnrolmentCreated, notification.Event.Enrolment, notification.Event.At);

    public Task Handle(DomainEventNotification<EnrolmentCompleted> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.EnrolmentCompleted, notification.Event.Enrolment, notification.Event.At);

    public Task Handle(DomainEventNotification<EnrolmentWithdrawn> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.EnrolmentWithdrawn, notification.Event.Enrolment, notification.Event.At);

    public Task Handle(DomainEventNotification<EnrolmentResumed> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.EnrolmentResumed, notification.Event.Enrolment, notification.Event.At);

    public Task Handle(DomainEventNotification<EnrolmentChanged> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.EnrolmentChanged, notification.Event.Enrolment, notification.Event.At);

    public Task Handle(DomainEventNotification<CohortRescheduled> notification, CancellationToken cancellationToken)
    {
        var (cohort, before, at) = notification.Event;
        return Publish(EventTypes.CohortRescheduled, at, new CohortRescheduledData(cohort.Id, before, cohort.StartsOn));
    }

    public Task Handle(DomainEventNotification<CohortClosed> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.CohortClosed, notification.Event.At, new CohortData(notification.Event.Cohort.Id));

    public Task Handle(DomainEventNotification<CohortReopened> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.CohortReopened, notification.Event.At, new CohortData(notification.Event.Cohort.Id));

    public Task Handle(DomainEventNotification<CohortUpgraded> notification, CancellationToken cancellationToken)
    {
        var (cohort, before, at) = notification.Event;
        return Publish(EventTypes.CohortUpgraded, at,
            new CohortUpgradedData(cohort.Id, cohort.Curriculum, before, cohort.CurriculumVersion));
    }

    public Task Handle(DomainEventNotification<EnrolmentMoved> notification, CancellationToken cancellationToken)
    {
        var (enrolment, from, to, _, at) = notification.Event;
        return Publish(
            EventTypes.EnrolmentMoved, at, new EnrolmentMovedData(enrolment.Id, to.Id, from.Id, enrolment.PersonId, enrolment.AgencyId));
    }

    public async Task Handle(DomainEventNotification<CohortStaffChanged> notification, CancellationToken cancellationToken)
    {
        var (_, appointed, dismissed, _, at) = notification.Event;
        foreach (var (member, change) in appointed.Select(m => (m, StaffChange.Appointed))
            .Concat(dismissed.Select(m => (m, StaffChange.Dismissed))))
            await Publish(
                EventTypes.CohortStaffChanged, at, new CohortStaffChangedData(member.CohortId, member.PersonId, member.Role, change));
    }

    public Task Handle(DomainEventNotification<SessionPlanned> notification, CancellationToken cancellationToken) =>
        Publish(notification.Event.Session, notification.Event.At, _ => EventTypes.SessionPlanned, cancellationToken);

    public Task Handle(DomainEventNotification<SessionEnded> notification, CancellationToken cancellationToken)
    {
        var (session, at) = notification.Event;
        return session.Status switch
        {
            SessionStatus.Held or SessionStatus.Missed => Publish(session, at, p => p.Attendance switch
            {
                // Of one that took place each is told what they had of it.
                Attendance.Attended => EventTypes.SessionHeld,
                Attendance.NoShow => EventTypes.SessionMissed,
                _ => null,
            }, cancellationToken),
            SessionStatus.Cancelled => Publish(session, at, _ => EventTypes.SessionCancelled, cancellationToken),
            _ => Task.CompletedTask,
        };
    }

    public Task Handle(DomainEventNotification<ActionAgreed> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.ActionAgreed, notification.Event.Item, notification.Event.At, cancellationToken);

    public Task Handle(DomainEventNotification<ActionClosed> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.ActionClosed, notification.Event.Item, notification.Event.At, cancellationToken);

    public Task Handle(DomainEventNotification<FidelityReviewLocked> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.FidelityLocked, notification.Event.Review, notification.Event.At, cancellationToken);

    public Task Handle(DomainEventNotification<FidelityReviewAmended> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.FidelityAmended, notification.Event.Review, notification.Event.At, cancellationToken);

    public Task Handle(DomainEventNotification<FidelityReviewVoided> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.FidelityVoided, notification.Event.Review, notification.Event.At, cancellationToken);

    public Task Handle(DomainEventNotification<PairAbandoned> notification, CancellationToken cancellationToken)
    {
        var (pair, at) = notification.Event;
        return Publish(EventTypes.PairAbandoned, at, new PairData(pair.Id, pair.Instrument, pair.FirstRaterId, pair.SecondRaterId));
    }

    public Task Handle(DomainEventNotification<RaterCalibrated> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.RaterCalibrated, notification.Event.Calibration, notification.Event.At);

    public Task Handle(DomainEventNotification<RaterLapsed> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.RaterLapsed, notification.Event.Calibration, notification.Event.At);

    public Task Handle(DomainEventNotification<IndicatorRecorded> notification, CancellationToken cancellationToken)
    {
        var (month, at) = notification.Event;
        return Publish(
            EventTypes.IndicatorRecorded, at,
            new IndicatorData(month.AgencyId, month.Code, month.IndicatorVersion, Months.NameOf(month.Month)));
    }

    /// <summary>Nobody else hears of one that its holder has not accepted.</summary>
    public Task Handle(DomainEventNotification<CredentialAccepted> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.CredentialIssued, notification.Event.Credential, notification.Event.At, cancellationToken);

    public Task Handle(DomainEventNotification<CredentialRenewed> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.CredentialRenewed, notification.Event.Credential, notification.Event.At, cancellationToken);

    public Task Handle(DomainEventNotification<CredentialExpired> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.CredentialExpired, notification.Event.Credential, notification.Event.At, cancellationToken);

    public Task Handle(DomainEventNotification<CredentialLapsed> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.CredentialLapsed, notification.Event.Credential, notification.Event.At, cancellationToken);

    public Task Handle(DomainEventNotification<CredentialRevoked> notification, CancellationToken cancellationToken) =>
        notification.Event.Credential.AcceptedAt is null
            ? Task.CompletedTask
            : Publish(EventTypes.CredentialRevoked, notification.Event.Credential, notification.Event.At, cancellationToken);

    private async Task Publish(string type, Credential credential, DateTime at, CancellationToken ct) => db.AddIntegrationEvent(
        type,
        new CredentialData(
            credential.Id, credential.Code, credential.DefinitionVersion, credential.EnrolmentId,
            await CohortOf(credential.EnrolmentId, ct), credential.PersonId, credential.ValidUntil),
        at);

    private async Task Publish(string type, ActionItem item, DateTime at, CancellationToken ct) => db.AddIntegrationEvent(
        type, new ActionData(item.Id, item.EnrolmentId, await CohortOf(item.EnrolmentId, ct), item.OwnerId, item.CoachId), at);

    private async Task Publish(string type, FidelityReview review, DateTime at, CancellationToken ct) => db.AddIntegrationEvent(
        type,
        new FidelityData(
            review.Id, review.Instrument, review.EnrolmentId, await CohortOf(review.EnrolmentId, ct), review.SubjectId, review.RaterId),
        at);

    private Task Publish(string type, RaterCalibration calibration, DateTime at) =>
        Publish(type, at, new RaterData(calibration.PersonId, calibration.Instrument));

    private Task<Guid> CohortOf(Guid enrolmentId, CancellationToken ct) =>
        db.Enrolments.Where(e => e.Id == enrolmentId).Select(e => e.CohortId).SingleAsync(ct);

    /// <param name="typeOf">What is told of a participant; null for nothing.</param>
    private async Task Publish(
        CoachingSession session, DateTime at, Func<SessionParticipant, string?> typeOf, CancellationToken ct)
    {
        var enrolments = session.Participants.Select(p => p.EnrolmentId).ToList();
        var cohorts = await db.Enrolments.Where(e => enrolments.Contains(e.Id)).Select(e => new { e.Id, e.CohortId })
            .ToDictionaryAsync(e => e.Id, e => e.CohortId, ct);
        foreach (var part in session.Participants)
        {
            if (typeOf(part) is { } type)
                db.AddIntegrationEvent(
                    type, new SessionData(session.Id, part.EnrolmentId, cohorts[part.EnrolmentId], part.PersonId, session.CoachId), at);
        }
    }

    private Task Publish(string type, Enrolment enrolment, DateTime at) =>
        Publish(type, at, new EnrolmentData(enrolment.Id, enrolment.CohortId, enrolment.PersonId, enrolment.AgencyId));

    private Task Publish(string type, DateTime at, object data)
    {
        db.AddIntegrationEvent(type, data, at);
        return Task.CompletedTask;
    }
}
