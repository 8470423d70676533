using System.Text.Json.Serialization;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Clients;

/// <summary>
/// A client takes an access token for 15 minutes (RFC 6749, client credentials), by HTTP Basic or with id and secret in the form.
/// </summary>
/// <param name="GrantType" example="client_credentials">client_credentials is the one grant there is.</param>
/// <param name="Scope" example="progress:read">Less than the client's own scopes; all of them when not given.</param>
public sealed record IssueClientToken(string? GrantType, string? ClientId, string? ClientSecret, string? Scope) : ICommand<ClientToken>;

/// <summary>The token, as RFC 6749 names its parts.</summary>
/// <param name="AccessToken">Send it as Authorization with every other request.</param>
/// <param name="TokenType">How it is sent: Bearer.</param>
/// <param name="ExpiresIn">For how many seconds it is good.</param>
/// <param name="Scope">The scopes that it has, separated by spaces.</param>
public sealed record ClientToken(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("scope")] string Scope);

/// <summary>Why there is no token, as RFC 6749 says it.</summary>
/// <param name="Error">The code of RFC 6749, 5.2.</param>
/// <param name="ErrorDescription">What is wrong, in a sentence for people.</param>
public sealed record TokenError(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("error_description")] string ErrorDescription);

/// <summary>There is no token for this request.</summary>
internal sealed class NoTokenException(string error, string description) : Exception(description)
{
    public TokenError Error { get; } = new(error, description);
}

internal sealed class IssueClientTokenHandler(LearningDb db, ClientTokens tokens, SecurityLog log, TimeProvider clock)
    : IRequestHandler<IssueClientToken, ClientToken>
{
    public async Task<ClientToken> Handle(IssueClientToken request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        if (request.GrantType is null) throw new NoTokenException("invalid_request", "grant_type is missing.");
        if (request.GrantType != "client_credentials")
            throw new NoTokenException("unsupported_grant_type", "The one grant type is client_credentials.");
        var client = Guid.TryParse(request.ClientId, out var id) ? await db.Clients.AsNoTracking()
            .SingleOrDefaultAsync(c => c.Id == id, cancellationToken) : null;
        if (client is null || request.ClientSecret is null || !client.Accepts(request.ClientSecret, now))
        {
            log.ClientRefused(client?.Id, "invalid_client");
            throw new NoTokenException("invalid_client", "The client and the secret do not go together.");
        }

        var own = client.Scopes.Split(' ');
        var wished = request.Scope?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (wished.Except(own).Any()) throw new NoTokenException("invalid_scope", $"This client may ask for {client.Scopes}.");
        var scopes = string.Join(' ', wished.Length == 0 ? own : own.Where(wished.Contains));
        await db.Clients.Where(c => c.Id == id).ExecuteUpdateAsync(c => c.SetProperty(x => x.LastUsedAt, now), cancellationToken);
        log.ClientSignedIn(id, scopes);
        return new(tokens.Make(id, scopes), "Bearer", (int)ClientTokens.Lifetime.TotalSeconds, scopes);
    }
}
