using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.FollowUps;

namespace MiiWrap.Learning.Api.Features.FollowUps;

/// <summary>
/// Looks for learners who are to be coached and have not been for six weeks, and tells those who coach them; no manager is told.
/// </summary>
public sealed record DetectMissingCoaching : ICommand<MissingCoachingReport>;

/// <summary>How many learners somebody has been told of.</summary>
public sealed record MissingCoachingReport(int Learners);

internal sealed class DetectMissingCoachingHandler(LearningDb db, TimeProvider clock, ILogger<DetectMissingCoaching> log)
    : IRequestHandler<DetectMissingCoaching, MissingCoachingReport>
{
    private const int Days = 42;

    public async Task<MissingCoachingReport> Handle(DetectMissingCoaching request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var since = now.AddDays(-Days);
        var startedBy = DateOnly.FromDateTime(since);
        var parts = db.SessionParticipants.Join(
            db.CoachingSessions.Where(s => s.Status == SessionStatus.Held || s.Status == SessionStatus.Missed), p => p.SessionId, s => s.Id,
            (p, s) => new { p.EnrolmentId, p.Attendance, s.StartsAt });
        var coached = db.CoachingRelationships.Where(r => r.BeganAt <= since).Active(db).WithEnrolments(db)
            .Select(c => c.EnrolmentId);
        var missing = await db.Enrolments.OfPresent(db)
            // Nobody is missed before their cohort begins, nor for the time in which they were away.
            .Where(e => e.Status == EnrolmentStatus.Active && e.EnrolledAt <= since && (e.ResumedAt == null || e.ResumedAt <= since)
                && db.Users.Any(p => p.Id == e.PersonId && p.Status == PersonStatus.Active)
                && db.Cohorts.Any(c => c.Id == e.CohortId && c.Coaching && c.ClosedAt == null && c.StartsOn <= startedBy))
            // Who never had a coach is no news to anybody; what became of it is known again in six weeks.
            .Where(e => parts.Any(p => p.EnrolmentId == e.Id && p.StartsAt <= since)
                || coached.Contains(e.Id))
            .Where(e => !parts.Any(p => p.EnrolmentId == e.Id && p.Attendance == Attendance.Attended && p.StartsAt > since))
            .Where(e => !db.FollowUps.Any(f => f.EnrolmentId == e.Id
                && f.Triggers.Any(t => t.Reason == FollowUpReason.NoContact && (f.ClosedAt == null || t.At > since))))
            .Select(e => e.Id).ToListAsync(cancellationToken);
        var told = 0;
        foreach (var enrolmentId in missing)
        {
            if (await db.TryAddReason(enrolmentId, FollowUpReason.NoContact, now, log, cancellationToken)) told++;
        }

        return new(told);
    }
}

/// <summary>
/// Who did not come to two sessions in a row is told to their coaches, in the save that makes them two, whichever was recorded first.
/// </summary>
internal sealed class OpenFollowUpOnNoShow(LearningDb db) : INotificationHandler<DomainEventNotification<SessionRecorded>>
{
    public async Task Handle(DomainEventNotification<SessionRecorded> notification, CancellationToken cancellationToken)
    {
        var (session, at) = notification.Event;
        var news = session.Participants.Where(IsNews).ToList();
        var absent = news.Where(p => p.Attendance != Attendance.Attended).Select(p => p.EnrolmentId).ToList();
        // Of two sessions that are recorded at once, the later one looks again.
        if (absent.Count > 0) db.Touch(await db.Enrolments.Where(e => absent.Contains(e.Id)).ToListAsync(cancellationToken));
        foreach (var part in news)
        {
            if (!await db.Enrolments.OfPresent(db).AnyAsync(
                e => e.Id == part.EnrolmentId && db.Cohorts.Any(c => c.Id == e.CohortId && c.Coaching), cancellationToken)) continue;
            // Those around it to which they were expected and had not said that they could not come.
            var others = db.SessionParticipants
                .Where(p => p.EnrolmentId == part.EnrolmentId && p.SessionId != session.Id && p.Attendance != Attendance.Excused)
                .Join(db.CoachingSessions.Where(s => s.Status == SessionStatus.Held || s.Status == SessionStatus.Missed),
                    p => p.SessionId, s => s.Id, (p, s) => new { p.Attendance, s.StartsAt });
            var before = await others.Where(o => o.StartsAt < session.StartsAt).OrderByDescending(o => o.StartsAt)
                .FirstOrDefaultAsync(cancellationToken);
            var after = await others.Where(o => o.StartsAt >= session.StartsAt).OrderBy(o => o.StartsAt)
                .FirstOrDefaultAsync(cancellationToken);
            List<Attendance?> row = [before?.Attendance, part.Attendance, after?.Attendance];
            row.RemoveAll(a => a is null or Attendance.Excused);
            if (!row.Zip(row.Skip(1)).Any(two => two is (Attendance.NoShow, Attendance.NoShow))) continue;
            (await db.OpenFollowUp(part.EnrolmentId, at, cancellationToken)).Add(FollowUpReason.MissedSessions, null, at);
        }
    }

    /// <summary>A correction that leaves somebody's attendance as it was says nothing new of them.</summary>
    private bool IsNews(SessionParticipant part)
    {
        var entry = db.Entry(part);
        return entry.State == EntityState.Added || entry.Property(p => p.Attendance).OriginalValue != part.Attendance;
    }
}
