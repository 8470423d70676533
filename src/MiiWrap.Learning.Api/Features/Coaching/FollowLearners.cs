using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// Planned sessions and relationships follow those whom they are with: who leaves is expected no more, and who accepts an enrolment takes
/// the place of whoever stood there for them.
/// </summary>
internal sealed class FollowLearners(LearningDb db) :
    INotificationHandler<DomainEventNotification<EnrolmentWithdrawn>>,
    INotificationHandler<DomainEventNotification<StandInReplaced>>
{
    public async Task Handle(DomainEventNotification<EnrolmentWithdrawn> notification, CancellationToken cancellationToken)
    {
        var (enrolment, at) = notification.Event;
        var parts = db.SessionParticipants.Where(p => p.EnrolmentId == enrolment.Id).Select(p => p.SessionId);
        var sessions = await db.CoachingSessions.Include(s => s.Participants)
            .Where(s => parts.Contains(s.Id) && s.Status == SessionStatus.Planned && s.StartsAt > at)
            .ToListAsync(cancellationToken);
        foreach (var session in sessions) session.Withdraw(enrolment.Id, at);
    }

    public async Task Handle(DomainEventNotification<StandInReplaced> notification, CancellationToken cancellationToken)
    {
        var (standIn, offered, enrolment) = notification.Event;
        var parts = await db.SessionParticipants.Where(p => p.EnrolmentId == offered).ToListAsync(cancellationToken);
        foreach (var part in parts) part.TakeOver(enrolment.PersonId, enrolment.Id, enrolment.LearnerName);
        var relationships = await db.CoachingRelationships
            .Where(r => r.CoacheeId == standIn
                && (r.CohortId == enrolment.CohortId || (r.AgencyId != null && r.AgencyId == enrolment.AgencyId)))
            .ToListAsync(cancellationToken);
        foreach (var relationship in relationships) relationship.TakeOver(enrolment.PersonId);
    }
}
