using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>One person coaches another.</summary>
/// <param name="AgencyId">The agency in which it holds; null when it holds in a cohort.</param>
/// <param name="CohortId">The cohort in which it holds; null when it holds in an agency.</param>
/// <param name="State">
/// Where it stands; it waits for the coachee's consent whenever the coach comes to supervise or administer their agency.
/// </param>
/// <param name="From">When it became active; null while it waits for the coachee's consent.</param>
/// <param name="Until">When it ended; null while it has not.</param>
/// <param name="Shares">What the coachee lets the coach see beside what they have done together.</param>
/// <param name="EndReason">Why it ended, for coach and coachee alone; null while it has not.</param>
public sealed record CoachingRelationshipView(
    Guid Id, CoachingPerson Coach, CoachingPerson Coachee, Guid? AgencyId, Guid? CohortId, RelationshipState State, DateTime? From,
    DateTime? Until, Shares Shares, string? EndReason) : IHasEtag
{
    /// <summary>The tag to send as If-Match with a change.</summary>
    public required string Etag { get; init; }
}

/// <summary>A coach or a coachee, by name.</summary>
public sealed record CoachingPerson(Guid Id, string Name);

/// <summary>A coaching session, as far as the reader may see it.</summary>
/// <param name="StartsAt">When it begins, or began.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Competency" example="tpo-1/family-voice">The section of an instrument that it is about; null for none.</param>
/// <param name="CohortId">The cohort for which it counts; null where each participant's enrolment says so.</param>
/// <param name="Participants">
/// The coach sees all of it, a participant their own row and the names of the others, staff of a cohort who attended.
/// </param>
/// <param name="CancelledBy">On whose side it was called off; null when it was not.</param>
/// <param name="CancelReason">Why it was called off, for coach and participants; null otherwise.</param>
/// <param name="RecordedAt">When it was recorded for the first time; null before.</param>
/// <param name="OnHold">What was written about it is hidden until something is taken out.</param>
/// <param name="PurgedAt">When the time for which its words are kept was over; null before.</param>
public sealed record CoachingSessionView(
    Guid Id, SessionMode Mode, DateTime StartsAt, int Minutes, SessionStatus Status, string? Competency, Guid? CohortId,
    CoachingPerson Coach, IReadOnlyList<SessionParticipantView> Participants, CancelledBy? CancelledBy, string? CancelReason,
    DateTime? RecordedAt, bool OnHold, DateTime? PurgedAt) : IHasEtag
{
    /// <summary>The tag to send as If-Match with a change.</summary>
    public required string Etag { get; init; }

    /// <summary>
    /// What the coach wrote for all who take part; null for none, for whoever may not read it, and wherever the answer is not about one
    /// session and its notes.
    /// </summary>
    public string? Note { get; init; }

    /// <summary>What the coach wrote for one participant: the coach reads all, a participant their own.</summary>
    public IReadOnlyList<SessionFeedback> Feedback { get; init; } = [];

    /// <summary>What participants replied: the coach reads all, a participant their own.</summary>
    public IReadOnlyList<SessionReply> Replies { get; init; } = [];

    /// <summary>Why a participant of several cannot come: the coach reads all, a participant their own.</summary>
    public IReadOnlyList<SessionExcuse> Excuses { get; init; } = [];

    /// <summary>What was taken out of all this, and why; ██ stands in each of those places.</summary>
    public IReadOnlyList<RedactionView> Redactions { get; init; } = [];

    /// <summary>The further sessions that were planned with this one; empty for none.</summary>
    public IReadOnlyList<RepeatedSession> Repeats { get; init; } = [];
}

/// <summary>What the coach wrote for one participant.</summary>
/// <param name="Text">Nobody reads it but the coach and that person.</param>
public sealed record SessionFeedback(Guid PersonId, string Text);

/// <summary>What a participant replied.</summary>
/// <param name="Text">Nobody reads it but the coach and that person.</param>
/// <param name="At">When it was written.</param>
public sealed record SessionReply(Guid PersonId, string Text, DateTime At);

/// <summary>Why a participant of several cannot come.</summary>
/// <param name="Text">Nobody reads it but the coach and that person.</param>
public sealed record SessionExcuse(Guid PersonId, string Text);

/// <summary>One of several sessions that were planned at once.</summary>
/// <param name="StartsAt">When it begins.</param>
public sealed record RepeatedSession(Guid Id, DateTime StartsAt);

/// <summary>One person's part in a session; null and false where the reader may not know.</summary>
/// <param name="Feedback">Whether they were told what was seen.</param>
/// <param name="Practice">Whether they tried something out.</param>
/// <param name="Debriefs">The earlier session whose observation the feedback is about.</param>
public sealed record SessionParticipantView(
    Guid PersonId, string Name, Attendance? Attendance, ObservationView? Observation, bool? Feedback, bool? Practice, Guid? Debriefs);

/// <summary>That somebody was observed.</summary>
/// <param name="Month" example="2027-03">The month in which it was; never the day.</param>
/// <param name="ReviewId">The fidelity review that was made of it; null for none.</param>
public sealed record ObservationView(ObservationKind Kind, string Month, Guid? ReviewId);

/// <summary>Makes views for the caller of what they may see.</summary>
internal sealed class CoachingViews(LearningDb db, Caller caller, TextGuard guard)
{
    public const string StaleSession = "session.stale";

    /// <summary>
    /// It is shown otherwise where the coach supervises or administers the coachee's agency, although its row is the same.
    /// </summary>
    public static string ETagOf(CoachingRelationship relationship, bool isSupervised) => isSupervised
        ? ETags.Of(relationship.Id, relationship.Version, nameof(isSupervised))
        : ETags.Of(relationship.Id, relationship.Version);

    public static string ETagOf(CoachingSession session) => ETags.Of(session.Id, session.Version);

    public async Task<CoachingRelationshipView> Of(CoachingRelationship relationship, CancellationToken ct) =>
        (await Of([relationship], ct)).Single();

    public async Task<IReadOnlyList<CoachingRelationshipView>> Of(IReadOnlyList<CoachingRelationship> relationships, CancellationToken ct)
    {
        var names = await NamesOf(relationships.SelectMany(r => new[] { r.CoachId, r.CoacheeId }), ct);
        var ids = relationships.Select(r => r.Id).ToList();
        var supervised = await db.CoachingRelationships.Where(r => ids.Contains(r.Id)).Supervised(db).Select(r => r.Id).ToHashSetAsync(ct);
        return [.. relationships.Select(r =>
        {
            var isSupervised = supervised.Contains(r.Id);
            var state = r.StateOf(isSupervised);
            var view = new CoachingRelationshipView(
                r.Id, new(r.CoachId, names[r.CoachId]), new(r.CoacheeId, names[r.CoacheeId]), r.AgencyId, r.CohortId, state,
                state == RelationshipState.Proposed ? null : r.BeganAt, r.EndedAt, isSupervised ? Shares.Nothing : r.Shares,
                IsParty(r) ? r.EndReason : null)
            {
                Etag = ETagOf(r, isSupervised),
            };
            return view with { Etag = ETags.OfShown(view.Etag, view) };
        })];
    }

    private bool IsParty(CoachingRelationship relationship) =>
        relationship.CoachId == caller.PersonId || relationship.CoacheeId == caller.PersonId;

    public async Task<CoachingSessionView> Of(CoachingSession session, CancellationToken ct) => (await Of([session], ct)).Single();

    /// <summary>One statement for whom the caller knows by teaching them, and one for the coaches' names.</summary>
    public async Task<IReadOnlyList<CoachingSessionView>> Of(IReadOnlyList<CoachingSession> sessions, CancellationToken ct)
    {
        var names = await NamesOf(sessions.Select(s => s.CoachId), ct);
        var known = await KnownOf(sessions, ct);
        return [.. sessions.Select(s => Tagged(Of(s, names[s.CoachId], known)))];
    }

    /// <summary>With what was written about it, as far as the caller may read it; that they have stands in the access log.</summary>
    public async Task<CoachingSessionView> WithWords(OpenedSession found, CancellationToken ct)
    {
        var session = found.Session;
        var view = Of(session, found.CoachName, await KnownOf([session], ct));
        if (found.Party is null && found.Reader is null) return Tagged(view);
        var people = session.Participants.ToDictionary(p => p.Id, p => p.PersonId);
        List<SessionText> texts = found.Reader is null
            ? []
            : [.. (await db.SessionTexts.AsNoTracking().Where(t => t.SessionId == session.Id).ToListAsync(ct))
                .Where(t => found.Knows(t.ParticipantId))];
        var redactions = await db.Redactions.Of(session.Key).OrderBy(r => r.At).ThenBy(r => r.Id)
            .Select(r => new { r.ParticipantId, r.At, r.Prompt, r.Places, r.Reason }).ToListAsync(ct);
        // What one has written oneself one does not open.
        if (found.Reader is { } reader && (reader.Role == ReaderRole.ProgramAdmin
            || texts.Exists(t => t.IsByParticipant == (reader.Role == ReaderRole.Coach))))
            await guard.NoteReading(found.Act, reader, ReaderAct.Read, ct);
        // In the order of the participants: what is saved at once has no other.
        IEnumerable<SessionText> OfEach(SessionTextKind kind) => view.Participants.Join(
            texts.Where(t => t.Kind == kind), p => p.PersonId, t => people[t.ParticipantId!.Value], (_, text) => text);
        return Tagged(view with
        {
            Note = texts.Find(t => t.Kind == SessionTextKind.Note)?.Text,
            Feedback = [.. OfEach(SessionTextKind.Feedback).Select(t => new SessionFeedback(people[t.ParticipantId!.Value], t.Text))],
            Replies = [.. OfEach(SessionTextKind.Reply).Select(t => new SessionReply(
                people[t.ParticipantId!.Value], t.Text, t.WrittenAt))],
            Excuses = [.. OfEach(SessionTextKind.Excuse).Select(t => new SessionExcuse(people[t.ParticipantId!.Value], t.Text))],
            Redactions = [.. redactions.Where(r => found.Knows(r.ParticipantId)).Select(r => new RedactionView(
                r.At, r.Prompt, r.Places, r.Reason))],
            CancelReason = found.Reader is null ? null : session.CancelReason,
        });
    }

    /// <summary>The enrolments of whose sessions the caller may know, where they have no part in them.</summary>
    private async Task<HashSet<Guid>> KnownOf(IReadOnlyList<CoachingSession> sessions, CancellationToken ct)
    {
        var others = sessions.Where(s => s.CoachId != caller.AsStaff && s.Participants.All(p => p.PersonId != caller.AsLearner))
            .SelectMany(s => s.Participants).Select(p => p.EnrolmentId).ToHashSet();
        return others.Count == 0 || caller.ActsAsProgramAdmin
            ? others
            : await db.Enrolments.WithSessionsSeenBy(caller, db).Where(e => others.Contains(e.Id)).Select(e => e.Id).ToHashSetAsync(ct);
    }

    private static CoachingSessionView Tagged(CoachingSessionView view) => view with { Etag = ETags.OfShown(view.Etag, view) };

    /// <summary>With the tag of its state alone.</summary>
    private CoachingSessionView Of(CoachingSession session, string coach, HashSet<Guid> known)
    {
        var isCoach = session.CoachId == caller.AsStaff;
        var isParty = isCoach || session.Participants.Any(p => p.PersonId == caller.AsLearner);
        return new(
            session.Id, session.Mode, session.StartsAt, session.Minutes, session.Status, session.Competency, session.CohortId,
            new(session.CoachId, coach),
            [.. session.Participants.Where(p => isParty || known.Contains(p.EnrolmentId)).OrderByName(p => p.Name)
                .ThenBy(p => p.PersonId).Select(p => Part(p, isCoach, isParty))],
            session.CancelledBy, isParty && !session.IsOnHold ? session.CancelReason : null, session.RecordedAt, session.IsOnHold,
            session.PurgedAt) { Etag = ETagOf(session) };
    }

    private SessionParticipantView Part(SessionParticipant part, bool isCoach, bool isParty)
    {
        if (isCoach || part.PersonId == caller.AsLearner)
            return new(
                part.PersonId, part.Name, part.Attendance,
                part.Observation is { } seen ? new(seen.Kind, Months.NameOf(seen.Month), seen.ReviewId) : null,
                part.Feedback, part.Practice, part.Debriefs);
        // In a call of several nobody learns of another one more than that they belong to it.
        return new(part.PersonId, part.Name, isParty ? null : part.Attendance, null, null, null, null);
    }

    private async Task<Dictionary<Guid, string>> NamesOf(IEnumerable<Guid> people, CancellationToken ct)
    {
        var ids = people.ToHashSet();
        return await db.Users.Where(p => ids.Contains(p.Id)).Select(p => new { p.Id, p.Name })
            .ToDictionaryAsync(p => p.Id, p => p.Name, ct);
    }
}
