using MediatR;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// The address that a link makes somebody's own, null for a link that is not good: the page behind it names the address, so that nobody is
/// talked into confirming another one's.
/// </summary>
public sealed record GetNewAddress(string? Token) : IQuery<string?>;

internal sealed class GetNewAddressHandler(LearningDb db, TimeProvider clock) : IRequestHandler<GetNewAddress, string?>
{
    public async Task<string?> Handle(GetNewAddress request, CancellationToken cancellationToken) =>
        request.Token is { Length: > 0 and <= AddressLinks.LongestToken } token
            ? (await db.FindAddressLink(token, clock.UtcNow(), cancellationToken))?.Token.Address
            : null;
}
