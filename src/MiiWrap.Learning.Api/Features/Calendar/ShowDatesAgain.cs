using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Calendar;

/// <summary>
/// Who has access again finds the dates of their cohorts at the same calendar address, which has shown none meanwhile; check-ins see to
/// themselves as they are planned again.
/// </summary>
internal sealed class ShowDatesAgain(LearningDb db) : INotificationHandler<DomainEventNotification<AccessRestored>>
{
    public async Task Handle(DomainEventNotification<AccessRestored> notification, CancellationToken cancellationToken)
    {
        var (person, _, at) = notification.Event;
        foreach (var enrolment in await db.Enrolments.Where(e => e.PersonId == person.Id && e.Status == EnrolmentStatus.Active)
            .ToListAsync(cancellationToken))
            enrolment.ShowAgain(at);
    }
}
