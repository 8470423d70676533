using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Reads the sessions that count, a statement for however many learners.</summary>
internal sealed class DosageQueries(LearningDb db, Caller caller, Settings settings, TimeProvider clock, ILogger<DosageQueries> log)
{
    /// <summary>A cohort whose dosage the caller may count, and its enrolments as far as they may: its staff everybody's.</summary>
    public async Task<(Cohort Cohort, IQueryable<Enrolment> Enrolments)> Counted(Guid cohortId, CancellationToken ct)
    {
        var found = await db.Cohorts.AsNoTracking().CountedBy(caller, db).Where(c => c.Id == cohortId)
            .Select(c => new { Cohort = c, IsStaff = c.Staff.Any(m => m.PersonId == caller.PersonId) })
            .SingleOrDefaultAsync(ct) ?? throw new NotFoundException("cohort");
        if (!found.Cohort.Coaching) throw new NotFoundException("dosage");
        var enrolments = db.Enrolments.AsNoTracking();
        return (found.Cohort, found.IsStaff ? enrolments : enrolments.CountedBy(caller, db));
    }

    /// <summary>Those who learn in a cohort, and have not left it.</summary>
    public static IQueryable<Enrolment> Of(Cohort cohort, IQueryable<Enrolment> enrolments) =>
        enrolments.Where(e => e.CohortId == cohort.Id && e.Status != EnrolmentStatus.Withdrawn);

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
        var zone = Zones.Find(cohort.TimeZone);
        return Dosage.Of(
            settings.Dosage, From(cohort.StartsOn, Zones.LocalDate(enrolledAt, zone)), AttendedIn(zone, sessions),
            cohort.Today(clock.UtcNow()));
    }

    /// <summary>Where the learners of a cohort stood by the last release to those who are told no names; null for none.</summary>
    public async Task<DosageRelease?> ReleaseOf(Cohort cohort, IQueryable<Enrolment> enrolments, CancellationToken ct)
    {
        var moved = db.LearnerMoves.Where(m => m.FromCohortId == cohort.Id).Select(m => m.EnrolmentId);
        var counted = enrolments.Where(e => e.CohortId == cohort.Id || moved.Contains(e.Id));
        var learners = await counted.LoadAllOrNoneAsync(e => e.Id, some => some.Select(e => new
        {
            e.Id,
            e.EnrolledAt,
            JoinedAt = e.CohortId == cohort.Id ? e.MovedAt ?? e.EnrolledAt : e.EnrolledAt,
            LeftAt = e.CohortId != cohort.Id
                ? db.LearnerMoves.Where(m => m.EnrolmentId == e.Id && m.FromCohortId == cohort.Id).Min(m => (DateTime?)m.At)
                : e.Status == EnrolmentStatus.Withdrawn ? e.EndedAt : null,
            SomebodySince = db.Opportunities.Where(o => o.EnrolmentId == e.Id).Min(o => (DateTime?)o.StartsAt),
        }).ToListAsync(ct), ct);
        var sessions = await SessionsOf(counted.Select(e => e.Id), ct);
        var zone = Zones.Find(cohort.TimeZone);
        DateOnly? DayOf(DateTime? moment) => moment is { } at ? Zones.LocalDate(at, zone) : null;
        return DosageRelease.Latest(settings.Dosage, learners.ConvertAll(l => new CountedLearner(
            l.Id, From(cohort.StartsOn, Zones.LocalDate(l.EnrolledAt, zone)), Zones.LocalDate(l.JoinedAt, zone), DayOf(l.LeftAt),
            DayOf(l.SomebodySince), AttendedIn(zone, sessions[l.Id]))), cohort.Today(clock.UtcNow()));
    }

    /// <summary>Those of an agency who learned to the end of their window, and how much coaching they had by then.</summary>
    /// <param name="agencyId">Null for the programme.</param>
    public async Task<List<WindowOver>> WindowsOver(Guid? agencyId, string curriculum, CancellationToken ct)
    {
        var enrolments = db.Enrolments.AsNoTracking();
        if (agencyId is { } id) enrolments = enrolments.Where(e => e.AgencyId == id);
        var learners = await enrolments.LoadAllOrNoneAsync(e => e.Id, some => some
            .Join(db.Cohorts.Where(c => c.Coaching && c.Curriculum == curriculum), e => e.CohortId, c => c.Id, (e, c) => new
            {
                e.Id,
                e.PersonId,
                e.AgencyId,
                e.EnrolledAt,
                LeftAt = e.Status == EnrolmentStatus.Withdrawn ? e.EndedAt : null,
                c.StartsOn,
                c.TimeZone,
            }).ToListAsync(ct), ct);
        var sessions = await SessionsOf(enrolments.Select(e => e.Id), ct);
        var now = clock.UtcNow();
        return
        [
            .. learners.Select(l =>
            {
                var zone = Zones.Find(l.TimeZone);
                var (enrolledOn, today) = (Zones.LocalDate(l.EnrolledAt, zone), Zones.LocalDate(now, zone));
                var dosage = Dosage.Of(settings.Dosage, From(l.StartsOn, enrolledOn), AttendedIn(zone, sessions[l.Id]), today);
                DateOnly? leftOn = l.LeftAt is { } at ? Zones.LocalDate(at, zone) : null;
                return (Window: new WindowOver(l.PersonId, l.AgencyId, dosage), IsOver: dosage.Until <= today && !(leftOn < dosage.Until));
            }).Where(l => l.IsOver).Select(l => l.Window),
        ];
    }

    private static DateOnly From(DateOnly startsOn, DateOnly enrolledOn) => enrolledOn > startsOn ? enrolledOn : startsOn;

    /// <summary>A learner's recorded sessions by their local days.</summary>
    public static List<AttendedSession> AttendedIn(TimeZoneInfo zone, IEnumerable<CountedSession> sessions) =>
    [
        .. sessions.Where(s => s.Status != SessionStatus.Planned && s.Attendance is not null).Select(s => new AttendedSession(
            s.SessionId, Zones.LocalDate(s.StartsAt, zone), s.Minutes, s.Attendance!.Value, s.IsObserved, s.Feedback, s.Debriefs)),
    ];

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

/// <summary>Somebody whose window is over.</summary>
internal sealed record WindowOver(Guid PersonId, Guid? AgencyId, Dosage Dosage)
{
    /// <summary>The first day on which no session in it can be recorded or corrected any more.</summary>
    public DateOnly SettledOn => Dosage.Until.AddDays(CoachingSession.DaysToRecord + CoachingSession.DaysToCorrect + 1);
}
