using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Clients;

/// <summary>A programme admin ends a client: neither its secrets nor its tokens work any more. Doing it again changes nothing.</summary>
public sealed record EndClient(Guid ClientId) : ICommand<Unit>;

internal sealed class EndClientHandler(LearningDb db, Caller caller, KnownClients known, TimeProvider clock, ILogger<EndClientHandler> log) : IRequestHandler<EndClient, Unit>
{
    public async Task<Unit> Handle(EndClient request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("end clients");
        var client = await db.Clients.SingleOrDefaultAsync(c => c.Id == request.ClientId, cancellationToken) ?? throw new NotFoundException("client");
        client.End(clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        known.Forget(client.Id);
        log.LogInformation("Client {Client} was ended by {Person}", client.Id, caller.PersonId);
        return Unit.Value;
    }
}
