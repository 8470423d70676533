using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// An appointment changes who reads what learners write: in the same save it stands in the access log, the cohort's leads are owed a mail,
/// and whoever may not review any more gives back what they hold.
/// </summary>
internal sealed class RecordAppointments(LearningDb db, UnreadReflections unread, StaffNotices receivers, ILogger<RecordAppointments> log)
    : INotificationHandler<DomainEventNotification<CohortStaffChanged>>, INotificationHandler<DomainEventNotification<AgencyMemberAdded>>,
    INotificationHandler<DomainEventBatchNotification<EnrolmentCreated>>,
    INotificationHandler<DomainEventBatchNotification<EnrolmentChanged>>, INotificationHandler<DomainEventNotification<AccessEnded>>
{
    public async Task Handle(DomainEventNotification<CohortStaffChanged> notification, CancellationToken cancellationToken)
    {
        var change = notification.Event;
        var (cohort, appointed, dismissed, by, at) = change;
        var people = appointed.Concat(dismissed).Select(m => m.PersonId).Append(by).ToHashSet();
        var names = await db.Users.Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, cancellationToken);
        db.AddRange(appointed.Select(m => ReaderAppointment.Of(m, names[m.PersonId], ReaderAct.Appointed, names[by], at)));
        db.AddRange(dismissed.Select(m => ReaderAppointment.Of(m, names[m.PersonId], ReaderAct.Dismissed, names[by], at)));
        // Such a mail goes at once: it may be the only sign that something is done against its receiver's will.
        db.AddRange((await receivers.Present(change.Leads, cancellationToken))
            .Select(lead => OutboundMail.To(lead.Id, MailKind.CohortStaffChanged, at, cohortId: cohort.Id)));

        if (change.Gone is { Count: > 0 } gone)
            await Release(db.Reviews.Where(v => gone.Contains(v.ReviewerId)
                && db.Reflections.Any(r => r.Id == v.ReflectionId && r.CohortId == cohort.Id)), at, cancellationToken);
        var staff = cohort.Staff.Select(m => m.PersonId).ToList();
        var readers = db.Users.Where(p => staff.Contains(p.Id) && p.Status == PersonStatus.Active);
        if (await db.Enrolments.AnyAsync(e => e.CohortId == cohort.Id && e.Status != EnrolmentStatus.Withdrawn
            && !readers.Any(p => p.Id != e.PersonId && !db.AgencyMembers.Any(m => m.PersonId == p.Id
                && db.Enrolments.Any(x => x.PersonId == e.PersonId && x.AgencyId == m.AgencyId))), cancellationToken))
            await unread.QueueNotices(cohort.Id, change.Leads, at, cancellationToken);
    }

    public async Task Handle(DomainEventNotification<AgencyMemberAdded> notification, CancellationToken cancellationToken)
    {
        var (agency, person, at) = notification.Event;
        await Release(db.Reviews.Where(v => v.ReviewerId == person && db.Reflections.Any(r => r.Id == v.ReflectionId
            && db.Enrolments.Any(e => e.PersonId == r.PersonId && e.AgencyId == agency.Id))), at, cancellationToken);

        // The appointment itself is not in the database yet.
        await unread.QueueNoticesWithout(
            person, db.Enrolments.Where(e => db.Enrolments.Any(x => x.PersonId == e.PersonId && x.AgencyId == agency.Id)), at,
            cancellationToken);
    }

    /// <summary>Whose agency is another may be read by others; who is new in a cohort, perhaps by nobody in it.</summary>
    public Task Handle(DomainEventBatchNotification<EnrolmentCreated> notification, CancellationToken cancellationToken) =>
        CheckReaders([.. notification.Events.Select(e => e.Enrolment)], notification.Events[0].At, cancellationToken);

    public Task Handle(DomainEventBatchNotification<EnrolmentChanged> notification, CancellationToken cancellationToken) =>
        CheckReaders([.. notification.Events.Select(e => e.Enrolment)], notification.Events[0].At, cancellationToken);

    /// <param name="enrolments">What was made or changed; none of it is in the database yet.</param>
    private async Task CheckReaders(List<Enrolment> enrolments, DateTime at, CancellationToken ct)
    {
        var (cohorts, learners) = (enrolments.Select(e => e.CohortId).ToHashSet(), enrolments.Select(e => e.PersonId).ToHashSet());
        var employees = enrolments.Where(e => e.AgencyId is not null).Select(e => e.PersonId).ToHashSet();
        var agencies = enrolments.Where(e => e.AgencyId is not null).Select(e => e.AgencyId!.Value).ToHashSet();
        // Read first, so that an appointment or a claim which is committed meanwhile makes this save lose.
        db.Touch(await db.Cohorts.Where(c => cohorts.Contains(c.Id)).ToListAsync(ct));
        db.Touch(await db.Agencies.Where(a => agencies.Contains(a.Id)).ToListAsync(ct));
        db.Touch(await db.Users.Where(p => employees.Contains(p.Id)).ToListAsync(ct));

        var changing = enrolments.Select(e => e.Id).ToHashSet();
        var employed = (await db.Enrolments.Where(e => learners.Contains(e.PersonId) && e.AgencyId != null)
            .Select(e => new { e.Id, e.PersonId, e.AgencyId }).ToListAsync(ct)).Where(e => !changing.Contains(e.Id))
            .Concat(enrolments.Where(e => e.AgencyId is not null).Select(e => new { e.Id, e.PersonId, e.AgencyId }))
            .ToLookup(e => e.PersonId, e => e.AgencyId!.Value);
        var members = await db.CohortMembers.Where(m => cohorts.Contains(m.CohortId))
            .Select(m => new { m.CohortId, m.PersonId, IsLead = m.Role == CohortRole.Lead }).ToListAsync(ct);
        var withAccess = (await receivers.WithAccess(members.Select(m => m.PersonId), ct)).Select(p => p.Id).ToHashSet();
        var staff = members.FindAll(m => withAccess.Contains(m.PersonId));
        var held = await db.Reflections.Where(r => learners.Contains(r.PersonId))
            .Join(db.Reviews, r => r.Id, v => v.ReflectionId, (r, v) => new { r.PersonId, Review = v })
            .Where(h => h.Review.HandedInAt == null && h.Review.LeaseUntil > at)
            .Select(h => new { h.PersonId, h.Review.ReflectionId, h.Review.ReviewerId }).ToListAsync(ct);
        var readers = staff.Select(m => m.PersonId).Concat(held.Select(h => h.ReviewerId)).ToHashSet();
        var parts = (await db.AgencyMembers.Where(m => readers.Contains(m.PersonId)).Select(m => new { m.PersonId, m.AgencyId })
            .ToListAsync(ct))
            .ToLookup(m => m.PersonId, m => m.AgencyId);
        bool IsOfOwnAgency(Guid reader, Guid learner) => parts[reader].Intersect(employed[learner]).Any();

        await Release([.. held.Where(h => IsOfOwnAgency(h.ReviewerId, h.PersonId)).Select(h => (h.ReflectionId, h.ReviewerId))], at, ct);
        foreach (var cohort in enrolments.ToLookup(e => e.CohortId, e => e.PersonId))
        {
            var ofCohort = staff.FindAll(m => m.CohortId == cohort.Key);
            if (cohort.Any(l => ofCohort.TrueForAll(m => m.PersonId == l || IsOfOwnAgency(m.PersonId, l))))
                await unread.QueueNotices(cohort.Key, ofCohort.Where(m => m.IsLead).Select(m => m.PersonId), at, ct);
        }
    }

    /// <summary>
    /// What somebody holds who can't sign in any more would wait for nobody; and where they were the last who could read, nobody reads.
    /// </summary>
    public async Task Handle(DomainEventNotification<AccessEnded> notification, CancellationToken cancellationToken)
    {
        var (person, at) = notification.Event;
        await Release(db.Reviews.Where(v => v.ReviewerId == person.Id), at, cancellationToken);

        // That their access ends is not in the database yet.
        await unread.QueueNoticesWithout(person.Id, db.Enrolments.Where(e => e.PersonId != person.Id), at, cancellationToken);
    }

    private async Task Release(IQueryable<Review> reviews, DateTime at, CancellationToken ct)
    {
        var held = await reviews.Where(v => v.HandedInAt == null && v.LeaseUntil > at).Select(v => new { v.ReflectionId, v.ReviewerId })
            .ToListAsync(ct);
        await Release([.. held.Select(v => (v.ReflectionId, v.ReviewerId))], at, ct);
    }

    private async Task Release(IReadOnlyList<(Guid ReflectionId, Guid ReviewerId)> held, DateTime at, CancellationToken ct)
    {
        if (held.Count == 0) return;
        var ids = held.Select(v => v.ReflectionId).Distinct().ToList();
        // What cannot be read keeps nobody from being dismissed; its lease lapses by itself.
        var reflections = (await RowFault.LoadReadableAsync(
            [.. ids], some => db.Reflections.Include(r => r.Reviews).Where(r => some.Contains(r.Id)).ToListAsync(ct), (id, e) =>
            {
                log.LogError(e, "Reflection {ReflectionId} stays with its reviewer: it cannot be read", id);
                return Task.CompletedTask;
            })).ToDictionary(r => r.Id);
        foreach (var (id, reviewer) in held) reflections.GetValueOrDefault(id)?.ReleaseOf(reviewer, at);
    }
}
