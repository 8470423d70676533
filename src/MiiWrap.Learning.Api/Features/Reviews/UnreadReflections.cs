using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>Owes mails that there are learners in a cohort whose reflections nobody may read.</summary>
internal sealed class UnreadReflections(LearningDb db, StaffNotices staff)
{
    /// <summary>To those who lead it and have access; to some programme admins where there is no such lead. It goes at once.</summary>
    public async Task QueueNotices(Guid cohortId, IEnumerable<Guid> leads, DateTime at, CancellationToken ct)
    {
        var receivers = await staff.WithAccess(leads, ct);
        if (receivers.Count == 0) receivers = await staff.Admins(ct);
        // One request may make it so in two ways.
        var told = db.OutboundMails.Local.Where(m => m.Kind == MailKind.NobodyMayRead && m.CohortId == cohortId && m.CreatedAt == at)
            .Select(m => m.PersonId).ToHashSet();
        db.AddRange(receivers.Where(p => !told.Contains(p.Id))
            .Select(p => OutboundMail.To(p.Id, MailKind.NobodyMayRead, at, cohortId: cohortId)));
    }

    /// <summary>
    /// Owes them for each cohort in which, without one member of its staff, nobody may read one of these learners: whoever may has access,
    /// and is neither the learner nor a member of one of the learner's agencies.
    /// </summary>
    public async Task QueueNoticesWithout(Guid reader, IQueryable<Enrolment> learners, DateTime at, CancellationToken ct)
    {
        var present = learners.OfPresent(db);
        var left = await db.Cohorts.Where(c => c.Staff.Any(s => s.PersonId == reader)
            && present.Any(e => e.CohortId == c.Id
                && !c.Staff.Any(s => s.PersonId != reader && s.PersonId != e.PersonId
                    && db.Users.Any(p => p.Id == s.PersonId && p.Status == PersonStatus.Active)
                    && !db.AgencyMembers.Any(m => m.PersonId == s.PersonId
                        && db.Enrolments.Any(x => x.PersonId == e.PersonId && x.AgencyId == m.AgencyId)))))
            .Select(c => new { c.Id, Leads = c.Staff.Where(s => s.Role == CohortRole.Lead).Select(s => s.PersonId).ToList() })
            .ToListAsync(ct);
        foreach (var cohort in left) await QueueNotices(cohort.Id, cohort.Leads, at, ct);
    }
}
