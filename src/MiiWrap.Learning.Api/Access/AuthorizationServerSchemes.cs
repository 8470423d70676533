using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace MiiWrap.Learning.Api.Access;

/// <summary>
/// Lets the authorization server look at requests to its own addresses, and at those with one of its tokens: as a request handler it would
/// look at every one, and each read of the API would pay for that.
/// </summary>
internal sealed class AuthorizationServerSchemes(IOptions<AuthenticationOptions> options, IHttpContextAccessor http)
    : AuthenticationSchemeProvider(options)
{
    /// <summary>True for the addresses that OpenIddict answers, or prepares the answer of.</summary>
    public static bool IsItsOwn(PathString path) =>
        Paths.Any(own => path.StartsWithSegments(own, StringComparison.OrdinalIgnoreCase));

    private static readonly PathString[] Paths =
        ["/connect", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];

    /// <summary>
    /// True for one of its access tokens: four dots make five parts, an encrypted JWT. One that is signed has two, and those of the sign-in
    /// by password have none.
    /// </summary>
    public static bool HasItsToken(HttpContext http) => http.Request.Headers.Authorization.ToString().AsSpan().Count('.') == 4;

    public override Task<IEnumerable<AuthenticationScheme>> GetRequestHandlerSchemesAsync() =>
        http.HttpContext is { } context && (IsItsOwn(context.Request.Path) || HasItsToken(context))
            ? base.GetRequestHandlerSchemesAsync() : Task.FromResult(Enumerable.Empty<AuthenticationScheme>());
}
