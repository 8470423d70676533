using System.Text;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Nudges;
using MimeKit;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>
/// Writes the mail of a message: no reflection text, no case detail, and a subject that says nothing to whoever looks over a shoulder.
/// </summary>
internal sealed class NudgeMail(OneTapLinks links)
{
    public const string NudgesHeader = "X-Learning-Nudges";

    public OutgoingMail Write(NudgeMessage message, Person person, IReadOnlyList<Ask> asks)
    {
        var subject = asks.Count == 1 ? "You have a practice check-in" : $"You have {asks.Count} practice check-ins";
        return new(message.Id, message.CreatedAt, new MailboxAddress(person.Name, person.Email!), subject, PlainText(person, asks),
            Html(subject, person, asks))
        {
            Headers = new Dictionary<string, string>
            {
                [NudgesHeader] = string.Join(", ", asks.Select(a => a.Nudge.Id)),
                ["List-Unsubscribe"] = $"<{links.ToStop(person.Id)}>",
                ["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click",
            },
        };
    }

    private string PlainText(Person person, IReadOnlyList<Ask> asks)
    {
        var text = new StringBuilder($"Hello {person.Name},\n\n");
        foreach (var ask in asks)
        {
            text.Append(ask.Title).Append('\n').Append('-', ask.Title.Length).Append("\n\n").Append(ask.Text).Append("\n\n");
            if (ask.IfThen is { } plan && !ask.Text.Contains(plan, StringComparison.Ordinal))
                text.Append("Your plan: ").Append(plan).Append("\n\n");
            if (ask.Question is { } question) text.Append(question).Append("\n\n");
            text.Append("Answer in two taps:\n").Append(links.To(ask.Nudge.Id)).Append("\n\n");
        }

        return text.Append(Footer).Append('\n').ToString();
    }

    private string Html(string subject, Person person, IReadOnlyList<Ask> asks)
    {
        var body = new StringBuilder($"<p>Hello {HtmlLayout.Encode(person.Name)},</p>\n");
        foreach (var ask in asks)
        {
            body.Append($"<h2>{HtmlLayout.Encode(ask.Title)}</h2>\n<p>{HtmlLayout.Encode(ask.Text)}</p>\n");
            if (ask.IfThen is { } plan && !ask.Text.Contains(plan, StringComparison.Ordinal))
                body.Append($"<blockquote>Your plan: {HtmlLayout.Encode(plan)}</blockquote>\n");
            if (ask.Question is { } question) body.Append($"<p><strong>{HtmlLayout.Encode(question)}</strong></p>\n");
            body.Append(
                $"<p><a class=\"button\" href=\"{HtmlLayout.Encode(links.To(ask.Nudge.Id).ToString())}\">Answer in two taps</a></p>\n");
        }

        return HtmlLayout.Render(subject, body.ToString(), Footer);
    }

    private const string Footer =
        "An offer, never a test: your answer is seen by you and the people who coach you. You can change when and how these reach you in your preferences.";
}
