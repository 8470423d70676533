using System.Linq.Expressions;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
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

internal sealed class ListReflectionAccessValidator : AbstractValidator<ListReflectionAccess>
{
    public ListReflectionAccessValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class ListReflectionAccessHandler(
    LearningDb db, Caller caller, CurriculumLibrary library, ILogger<ListReflectionAccess> log)
    : IRequestHandler<ListReflectionAccess, Page<AccessLogItem>>
{
    private static readonly Expression<Func<ReaderAppointment, AccessLogLine>> Appointment = a =>
        new AccessLogLine { Id = a.Id, At = a.At, Name = a.Name, Role = a.Role, Act = a.Act, Reason = null, By = a.By };

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
        var lines = db.AccessLog.Where(a => a.ReflectionId != null && a.ReflectionId == found.Reflection).Select(AccessLogLine.Of)
            .Concat(db.NoteAccess.Where(a => a.EnrolmentId == request.EnrolmentId && a.Unit == request.Assignment)
                .Select(a => new AccessLogLine
                {
                    Id = a.Id, At = a.At, Name = a.Name, Role = a.Role, Act = a.Act, Reason = a.Reason, By = null,
                }))
            .Concat(db.ReaderAppointments.Where(a => a.CohortId == found.Cohort.Id).Select(Appointment))
            // Those of an earlier cohort until the learner last left it.
            .Concat(moves.Where(m => m.FromCohortId != found.Cohort.Id
                    && !moves.Any(later => later.FromCohortId == m.FromCohortId && later.At > m.At))
                .SelectMany(m => db.ReaderAppointments.Where(a => a.CohortId == m.FromCohortId && a.At <= m.At)).Select(Appointment))
            .Concat(moves.Select(m => new AccessLogLine
            {
                Id = m.Id, At = m.At, Name = m.Name, Role = m.Role, Act = m.Act, Reason = null, By = null,
            }));
        return await AccessLogLine.Read(lines, request, log, cancellationToken);
    }
}
