using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>An instructor takes a waiting revision for two days; claiming it again makes the two days anew.</summary>
public sealed record ClaimReview(Guid RevisionId) : ICommand<ReviewClaim>;

/// <summary>
/// An instructor gives a revision back to the queue; a lead does so for others, and says why. What was written stays its reviewer's own.
/// </summary>
/// <param name="Reason" example="The reviewer is ill this week.">
/// 10 to 400 characters, which the reviewer sees; with it a lead releases what others have claimed.
/// </param>
/// <param name="Reviewer">Where two read: whose claim a lead releases; all of them when not given.</param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record ReleaseReview(
    [property: JsonConverter(typeof(TextAsSent))] string? Reason, Guid? Reviewer, bool? PrivacyConfirmed) : ICommand<ReleasedReview>
{
    [JsonIgnore]
    public Guid RevisionId { get; init; }
}

/// <summary>The claim.</summary>
/// <param name="LeaseUntil">When it lapses.</param>
/// <param name="ETag">The review's tag, for the first save.</param>
public sealed record ReviewClaim(Guid RevisionId, DateTime LeaseUntil, [property: JsonPropertyName("etag")] string ETag);

/// <summary>The revision waits again.</summary>
public sealed record ReleasedReview(Guid RevisionId, ReviewQueueStatus Status);

internal sealed class ReleaseReviewValidator : AbstractValidator<ReleaseReview>
{
    public ReleaseReviewValidator()
    {
        RuleFor(x => x.Reason).NotEmpty().When(x => x.Reviewer is not null);
        When(x => x.Reason is not null, () => RuleFor(x => x.Reason).MustBeReason());
    }
}

internal sealed class ClaimReviewHandler(
    LearningDb db, ReviewAccess reviews, ReviewPages pages, Caller caller, PrivacyGate gate, TimeProvider clock)
    : IRequestHandler<ClaimReview, ReviewClaim>, IRequestHandler<ReleaseReview, ReleasedReview>
{
    public async Task<ReviewClaim> Handle(ClaimReview request, CancellationToken cancellationToken)
    {
        var found = await reviews.FindForChange(request.RevisionId, cancellationToken);
        var review = found.Reflection.Claim(request.RevisionId, caller.PersonId, clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return new(request.RevisionId, review.LeaseUntil!.Value, (await pages.Of(found, cancellationToken)).ETag);
    }

    public async Task<ReleasedReview> Handle(ReleaseReview request, CancellationToken cancellationToken)
    {
        var found = await reviews.Find(request.RevisionId, cancellationToken);
        if (found.IsLead && request.Reason is { } reason)
        {
            found.MustNotBeOwn(caller);
            await gate.PassReasonAsync(found.Reflection.EnrolmentId, reason, request.PrivacyConfirmed, cancellationToken);
            found.Reflection.ReleaseForOthers(request.RevisionId, request.Reviewer, reason.NormalizeNfc(), clock.UtcNow());
        }
        else
        {
            if (!found.IsStaff || (request.Reviewer is { } other && other != caller.PersonId))
                throw new RuleException("role.required", "Only a lead of this cohort releases what others have claimed.", RuleKind.Forbidden);
            found.Reflection.Release(request.RevisionId, caller.PersonId, clock.UtcNow());
        }

        await db.SaveChangesAsync(cancellationToken);
        return new(request.RevisionId, ReviewQueueStatus.Awaiting);
    }
}
