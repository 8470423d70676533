using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// The first code of the authenticator app turns the second factor on: every other sign-in of the person ends within seconds, and they get
/// ten recovery codes and a mail.
/// </summary>
/// <param name="Code" example="287082">The six digits that the app shows.</param>
public sealed record ConfirmSecondFactor(string Code) : ICommand<NewRecoveryCodes>;

/// <summary>Recovery codes, each good once in place of a code of the app.</summary>
/// <param name="Since">Since when the second factor is on.</param>
/// <param name="RecoveryCodes" example="[&quot;K5QX-7D2M-PZRA-3VHT&quot;]">
/// Ten codes, shown once: case, blanks and hyphens do not matter. A repetition of the request under its key is answered without them.
/// </param>
public sealed record NewRecoveryCodes(DateTime Since, IReadOnlyList<string>? RecoveryCodes);

internal sealed class ConfirmSecondFactorValidator : AbstractValidator<ConfirmSecondFactor>
{
    public ConfirmSecondFactorValidator() => RuleFor(x => x.Code).NotEmpty().MaximumLength(SecondFactorCodes.LongestTyped);
}

internal sealed class ConfirmSecondFactorHandler(
    LearningDb db, SecondFactors factors, SecondFactorCodes codes, IssuedAccess issued, Caller caller, SecurityLog log, TimeProvider clock)
    : IRequestHandler<ConfirmSecondFactor, NewRecoveryCodes>
{
    public async Task<NewRecoveryCodes> Handle(ConfirmSecondFactor request, CancellationToken cancellationToken)
    {
        await caller.MayTurnOnSecondFactor(db, cancellationToken);
        var now = clock.UtcNow();
        var person = await db.Users.SingleAsync(p => p.Id == caller.PersonId, cancellationToken);
        if (person.TwoFactorEnabled) throw new RuleException("secondFactor.on", "Your second factor is on already.");
        if (!await factors.HasKey(person.Id, cancellationToken))
            throw new RuleException("secondFactor.notPending", "There is no secret yet whose code this could be; begin with one.");
        await codes.MustUse(person, request.Code, takesRecovery: false, cancellationToken);
        person.TwoFactorEnabled = true;
        var factor = await factors.Load(person.Id, cancellationToken);
        factor.TurnOn(now);
        var made = await factors.MakeRecoveryCodes(person.Id, cancellationToken);
        db.Add(OutboundMail.To(person.Id, MailKind.SecondFactorOn, now));
        await issued.EndAsync(person.Id, caller.SessionId, now, cancellationToken);
        log.SecondFactorOn(person.Id);
        return new(now, made);
    }
}
