using FluentValidation;
using MediatR;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>Validates a request and refuses it with every broken rule by field.</summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        foreach (var validator in validators)
        {
            var result = await validator.ValidateAsync(request, cancellationToken);
            if (!result.IsValid) throw new ValidationException(result.Errors);
        }

        return await next();
    }
}
