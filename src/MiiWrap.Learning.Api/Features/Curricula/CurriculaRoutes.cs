using MediatR;
using Microsoft.AspNetCore.Mvc;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Curricula;

internal static class CurriculaRoutes
{
    /// <summary>A bundle may be larger than other bodies.</summary>
    public const int LargestBundle = 20 * 1024 * 1024;

    private const string Zip = "application/zip";
    private const string HtmlType = "text/html";
    private const string Html = HtmlType + "; charset=utf-8";

    public static void MapCurricula(this IEndpointRouteBuilder app)
    {
        var curricula = app.MapGroup("/v1/curricula").WithTags("Curriculum").ForEveryFrontEnd();

        curricula.MapGet("/", async ([AsParameters] ListCurricula request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListCurricula>().OpenTo(Scopes.CurriculumRead).Listed();

        curricula
            .MapGet("/{slug}", async ([AsParameters] GetCurriculum request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var overview = await mediator.Send(request, ct);
                return http.Tagged(overview, ETags.Of(overview.Version, overview.ContentHash));
            })
            .Named<GetCurriculum>().OpenTo(Scopes.CurriculumRead).Tagged<CurriculumOverview>().NotFound("curriculum.notFound").Invalid();

        curricula
            .MapGet("/{slug}/syllabus", async (
                [AsParameters] PrintSyllabus request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var syllabus = await mediator.Send(request, ct);
                http.KeepToText();
                return http.Tagged(syllabus.ETag, () => TypedResults.Content(syllabus.Html, Html));
            })
            .Named<PrintSyllabus>().OpenTo(Scopes.CurriculumRead).TaggedFile<string>(HtmlType).NotFound("curriculum.notFound").Invalid();

        curricula.MapGet("/{slug}/versions", async ([AsParameters] ListVersions request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListVersions>().OpenTo(Scopes.CurriculumRead).Listed().NotFound("curriculum.notFound");

        curricula.MapPost("/{slug}/versions", async (string slug, HttpRequest http, IMediator mediator, CancellationToken ct) =>
            {
                var version = await mediator.Send(new PublishVersion(slug, await RequestBodyReader.ReadAsync(http, LargestBundle, ct)), ct);
                return version.IsNew
                    ? Results.Created($"/v1/curricula/{slug}?version={version.Version}", version)
                    : TypedResults.Ok(version);
            })
            .Named<PublishVersion>().ForFrontEnds(FrontEndScopes.Program)
            .Accepts<Stream>(Zip).WithMetadata(new RequestSizeLimitAttribute(LargestBundle)).TakesLong().Retryable()
            .Produces<PublishedVersion>(200).Produces<PublishedVersion>(201).NotFound("curriculum.notFound").Forbidden()
            .ProducesProblem(400)
            .Produces<FaultyContent>(422, "application/problem+json").Codes("content.faulty");

        curricula.MapGet("/{slug}/versions/{version:int}/export",
            async ([AsParameters] ExportVersion request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var bundle = await mediator.Send(request, ct);
                return http.Tagged(ETags.Of("bundle", bundle.ContentHash),
                    () => TypedResults.File(bundle.Zip, Zip, $"{request.Slug}-{request.Version}.zip"));
            })
            .Named<ExportVersion>().OpenTo(Scopes.CurriculumRead).TaggedFile<Stream>(Zip).NotFound("curriculum.notFound");

        curricula.MapGet("/{slug}/versions/{from:int}/diff/{to:int}",
            async ([AsParameters] CompareVersions request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var diff = await mediator.Send(request, ct);
                return http.Tagged(diff, ETags.Of("diff", diff.FromHash, diff.ToHash, diff.From, diff.To));
            })
            .Named<CompareVersions>().OpenTo(Scopes.CurriculumRead).Tagged<VersionDiff>().NotFound("curriculum.notFound");

        curricula.MapGet("/{slug}/versions/{version:int}/images/{name}",
            async ([AsParameters] GetImage request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var image = await mediator.Send(request, ct);
                // What an author sent is shown as an image or not at all.
                http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
                return http.Tagged(ETags.Of("image", request.Slug, request.Version, request.Name),
                    () => TypedResults.Bytes(image.Bytes, image.ContentType));
            })
            .Named<GetImage>().OpenTo(Scopes.CurriculumRead).TaggedFile<Stream>("image/png", "image/jpeg").NotFound("image.notFound");

        curricula.MapGet(
            "/{slug}/versions/{version:int}/materials/{material}",
            async ([AsParameters] GetMaterial request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var found = await mediator.Send(request, ct);
                var isPage = http.Wants(HtmlType);
                if (isPage) http.KeepToText();
                return http.Tagged(
                    ETags.Of("material", found.ContentHash, request.Version, found.View.Slug, isPage),
                    () => isPage ? TypedResults.Content(MaterialPage.Of(found), Html) : TypedResults.Ok(found.View));
            })
            .Named<GetMaterial>().OpenTo(Scopes.CurriculumRead).Tagged<MaterialView>().AlsoAs(HtmlType).NotFound("material.notFound");
    }

    /// <summary>The page runs nothing, loads nothing and stands in nobody's frame.</summary>
    private static void KeepToText(this HttpContext http)
    {
        const string policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
        http.Response.Headers.ContentSecurityPolicy = policy;
    }
}
