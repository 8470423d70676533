using MediatR;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Telemetry;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>Counts an ask that went out, and how late, once that is committed.</summary>
internal sealed class CountSentNudges(LearningMetrics metrics) : INotificationHandler<CommittedEventNotification<NudgeSent>>
{
    public Task Handle(CommittedEventNotification<NudgeSent> notification, CancellationToken cancellationToken)
    {
        var (nudge, _, at) = notification.Event;
        metrics.NudgeSent(nudge, at);
        return Task.CompletedTask;
    }
}
