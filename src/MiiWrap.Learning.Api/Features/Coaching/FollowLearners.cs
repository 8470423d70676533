using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// Planned sessions and relationships follow those whom they are with: who leaves is expected no more, and who accepts an enrolment takes
/// the place of whoever stood there for them.
/// </summary>
internal sealed class FollowLearners(LearningDb db) :
    INotificationHandler<DomainEventNotification<EnrolmentWithdrawn>>,
    INotificationHandler<DomainEventNotification<AccessEnded>>,
    INotificationHandler<DomainEventNotification<StandInReplaced>>
{
    public Task Handle(DomainEventNotification<EnrolmentWithdrawn> notification, CancellationToken cancellationToken) =>
        Withdraw(notification.Event.Enrolment.Id, notification.Event.At, cancellationToken);

    /// <summary>Who leaves after completing everything has enrolments that are not withdrawn.</summary>
    public async Task Handle(DomainEventNotification<AccessEnded> notification, CancellationToken cancellationToken)
    {
        var (person, at) = notification.Event;
        if (person.Status != PersonStatus.Left) return;
        foreach (var id in await db.Enrolments.Where(e => e.PersonId == person.Id && e.Status == EnrolmentStatus.Completed)
            .Select(e => e.Id).ToListAsync(cancellationToken)) await Withdraw(id, at, cancellationToken);
    }

    public async Task Handle(DomainEventNotification<StandInReplaced> notification, CancellationToken cancellationToken)
    {
        var (standIn, offered, enrolment) = notification.Event;
        var parts = await db.SessionParticipants.Where(p => p.EnrolmentId == offered).ToListAsync(cancellationToken);
        foreach (var part in parts) part.TakeOver(enrolment.PersonId, enrolment.Id, enrolment.LearnerName);
        // Until this is saved it is the stand-in who learns there.
        var relationships = await db.CoachingRelationships.Where(r => r.CoacheeId == standIn).WithEnrolments(db)
            .Where(c => c.EnrolmentId == offered).Select(c => c.Relationship).ToListAsync(cancellationToken);
        foreach (var relationship in relationships) relationship.TakeOver(enrolment.PersonId);
    }

    private async Task Withdraw(Guid enrolmentId, DateTime at, CancellationToken ct)
    {
        var parts = db.SessionParticipants.Where(p => p.EnrolmentId == enrolmentId).Select(p => p.SessionId);
        var sessions = await db.CoachingSessions.Include(s => s.Participants)
            .Where(s => parts.Contains(s.Id) && s.Status == SessionStatus.Planned && s.StartsAt > at)
            .ToListAsync(ct);
        foreach (var session in sessions) session.Withdraw(enrolmentId, at);
    }
}
