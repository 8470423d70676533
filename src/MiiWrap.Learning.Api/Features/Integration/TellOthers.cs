using MediatR;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Integration;

/// <summary>
/// Makes events for other programs of what happens, in the same save. They carry ids, codes and dates; who may know more reads it at the
/// address that the ids make. What a learner answered is left out: the mails promise that it is seen by them and their coaches alone.
/// </summary>
internal sealed class TellOthers(LearningDb db) :
    INotificationHandler<Happened<UnitCompleted>>,
    INotificationHandler<Happened<ReflectionSubmitted>>,
    INotificationHandler<Happened<ReflectionReviewed>>,
    INotificationHandler<Happened<NudgeAnswered>>,
    INotificationHandler<Happened<EnrolmentCreated>>,
    INotificationHandler<Happened<EnrolmentCompleted>>,
    INotificationHandler<Happened<EnrolmentWithdrawn>>,
    INotificationHandler<Happened<CohortRescheduled>>
{
    public Task Handle(Happened<UnitCompleted> notification, CancellationToken cancellationToken)
    {
        var (enrolment, unit, _, at) = notification.Event;
        return Tell(EventTypes.UnitCompleted, at, new
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

    public Task Handle(Happened<ReflectionSubmitted> notification, CancellationToken cancellationToken)
    {
        var (reflection, revision, at) = notification.Event;
        return Tell(EventTypes.ReflectionSubmitted, at, new
        {
            reflection.EnrolmentId,
            reflection.CohortId,
            learnerId = reflection.PersonId,
            reflection.Assignment,
            revisionId = revision.Id,
            version = revision.Number,
        });
    }

    public Task Handle(Happened<ReflectionReviewed> notification, CancellationToken cancellationToken)
    {
        var (reflection, decision, at) = notification.Event;
        return Tell(EventTypes.ReflectionReviewed, at, new
        {
            reflection.EnrolmentId,
            reflection.CohortId,
            learnerId = reflection.PersonId,
            reflection.Assignment,
            revisionId = reflection.LatestRevisionId,
            decision,
        });
    }

    public Task Handle(Happened<NudgeAnswered> notification, CancellationToken cancellationToken)
    {
        var (nudge, _, at) = notification.Event;
        return Tell(EventTypes.NudgeAnswered, at, new { nudgeId = nudge.Id, nudge.EnrolmentId, nudge.CohortId, learnerId = nudge.PersonId, nudge.Unit, nudge.Step, nudge.Kind });
    }

    public Task Handle(Happened<EnrolmentCreated> notification, CancellationToken cancellationToken) =>
        Tell(EventTypes.EnrolmentCreated, notification.Event.Enrolment, notification.Event.At);

    public Task Handle(Happened<EnrolmentCompleted> notification, CancellationToken cancellationToken) =>
        Tell(EventTypes.EnrolmentCompleted, notification.Event.Enrolment, notification.Event.At);

    public Task Handle(Happened<EnrolmentWithdrawn> notification, CancellationToken cancellationToken) =>
        Tell(EventTypes.EnrolmentWithdrawn, notification.Event.Enrolment, notification.Event.At);

    public Task Handle(Happened<CohortRescheduled> notification, CancellationToken cancellationToken)
    {
        var (cohort, before, at) = notification.Event;
        return Tell(EventTypes.CohortRescheduled, at, new { cohortId = cohort.Id, from = before, to = cohort.StartsOn });
    }

    private Task Tell(string type, Enrolment enrolment, DateTime at) =>
        Tell(type, at, new { enrolmentId = enrolment.Id, enrolment.CohortId, learnerId = enrolment.PersonId, enrolment.AgencyId });

    private Task Tell(string type, DateTime at, object data)
    {
        db.Tell(type, data, at);
        return Task.CompletedTask;
    }
}
