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
}
