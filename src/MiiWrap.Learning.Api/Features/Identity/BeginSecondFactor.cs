using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// A programme admin or a lead gets the secret of a second factor for their authenticator app; a sign-in asks for it once its first code
/// has come. Doing it again before that gives another secret.
/// </summary>
/// <param name="Password" example="learn-and-practise-1">The person's present password.</param>
public sealed record BeginSecondFactor([property: JsonConverter(typeof(TextAsSent))] string Password) : ICommand<PendingSecondFactor>;

/// <summary>What goes into an authenticator app; shown in this answer and never again.</summary>
/// <param name="Secret" example="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ">The secret in base32, to be typed.</param>
/// <param name="Uri" example="otpauth://totp/MiiWrap.Learning:lead%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&amp;issuer=MiiWrap.Learning&amp;algorithm=SHA1&amp;digits=6&amp;period=30">
/// The same as an address, to be shown as a QR code.
/// </param>
public sealed record PendingSecondFactor(string Secret, string Uri);

internal sealed class BeginSecondFactorValidator : AbstractValidator<BeginSecondFactor>
{
    public BeginSecondFactorValidator() => RuleFor(x => x.Password).NotEmpty().MaximumLength(SignInValidator.LongestTyped);
}

internal sealed class BeginSecondFactorHandler(LearningDb db, SecondFactors factors, CurrentPassword password, Caller caller)
    : IRequestHandler<BeginSecondFactor, PendingSecondFactor>
{
    public async Task<PendingSecondFactor> Handle(BeginSecondFactor request, CancellationToken cancellationToken)
    {
        await caller.MayTurnOnSecondFactor(db, cancellationToken);
        var person = await password.MustBe(request.Password, "password", cancellationToken);
        if (person.TwoFactorEnabled)
            throw new RuleException(
                "secondFactor.on", "Your second factor is on already; turn it off first, or ask for new recovery codes.");
        var factor = await factors.Load(person.Id, cancellationToken);
        var key = await factors.MakeKey(person.Id, cancellationToken);
        factor.Begin();
        db.Touch(factor);
        await db.SaveChangesAsync(cancellationToken);
        return new(AuthenticatorCodes.TextOf(key), AuthenticatorCodes.UriOf(key, person.Email!));
    }
}
