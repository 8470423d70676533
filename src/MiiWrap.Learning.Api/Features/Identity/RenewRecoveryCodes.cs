using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>Ten new recovery codes for whoever shows a code of their authenticator app; those before are good no more.</summary>
/// <param name="Code" example="287082">The six digits that the app shows; no recovery code.</param>
public sealed record RenewRecoveryCodes(string Code) : ICommand<NewRecoveryCodes>;

internal sealed class RenewRecoveryCodesValidator : AbstractValidator<RenewRecoveryCodes>
{
    public RenewRecoveryCodesValidator() => RuleFor(x => x.Code).NotEmpty().MaximumLength(SecondFactorCodes.LongestTyped);
}

internal sealed class RenewRecoveryCodesHandler(
    LearningDb db, SecondFactors factors, SecondFactorCodes codes, Caller caller, SecurityLog log)
    : IRequestHandler<RenewRecoveryCodes, NewRecoveryCodes>
{
    public async Task<NewRecoveryCodes> Handle(RenewRecoveryCodes request, CancellationToken cancellationToken)
    {
        var person = await db.Users.SingleAsync(p => p.Id == caller.PersonId, cancellationToken);
        if (!person.TwoFactorEnabled) throw new RuleException("secondFactor.off", "Your second factor is not on.");
        await codes.MustUse(person, request.Code, takesRecovery: false, cancellationToken);
        var made = await factors.MakeRecoveryCodes(person.Id, cancellationToken);
        var factor = await factors.Load(person.Id, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        log.RecoveryCodesRenewed(person.Id);
        return new(factor.OnSince!.Value, made);
    }
}
