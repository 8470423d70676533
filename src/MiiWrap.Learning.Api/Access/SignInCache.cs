using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;

namespace MiiWrap.Learning.Api.Access;

/// <summary>
/// Sign-ins that go on, as of a few seconds ago, so that checking a token costs no query each time: where one was ended, on whatever node,
/// its access tokens end as soon.
/// </summary>
internal sealed class SignInCache(TimeProvider clock) : IHoldsRows
{
    /// <summary>Names the sign-in of a token.</summary>
    public const string Claim = "sid";

    private const int Most = 20_000;
    private readonly BoundedCache<Guid, bool> known = new(Most, CallerCache.Fresh, clock);

    /// <summary>The sign-in that a token belongs to; null for one of another provider, and one from before they were told apart.</summary>
    public static Guid? Of(ClaimsPrincipal token) => Guid.TryParse(token.FindFirstValue(Claim), out var id) ? id : null;

    public void Clear() => known.Clear();

    public void Forget(Guid sessionId) => known.Remove(sessionId);

    public ValueTask<bool> GoesOn(LearningDb db, Guid sessionId, CancellationToken ct) =>
        known.TryGet(sessionId, out var goesOn) ? new(goesOn) : Read(db, sessionId, ct);

    private async ValueTask<bool> Read(LearningDb db, Guid sessionId, CancellationToken ct)
    {
        var readAt = known.Now();
        var goesOn = await db.Sessions.AnyAsync(s => s.Id == sessionId, ct);
        known.Set(sessionId, goesOn, readAt);
        return goesOn;
    }
}
