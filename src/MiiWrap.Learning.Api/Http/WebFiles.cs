using MiiWrap.Learning.Api.Configuration;

namespace MiiWrap.Learning.Api.Http;

/// <summary>The front end that ships with the program: the files of <c>wwwroot</c>, for everybody.</summary>
internal static class WebFiles
{
    private const string StartPage = "index.html";

    // Nothing of another origin, and nothing inline. Pictures that were fetched with a token are shown as blobs.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; form-action 'none'; "
        + "frame-ancestors 'none'; base-uri 'none'";

    public static void UseWebFiles(this WebApplication app, Settings settings)
    {
        if (!settings.WebEnabled) return;
        app.UseWhen(
            context => context.GetEndpoint() is null,
            files => files.UseResponseCompression()
                .UseStaticFiles(new StaticFileOptions { OnPrepareResponse = file => Describe(file.Context.Response) }));
    }

    /// <summary>The page that loads all else; it stands at the program's own address.</summary>
    public static IResult ShowStartPage(HttpContext http)
    {
        var file = http.RequestServices.GetRequiredService<IWebHostEnvironment>().WebRootFileProvider.GetFileInfo(StartPage);
        return http.Tagged(ETags.Of(file.Length, file.LastModified.UtcTicks), () =>
        {
            Describe(http.Response);
            return TypedResults.Stream(file.CreateReadStream(), "text/html; charset=utf-8");
        });
    }

    private static void Describe(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        // A new release shows at the next look; a tag makes that look cheap.
        response.Headers.CacheControl = "no-cache";
    }
}
