using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Access;

/// <summary>The part in which someone reads, and why if that must be said.</summary>
internal sealed record Reader(ReaderRole Role, string? Reason);

/// <summary>A guarded text, and who acts on it.</summary>
/// <param name="Enrolments">Those of the learners whom it is about.</param>
/// <param name="CallerName">As the access log has it.</param>
internal sealed record GuardedAct(GuardedText Text, IReadOnlyCollection<Guid> Enrolments, string CallerName);

/// <summary>
/// Hold, redaction, release and break-glass of whatever people write here, each with its line in the access log. Whether the caller may do
/// it is for who asks.
/// </summary>
internal sealed class TextGuard(LearningDb db, Caller caller, PrivacyGate gate, SecurityLog log, TimeProvider clock)
{
    public async Task Hold(GuardedAct act, ReaderRole role, string reason, bool? confirmed, CancellationToken ct)
    {
        await gate.PassReasonAsync(act.Enrolments, reason, confirmed, ct);
        act.Text.Hold();
        Note(act, new(role, reason.NormalizeNfc()), ReaderAct.PutOnHold);
        await db.SaveChangesAsync(ct);
    }

    public async Task Release(GuardedAct act, Reader keeper, CancellationToken ct)
    {
        act.Text.ReleaseFromHold(caller.PersonId, clock.UtcNow());
        Note(act, keeper, ReaderAct.ReleasedFromHold);
        await db.SaveChangesAsync(ct);
    }

    /// <param name="redact">Takes the words out, given the reason as it is kept and whatever was said about the text outside of it.</param>
    public async Task<Redaction> Redact(
        GuardedAct act, Reader keeper, string reason, bool? confirmed, Func<string, IReadOnlyList<IRedactable>, Redaction> redact,
        CancellationToken ct)
    {
        await gate.PassReasonAsync(act.Enrolments, reason, confirmed, ct);
        var kept = reason.NormalizeNfc();
        var redaction = redact(kept, await RemarksOn(act.Text.Key, ct));
        db.Add(redaction);
        Note(act, keeper with { Reason = kept }, ReaderAct.Redacted);
        await db.SaveChangesAsync(ct);
        return redaction;
    }

    /// <summary>Opens it to the caller, and returns until when.</summary>
    public async Task<DateTime> BreakGlass(GuardedAct act, string reason, bool? confirmed, int hours, CancellationToken ct)
    {
        await gate.PassReasonAsync(act.Enrolments, reason, confirmed, ct);
        var kept = reason.NormalizeNfc();
        var opened = Domain.Reflections.BreakGlass.Open(act.Text.Key, caller.PersonId, kept, TimeSpan.FromHours(hours), clock.UtcNow());
        db.Add(opened);
        Note(act, new(ReaderRole.ProgramAdmin, kept), ReaderAct.BrokeGlass);
        await db.SaveChangesAsync(ct);
        log.GlassBroken(act.Text.Kind, act.Text.Id, opened.Until, caller.PersonId);
        return opened.Until;
    }

    /// <summary>Ends it before its time, and returns when.</summary>
    public async Task<DateTime> EndBreakGlass(GuardedAct act, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var opened = await db.BrokenGlass.Of(act.Text.Key).OpenTo(caller, now).ToListAsync(ct);
        if (opened.Count == 0) throw new RuleException("breakGlass.none", $"You have not opened this {act.Text.Kind}.");
        foreach (var one in opened) one.End(now);
        Note(act, new(ReaderRole.ProgramAdmin, null), ReaderAct.EndedBreakGlass);
        await db.SaveChangesAsync(ct);
        log.GlassClosed(act.Text.Kind, act.Text.Id, caller.PersonId);
        return now;
    }

    /// <summary>Writes into the access log that the caller is shown something of it; for HEAD nothing is.</summary>
    public async Task NoteReading(GuardedAct act, Reader reader, ReaderAct what, CancellationToken ct)
    {
        if (!caller.IsShownContent) return;
        Note(act, reader, what);
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Adds a line to the access log, to be saved with whatever else is.</summary>
    public void Note(GuardedAct act, Reader reader, ReaderAct what) => db.Add(
        AccessLogEntry.Of(act.Text.Key, caller.PersonId, act.CallerName, reader.Role, what, reader.Reason, clock.UtcNow()));

    /// <summary>The reasons of those who looked or took something out: they may repeat what is to go.</summary>
    private async Task<List<IRedactable>> RemarksOn(TextKey text, CancellationToken ct) =>
    [
        .. await db.AccessLog.Of(text).Where(a => a.Reason != null).ToListAsync(ct),
        .. await db.BrokenGlass.Of(text).ToListAsync(ct),
        .. await db.Redactions.Of(text).ToListAsync(ct),
    ];
}

/// <summary>Rows of one guarded text.</summary>
internal static class GuardedTextQueries
{
    // By the one column that has a value: the index of the other would lead to all that is of the other kind.
    public static IQueryable<T> Of<T>(this IQueryable<T> rows, TextKey text)
        where T : class, IOfGuardedText =>
        text.SessionId is { } session ? rows.Where(r => r.SessionId == session) : rows.Where(r => r.ReflectionId == text.ReflectionId);

    /// <summary>What the caller has opened to themselves at present.</summary>
    public static IQueryable<BreakGlass> OpenTo(this IQueryable<BreakGlass> glasses, Caller caller, DateTime now) =>
        glasses.Where(g => g.PersonId == caller.PersonId && g.Until > now);

    /// <summary>The sessions among it; nothing in which somebody of an agency of the caller's takes part.</summary>
    public static IQueryable<BreakGlass> OfSessions(this IQueryable<BreakGlass> glasses, Caller caller, LearningDb db)
    {
        var own = db.SessionParticipants.OfOwnAgencies(caller, db);
        return glasses.Where(g => g.SessionId != null && !own.Any(p => p.SessionId == g.SessionId));
    }

    /// <summary>Of an agency that the caller supervises or administers.</summary>
    public static IQueryable<SessionParticipant> OfOwnAgencies(this IQueryable<SessionParticipant> parts, Caller caller, LearningDb db)
    {
        var own = db.LearnersOfOwnAgencies(caller);
        return parts.Where(p => own.Contains(p.PersonId));
    }
}
