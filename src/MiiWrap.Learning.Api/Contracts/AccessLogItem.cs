using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>One look at what was written, or one act on it, or one appointment in the cohort.</summary>
/// <param name="At">When it was read or changed.</param>
/// <param name="Reason">Given by whoever may look or act only with one; null otherwise.</param>
/// <param name="By">Of an appointment, who made it; null of a look.</param>
public sealed record AccessLogItem(DateTime At, AccessLogPerson Who, ReaderRole Role, ReaderAct What, string? Reason, AccessLogPerson? By);

/// <summary>The one who looked, was appointed or dismissed.</summary>
public sealed record AccessLogPerson(string Name);

/// <summary>A line of an access log, from whichever table.</summary>
internal sealed class AccessLogLine
{
    public static readonly Expression<Func<AccessLogEntry, AccessLogLine>> Of = a =>
        new AccessLogLine { Id = a.Id, At = a.At, Name = a.Name, Role = a.Role, Act = a.Act, Reason = a.Reason, By = null };

    public required Guid Id { get; init; }

    public required DateTime At { get; init; }

    public required string Name { get; init; }

    public required ReaderRole Role { get; init; }

    public required ReaderAct Act { get; init; }

    public required string? Reason { get; init; }

    public required string? By { get; init; }

    public static async Task<Page<AccessLogItem>> Read(IQueryable<AccessLogLine> lines, IPaged request, ILogger log, CancellationToken ct)
    {
        var rows = await lines.LoadReadablePageAsync(
            a => a.Id, some => some.PageBy(request, a => a.At, a => a.Id), some => some.ToListAsync(ct),
            log.LeavesOut("line of an access log"), ct);
        var page = rows.ToPage(request, a => (Paging.KeyOf(a.At), a.Id));
        return new([.. page.Items.Select(a => new AccessLogItem(
            a.At, new(a.Name), a.Role, a.Act, a.Reason, a.By is null ? null : new(a.By)))], page.Next);
    }
}
