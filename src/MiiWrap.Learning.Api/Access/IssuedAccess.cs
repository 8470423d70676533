using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using OpenIddict.Abstractions;

namespace MiiWrap.Learning.Api.Access;

/// <summary>What was given out to a person: the links that were mailed to them, and their sign-ins.</summary>
internal sealed class IssuedAccess(LearningDb db, CallerCache people, SignInCache signIns)
{
    private static readonly string StampClaim = new ClaimsIdentityOptions().SecurityStampClaimType;

    /// <summary>Whom one of the program's own tokens names: a person, or a client.</summary>
    public static Guid? SubjectOf(ClaimsPrincipal token)
    {
        var subject = token.FindFirstValue(ClaimTypes.NameIdentifier) ?? token.FindFirstValue(OpenIddictConstants.Claims.Subject);
        return Guid.TryParse(subject, out var id) ? id : null;
    }

    /// <summary>
    /// Whom one of the program's own tokens or cookies names; null when they have no access any more, or have signed out everywhere since,
    /// or its sign-in has ended.
    /// </summary>
    public async ValueTask<CachedPerson?> FindPersonAsync(ClaimsPrincipal token, CancellationToken ct)
    {
        if (SubjectOf(token) is not { } id || await people.Find(db, id, ct) is not { HasAccess: true } person
            || person.SecurityStamp != token.FindFirstValue(StampClaim)) return null;
        return SignInCache.Of(token) is not { } session || await signIns.GoesOn(db, session, ct) ? person : null;
    }

    /// <summary>Ends all of it in one save with what is the reason, and on this node at once.</summary>
    /// <param name="keep">A sign-in that goes on.</param>
    public async Task EndAsync(Guid personId, Guid? keep, DateTime now, CancellationToken ct)
    {
        foreach (var open in await db.AccountTokens.Where(t => t.PersonId == personId && t.UsedAt == null).ToListAsync(ct)) open.Use(now);
        var ended = await db.Sessions.Where(s => s.PersonId == personId && s.Id != keep).ToListAsync(ct);
        db.RemoveRange(ended);
        await db.SaveChangesAsync(ct);
        people.Forget(personId);
        foreach (var session in ended) signIns.Forget(session.Id);
    }
}
