using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// The mails to a cohort's leads, or to admins where it has none, about who may read its reflections. They go at once, whatever the hour.
/// </summary>
internal static class StaffMailTemplates
{
    private static readonly MailTemplate Changed = new(MailKind.CohortStaffChanged, "Who teaches and leads your cohort has changed")
    {
        Paragraphs = _ => [],
        Details = async (db, mail, _, ct) =>
        {
            // What one request did has one moment, and its mails have it too.
            var changes = await db.ReaderAppointments.Where(a => a.CohortId == mail.CohortId && a.At == mail.CreatedAt)
                .ToListAsync(ct);
            return [$"In the cohort {await MailTemplate.CohortName(db, mail, ct)}:",
                .. changes.OrderBy(a => a.Act).ThenByName(a => a.Name).ThenBy(a => a.Id).Select(Sentence),
                "Leads read what its learners write, and instructors what they review. If you do not know why this was done, ask whoever did it."];
        },
        Footer = "You get this because you lead the cohort or did until now.",
        WaitsForAccess = true,
    };

    private static readonly MailTemplate NobodyMayRead = new(MailKind.NobodyMayRead, "Nobody may read some reflections")
    {
        Paragraphs = _ => [],
        Details = async (db, mail, _, ct) =>
        [
            $"In the cohort {await MailTemplate.CohortName(db, mail, ct)} there are learners whose reflections nobody may read now: nobody who has access teaches or leads it, or all who do belong to those learners' agency, and whoever does never reads them.",
            "Appoint somebody from outside of their agency, or their reflections wait without an answer.",
        ],
        Footer = $"You get this because you lead the cohort, or as one of at most {StaffNotices.MostAdmins} programme admins where nobody else does.",
    };

    private static readonly MailTemplate Moved = new(MailKind.LearnerMoved, "A learner of your cohort goes on in another")
    {
        Paragraphs = _ => [],
        Details = async (db, mail, _, ct) =>
        [
            $"Somebody has moved a learner of the cohort {await MailTemplate.CohortName(db, mail, ct)} to another one, with all that they have written. Whoever teaches and leads there reads it from now on.",
            "If you do not know why this was done, ask a programme admin.",
        ],
        Footer = "You get this because you lead the cohort.",
        WaitsForAccess = true,
    };

    public static IServiceCollection AddStaffMails(this IServiceCollection services) =>
        services.AddSingleton(Changed).AddSingleton(NobodyMayRead).AddSingleton(Moved);

    private static string Sentence(ReaderAppointment change)
    {
        var part = change.Role == ReaderRole.Lead ? "a lead" : "an instructor";
        return change.Act == ReaderAct.Appointed
            ? $"{change.By} made {change.Name} {part}."
            : $"{change.Name} is no longer {part}, by {change.By}.";
    }
}
