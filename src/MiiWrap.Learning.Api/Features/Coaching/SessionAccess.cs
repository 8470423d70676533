using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>Finds a session for those who may know of it, and says who may read and do what with the words about it.</summary>
internal sealed class SessionAccess(LearningDb db, Caller caller, TimeProvider clock)
{
    /// <summary>By one statement, without the words.</summary>
    public async Task<OpenedSession> Find(Guid sessionId, CancellationToken ct)
    {
        var own = db.SessionParticipants.OfOwnAgencies(caller, db);
        var glass = db.BrokenGlass.OpenTo(caller, clock.UtcNow()).OfSessions(caller, db);
        var found = await db.CoachingSessions.Include(s => s.Participants).SeenBy(caller, db).Where(s => s.Id == sessionId).Select(s => new
        {
            Session = s,
            CoachName = db.Users.Where(p => p.Id == s.CoachId).Select(p => p.Name).First(),
            CallerName = db.Users.Where(p => p.Id == caller.PersonId).Select(p => p.Name).First(),
            WhyGlassIsBroken = glass.Where(g => g.SessionId == s.Id).OrderByDescending(g => g.Until).Select(g => g.Reason)
                .FirstOrDefault(),
            IsOfOwnAgency = own.Any(p => p.SessionId == s.Id),
        }).AsSingleQuery().SingleOrDefaultAsync(ct) ?? throw new NotFoundException("session");
        return new(found.Session, caller, found.CoachName, found.CallerName)
        {
            WhyGlassIsBroken = found.WhyGlassIsBroken,
            IsOfOwnAgency = found.IsOfOwnAgency,
        };
    }

    /// <summary>As <see cref="Find"/>, with the words.</summary>
    public async Task<OpenedSession> FindWithWords(Guid sessionId, CancellationToken ct)
    {
        var found = await Find(sessionId, ct);
        await db.Entry(found.Session).Collection(s => s.Texts).LoadAsync(ct);
        return found;
    }
}

/// <summary>A session with the caller's part in it.</summary>
/// <param name="CallerName">As the access log has it.</param>
internal sealed record OpenedSession(CoachingSession Session, Caller Caller, string CoachName, string CallerName)
{
    /// <summary>Why the caller has opened the words to themselves; null while they have not.</summary>
    public required string? WhyGlassIsBroken { get; init; }

    /// <summary>The caller supervises or administers at the agency of somebody who takes part.</summary>
    public required bool IsOfOwnAgency { get; init; }

    public bool IsCoach => Session.CoachId == Caller.AsStaff;

    public GuardedAct Act => new(Session, [.. Session.Participants.Select(p => p.EnrolmentId)], CallerName);

    /// <summary>The caller's own row; null for who does not take part.</summary>
    public SessionParticipant? Part => Session.Participants.SingleOrDefault(p => p.PersonId == Caller.AsLearner);

    /// <summary>
    /// The part in which the caller reads words; null for who reads none. While it is on hold, only who can take some out reads them.
    /// </summary>
    public Reader? Reader =>
        WhyGlassIsBroken is { } why ? new(ReaderRole.ProgramAdmin, why) : Session.IsOnHold ? null : Party;

    /// <summary>The caller as one of those between whom the session is.</summary>
    public Reader? Party =>
        IsCoach ? new(ReaderRole.Coach, null) : Part is not null ? new(ReaderRole.Participant, null) : null;

    /// <summary>The caller as one who may take words out of a held session, and sees them meanwhile.</summary>
    public Reader PrivacyKeeper => WhyGlassIsBroken is { } why
        ? new(ReaderRole.ProgramAdmin, why)
        : throw new RuleException("role.required", "A programme admin who has broken the glass does this.", RuleKind.Forbidden);

    /// <summary>Whether the caller may know of what was written for one participant, or of what was written for all.</summary>
    public bool Knows(Guid? participantId) =>
        participantId is null || WhyGlassIsBroken is not null || IsCoach || participantId == Part?.Id;

    /// <summary>Refuses whoever sees the session and has no part in it.</summary>
    public Reader MustBeParty(string what) => Party
        ?? throw new RuleException("coaching.notYours", $"Only a session's coach and participants {what}.", RuleKind.Forbidden);
}
