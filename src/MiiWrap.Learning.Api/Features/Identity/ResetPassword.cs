using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>A person who forgot their password chooses a new one; every sign-in of theirs ends, and so does a lock-out.</summary>
/// <param name="Token" example="q7l0yR0d5p1o3Zs9vB2mWc8xK4nT6uJ-hEfGiLaPbQk">The token of the link in the mail; good for one hour, and once.</param>
/// <param name="Password" example="three quiet herons">12 to 128 characters of any kind; not one's own address, and none of the commonest passwords.</param>
public sealed record ResetPassword(string Token, string Password) : ICommand<Unit>;

internal sealed class ResetPasswordValidator : AbstractValidator<ResetPassword>
{
    public ResetPasswordValidator()
    {
        RuleFor(x => x.Token).NotEmpty().MaximumLength(100);
        RuleFor(x => x.Password).MustBePassword();
    }
}

internal sealed class ResetPasswordHandler(ChosenPassword chosen) : IRequestHandler<ResetPassword, Unit>
{
    public async Task<Unit> Handle(ResetPassword request, CancellationToken cancellationToken)
    {
        await chosen.Take(request.Token, AccountMailKind.PasswordReset, request.Password, "passwordReset.invalid", cancellationToken);
        return Unit.Value;
    }
}
