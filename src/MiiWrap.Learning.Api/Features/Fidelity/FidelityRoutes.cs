using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Fidelity;

internal static class FidelityRoutes
{
    private const string Yaml = "application/yaml";
    private const string NotYours = "fidelity.notYours";
    private const string Unknown = "fidelity.notFound";

    /// <summary>Fields with somebody's words.</summary>
    private static readonly string[] Words = ["notes", "amendReason", "voidReason", "reply"];

    public static IServiceCollection AddFidelity(this IServiceCollection services) =>
        services.AddScoped<FidelityReviewAccess>().AddScoped<FidelityReviewViews>()
            .AddScoped<RatedPairs>().AddScoped<AbandonedPairs>().AddScoped<RaterCalibrations>().AddScoped<RaterViews>();

    public static void MapFidelity(this IEndpointRouteBuilder app)
    {
        MapInstruments(app);
        MapReviews(app.MapGroup("/v1/fidelity/reviews").WithTags("Fidelity").ForFrontEnds(FrontEndScopes.Learning, FrontEndScopes.Teaching));
        MapAgreement(app.MapGroup("/v1/fidelity").WithTags("Fidelity").ForFrontEnds(FrontEndScopes.Teaching, FrontEndScopes.Program));
        MapAgencies(app.MapGroup("/v1/agencies/{agencyId:guid}").WithTags("Fidelity").ForFrontEnds(FrontEndScopes.Teaching));
        MapRaters(app.MapGroup("/v1/agencies/{agencyId:guid}/raters").WithTags("Fidelity").ForFrontEnds(FrontEndScopes.Program));
        MapTrend(app);
    }

    private static void MapReviews(RouteGroupBuilder reviews)
    {
        reviews.MapPost("/", async (BeginFidelityReview request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                http.Created(await mediator.Send(request, ct)))
            .Named<BeginFidelityReview>().Retryable().NotFound("person.notFound").Forbidden("rater.notAllowed")
            .Invalid("instrument.unknown", "session.unknown");

        reviews.MapGet("/", async ([AsParameters] ListFidelityReviews request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListFidelityReviews>().Listed().Invalid();

        reviews.MapGet("/{reviewId:guid}",
                async ([AsParameters] GetFidelityReview request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                {
                    var found = await mediator.Send(request, ct);
                    return http.Tagged(found, found.Etag);
                })
            .Named<GetFidelityReview>().Tagged<FidelityReviewView>().NotFound(Unknown);

        reviews.MapPut("/{reviewId:guid}",
                async (Guid reviewId, SaveFidelityReview request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.WithTag(await mediator.Send(
                        request with { ReviewId = reviewId, Precondition = http.Request.Precondition() }, ct)))
            .Named<SaveFidelityReview>().NeedsPrecondition(FidelityReviewViews.Stale).NotFound(Unknown).Forbidden(NotYours)
            .Conflict("fidelity.locked", "fidelity.purged").Invalid().Gated();

        reviews.MapPost("/{reviewId:guid}/submit",
                async ([AsParameters] SubmitFidelityReview request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.WithTag(await mediator.Send(request, ct)))
            .Named<SubmitFidelityReview>().Retryable().ShowsSecret(Words).NotFound(Unknown).Forbidden(NotYours)
            .Conflict("fidelity.locked", "fidelity.state").Invalid("fidelity.required");

        reviews.MapPost("/{reviewId:guid}/reply",
                async (Guid reviewId, ReplyToFidelityReview request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                {
                    var replied = await mediator.Send(request with { ReviewId = reviewId }, ct);
                    return http.CreatedWithTag($"/v1/fidelity/reviews/{reviewId}", replied);
                })
            .Named<ReplyToFidelityReview>().Retryable().NotFound(Unknown).Forbidden(NotYours)
            .Conflict("fidelity.reply.given", "fidelity.purged").Invalid().Gated();

        reviews.MapPost("/{reviewId:guid}/amend",
                async (Guid reviewId, AmendFidelityReview request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.Created(await mediator.Send(request with { ReviewId = reviewId }, ct)))
            .Named<AmendFidelityReview>().Retryable().ShowsSecret(Words).NotFound(Unknown).Forbidden(NotYours)
            .Conflict("fidelity.state", "fidelity.amend.late", "fidelity.amending").Invalid().GatedReason();

        reviews.MapPost("/{reviewId:guid}/void",
                async (Guid reviewId, VoidFidelityReview request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.WithTag(await mediator.Send(request with { ReviewId = reviewId }, ct)))
            .Named<VoidFidelityReview>().ForFrontEnds(FrontEndScopes.Teaching).Retryable().ShowsSecret(Words).NotFound(Unknown)
            .Forbidden("role.required", "fidelity.own").Conflict("fidelity.state").Invalid().GatedReason();

        reviews.MapGet("/{reviewId:guid}/access-log",
                async ([AsParameters] ListFidelityAccess request, IMediator mediator, CancellationToken ct) =>
                    TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListFidelityAccess>().Listed().NotFound(Unknown).Forbidden(NotYours);
    }

    private static void MapAgreement(RouteGroupBuilder fidelity)
    {
        fidelity.MapGet("/agreement", async ([AsParameters] MeasureFidelityAgreement request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<MeasureFidelityAgreement>().TaggedByContent<FidelityAgreement>().NotFound("cohort.notFound")
            .Invalid("instrument.unknown").Codes(UnreadableRowException.Code);

        fidelity.MapGet("/raters", async ([AsParameters] ListRaters request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListRaters>().Listed().Invalid().Codes(UnreadableRowException.Code);

        fidelity.MapPut("/raters/{personId:guid}",
                async (Guid personId, AppointRater request, IMediator mediator, CancellationToken ct) =>
                    TypedResults.Ok(await mediator.Send(request with { PersonId = personId }, ct)))
            .Named<AppointRater>().ForFrontEnds(FrontEndScopes.Program).NotFound("person.notFound").Forbidden()
            .Conflict("person.suspended").Invalid("instrument.unknown").GatedReason();
    }

    private static void MapAgencies(RouteGroupBuilder agency) =>
        agency.MapGet("/fidelity", async ([AsParameters] GetAgencyFidelity request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetAgencyFidelity>().TaggedByContent<AgencyFidelity>().NotFound("agency.notFound").Invalid("instrument.unknown")
            .Codes(UnreadableRowException.Code);

    private static void MapRaters(RouteGroupBuilder raters)
    {
        raters.MapPut("/{personId:guid}",
                async ([AsParameters] AppointAgencyRater request, IMediator mediator, CancellationToken ct) =>
                {
                    await mediator.Send(request, ct);
                    return TypedResults.NoContent();
                })
            .Named<AppointAgencyRater>().NotFound("agency.notFound", "person.notFound").Forbidden()
            .Conflict("person.suspended", "rater.ofAgency");

        raters.MapDelete("/{personId:guid}",
                async ([AsParameters] DismissAgencyRater request, IMediator mediator, CancellationToken ct) =>
                {
                    await mediator.Send(request, ct);
                    return TypedResults.NoContent();
                })
            .Named<DismissAgencyRater>().NotFound("agency.notFound").Forbidden();
    }

    private static Created<FidelityReviewView> Created(this HttpContext http, FidelityReviewView review) =>
        http.CreatedWithTag($"/v1/fidelity/reviews/{review.Id}", review);

    private static void MapInstruments(IEndpointRouteBuilder app)
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

    private static void MapTrend(IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/people/{personId:guid}/fidelity",
                async ([AsParameters] GetFidelityTrend request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                {
                    var trend = await mediator.Send(request, ct);
                    return http.Wants(Csv.MediaType)
                        ? Csv.File(Csv.Of(FidelityPointRow.Of(trend)))
                        : http.Figures(trend, TrendChart.Draw, TrendPage.Of);
                })
            .WithTags("Fidelity").Named<GetFidelityTrend>().ForFrontEnds(FrontEndScopes.Learning, FrontEndScopes.Teaching)
            .TaggedByContent<FidelityTrend>().AlsoCsv().AlsoChart().NotFound("person.notFound").Forbidden("fidelity.hidden")
            .Invalid("instrument.unknown").Codes("row.unreadable");
    }
}
