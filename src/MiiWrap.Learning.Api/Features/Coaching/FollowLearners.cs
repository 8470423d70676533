using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// Planned sessions and relationships follow those whom they are with: who leaves is expected no more until they are back, and who accepts
/// an enrolment takes the place of whoever stood there for them. What a coach has planned with somebody whom they coach no more is off.
/// </summary>
internal sealed class FollowLearners(LearningDb db, TimeProvider clock) :
    INotificationHandler<DomainEventNotification<EnrolmentWithdrawn>>,
    INotificationHandler<DomainEventNotification<EnrolmentResumed>>,
    INotificationHandler<DomainEventNotification<EnrolmentMoved>>,
    INotificationHandler<DomainEventNotification<AccessEnded>>,
    INotificationHandler<DomainEventNotification<AccessRestored>>,
    INotificationHandler<DomainEventNotification<StandInReplaced>>,
    INotificationHandler<DomainEventNotification<CoachingEnded>>
{
    private const string SamePerson = "Coach and coachee are one person.";
    private const string SameCoaching = "The two are brought together here already.";

    public Task Handle(DomainEventNotification<EnrolmentWithdrawn> notification, CancellationToken cancellationToken) =>
        Withdraw(notification.Event.Enrolment.Id, notification.Event.At, cancellationToken);

    public Task Handle(DomainEventNotification<EnrolmentResumed> notification, CancellationToken cancellationToken) =>
        Return(notification.Event.Enrolment.Id, notification.Event.At, cancellationToken);

    /// <summary>Who coached them in the cohort that they leave does so no more, unless in their agency.</summary>
    public async Task Handle(DomainEventNotification<EnrolmentMoved> notification, CancellationToken cancellationToken)
    {
        var (enrolment, _, to, _, at) = notification.Event;
        var coaches = await CoachesIn(to.Id, db.CoachingRelationships.Where(r => r.CoacheeId == enrolment.PersonId
            && (r.CohortId == to.Id || (r.AgencyId != null && r.AgencyId == enrolment.AgencyId))), cancellationToken);
        foreach (var session in await Planned(enrolment.Id, at).ToListAsync(cancellationToken))
        {
            if (!coaches.Contains(session.CoachId)) session.Withdraw(enrolment.Id, CancelledBy.Agency, at);
        }
    }

    /// <summary>Who leaves after completing everything has enrolments that are not withdrawn.</summary>
    public async Task Handle(DomainEventNotification<AccessEnded> notification, CancellationToken cancellationToken)
    {
        var (person, at) = notification.Event;
        if (person.Status != PersonStatus.Left) return;
        foreach (var id in await CompletedBy(person, cancellationToken)) await Withdraw(id, at, cancellationToken);
    }

    /// <summary>Enrolments that were withdrawn are resumed by themselves.</summary>
    public async Task Handle(DomainEventNotification<AccessRestored> notification, CancellationToken cancellationToken)
    {
        var (person, at) = notification.Event;
        foreach (var id in await CompletedBy(person, cancellationToken)) await Return(id, at, cancellationToken);
    }

    public async Task Handle(DomainEventNotification<StandInReplaced> notification, CancellationToken cancellationToken)
    {
        var ((standIn, offered, enrolment), now) = (notification.Event, clock.UtcNow());
        foreach (var session in await With(offered).Include(s => s.Texts).AsSplitQuery().ToListAsync(cancellationToken))
            session.TakeOver(offered, new(enrolment.PersonId, enrolment.Id, enrolment.LearnerName), now);
        // Until this is saved it is the stand-in who learns there.
        var relationships = await db.CoachingRelationships.Where(r => r.CoacheeId == standIn && r.EndedAt == null).WithEnrolments(db)
            .Where(c => c.EnrolmentId == offered).Select(c => c.Relationship).ToListAsync(cancellationToken);
        var own = await db.CoachingRelationships.Where(r => r.CoacheeId == enrolment.PersonId && r.EndedAt == null)
            .Select(r => new { r.CoachId, r.CohortId, r.AgencyId }).ToListAsync(cancellationToken);
        foreach (var relationship in relationships)
        {
            if (relationship.CoachId == enrolment.PersonId) relationship.End(SamePerson, enrolment.PersonId, now);
            else if (own.Exists(r => (r.CoachId, r.CohortId, r.AgencyId)
                == (relationship.CoachId, relationship.CohortId, relationship.AgencyId)))
                relationship.End(SameCoaching, enrolment.PersonId, now);
            else relationship.TakeOver(enrolment.PersonId);
        }
    }

    public async Task Handle(DomainEventNotification<CoachingEnded> notification, CancellationToken cancellationToken)
    {
        var (ended, at) = notification.Event;
        var by = ended.EndedBy == ended.CoachId ? CancelledBy.Coach
            : ended.EndedBy == ended.CoacheeId ? CancelledBy.Coachee : CancelledBy.Agency;
        var coached = db.Enrolments.CoachedBy(ended.CoachId, db, besides: ended.Id).Select(e => e.Id);
        var over = await db.Enrolments.Where(e => e.PersonId == ended.CoacheeId && !coached.Contains(e.Id)).Select(e => e.Id)
            .ToListAsync(cancellationToken);
        foreach (var id in over)
        {
            foreach (var session in await Planned(id, at).Where(s => s.CoachId == ended.CoachId).ToListAsync(cancellationToken))
            {
                session.Withdraw(id, by, at);
                // Whoever ended it themselves knows; of a call that goes on without them there is nothing to tell.
                if (session.Status == SessionStatus.Cancelled && by != CancelledBy.Coachee)
                    db.Add(OutboundMail.AboutSession(session.Id, ended.CoacheeId, MailKind.SessionCancelled, at));
            }
        }
    }

    private async Task Withdraw(Guid enrolmentId, DateTime at, CancellationToken ct)
    {
        foreach (var session in await Planned(enrolmentId, at).ToListAsync(ct)) session.Withdraw(enrolmentId, CancelledBy.Agency, at);
    }

    private async Task Return(Guid enrolmentId, DateTime at, CancellationToken ct)
    {
        var cohortId = await db.Enrolments.Where(e => e.Id == enrolmentId).Select(e => e.CohortId).SingleAsync(ct);
        // Not by who may coach them at this moment: until this is saved they are away.
        var relationships = db.CoachingRelationships.WithEnrolments(db).Where(c => c.EnrolmentId == enrolmentId)
            .Select(c => c.Relationship);
        var coaches = await CoachesIn(cohortId, relationships, ct);
        foreach (var session in await With(enrolmentId).Include(s => s.Texts).Where(s => s.StartsAt > at).AsSplitQuery().ToListAsync(ct))
        {
            if (coaches.Contains(session.CoachId)) session.Return(enrolmentId, at);
        }
    }

    private Task<HashSet<Guid>> CoachesIn(Guid cohortId, IQueryable<CoachingRelationship> relationships, CancellationToken ct) =>
        relationships.Active(db).Select(r => r.CoachId)
            .Union(db.CohortMembers.Where(m => m.CohortId == cohortId).Select(m => m.PersonId)).ToHashSetAsync(ct);

    private IQueryable<CoachingSession> With(Guid enrolmentId)
    {
        var parts = db.SessionParticipants.Where(p => p.EnrolmentId == enrolmentId).Select(p => p.SessionId);
        return db.CoachingSessions.Include(s => s.Participants).Where(s => parts.Contains(s.Id));
    }

    private IQueryable<CoachingSession> Planned(Guid enrolmentId, DateTime at) =>
        With(enrolmentId).Where(s => s.Status == SessionStatus.Planned && s.StartsAt > at);

    private Task<List<Guid>> CompletedBy(Person person, CancellationToken ct) => db.Enrolments
        .Where(e => e.PersonId == person.Id && e.Status == EnrolmentStatus.Completed).Select(e => e.Id).ToListAsync(ct);
}
