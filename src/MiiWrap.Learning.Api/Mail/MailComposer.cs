using System.Globalization;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;

namespace MiiWrap.Learning.Api.Mail;

/// <summary>Makes the message that goes over the wire: text and HTML, with a stable Message-ID.</summary>
internal static class MailComposer
{
    // RFC 5322: a line may have 998 characters.
    private const int LongestLine = 990;

    public static MailMessage Compose(OutgoingMail mail, MailAddress from)
    {
        var message = new MailMessage(from, mail.To)
        {
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            BodyEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
        };
        message.AlternateViews.Add(View(mail.Text, MediaTypeNames.Text.Plain));
        message.AlternateViews.Add(View(mail.Html, MediaTypeNames.Text.Html));
        message.Headers["Message-ID"] = $"<{mail.Id:N}@{from.Host}>";
        // RFC 3834: nobody's out-of-office reply is wanted.
        message.Headers["Auto-Submitted"] = "auto-generated";
        foreach (var (name, value) in mail.Headers) message.Headers[name] = value;
        return message;
    }

    public static string Date(OutgoingMail mail) => mail.At.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);

    private static AlternateView View(string body, string mediaType)
    {
        var view = AlternateView.CreateAlternateViewFromString(body, Encoding.UTF8, mediaType);
        // What is plain ASCII goes as it is: it is safe everywhere, and a mail in the pickup folder can be read by eye.
        view.TransferEncoding = Ascii.IsValid(body) && body.Split('\n').All(line => line.Length < LongestLine) ? TransferEncoding.SevenBit : TransferEncoding.QuotedPrintable;
        return view;
    }
}
