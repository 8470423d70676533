using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>An accepted reflection goes into the learner's tally, in the same save.</summary>
internal sealed class CountAccepted(LearningDb db) : INotificationHandler<Happened<ReflectionReviewed>>
{
    public async Task Handle(Happened<ReflectionReviewed> notification, CancellationToken cancellationToken)
    {
        var (reflection, decision, _) = notification.Event;
        if (decision != ReviewDecision.Accept) return;
        var enrolment = await db.Enrolments.SingleAsync(e => e.Id == reflection.EnrolmentId, cancellationToken);
        enrolment.CountAcceptedReflection();
    }
}
