using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>The mails about a person's own access. They go at once, whatever the hour.</summary>
internal static class AccountMailTemplates
{
    public const string AcceptPath = "/v1/identity/invitations/accept";
    public const string ResetPath = "/v1/identity/password/reset";
    public const string ConfirmPath = "/v1/identity/address/confirm";

    private const int MostNamed = 10;

    public static readonly MailTemplate Invitation = new(MailKind.Invitation, "You are invited to MiiWrap Learning")
    {
        Paragraphs = person =>
            [$"An account for {person.Email} is waiting for you: units to work through at your own pace, and short check-ins on how they fit your work."],
        Details = async (db, mail, _, ct) => [.. await Learns(db, mail, ct), .. await Works(db, mail, ct)],
        Link = new("Choose a password", AcceptPath),
        Closing =
        [
            "The link works once, for 14 days. If it has run out, ask for a new one with \"forgotten password\".",
            "If you did not expect this, you can leave it be: without a password nobody can sign in.",
        ],
        IsStillWanted = (_, _, person, _) => Task.FromResult(person.PasswordHash is null),
    };

    /// <summary>The cohorts in which somebody learns, each with its programme.</summary>
    private static Task<List<string>> Learns(LearningDb db, OutboundMail mail, CancellationToken ct) =>
        db.Enrolments.Where(e => e.PersonId == mail.PersonId && e.Status != EnrolmentStatus.Withdrawn)
            .Join(db.Cohorts, e => e.CohortId, c => c.Id, (_, c) => c)
            .Join(db.Curricula, c => new { Slug = c.Curriculum, Number = c.CurriculumVersion }, v => new { v.Slug, v.Number },
                (c, v) => new { c.Name, c.SortName, v.Title })
            .OrderBy(c => c.SortName).Take(MostNamed)
            .Select(c => $"You are a learner of the cohort {c.Name}, in the programme {c.Title}.").ToListAsync(ct);

    /// <summary>Those in which they teach or lead.</summary>
    private static Task<List<string>> Works(LearningDb db, OutboundMail mail, CancellationToken ct) =>
        db.CohortMembers.Where(m => m.PersonId == mail.PersonId).Select(m => m.CohortId).Distinct()
            .Join(db.Cohorts, id => id, c => c.Id, (_, c) => c)
            .Join(db.Curricula, c => new { Slug = c.Curriculum, Number = c.CurriculumVersion }, v => new { v.Slug, v.Number },
                (c, v) => new { c.Name, c.SortName, v.Title })
            .OrderBy(c => c.SortName).Take(MostNamed)
            .Select(c => $"You belong to the staff of the cohort {c.Name}, in the programme {c.Title}.").ToListAsync(ct);

    private static readonly MailTemplate PasswordReset = new(MailKind.PasswordReset, "Choose a new password")
    {
        Paragraphs = _ => ["Someone, most likely you, said that you have forgotten your password."],
        Link = new("Choose a new password", ResetPath),
        Closing = ["The link works once, for one hour. Choosing a new password signs you out everywhere.",
            "If it was not you, you can leave this be: your password stays as it is."],
    };

    private static readonly MailTemplate LockOut = new(MailKind.LockOut, "Somebody guesses at your password")
    {
        Paragraphs = _ =>
        [
            "There were several tries to sign in to your account with a wrong password. Whoever made them must wait between further ones.",
            "If it was you: wait a little, or choose a new password with \"forgotten password\", which lets you in at once. On a device on which you have signed in before, your password works as ever.",
            "If it was not you, nothing was opened. A long password that you use nowhere else keeps it so.",
        ],
        Closing = ["This mail has no link on purpose: nobody can use one to trick you."],
    };

    private static readonly MailTemplate AddressConfirmation = new(MailKind.AddressConfirmation, "Is this your address?")
    {
        Paragraphs = _ => ["This is to become the address at which you sign in to MiiWrap Learning, and to which its mails go."],
        Link = new("Use this address", ConfirmPath),
        Closing =
        [
            "The link works once, for 14 days. The page behind it asks for your present password; with that you are signed out everywhere, and your password stays as it is.",
            "If you did not expect this, you can leave it be: nothing changes.",
        ],
        IsStillWanted = (_, mail, person, _) => Task.FromResult(mail.Address == person.NewEmail),
    };

    private static readonly MailTemplate AddressChanging = new(MailKind.AddressChanging, "Your address is about to change")
    {
        Paragraphs = _ =>
        [
            "An admin has asked that you sign in to MiiWrap Learning with another address. A link was sent to it. It becomes yours only if you open that link and type your password; until then everything stays as it is.",
            "If you know nothing of this, give your password to nobody. Sign in and choose another one, which ends that link, and ask whoever runs your programme.",
        ],
        Closing = ["This mail has no link on purpose."],
    };

    public static IServiceCollection AddIdentity(this IServiceCollection services) =>
        services.AddSingleton(Invitation).AddSingleton(PasswordReset).AddSingleton(LockOut).AddSingleton(AddressConfirmation)
            .AddSingleton(AddressChanging).AddSecondFactorMails();
}
