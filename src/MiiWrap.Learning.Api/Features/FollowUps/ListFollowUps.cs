using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.FollowUps;

namespace MiiWrap.Learning.Api.Features.FollowUps;

/// <summary>
/// What needs a human in a cohort, oldest first, for its instructors and leads; whoever coaches learners there without teaching them sees
/// those. Nobody sees what is of learners whose agency they supervise or administer.
/// </summary>
/// <param name="Status" example="open">Only those of this status.</param>
public sealed record ListFollowUps(Guid CohortId, string? Status, string? Limit, string? Cursor) : IQuery<Page<FollowUpItem>>, IPaged;

/// <summary>One learner who would be helped by a word with their coach.</summary>
/// <param name="Reasons">Codes, each once.</param>
/// <param name="Triggers">The same with their units and times.</param>
/// <param name="DueOn">Three working days after it came up.</param>
/// <param name="Note">What the coach noted when they closed it; null for nothing.</param>
public sealed record FollowUpItem(
    Guid Id, Guid EnrolmentId, FollowUpLearner Learner, IReadOnlyList<FollowUpReason> Reasons, IReadOnlyList<FollowUpTriggerView> Triggers,
    DateTime OpenedAt, DateOnly DueOn,
    FollowUpStatus Status, FollowUpOutcome? Outcome, string? Note, DateTime? ClosedAt)
{
    internal static FollowUpItem Of(FollowUp followUp, string learnerName)
    {
        var triggers = followUp.Triggers.OrderBy(t => t.At).ThenBy(t => t.Id).ToList();
        return new(
            followUp.Id, followUp.EnrolmentId, new(followUp.PersonId, learnerName), [.. triggers.Select(t => t.Reason).Distinct()],
            [.. triggers.Select(t => new FollowUpTriggerView(t.Reason, t.Unit, t.At))], followUp.OpenedAt, followUp.DueOn,
            followUp.ClosedAt is null ? FollowUpStatus.Open : FollowUpStatus.Closed, followUp.Outcome, followUp.Note, followUp.ClosedAt);
    }
}

/// <summary>The learner.</summary>
public sealed record FollowUpLearner(Guid Id, string Name);

/// <summary>One reason with the unit that it is about.</summary>
/// <param name="At">When it happened.</param>
public sealed record FollowUpTriggerView(FollowUpReason Reason, string? Unit, DateTime At);

internal sealed class ListFollowUpsValidator : AbstractValidator<ListFollowUps>
{
    public ListFollowUpsValidator()
    {
        this.RuleForPaging(byMoment: true);
        RuleFor(x => x.Status).MustBeOneOf<ListFollowUps, FollowUpStatus>();
    }
}

internal sealed class ListFollowUpsHandler(LearningDb db, Caller caller, ILogger<ListFollowUps> log)
    : IRequestHandler<ListFollowUps, Page<FollowUpItem>>
{
    public async Task<Page<FollowUpItem>> Handle(ListFollowUps request, CancellationToken cancellationToken)
    {
        // What a coach noted about a learner stays among those who coach them.
        var (coaches, seen) = await db.FollowUpsFor(caller, request.CohortId, cancellationToken);
        if (EnumNames.TryParse<FollowUpStatus>(request.Status, out var status))
            seen = seen.Where(f => f.ClosedAt == null == (status == FollowUpStatus.Open));
        var rows = await seen.AsNoTracking().Include(f => f.Triggers).LoadReadablePageAsync(
            f => f.Id, some => some.PageBy(request, f => f.OpenedAt, f => f.Id),
            some => some.Join(db.Enrolments, f => f.EnrolmentId, e => e.Id, (f, e) => new { FollowUp = f, e.LearnerName })
                .OrderBy(r => r.FollowUp.OpenedAt).ThenBy(r => r.FollowUp.Id).ToListAsync(cancellationToken),
            log.LeavesOut("follow-up"), cancellationToken);
        var page = rows.ToPage(request, r => (Paging.KeyOf(r.FollowUp.OpenedAt), r.FollowUp.Id));
        return new([.. page.Items.Select(r => FollowUpItem.Of(r.FollowUp, r.LearnerName))
            .Select(i => coaches ? i : i with { Note = null })], page.Next);
    }
}

internal static class FollowUpQueries
{
    /// <summary>A cohort's follow-ups that are the caller's to see, and whether they coach there; 404 where none could be.</summary>
    public static async Task<(bool Coaches, IQueryable<FollowUp> Seen)> FollowUpsFor(
        this LearningDb db, Caller caller, Guid cohortId, CancellationToken ct)
    {
        var own = db.LearnersOfOwnAgencies(caller);
        var ofCohort = db.FollowUps.Where(f => f.CohortId == cohortId && !own.Contains(f.PersonId));
        var isStaff = await db.Cohorts.TaughtBy(caller).Where(c => c.Id == cohortId)
            .Select(c => (bool?)c.Staff.Any(m => m.PersonId == caller.PersonId)).SingleOrDefaultAsync(ct);
        if (isStaff is { } coaches) return (coaches, ofCohort);
        var coached = db.Enrolments.SeenToBy(caller.PersonId, db).Where(e => e.CohortId == cohortId).Select(e => e.Id);
        if (!await coached.AnyAsync(ct)) throw new NotFoundException("cohort");
        return (true, ofCohort.Where(f => coached.Contains(f.EnrolmentId)));
    }
}
