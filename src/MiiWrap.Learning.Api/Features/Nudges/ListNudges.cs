using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>The caller's own nudges, in the order in which they are due.</summary>
/// <param name="Status" example="planned">Only those of this status.</param>
public sealed record ListNudges(string? Status, string? Limit, string? Cursor) : IQuery<Page<NudgeItem>>, IPaged;

/// <summary>The nudges of a cohort's learners, in the order in which they are due, for its instructors and leads.</summary>
/// <param name="Status" example="sent">Only those of this status.</param>
public sealed record ListCohortNudges(Guid CohortId, string? Status, string? Limit, string? Cursor) : IQuery<Page<NudgeItem>>, IPaged;

/// <summary>One ask as a row of a spreadsheet.</summary>
internal sealed record NudgeRow(
    Guid Id, Guid EnrolmentId, string Unit, int Step, string Kind, string Channel, DateTime DueAt, string Status, string? StatusReason,
    DateTime ExpiresAt,
    string? Outcome, DateOnly? OccurredOn, DateOnly? PlannedFor, string? Barrier, string? Note, bool? NeedHelp, DateTime? RespondedAt)
{
    public static NudgeRow Of(NudgeItem n) => new(
        n.Id, n.EnrolmentId, n.Unit, n.Step, EnumNames.NameOf(n.Kind), EnumNames.NameOf(n.Channel), n.DueAt, EnumNames.NameOf(n.Status),
        n.StatusReason, n.ExpiresAt,
        n.Response is { } r ? EnumNames.NameOf(r.Outcome) : null, n.Response?.OccurredOn, n.Response?.PlannedFor,
        n.Response?.Barrier is { } b ? EnumNames.NameOf(b) : null, n.Response?.Note, n.Response?.NeedHelp, n.Response?.RespondedAt);
}

internal sealed class ListNudgesValidator : AbstractValidator<ListNudges>
{
    public ListNudgesValidator()
    {
        this.RuleForPaging(byMoment: true);
        RuleFor(x => x.Status).MustBeOneOf<ListNudges, NudgeStatus>();
    }
}

internal sealed class ListCohortNudgesValidator : AbstractValidator<ListCohortNudges>
{
    public ListCohortNudgesValidator()
    {
        this.RuleForPaging(byMoment: true);
        RuleFor(x => x.Status).MustBeOneOf<ListCohortNudges, NudgeStatus>();
    }
}

internal sealed class ListNudgesHandler(LearningDb db, Caller caller)
    : IRequestHandler<ListNudges, Page<NudgeItem>>, IRequestHandler<ListCohortNudges, Page<NudgeItem>>
{
    public Task<Page<NudgeItem>> Handle(ListNudges request, CancellationToken cancellationToken) =>
        Read(db.Nudges.Where(n => n.PersonId == caller.PersonId), request.Status, request, cancellationToken);

    public async Task<Page<NudgeItem>> Handle(ListCohortNudges request, CancellationToken cancellationToken)
    {
        if (!await db.Cohorts.TaughtBy(caller).AnyAsync(c => c.Id == request.CohortId, cancellationToken))
            throw new NotFoundException("cohort");
        return await Read(db.Nudges.Where(n => n.CohortId == request.CohortId), request.Status, request, cancellationToken);
    }

    private static async Task<Page<NudgeItem>> Read(IQueryable<Nudge> nudges, string? status, IPaged request, CancellationToken ct)
    {
        if (EnumNames.TryParse<NudgeStatus>(status, out var wanted)) nudges = nudges.Where(n => n.Status == wanted);
        var rows = await nudges.AsNoTracking().PageBy(request, n => n.DueAt, n => n.Id).ToListAsync(ct);
        var page = rows.ToPage(request, n => (Paging.KeyOf(n.DueAt), n.Id));
        return new([.. page.Items.Select(NudgeItem.Of)], page.Next);
    }
}
