using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// A person turns their second factor off, whatever their role is by now, and gets a mail; a phone that is gone is replaced by this and a
/// new beginning.
/// </summary>
/// <param name="Password" example="learn-and-practise-1">The person's present password.</param>
/// <param name="Code" example="287082">The six digits that the app shows, or a recovery code.</param>
public sealed record EndSecondFactor([property: JsonConverter(typeof(TextAsSent))] string Password, string Code) : ICommand<Unit>;

internal sealed class EndSecondFactorValidator : AbstractValidator<EndSecondFactor>
{
    public EndSecondFactorValidator()
    {
        RuleFor(x => x.Password).NotEmpty().MaximumLength(SignInValidator.LongestTyped);
        RuleFor(x => x.Code).NotEmpty().MaximumLength(SecondFactorCodes.LongestTyped);
    }
}

internal sealed class EndSecondFactorHandler(
    LearningDb db, SecondFactors factors, SecondFactorCodes codes, CurrentPassword password, CallerCache known, SecurityLog log,
    TimeProvider clock) : IRequestHandler<EndSecondFactor, Unit>
{
    public async Task<Unit> Handle(EndSecondFactor request, CancellationToken cancellationToken)
    {
        var person = await password.MustBe(request.Password, "password", cancellationToken);
        if (!person.TwoFactorEnabled) throw new RuleException("secondFactor.off", "Your second factor is not on.");
        var used = await codes.MustUse(person, request.Code, takesRecovery: true, cancellationToken);
        await factors.TurnOff(person, await factors.Load(person.Id, cancellationToken), cancellationToken);
        db.Add(OutboundMail.To(person.Id, MailKind.SecondFactorOff, clock.UtcNow()));
        await db.SaveChangesAsync(cancellationToken);
        known.Forget(person.Id);
        if (used == UsedCode.Recovery) log.RecoveryCodeUsed(person.Id);
        log.SecondFactorOff(person.Id);
        return Unit.Value;
    }
}
