using MediatR;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>
/// Tells other programs that an ask is out, with what it takes to show it, in the same save that counts it as sent. The link answers for
/// the learner without a sign-in, so it is there only for those who want other programs to bring them their asks.
/// </summary>
internal sealed class PublishNudgeSent(LearningDb db, OneTapLinks links) : INotificationHandler<DomainEventNotification<NudgeSent>>
{
    public Task Handle(DomainEventNotification<NudgeSent> notification, CancellationToken cancellationToken)
    {
        var (nudge, isHandedOver, at) = notification.Event;
        db.AddIntegrationEvent(EventTypes.NudgeSent, new NudgeSentData(
            nudge.Id, nudge.EnrolmentId, nudge.CohortId, nudge.PersonId, nudge.Unit, nudge.Step, nudge.PlannedKind, nudge.Channel,
            nudge.DueAt, nudge.ExpiresAt, isHandedOver ? links.To(nudge.Id) : null, nudge.ActionItemId), at);
        return Task.CompletedTask;
    }
}
