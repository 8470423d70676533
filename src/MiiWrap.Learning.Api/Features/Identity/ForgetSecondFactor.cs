using MediatR;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>Whoever has left keeps no second factor, in the same save; whoever is suspended comes back with theirs.</summary>
internal sealed class ForgetSecondFactor(SecondFactors factors) : INotificationHandler<DomainEventNotification<AccessEnded>>
{
    public Task Handle(DomainEventNotification<AccessEnded> notification, CancellationToken cancellationToken) =>
        notification.Event.Person is { Status: PersonStatus.Left } person ? factors.Forget(person, cancellationToken) : Task.CompletedTask;
}
