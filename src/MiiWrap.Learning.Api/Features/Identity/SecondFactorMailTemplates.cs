using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>The mails about a second factor. They go at once, and have no links: nobody can use one to trick its receiver.</summary>
internal static class SecondFactorMailTemplates
{
    private const string Ask = "If it was not you, choose a new password with \"forgotten password\", and tell whoever runs your programme at once.";

    private static readonly MailTemplate On = new(MailKind.SecondFactorOn, "A second factor is on for your account")
    {
        Paragraphs = _ =>
        [
            "From now on, signing in to MiiWrap Learning asks for a code of your authenticator app as well as for your password. Every other sign-in of yours has ended.",
            "Keep your recovery codes where you find them without your phone: each of them is good once.",
        ],
        Closing = [Ask],
    };

    private static readonly MailTemplate Off = new(MailKind.SecondFactorOff, "The second factor of your account is off")
    {
        Paragraphs = _ => ["Signing in to MiiWrap Learning asks for your password alone now. You turned the second factor off with a code."],
        Closing = [Ask],
    };

    private static readonly MailTemplate Reset = new(MailKind.SecondFactorReset, "The second factor of your account was turned off")
    {
        Paragraphs = _ =>
            ["Signing in to MiiWrap Learning asks for your password alone now, and you have been signed out everywhere. Turn the second factor on again soon."],
        Details = WhoDidIt,
        Closing = ["If you know nothing of this, choose a new password with \"forgotten password\", and tell whoever runs your programme at once."],
    };

    private static readonly MailTemplate ResetDone = new(MailKind.SecondFactorResetDone, "You turned off somebody's second factor")
    {
        Paragraphs = _ => ["Somebody who had lost phone and recovery codes signs in with the password alone now, until they turn the second factor on again."],
        Details = WhoseItWas,
        Closing = [Ask],
    };

    private static readonly MailTemplate Guessed = new(MailKind.CodeGuessed, "Somebody has your password")
    {
        Paragraphs = _ =>
        [
            "There were several tries to sign in to your account with the right password and a wrong code. Nothing was opened, and whoever made them must wait between further ones.",
            "If it was you: check that your phone sets its clock by itself, or use a recovery code.",
            "If it was not you, somebody has your password: choose a new one with \"forgotten password\" now, which also lets you in at once.",
        ],
        Closing = ["This mail has no link on purpose: nobody can use one to trick you."],
    };

    public static IServiceCollection AddSecondFactorMails(this IServiceCollection services) =>
        services.AddSingleton(On).AddSingleton(Off).AddSingleton(Reset).AddSingleton(ResetDone).AddSingleton(Guessed);

    private static async Task<IReadOnlyList<string>> WhoDidIt(LearningDb db, OutboundMail mail, DateTime now, CancellationToken ct)
    {
        var reset = await db.SecondFactors.Where(f => f.PersonId == mail.PersonId)
            .Select(f => new { f.ResetReason, By = db.Users.Where(p => p.Id == f.ResetBy).Select(p => p.Name).SingleOrDefault() })
            .SingleOrDefaultAsync(ct);
        return reset is { By: { } name, ResetReason: { } reason }
            ? [$"{name}, a programme admin, did that. The reason they gave: {reason}"]
            : ["Whoever runs the server did that."];
    }

    private static async Task<IReadOnlyList<string>> WhoseItWas(LearningDb db, OutboundMail mail, DateTime now, CancellationToken ct) =>
        [.. (await db.SecondFactors.Where(f => f.ResetBy == mail.PersonId && f.ResetAt == mail.CreatedAt)
            .Join(db.Users, f => f.PersonId, p => p.Id, (_, p) => p.Name).ToListAsync(ct)).Select(name => $"That is {name}.")];
}
