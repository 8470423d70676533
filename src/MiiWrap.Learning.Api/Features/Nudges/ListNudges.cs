using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>The caller's own nudges with their questions and plans, in the order in which they are due.</summary>
/// <param name="Status" example="planned">Only those of this status.</param>
/// <param name="Enrolment">Only those of this enrolment.</param>
/// <param name="DueBefore" example="2027-03-15T00:00:00Z">Only those that are due before this moment.</param>
public sealed record ListNudges(string? Status, Guid? Enrolment, string? DueBefore, string? Limit, string? Cursor)
    : IQuery<Page<OwnNudgeItem>>, IPaged;

/// <summary>
/// The nudges of a cohort's learners, in the order in which they are due, for its instructors and leads; a programme admin sees them
/// without the notes, but for those of a unit whose reflection they have opened with a reason. Who reads a note is written down. Nobody
/// sees those of learners whose agency they supervise or administer.
/// </summary>
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
        RuleFor(x => x.DueBefore).MustBeMoment();
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

internal sealed class ListNudgesHandler(
    LearningDb db, Caller caller, CurriculumLibrary library, TimeProvider clock, ILogger<ListNudges> log)
    : IRequestHandler<ListNudges, Page<OwnNudgeItem>>, IRequestHandler<ListCohortNudges, Page<NudgeItem>>
{
    public async Task<Page<OwnNudgeItem>> Handle(ListNudges request, CancellationToken cancellationToken)
    {
        var nudges = db.UnitNudges.Where(n => n.PersonId == caller.PersonId);
        if (request.Enrolment is { } enrolment) nudges = nudges.Where(n => n.EnrolmentId == enrolment);
        if (Moments.TryParse(request.DueBefore, out var moment))
        {
            var before = moment.UtcDateTime;
            nudges = nudges.Where(n => n.DueAt < before);
        }

        var rows = await nudges.LoadReadablePageAsync(
            n => n.Id,
            some => PageOf(some, request.Status, request),
            some => some.WithOpportunity(db).OrderBy(r => r.Nudge.DueAt).ThenBy(r => r.Nudge.Id).ToListAsync(cancellationToken),
            log.LeavesOut("nudge"), cancellationToken);
        var page = rows.ToPage(request, r => (Paging.KeyOf(r.Nudge.DueAt), r.Nudge.Id));
        return new(await library.ItemsOf(db, page.Items, cancellationToken), page.Next);
    }

    public async Task<Page<NudgeItem>> Handle(ListCohortNudges request, CancellationToken cancellationToken)
    {
        var reader = await db.Cohorts.TaughtBy(caller).Where(c => c.Id == request.CohortId).Select(c => new NoteReader(
            db.Users.Where(p => p.Id == caller.PersonId).Select(p => p.Name).First(),
            c.Staff.Any(m => m.PersonId == caller.PersonId), c.Staff.Any(m => m.PersonId == caller.PersonId && m.Role == CohortRole.Lead)))
            .SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("cohort");
        // What was answered names what stands in the way at work, and that is never told to a supervisor by name.
        var own = db.LearnersOfOwnAgencies(caller);
        var rows = await db.UnitNudges.AsNoTracking().Where(n => n.CohortId == request.CohortId && !own.Contains(n.PersonId))
            .LoadReadablePageAsync(
                n => n.Id, some => PageOf(some, request.Status, request), some => some.ToListAsync(cancellationToken),
                log.LeavesOut("nudge"), cancellationToken);
        var page = rows.ToPage(request, n => (Paging.KeyOf(n.DueAt), n.Id));
        return new(await WithNotesFor(reader, [.. page.Items.Select(NudgeItem.Of)], cancellationToken), page.Next);
    }

    /// <summary>The nudges with the notes that this reader may see; the learner sees who has read them.</summary>
    private async Task<IReadOnlyList<NudgeItem>> WithNotesFor(NoteReader reader, IReadOnlyList<NudgeItem> nudges, CancellationToken ct)
    {
        var noted = nudges.Where(n => n.Response?.Note is not null).Select(n => (n.EnrolmentId, n.Unit)).ToHashSet();
        if (noted.Count == 0) return nudges;
        var (now, enrolments) = (clock.UtcNow(), noted.Select(n => n.EnrolmentId).Distinct().ToList());
        if (reader.IsStaff)
        {
            var written = await WrittenByEnrolment(enrolments, now, ct);
            await Log(noted.Where(n => !written[n.EnrolmentId].Contains(n.Unit)), _ => null);
        }
        else
        {
            var why = await WhyOpened(enrolments, now, ct);
            noted.IntersectWith(why.Keys);
            await Log(noted, n => why[n]);
        }

        return [.. nudges.Select(n => noted.Contains((n.EnrolmentId, n.Unit)) ? n : WithoutNote(n))];

        async Task Log(IEnumerable<(Guid EnrolmentId, string Unit)> read, Func<(Guid, string), string?> why)
        {
            if (!caller.IsShownContent) return;
            db.AddRange(read.Select(n => NoteAccess.Of(
                n.EnrolmentId, n.Unit, caller.PersonId, reader.Name, reader.Role, ReaderAct.ReadNote, why(n), now)));
            await db.SaveChangesAsync(ct);
        }
    }

    /// <summary>The units whose notes the caller has read of late, which is written down already.</summary>
    private Task<Dictionary<Guid, List<string>>> WrittenByEnrolment(List<Guid> enrolments, DateTime now, CancellationToken ct)
    {
        var since = now - NoteAccess.OneReading;
        return db.Enrolments.Where(e => enrolments.Contains(e.Id)).Select(e => new
        {
            e.Id,
            Units = db.NoteAccess.Where(a => a.EnrolmentId == e.Id && a.PersonId == caller.PersonId && a.At > since
                    && a.Act == ReaderAct.ReadNote)
                .Select(a => a.Unit).ToList(),
        }).AsSingleQuery().ToDictionaryAsync(e => e.Id, e => e.Units, ct);
    }

    /// <summary>The units whose reflection the caller has opened, each with the reason.</summary>
    private async Task<Dictionary<(Guid EnrolmentId, string Unit), string>> WhyOpened(
        List<Guid> enrolments, DateTime now, CancellationToken ct)
    {
        var opened = await db.BrokenGlass.OpenTo(caller, now)
            .Join(db.Reflections, g => g.ReflectionId, r => (Guid?)r.Id, (g, r) => new { r.EnrolmentId, r.Assignment, g.Reason })
            .Where(r => enrolments.Contains(r.EnrolmentId)).ToListAsync(ct);
        var why = new Dictionary<(Guid, string), string>();
        foreach (var one in opened) why[(one.EnrolmentId, one.Assignment)] = one.Reason;
        return why;
    }

    private static NudgeItem WithoutNote(NudgeItem nudge) =>
        nudge.Response is null ? nudge : nudge with { Response = nudge.Response with { Note = null } };

    /// <summary>Who reads a cohort's nudges, and in which part.</summary>
    private sealed record NoteReader(string Name, bool IsStaff, bool IsLead)
    {
        public ReaderRole Role => IsLead ? ReaderRole.Lead : IsStaff ? ReaderRole.Instructor : ReaderRole.ProgramAdmin;
    }

    private static IQueryable<Nudge> PageOf(IQueryable<Nudge> nudges, string? status, IPaged request)
    {
        if (EnumNames.TryParse<NudgeStatus>(status, out var wanted)) nudges = nudges.Where(n => n.Status == wanted);
        return nudges.PageBy(request, n => n.DueAt, n => n.Id);
    }
}
