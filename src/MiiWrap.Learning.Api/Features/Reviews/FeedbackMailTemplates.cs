using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>The mails that say that there is something to look at, and nothing more. They wait for their receiver's hours.</summary>
internal static class FeedbackMailTemplates
{
    private static readonly MailTemplate Ready = new(MailKind.FeedbackReady, "Your feedback is ready")
    {
        Paragraphs = _ =>
            ["Someone has read your reflection and written back. It waits for you beside your own words: sign in to read it."],
        Footer = "This mail says no more than that, on purpose. You can change when and how these reach you in your preferences.",
        KeepsHours = true,
        WaitsForAccess = true,
        IsStillWanted = async (db, _, person, ct) => person.FeedbackByMail
            && await db.Reflections.AnyAsync(r => r.PersonId == person.Id && r.FeedbackWaitingSince != null, ct),
    };

    private static readonly MailTemplate Redacted = new(MailKind.WordsRedacted, "A few words were taken out of your reflection")
    {
        Paragraphs = _ =>
        [
            "Something in one of your reflections could have pointed to a person, so it was taken out. That happens to careful people, it protects the family, and it counts against nobody. "
            + "The rest is as you wrote it. Sign in to see where it was and why.",
        ],
        Footer = "This mail says no more than that, on purpose.",
        KeepsHours = true,
        WaitsForAccess = true,
    };

    private static readonly MailTemplate Overdue = new(MailKind.ReviewsOverdue, "Reflections wait for feedback")
    {
        Paragraphs = _ =>
        [
            "In a cohort that you lead, someone has waited for seven working days or more for an answer to a reflection. Sign in to see the queue, the longest waiting first, and decide who reads it.",
        ],
        Footer = "You are told once for each reflection that waits so long.",
        KeepsHours = true,
        WaitsForAccess = true,
        IsStillWanted = (db, _, person, ct) => db.CohortMembers.Where(m => m.PersonId == person.Id && m.Role == CohortRole.Lead)
            .Join(db.Reflections, m => m.CohortId, r => r.CohortId, (_, r) => r)
            .AnyAsync(r => (r.Status == ReflectionStatus.Submitted || r.Status == ReflectionStatus.InReview) && r.PurgedAt == null
                && r.LeadsToldOf == r.LatestRevisionId && db.Enrolments.OfPresent(db).Any(e => e.Id == r.EnrolmentId), ct),
    };

    private static readonly MailTemplate HandedOver = new(MailKind.ReviewHandedOver, "A reflection waits for your review")
    {
        Paragraphs = _ =>
        [
            "The lead of a cohort has handed over to you a reflection that somebody else had claimed. It is yours for two days: sign in to find it among those that you have claimed.",
        ],
        Footer = "This mail says no more than that, on purpose.",
        KeepsHours = true,
        IsStillWanted = (db, _, person, ct) => db.Reviews
            .AnyAsync(v => v.ReviewerId == person.Id && v.HandedInAt == null && v.LeaseUntil != null, ct),
    };

    public static IServiceCollection AddFeedbackMails(this IServiceCollection services) =>
        services.AddSingleton(Ready).AddSingleton(Redacted).AddSingleton(Overdue).AddSingleton(HandedOver);
}
