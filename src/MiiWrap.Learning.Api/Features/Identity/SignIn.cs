using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>A person signs in with e-mail address and password and gets an access token for 15 minutes and a refresh token.</summary>
/// <param name="Email" example="learner1@example.org">The address at which the person was invited.</param>
/// <param name="Password" example="learn-and-practise-1">12 to 128 characters.</param>
public sealed record SignIn(string Email, [property: JsonConverter(typeof(TextAsSent))] string Password) : ICommand<ClaimsPrincipal>;

internal sealed class SignInValidator : AbstractValidator<SignIn>
{
    public SignInValidator()
    {
        RuleFor(x => x.Email).NotEmpty().MaximumLength(256);
        RuleFor(x => x.Password).NotEmpty().MaximumLength(128);
    }
}

internal sealed class SignInHandler(
    LearningDb db, UserManager<Person> people, IPasswordHasher<Person> hasher, Sessions sessions, TimeProvider clock)
    : IRequestHandler<SignIn, ClaimsPrincipal>
{
    // Verified when there is no such person or no password yet, so that an unknown address costs as much time as a wrong password.
    private static readonly Person Nobody = new();
    private static string? dummyHash;

    public async Task<ClaimsPrincipal> Handle(SignIn request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var person = await people.FindByEmailAsync(request.Email);
        var hash = person?.PasswordHash ?? (dummyHash ??= hasher.HashPassword(Nobody, Guid.NewGuid().ToString()));
        var verified = hasher.VerifyHashedPassword(person ?? Nobody, hash, request.Password) != PasswordVerificationResult.Failed;
        if (person?.PasswordHash is null || person.LockedUntil > now) throw Failed();
        if (!verified)
        {
            await CountFailure(person, now, cancellationToken);
            throw Failed();
        }

        if (person.FailedSignIns > 0)
            await db.Users.Where(p => p.Id == person.Id).ExecuteUpdateAsync(p => p.SetProperty(x => x.FailedSignIns, 0), cancellationToken);
        return await sessions.Begin(person, now, cancellationToken);
    }

    private Task<bool> CountFailure(Person person, DateTime now, CancellationToken ct) => db.InTransactionAsync(
        async token =>
        {
            var until = now + Person.LockOut;
            var mine = db.Users.Where(p => p.Id == person.Id);
            await mine.ExecuteUpdateAsync(p => p.SetProperty(x => x.FailedSignIns, x => x.FailedSignIns + 1), token);
            var locked = await mine.Where(p => p.FailedSignIns >= Person.MostFailedSignIns)
                .ExecuteUpdateAsync(p => p.SetProperty(x => x.FailedSignIns, 0).SetProperty(x => x.LockedUntil, until), token);
            if (locked == 0) return false;
            db.Add(OutboundMail.To(person.Id, MailKind.LockOut, now));
            await db.SaveChangesAsync(token);
            return true;
        },
        commit: null,
        ct);

    private static NotSignedInException Failed() => new("auth.failed", "The e-mail address and the password do not go together.");
}

/// <summary>Sign-ins on devices, each with a number that every refresh moves on.</summary>
internal sealed class Sessions(LearningDb db, SignInManager<Person> signIn)
{
    public const string SessionClaim = "sid";
    public const string NumberClaim = "sno";

    /// <summary>As long as a refresh token of the bearer-token handler is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    // A client whose answer was lost may try its refresh again; later the old token is taken for a stolen one.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    public async Task<ClaimsPrincipal> Begin(Person person, DateTime now, CancellationToken ct)
    {
        var session = new SignInSession { Id = NewId.At(now), PersonId = person.Id, Number = 1, RefreshedAt = now, ExpiresAt = now
            + Lifetime };
        db.Add(session);
        await db.SaveChangesAsync(ct);
        return await Principal(person, session);
    }

    /// <summary>Moves a session on; null when the token was used before, which ends the session for whoever holds it.</summary>
    public async Task<ClaimsPrincipal?> Continue(Person person, ClaimsPrincipal old, DateTime now, CancellationToken ct)
    {
        if (!Guid.TryParse(old.FindFirstValue(SessionClaim), out var id)
            || !int.TryParse(old.FindFirstValue(NumberClaim), CultureInfo.InvariantCulture, out var number)
            || await db.Sessions.SingleOrDefaultAsync(s => s.Id == id && s.PersonId == person.Id, ct) is not { } session) return null;
        if (number == session.Number)
        {
            session.Number++;
            session.RefreshedAt = now;
            session.ExpiresAt = now + Lifetime;
            await db.SaveChangesAsync(ct);
            return await Principal(person, session);
        }

        if (number == session.Number - 1 && (now - session.RefreshedAt).Duration() <= Grace) return await Principal(person, session);
        db.Remove(session);
        await db.SaveChangesAsync(ct);
        return null;
    }

    private async Task<ClaimsPrincipal> Principal(Person person, SignInSession session)
    {
        var principal = await signIn.CreateUserPrincipalAsync(person);
        var identity = (ClaimsIdentity)principal.Identity!;
        identity.AddClaim(new(SessionClaim, session.Id.ToString()));
        identity.AddClaim(new(NumberClaim, session.Number.ToString(CultureInfo.InvariantCulture)));
        return principal;
    }
}
