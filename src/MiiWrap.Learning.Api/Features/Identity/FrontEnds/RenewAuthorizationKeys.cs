using MediatR;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Identity.FrontEnds;

/// <summary>
/// Makes the authorization server's next keys a day before they sign, and drops those that nothing needs any more. Two nodes at once may
/// each make one: both are published, and the older of them signs first.
/// </summary>
public sealed record RenewAuthorizationKeys : ICommand<Unit>;

internal sealed class RenewAuthorizationKeysHandler(AuthorizationKeys keys, LearningDb db) : IRequestHandler<RenewAuthorizationKeys, Unit>
{
    public async Task<Unit> Handle(RenewAuthorizationKeys request, CancellationToken cancellationToken)
    {
        if (await keys.Renew(db, cancellationToken)) keys.ReadAgain();
        return Unit.Value;
    }
}
