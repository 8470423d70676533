using System.Globalization;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// The mails about coaching sessions, each with its dates as a calendar file. They say neither with whom nor about what, and come beside
/// the check-ins: no cap counts them.
/// </summary>
internal static class SessionMails
{
    private const string Footer = "Your calendar address shows your sessions as well. To move one or to call it off, sign in.";

    private static readonly MailTemplate Planned = new(MailKind.SessionPlanned, "Your coaching sessions")
    {
        Paragraphs = _ => [],
        Details = async (db, mail, _, ct) => await DatesOf(db, mail, "Planned with you:", ct),
        Attachment = Dates,
        Footer = Footer,
        KeepsHours = true,
        WaitsForAccess = true,
        IsStillWanted = IsExpected,
    };

    private static readonly MailTemplate Moved = new(MailKind.SessionMoved, "Your coaching session has another time")
    {
        Paragraphs = _ => [],
        Details = async (db, mail, _, ct) => await DatesOf(db, mail, "It is now at this time:", ct),
        Attachment = Dates,
        Footer = Footer,
        KeepsHours = true,
        WaitsForAccess = true,
        IsStillWanted = IsExpected,
    };

    private static readonly MailTemplate Cancelled = new(MailKind.SessionCancelled, "About your coaching session")
    {
        Paragraphs = _ => [],
        Details = async (db, mail, _, ct) =>
        {
            var off = await Told(db, mail).CountAsync(s => s.Status == SessionStatus.Cancelled, ct);
            return await DatesOf(db, mail, off switch
            {
                0 => "Somebody who was to take part cannot come:",
                1 => "It does not take place:",
                _ => "These do not take place:",
            }, ct);
        },
        Attachment = Dates,
        Footer = "Sign in to read why.",
        KeepsHours = true,
        WaitsForAccess = true,
        // Who was excused for a night, and is expected again, is away no more.
        IsStillWanted = (db, mail, person, ct) => Told(db, mail).AnyAsync(
            s => s.StartsAt > mail.LeaseUntil && (s.Status == SessionStatus.Cancelled
                || (s.CoachId == person.Id && s.Participants.Any(p => p.Attendance == Attendance.Excused))), ct),
    };

    private static readonly MailTemplate Proposed = new(MailKind.CoachingProposed, "Somebody would like to coach you")
    {
        Paragraphs = _ =>
        [
            "Somebody who has a part in running your agency would like to coach you, or does so already. It begins, or goes on, when you agree, and not before; to say no, leave it be. They see nothing of what you write or answer, whatever you choose.",
            "Sign in to see who it is.",
        ],
        KeepsHours = true,
        WaitsForAccess = true,
        IsStillWanted = (db, _, person, ct) => db.CoachingRelationships.Where(r => r.CoacheeId == person.Id).Proposed(db).AnyAsync(ct),
    };

    private static readonly MailTemplate Redacted = new(MailKind.SessionRedacted, "A few words were taken out of your coaching notes")
    {
        Paragraphs = _ =>
        [
            "Something that you wrote about a coaching session could have pointed to a person, so it was taken out. That happens to careful people, it protects the family, and it counts against nobody. "
            + "The rest is as you wrote it. Sign in to see where it was and why.",
        ],
        Footer = "This mail says no more than that, on purpose.",
        KeepsHours = true,
        WaitsForAccess = true,
    };

    public static IServiceCollection AddSessionMails(this IServiceCollection services) => services.AddSingleton(Planned)
        .AddSingleton(Moved).AddSingleton(Cancelled).AddSingleton(Proposed).AddSingleton(Redacted);

    private static Task<bool> IsExpected(LearningDb db, OutboundMail mail, Person person, CancellationToken ct) =>
        Told(db, mail).AnyAsync(s => s.Status == SessionStatus.Planned && s.StartsAt > mail.LeaseUntil, ct);

    /// <summary>
    /// The session, and of those that were planned at once the others too, as far as the receiver coaches or is expected there; of what is
    /// called off they are told in any case, with the others that were at that moment.
    /// </summary>
    private static IQueryable<CoachingSession> Told(LearningDb db, OutboundMail mail)
    {
        // One by itself has no series, and shares that with all others.
        var first = db.CoachingSessions.Where(s => s.Id == mail.SessionId && s.SeriesId != null);
        if (mail.Kind == MailKind.SessionCancelled)
            return db.CoachingSessions.Where(s => s.Id == mail.SessionId || (s.Status == SessionStatus.Cancelled
                && first.Any(f => f.SeriesId == s.SeriesId && f.Status == s.Status && f.ShownChangeAt == s.ShownChangeAt)));
        var series = first.Select(s => s.SeriesId!.Value);
        var told = mail.Kind == MailKind.SessionPlanned
            ? db.CoachingSessions.Where(s => s.Id == mail.SessionId || (s.SeriesId != null && series.Contains(s.SeriesId.Value)))
            : db.CoachingSessions.Where(s => s.Id == mail.SessionId);
        return told.Where(s => s.CoachId == mail.PersonId
            || s.Participants.Any(p => p.PersonId == mail.PersonId && p.Attendance == null));
    }

    private static async Task<IReadOnlyList<CoachingSession>> Sessions(LearningDb db, OutboundMail mail, CancellationToken ct)
    {
        var sessions = Told(db, mail).AsNoTracking();
        if (mail.Kind == MailKind.SessionPlanned) sessions = sessions.Where(s => s.Status == SessionStatus.Planned);
        return await sessions.OrderBy(s => s.StartsAt).ThenBy(s => s.Id).ToListAsync(ct);
    }

    private static async Task<IReadOnlyList<string>> DatesOf(LearningDb db, OutboundMail mail, string before, CancellationToken ct)
    {
        var zone = await ZoneOf(db, mail, ct);
        return [before, .. (await Sessions(db, mail, ct)).Select(s => string.Create(
            CultureInfo.InvariantCulture, $"{Zones.ToLocal(s.StartsAt, zone):dddd, d MMMM yyyy, HH:mm} ({zone.Id}), {s.Minutes} minutes"))];
    }

    private static async Task<MailAttachment?> Dates(LearningDb db, Settings settings, OutboundMail mail, CancellationToken ct)
    {
        var sessions = await Sessions(db, mail, ct);
        var text = CalendarWriter.Write(
            "Coaching sessions", await ZoneOf(db, mail, ct), [.. sessions.Select(s => EntryOf(s, settings))], mail.CreatedAt);
        return new("coaching-sessions.ics", CalendarWriter.MediaType, text);
    }

    private static CalendarEntry EntryOf(CoachingSession session, Settings settings) =>
        CalendarEntry.OfSession(session.Id, session.StartsAt, session.Minutes, session.Moves, session.ShownChangeAt, settings) with
        {
            IsCancelled = session.Status == SessionStatus.Cancelled,
        };

    private static async Task<TimeZoneInfo> ZoneOf(LearningDb db, OutboundMail mail, CancellationToken ct) =>
        Zones.Find(await db.Users.Where(p => p.Id == mail.PersonId).Select(p => p.TimeZone).SingleAsync(ct));
}

/// <summary>
/// Owes those mails in the save that plans, moves or cancels; one that waits already speaks for the next, and one of a series for all of
/// it.
/// </summary>
internal sealed class QueueSessionMails(LearningDb db) :
    INotificationHandler<DomainEventNotification<SessionPlanned>>,
    INotificationHandler<DomainEventNotification<SessionMoved>>,
    INotificationHandler<DomainEventNotification<ParticipantExcused>>,
    INotificationHandler<DomainEventNotification<ParticipantExpected>>,
    INotificationHandler<DomainEventNotification<SessionEnded>>,
    INotificationHandler<DomainEventNotification<SessionRedacted>>,
    INotificationHandler<DomainEventNotification<CoachingProposed>>
{
    public Task Handle(DomainEventNotification<SessionPlanned> notification, CancellationToken cancellationToken)
    {
        var (session, speaks, isAgain, at) = notification.Event;
        // After it was called off, it is news to its coach too.
        var people = isAgain ? [session.CoachId, .. Expected(session)] : Expected(session);
        return speaks ? Owe(session, MailKind.SessionPlanned, people, at, cancellationToken) : Task.CompletedTask;
    }

    public Task Handle(DomainEventNotification<ParticipantExpected> notification, CancellationToken cancellationToken) =>
        Owe(notification.Event.Session, MailKind.SessionPlanned, [notification.Event.PersonId], notification.Event.At, cancellationToken);

    public Task Handle(DomainEventNotification<SessionMoved> notification, CancellationToken cancellationToken) =>
        Owe(notification.Event.Session, MailKind.SessionMoved, Expected(notification.Event.Session), notification.Event.At,
            cancellationToken);

    public Task Handle(DomainEventNotification<ParticipantExcused> notification, CancellationToken cancellationToken) =>
        Owe(notification.Event.Session, MailKind.SessionCancelled, [notification.Event.Session.CoachId], notification.Event.At,
            cancellationToken);

    public Task Handle(DomainEventNotification<SessionEnded> notification, CancellationToken cancellationToken)
    {
        var (session, at) = notification.Event;
        if (session.Status != SessionStatus.Cancelled || session.Records > 0 || session.StartsAt <= at) return Task.CompletedTask;
        IEnumerable<Guid> others = session.CancelledBy switch
        {
            CancelledBy.Coach => Expected(session),
            CancelledBy.Coachee => [session.CoachId],
            _ => [session.CoachId, .. Expected(session)],
        };
        return Owe(session, MailKind.SessionCancelled, others, at, cancellationToken);
    }

    public Task Handle(DomainEventNotification<SessionRedacted> notification, CancellationToken cancellationToken)
    {
        var (session, authors, at) = notification.Event;
        return Owe(session, MailKind.SessionRedacted, authors, at, cancellationToken);
    }

    public Task Handle(DomainEventNotification<CoachingProposed> notification, CancellationToken cancellationToken) => db.OweOnce(
        [notification.Event.Relationship.CoacheeId], MailKind.CoachingProposed, notification.Event.At, cancellationToken);

    private static IEnumerable<Guid> Expected(CoachingSession session) =>
        session.Participants.Where(p => p.Attendance is null).Select(p => p.PersonId);

    private async Task Owe(CoachingSession session, MailKind kind, IEnumerable<Guid> people, DateTime at, CancellationToken ct)
    {
        var (receivers, series) = (people.ToHashSet(), session.SeriesId);
        var waiting = await db.OutboundMails.Where(m => m.SentAt == null && m.FailedAt == null && m.Attempts == 0
                && m.PersonId != null && receivers.Contains(m.PersonId.Value)
                && (m.Kind == kind || (kind == MailKind.SessionMoved && m.Kind == MailKind.SessionPlanned)))
            .Where(m => m.SessionId == session.Id || (m.Kind == MailKind.SessionPlanned && series != null
                && db.CoachingSessions.Any(s => s.Id == m.SessionId && s.SeriesId == series))).ToListAsync(ct);
        // One that is on its way says what was: whoever sends it at this moment changes it too, and the later of the two runs again.
        db.Touch(waiting);
        var owed = waiting.Concat(OwedNow(kind, series)).Select(m => m.PersonId!.Value).ToHashSet();
        db.AddRange(receivers.Where(id => !owed.Contains(id)).Select(id => OutboundMail.AboutSession(session.Id, id, kind, at)));
    }

    /// <summary>Those of this save that tell of a whole series, or of all of it that is called off.</summary>
    private List<OutboundMail> OwedNow(MailKind kind, Guid? series) =>
        series is null || kind is not (MailKind.SessionPlanned or MailKind.SessionCancelled)
        ? []
        :
        [
            .. db.ChangeTracker.Entries<OutboundMail>().Where(e => e.State == EntityState.Added).Select(e => e.Entity).Where(m =>
                m.Kind == kind && m.SessionId is { } id && db.CoachingSessions.Local.FindEntry(id)?.Entity.SeriesId == series),
        ];
}
