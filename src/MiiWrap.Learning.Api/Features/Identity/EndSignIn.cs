using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// A person ends one of their sign-ins, on a lost phone say: its refresh token is void, and its access tokens and streams end within
/// seconds.
/// </summary>
public sealed record EndSignIn(Guid SignInId) : ICommand<Unit>;

internal sealed class EndSignInHandler(LearningDb db, Caller caller, SignInCache known, SecurityLog log) : IRequestHandler<EndSignIn, Unit>
{
    public async Task<Unit> Handle(EndSignIn request, CancellationToken cancellationToken)
    {
        if (await db.Sessions.Where(s => s.Id == request.SignInId && s.PersonId == caller.PersonId)
            .ExecuteDeleteAsync(cancellationToken) == 0) throw new NotFoundException("signIn");
        known.Forget(request.SignInId);
        log.SignInEnded(caller.PersonId, request.SignInId);
        return Unit.Value;
    }
}
