using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>Whom a sign-in's tokens name, and when the sign-in ends however often it is refreshed.</summary>
public sealed record SessionPrincipal(ClaimsPrincipal Claims, DateTime EndsAt);

/// <summary>Sign-ins on devices, each with a number that every refresh moves on.</summary>
internal sealed class Sessions(
    LearningDb db, SignInManager<Person> signIn, IHttpContextAccessor http, SignInCache known, SecurityLog log)
{
    public const string NumberClaim = "sno";

    /// <summary>How long an access token is good.</summary>
    public static readonly TimeSpan AccessLifetime = TimeSpan.FromMinutes(15);

    /// <summary>How long a refresh token is good.</summary>
    public static readonly TimeSpan RefreshLifetime = TimeSpan.FromDays(14);

    /// <summary>After so long the password is asked for again.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    // A client whose answer was lost may try its refresh again; later the old token is taken for a stolen one.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    public async Task<SessionPrincipal> Begin(Person person, DateTime now, CancellationToken ct)
    {
        var session = new SignInSession
        {
            Id = NewId.At(now),
            PersonId = person.Id,
            Number = 1,
            SignedInAt = now,
            RefreshedAt = now,
            ExpiresAt = now + RefreshLifetime,
            Device = DeviceName.Of(http.HttpContext?.Request.Headers.UserAgent.ToString()),
        };
        db.Add(session);
        await db.SaveChangesAsync(ct);
        return await Principal(person, session);
    }

    /// <summary>Moves a session on; null when the token was used before, which ends the session for whoever holds it.</summary>
    public async Task<SessionPrincipal?> Continue(Person person, ClaimsPrincipal old, DateTime now, CancellationToken ct)
    {
        if (SignInCache.Of(old) is not { } id
            || !int.TryParse(old.FindFirstValue(NumberClaim), CultureInfo.InvariantCulture, out var number)
            || await db.Sessions.SingleOrDefaultAsync(s => s.Id == id && s.PersonId == person.Id, ct) is not { } session
            || EndOf(session) <= now) return null;
        if (number == session.Number)
        {
            // A sign-in from before this was noted begins with its first refresh after that.
            session.SignedInAt ??= session.RefreshedAt;
            session.Number++;
            session.RefreshedAt = now;
            session.ExpiresAt = Min(now + RefreshLifetime, EndOf(session));
            await db.SaveChangesAsync(ct);
            return await Principal(person, session);
        }

        if (number == session.Number - 1 && (now - session.RefreshedAt).Duration() <= Grace) return await Principal(person, session);
        db.Remove(session);
        await db.SaveChangesAsync(ct);
        known.Forget(session.Id);
        log.RefreshReused(person.Id);
        return null;
    }

    private static DateTime EndOf(SignInSession session) => (session.SignedInAt ?? session.RefreshedAt) + Longest;

    private static DateTime Min(DateTime one, DateTime other) => one < other ? one : other;

    private async Task<SessionPrincipal> Principal(Person person, SignInSession session)
    {
        var principal = await signIn.CreateUserPrincipalAsync(person);
        var identity = (ClaimsIdentity)principal.Identity!;
        identity.AddClaim(new(SignInCache.Claim, session.Id.ToString()));
        identity.AddClaim(new(NumberClaim, session.Number.ToString(CultureInfo.InvariantCulture)));
        return new(principal, EndOf(session));
    }
}
