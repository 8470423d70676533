using System.Globalization;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MimeKit;

namespace MiiWrap.Learning.Api.Mail;

/// <summary>
/// Leaves each mail as a file for another program to pick up. It is written under a temporary name and then renamed, so that nobody reads
/// half a mail; the same mail sent again takes the same name. Mails hold links that sign people in, so they are for the program's user
/// alone, and for the folder's group where that may read the folder.
/// </summary>
internal sealed class PickupMailer(Settings settings) : IMailer
{
    private const string TemporaryFolder = ".tmp";

    private static readonly FormatOptions Format = new() { NewLineFormat = NewLineFormat.Dos };

    public async Task Send(OutgoingMail mail, CancellationToken ct)
    {
        using var prepared = Prepare(mail);
        await prepared.Send(ct);
    }

    public PreparedMail Prepare(OutgoingMail mail)
    {
        var folder = settings.Mail.PickupFolder;
        var temporary = Path.Combine(folder, TemporaryFolder, $"{Guid.NewGuid():N}.eml");
        FilePermissions.CreateFolder(folder);
        FilePermissions.CreateFolder(Path.Combine(folder, TemporaryFolder));
        try
        {
            using var message = MailComposer.Compose(mail, settings.Mail.From);
            // The envelope, for the program that picks it up; addresses alone.
            message.Headers.Insert(0, "X-Sender", settings.Mail.From.GetAddress(idnEncode: true));
            message.Headers.Insert(1, "X-Receiver", mail.To.GetAddress(idnEncode: true));
            using (var file = FilePermissions.Open(temporary, FileMode.CreateNew, FileShare.None)) message.WriteTo(Format, file);
            FilePermissions.ShareWithGroupOf(folder, temporary);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{mail.At:yyyyMMdd'T'HHmmss}-{mail.Id:N}.eml");
        return new(_ => Deliver(temporary, Path.Combine(folder, name)), () => File.Delete(temporary));
    }

    /// <summary>True for what this leaves in the folder.</summary>
    public static bool IsOwn(string path) =>
        Path.GetFileName(path) == TemporaryFolder || path.EndsWith(".eml", StringComparison.Ordinal);

    private static Task Deliver(string temporary, string name)
    {
        File.Move(temporary, name, overwrite: true);
        return Task.CompletedTask;
    }
}
