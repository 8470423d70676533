using MediatR;
using MiiWrap.Learning.Api.Data;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>
/// Retries a command after an optimistic concurrency conflict, a unique-key violation or a foreign key whose row is gone: on fresh rows it
/// succeeds or finds the rule that now refuses it, so a lost race is never a 500.
/// </summary>
internal sealed class ConcurrencyRetryBehavior<TRequest, TResponse>(LearningDb db) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : ICommand<TResponse>
{
    public Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next) =>
        db.RetryLostRacesAsync(() => next());
}
