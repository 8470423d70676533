using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.FollowUps;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.FollowUps;

/// <summary>
/// A learner who would like to talk owes those who coach them a mail, in the same save: the cohort's instructors, and its leads where it
/// has none.
/// </summary>
internal sealed class QueueTalkNotice(LearningDb db) : INotificationHandler<DomainEventNotification<TalkRequested>>
{
    public async Task Handle(DomainEventNotification<TalkRequested> notification, CancellationToken cancellationToken)
    {
        var (followUp, at) = notification.Event;
        var staff = await db.CohortMembers.Where(m => m.CohortId == followUp.CohortId && m.PersonId != followUp.PersonId)
            .Select(m => new { m.PersonId, m.Role }).ToListAsync(cancellationToken);
        var instructors = staff.Where(m => m.Role == CohortRole.Instructor).ToList();
        var ids = (instructors.Count > 0 ? instructors : staff).ConvertAll(m => m.PersonId);
        var coaches = await db.Users.AsNoTracking().Where(p => ids.Contains(p.Id)).ToListAsync(cancellationToken);
        await db.QueueNotices(coaches, MailKind.TalkRequested, at, cancellationToken);
    }
}

/// <summary>The mail that says that somebody would like to talk, and neither who nor about what.</summary>
internal static class TalkMailTemplates
{
    private static readonly MailTemplate Requested = new(MailKind.TalkRequested, "Someone would like to talk with you")
    {
        Paragraphs = _ =>
        [
            "In a cohort that you coach, somebody has answered a check-in and would like to talk. Sign in to see who it is among the follow-ups, and close it there when you have spoken.",
        ],
        Page = new("Open the program", "/"),
        Footer = "This mail says no more than that, on purpose.",
        KeepsHours = true,
        IsStillWanted = (db, _, person, ct) => db.CohortMembers.Where(m => m.PersonId == person.Id)
            .Join(db.FollowUps, m => m.CohortId, f => f.CohortId, (_, f) => f)
            .AnyAsync(f => f.ClosedAt == null && f.Triggers.Any(t => t.Reason == FollowUpReason.WantsToTalk), ct),
    };

    public static IServiceCollection AddTalkMails(this IServiceCollection services) => services.AddSingleton(Requested);
}
