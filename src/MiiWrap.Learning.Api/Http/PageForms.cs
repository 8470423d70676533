using Microsoft.AspNetCore.Antiforgery;
using MiiWrap.Learning.Api.Access;

namespace MiiWrap.Learning.Api.Http;

/// <summary>What the forms of our own pages have in common.</summary>
internal static class PageForms
{
    /// <summary>The form of a page of ours.</summary>
    public static Task<IFormCollection> ReadPageForm(this HttpContext http) => http.Request.HasFormContentType
        ? http.ReadForm()
        : throw new BadHttpRequestException("This address takes the form of its own page.", StatusCodes.Status415UnsupportedMediaType);

    /// <summary>The one way to a form: what cannot be read as one is the sender's fault, whatever the framework throws.</summary>
    public static async Task<IFormCollection> ReadForm(this HttpContext http)
    {
        try
        {
#pragma warning disable RS0030 // Everybody else is to come here.
            return await http.Request.ReadFormAsync(http.RequestAborted);
#pragma warning restore RS0030
        }
        // Too many fields, a charset that nobody reads, half of a boundary, an end before its time.
        catch (Exception e) when (e is InvalidDataException or ArgumentException or NotSupportedException or InvalidOperationException
            or IOException and not BadHttpRequestException)
        {
            throw new BadHttpRequestException("The form cannot be read.", StatusCodes.Status400BadRequest, e);
        }
    }

    /// <summary>The hidden field by which a form is known to come from our page.</summary>
    public static string ForgeryField(this IAntiforgery forgery, HttpContext http)
    {
        var tokens = forgery.GetAndStoreTokens(http);
        return $"<input type=\"hidden\" name=\"{tokens.FormFieldName}\" value=\"{tokens.RequestToken}\">";
    }

    /// <summary>Keeps in a cookie of these pages by what the device is known at its next sign-in.</summary>
    public static void KeepDevice(this HttpContext http, string cookie, string path, string deviceToken) =>
        http.Response.Cookies.Append(cookie, deviceToken, new()
        {
            Path = path,
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = http.Request.IsHttps,
            MaxAge = DeviceTokens.Lifetime,
        });

    /// <summary>The device that this browser was known by; null when it was not, or holds what can be none.</summary>
    public static string? DeviceOf(this HttpContext http, string cookie) =>
        http.Request.Cookies[cookie] is { Length: <= DeviceTokens.Longest } device ? device : null;
}
