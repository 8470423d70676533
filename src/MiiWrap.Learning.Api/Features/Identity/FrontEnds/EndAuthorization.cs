using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace MiiWrap.Learning.Api.Features.Identity.FrontEnds;

/// <summary>
/// The caller lets a front end act for them no more: its tokens and streams end within seconds, and it must ask anew.
/// </summary>
public sealed record EndAuthorization(Guid ClientId) : ICommand<Unit>;

internal sealed class EndAuthorizationHandler(LearningDb db, Caller caller, SignInCache known, SecurityLog log)
    : IRequestHandler<EndAuthorization, Unit>
{
    public async Task<Unit> Handle(EndAuthorization request, CancellationToken cancellationToken)
    {
        // The consent first: no refresh or code that is under way begins a sign-in after it.
        var ended = await db.Consents.StandingOf(caller.PersonId).Where(c => c.Application!.Id == request.ClientId)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.Status, Statuses.Revoked), cancellationToken);
        var sessions = db.Sessions.Where(s => s.PersonId == caller.PersonId && s.ClientId == request.ClientId);
        var ids = await sessions.Select(s => s.Id).ToListAsync(cancellationToken);
        if (ended == 0 && ids.Count == 0) throw new NotFoundException("authorization");
        await sessions.ExecuteDeleteAsync(cancellationToken);
        foreach (var id in ids) known.Forget(id);
        log.FrontEndEnded(caller.PersonId, request.ClientId);
        return Unit.Value;
    }
}
