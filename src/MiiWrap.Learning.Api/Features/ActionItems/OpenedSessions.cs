using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.ActionItems;

/// <summary>
/// Items that the caller may read. The steps that come from a session are among the words that a programme admin opens to themselves with
/// its notes, and each reading by such a right has its line in the session's access log.
/// </summary>
internal sealed class OpenedSessions(LearningDb db, Caller caller, TimeProvider clock)
{
    public IQueryable<ActionItem> Readable(IQueryable<ActionItem> items)
    {
        if (!caller.ActsAsProgramAdmin) return items.SeenBy(caller, db);
        var seen = db.ActionItems.SeenBy(caller, db).Select(i => i.Id);
        var opened = Glasses().Select(g => g.SessionId);
        return items.Where(i => seen.Contains(i.Id) || (i.SessionId != null && opened.Contains(i.SessionId)));
    }

    /// <summary>By one statement, with their evidence and the right by which they are read.</summary>
    public async Task<List<ReadItem>> Load(IQueryable<ActionItem> items, CancellationToken ct)
    {
        items = items.Include(i => i.Evidence).AsSingleQuery();
        if (!caller.ActsAsProgramAdmin) return [.. (await items.ToListAsync(ct)).Select(i => new ReadItem(i, null, ""))];
        var (glasses, callers) = (Glasses(), db.Users.Where(p => p.Id == caller.PersonId));
        return await items.Select(i => new ReadItem(
            i, glasses.Where(g => g.SessionId == i.SessionId).OrderByDescending(g => g.Until).Select(g => g.Reason).FirstOrDefault(),
            callers.Select(p => p.Name).First())).ToListAsync(ct);
    }

    /// <summary>Writes into the access logs that the caller is shown these; for HEAD nothing is.</summary>
    public async Task NoteReadings(IReadOnlyList<ReadItem> items, CancellationToken ct)
    {
        if (!caller.IsShownContent) return;
        var now = clock.UtcNow();
        db.AddRange(items.Where(i => i.WhyGlassIsBroken is not null).DistinctBy(i => i.Item.SessionId).Select(i => AccessLogEntry.Of(
            TextKey.OfSession(i.Item.SessionId!.Value), caller.PersonId, i.CallerName, ReaderRole.ProgramAdmin, ReaderAct.ReadPlan,
            i.WhyGlassIsBroken, now)));
        await db.SaveChangesAsync(ct);
    }

    private IQueryable<BreakGlass> Glasses() => db.BrokenGlass.OpenTo(caller, clock.UtcNow()).OfSessions(caller, db);
}

/// <summary>An item that the caller reads.</summary>
/// <param name="WhyGlassIsBroken">Why they have opened its session to themselves; null where they have not.</param>
/// <param name="CallerName">As the access log has it.</param>
internal sealed record ReadItem(ActionItem Item, string? WhyGlassIsBroken, string CallerName);
