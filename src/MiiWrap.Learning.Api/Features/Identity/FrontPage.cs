using Microsoft.AspNetCore.Http.HttpResults;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Mail;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// What stands at the program's own address: the front end that ships with it, or, where that is turned off, where people study.
/// </summary>
internal static class FrontPage
{
    public static void MapFrontPage(this IEndpointRouteBuilder app) =>
        app.MapGet("/", Show).WithName("ShowFrontPage").WithTags("Front page")
            .WithSummary(
                "The page at the program's own address: the front end that ships with it, or, where that is turned off, where people study.")
            .AllowAnonymous().TaggedFile<string>("text/html");

    private static IResult Show(Settings settings, HttpContext http) =>
        settings.WebEnabled ? WebFiles.ShowStartPage(http) : ShowWhereToGo(settings, http);

    private static ContentHttpResult ShowWhereToGo(Settings settings, HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
        var where = settings.FrontEndUrl == settings.PublicBaseUrl
            ? "<p>Sign in with the app or page that your programme has told you of, with your e-mail address and your password.</p>"
            : $"<p><a class=\"button\" href=\"{HtmlLayout.Encode(settings.FrontEndUrl.ToString())}\">Sign in</a></p>";
        return TypedResults.Content(HtmlLayout.Render("MiiWrap Learning", $"""
            <p>Units to work through at your own pace, and short check-ins on how they fit your work.</p>
            {where}
            """, "This program serves front ends: their authors begin at /swagger."), "text/html; charset=utf-8");
    }
}
