using System.Text;
using MimeKit;
using MimeKit.Text;

namespace MiiWrap.Learning.Api.Mail;

/// <summary>Makes the MIME message that goes over the wire: text and HTML, with a stable Message-ID.</summary>
internal static class MailComposer
{
    // RFC 5322: a line may have 998 characters.
    private const int LongestLine = 990;

    // An encoded word has at most 75 characters: 45 bytes, of which a rune takes four at most.
    private const int RunesOfAWord = 11;

    public static MimeMessage Compose(OutgoingMail mail, MailboxAddress from)
    {
        var message = new MimeMessage
        {
            MessageId = $"{mail.Id:N}@{from.Domain}",
            Date = new DateTimeOffset(mail.At, TimeSpan.Zero),
            Subject = mail.Subject,
            Body = Body(mail),
        };
        message.From.Add(from);
        message.To.Add(mail.To);
        if (mail.To.Name?.Contains("=?", StringComparison.Ordinal) == true) message.Headers.Replace(EncodedTo(mail.To));
        // RFC 3834: nobody's out-of-office reply is wanted.
        message.Headers[HeaderId.AutoSubmitted] = "auto-generated";
        foreach (var (name, value) in mail.Headers) message.Headers.Replace(new Header(Encoding.UTF8, name, value));
        return message;
    }

    private static Multipart Body(OutgoingMail mail)
    {
        var words = new MultipartAlternative { Part(TextFormat.Plain, mail.Text), Part(TextFormat.Html, mail.Html) };
        if (mail.Attachment is not { } attachment) return words;
        var file = new TextPart(ContentType.Parse(attachment.MediaType).MediaSubtype)
        {
            Text = attachment.Text,
            FileName = attachment.Name,
            ContentDisposition = new(ContentDisposition.Attachment) { FileName = attachment.Name },
            ContentTransferEncoding = ContentEncoding.Base64,
        };
        return new Multipart("mixed") { words, file };
    }

    /// <summary>
    /// The name as encoded words (RFC 2047), a line each. The library leaves plain ASCII alone, and a name that reads like an encoded
    /// word would be decoded by whoever gets the mail.
    /// </summary>
    private static Header EncodedTo(MailboxAddress to)
    {
        var words = to.Name!.EnumerateRunes().Chunk(RunesOfAWord)
            .Select(runes => $" =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Concat(runes)))}?=\r\n");
        var header = new Header(HeaderId.To, to.Address);
        header.SetRawValue(Encoding.ASCII.GetBytes($"{string.Concat(words)} <{to.GetAddress(idnEncode: true)}>\r\n"));
        return header;
    }

    // What is plain ASCII goes as it is: it is safe everywhere, and a mail in the pickup folder can be read by eye.
    private static TextPart Part(TextFormat format, string body) => new(format)
    {
        Text = body,
        ContentTransferEncoding = Ascii.IsValid(body) && body.Split('\n').All(line => line.Length < LongestLine)
            ? ContentEncoding.SevenBit
            : ContentEncoding.QuotedPrintable,
    };
}
