using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.ActionItems;

internal static class ActionItemRoutes
{
    private const string NotYours = "coaching.notYours";
    private const string Left = "enrolment.withdrawn";

    /// <summary>Fields with somebody's words.</summary>
    private static readonly string[] Words = ["ifThen", "sign", "evidence"];

    public static IServiceCollection AddActionItems(this IServiceCollection services) =>
        services.AddScoped<ActionItemViews>().AddScoped<OpenedSessions>();

    public static void MapActionItems(this IEndpointRouteBuilder app)
    {
        var items = app.MapGroup("/v1/action-items").WithTags("Action items")
            .ForFrontEnds(FrontEndScopes.Learning, FrontEndScopes.Teaching);
        string[] dates = ["action.dueOn.outside", "action.plannedFor.outside"];

        items.MapPost("/", async (AddActionItem request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var added = await mediator.Send(request, ct);
                return http.CreatedWithTag($"/v1/action-items/{added.Id}", added);
            })
            .Named<AddActionItem>().Retryable().ShowsSecret(Words).NotFound("enrolment.notFound").Forbidden(NotYours)
            .Conflict("action.tooMany")
            .Invalid("coaching.notEnrolled", "session.unknown", "review.unknown", "unit.unknown").Codes(dates).Gated();

        items.MapGet("/", async ([AsParameters] ListActionItems request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListActionItems>().Listed().Invalid();

        items.MapGet("/{itemId:guid}", async ([AsParameters] GetActionItem request, IMediator mediator, HttpContext http,
            CancellationToken ct) =>
            {
                var found = await mediator.Send(request, ct);
                return http.Tagged(found, found.Etag);
            })
            .Named<GetActionItem>().Tagged<ActionItemView>().NotFound("action.notFound");

        items.MapPatch("/{itemId:guid}", async (Guid itemId, ChangeActionItem request, IMediator mediator, HttpContext http,
            CancellationToken ct) =>
                http.WithTag(await mediator.Send(request with
                {
                    ItemId = itemId,
                    Precondition = http.Request.Precondition(),
                    ClearsCompetency = http.Clears("competency"),
                    ClearsPlannedFor = http.Clears("ifThen.plannedFor"),
                }, ct)))
            .Named<ChangeActionItem>().AlsoMergePatch<ChangeActionItem>("competency", "ifThen.plannedFor")
            .NeedsPrecondition("action.stale").NotFound("action.notFound")
            .Forbidden(NotYours).Conflict("action.closed", "action.state", Left).Invalid(dates).Gated();

        items.MapPost("/{itemId:guid}/agree", async (Guid itemId, AgreeToActionItem request, IMediator mediator, HttpContext http,
            CancellationToken ct) =>
                http.WithTag(await mediator.Send(request with { ItemId = itemId }, ct)))
            .Named<AgreeToActionItem>().Retryable().ShowsSecret(Words).NotFound("action.notFound").Forbidden(NotYours)
            .Conflict("action.closed", "action.state", "action.tooMany", Left).Invalid(dates).Gated();

        items.MapPost("/{itemId:guid}/evidence", async (Guid itemId, AddActionEvidence request, IMediator mediator, HttpContext http,
            CancellationToken ct) =>
                http.WithTag(await mediator.Send(request with { ItemId = itemId }, ct)))
            .Named<AddActionEvidence>().Retryable().ShowsSecret(Words).NotFound("action.notFound").Conflict("action.closed", "action.state")
            .Invalid("action.occurredOn.outside").Gated();

        items.MapPost("/{itemId:guid}/close", async (Guid itemId, CloseActionItem request, IMediator mediator, HttpContext http,
            CancellationToken ct) =>
                http.WithTag(await mediator.Send(request with { ItemId = itemId }, ct)))
            .Named<CloseActionItem>().Retryable().ShowsSecret(Words).NotFound("action.notFound").Forbidden(NotYours)
            .Conflict("action.closed", "action.state")
            .Invalid("action.evidence.none", "action.evidence.notObserved", "action.unit.notCompleted");
    }
}
