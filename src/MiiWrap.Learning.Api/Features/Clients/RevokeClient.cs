using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace MiiWrap.Learning.Api.Features.Clients;

/// <summary>
/// A programme admin ends a client: neither its secrets nor its tokens work any more, and everybody's sign-ins through it end. Doing it
/// again changes nothing.
/// </summary>
public sealed record RevokeClient(Guid ClientId) : ICommand<Unit>;

internal sealed class RevokeClientHandler(LearningDb db, Caller caller, ApiClientCache known, SecurityLog log, TimeProvider clock)
    : IRequestHandler<RevokeClient, Unit>
{
    public async Task<Unit> Handle(RevokeClient request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("end clients");
        var client = await db.Clients.SingleOrDefaultAsync(c => c.Id == request.ClientId, cancellationToken)
            ?? throw new NotFoundException("client");
        client.End(clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        // On the consents it meets the codes that are exchanged at this moment: no sign-in begins after this.
        await db.Consents.Where(c => c.Application!.Id == client.Id && c.Status == Statuses.Valid)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.Status, Statuses.Revoked), cancellationToken);
        await db.Sessions.Where(s => s.ClientId == client.Id).ExecuteDeleteAsync(cancellationToken);
        known.Forget(client.Id);
        log.ClientEnded(client.Id, caller.PersonId);
        return Unit.Value;
    }
}
