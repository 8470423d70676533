using MediatR;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Features.Events;
using MiiWrap.Learning.Api.Telemetry;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>
/// Delivers this node's events as they are committed, and their first retries on time; the recurring sweep delivers what a node left
/// behind.
/// </summary>
internal sealed class WebhookDispatcher(
    EventCommittedSignal signal, IServiceScopeFactory scopes, JobRuns runs, TimeProvider clock, ILogger<WebhookDispatcher> log)
    : BackgroundService
{
    // What is due later than that is the sweep's.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var news = signal.Next;
            try
            {
                await news.WaitAsync(await Send(stoppingToken), clock, stoppingToken);
            }
            catch (TimeoutException)
            {
                // The next try is due.
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogError(e, "Webhooks could not be sent; they are at their next turn");
                await Task.Delay(Soon, clock, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Sends what is due; how long to wait for what comes next.</summary>
    private async Task<TimeSpan> Send(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        var sweep = await runs.Run("dispatch-webhooks", () => mediator.Send(new DeliverWebhooks(), ct));
        var wait = sweep.NextAt - clock.UtcNow();
        return wait is { } due && due <= Soon ? TimeSpan.FromMilliseconds(Math.Max(due.TotalMilliseconds, 100)) : Timeout.InfiniteTimeSpan;
    }
}
