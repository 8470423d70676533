using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data.Entities;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace MiiWrap.Learning.Api.Features.Identity.FrontEnds;

internal static class ConsentQueries
{
    /// <summary>By which a person lets front ends act for them; what they took back, and chains of tokens, are no such consents.</summary>
    public static IQueryable<FrontEndConsent> StandingOf(this IQueryable<FrontEndConsent> consents, Guid personId)
    {
        var subject = personId.ToString();
        return consents.Where(c => c.Subject == subject && c.Status == Statuses.Valid && c.Type == AuthorizationTypes.Permanent);
    }

    /// <summary>All that a person lets a front end do that has not ended.</summary>
    public static async Task<HashSet<string>> GrantedTo(
        this IQueryable<FrontEndConsent> consents, Guid clientId, Guid personId, CancellationToken ct)
    {
        var lists = await consents.StandingOf(personId).Where(c => c.Application!.Id == clientId && c.Application.EndedAt == null)
            .Select(c => c.Scopes).ToListAsync(ct);
        return [.. lists.SelectMany(FrontEndConsent.ScopesOf)];
    }

    /// <summary>
    /// Whether these scopes were allowed: whoever may do anything may know who it is, and nothing is told of somebody who has allowed
    /// nothing (OpenID Connect Core, 3.1.2.4).
    /// </summary>
    public static bool Cover(this HashSet<string> granted, IEnumerable<string> scopes) =>
        granted.Count > 0 && scopes.Where(FrontEndScopes.All.Contains).All(granted.Contains);
}
