using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>A learner compares one of their revisions with the one before, word by word.</summary>
public sealed record CompareRevisions(Guid EnrolmentId, string Assignment, int Version) : IQuery<RevisionChanges>;

internal sealed class CompareRevisionsHandler(LearningDb db, Caller caller) : IRequestHandler<CompareRevisions, RevisionChanges>
{
    public async Task<RevisionChanges> Handle(CompareRevisions request, CancellationToken cancellationToken)
    {
        var both = await db.Reflections.Where(r => r.EnrolmentId == request.EnrolmentId && r.PersonId == caller.PersonId && r.Assignment == request.Assignment)
            .SelectMany(r => r.Revisions).Where(v => v.Number == request.Version || v.Number == request.Version - 1).AsNoTracking()
            .OrderBy(v => v.Number).ToListAsync(cancellationToken);
        return both is [var before, var after] ? RevisionChanges.Between(before, after) : throw new NotFoundException("earlier revision");
    }
}
