using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>
/// Retries a command after an optimistic concurrency conflict, a unique-key violation or a foreign key whose row is gone: on fresh rows it
/// succeeds or finds the rule that now refuses it, so a lost race is never a 500.
/// </summary>
internal sealed class ConcurrencyRetryBehavior<TRequest, TResponse>(LearningDb db) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : ICommand<TResponse>
{
    // Writers queue, so each round at least one of them gets through; forty at once is the most that the tests race.
    private const int MostTries = 50;

    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await next();
            }
            catch (DbUpdateException e) when (attempt < MostTries && db.IsLostRace(e))
            {
                db.ChangeTracker.Clear();
            }
        }
    }
}
