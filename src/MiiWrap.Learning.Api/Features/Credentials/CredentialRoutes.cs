using MediatR;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Credentials;

internal static class CredentialRoutes
{
    private const string Html = "text/html";
    private const string Yaml = "application/yaml";
    private const string Unknown = "credential.notFound";
    private const string UnknownDefinition = "credentialDefinition.notFound";
    private const string Unreadable = UnreadableRowException.Code;

    public static IServiceCollection AddCredentials(this IServiceCollection services) =>
        services.AddScoped<LearnerRecords>().AddScoped<CredentialViews>().AddScoped<CredentialAccess>().AddScoped<CredentialIssuer>()
            .AddCredentialMails();

    public static void MapCredentials(this IEndpointRouteBuilder app)
    {
        MapLife(app.MapGroup("/v1/credentials").WithTags("Credentials"));
        var progress = app.MapGroup("/v1").WithTags("Credentials");

        progress.MapGet("/me/credentials", async (IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(new GetOwnCredentials(), ct)))
            .Named<GetOwnCredentials>().ForFrontEnds(FrontEndScopes.Learning).TaggedByContent<OwnCredentials>().Codes(Unreadable);

        progress.MapGet("/enrolments/{enrolmentId:guid}/credentials/{code}",
                async ([AsParameters] GetCredentialProgress request, IMediator mediator, CancellationToken ct) =>
                    TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<GetCredentialProgress>().ForFrontEnds(FrontEndScopes.Learning, FrontEndScopes.Teaching)
            .TaggedByContent<CredentialProgress>().NotFound("enrolment.notFound", UnknownDefinition).Codes(Unreadable);

        MapPage(app);
    }

    private static void MapLife(RouteGroupBuilder credentials)
    {
        string[] issuing = ["role.required", "credential.own", "credential.ownAgency"];

        credentials.MapGet("/definitions", async (IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(new GetCredentialDefinitions(), ct)))
            .Named<GetCredentialDefinitions>().ForEveryFrontEnd().OpenTo(Scopes.CurriculumRead, Scopes.CredentialsRead)
            .TaggedByContent<CredentialDefinitions>();

        credentials.MapPost("/definitions/{code}/versions", async (string code, HttpRequest http, IMediator mediator, CancellationToken ct) =>
            {
                var yaml = await RequestBodyReader.ReadAsync(http, ContentFiles.LargestText, ct);
                var version = await mediator.Send(new PublishCredential(code, yaml), ct);
                return version.IsNew
                    ? Results.Created($"/v1/credentials/definitions/{code}/versions/{version.Version}/export", version)
                    : TypedResults.Ok(version);
            })
            .Named<PublishCredential>().ForFrontEnds(FrontEndScopes.Program)
            .Accepts<Stream>(Yaml).WithMetadata(new RequestSizeLimitAttribute(ContentFiles.LargestText)).Retryable()
            .Produces<PublishedVersion>(200).Produces<PublishedVersion>(201).NotFound(UnknownDefinition).Forbidden().ProducesProblem(400)
            .Produces<FaultyContent>(422, "application/problem+json").Codes("content.faulty");

        credentials.MapGet("/definitions/{code}/versions/{version:int}/export",
            async ([AsParameters] ExportCredential request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var file = await mediator.Send(request, ct);
                return http.Tagged(ETags.Of("credential", file.ContentHash),
                    () => TypedResults.File(file.Yaml, Yaml, $"{request.Code}-{request.Version}.yml"));
            })
            .Named<ExportCredential>().ForEveryFrontEnd().OpenTo(Scopes.CurriculumRead).TaggedFile<Stream>(Yaml)
            .NotFound(UnknownDefinition);

        credentials.MapPost("/", async (IssueCredential request, IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var issued = await mediator.Send(request, ct);
                return http.CreatedWithTag($"/v1/credentials/{issued.Id}", issued);
            })
            .Named<IssueCredential>().ForFrontEnds(FrontEndScopes.Teaching, FrontEndScopes.Program).Retryable()
            .NotFound("enrolment.notFound").Forbidden(issuing)
            .Conflict("credential.unmet", "credential.active", "enrolment.withdrawn", "person.suspended")
            .Invalid("credential.unknown", "credential.otherCourse").Codes(Unreadable);

        credentials.MapGet("/", async ([AsParameters] ListCredentials request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListCredentials>().ForEveryFrontEnd().OpenTo(Scopes.CredentialsRead).Listed().Invalid();

        credentials.MapGet("/{credentialId:guid}",
                async ([AsParameters] GetCredential request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                {
                    var found = await mediator.Send(request, ct);
                    return http.Tagged(found, found.Etag);
                })
            .Named<GetCredential>().ForEveryFrontEnd().OpenTo(Scopes.CredentialsRead).Tagged<CredentialView>().NotFound(Unknown);

        credentials.MapPatch("/{credentialId:guid}",
                async (Guid credentialId, ShowCredential request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.WithTag(await mediator.Send(
                        request with { CredentialId = credentialId, Precondition = http.Request.Precondition() }, ct)))
            .Named<ShowCredential>().ForFrontEnds(FrontEndScopes.Learning).AlsoMergePatch<ShowCredential>()
            .NeedsPrecondition(CredentialViews.Stale).NotFound(Unknown).Forbidden("credential.notYours").Invalid();

        credentials.MapPost("/{credentialId:guid}/accept",
                async ([AsParameters] AcceptCredential request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.WithTag(await mediator.Send(request, ct)))
            .Named<AcceptCredential>().ForFrontEnds(FrontEndScopes.Learning).Retryable().NotFound(Unknown)
            .Forbidden("credential.notYours").Conflict("credential.revoked").Codes(Unreadable);

        credentials.MapPost("/{credentialId:guid}/renew",
                async (Guid credentialId, RenewCredential request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.WithTag(await mediator.Send(request with { CredentialId = credentialId }, ct)))
            .Named<RenewCredential>().ForFrontEnds(FrontEndScopes.Teaching, FrontEndScopes.Program).Retryable()
            .NotFound(Unknown, "enrolment.notFound").Forbidden(issuing)
            .Conflict(
                "credential.unmet", "credential.revoked", "credential.notAccepted", "credential.noTerm", "credential.renewal.early",
                "credential.lapsed")
            .Invalid().Codes(Unreadable);

        credentials.MapPost("/{credentialId:guid}/revoke",
                async (Guid credentialId, RevokeCredential request, IMediator mediator, HttpContext http, CancellationToken ct) =>
                    http.WithTag(await mediator.Send(request with { CredentialId = credentialId }, ct)))
            .Named<RevokeCredential>().ForFrontEnds(FrontEndScopes.Program).Retryable().ShowsSecret("revokeReason").NotFound(Unknown)
            .Forbidden("role.required", "credential.own").Conflict("credential.revoked").Invalid().GatedReason();
    }

    private static void MapPage(IEndpointRouteBuilder app) =>
        app.MapGet("/c/{token}", async (
                [AsParameters] ShowCredentialPage request, IMediator mediator, HttpContext http, TimeProvider clock,
                CancellationToken ct) =>
            {
                if (http.PreferredType(Html) != Html) return (IResult)TypedResults.Ok(await mediator.Send(request, ct));
                try
                {
                    return Page(CredentialPage.Of(await mediator.Send(request, ct), DateOnly.FromDateTime(clock.UtcNow())));
                }
                catch (NotFoundException)
                {
                    return Page(CredentialPage.Unknown(), StatusCodes.Status404NotFound);
                }
            })
            .WithTags("Credentials").AllowAnonymous().AddEndpointFilter<CredentialPageGuard>().Named<ShowCredentialPage>().AlsoAs(Html)
            .Produces<PublicCredential>()
            .Produces<ProblemDetails>(404, "application/problem+json", Html).Codes(Unknown, Unreadable);

    private static ContentHttpResult Page(string html, int status = StatusCodes.Status200OK) =>
        TypedResults.Content(html, "text/html; charset=utf-8", statusCode: status);
}

/// <summary>Bounds the tries on one address, and keeps the page out of caches, frames, referrers and search engines.</summary>
internal sealed class CredentialPageGuard(RateLimits limits) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        limits.CheckOneTap(http, http.GetRouteValue("token")?.ToString() ?? "");
        http.Response.KeepPrivate();
        http.Response.Headers["X-Robots-Tag"] = "noindex, nofollow";
        return await next(context);
    }
}
