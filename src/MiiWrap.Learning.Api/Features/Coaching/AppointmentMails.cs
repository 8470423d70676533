using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// The mails that say that somebody was named to coach a learner. They go at once, whatever the hour: they may be the only sign that
/// somebody sees what a learner has not meant for them.
/// </summary>
internal static class AppointmentMails
{
    private static readonly MailTemplate Begun = new(MailKind.CoachingBegun, "Somebody coaches you from now on")
    {
        Paragraphs = _ =>
        [
            "Somebody was named to coach you. Unless you have said otherwise before, they see your answers to check-ins, the words of your if-then plans, and what others have seen and rated of your practice.",
            "Sign in to see who it is. You can change what they see at any time, or end it.",
        ],
        Page = new("Open the program", "/"),
        WaitsForAccess = true,
        IsStillWanted = (db, _, person, ct) => db.CoachingRelationships.Where(r => r.CoacheeId == person.Id).Active(db).AnyAsync(ct),
    };

    private static readonly MailTemplate Appointed = new(MailKind.CoachAppointed, "Somebody is to coach a learner of your cohort")
    {
        Paragraphs = _ => [],
        Details = async (db, mail, _, ct) =>
        [
            $"In the cohort {await MailTemplate.CohortName(db, mail, ct)}:", .. await Sentences(db, mail, ct),
            "Whoever coaches a learner sees what that learner shares with them. If you do not know why this was done, ask whoever did it.",
        ],
        Footer = "You get this because you teach or lead the cohort.",
        WaitsForAccess = true,
    };

    public static IServiceCollection AddAppointmentMails(this IServiceCollection services) =>
        services.AddSingleton(Begun).AddSingleton(Appointed);

    private static async Task<IReadOnlyList<string>> Sentences(LearningDb db, OutboundMail mail, CancellationToken ct)
    {
        // What one request did has one moment, and its mails have it too.
        var named = await db.CoachingRelationships.Where(r => r.CreatedAt == mail.CreatedAt).WithEnrolments(db)
            .Where(c => db.Enrolments.Any(e => e.Id == c.EnrolmentId && e.CohortId == mail.CohortId))
            .Select(c => new
            {
                By = db.Users.Where(p => p.Id == c.Relationship.CreatedBy).Select(p => p.Name).First(),
                Coach = db.Users.Where(p => p.Id == c.Relationship.CoachId).Select(p => p.Name).First(),
            }).Distinct().OrderBy(n => n.Coach).ThenBy(n => n.By).ToListAsync(ct);
        return named.Count > 0
            ? [.. named.Select(n => $"{n.By} named {n.Coach} to coach a learner.")]
            : ["The invitation of somebody who was named to coach a learner goes to another address now."];
    }
}

/// <summary>
/// Owes those mails in the save that names a coach: to the learner, and to those who teach or lead where they learn, but for whoever did
/// it. Whose consent is asked hears of it from that.
/// </summary>
internal sealed class QueueAppointmentMails(LearningDb db, StaffNotices staff)
    : INotificationHandler<DomainEventNotification<CoachAppointed>>
{
    public async Task Handle(DomainEventNotification<CoachAppointed> notification, CancellationToken cancellationToken)
    {
        var ((relationship, by, at), coacheeId) = (notification.Event, notification.Event.Relationship.CoacheeId);
        if (relationship.BeganAt is not null) db.Add(OutboundMail.To(coacheeId, MailKind.CoachingBegun, at));
        var cohorts = db.Enrolments.Where(e => e.PersonId == coacheeId
                && (e.CohortId == relationship.CohortId || (relationship.AgencyId != null && e.AgencyId == relationship.AgencyId)))
            .Select(e => e.CohortId);
        var members = await db.CohortMembers
            .Where(m => cohorts.Contains(m.CohortId) && m.PersonId != by && m.PersonId != coacheeId)
            .Select(m => new { m.CohortId, m.PersonId }).Distinct().ToListAsync(cancellationToken);
        var present = (await staff.Present(members.Select(m => m.PersonId), cancellationToken)).Select(p => p.Id).ToHashSet();
        db.AddRange(members.Where(m => present.Contains(m.PersonId))
            .Select(m => OutboundMail.To(m.PersonId, MailKind.CoachAppointed, at, cohortId: m.CohortId)));
    }
}
