using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>The mails about a person's own enrolments. They go at once, whatever the hour.</summary>
internal static class EnrolmentMailTemplates
{
    private static readonly MailTemplate Resumed = new(MailKind.EnrolmentResumed, "You are back in your cohort")
    {
        Paragraphs = _ => [],
        Details = async (db, mail, _, ct) =>
        [
            $"You are a learner of the cohort {await MailTemplate.CohortName(db, mail, ct)} again. What you did before you left is as it was, and check-ins for which there is still time come as before.",
        ],
        Footer = "If you did not expect this, write to whoever leads the cohort.",
        WaitsForAccess = true,
        IsStillWanted = (db, mail, person, ct) => db.Enrolments
            .AnyAsync(e => e.PersonId == person.Id && e.CohortId == mail.CohortId && e.Status != EnrolmentStatus.Withdrawn, ct),
    };

    private static readonly MailTemplate Offered = new(MailKind.EnrolmentOffered, "An agency has a place for you")
    {
        Paragraphs = _ => [],
        Details = async (db, mail, now, ct) =>
        {
            var agencies = await db.OpenOffersTo(mail.PersonId!.Value, now).Where(e => e.CohortId == mail.CohortId)
                .Join(db.Agencies, e => e.AgencyId, a => a.Id, (_, a) => a.Name).Distinct().OrderBy(a => a).ToListAsync(ct);
            return
            [
                $"{string.Join(", ", agencies)} would like you to learn in the cohort {await MailTemplate.CohortName(db, mail, ct)}. Sign in to accept.",
                "Until you do, the agency learns nothing of you, not even that you have an account. If you do not want this, leave it be.",
            ];
        },
        WaitsForAccess = true,
        IsStillWanted = (db, mail, person, ct) => db.OpenOffersTo(person.Id, mail.LeaseUntil)
            .AnyAsync(e => e.CohortId == mail.CohortId, ct),
    };

    private static readonly MailTemplate Moved = new(MailKind.EnrolmentMoved, "You go on in another cohort")
    {
        Paragraphs = _ => [],
        Details = async (db, mail, _, ct) =>
        [
            $"You are a learner of the cohort {await MailTemplate.CohortName(db, mail, ct)} from now on. What you have done came with you, and so did your check-ins. Whoever teaches and leads there reads your reflections and coaches you now.",
        ],
        Footer = "If you did not expect this, write to whoever leads the cohort.",
        WaitsForAccess = true,
        IsStillWanted = (db, mail, person, ct) => db.Enrolments
            .AnyAsync(e => e.PersonId == person.Id && e.CohortId == mail.CohortId && e.Status != EnrolmentStatus.Withdrawn, ct),
    };

    public static IServiceCollection AddEnrolmentMails(this IServiceCollection services) =>
        services.AddSingleton(Resumed).AddSingleton(Offered).AddSingleton(Moved);
}

/// <summary>Who is back in a cohort is owed a mail that says so, in the same save.</summary>
internal sealed class QueueResumedNotice(LearningDb db) : INotificationHandler<DomainEventNotification<EnrolmentResumed>>
{
    public async Task Handle(DomainEventNotification<EnrolmentResumed> notification, CancellationToken cancellationToken)
    {
        var (enrolment, _, at) = notification.Event;
        // No mail reaches who only stands in for somebody.
        if (await db.Users.AnyAsync(p => p.Id == enrolment.PersonId && p.NormalizedEmail != null, cancellationToken))
            db.Add(OutboundMail.To(enrolment.PersonId, MailKind.EnrolmentResumed, at, cohortId: enrolment.CohortId));
    }
}

/// <summary>
/// Who goes on in another cohort is owed a mail that says so, in the same save; where somebody only stands in for them, the offer anew.
/// </summary>
internal sealed class QueueMovedNotice(LearningDb db) : INotificationHandler<DomainEventNotification<EnrolmentMoved>>
{
    public async Task Handle(DomainEventNotification<EnrolmentMoved> notification, CancellationToken cancellationToken)
    {
        var (enrolment, _, to, _, at) = notification.Event;
        var owner = await db.StandIns.Where(s => s.PersonId == enrolment.PersonId).Select(s => (Guid?)s.StandsFor)
            .FirstOrDefaultAsync(cancellationToken);
        db.Add(owner is { } offered
            ? OutboundMail.To(offered, MailKind.EnrolmentOffered, at, cohortId: to.Id)
            : OutboundMail.To(enrolment.PersonId, MailKind.EnrolmentMoved, at, cohortId: to.Id));
    }
}
