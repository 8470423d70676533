using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>
/// An accepted reflection goes into the learner's tally, in the same save; that of a unit that the cohort's version has no more does not.
/// </summary>
internal sealed class CountAcceptedReflection(LearningDb db, CurriculumLibrary library)
    : INotificationHandler<DomainEventNotification<ReflectionReviewed>>
{
    public async Task Handle(DomainEventNotification<ReflectionReviewed> notification, CancellationToken cancellationToken)
    {
        var (reflection, decision, _) = notification.Event;
        if (decision != ReviewDecision.Accept) return;
        var enrolment = await db.Enrolments.SingleAsync(e => e.Id == reflection.EnrolmentId, cancellationToken);
        var cohort = (await db.Cohorts.FindAsync([enrolment.CohortId], cancellationToken))!;
        if ((await library.Of(db, cohort, cancellationToken)).Unit(reflection.Assignment) is null) return;
        enrolment.CountAcceptedReflection();
    }
}
