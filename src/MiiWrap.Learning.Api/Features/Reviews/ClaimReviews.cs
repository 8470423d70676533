using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// An instructor takes several waiting revisions for two days at once; each gets a result of its own, and those that are free are taken,
/// whatever the others are.
/// </summary>
/// <param name="RevisionIds">1 to 50 of them.</param>
public sealed record ClaimReviews(IReadOnlyList<Guid> RevisionIds) : ICommand<ReviewClaims>;

/// <summary>The results, a row each, in the order in which they were sent.</summary>
/// <param name="Rows">One for each revision, in the order in which they were sent.</param>
public sealed record ReviewClaims(IReadOnlyList<ReviewClaimRow> Rows);

/// <summary>What became of one revision.</summary>
/// <param name="Claim">null where it was not taken.</param>
/// <param name="Reason" example="review.claimed">The code of why it was not.</param>
public sealed record ReviewClaimRow(Guid RevisionId, ReviewClaim? Claim, string? Reason);

internal sealed class ClaimReviewsValidator : AbstractValidator<ClaimReviews>
{
    private const int Most = 50;

    public ClaimReviewsValidator() =>
        RuleFor(x => x.RevisionIds).NotEmpty().Must(ids => ids is null || ids.Count <= Most)
            .WithMessage($"At most {Most} revisions are claimed at once.");
}

internal sealed class ClaimReviewsHandler(LearningDb db, ReviewAccess reviews, Caller caller, TimeProvider clock)
    : IRequestHandler<ClaimReviews, ReviewClaims>
{
    public async Task<ReviewClaims> Handle(ClaimReviews request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var claimed = new Dictionary<Guid, (Reflection Reflection, Review Review)>();
        var refused = new Dictionary<Guid, string>();
        foreach (var id in request.RevisionIds.Distinct())
        {
            try
            {
                var (reflection, _, _, _) = await reviews.FindForChange(id, cancellationToken);
                claimed.Add(id, (reflection, reflection.Claim(id, caller.PersonId, now)));
            }
            catch (RuleException refusal)
            {
                refused.Add(id, refusal.Code);
            }
            catch (NotFoundException missing)
            {
                refused.Add(id, missing.Code);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        return new([.. request.RevisionIds.Select(id => claimed.TryGetValue(id, out var one)
            ? new ReviewClaimRow(id, new(id, one.Review.LeaseUntil!.Value, ReviewTags.Of(one.Reflection, one.Review)), null)
            : new ReviewClaimRow(id, null, refused[id]))]);
    }
}
