using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// Where a coach comes to supervise or administer the agency of somebody whom they coach, that rests until the coachee agrees: they are
/// asked by mail in the same save.
/// </summary>
internal sealed class AskForConsent(LearningDb db) :
    INotificationHandler<DomainEventNotification<AgencyMemberAdded>>, INotificationHandler<DomainEventNotification<EnrolmentChanged>>,
    INotificationHandler<DomainEventBatchNotification<EnrolmentCreated>>
{
    public async Task Handle(DomainEventNotification<AgencyMemberAdded> notification, CancellationToken cancellationToken)
    {
        var (agency, coachId, at) = notification.Event;
        var coachees = await Unasked.Where(r => r.CoachId == coachId
                && db.Enrolments.Any(e => e.PersonId == r.CoacheeId && e.AgencyId == agency.Id))
            .Select(r => r.CoacheeId).Distinct().ToListAsync(cancellationToken);
        await db.OweOnce(coachees, MailKind.CoachingProposed, at, cancellationToken);
    }

    public async Task Handle(DomainEventNotification<EnrolmentChanged> notification, CancellationToken cancellationToken)
    {
        var (enrolment, at) = notification.Event;
        if (enrolment.AgencyId is not { } agencyId || !db.Entry(enrolment).Property(e => e.AgencyId).IsModified) return;
        if (await Unasked.AnyAsync(r => r.CoacheeId == enrolment.PersonId
            && db.AgencyMembers.Any(m => m.AgencyId == agencyId && m.PersonId == r.CoachId), cancellationToken))
            await db.OweOnce([enrolment.PersonId], MailKind.CoachingProposed, at, cancellationToken);
    }

    /// <summary>Whoever is enrolled under the agency of somebody who coaches them elsewhere.</summary>
    public async Task Handle(DomainEventBatchNotification<EnrolmentCreated> notification, CancellationToken cancellationToken)
    {
        var created = notification.Events.Select(e => e.Enrolment).Where(e => e.AgencyId is not null).ToList();
        var learners = created.Select(e => e.PersonId).ToHashSet();
        if (learners.Count == 0) return;
        var run = (await Unasked.Where(r => learners.Contains(r.CoacheeId))
            .Join(db.AgencyMembers, r => r.CoachId, m => m.PersonId, (r, m) => new { r.CoacheeId, AgencyId = (Guid?)m.AgencyId })
            .ToListAsync(cancellationToken)).ToHashSet();
        var asked = created.Where(e => run.Contains(new { CoacheeId = e.PersonId, e.AgencyId })).Select(e => e.PersonId).ToHashSet();
        await db.OweOnce(asked, MailKind.CoachingProposed, notification.Events[0].At, cancellationToken);
    }

    private IQueryable<CoachingRelationship> Unasked => db.CoachingRelationships.Begun().Where(r => r.AgreedAt == null);
}
