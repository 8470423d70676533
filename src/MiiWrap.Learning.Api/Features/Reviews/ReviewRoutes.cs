using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Reviews;

internal static class ReviewRoutes
{
    public static IServiceCollection AddReviews(this IServiceCollection services) =>
        services.AddScoped<ReviewAccess>().AddScoped<ReviewPages>().AddScoped<UnreadReflections>().AddFeedbackMails().AddStaffMails();

    public static void MapReviews(this IEndpointRouteBuilder app)
    {
        var reviews = app.MapGroup("/v1/reviews").WithTags("Reviews").ForFrontEnds(FrontEndScopes.Teaching);

        reviews.MapGet("/", async ([AsParameters] ListReviewQueue request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListReviewQueue>().Listed().NotFound("cohort.notFound").Invalid();

        reviews.MapGet("/{revisionId:guid}", async (
            [AsParameters] GetReview request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var read = await mediator.Send(request, ct);
                return http.Tagged(read.Page, read.ETag);
            })
            .Named<GetReview>().Tagged<ReviewPage>().NotFound("revision.notFound");

        reviews.MapGet(
            "/{revisionId:guid}/changes", async ([AsParameters] CompareForReview request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<CompareForReview>().TaggedByContent<RevisionChanges>().NotFound("revision.notFound", "earlierRevision.notFound")
            .Forbidden("review.notReader");

        reviews.MapGet(
            "/{revisionId:guid}/thread", async ([AsParameters] GetAuthorThread request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetAuthorThread>().Listed().NotFound("revision.notFound").Forbidden("review.notReader").Invalid();

        reviews.MapPost(
            "/{revisionId:guid}/thread", async (Guid revisionId, WriteToAuthor request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Created($"/v1/reviews/{revisionId}/thread", await mediator.Send(request with { RevisionId = revisionId }, ct)))
            .Named<WriteToAuthor>().Retryable().NotFound("revision.notFound").Forbidden("review.notReader")
            .Conflict("reflection.notSubmitted", "reflection.onHold", "reflection.purged").Invalid().Gated("reflection.privacy.blocked");

        reviews.MapGet("/agreement", async ([AsParameters] MeasureAgreement request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<MeasureAgreement>().TaggedByContent<AgreementReport>().NotFound("cohort.notFound").ProducesProblem(400);

        reviews.MapPost(
            "/{revisionId:guid}/hold", async (Guid revisionId, HoldRevision request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { RevisionId = revisionId }, ct)))
            .Named<HoldRevision>().Retryable().NotFound("revision.notFound").Forbidden("review.notReader")
            .Conflict("reflection.notSubmitted", "reflection.onHold", "reflection.purged").Invalid().GatedReason();

        reviews.MapPost(
            "/{revisionId:guid}/redactions", async (Guid revisionId, RedactRevision request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Created($"/v1/reviews/{revisionId}", await mediator.Send(request with { RevisionId = revisionId }, ct)))
            .Named<RedactRevision>().Retryable().NotFound("revision.notFound")
            .Forbidden("role.required", "review.notReader", "redaction.own").Conflict("reflection.notOnHold")
            .Invalid("reflection.prompt.unknown", "redaction.reason.quotes", "redaction.span.invalid").GatedReason();

        reviews.MapPost(
            "/{revisionId:guid}/hold/release", async ([AsParameters] ReleaseHold request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ReleaseHold>().Retryable().NotFound("revision.notFound").Forbidden("role.required", "redaction.own")
            .Conflict("reflection.notOnHold");

        reviews.MapPost(
            "/{revisionId:guid}/break-glass", async (Guid revisionId, BreakTheGlass request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { RevisionId = revisionId }, ct)))
            .Named<BreakTheGlass>().NotForFrontEnds()
            .Retryable().NotFound("revision.notFound").Forbidden("role.required", "review.ownAgency").Invalid()
            .GatedReason();

        reviews.MapPost(
            "/{revisionId:guid}/break-glass/end", async ([AsParameters] EndBreakGlass request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<EndBreakGlass>().NotForFrontEnds()
            .Retryable().NotFound("revision.notFound").Forbidden("role.required", "review.ownAgency")
            .Conflict("breakGlass.none");

        reviews.MapPost("/{revisionId:guid}/claim",
            async ([AsParameters] ClaimReview request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var claim = await mediator.Send(request, ct);
                http.Response.Headers.ETag = claim.ETag;
                return TypedResults.Ok(claim);
            })
            .Named<ClaimReview>().Retryable().NotFound("revision.notFound").Forbidden("role.required", "review.ownAgency", "review.own")
            .Conflict("review.claimed", "review.closed", "review.published", "review.stale", "reflection.onHold", "reflection.purged");

        reviews.MapPost("/claims", async (ClaimReviews request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ClaimReviews>().Retryable().Invalid();

        reviews.MapPost(
            "/{revisionId:guid}/hand-over", async (Guid revisionId, HandOverReview request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { RevisionId = revisionId }, ct)))
            .Named<HandOverReview>().Retryable().NotFound("revision.notFound").Forbidden("role.required", "review.own")
            .Conflict("review.handOver.same", "review.notClaimed", "review.claimed", "review.closed", "reflection.onHold",
                "person.suspended")
            .Invalid("review.handOver.from", "review.handOver.notReviewer", "review.handOver.ownAgency").GatedReason();

        reviews.MapPost(
            "/{revisionId:guid}/release", async (Guid revisionId, ReleaseReview? request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send((request ?? new(null, null, null)) with { RevisionId = revisionId }, ct)))
            .Named<ReleaseReview>().Retryable().NotFound("revision.notFound").Forbidden("role.required", "review.own")
            .Conflict("review.notClaimed", "review.lapsed", "review.published", "review.stale", "reflection.onHold", "reflection.purged")
            .Invalid().GatedReason();

        reviews.MapPut("/{revisionId:guid}", async (
            Guid revisionId, SaveReview request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var saved = await mediator.Send(request with { RevisionId = revisionId, Precondition = http.Request.Precondition() }, ct);
                http.Response.Headers.ETag = saved.ETag;
                return TypedResults.Ok(saved);
            })
            .Named<SaveReview>().NeedsPrecondition("review.stale").NotFound("revision.notFound")
            .Forbidden("role.required", "review.ownAgency")
            .Conflict("review.notClaimed", "review.lapsed", "review.published", "review.stale", "reflection.onHold", "reflection.purged")
            .Invalid("review.criterion.unknown", "review.prompt.unknown");

        reviews.MapPost(
            "/{revisionId:guid}/publish", async (Guid revisionId, PublishReview? request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send((request ?? new(null)) with { RevisionId = revisionId }, ct)))
            .Named<PublishReview>().Retryable().NotFound("revision.notFound").Forbidden("role.required", "review.ownAgency")
            .Conflict("review.conversation", "review.notClaimed", "review.lapsed", "review.published", "review.stale",
                "reflection.onHold", "reflection.purged")
            .Invalid("review.incomplete", "review.acceptRule").Gated("review.privacy.blocked");

        reviews.MapPost("/{revisionId:guid}/conversation/close",
            async (Guid revisionId, CloseReviewConversation? request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send((request ?? new(null)) with { RevisionId = revisionId }, ct)))
            .Named<CloseReviewConversation>().Retryable().NotFound("revision.notFound").Forbidden("role.required", "review.ownAgency")
            .Conflict("review.conversation.none", "reflection.onHold", "reflection.purged")
            .Invalid("review.incomplete", "review.acceptRule").Gated("review.privacy.blocked");

        reviews.MapPost(
            "/{revisionId:guid}/another-try", async ([AsParameters] AllowAnotherTry request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<AllowAnotherTry>().Retryable().NotFound("revision.notFound")
            .Forbidden("role.required", "review.ownAgency", "review.own")
            .Conflict("reflection.talk.notDue");
    }
}
