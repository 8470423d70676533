using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Api.Features.Badges;

/// <summary>
/// Which badges of one list were revoked: a W3C Bitstring Status List, itself a credential that is signed like a badge, whatever a caller
/// accepts.
/// </summary>
/// <param name="Number" example="1">The list's number, which badges name.</param>
public sealed record GetStatusList(int Number) : IQuery<string>;

internal sealed class GetStatusListHandler(LearningDb db, BadgeKeys keys) : IRequestHandler<GetStatusList, string>
{
    public async Task<string> Handle(GetStatusList request, CancellationToken cancellationToken)
    {
        var places = db.CredentialPeriods.Where(p => p.StatusList == request.Number && p.StatusIndex != null);
        if (await keys.FindSigner(cancellationToken) is not var (signer, since) || !await places.AnyAsync(cancellationToken))
            throw new NotFoundException("statusList");
        var revoked = await places.Where(p => p.RevokedAt != null).Select(p => p.StatusIndex!.Value).ToListAsync(cancellationToken);
        // Good since the first badge, and not since the last change: a verifier whose clock is slow would take it for one of tomorrow's.
        return signer.Sign(StatusListCredential.Of(
            signer.Addresses.StatusList(request.Number), signer.Addresses.Issuer, since, BitstringStatusList.Encode(revoked)));
    }
}
