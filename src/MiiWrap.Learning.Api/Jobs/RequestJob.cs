using MediatR;

namespace MiiWrap.Learning.Api.Jobs;

/// <summary>Sends one request of the schedule in a scope of its own; what goes wrong is logged, and the next turn tries again.</summary>
internal sealed class RequestJob(IServiceScopeFactory scopes, ILogger<RequestJob> log)
{
    public async Task Run(string name, CancellationToken ct)
    {
        try
        {
            await Send(name, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            log.LogError(e, "The recurring request {Name} failed; it is sent again at its next turn", name);
        }
    }

    /// <summary>The same, for an engine that shows what went wrong by itself.</summary>
    public async Task Send(string name, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        await JobSchedule.All.Single(j => j.Name == name).Send(scope.ServiceProvider.GetRequiredService<IMediator>(), ct);
    }
}
