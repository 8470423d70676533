using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>
/// A learner sees who has opened their reflection, their if-then plan or their notes of a unit, when, in which part and for what, and who
/// was appointed to read; the list only ever grows.
/// </summary>
public sealed record ListReflectionAccess(Guid EnrolmentId, string Assignment, string? Limit, string? Cursor)
    : IQuery<Page<AccessLogItem>>, IPaged;

/// <summary>One look at the reflection, the plan or the notes, or one appointment in the cohort.</summary>
/// <param name="At">When it was read or changed.</param>
/// <param name="Reason">Given by a programme admin, who may look only with one, and by a lead who handed a claim over.</param>
/// <param name="By">Of an appointment, who made it; null of a look.</param>
public sealed record AccessLogItem(DateTime At, AccessLogPerson Who, ReaderRole Role, ReaderAct What, string? Reason, AccessLogPerson? By);

/// <summary>The one who looked, was appointed or dismissed.</summary>
public sealed record AccessLogPerson(string Name);

internal sealed class ListReflectionAccessValidator : AbstractValidator<ListReflectionAccess>
{
    public ListReflectionAccessValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class ListReflectionAccessHandler(
    LearningDb db, Caller caller, CurriculumLibrary library, ILogger<ListReflectionAccess> log)
    : IRequestHandler<ListReflectionAccess, Page<AccessLogItem>>
{
    public async Task<Page<AccessLogItem>> Handle(ListReflectionAccess request, CancellationToken cancellationToken)
    {
        var found = await db.Enrolments.Where(e => e.Id == request.EnrolmentId && e.PersonId == caller.PersonId)
            .Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, c) => new
            {
                Cohort = c,
                Reflection = db.Reflections.Where(r => r.EnrolmentId == e.Id && r.Assignment == request.Assignment).Select(r => (Guid?)r.Id)
                    .FirstOrDefault(),
            }).AsNoTracking().SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("enrolment");
        // The curriculum compares by ordinal, as SQL Server does not.
        if (await library.FindUnit(db, found.Cohort, request.Assignment, cancellationToken) is null)
            throw new NotFoundException("reflection");
        var moves = db.LearnerMoves.Where(m => m.EnrolmentId == request.EnrolmentId);
        var lines = db.ReflectionAccess.Where(a => a.ReflectionId == found.Reflection)
            .Select(a => new { a.Id, a.At, a.Name, a.Role, a.Act, a.Reason, By = (string?)null })
            .Concat(db.NoteAccess.Where(a => a.EnrolmentId == request.EnrolmentId && a.Unit == request.Assignment)
                .Select(a => new { a.Id, a.At, a.Name, a.Role, a.Act, a.Reason, By = (string?)null }))
            .Concat(db.ReaderAppointments.Where(a => a.CohortId == found.Cohort.Id)
                .Select(a => new { a.Id, a.At, a.Name, a.Role, a.Act, Reason = (string?)null, By = (string?)a.By }))
            // Those of an earlier cohort until the learner last left it.
            .Concat(moves.Where(m => m.FromCohortId != found.Cohort.Id
                    && !moves.Any(later => later.FromCohortId == m.FromCohortId && later.At > m.At))
                .SelectMany(m => db.ReaderAppointments.Where(a => a.CohortId == m.FromCohortId && a.At <= m.At))
                .Select(a => new { a.Id, a.At, a.Name, a.Role, a.Act, Reason = (string?)null, By = (string?)a.By }))
            .Concat(moves.Select(m => new { m.Id, m.At, m.Name, m.Role, m.Act, Reason = (string?)null, By = (string?)null }));
        var rows = await lines.LoadReadablePageAsync(
            a => a.Id, some => some.PageBy(request, a => a.At, a => a.Id), some => some.ToListAsync(cancellationToken),
            log.LeavesOut("line of an access log"), cancellationToken);
        var page = rows.ToPage(request, a => (Paging.KeyOf(a.At), a.Id));
        return new([.. page.Items.Select(a => new AccessLogItem(
            a.At, new(a.Name), a.Role, a.Act, a.Reason, a.By is null ? null : new(a.By)))], page.Next);
    }
}
