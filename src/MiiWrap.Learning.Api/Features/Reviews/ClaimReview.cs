using System.Text.Json.Serialization;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>An instructor takes a waiting revision for two days; claiming it again makes the two days anew.</summary>
public sealed record ClaimReview(Guid RevisionId) : ICommand<ReviewClaim>;

/// <summary>An instructor gives a revision back to the queue; what they wrote stays their own.</summary>
public sealed record ReleaseReview(Guid RevisionId) : ICommand<ReleasedReview>;

/// <summary>The claim.</summary>
/// <param name="LeaseUntil">When it lapses.</param>
/// <param name="ETag">The review's tag, for the first save.</param>
public sealed record ReviewClaim(Guid RevisionId, DateTime LeaseUntil, [property: JsonPropertyName("etag")] string ETag);

/// <summary>The revision waits again.</summary>
public sealed record ReleasedReview(Guid RevisionId, ReviewQueueStatus Status);

internal sealed class ClaimReviewHandler(LearningDb db, ReviewAccess reviews, Caller caller, TimeProvider clock)
    : IRequestHandler<ClaimReview, ReviewClaim>, IRequestHandler<ReleaseReview, ReleasedReview>
{
    public async Task<ReviewClaim> Handle(ClaimReview request, CancellationToken cancellationToken)
    {
        var (reflection, _, _, _) = await reviews.FindForChange(request.RevisionId, cancellationToken);
        var review = reflection.Claim(request.RevisionId, caller.PersonId, clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return new(request.RevisionId, review.LeaseUntil!.Value, ReviewTags.Of(reflection, review));
    }

    public async Task<ReleasedReview> Handle(ReleaseReview request, CancellationToken cancellationToken)
    {
        var (reflection, _, _, _) = await reviews.FindForChange(request.RevisionId, cancellationToken);
        reflection.Release(request.RevisionId, caller.PersonId, clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return new(request.RevisionId, ReviewQueueStatus.Awaiting);
    }
}
