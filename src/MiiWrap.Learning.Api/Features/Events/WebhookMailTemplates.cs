using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>The mail to whoever registered a webhook that was switched off.</summary>
internal static class WebhookMailTemplates
{
    public static readonly MailTemplate Stopped = new(MailKind.WebhookStopped, "A webhook of yours was switched off")
    {
        Paragraphs = _ =>
        [
            "A webhook that you have registered took nothing for more than three days, or its receiver answered that it is gone. It was switched off, and nothing more is sent to it.",
            "GET /v1/webhooks shows which one it is, and its deliveries show why. To go on, register it anew; what it has missed can be read from GET /v1/events.",
        ],
    };
}
