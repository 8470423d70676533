using MediatR;
using MiiWrap.Learning.Api.Access;
using Microsoft.AspNetCore.Http.HttpResults;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Nudges;

internal static class NudgeRoutes
{
    public static IServiceCollection AddNudges(this IServiceCollection services) =>
        services.AddSingleton<OneTapLinks>().AddSingleton<NudgeMail>().AddScoped<ClaimDueNudges>();

    public static void MapNudges(this IEndpointRouteBuilder app)
    {
        var nudges = app.MapGroup("/v1/nudges").WithTags("Nudges").ForFrontEnds(FrontEndScopes.Learning);

        nudges.MapGet("/", async ([AsParameters] ListNudges request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListNudges>().Listed().Invalid();

        nudges.MapPost("/{nudgeId:guid}/response", async (Guid nudgeId, AnswerNudge request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { NudgeId = nudgeId }, ct)))
            .Named<AnswerNudge>().Retryable().NotFound("nudge.notFound").Conflict("nudge.closed")
            .Invalid("nudge.outcome.notForKind", "nudge.occurredOn.outside", "nudge.plannedFor.outside").Gated();

        nudges.MapPost("/{nudgeId:guid}/snooze", async (Guid nudgeId, SnoozeNudge request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { NudgeId = nudgeId }, ct)))
            .Named<SnoozeNudge>().Retryable().NotFound("nudge.notFound")
            .Conflict("enrolment.withdrawn", "nudge.closed", "nudge.snooze.limit")
            .Invalid("nudge.snooze.outside", "nudge.snooze.tooLate");

        nudges.MapPost("/preview", async (PreviewNudges request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<PreviewNudges>().NotFound("curriculum.notFound", "unit.notFound").Invalid("window.neverOpens");

        app.MapGet("/v1/cohorts/{cohortId:guid}/nudges",
            async ([AsParameters] ListCohortNudges request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                if (!http.Wants(Csv.MediaType)) return (IResult)TypedResults.Ok(await mediator.Send(request, ct));
                async Task<Page<NudgeRow>> Rows(string? cursor)
                {
                    var page = await mediator.Send(request with { Limit = Paging.AllAtOnce, Cursor = cursor }, ct);
                    return new([.. page.Items.Select(NudgeRow.Of)], page.Next);
                }

                return new CsvPages<NudgeRow>(await Rows(request.Cursor), Rows);
            })
            .WithTags("Nudges").Named<ListCohortNudges>().ForFrontEnds(FrontEndScopes.Teaching)
            .Produces<Page<NudgeItem>>().AlsoCsv().Listed().NotFound("cohort.notFound");

        app.MapGet("/v1/cohorts/{cohortId:guid}/nudges/figures",
            async ([AsParameters] GetNudgeFigures request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var figures = await mediator.Send(request, ct);
                return http.Wants(Csv.MediaType) ? Csv.File(Csv.Of(figures.Steps.Select(StepRow.Of))) : TypedResults.Ok(figures);
            })
            .WithTags("Nudges").Named<GetNudgeFigures>().ForFrontEnds(FrontEndScopes.Teaching)
            .TaggedByContent<NudgeFigures>().AlsoCsv().NotFound("cohort.notFound");

        var oneTap = app.MapGroup("/n").WithTags("One-tap answers").AllowAnonymous().AddEndpointFilter<OneTapGuard>();

        oneTap.MapGet("/stop/{token}", async ([AsParameters] ShowStopMails request, IMediator mediator, CancellationToken ct) => Html(
            await mediator.Send(request, ct)))
            .Named<ShowStopMails>().Produces<string>(200, "text/html").Produces<string>(404, "text/html");

        oneTap.MapPost("/stop/{token}", async ([AsParameters] StopMails request, IMediator mediator, CancellationToken ct) => Html(
            await mediator.Send(request, ct)))
            .Named<StopMails>().DisableAntiforgery().Produces<string>(200, "text/html").Produces<string>(404, "text/html");

        oneTap.MapGet("/{token}", async ([AsParameters] ShowOneTap request, IMediator mediator, CancellationToken ct) => Html(
            await mediator.Send(request, ct)))
            .Named<ShowOneTap>().Produces<string>(200, "text/html").Produces<string>(404, "text/html").Produces<string>(410, "text/html");

        oneTap.MapPost("/{token}", async (string token, HttpContext http, IMediator mediator, CancellationToken ct) =>
            {
                var form = http.Request.HasFormContentType ? await http.ReadForm() : FormCollection.Empty;
                string? Field(string name) => form.TryGetValue(name, out var value) ? value.ToString() : null;
                return Html(await mediator
                    .Send(new AnswerByLink(
                        token, Field("outcome"), Field("barrier"), Field("plannedFor"), Field("note"), Field("needHelp"),
                        Field("privacyConfirmed")), ct));
            })
            .Named<AnswerByLink>().Accepts<OneTapForm>("application/x-www-form-urlencoded").DisableAntiforgery()
            .Produces<string>(200, "text/html").ProducesProblem(400).Produces<string>(404, "text/html").Produces<string>(410, "text/html")
            .Produces<string>(422, "text/html");
    }

    private static ContentHttpResult Html(HtmlPage page) =>
        TypedResults.Content(page.Html, "text/html; charset=utf-8", statusCode: page.Status);
}

/// <summary>The fields of the one-tap form.</summary>
/// <param name="Outcome">What came of it: applied, partly, notYet, stillGood or changeDate.</param>
/// <param name="Barrier">What was in the way, with notYet.</param>
/// <param name="PlannedFor">The new date, with changeDate.</param>
/// <param name="Note">The learner's own note.</param>
/// <param name="NeedHelp">Set to ask for a word with the coach.</param>
/// <param name="PrivacyConfirmed">Set once the learner has looked at what might point to a person.</param>
public sealed record OneTapForm(
    string Outcome, string? Barrier, string? PlannedFor, string? Note, string? NeedHelp, string? PrivacyConfirmed);

/// <summary>Bounds the tries on one token, and keeps the page out of caches, frames and referrers.</summary>
internal sealed class OneTapGuard(RateLimits limits) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        limits.CheckOneTap(http, http.GetRouteValue("token")?.ToString() ?? "");
        http.Response.KeepPrivate();
        return await next(context);
    }
}
