using System.Text.Json;
using OpenIddict.EntityFrameworkCore.Models;

namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>
/// OpenIddict's authorization: that somebody lets a front end act as them (a permanent one), or the chain of tokens that began with one
/// code (an ad-hoc one).
/// </summary>
public sealed class FrontEndConsent : OpenIddictEntityFrameworkCoreAuthorization<Guid, ApiClient, IssuedToken>
{
    public FrontEndConsent() => Id = Guid.NewGuid();

    /// <summary>What its column of scopes holds; one that cannot be read allows nothing.</summary>
    public static IReadOnlyList<string> ScopesOf(string? stored)
    {
        try
        {
            return stored is null ? [] : JsonSerializer.Deserialize<string[]>(stored) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
