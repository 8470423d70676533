using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// A programme admin turns off the second factor of somebody else, who has lost phone and recovery codes: all sign-ins of that person end
/// within seconds, and both are told by mail.
/// </summary>
/// <param name="Reason" example="The phone was lost, and the codes with it.">10 to 400 characters; the person reads it in the mail.</param>
public sealed record ResetSecondFactor(string? Reason) : ICommand<Unit>
{
    [JsonIgnore]
    public Guid PersonId { get; init; }
}

/// <summary>
/// The operator does the same from the command line, for the last programme admin say; true when there was one to turn off.
/// </summary>
public sealed record ResetSecondFactorByOperator(string Email) : ICommand<bool>;

internal sealed class ResetSecondFactorValidator : AbstractValidator<ResetSecondFactor>
{
    public ResetSecondFactorValidator() => RuleFor(x => x.Reason).MustBeReason();
}

internal sealed class ResetSecondFactorByOperatorValidator : AbstractValidator<ResetSecondFactorByOperator>
{
    public ResetSecondFactorByOperatorValidator() => RuleFor(x => x.Email).MustBeAddress();
}

internal sealed class ResetSecondFactorHandler(
    LearningDb db, SecondFactors factors, IssuedAccess issued, PrivacyGate gate, ILookupNormalizer normalizer, Caller caller,
    SecurityLog log, TimeProvider clock)
    : IRequestHandler<ResetSecondFactor, Unit>, IRequestHandler<ResetSecondFactorByOperator, bool>
{
    public async Task<Unit> Handle(ResetSecondFactor request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("reset the second factor of others");
        var person = await db.Users.SingleOrDefaultAsync(p => p.Id == request.PersonId && p.NormalizedEmail != null, cancellationToken)
            ?? throw new NotFoundException("person");
        if (person.Id == caller.PersonId)
            throw new RuleException("secondFactor.self",
                "Nobody resets their own second factor: a recovery code turns it off, or another admin.", RuleKind.Forbidden);
        if (!person.TwoFactorEnabled) throw new RuleException("secondFactor.off", "This person's second factor is not on.");
        gate.Pass([], confirmed: true, ReasonRules.Blocked, new FreeText("reason", request.Reason));
        await Reset(person, caller.PersonId, request.Reason!.NormalizeNfc(), cancellationToken);
        return Unit.Value;
    }

    public async Task<bool> Handle(ResetSecondFactorByOperator request, CancellationToken cancellationToken)
    {
        var address = normalizer.NormalizeEmail(MailAddresses.Mailable(request.Email)!);
        if (await db.Users.SingleOrDefaultAsync(p => p.NormalizedEmail == address && p.TwoFactorEnabled, cancellationToken)
            is not { } person) return false;
        await Reset(person, null, null, cancellationToken);
        return true;
    }

    private async Task Reset(Person person, Guid? by, string? reason, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var factor = await factors.Load(person.Id, ct);
        await factors.TurnOff(person, factor, ct);
        factor.Reset(by, reason, now);
        person.EndTokens();
        db.Add(OutboundMail.To(person.Id, MailKind.SecondFactorReset, now));
        if (by is { } admin) db.Add(OutboundMail.To(admin, MailKind.SecondFactorResetDone, now));
        await issued.EndAsync(person.Id, keep: null, now, ct);
        log.SecondFactorReset(person.Id, by);
    }
}
