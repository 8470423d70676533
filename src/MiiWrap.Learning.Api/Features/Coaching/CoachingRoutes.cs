using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Coaching;

internal static class CoachingRoutes
{
    /// <summary>A figure of all there is none of without one.</summary>
    private const string Unreadable = UnreadableRowException.Code;
    private const string NotYours = "coaching.notYours";

    public static IServiceCollection AddCoaching(this IServiceCollection services) =>
        services.AddScoped<CoachingViews>().AddScoped<SessionAccess>().AddScoped<SessionInvitations>().AddScoped<DosageQueries>()
            .AddScoped<UpcomingCoaching>().AddSessionMails().AddAppointmentMails();

    public static void MapCoaching(this IEndpointRouteBuilder app)
    {
        MapRelationships(app.MapGroup("/v1/coaching-relationships").WithTags("Coaching"));
        MapSessions(app.MapGroup("/v1/coaching-sessions").WithTags("Coaching"));
        var figures = app.MapGroup("/v1").WithTags("Coaching");

        figures.MapGet("/me/coaching", async (IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(new GetCoachingDesk(), ct)))
            .Named<GetCoachingDesk>().ForFrontEnds(FrontEndScopes.Teaching).TaggedByContent<CoachingDesk>();

        figures.MapGet("/enrolments/{enrolmentId:guid}/dosage", async ([AsParameters] GetDosage request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetDosage>().ForEveryFrontEnd().TaggedByContent<DosageView>().NotFound("enrolment.notFound", "dosage.notFound")
            .Codes(Unreadable);

        figures.MapGet("/cohorts/{cohortId:guid}/dosage",
                async ([AsParameters] GetCohortDosage request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                {
                    if (!http.Wants(Csv.MediaType)) return (IResult)TypedResults.Ok(await mediator.Send(request, ct));
                    async Task<Page<DosageRow>> Rows(string? cursor)
                    {
                        var page = await mediator.Send(request with { Limit = Paging.AllAtOnce, Cursor = cursor }, ct);
                        return new([.. page.Items.Select(DosageRow.Of)], page.Next);
                    }

                    return new CsvPages<DosageRow>(await Rows(request.Cursor), Rows);
                })
            .Named<GetCohortDosage>().ForFrontEnds(FrontEndScopes.Teaching, FrontEndScopes.Program).Produces<Page<LearnerDosage>>()
            .AlsoCsv().Listed().NotFound("cohort.notFound", "dosage.notFound");

        figures.MapGet("/cohorts/{cohortId:guid}/dosage/summary",
                async ([AsParameters] GetDosageSummary request, IMediator mediator, CancellationToken ct) =>
                    TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetDosageSummary>().ForFrontEnds(FrontEndScopes.Teaching, FrontEndScopes.Program).OpenTo(Scopes.CoachingRead)
            .TaggedByContent<DosageSummary>().NotFound("cohort.notFound", "dosage.notFound").Codes(Unreadable);

        figures.MapGet("/cohorts/{cohortId:guid}/coaching",
                async ([AsParameters] GetCohortCoaching request, IMediator mediator, CancellationToken ct) =>
                    TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetCohortCoaching>().ForFrontEnds(FrontEndScopes.Teaching).TaggedByContent<CohortCoaching>()
            .NotFound("cohort.notFound", "dosage.notFound").Forbidden().Codes(Unreadable);
    }

    private static void MapRelationships(RouteGroupBuilder relationships)
    {
        relationships.MapPost("/", async (BeginCoaching request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var begun = await mediator.Send(request, ct);
                return http.CreatedWithTag($"/v1/coaching-relationships/{begun.Id}", begun);
            })
            .Named<BeginCoaching>().ForFrontEnds(FrontEndScopes.Teaching, FrontEndScopes.Program).Retryable()
            .NotFound("cohort.notFound", "agency.notFound").Forbidden().Conflict("coaching.exists", "person.suspended")
            .Invalid("coaching.self", "coaching.notOfAgency", "coaching.notEnrolled", "person.unknown");

        relationships.MapGet("/", async ([AsParameters] ListCoaching request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListCoaching>().ForEveryFrontEnd().Listed();

        relationships.MapGet("/{relationshipId:guid}",
                async ([AsParameters] GetCoaching request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                {
                    var found = await mediator.Send(request, ct);
                    return http.Tagged(found, found.Etag);
                })
            .Named<GetCoaching>().ForEveryFrontEnd().Tagged<CoachingRelationshipView>().NotFound("coaching.notFound");

        relationships.MapGet("/{relationshipId:guid}/mirror",
                async ([AsParameters] GetCoachingMirror request, IMediator mediator, CancellationToken ct) =>
                    TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetCoachingMirror>().ForFrontEnds(FrontEndScopes.Teaching).TaggedByContent<CoachingMirror>()
            .NotFound("coaching.notFound").Forbidden(NotYours).Codes(Unreadable);

        relationships.MapPatch("/{relationshipId:guid}",
                async (Guid relationshipId, ShareWithCoach request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.WithTag(await mediator.Send(
                        request with { RelationshipId = relationshipId, Precondition = http.Request.Precondition() }, ct)))
            .Named<ShareWithCoach>().ForFrontEnds(FrontEndScopes.Learning).AlsoMergePatch<ShareWithCoach>()
            .NeedsPrecondition("coaching.stale").NotFound("coaching.notFound").Forbidden(NotYours)
            .Conflict("coaching.shares.supervisor", "coaching.ended").Invalid();

        relationships.MapPost("/{relationshipId:guid}/agree",
                async ([AsParameters] AgreeToCoaching request, IMediator mediator, CancellationToken ct) =>
                    TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<AgreeToCoaching>().ForFrontEnds(FrontEndScopes.Learning).Retryable().NotFound("coaching.notFound").Forbidden(NotYours)
            .Conflict("coaching.ended");

        relationships.MapPost("/{relationshipId:guid}/end",
                async (Guid relationshipId, EndCoaching request, IMediator mediator, CancellationToken ct) =>
                    TypedResults.Ok(await mediator.Send(request with { RelationshipId = relationshipId }, ct)))
            .Named<EndCoaching>().ForEveryFrontEnd().Retryable().NotFound("coaching.notFound").Conflict("coaching.ended").Invalid()
            .GatedReason();
    }

    private static void MapSessions(RouteGroupBuilder sessions)
    {
        string[] invitations = ["coaching.self", "coaching.notEnrolled", "coaching.cohort.needed", "session.participants"];
        string[] records =
        [
            "session.notYet", "session.record.incomplete", "session.record.absent", "session.observation.month", "session.debriefs.unknown",
            "review.unknown",
        ];

        sessions.MapPost("/", async (PlanSession request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var planned = await mediator.Send(request, ct);
                return http.CreatedWithTag($"/v1/coaching-sessions/{planned.Id}", planned);
            })
            .Named<PlanSession>().ForFrontEnds(FrontEndScopes.Teaching).Retryable().NotFound("person.notFound", "cohort.notFound")
            .Forbidden(NotYours).Invalid("session.tooLate").Codes(invitations).Codes(records);

        sessions.MapGet("/", async ([AsParameters] ListSessions request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListSessions>().ForFrontEnds(FrontEndScopes.Learning, FrontEndScopes.Teaching).Listed().Invalid();

        sessions.MapGet("/{sessionId:guid}",
                async ([AsParameters] GetSession request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                {
                    var found = await mediator.Send(request, ct);
                    return http.Tagged(found, found.Etag);
                })
            .Named<GetSession>().ForFrontEnds(FrontEndScopes.Learning, FrontEndScopes.Teaching).Tagged<CoachingSessionView>()
            .NotFound("session.notFound");

        sessions.MapPatch("/{sessionId:guid}",
                async (Guid sessionId, ChangeSession request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.WithTag(await mediator.Send(request with
                    {
                        SessionId = sessionId,
                        Precondition = http.Request.Precondition(),
                        ClearsCompetency = http.Clears("competency"),
                    }, ct)))
            .Named<ChangeSession>().ForFrontEnds(FrontEndScopes.Teaching).AlsoMergePatch<ChangeSession>("competency")
            .NeedsPrecondition("session.stale")
            .NotFound("session.notFound").Forbidden(NotYours).Conflict("session.state").Invalid("session.tooLate");

        sessions.MapPost("/{sessionId:guid}/cancel",
                async (Guid sessionId, CancelSession request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.WithTag(await mediator.Send(request with { SessionId = sessionId }, ct)))
            .Named<CancelSession>().ForFrontEnds(FrontEndScopes.Learning, FrontEndScopes.Teaching).Retryable().ShowsSecret("cancelReason")
            .NotFound("session.notFound")
            .Forbidden(NotYours).Conflict("session.state").Invalid().GatedReason();

        sessions.MapPut("/{sessionId:guid}/record",
                async (Guid sessionId, RecordSession request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.WithTag(await mediator.Send(
                        request with { SessionId = sessionId, Precondition = http.Request.Precondition() }, ct)))
            .Named<RecordSession>().ForFrontEnds(FrontEndScopes.Teaching).NeedsPrecondition("session.stale", orIsNew: true)
            .NotFound("session.notFound", "person.notFound").Forbidden(NotYours).Conflict("session.state", "session.frozen").Invalid()
            .Codes(invitations).Codes(records);

        MapNotes(sessions.MapGroup("/{sessionId:guid}"));
    }

    private static void MapNotes(RouteGroupBuilder session)
    {
        const string Blocked = "session.privacy.blocked";
        const string Unconfirmed = "session.privacy.unconfirmed";

        session.MapPut("/notes",
                async (Guid sessionId, SaveSessionNotes request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.WithTag(await mediator.Send(
                        request with { SessionId = sessionId, Precondition = http.Request.Precondition() }, ct)))
            .Named<SaveSessionNotes>().ForFrontEnds(FrontEndScopes.Teaching).NeedsPrecondition("session.stale", orIsNew: true)
            .NotFound("session.notFound").Forbidden(NotYours).Conflict("session.onHold", "session.purged")
            .Invalid("session.feedback.unknown", Blocked, Unconfirmed);

        session.MapPost("/notes/reply",
                async (Guid sessionId, ReplyToNotes request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                {
                    var replied = await mediator.Send(request with { SessionId = sessionId }, ct);
                    return http.CreatedWithTag($"/v1/coaching-sessions/{sessionId}", replied);
                })
            .Named<ReplyToNotes>().ForFrontEnds(FrontEndScopes.Learning).Retryable().NotFound("session.notFound").Forbidden(NotYours)
            .Conflict("session.notes.none", "session.reply.given", "session.onHold", "session.purged").Invalid(Blocked, Unconfirmed);

        session.MapPost("/hold", async (Guid sessionId, HoldSession request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { SessionId = sessionId }, ct)))
            .Named<HoldSession>().ForFrontEnds(FrontEndScopes.Learning, FrontEndScopes.Teaching).Retryable()
            .NotFound("session.notFound").Forbidden(NotYours).Conflict("session.notes.none", "session.onHold", "session.purged").Invalid()
            .GatedReason();

        session.MapPost("/redactions", async (Guid sessionId, RedactSession request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Created(
                    $"/v1/coaching-sessions/{sessionId}", await mediator.Send(request with { SessionId = sessionId }, ct)))
            .Named<RedactSession>().NotForFrontEnds().Retryable().NotFound("session.notFound").Forbidden("role.required", "redaction.own")
            .Conflict("session.notOnHold").Invalid("session.text.unknown", "redaction.reason.quotes", "redaction.span.invalid")
            .GatedReason();

        session.MapPost("/hold/release", async ([AsParameters] ReleaseSession request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ReleaseSession>().NotForFrontEnds().Retryable().NotFound("session.notFound").Forbidden("role.required", "redaction.own")
            .Conflict("session.notOnHold");

        session.MapPost("/break-glass", async (Guid sessionId, OpenSessionNotes request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { SessionId = sessionId }, ct)))
            .Named<OpenSessionNotes>().NotForFrontEnds().Retryable().NotFound("session.notFound")
            .Forbidden("role.required", "review.ownAgency").Invalid().GatedReason();

        session.MapDelete("/break-glass", async ([AsParameters] CloseSessionNotes request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<CloseSessionNotes>().NotForFrontEnds().NotFound("session.notFound").Forbidden("role.required", "review.ownAgency")
            .Conflict("breakGlass.none");

        session.MapGet("/access-log", async ([AsParameters] ListSessionAccess request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListSessionAccess>().ForFrontEnds(FrontEndScopes.Learning, FrontEndScopes.Teaching).Listed()
            .NotFound("session.notFound").Forbidden(NotYours);
    }
}
