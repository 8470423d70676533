using System.Security.Claims;
using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
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
/// <param name="DeviceToken" example="CfDJ8...">
/// The deviceToken of an earlier sign-in on this device, if there is one: with it the right password gets in, however many wrong ones
/// others have tried.
/// </param>
public sealed record SignIn(
    string Email, [property: JsonConverter(typeof(TextAsSent))] string Password, string? DeviceToken = null) : ICommand<SignedIn>;

/// <summary>Somebody who has signed in.</summary>
/// <param name="Principal">Whom the tokens are to name.</param>
/// <param name="EndsAt">When the sign-in ends, however often it is refreshed.</param>
/// <param name="DeviceToken">By this the device is known at the next sign-in.</param>
public sealed record SignedIn(ClaimsPrincipal Principal, DateTime EndsAt, string DeviceToken);

internal sealed class SignInValidator : AbstractValidator<SignIn>
{
    // More than a prepared password has: the same one may be typed in more characters.
    public const int LongestTyped = 4 * PasswordRules.Longest;

    public SignInValidator()
    {
        RuleFor(x => x.Email).NotEmpty().MaximumLength(256);
        RuleFor(x => x.Password).NotEmpty().MaximumLength(LongestTyped);
        RuleFor(x => x.DeviceToken).MaximumLength(DeviceTokens.Longest);
    }
}

internal sealed class SignInHandler(
    LearningDb db, UserManager<Person> people, IPasswordHasher<Person> hasher, Sessions sessions, SignInThrottle throttle,
    DeviceTokens devices, SecurityLog log, TimeProvider clock) : IRequestHandler<SignIn, SignedIn>
{
    // Verified when there is no such person or no password yet, so that an unknown address costs as much time as a wrong password.
    private static readonly Person Nobody = new();
    private static string? dummyHash;

    // A mail for every guess would be a second attack.
    private static readonly TimeSpan WarnedEvery = TimeSpan.FromDays(1);

    public async Task<SignedIn> Handle(SignIn request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var email = request.Email.Trim();
        var account = people.NormalizeEmail(email)!;
        var person = await people.FindByEmailAsync(email);
        var device = devices.Read(request.DeviceToken) is { } sent && sent.PersonId == person?.Id ? sent : null;
        var counters = device is null ? throttle.OfElsewhere(account, person?.SecurityStamp) : [SignInThrottle.OfDevice(device)];
        var failures = await throttle.Read(counters, now, cancellationToken);
        if (device is not null && SignInThrottle.IsDistrusted(counters[0], failures, now))
        {
            device = null;
            counters = throttle.OfElsewhere(account, person?.SecurityStamp);
            failures = await throttle.Read(counters, now, cancellationToken);
        }

        var wait = SignInThrottle.Wait(counters, failures, now);
        // Not judged at all: the answer would tell whether the password was right. On a known device the right one always gets in.
        if (wait > TimeSpan.Zero && device is null) throw throttle.Refused(account, person?.Id, wait);
        // Who has no access is told no more than who types a wrong password.
        if (await Verify(person, request.Password, cancellationToken) && person!.Status == PersonStatus.Active)
        {
            if (failures.Any(f => f.Key == counters[0].Key)) await throttle.Forget(counters[0], cancellationToken);
            log.SignedIn(person.Id, device is not null);
            var session = await sessions.Begin(person, now, cancellationToken);
            return new(session.Claims, session.EndsAt, devices.Make(device ?? new(NewId.At(now), person.Id)));
        }

        failures = await throttle.Count(counters, now, cancellationToken);
        log.SignInFailed(account, person?.Id, device is not null);
        if (person?.PasswordHash is not null && device is null && SignInThrottle.IsGuessedAt(counters, failures))
            await QueueWarning(db, person, now, cancellationToken);
        if (wait > TimeSpan.Zero) throw throttle.Refused(account, person?.Id, wait);
        throw new NotSignedInException("auth.failed", "The e-mail address and the password do not go together.");
    }

    /// <summary>
    /// True for the person's password, which is hashed anew if the hash is weaker than today's or of an unprepared password.
    /// </summary>
    private async Task<bool> Verify(Person? person, string typed, CancellationToken ct)
    {
        var stored = person?.PasswordHash;
        var hash = stored ?? (dummyHash ??= hasher.HashPassword(Nobody, Guid.NewGuid().ToString()));
        if (!hasher.IsPassword(person ?? Nobody, hash, typed, out var isOutdated) || stored is null) return false;
        if (isOutdated)
        {
            var renewed = hasher.HashPassword(person!, PreparedPassword.Of(typed));
            // Not if another password was chosen meanwhile.
            await db.Users.Where(p => p.Id == person!.Id && p.PasswordHash == stored)
                .ExecuteUpdateAsync(p => p.SetProperty(x => x.PasswordHash, renewed), ct);
        }

        return true;
    }

    /// <summary>Tells the owner that somebody guesses, once a day.</summary>
    internal static async Task QueueWarning(LearningDb db, Person person, DateTime now, CancellationToken ct)
    {
        var since = now - WarnedEvery;
        if (await db.OutboundMails.AnyAsync(m => m.PersonId == person.Id && m.CreatedAt > since && m.Kind == MailKind.LockOut, ct)) return;
        db.Add(OutboundMail.To(person.Id, MailKind.LockOut, now));
        await db.SaveChangesAsync(ct);
    }
}
