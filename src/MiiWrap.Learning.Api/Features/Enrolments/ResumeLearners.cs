using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Enrolments;

/// <summary>Who learned in a cohort that goes on again has been silent since then at the longest.</summary>
internal sealed class ResumeLearners(LearningDb db, ILogger<ResumeLearners> log)
    : INotificationHandler<DomainEventNotification<CohortReopened>>
{
    public async Task Handle(DomainEventNotification<CohortReopened> notification, CancellationToken cancellationToken)
    {
        var (cohort, at) = notification.Event;
        var ids = await db.Enrolments.Where(e => e.CohortId == cohort.Id && e.Status == EnrolmentStatus.Active).Select(e => e.Id)
            .ToArrayAsync(cancellationToken);
        foreach (var enrolment in await RowFault.LoadReadableAsync(
            ids, some => db.Enrolments.Where(e => some.Contains(e.Id)).ToListAsync(cancellationToken), (id, e) =>
            {
                log.LeavesOut("return of enrolment")(id, e);
                return Task.CompletedTask;
            })) enrolment.GoOn(at);
    }
}
