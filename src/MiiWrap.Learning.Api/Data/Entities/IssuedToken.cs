using OpenIddict.EntityFrameworkCore.Models;

namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>OpenIddict's entry of a token: what makes a code or a refresh token good once.</summary>
public sealed class IssuedToken : OpenIddictEntityFrameworkCoreToken<Guid, ApiClient, FrontEndConsent>
{
    public IssuedToken() => Id = Guid.NewGuid();
}
