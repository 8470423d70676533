using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>A learner sees who has opened their reflection, when, in which part and for what; the list only ever grows.</summary>
public sealed record ListReflectionAccess(Guid EnrolmentId, string Assignment, string? Limit, string? Cursor)
    : IQuery<Page<AccessLogItem>>, IPaged;

/// <summary>One look at the reflection.</summary>
/// <param name="Reason">Given by a programme admin, who may look only with one.</param>
public sealed record AccessLogItem(DateTime At, AccessLogPerson Who, ReaderRole Role, ReaderAct What, string? Reason);

/// <summary>The one who looked.</summary>
public sealed record AccessLogPerson(string Name);

internal sealed class ListReflectionAccessValidator : AbstractValidator<ListReflectionAccess>
{
    public ListReflectionAccessValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class ListReflectionAccessHandler(LearningDb db, Caller caller) : IRequestHandler<ListReflectionAccess, Page<AccessLogItem>>
{
    public async Task<Page<AccessLogItem>> Handle(ListReflectionAccess request, CancellationToken cancellationToken)
    {
        var reflection = await db.Reflections.Where(r => r.EnrolmentId == request.EnrolmentId && r.PersonId == caller.PersonId
            && r.Assignment == request.Assignment)
            .Select(r => new { r.Id, r.Assignment })
            .SingleOrDefaultByAsync(r => r.Assignment, request.Assignment, cancellationToken) ?? throw new NotFoundException("reflection");
        var lines = db.ReflectionAccess.AsNoTracking().Where(a => a.ReflectionId == reflection.Id);
        var rows = await lines.PageBy(request, a => a.At, a => a.Id).ToListAsync(cancellationToken);
        var page = rows.ToPage(request, a => (Paging.KeyOf(a.At), a.Id));
        return new([.. page.Items.Select(a => new AccessLogItem(a.At, new(a.Name), a.Role, a.Act, a.Reason))], page.Next);
    }
}
