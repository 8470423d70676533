using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>Who coaches whom, oldest first: the caller's own, and those that they may begin and end for others.</summary>
/// <param name="As" example="coach">Only those in which the caller is the coach, or the coachee.</param>
public sealed record ListCoaching(string? As, string? Limit, string? Cursor) : IQuery<Page<CoachingRelationshipView>>, IPaged;

/// <summary>One coaching relationship.</summary>
/// <param name="RelationshipId">The coaching relationship.</param>
public sealed record GetCoaching(Guid RelationshipId) : IQuery<CoachingRelationshipView>;

/// <summary>A side of a coaching relationship.</summary>
public enum CoachingSide
{
    Coach,
    Coachee,
}

internal sealed class ListCoachingValidator : AbstractValidator<ListCoaching>
{
    public ListCoachingValidator()
    {
        this.RuleForPaging(byMoment: true);
        RuleFor(x => x.As).MustBeOneOf<ListCoaching, CoachingSide>();
    }
}

internal sealed class ListCoachingHandler(LearningDb db, Caller caller, CoachingViews views, ILogger<ListCoaching> log)
    : IRequestHandler<ListCoaching, Page<CoachingRelationshipView>>, IRequestHandler<GetCoaching, CoachingRelationshipView>
{
    public async Task<Page<CoachingRelationshipView>> Handle(ListCoaching request, CancellationToken cancellationToken)
    {
        var relationships = db.CoachingRelationships.AsNoTracking();
        relationships = EnumNames.TryParse<CoachingSide>(request.As, out var side)
            ? side == CoachingSide.Coach
                ? relationships.Where(r => r.CoachId == caller.AsStaff)
                : relationships.Where(r => r.CoacheeId == caller.AsLearner)
            : relationships.SeenBy(caller, db);
        var rows = await relationships.LoadReadablePageAsync(
            r => r.Id, some => some.PageBy(request, r => r.CreatedAt, r => r.Id), some => some.ToListAsync(cancellationToken),
            log.LeavesOut("coaching relationship"), cancellationToken);
        var page = rows.ToPage(request, r => (Paging.KeyOf(r.CreatedAt), r.Id));
        return new(await views.Of(page.Items, cancellationToken), page.Next);
    }

    public async Task<CoachingRelationshipView> Handle(GetCoaching request, CancellationToken cancellationToken) =>
        await views.Of(
            await db.CoachingRelationships.AsNoTracking().SeenBy(caller, db)
                .SingleOrDefaultAsync(r => r.Id == request.RelationshipId, cancellationToken)
            ?? throw new NotFoundException("coaching"), cancellationToken);
}
