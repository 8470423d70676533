using System.Net.Http.Headers;
using MiiWrap.Learning.Api.Access;

namespace MiiWrap.Learning.Api.Http;

/// <summary>
/// What bounds the authorization server's addresses: OpenIddict answers some of them before any route is asked, and reads forms as if each
/// could be read.
/// </summary>
internal static class AuthorizationServerBounds
{
    private const string TokenPath = "/connect/token";

    public static void UseAuthorizationServerBounds(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (AuthorizationServerSchemes.IsItsOwn(context.Request.Path))
        {
            var limits = context.RequestServices.GetRequiredService<RateLimits>();
            limits.CheckAddress(context);
            if (context.Request.HasFormContentType) CheckForm(context, limits, await context.ReadForm());
        }

        await next(context);
    });

    /// <summary>Whoever shows a secret is counted as somebody who signs in; a front end, which has none, by its address alone.</summary>
    private static void CheckForm(HttpContext context, RateLimits limits, IFormCollection form)
    {
        if (!context.Request.Path.Equals(TokenPath, StringComparison.OrdinalIgnoreCase)) return;
        var isBasic = AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization.ToString(), out var header)
            && header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase);
        // Of HTTP Basic the address is counted: whom the header names is for OpenIddict to read.
        if (isBasic || form.ContainsKey("client_secret")) limits.CheckSignIn(context, form["client_id"].ToString());
    }
}
