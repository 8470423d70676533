using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace MiiWrap.Learning.Api.Features.Identity.FrontEnds;

/// <summary>
/// Sign-ins through front ends: rows beside those by password, so that whatever ends a sign-in ends these too, with their access tokens and
/// streams.
/// </summary>
internal sealed class FrontEndSignIns(LearningDb db, SignInCache known, SecurityLog log)
{
    private static readonly string StampClaim = new ClaimsIdentityOptions().SecurityStampClaimType;

    /// <summary>What a code, and every token that follows from it, says of its person.</summary>
    /// <param name="signedInAt">When the password was given.</param>
    public static ClaimsPrincipal Principal(Guid personId, string stamp, DateTime signedInAt, IEnumerable<string> scopes, DateTime now)
    {
        var identity = new ClaimsIdentity(TokenValidationParameters.DefaultAuthenticationType, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, personId.ToString()).SetClaim(SignInCache.Claim, NewId.At(now).ToString())
            .SetClaim(StampClaim, stamp).SetClaim(Claims.AuthenticationTime, new DateTimeOffset(signedInAt).ToUnixTimeSeconds());
        identity.SetScopes(scopes);
        identity.SetDestinations(claim => claim.Type is Claims.Subject or Claims.AuthenticationTime
            ? [Destinations.AccessToken, Destinations.IdentityToken]
            : [Destinations.AccessToken]);
        return new(identity);
    }

    public Task<IssuedToken?> FindToken(Guid id, CancellationToken ct) =>
        db.IssuedTokens.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, ct);

    /// <summary>
    /// Begins the sign-in of a code, or goes on with that of a refresh token, and bounds what it is given to its end; false when it has
    /// ended, or its person lets the front end act for them no more.
    /// </summary>
    public async Task<bool> Continue(ClaimsPrincipal principal, Guid clientId, bool isCode, DateTime now, CancellationToken ct)
    {
        if (!Guid.TryParse(principal.GetClaim(Claims.Subject), out var personId) || SignInCache.Of(principal) is not { } id
            || await db.Users.AsNoTracking().SingleOrDefaultAsync(p => p.Id == personId, ct) is not { Status: PersonStatus.Active } person
            || person.SecurityStamp != principal.GetClaim(StampClaim)) return false;
        var signedInAt = DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(principal.GetClaim(Claims.AuthenticationTime)!, CultureInfo.InvariantCulture)).UtcDateTime;
        var endsAt = signedInAt + Sessions.Longest;
        if (endsAt <= now) return false;
        var expiresAt = now + Sessions.RefreshLifetime < endsAt ? now + Sessions.RefreshLifetime : endsAt;
        if (isCode)
        {
            if (!await Begin(principal, id, personId, clientId, signedInAt, expiresAt, now, ct)) return false;
        }
        // The row of the sign-in is the guard: whoever takes the consent back deletes it.
        else if (!(await db.Consents.GrantedTo(clientId, personId, ct)).Cover(principal.GetScopes())
            || await db.Sessions.Where(s => s.Id == id && s.PersonId == personId).ExecuteUpdateAsync(
                s => s.SetProperty(x => x.RefreshedAt, now).SetProperty(x => x.ExpiresAt, expiresAt), ct) == 0)
        {
            return false;
        }

        principal.SetRefreshTokenLifetime(expiresAt - now);
        if (endsAt - now is var rest && rest < Sessions.AccessLifetime) principal.SetAccessTokenLifetime(rest);
        return true;
    }

    /// <summary>A code or a refresh token came again: its sign-in ends for whoever holds it.</summary>
    public async Task EndReused(ClaimsPrincipal principal, CancellationToken ct)
    {
        if (await End(principal, ct) && Guid.TryParse(principal.GetClaim(Claims.Subject), out var person)) log.RefreshReused(person);
    }

    public async Task<bool> End(ClaimsPrincipal principal, CancellationToken ct)
    {
        if (SignInCache.Of(principal) is not { } id) return false;
        var ended = await db.Sessions.Where(s => s.Id == id).ExecuteDeleteAsync(ct) > 0;
        known.Forget(id);
        return ended;
    }

    // The key of the row is the guard: of two exchanges of one code at once the second finds it taken, and ends it. With the taking back of
    // the consent it meets on the consent's row, once the sign-in is there: either that was first and is seen, or it ends the sign-in.
    private async Task<bool> Begin(
        ClaimsPrincipal principal, Guid id, Guid personId, Guid clientId, DateTime signedInAt, DateTime expiresAt, DateTime now,
        CancellationToken ct)
    {
        db.Add(new SignInSession { Id = id, PersonId = personId, ClientId = clientId, Number = 1, SignedInAt = signedInAt,
            RefreshedAt = now, ExpiresAt = expiresAt });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (db.IsUniqueViolation(e))
        {
            db.ChangeTracker.Clear();
            await EndReused(principal, ct);
            return false;
        }

        // A write, since a read would not wait for one that is under way.
        await db.Consents.StandingOf(personId).Where(c => c.Application!.Id == clientId)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.Status, Statuses.Valid), ct);
        if ((await db.Consents.GrantedTo(clientId, personId, ct)).Cover(principal.GetScopes())) return true;
        await End(principal, ct);
        return false;
    }
}
