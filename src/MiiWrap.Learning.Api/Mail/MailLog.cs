using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Mail;

internal static class MailLog
{
    /// <summary>
    /// The one line of a mail that was not taken: the reply code in our own words, and what comes next. What the server said itself may
    /// repeat the mail, and is told at Debug alone.
    /// </summary>
    public static void MailNotTaken(this ILogger log, MailMessage mail, MailKind kind, Exception error)
    {
        log.LogWarning("Mail {MailId} of kind {Kind} could not be sent at attempt {Attempt}: {Fault} It is {Next}", mail.Id,
            EnumNames.NameOf(kind), mail.Attempts, mail.Fault, mail.IsPending ? $"tried again at {mail.LeaseUntil:u}" : "given up");
        log.LogDebug(error, "What was said of mail {MailId}", mail.Id);
    }
}
