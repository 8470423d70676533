using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Calendar;

/// <summary>A person's dates for their calendar program, by its secret address: when modules open, and when check-ins come.</summary>
public sealed record GetCalendarFeed(string Token) : IQuery<CalendarText>;

/// <summary>A calendar as RFC 5545 has it.</summary>
public sealed record CalendarText(string Text);

/// <remarks>
/// A calendar is shared, printed and shown on walls: it says that there is a check-in and no more, neither the unit nor anybody's words.
/// </remarks>
internal sealed class GetCalendarFeedHandler(
    LearningDb db, CurriculumLibrary library, Settings settings, TimeProvider clock, ILogger<GetCalendarFeed> log)
    : IRequestHandler<GetCalendarFeed, CalendarText>
{
    private const int MostOfAKind = 500;
    private const int SessionDays = 31;

    public async Task<CalendarText> Handle(GetCalendarFeed request, CancellationToken cancellationToken)
    {
        var hash = CalendarFeed.HashOf(request.Token);
        var feed = await db.CalendarFeeds.Where(f => f.Hash == hash)
            .Join(db.Users, f => f.PersonId, p => p.Id, (f, p) => new { f.PersonId, f.CreatedAt, p.TimeZone, p.Status })
            .SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("calendar");
        if (feed.Status != PersonStatus.Active)
            throw new RuleException("calendar.ended", "Whose calendar this is has no access any more, or not for now.", RuleKind.Gone);
        var openings = await Openings(feed.PersonId, cancellationToken);
        List<CalendarEntry> entries = [.. openings, .. await Moments(feed.PersonId, cancellationToken)];
        return new(CalendarWriter.Write("MiiWrap Learning", Zones.Find(feed.TimeZone), entries, feed.CreatedAt));
    }

    private async Task<List<CalendarEntry>> Openings(Guid personId, CancellationToken ct)
    {
        var enrolments = await db.Enrolments.Where(e => e.PersonId == personId && e.Status == EnrolmentStatus.Active)
            .Join(db.Cohorts.Where(c => c.ClosedAt == null), e => e.CohortId, c => c.Id,
                (e, c) => new { e.Id, e.EnrolledAt, e.MovedAt, e.ResumedAt, e.MovesBefore, Cohort = c })
            .OrderBy(e => e.EnrolledAt).ThenBy(e => e.Id).AsNoTracking().ToListAsync(ct);
        var entries = new List<CalendarEntry>();
        foreach (var enrolment in enrolments)
        {
            var cohort = enrolment.Cohort;
            // Nothing of the cohort was in this calendar before its learner was.
            DateTime?[] changes = [enrolment.EnrolledAt, enrolment.MovedAt, enrolment.ResumedAt, cohort.ShownChangeAt];
            var changedAt = changes.Max()!.Value;
            var moves = enrolment.MovesBefore + cohort.Moves;
            if (cohort.Gate == Gate.Open)
            {
                entries.Add(new(Uid($"{enrolment.Id}-start"), $"{cohort.Name} begins", cohort.StartsOn, null, moves, changedAt));
                continue;
            }

            // Published versions are held in memory: this asks the database for none that was read before.
            var curriculum = await library.Of(db, cohort, ct);
            entries.AddRange(curriculum.Modules.Select(m =>
                new CalendarEntry(Uid($"{enrolment.Id}-{m.Slug}"), $"Opens: {m.Title}", cohort.OpensOn(m), null, moves, changedAt)));
        }

        return entries;
    }

    /// <summary>
    /// Check-ins that wait, and the sessions that somebody coaches or takes part in as long as they are not called off, for a month after
    /// they were.
    /// </summary>
    private async Task<IEnumerable<CalendarEntry>> Moments(Guid personId, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var since = now.AddDays(-SessionDays);
        var nudges = db.UnitNudges.Where(n => n.PersonId == personId && n.ExpiresAt > now && n.Response == null)
            .Where(n => (n.Status == NudgeStatus.Planned && n.StatusReason == null) || n.Status == NudgeStatus.Sent)
            .OrderBy(n => n.DueAt).ThenBy(n => n.Id).Take(MostOfAKind);
        IQueryable<Moment> CheckIns(IQueryable<Nudge> some) => some.Join(
            db.Opportunities, n => n.OpportunityId, o => (Guid?)o.Id,
            (n, o) => new Moment { Id = n.Id, At = n.DueAt, Moves = n.Moves, ChangedAt = n.MovedAt ?? o.StartsAt, Minutes = 0 });
        var parts = db.SessionParticipants.Where(p => p.PersonId == personId && p.Attendance != Attendance.Excused)
            .Select(p => p.SessionId);
        var planned = db.CoachingSessions
            .Where(s => s.StartsAt > since && s.Status != SessionStatus.Cancelled && (s.CoachId == personId || parts.Contains(s.Id)))
            .OrderBy(s => s.StartsAt).ThenBy(s => s.Id).Take(MostOfAKind);
        static IQueryable<Moment> Sessions(IQueryable<CoachingSession> some) => some.Select(
            s => new Moment { Id = s.Id, At = s.StartsAt, Moves = s.Moves, ChangedAt = s.ShownChangeAt, Minutes = s.Minutes });
        List<Moment> moments;
        try
        {
            moments = await CheckIns(nudges).Concat(Sessions(planned)).ToListAsync(ct);
        }
        catch (Exception e) when (e.IsOfDamage())
        {
            // Each kind by itself, without what cannot be read.
            moments =
            [
                .. await nudges.LoadReadablePageAsync(
                    n => n.Id, all => all, some => CheckIns(some).ToListAsync(ct), log.LeavesOut("check-in"), ct),
                .. await planned.LoadReadablePageAsync(
                    s => s.Id, all => all, some => Sessions(some).ToListAsync(ct), log.LeavesOut("session"), ct),
            ];
        }

        return moments.OrderBy(m => m.At).ThenBy(m => m.Id).Select(m => m.Minutes == 0
            ? new CalendarEntry(Uid(m.Id.ToString()), "Practice check-in", null, m.At, m.Moves, m.ChangedAt)
            : CalendarEntry.OfSession(m.Id, m.At, m.Minutes, m.Moves, m.ChangedAt, settings));
    }

    private sealed class Moment
    {
        public required Guid Id { get; init; }

        public required DateTime At { get; init; }

        public required int Moves { get; init; }

        public required DateTime ChangedAt { get; init; }

        /// <summary>None of a check-in.</summary>
        public required int Minutes { get; init; }
    }

    private string Uid(string name) => $"{name}@{settings.PublicBaseUrl.Host}";
}
