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
/// A learner's reflections go with them to another cohort, in the same save: its staff review and read them, which stands in the access
/// log, and whoever has no part there gives back what they hold.
/// </summary>
internal sealed class MoveReflections(LearningDb db, UnreadReflections unread, StaffNotices receivers)
    : INotificationHandler<DomainEventNotification<EnrolmentMoved>>
{
    public async Task Handle(DomainEventNotification<EnrolmentMoved> notification, CancellationToken cancellationToken)
    {
        var moved = notification.Event;
        var (enrolment, from, to, by, at) = moved;
        var members = await db.CohortMembers.Where(m => m.CohortId == from.Id || m.CohortId == to.Id)
            .Select(m => new { m.CohortId, m.PersonId, IsLead = m.Role == CohortRole.Lead }).ToListAsync(cancellationToken);
        var staff = members.Where(m => m.CohortId == to.Id).Select(m => m.PersonId).ToHashSet();
        foreach (var reflection in await db.Reflections.Include(r => r.Reviews).Where(r => r.EnrolmentId == enrolment.Id)
            .ToListAsync(cancellationToken))
            reflection.MoveTo(to.Id, staff, at);

        var name = await db.Users.Where(p => p.Id == by).Select(p => p.Name).SingleAsync(cancellationToken);
        var isLead = members.Exists(m => m.CohortId == from.Id && m.PersonId == by && m.IsLead);
        db.Add(LearnerMove.Of(moved, name, isLead ? ReaderRole.Lead : ReaderRole.ProgramAdmin));
        // It goes at once, as a change of staff does: others read from now on what was written for those here.
        var leads = members.Where(m => m.CohortId == from.Id && m.IsLead && m.PersonId != by).Select(m => m.PersonId);
        db.AddRange((await receivers.Present(leads, cancellationToken))
            .Select(lead => OutboundMail.To(lead.Id, MailKind.LearnerMoved, at, cohortId: from.Id)));
        if (!await db.Users.AnyAsync(p => staff.Contains(p.Id) && p.Status == PersonStatus.Active && p.Id != enrolment.PersonId
            && !db.AgencyMembers.Any(m => m.PersonId == p.Id
                && db.Enrolments.Any(e => e.PersonId == enrolment.PersonId && e.AgencyId == m.AgencyId)), cancellationToken))
            await unread.QueueNotices(
                to.Id, members.Where(m => m.CohortId == to.Id && m.IsLead).Select(m => m.PersonId), at, cancellationToken);
    }
}
