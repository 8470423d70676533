using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Badges;

/// <summary>
/// The newest badge of a credential, beside its page and as long as that is shown. A revoked one stays readable: others may hold the file
/// already, and its status list tells them.
/// </summary>
/// <param name="Token">The secret part of the page's address.</param>
public sealed record GetBadge(string Token) : IQuery<string>;

internal sealed class GetBadgeHandler(LearningDb db) : IRequestHandler<GetBadge, string>
{
    public async Task<string> Handle(GetBadge request, CancellationToken cancellationToken)
    {
        var found = await db.Credentials.AsNoTracking().Where(c => c.PageToken == request.Token && c.IsPublic)
            .Select(c => new
            {
                c.PageToken,
                Badge = c.Periods.Where(p => p.Badge != null).OrderByDescending(p => p.Number).Select(p => p.Badge).FirstOrDefault(),
            })
            .SingleOrDefaultByAsync(c => c.PageToken, request.Token, cancellationToken);
        return found?.Badge ?? throw new NotFoundException("badge");
    }
}
