using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MiiWrap.Learning.Api.Data;
using OpenIddict.Abstractions;

namespace MiiWrap.Learning.Api.Access;

/// <summary>What a client may be allowed; each opens the routes that are marked with it, and everything else stays closed.</summary>
internal static class Scopes
{
    public const string CurriculumRead = "curriculum:read";
    public const string ProgressRead = "progress:read";
    public const string EnrolmentsWrite = "enrolments:write";
    public const string EventsRead = "events:read";
    public const string PeopleRead = "people:read";
    public const string CoachingRead = "coaching:read";
    public const string IndicatorsWrite = "indicators:write";
    public const string ImplementationRead = "implementation:read";
    public const string CredentialsRead = "credentials:read";

    public static readonly IReadOnlyList<string> All =
    [
        CurriculumRead, ProgressRead, EnrolmentsWrite, EventsRead, PeopleRead, CoachingRead, IndicatorsWrite, ImplementationRead,
        CredentialsRead,
    ];
}

/// <summary>Marks a route that clients with any of these scopes may use.</summary>
internal sealed record OpenToClients(IReadOnlyList<string> Scopes);

/// <summary>The client that sends the present request, with the scopes of its token.</summary>
/// <param name="AgencyId">The agency whose learners alone it sees; null for a client of the programme.</param>
internal sealed record CallingClient(Guid Id, Guid? AgencyId, IReadOnlyList<string> Scopes);

/// <summary>Clients that may still be here, as of a few seconds ago; an end on this node counts at once.</summary>
internal sealed class ApiClientCache(TimeProvider clock) : IHoldsRows
{
    private const int Most = 1_000;
    private readonly BoundedCache<Guid, Guid?> known = new(Most, CallerCache.Fresh, clock);

    public void Clear() => known.Clear();

    public void Forget(Guid clientId) => known.Remove(clientId);

    public async ValueTask<CallingClient?> Find(LearningDb db, ClaimsPrincipal token, CancellationToken ct)
    {
        if (IssuedAccess.SubjectOf(token) is not { } id) return null;
        IReadOnlyList<string> scopes = token.FindFirstValue(ClientTokens.ScopeClaim)?.Split(' ') ?? [.. token.GetScopes()];
        if (known.TryGet(id, out var agencyId)) return new(id, agencyId, scopes);
        var readAt = known.Now();
        var found = await db.Clients.Where(c => c.Id == id && c.EndedAt == null).Select(c => new { c.AgencyId }).SingleOrDefaultAsync(ct);
        if (found is null)
        {
            Forget(id);
            return null;
        }

        known.Set(id, found.AgencyId, readAt);
        return new(id, found.AgencyId, scopes);
    }
}

/// <summary>Access tokens of clients, sealed with the same keys as those of people.</summary>
internal sealed class ClientTokens(IOptionsMonitor<BearerTokenOptions> options, TimeProvider clock)
{
    /// <summary>What an identity of a client calls itself.</summary>
    public const string AuthenticationType = "Client";

    public const string ScopeClaim = "scope";
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>
    /// True when a client acts for itself: by a token of these, or by one of the authorization server that names nobody's sign-in. Other
    /// providers have clients of their own.
    /// </summary>
    public static bool IsOfClient(ClaimsPrincipal token) => token.Identity?.AuthenticationType switch
    {
        AuthenticationType => true,
        OidcAuthentication.AuthenticationType => false,
        _ => token.HasClaim(c => c.Type == OpenIddictConstants.Claims.ClientId) && SignInCache.Of(token) is null,
    };

    public string Make(Guid clientId, string scopes)
    {
        var now = clock.GetUtcNow();
        var identity = new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, clientId.ToString()), new(ScopeClaim, scopes)], AuthenticationType);
        var properties = new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now + Lifetime };
        return options.Get(IdentityConstants.BearerScheme).BearerTokenProtector
            .Protect(new(new ClaimsPrincipal(identity), properties, $"{IdentityConstants.BearerScheme}:AccessToken"));
    }
}
