using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// A reviewer compares the revision with the one before, word by word; one that its author took back before a review began is skipped.
/// </summary>
public sealed record CompareForReview(Guid RevisionId) : IQuery<RevisionChanges>;

internal sealed class CompareForReviewHandler(LearningDb db, ReviewAccess reviews) : IRequestHandler<CompareForReview, RevisionChanges>
{
    public async Task<RevisionChanges> Handle(CompareForReview request, CancellationToken cancellationToken)
    {
        var found = await reviews.Find(request.RevisionId, cancellationToken);
        var reader = reviews.ReaderOf(found)
            ?? throw new RuleException("review.notReader", "Claim this revision before you read it.", RuleKind.Forbidden);
        var revisions = await db.Revisions.AsNoTracking().Where(v => v.ReflectionId == found.Reflection.Id).OrderBy(v => v.Number)
            .ToListAsync(cancellationToken);
        var after = revisions.Single(v => v.Id == request.RevisionId);
        var before = revisions.FindLast(v => v.Number < after.Number && !found.Reflection.IsTakenBack(v.Id))
            ?? throw new NotFoundException("earlierRevision");
        await reviews.NoteReading(found, reader, ReaderAct.Compared, cancellationToken);
        return RevisionChanges.Between(before, after);
    }
}
