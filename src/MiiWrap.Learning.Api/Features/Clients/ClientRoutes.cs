using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Serialization;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Clients;

internal static class ClientRoutes
{
    private const string FormType = "application/x-www-form-urlencoded";

    public static void MapClients(this IEndpointRouteBuilder app)
    {
        var clients = app.MapGroup("/v1/clients").WithTags("Clients").NotForFrontEnds();

        clients.MapPost("/", async (CreateClient request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Created("/v1/clients", await mediator.Send(request, ct)))
            .Named<CreateClient>().Retryable().ShowsSecret("secret").Forbidden().Invalid("client.agency.unknown");

        clients.MapGet("/", async ([AsParameters] ListClients request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request, ct)))
            .Named<ListClients>().Listed().Forbidden();

        clients.MapDelete("/{clientId:guid}", async ([AsParameters] RevokeClient request, IMediator mediator, CancellationToken ct) =>
            {
                await mediator.Send(request, ct);
                return TypedResults.NoContent();
            })
            .Named<RevokeClient>().NotFound("client.notFound").Forbidden();

        clients.MapPost("/{clientId:guid}/rotate", async (Guid clientId, RotateSecret request, IMediator mediator, CancellationToken ct) =>
                TypedResults.Ok(await mediator.Send(request with { ClientId = clientId }, ct)))
            .Named<RotateSecret>().Retryable().ShowsSecret("secret").NotFound("client.notFound").Forbidden().Conflict("client.secret.none")
            .Invalid();

        app.MapPost("/v1/oauth/token", Token).WithTags("Clients").Named<IssueClientToken>().Accepts<TokenForm>(FormType)
            .DisableAntiforgery()
            .AllowAnonymous().WithMetadata(new IgnoresUnknownQuery())
            .Produces<ClientToken>().Produces<TokenError>(400).Produces<TokenError>(401);
    }

    private static async Task<IResult> Token(HttpContext http, IMediator mediator, RateLimits limits, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            if (!http.Request.HasFormContentType) throw new NoTokenException("invalid_request", $"The body must be {FormType}.");
            var request = Read(await http.ReadForm(), http.Request.Headers.Authorization.ToString());
            limits.CheckSignIn(http, request.ClientId ?? "");
            return TypedResults.Ok(await mediator.Send(request, ct));
        }
        catch (NoTokenException e) when (e.Error.Error == "invalid_client")
        {
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"clients\", charset=\"UTF-8\"";
            return TypedResults.Json(e.Error, statusCode: StatusCodes.Status401Unauthorized);
        }
        catch (NoTokenException e)
        {
            return TypedResults.BadRequest(e.Error);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status400BadRequest)
        {
            return TypedResults.BadRequest(new TokenError("invalid_request", "The form cannot be read."));
        }
    }

    private static IssueClientToken Read(IFormCollection form, string authorization)
    {
        string? One(string name) => form[name] is { Count: var count } values && count <= 1
            ? values.FirstOrDefault() is { Length: > 0 } value ? value : null
            : throw new NoTokenException("invalid_request", $"{name} is there more than once.");
        var (id, secret) = (One("client_id"), One("client_secret"));
        if (AuthenticationHeaderValue.TryParse(authorization, out var header)
            && header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            if (secret is not null)
                throw new NoTokenException("invalid_request", "The client shows its secret twice; HTTP Basic or the form, not both.");
            var (basicId, basicSecret) = Basic(header.Parameter);
            if (id is not null && id != basicId)
                throw new NoTokenException("invalid_request", "The form names another client than HTTP Basic.");
            (id, secret) = (basicId, basicSecret);
        }

        return new(One("grant_type"), id, secret, One("scope"));
    }

    private static (string Id, string Secret) Basic(string? parameter)
    {
        try
        {
            // RFC 6749, 2.3.1: both are form-encoded before they are joined.
            var parts = Encoding.UTF8.GetString(Convert.FromBase64String(parameter ?? "")).Split(':', 2);
            if (parts is [var id, var secret]) return (Decoded(id), Decoded(secret));
        }
        catch (FormatException)
        {
            // Answered below.
        }

        throw new NoTokenException("invalid_client", "The credentials of HTTP Basic cannot be read.");

        static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
    }
}

/// <summary>The form by which a client asks for a token.</summary>
/// <param name="GrantType">Always client_credentials.</param>
/// <param name="ClientId">The client's id; left out with HTTP Basic.</param>
/// <param name="ClientSecret">The client's secret; left out with HTTP Basic.</param>
/// <param name="Scope">The scopes that are wanted, separated by spaces; all of the client's when left out.</param>
internal sealed record TokenForm(
    [property: JsonPropertyName("grant_type")] string GrantType,
    [property: JsonPropertyName("client_id")] string? ClientId,
    [property: JsonPropertyName("client_secret")] string? ClientSecret,
    [property: JsonPropertyName("scope")] string? Scope);
