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
            if (context.Request.HasFormContentType) CheckForm(context, limits, await ReadForm(context));
        }

        await next(context);
    });

    /// <summary>The form of a page of ours.</summary>
    public static Task<IFormCollection> ReadPageForm(this HttpContext context) => context.Request.HasFormContentType
        ? ReadForm(context)
        : throw new BadHttpRequestException("This address takes the form of its own page.", StatusCodes.Status415UnsupportedMediaType);

    /// <summary>Whoever shows a secret is counted as somebody who signs in; a front end, which has none, by its address alone.</summary>
    private static void CheckForm(HttpContext context, RateLimits limits, IFormCollection form)
    {
        if (!context.Request.Path.Equals(TokenPath, StringComparison.OrdinalIgnoreCase)) return;
        var isBasic = AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization.ToString(), out var header)
            && header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase);
        // Of HTTP Basic the address is counted: whom the header names is for OpenIddict to read.
        if (isBasic || form.ContainsKey("client_secret")) limits.CheckSignIn(context, form["client_id"].ToString());
    }

    private static async Task<IFormCollection> ReadForm(HttpContext context)
    {
        try
        {
            return await context.Request.ReadFormAsync(context.RequestAborted);
        }
        // Too many fields, a charset that nobody reads, half of a boundary.
        catch (Exception e) when (e is InvalidDataException or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            throw new BadHttpRequestException("The form cannot be read.", StatusCodes.Status400BadRequest, e);
        }
    }
}
