using MediatR;
using Microsoft.AspNetCore.Mvc;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Fidelity;

internal static class FidelityRoutes
{
    private const string Yaml = "application/yaml";

    public static void MapFidelity(this IEndpointRouteBuilder app)
    {
        var instruments = app.MapGroup("/v1/fidelity/instruments").WithTags("Fidelity").ForEveryFrontEnd();

        instruments.MapGet("/", async ([AsParameters] ListInstruments request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListInstruments>().OpenTo(Scopes.CurriculumRead).Listed();

        instruments
            .MapGet("/{code}", async ([AsParameters] GetInstrument request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var form = await mediator.Send(request, ct);
                return http.Tagged(form, ETags.Of(form.Version, form.ContentHash));
            })
            .Named<GetInstrument>().OpenTo(Scopes.CurriculumRead).Tagged<InstrumentForm>().NotFound("instrument.notFound").Invalid();

        instruments
            .MapGet("/{code}/versions", async ([AsParameters] ListInstrumentVersions request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListInstrumentVersions>().OpenTo(Scopes.CurriculumRead).Listed().NotFound("instrument.notFound");

        instruments.MapPost("/{code}/versions", async (string code, HttpRequest http, IMediator mediator, CancellationToken ct) =>
            {
                var yaml = await RequestBodyReader.ReadAsync(http, ContentFiles.LargestText, ct);
                var version = await mediator.Send(new PublishInstrument(code, yaml), ct);
                return version.IsNew
                    ? Results.Created($"/v1/fidelity/instruments/{code}?version={version.Version}", version)
                    : TypedResults.Ok(version);
            })
            .Named<PublishInstrument>().ForFrontEnds(FrontEndScopes.Program)
            .Accepts<Stream>(Yaml).WithMetadata(new RequestSizeLimitAttribute(ContentFiles.LargestText)).Retryable()
            .Produces<PublishedVersion>(200).Produces<PublishedVersion>(201).NotFound("instrument.notFound").Forbidden()
            .ProducesProblem(400)
            .Produces<FaultyContent>(422, "application/problem+json").Codes("content.faulty", "instrument.licensed");

        instruments.MapGet("/{code}/versions/{version:int}/export",
            async ([AsParameters] ExportInstrument request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var file = await mediator.Send(request, ct);
                return http.Tagged(ETags.Of("instrument", file.ContentHash),
                    () => TypedResults.File(file.Yaml, Yaml, $"{request.Code}-{request.Version}.yml"));
            })
            .Named<ExportInstrument>().OpenTo(Scopes.CurriculumRead).TaggedFile<Stream>(Yaml).NotFound("instrument.notFound");

        instruments.MapGet("/{code}/versions/{from:int}/diff/{to:int}",
            async ([AsParameters] CompareInstruments request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var diff = await mediator.Send(request, ct);
                return http.Tagged(diff, ETags.Of("diff", diff.FromHash, diff.ToHash, diff.From, diff.To));
            })
            .Named<CompareInstruments>().OpenTo(Scopes.CurriculumRead).Tagged<InstrumentDiff>().NotFound("instrument.notFound");
    }
}
