using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>How much coaching somebody has had, of what was promised.</summary>
/// <param name="Contacts">Days on which somebody had seen them at work and told them what was seen, within the window.</param>
/// <param name="Need">Contacts that are enough.</param>
/// <param name="Milestones">By which weeks how many are due.</param>
/// <param name="Minutes">Minutes of the sessions that they attended, within the window; null for who may not know.</param>
/// <param name="NoShows">Sessions that they missed without a word, within the window; null for who may not know.</param>
/// <param name="Bunched">Enough contacts, all of them within four weeks.</param>
/// <param name="NextSession">When the next planned session begins; null for none.</param>
public sealed record DosageView(
    int Contacts, int Need, DosageState State, DosageWindow Window, IReadOnlyList<MilestoneView> Milestones, int? Minutes, int? NoShows,
    bool Bunched, DateTime? NextSession);

/// <summary>The days that count.</summary>
/// <param name="From">The first day of it: of the cohort, or of the enrolment where that was later.</param>
/// <param name="Until">The first day after it.</param>
public sealed record DosageWindow(DateOnly From, DateOnly Until);

/// <summary>By which week of the window how many contacts are due.</summary>
/// <param name="Week" example="6">The week, counted from the first day.</param>
/// <param name="Need" example="1">Contacts that are due by its end.</param>
/// <param name="Met">So many had taken place by then.</param>
public sealed record MilestoneView(int Week, int Need, bool Met);

/// <summary>Reads the sessions that count, a statement for however many learners.</summary>
internal sealed class DosageQueries(LearningDb db, Settings settings, TimeProvider clock, ILogger<DosageQueries> log)
{
    /// <summary>
    /// The sessions of these enrolments that were recorded, or are still to come; nothing of one of which a row is damaged, since it would
    /// be told wrongly of.
    /// </summary>
    public async Task<ReadSessions> ReadableSessionsOf(IEnumerable<Guid> enrolments, CancellationToken ct)
    {
        var damaged = new HashSet<Guid>();
        var sessions = await RowFault.LoadReadableAsync(
            [.. enrolments], some => Load(db.SessionParticipants.Where(p => some.Contains(p.EnrolmentId)), ct), (id, e) =>
            {
                damaged.Add(id);
                log.LeavesOut("dosage of enrolment")(id, e);
                return Task.CompletedTask;
            });
        return new(sessions.ToLookup(s => s.EnrolmentId), damaged);
    }

    /// <summary>The same for a figure of all of them, which there is none of without one.</summary>
    /// <exception cref="UnreadableRowException">A row is damaged.</exception>
    public async Task<ILookup<Guid, CountedSession>> SessionsOf(IQueryable<Guid> enrolments, CancellationToken ct) =>
        (await db.SessionParticipants.Where(p => enrolments.Contains(p.EnrolmentId))
            .LoadAllOrNoneAsync(p => p.Id, some => Load(some, ct), ct)).ToLookup(s => s.EnrolmentId);

    private Task<List<CountedSession>> Load(IQueryable<SessionParticipant> parts, CancellationToken ct) =>
        parts.AsNoTracking()
            .Join(db.CoachingSessions.Where(s => s.Status == SessionStatus.Planned || s.Status == SessionStatus.Held
                    || s.Status == SessionStatus.Missed),
                p => p.SessionId, s => s.Id, (p, s) => new { Part = p, Session = s })
            .Join(db.Users, r => r.Session.CoachId, c => c.Id, (r, c) => new CountedSession(
                r.Part.EnrolmentId, r.Session.Id, r.Session.CoachId, c.Name, r.Session.StartsAt, r.Session.Minutes, r.Session.Status,
                r.Part.Attendance, r.Part.Observation != null, r.Part.Feedback, r.Part.Debriefs))
            .ToListAsync(ct);

    public Dosage Of(Cohort cohort, DateTime enrolledAt, IEnumerable<CountedSession> sessions)
    {
        var (zone, now) = (Zones.Find(cohort.TimeZone), clock.UtcNow());
        var enrolledOn = Zones.LocalDate(enrolledAt, zone);
        return Dosage.Of(
            settings.Dosage, enrolledOn > cohort.StartsOn ? enrolledOn : cohort.StartsOn, AttendedIn(zone, sessions), cohort.Today(now));
    }

    /// <summary>A learner's recorded sessions by their local days.</summary>
    public static List<AttendedSession> AttendedIn(TimeZoneInfo zone, IEnumerable<CountedSession> sessions) =>
    [
        .. sessions.Where(s => s.Status != SessionStatus.Planned && s.Attendance is not null).Select(s => new AttendedSession(
            s.SessionId, Zones.LocalDate(s.StartsAt, zone), s.Minutes, s.Attendance!.Value, s.IsObserved, s.Feedback, s.Debriefs)),
    ];

    /// <param name="withAttendance">False for who may know where somebody stands, and not when they were where.</param>
    public DosageView View(Dosage dosage, IEnumerable<CountedSession> sessions, bool withAttendance) => new(
        dosage.Contacts, dosage.Need, dosage.State, new(dosage.From, dosage.Until),
        [.. dosage.Milestones.Select(m => new MilestoneView(m.Week, m.Need, m.Met))],
        withAttendance ? dosage.Minutes : null, withAttendance ? dosage.NoShows : null, dosage.IsBunched, Next(sessions));

    /// <summary>When the next planned session begins.</summary>
    public DateTime? Next(IEnumerable<CountedSession> sessions)
    {
        var now = clock.UtcNow();
        return sessions.Where(s => s.Status == SessionStatus.Planned && s.Attendance is null && s.StartsAt > now)
            .Min(s => (DateTime?)s.StartsAt);
    }
}

/// <summary>Sessions by enrolment, and the enrolments of which a row cannot be read.</summary>
internal sealed record ReadSessions(ILookup<Guid, CountedSession> Of, IReadOnlySet<Guid> Damaged);

/// <summary>A learner's part in a session that was held or missed, or is planned.</summary>
internal sealed record CountedSession(
    Guid EnrolmentId, Guid SessionId, Guid CoachId, string CoachName, DateTime StartsAt, int Minutes, SessionStatus Status,
    Attendance? Attendance, bool IsObserved, bool Feedback, Guid? Debriefs);
