using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// An appointment changes who reads what learners write: in the same save it stands in the access log, the cohort's leads are owed a mail,
/// and whoever may not review any more gives back what they hold.
/// </summary>
internal sealed class RecordAppointments(LearningDb db)
    : INotificationHandler<DomainEventNotification<CohortStaffChanged>>, INotificationHandler<DomainEventNotification<AgencyMemberAdded>>,
    INotificationHandler<DomainEventNotification<EnrolmentChanged>>, INotificationHandler<DomainEventNotification<AccessEnded>>
{
    public async Task Handle(DomainEventNotification<CohortStaffChanged> notification, CancellationToken cancellationToken)
    {
        var change = notification.Event;
        var (cohort, appointed, dismissed, by, at) = change;
        var people = appointed.Concat(dismissed).Select(m => m.PersonId).Append(by).ToHashSet();
        var names = await db.Users.Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, cancellationToken);
        db.AddRange(appointed.Select(m => ReaderAppointment.Of(m, names[m.PersonId], ReaderAct.Appointed, names[by], at)));
        db.AddRange(dismissed.Select(m => ReaderAppointment.Of(m, names[m.PersonId], ReaderAct.Dismissed, names[by], at)));
        QueueMails(MailKind.CohortStaffChanged, change.Leads, cohort.Id, at);

        if (change.Gone is { Count: > 0 } gone)
            await Release(db.Reviews.Where(v => gone.Contains(v.ReviewerId)
                && db.Reflections.Any(r => r.Id == v.ReflectionId && r.CohortId == cohort.Id)), at, cancellationToken);
        var staff = cohort.Staff.Select(m => m.PersonId).ToList();
        var readers = db.Users.Where(p => staff.Contains(p.Id));
        if (await db.Enrolments.AnyAsync(e => e.CohortId == cohort.Id && e.Status != EnrolmentStatus.Withdrawn
            && !readers.Any(p => p.Id != e.PersonId && !db.AgencyMembers.Any(m => m.PersonId == p.Id
                && db.Enrolments.Any(x => x.PersonId == e.PersonId && x.AgencyId == m.AgencyId))), cancellationToken))
            QueueMails(MailKind.NobodyMayRead, change.Leads, cohort.Id, at);
    }

    public async Task Handle(DomainEventNotification<AgencyMemberAdded> notification, CancellationToken cancellationToken)
    {
        var (agency, person, at) = notification.Event;
        await Release(db.Reviews.Where(v => v.ReviewerId == person && db.Reflections.Any(r => r.Id == v.ReflectionId
            && db.Enrolments.Any(e => e.PersonId == r.PersonId && e.AgencyId == agency.Id))), at, cancellationToken);

        // The appointment itself is not in the database yet.
        var left = await db.Cohorts.Where(c => c.Staff.Any(s => s.PersonId == person)
            && db.Enrolments.Any(e => e.CohortId == c.Id && e.Status != EnrolmentStatus.Withdrawn
                && db.Enrolments.Any(x => x.PersonId == e.PersonId && x.AgencyId == agency.Id)
                && !c.Staff.Any(s => s.PersonId != person && s.PersonId != e.PersonId
                    && !db.AgencyMembers.Any(m => m.PersonId == s.PersonId
                        && db.Enrolments.Any(x => x.PersonId == e.PersonId && x.AgencyId == m.AgencyId)))))
            .Select(c => new { c.Id, Leads = c.Staff.Where(s => s.Role == CohortRole.Lead).Select(s => s.PersonId).ToList() })
            .ToListAsync(cancellationToken);
        foreach (var cohort in left) QueueMails(MailKind.NobodyMayRead, cohort.Leads, cohort.Id, at);
    }

    public async Task Handle(DomainEventNotification<EnrolmentChanged> notification, CancellationToken cancellationToken)
    {
        var (enrolment, at) = notification.Event;
        if (enrolment.AgencyId is not { } agency) return;
        await Release(db.Reflections.Where(r => r.PersonId == enrolment.PersonId)
            .Join(db.Reviews, r => r.Id, v => v.ReflectionId, (_, v) => v)
            .Where(v => db.AgencyMembers.Any(m => m.PersonId == v.ReviewerId && m.AgencyId == agency)), at, cancellationToken);

        // The change itself is not in the database yet.
        var staff = db.CohortMembers.Where(s => s.CohortId == enrolment.CohortId);
        if (!await staff.AnyAsync(s => s.PersonId != enrolment.PersonId && !db.AgencyMembers.Any(m => m.PersonId == s.PersonId
            && (m.AgencyId == agency || db.Enrolments.Any(e => e.PersonId == enrolment.PersonId && e.Id != enrolment.Id
                && e.AgencyId == m.AgencyId))), cancellationToken))
            QueueMails(MailKind.NobodyMayRead, await staff.Where(s => s.Role == CohortRole.Lead).Select(s => s.PersonId)
                .ToListAsync(cancellationToken), enrolment.CohortId, at);
    }

    /// <summary>What somebody holds who can't sign in any more would wait for nobody.</summary>
    public Task Handle(DomainEventNotification<AccessEnded> notification, CancellationToken cancellationToken)
    {
        var (person, at) = notification.Event;
        return Release(db.Reviews.Where(v => v.ReviewerId == person.Id), at, cancellationToken);
    }

    /// <summary>Such a mail goes at once: it may be the only sign that something is done against its receiver's will.</summary>
    private void QueueMails(MailKind kind, IEnumerable<Guid> leads, Guid cohortId, DateTime at) =>
        db.AddRange(leads.Select(lead => OutboundMail.To(lead, kind, at, cohortId: cohortId)));

    private async Task Release(IQueryable<Review> reviews, DateTime at, CancellationToken ct)
    {
        var held = await reviews.Where(v => v.HandedInAt == null && v.LeaseUntil > at).Select(v => new { v.ReflectionId, v.ReviewerId })
            .ToListAsync(ct);
        if (held.Count == 0) return;
        var ids = held.Select(v => v.ReflectionId).Distinct().ToList();
        var reflections = await db.Reflections.Include(r => r.Reviews).Where(r => ids.Contains(r.Id)).ToDictionaryAsync(r => r.Id, ct);
        foreach (var review in held) reflections[review.ReflectionId].ReleaseOf(review.ReviewerId, at);
    }
}
