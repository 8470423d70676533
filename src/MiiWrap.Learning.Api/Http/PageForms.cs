using Microsoft.AspNetCore.Antiforgery;
using MiiWrap.Learning.Api.Access;

namespace MiiWrap.Learning.Api.Http;

/// <summary>What the forms of our own pages have in common.</summary>
internal static class PageForms
{
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
