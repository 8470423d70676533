using System.Net.Mail;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Hosting;
using MiiWrap.Learning.Api.Mail;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>Writes the mails about a person's own access. They go at once, whatever the hour.</summary>
internal sealed class AccountLetters(Settings settings)
{
    public const string AcceptPath = "/v1/identity/invitations/accept";
    public const string ResetPath = "/v1/identity/password/reset";

    /// <summary>The address that a token is mailed in; a page there asks for the password.</summary>
    public Uri LinkWith(string secret, AccountMailKind purpose) =>
        new($"{settings.PublicBaseUrl.ToString().TrimEnd('/')}{(purpose == AccountMailKind.Invitation ? AcceptPath : ResetPath)}?token={secret}");

    public OutgoingMail Write(AccountMail mail, Person person, string? secret)
    {
        var words = Words(mail.Kind, person);
        var link = secret is null ? null : LinkWith(secret, mail.Kind);
        var text = $"Hello {person.Name},\n\n{string.Join("\n\n", words.Before)}\n\n{(link is null ? "" : $"{words.Button}:\n{link}\n\n")}{string.Join("\n\n", words.After)}\n";
        var html = $"<p>Hello {MailPage.Encode(person.Name)},</p>\n{Paragraphs(words.Before)}"
            + (link is null ? "" : $"<p><a class=\"button\" href=\"{MailPage.Encode(link.ToString())}\">{MailPage.Encode(words.Button)}</a></p>\n")
            + Paragraphs(words.After);
        return new(mail.Id, mail.CreatedAt, new MailAddress(person.Email!, person.Name), words.Subject, text, MailPage.Render(words.Subject, html, null));
    }

    private static string Paragraphs(IEnumerable<string> texts) => string.Concat(texts.Select(t => $"<p>{MailPage.Encode(t)}</p>\n"));

    private static Letter Words(AccountMailKind kind, Person person) => kind switch
    {
        AccountMailKind.Invitation => new(
            "You are invited to MiiWrap Learning",
            [$"An account for {person.Email} is waiting for you: units to work through at your own pace, and short check-ins on how they fit your work."],
            "Choose a password",
            ["The link works once, for 14 days. If it has run out, ask for a new one with \"forgotten password\".", "If you did not expect this, you can leave it be: without a password nobody can sign in."]),
        AccountMailKind.PasswordReset => new(
            "Choose a new password",
            ["Someone, most likely you, said that you have forgotten your password."],
            "Choose a new password",
            ["The link works once, for one hour. Choosing a new password signs you out everywhere.", "If it was not you, you can leave this be: your password stays as it is."]),
        AccountMailKind.LockOut => new(
            "Your account is locked for a quarter of an hour",
            [
                $"There were {Person.MostFailedSignIns} tries to sign in to your account with a wrong password, so it takes no sign-in for {Person.LockOut.TotalMinutes:0} minutes.",
                "If it was you: wait a little, or choose a new password with \"forgotten password\", which lifts the lock at once.",
                "If it was not you, nothing was opened. A long password that you use nowhere else keeps it so.",
            ],
            "",
            ["This mail has no link on purpose: nobody can use one to trick you."]),
        AccountMailKind.WebhookStopped => new(
            "A webhook of yours was switched off",
            [
                "A webhook that you have registered took nothing for more than three days, or its receiver answered that it is gone. It was switched off, and nothing more is sent to it.",
                "GET /v1/webhooks shows which one it is, and its deliveries show why. To go on, register it anew; what it has missed can be read from GET /v1/events.",
            ],
            "",
            []),
        _ => throw new InvalidOperationException($"No letter is written for {kind}."),
    };

    private sealed record Letter(string Subject, IReadOnlyList<string> Before, string Button, IReadOnlyList<string> After);
}
