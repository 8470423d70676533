using MediatR;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Contract;

internal static class ContractRoutes
{
    private const string HtmlType = "text/html";

    public static void MapContract(this IEndpointRouteBuilder app)
    {
        var problems = app.MapGroup("/problems").WithTags("Contract").AllowAnonymous();

        problems.MapGet("/", async (IMediator mediator, HttpContext http, CancellationToken ct) =>
                Answer(http, await mediator.Send(new ListProblemCodes(), ct), ProblemPages.Of))
            .Named<ListProblemCodes>().TaggedByContent<ProblemCodeList>().AlsoAs(HtmlType);

        problems.MapGet(
            "/{code}", async ([AsParameters] GetProblemCode request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                Answer(http, await mediator.Send(request, ct), ProblemPages.Of))
            .Named<GetProblemCode>().TaggedByContent<ProblemCodeView>().AlsoAs(HtmlType).NotFound("problem.notFound");

        app.MapGet("/v1/changes", async (IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(new ListChanges(), ct)))
            .WithTags("Contract").Named<ListChanges>().TaggedByContent<ChangeList>().AllowAnonymous();
    }

    private static IResult Answer<T>(HttpContext http, T found, Func<T, string> page)
    {
        if (!http.Wants(HtmlType)) return TypedResults.Ok(found);
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
        return TypedResults.Content(page(found), $"{HtmlType}; charset=utf-8");
    }
}
