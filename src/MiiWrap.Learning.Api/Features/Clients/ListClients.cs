using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Clients;

/// <summary>The clients that are in use, by name, for programme admins.</summary>
public sealed record ListClients(string? Limit, string? Cursor) : IQuery<Page<ClientItem>>, IPaged;

internal sealed class ListClientsValidator : AbstractValidator<ListClients>
{
    public ListClientsValidator() => this.RuleForPaging();
}

internal sealed class ListClientsHandler(LearningDb db, Caller caller) : IRequestHandler<ListClients, Page<ClientItem>>
{
    public async Task<Page<ClientItem>> Handle(ListClients request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("see clients");
        var clients = db.Clients.AsNoTracking().Where(c => c.EndedAt == null);
        var rows = await clients.PageBy(request, c => c.Name, c => c.Id).ToListAsync(cancellationToken);
        return rows.ConvertAll(ClientItem.Of).ToPage(request, c => (c.Name, c.Id));
    }
}
