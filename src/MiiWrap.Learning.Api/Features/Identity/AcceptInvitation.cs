using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>An invited person chooses a password and can sign in from then on; the invitation works once, and for 14 days.</summary>
/// <param name="Token" example="q7l0yR0d5p1o3Zs9vB2mWc8xK4nT6uJ-hEfGiLaPbQk">The token of the link in the invitation.</param>
/// <param name="Password" example="three quiet herons">12 to 128 characters of any kind; not one's own address, and none of the commonest passwords.</param>
public sealed record AcceptInvitation(string Token, string Password) : ICommand<Unit>;

internal sealed class AcceptInvitationValidator : AbstractValidator<AcceptInvitation>
{
    public AcceptInvitationValidator()
    {
        RuleFor(x => x.Token).NotEmpty().MaximumLength(100);
        RuleFor(x => x.Password).MustBePassword();
    }
}

internal sealed class AcceptInvitationHandler(ChosenPassword chosen) : IRequestHandler<AcceptInvitation, Unit>
{
    public async Task<Unit> Handle(AcceptInvitation request, CancellationToken cancellationToken)
    {
        await chosen.Take(request.Token, AccountMailKind.Invitation, request.Password, "invitation.invalid", cancellationToken);
        return Unit.Value;
    }
}
