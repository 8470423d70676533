using MediatR;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>
/// Makes events for other programs of what happens, in the same save. They carry ids, codes and dates; who may know more reads it at the
/// address that the ids make. What a learner answered is left out: the mails promise that it is seen by them and their coaches alone.
/// </summary>
internal sealed class PublishIntegrationEvents(LearningDb db) :
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
    INotificationHandler<DomainEventNotification<EnrolmentMoved>>
{
    public Task Handle(DomainEventNotification<UnitCompleted> notification, CancellationToken cancellationToken)
    {
        var (enrolment, unit, _, at) = notification.Event;
        return Publish(EventTypes.UnitCompleted, at, new
        {
            enrolmentId = enrolment.Id,
            enrolment.CohortId,
            learnerId = enrolment.PersonId,
            unit = unit.Slug,
            enrolment.UnitsCompleted,
            enrolment.UnitsTotal,
            enrolment.Percent,
        });
    }

    public Task Handle(DomainEventNotification<ReflectionSubmitted> notification, CancellationToken cancellationToken)
    {
        var (reflection, revision, at) = notification.Event;
        return Publish(EventTypes.ReflectionSubmitted, at, new
        {
            reflection.EnrolmentId,
            reflection.CohortId,
            learnerId = reflection.PersonId,
            reflection.Assignment,
            revisionId = revision.Id,
            version = revision.Number,
        });
    }

    public Task Handle(DomainEventNotification<ReflectionReviewed> notification, CancellationToken cancellationToken)
    {
        var (reflection, decision, at) = notification.Event;
        return Publish(EventTypes.ReflectionReviewed, at, new
        {
            reflection.EnrolmentId,
            reflection.CohortId,
            learnerId = reflection.PersonId,
            reflection.Assignment,
            revisionId = reflection.LatestRevisionId,
            decision,
        });
    }

    public Task Handle(DomainEventNotification<NudgeAnswered> notification, CancellationToken cancellationToken)
    {
        var (nudge, _, at) = notification.Event;
        return Publish(EventTypes.NudgeAnswered, at,
            new { nudgeId = nudge.Id, nudge.EnrolmentId, nudge.CohortId, learnerId = nudge.PersonId, nudge.Unit, nudge.Step, nudge.Kind });
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
        return Publish(EventTypes.CohortRescheduled, at, new { cohortId = cohort.Id, from = before, to = cohort.StartsOn });
    }

    public Task Handle(DomainEventNotification<CohortClosed> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.CohortClosed, notification.Event.At, new { cohortId = notification.Event.Cohort.Id });

    public Task Handle(DomainEventNotification<CohortReopened> notification, CancellationToken cancellationToken) =>
        Publish(EventTypes.CohortReopened, notification.Event.At, new { cohortId = notification.Event.Cohort.Id });

    public Task Handle(DomainEventNotification<CohortUpgraded> notification, CancellationToken cancellationToken)
    {
        var (cohort, before, at) = notification.Event;
        return Publish(EventTypes.CohortUpgraded, at,
            new { cohortId = cohort.Id, cohort.Curriculum, from = before, to = cohort.CurriculumVersion });
    }

    public Task Handle(DomainEventNotification<EnrolmentMoved> notification, CancellationToken cancellationToken)
    {
        var (enrolment, from, to, _, at) = notification.Event;
        return Publish(EventTypes.EnrolmentMoved, at, new
        {
            enrolmentId = enrolment.Id,
            cohortId = to.Id,
            fromCohortId = from.Id,
            learnerId = enrolment.PersonId,
            enrolment.AgencyId,
        });
    }

    public async Task Handle(DomainEventNotification<CohortStaffChanged> notification, CancellationToken cancellationToken)
    {
        var (_, appointed, dismissed, _, at) = notification.Event;
        foreach (var (member, change) in appointed.Select(m => (m, "appointed")).Concat(dismissed.Select(m => (m, "dismissed"))))
            await Publish(EventTypes.CohortStaffChanged, at, new { member.CohortId, member.PersonId, member.Role, change });
    }

    private Task Publish(string type, Enrolment enrolment, DateTime at) =>
        Publish(type, at, new { enrolmentId = enrolment.Id, enrolment.CohortId, learnerId = enrolment.PersonId, enrolment.AgencyId });

    private Task Publish(string type, DateTime at, object data)
    {
        db.AddIntegrationEvent(type, data, at);
        return Task.CompletedTask;
    }
}
