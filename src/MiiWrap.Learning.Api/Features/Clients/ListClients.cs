using System.Text.Json.Serialization;
using AutoMapper;
using AutoMapper.QueryableExtensions;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using IConfigurationProvider = AutoMapper.IConfigurationProvider;

namespace MiiWrap.Learning.Api.Features.Clients;

/// <summary>The clients that are in use, by name, for programme admins.</summary>
public sealed record ListClients(string? Limit, string? Cursor) : IQuery<Page<ClientItem>>, IPaged;

/// <summary>A client as programme admins see it; its secret is shown when it is made and never again.</summary>
/// <param name="AgencyId">The agency whose learners alone it sees; null for a client of the programme.</param>
/// <param name="LastUsedAt">When it last took a token for itself; null for a front end, whose tokens are people's.</param>
/// <param name="OldSecretUntil">Until when the secret before the last is still good; null when it is not.</param>
/// <param name="RedirectUris">Where a front end gets people back; empty for a server.</param>
public sealed record ClientItem(
    Guid Id, string Name, ClientKind Kind, Guid? AgencyId, IReadOnlyList<string> Scopes, IReadOnlyList<string> RedirectUris,
    DateTime CreatedAt, DateTime? LastUsedAt, DateTime? OldSecretUntil)
{
    [JsonIgnore]
    public string SortName { get; init; } = "";
}

internal sealed class ListClientsValidator : AbstractValidator<ListClients>
{
    public ListClientsValidator() => this.RuleForPaging();
}

internal sealed class ClientItemMapping : Profile
{
    public ClientItemMapping() =>
        CreateProjection<ApiClient, ClientItem>()
            .ForCtorParam(nameof(ClientItem.Scopes), o => o.MapFrom(c => c.Scopes.Split(' ', StringSplitOptions.None)))
            .ForCtorParam(nameof(ClientItem.RedirectUris), o => o.MapFrom(c => ApiClient.AddressesOf(c.RedirectUris)));
}

internal sealed class ListClientsHandler(LearningDb db, Caller caller, IConfigurationProvider maps, ILogger<ListClients> log)
    : IRequestHandler<ListClients, Page<ClientItem>>
{
    public async Task<Page<ClientItem>> Handle(ListClients request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("see clients");
        var clients = db.Clients.Where(c => c.EndedAt == null);
        var rows = await clients.LoadReadablePageAsync(
            c => c.Id, some => some.PageBy(request, c => c.SortName, c => c.Id),
            some => some.ProjectTo<ClientItem>(maps).ToListAsync(cancellationToken), log.LeavesOut("client"), cancellationToken);
        return rows.ToPage(request, c => (c.SortName, c.Id));
    }
}
