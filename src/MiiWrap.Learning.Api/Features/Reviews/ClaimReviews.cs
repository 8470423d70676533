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
/// <param name="Reason" example="review.claimed">
/// The code of why it was not; row.unreadable where something stored of it or of its author is damaged.
/// </param>
public sealed record ReviewClaimRow(Guid RevisionId, ReviewClaim? Claim, string? Reason);

internal sealed class ClaimReviewsValidator : AbstractValidator<ClaimReviews>
{
    private const int Most = 50;

    public ClaimReviewsValidator() =>
        RuleFor(x => x.RevisionIds).NotEmpty().Must(ids => ids is null || ids.Count <= Most)
            .WithMessage($"At most {Most} revisions are claimed at once.");
}

internal sealed class ClaimReviewsHandler(
    LearningDb db, ReviewAccess reviews, Caller caller, TimeProvider clock, ILogger<ClaimReviews> log)
    : IRequestHandler<ClaimReviews, ReviewClaims>
{
    public async Task<ReviewClaims> Handle(ClaimReviews request, CancellationToken cancellationToken)
    {
        var rows = (await request.RevisionIds.Distinct().ToArray().DoReadableAsync(
            some => db.RetryLostRacesAsync(() => Claim(some, cancellationToken)), Unreadable)).ToDictionary(r => r.RevisionId);
        return new([.. request.RevisionIds.Select(id => rows[id])]);
    }

    private async Task<List<ReviewClaimRow>> Claim(Guid[] ids, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var now = clock.UtcNow();
        var rows = new List<(Guid Id, Reflection? Reflection, Review? Review, string? Reason)>();
        foreach (var id in ids)
        {
            try
            {
                var (reflection, _, _, _) = await reviews.FindForChange(id, ct);
                rows.Add((id, reflection, reflection.Claim(id, caller.PersonId, now), null));
            }
            catch (RuleException refusal)
            {
                rows.Add((id, null, null, refusal.Code));
            }
            catch (NotFoundException missing)
            {
                rows.Add((id, null, null, missing.Code));
            }
        }

        await db.SaveChangesAsync(ct);
        return rows.ConvertAll(r => r is { Reflection: { } reflection, Review: { } review }
            ? new ReviewClaimRow(r.Id, new(r.Id, review.LeaseUntil!.Value, ReviewTags.Of(reflection, review)), null)
            : new(r.Id, null, r.Reason));
    }

    private ReviewClaimRow Unreadable(Guid id, Exception e)
    {
        log.LogError(e, "Revision {RevisionId} is not claimed: it or something of its author cannot be read", id);
        return new(id, null, UnreadableRowException.Code);
    }
}
