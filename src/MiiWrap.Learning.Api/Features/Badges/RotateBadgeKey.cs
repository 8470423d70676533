using MediatR;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Badges;

/// <summary>
/// The operator gives badges another key, by which all are signed from now on; what was signed before stays good. Answers the thumbprint.
/// </summary>
public sealed record RotateBadgeKey : ICommand<string>;

internal sealed class RotateBadgeKeyHandler(LearningDb db, BadgeKeys keys) : IRequestHandler<RotateBadgeKey, string>
{
    public async Task<string> Handle(RotateBadgeKey request, CancellationToken cancellationToken)
    {
        var key = await keys.Replace(cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return key.Thumbprint;
    }
}
