using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>What author and reviewer have written to each other, oldest first.</summary>
public sealed record MessageThread(IReadOnlyList<ThreadMessage> Items, string? Next) : IPage
{
    /// <param name="until">What was written from then on is not read.</param>
    internal static async Task<MessageThread> Read(
        LearningDb db, Guid reflectionId, IPaged request, ILogger log, CancellationToken ct, DateTime? until = null)
    {
        var messages = db.ReflectionMessages.AsNoTracking().Where(m => m.ReflectionId == reflectionId);
        if (until is { } end) messages = messages.Where(m => m.At < end);
        var rows = await messages.LoadReadablePageAsync(
            m => m.Id, some => some.PageBy(request, m => m.At, m => m.Id),
            some => some.Select(m => new ThreadMessage(
                m.Id, db.Users.Where(p => p.Id == m.PersonId).Select(p => p.Name).First(), m.Text, m.At)).ToListAsync(ct),
            log.LeavesOut("message"), ct);
        var page = rows.ToPage(request, m => (Paging.KeyOf(m.At), m.Id));
        return new(page.Items, page.Next);
    }
}

/// <summary>One message.</summary>
/// <param name="From">Who wrote it.</param>
/// <param name="Text">What was written.</param>
/// <param name="At">When it was written.</param>
public sealed record ThreadMessage(Guid Id, string From, string Text, DateTime At);

/// <summary>The message that was written; its text is not sent back.</summary>
/// <param name="At">When it was written.</param>
public sealed record WrittenMessage(Guid Id, DateTime At);
