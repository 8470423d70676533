using MiiWrap.Learning.Api.Data;

namespace MiiWrap.Learning.Api.Features.Clients;

/// <summary>A client as programme admins see it; its secret is shown when it is made and never again.</summary>
/// <param name="AgencyId">The agency whose learners alone it sees; null for a client of the programme.</param>
/// <param name="LastUsedAt">When it last took a token.</param>
public sealed record ClientItem(Guid Id, string Name, Guid? AgencyId, IReadOnlyList<string> Scopes, DateTime CreatedAt, DateTime? LastUsedAt, DateTime? OldSecretUntil)
{
    internal static ClientItem Of(ApiClient client) =>
        new(client.Id, client.Name, client.AgencyId, client.Scopes.Split(' '), client.CreatedAt, client.LastUsedAt, client.OldSecretUntil);
}
