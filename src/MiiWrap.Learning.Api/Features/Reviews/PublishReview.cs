using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// A reviewer makes a complete review visible to the learner, once; where two read, it becomes visible when both are in and agree or have
/// talked.
/// </summary>
public sealed record PublishReview(Guid RevisionId) : ICommand<PublishedReview>;

/// <summary>Two reviewers who were far apart have talked; the learner now sees what they say.</summary>
public sealed record CloseReviewConversation(Guid RevisionId) : ICommand<PublishedReview>;

/// <summary>After three tries in writing, reviewer and learner have talked, and the reflection may be handed in once more.</summary>
public sealed record AllowAnotherTry(Guid RevisionId) : ICommand<PublishedReview>;

/// <summary>Where the reflection stands now.</summary>
/// <param name="PublishedAt">null while the second reader, or their conversation, is waited for.</param>
/// <param name="ConversationOpen">The two reviewers are far apart and are asked to talk.</param>
public sealed record PublishedReview(Guid RevisionId, ReflectionStatus Status, DateTime? PublishedAt, bool ConversationOpen);

internal sealed class PublishReviewHandler(LearningDb db, ReviewAccess reviews, Caller caller, TimeProvider clock)
    : IRequestHandler<PublishReview, PublishedReview>, IRequestHandler<CloseReviewConversation, PublishedReview>,
    IRequestHandler<AllowAnotherTry, PublishedReview>
{
    public async Task<PublishedReview> Handle(PublishReview request, CancellationToken cancellationToken)
    {
        var found = await reviews.FindForChange(request.RevisionId, cancellationToken);
        var (reflection, unit, _, _) = found;
        var review = reflection.Publish(request.RevisionId, caller.PersonId, unit.Assignment.Rubric, unit.IsAnchor, clock.UtcNow());
        reviews.Note(found, new(ReaderRole.Reviewer, null), ReaderAct.Published);
        if (review.AcceptRuleOverridden) reviews.Note(found, new(ReaderRole.Reviewer, null), ReaderAct.OverrodeAcceptRule);
        return await Save(reflection, request.RevisionId, cancellationToken);
    }

    public async Task<PublishedReview> Handle(CloseReviewConversation request, CancellationToken cancellationToken)
    {
        var (reflection, unit, _, _) = await reviews.FindForChange(request.RevisionId, cancellationToken);
        reflection.CloseConversation(request.RevisionId, caller.PersonId, unit.Assignment.Rubric, unit.IsAnchor, clock.UtcNow());
        return await Save(reflection, request.RevisionId, cancellationToken);
    }

    public async Task<PublishedReview> Handle(AllowAnotherTry request, CancellationToken cancellationToken)
    {
        var (reflection, _, _, isLead) = await reviews.FindForChange(request.RevisionId, cancellationToken);
        if (!isLead && reflection.ReviewBy(caller.PersonId, request.RevisionId)?.PublishedAt is null)
            throw new RuleException(
                "role.required", "The reviewer of this revision, or the cohort's lead, opens it again.", RuleKind.Forbidden);
        reflection.AgreeOnAnotherTry();
        return await Save(reflection, request.RevisionId, cancellationToken);
    }

    private async Task<PublishedReview> Save(Reflection reflection, Guid revisionId, CancellationToken ct)
    {
        await db.SaveChangesAsync(ct);
        var review = reflection.ReviewBy(caller.PersonId, revisionId);
        return new(revisionId, reflection.StatusAt(clock.UtcNow()), review?.PublishedAt, reflection.ConversationSince is not null);
    }
}
