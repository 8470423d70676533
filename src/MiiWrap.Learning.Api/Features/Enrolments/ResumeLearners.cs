using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Enrolments;

/// <summary>Who learned in a cohort that goes on again has been silent since then at the longest.</summary>
internal sealed class ResumeLearners(LearningDb db) : INotificationHandler<DomainEventNotification<CohortReopened>>
{
    public async Task Handle(DomainEventNotification<CohortReopened> notification, CancellationToken cancellationToken)
    {
        var (cohort, at) = notification.Event;
        foreach (var enrolment in await db.Enrolments.Where(e => e.CohortId == cohort.Id && e.Status == EnrolmentStatus.Active)
            .ToListAsync(cancellationToken))
            enrolment.GoOn(at);
    }
}
