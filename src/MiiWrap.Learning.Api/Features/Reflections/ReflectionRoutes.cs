using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Reflections;

internal static class ReflectionRoutes
{
    public static void MapReflections(this IEndpointRouteBuilder app)
    {
        var reflection = app.MapGroup("/v1/enrolments/{enrolmentId:guid}/reflections/{assignment}").WithTags("Reflections")
            .ForFrontEnds(FrontEndScopes.Learning);

        reflection.MapGet("/", async ([AsParameters] GetReflection request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetReflection>().TaggedByContent<ReflectionPage>().NotFound("enrolment.notFound", "unit.notFound")
            .Forbidden("unit.locked");

        reflection
            .MapPut("/draft", async (
                Guid enrolmentId, string assignment, SaveDraft request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var saved = await mediator
                    .Send(request with { EnrolmentId = enrolmentId, Assignment = assignment, Precondition = http.Request.Precondition() },
                        ct);
                http.Response.Headers.ETag = saved.ETag;
                return TypedResults.Ok(saved);
            })
            .Named<SaveDraft>().NeedsPrecondition("reflection.draft.stale", orIsNew: true).NotFound("enrolment.notFound", "unit.notFound")
            .Forbidden("unit.locked").Conflict("enrolment.withdrawn", "reflection.submitted", "reflection.onHold", "reflection.purged")
            .Invalid("reflection.prompt.unknown");

        reflection
            .MapPost("/submissions", async (
                Guid enrolmentId, string assignment, SubmitReflection request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Created(
                    $"/v1/enrolments/{enrolmentId}/reflections/{assignment}",
                    await mediator.Send(request with { EnrolmentId = enrolmentId, Assignment = assignment }, ct)))
            .Named<SubmitReflection>().Retryable().NotFound("enrolment.notFound", "unit.notFound", "draft.notFound")
            .Forbidden("unit.locked")
            .Conflict("enrolment.withdrawn", "reflection.draft.stale", "reflection.submitted", "reflection.talk", "reflection.onHold",
                "reflection.purged")
            .Invalid("reflection.empty", "reflection.privacy.blocked", "reflection.privacy.unconfirmed");

        reflection
            .MapPost("/privacy-check", async (
                Guid enrolmentId, string assignment, CheckPrivacy request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { EnrolmentId = enrolmentId, Assignment = assignment }, ct)))
            .Named<CheckPrivacy>().NotFound("enrolment.notFound", "unit.notFound").Forbidden("unit.locked")
            .Invalid("reflection.prompt.unknown");

        reflection.MapGet(
            "/revisions/{version:int}/changes", async ([AsParameters] CompareRevisions request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<CompareRevisions>().TaggedByContent<RevisionChanges>().NotFound("earlierRevision.notFound")
            .Conflict("reflection.onHold", "reflection.purged");

        reflection.MapGet("/access-log", async ([AsParameters] ListReflectionAccess request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListReflectionAccess>().Listed().NotFound("enrolment.notFound", "reflection.notFound");

        reflection
            .MapGet("/thread", async ([AsParameters] GetThread request, IMediator mediator, CancellationToken ct) =>
                    TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetThread>().Listed().NotFound("reflection.notFound").Conflict("reflection.onHold", "reflection.purged").Invalid();

        reflection
            .MapPost("/thread", async (
                Guid enrolmentId, string assignment, WriteToReviewer request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Created(
                    $"/v1/enrolments/{enrolmentId}/reflections/{assignment}/thread",
                    await mediator.Send(request with { EnrolmentId = enrolmentId, Assignment = assignment }, ct)))
            .Named<WriteToReviewer>().Retryable().NotFound("reflection.notFound")
            .Conflict("reflection.notSubmitted", "reflection.onHold", "reflection.purged").Invalid().Gated("reflection.privacy.blocked");

        reflection.MapPost("/withdraw", async ([AsParameters] WithdrawReflection request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<WithdrawReflection>().Retryable().NotFound("reflection.notFound")
            .Conflict("reflection.inReview", "reflection.notSubmitted", "reflection.onHold", "reflection.purged");

        reflection
            .MapPost("/hold", async (
                Guid enrolmentId, string assignment, HoldReflection request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { EnrolmentId = enrolmentId, Assignment = assignment }, ct)))
            .Named<HoldReflection>().Retryable().NotFound("reflection.notFound")
            .Conflict("reflection.notSubmitted", "reflection.onHold", "reflection.purged").Invalid().GatedReason();
    }
}
