using MediatR;
using MiiWrap.Learning.Api.Features.ActionItems;
using MiiWrap.Learning.Api.Features.Agencies;
using MiiWrap.Learning.Api.Features.Coaching;
using MiiWrap.Learning.Api.Features.Credentials;
using MiiWrap.Learning.Api.Features.Events;
using MiiWrap.Learning.Api.Features.Fidelity;
using MiiWrap.Learning.Api.Features.FollowUps;
using MiiWrap.Learning.Api.Features.Identity.FrontEnds;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Features.Maintenance;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Api.Features.Reviews;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>A request that the clock sends again and again; each asks our own tables what is due.</summary>
internal sealed record RecurringRequest(string Name, TimeSpan Every, Func<IMediator, CancellationToken, Task> Send);

/// <summary>The one table of recurring requests; an engine that missed a turn loses nothing.</summary>
internal static class JobSchedule
{
    public static readonly IReadOnlyList<RecurringRequest> All =
    [
        new("notice-silence", TimeSpan.FromHours(1), (mediator, ct) => mediator.Send(new DetectUnresponsiveLearners(), ct)),
        new("notice-missing-coaching", TimeSpan.FromHours(1), (mediator, ct) => mediator.Send(new DetectMissingCoaching(), ct)),
        new("mark-unrecorded", TimeSpan.FromHours(1), (mediator, ct) => mediator.Send(new GiveUpUnrecorded(), ct)),
        new("lapse-items", TimeSpan.FromHours(1), (mediator, ct) => mediator.Send(new LapseActionItems(), ct)),
        new("release-pairs", TimeSpan.FromHours(1), (mediator, ct) => mediator.Send(new ReleasePairs(), ct)),
        new("lapse-raters", TimeSpan.FromHours(1), (mediator, ct) => mediator.Send(new LapseRaters(), ct)),
        new("turn-credentials", TimeSpan.FromHours(1), (mediator, ct) => mediator.Send(new TurnCredentials(), ct)),
        new("send-due-nudges", TimeSpan.FromSeconds(15), (mediator, ct) => mediator.Send(new SendDueNudges(), ct)),
        new("schedule-upcoming", TimeSpan.FromMinutes(15), (mediator, ct) => mediator.Send(new ScheduleUpcoming(), ct)),
        new("send-mails", TimeSpan.FromSeconds(15), (mediator, ct) => mediator.Send(new SendMails(), ct)),
        new("tell-leads", TimeSpan.FromHours(1), (mediator, ct) => mediator.Send(new EscalateOverdueReviews(), ct)),
        new("purge-words", TimeSpan.FromHours(1), (mediator, ct) => mediator.Send(new PurgeReflections(), ct)),
        new("deliver-webhooks", TimeSpan.FromSeconds(15), (mediator, ct) => mediator.Send(new DeliverWebhooks(), ct)),
        new("shorten-waits", TimeSpan.FromHours(1), (mediator, ct) => mediator.Send(new ResetSkewedLeases(), ct)),
        new("renew-authorization-keys", TimeSpan.FromHours(1), (mediator, ct) => mediator.Send(new RenewAuthorizationKeys(), ct)),
        new("forget-what-has-expired", TimeSpan.FromHours(1), (mediator, ct) => mediator.Send(new DeleteExpired(), ct)),
    ];
}
