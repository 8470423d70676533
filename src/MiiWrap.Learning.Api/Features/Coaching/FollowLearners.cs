using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// Planned sessions and relationships follow those whom they are with: who leaves is expected no more until they are back, and who accepts
/// an enrolment takes the place of whoever stood there for them. What a coach has planned with somebody whom they coach no more is off,
/// whatever has ended it.
/// </summary>
internal sealed class FollowLearners(LearningDb db, UpcomingCoaching upcoming, StaffNotices staff, TimeProvider clock) :
    INotificationHandler<DomainEventNotification<EnrolmentWithdrawn>>,
    INotificationHandler<DomainEventNotification<EnrolmentResumed>>,
    INotificationHandler<DomainEventNotification<EnrolmentMoved>>,
    INotificationHandler<DomainEventNotification<AccessEnded>>,
    INotificationHandler<DomainEventNotification<AccessRestored>>,
    INotificationHandler<DomainEventNotification<StandInReplaced>>,
    INotificationHandler<DomainEventBatchNotification<CoachingEnded>>,
    INotificationHandler<DomainEventBatchNotification<CohortStaffChanged>>,
    INotificationHandler<DomainEventBatchNotification<AgencyMemberAdded>>,
    INotificationHandler<DomainEventBatchNotification<EnrolmentCreated>>,
    INotificationHandler<DomainEventBatchNotification<EnrolmentChanged>>
{
    private const string SamePerson = "Coach and coachee are one person.";
    private const string SameCoaching = "The two are brought together here already.";
    private const string CoachLeft = "The coach has left.";

    public Task Handle(DomainEventNotification<EnrolmentWithdrawn> notification, CancellationToken cancellationToken) =>
        CallOff(With(notification.Event.Enrolment.Id), _ => CancelledBy.Agency, notification.Event.At, cancellationToken);

    public Task Handle(DomainEventNotification<EnrolmentResumed> notification, CancellationToken cancellationToken) =>
        Return(notification.Event.Enrolment.Id, notification.Event.WithdrawnAt, notification.Event.At, cancellationToken);

    /// <summary>Who coached them in the cohort that they leave does so no more, unless in their agency.</summary>
    public Task Handle(DomainEventNotification<EnrolmentMoved> notification, CancellationToken cancellationToken) =>
        CallOff(With(notification.Event.Enrolment.Id), _ => CancelledBy.Agency, notification.Event.At, cancellationToken);

    /// <summary>Who has left is coached no more, and coaches nobody, and does not by coming back.</summary>
    public async Task Handle(DomainEventNotification<AccessEnded> notification, CancellationToken cancellationToken)
    {
        var (person, at) = notification.Event;
        if (person.Status != PersonStatus.Left) return;
        foreach (var relationship in await db.CoachingRelationships.Where(r => r.CoachId == person.Id && r.EndedAt == null)
            .ToListAsync(cancellationToken)) relationship.End(CoachLeft, person.Id, at);
        await CallOff(Of(person.Id), _ => CancelledBy.Agency, at, cancellationToken);
        await CallOff(WithPeople([person.Id]), _ => CancelledBy.Agency, at, cancellationToken);
    }

    /// <summary>Enrolments that were withdrawn are resumed by themselves.</summary>
    public async Task Handle(DomainEventNotification<AccessRestored> notification, CancellationToken cancellationToken)
    {
        var (person, dismissedAt, at) = notification.Event;
        if (dismissedAt is not { } since) return;
        foreach (var id in await db.Enrolments.Where(e => e.PersonId == person.Id && e.Status == EnrolmentStatus.Completed)
            .Select(e => e.Id).ToListAsync(cancellationToken)) await Return(id, since, at, cancellationToken);
    }

    public async Task Handle(DomainEventNotification<StandInReplaced> notification, CancellationToken cancellationToken)
    {
        var ((standIn, offered, enrolment), now) = (notification.Event, clock.UtcNow());
        var sessions = await With(offered).Include(s => s.Texts).AsSplitQuery().ToListAsync(cancellationToken);
        foreach (var session in sessions)
        {
            var part = session.Participants.First(p => p.EnrolmentId == offered);
            session.TakeOver(offered, new(enrolment.PersonId, enrolment.Id, enrolment.LearnerName), now);
            if (session.Participants.FirstOrDefault(p => p.PersonId == enrolment.PersonId) is { } kept && kept != part)
                await MoveRedactions(session.Id, part.Id, kept.Id, cancellationToken);
        }

        var relationships = await RelationshipsBy(standIn, offered, cancellationToken);
        var own = await db.CoachingRelationships.Where(r => r.CoacheeId == enrolment.PersonId && r.EndedAt == null)
            .Select(r => new { r.CoachId, r.CohortId, r.AgencyId }).ToListAsync(cancellationToken);
        var coaching = await upcoming.Load(
            [.. relationships.Select(r => r.CoachId)], [standIn, enrolment.PersonId], cancellationToken);
        foreach (var relationship in relationships)
        {
            relationship.TakeOver(enrolment.PersonId);
            if (relationship.EndedAt is not null) continue;
            if (relationship.CoachId == enrolment.PersonId) relationship.End(SamePerson, enrolment.PersonId, now);
            else if (own.Exists(r => (r.CoachId, r.CohortId, r.AgencyId)
                == (relationship.CoachId, relationship.CohortId, relationship.AgencyId)))
                relationship.End(SameCoaching, enrolment.PersonId, now);
            else
            {
                var state = relationship.StateOf(coaching.IsSupervisedBy(relationship.CoachId, enrolment.PersonId));
                db.Add(OutboundMail.To(enrolment.PersonId,
                    state == RelationshipState.Active ? MailKind.CoachingBegun : MailKind.CoachingProposed, now));
            }
        }

        // Who runs an agency of the person's, which nobody could know, needs their consent first.
        await CallOff(sessions, _ => CancelledBy.Agency, now, cancellationToken);
    }

    /// <summary>
    /// Words were taken out of what was written for one part of the person's; by one statement, in the transaction of whoever accepts: the
    /// lines are never changed otherwise.
    /// </summary>
    private Task<int> MoveRedactions(Guid sessionId, Guid from, Guid to, CancellationToken ct) =>
        db.Redactions.Where(r => r.SessionId == sessionId && r.ParticipantId == from)
            .ExecuteUpdateAsync(r => r.SetProperty(redaction => redaction.ParticipantId, to), ct);

    /// <summary>
    /// The stand-in's relationships that held or hold for what was offered, ended ones too: why they ended is said of the person. Those
    /// that hold for none of their enrolments any more go with the first that is accepted.
    /// </summary>
    private Task<List<CoachingRelationship>> RelationshipsBy(Guid standIn, Guid offered, CancellationToken ct)
    {
        // Until this is saved it is the stand-in who learns there.
        var ofStandIn = db.CoachingRelationships.Where(r => r.CoacheeId == standIn);
        var tied = ofStandIn.WithEnrolments(db);
        return ofStandIn.Where(r => tied.Any(t => t.Relationship.Id == r.Id && t.EnrolmentId == offered)
            || !tied.Any(t => t.Relationship.Id == r.Id)).ToListAsync(ct);
    }

    public async Task Handle(DomainEventBatchNotification<CoachingEnded> notification, CancellationToken cancellationToken)
    {
        await Meet(notification.Events.Select(e => e.Relationship.CoachId), cancellationToken);
        foreach (var (ended, at) in notification.Events)
        {
            var by = ended.EndedBy == ended.CoachId ? CancelledBy.Coach
                : ended.EndedBy == ended.CoacheeId ? CancelledBy.Coachee : CancelledBy.Agency;
            await CallOff(Of(ended.CoachId), id => id == ended.CoacheeId ? by : CancelledBy.Agency, at, cancellationToken);
        }
    }

    public async Task Handle(DomainEventBatchNotification<CohortStaffChanged> notification, CancellationToken cancellationToken)
    {
        var gone = notification.Events.SelectMany(e => e.Gone).ToHashSet();
        if (gone.Count == 0) return;
        await Meet(gone, cancellationToken);
        var sessions = db.CoachingSessions.Where(s => gone.Contains(s.CoachId));
        await CallOff(sessions, _ => CancelledBy.Agency, notification.Events[0].At, cancellationToken);
    }

    /// <summary>Whoever comes to run the agency of those whom they coach needs their consent first.</summary>
    public async Task Handle(DomainEventBatchNotification<AgencyMemberAdded> notification, CancellationToken cancellationToken)
    {
        await Meet(notification.Events.Select(e => e.PersonId), cancellationToken);
        foreach (var (_, person, at) in notification.Events) await CallOff(Of(person), _ => CancelledBy.Agency, at, cancellationToken);
    }

    public Task Handle(DomainEventBatchNotification<EnrolmentCreated> notification, CancellationToken cancellationToken) => FollowAgency(
        [.. notification.Events.Where(e => e.Enrolment.AgencyId is not null).Select(e => e.Enrolment.PersonId)],
        notification.Events[0].At, cancellationToken);

    public Task Handle(DomainEventBatchNotification<EnrolmentChanged> notification, CancellationToken cancellationToken) => FollowAgency(
        [.. notification.Events.Select(e => e.Enrolment).Where(e => db.Entry(e).Property(one => one.AgencyId).IsModified)
            .Select(e => e.PersonId)],
        notification.Events[0].At, cancellationToken);

    /// <summary>Who is under another agency is coached there no more, and not without their word by those who run the new one.</summary>
    private Task FollowAgency(IReadOnlyCollection<Guid> learners, DateTime at, CancellationToken ct) => learners.Count == 0
        ? Task.CompletedTask
        : CallOff(WithPeople(learners), _ => CancelledBy.Agency, at, ct);

    /// <summary>Whoever plans a session meanwhile changes the coach's row too: the later of the two runs again.</summary>
    private async Task Meet(IEnumerable<Guid> coaches, CancellationToken ct) => db.Touch(await staff.Present(coaches, ct));

    /// <summary>
    /// Of these, takes each participant out whom the session's coach coaches no more, and tells them where nobody is left.
    /// </summary>
    /// <param name="sideOf">On whose side that is, by the participant.</param>
    private async Task CallOff(
        IQueryable<CoachingSession> sessions, Func<Guid, CancelledBy> sideOf, DateTime at, CancellationToken ct) =>
        await CallOff(
            await sessions.Include(s => s.Participants).Where(s => s.Status == SessionStatus.Planned && s.StartsAt > at).ToListAsync(ct),
            sideOf, at, ct);

    private async Task CallOff(List<CoachingSession> sessions, Func<Guid, CancelledBy> sideOf, DateTime at, CancellationToken ct)
    {
        // Asked of the rows as well: what another handler of this save has called off is planned in the database still.
        var planned = sessions.FindAll(s => s.Status == SessionStatus.Planned && s.StartsAt > at);
        if (planned.Count == 0) return;
        var (coaching, told) = (await StateOf(planned, ct), new HashSet<(Guid, Guid)>());
        foreach (var session in planned)
        {
            var over = session.Participants.Where(p => p.Attendance is null && !coaching.Coaches(session.CoachId, p.EnrolmentId)).ToList();
            foreach (var part in over) session.Withdraw(part.EnrolmentId, sideOf(part.PersonId), at);
            if (session.Status != SessionStatus.Cancelled) continue;
            // Whoever ended it themselves or has left knows; of a call that goes on without them there is nothing to tell, and of a series
            // one mail tells.
            db.AddRange(over.Where(p => sideOf(p.PersonId) != CancelledBy.Coachee && coaching.IsPresent(p.EnrolmentId)
                    && told.Add((session.SeriesId ?? session.Id, p.PersonId)))
                .Select(p => OutboundMail.AboutSession(session.Id, p.PersonId, MailKind.SessionCancelled, at)));
        }
    }

    /// <summary>Expects somebody again who is back, at sessions of those who coach them.</summary>
    /// <param name="since">When they had left.</param>
    private async Task Return(Guid enrolmentId, DateTime since, DateTime at, CancellationToken ct)
    {
        var found = await With(enrolmentId).Include(s => s.Texts).Where(s => s.StartsAt > at).AsSplitQuery().ToListAsync(ct);
        if (found.Count == 0) return;
        var coaching = await StateOf(found, ct);
        // Where the two were brought together only after it was planned, what it was planned for has ended, and their part in it.
        foreach (var session in found.Where(s => coaching.Coaches(s.CoachId, enrolmentId, before: s.CreatedAt)))
            session.Return(enrolmentId, since, at);
    }

    private Task<CoachingState> StateOf(List<CoachingSession> sessions, CancellationToken ct) => upcoming.Load(
        sessions.Select(s => s.CoachId).ToHashSet(), sessions.SelectMany(s => s.Participants).Select(p => p.PersonId).ToHashSet(), ct);

    private IQueryable<CoachingSession> Of(Guid coachId) => db.CoachingSessions.Where(s => s.CoachId == coachId);

    private IQueryable<CoachingSession> With(Guid enrolmentId) => With(db.SessionParticipants.Where(p => p.EnrolmentId == enrolmentId));

    private IQueryable<CoachingSession> WithPeople(IReadOnlyCollection<Guid> people) =>
        With(db.SessionParticipants.Where(p => people.Contains(p.PersonId)));

    private IQueryable<CoachingSession> With(IQueryable<SessionParticipant> participants)
    {
        var ids = participants.Select(p => p.SessionId);
        return db.CoachingSessions.Include(s => s.Participants).Where(s => ids.Contains(s.Id));
    }
}
