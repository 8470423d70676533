using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>A learner compares one of their revisions with the one before, word by word.</summary>
/// <param name="Version">The number of the later revision, from 2.</param>
public sealed record CompareRevisions(Guid EnrolmentId, string Assignment, int Version) : IQuery<RevisionChanges>;

internal sealed class CompareRevisionsHandler(LearningDb db, Caller caller) : IRequestHandler<CompareRevisions, RevisionChanges>
{
    public async Task<RevisionChanges> Handle(CompareRevisions request, CancellationToken cancellationToken)
    {
        var reflection = await db.Reflections.AsNoTracking().FindOwn(caller, request.EnrolmentId, request.Assignment, cancellationToken)
            ?? throw new NotFoundException("earlierRevision");
        reflection.MustBeShown();
        var both = await db.Revisions.AsNoTracking()
            .Where(v => v.ReflectionId == reflection.Id && (v.Number == request.Version || v.Number == request.Version - 1))
            .OrderBy(v => v.Number).ToListAsync(cancellationToken);
        return both is [var before, var after] ? RevisionChanges.Between(before, after) : throw new NotFoundException("earlierRevision");
    }
}
