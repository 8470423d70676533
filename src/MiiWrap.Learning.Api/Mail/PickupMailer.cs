using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Mail;
using System.Text;
using MiiWrap.Learning.Api.Hosting;

namespace MiiWrap.Learning.Api.Mail;

/// <summary>
/// Leaves each mail as a file for another program to pick up. It is written under a temporary name and then renamed, so that nobody reads half
/// a mail; the same mail sent again takes the same name.
/// </summary>
internal sealed class PickupMailer(Settings settings) : IMailer, IDisposable
{
    // SmtpClient names its file itself, so that each mail in the making has a folder of its own; these are free to be used again.
    private readonly ConcurrentBag<string> drops = [];

    public async Task Send(OutgoingMail mail, CancellationToken ct)
    {
        using var prepared = Prepare(mail);
        await prepared.Send(ct);
    }

    public PreparedMail Prepare(OutgoingMail mail)
    {
        var folder = settings.Mail.PickupFolder;
        if (!drops.TryTake(out var drop)) drop = Path.Combine(folder, ".tmp", Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(drop);
        try
        {
            using (var client = new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = drop })
            using (var message = MailComposer.Compose(mail, settings.Mail.From))
            {
                client.Send(message);
            }

            var file = Directory.GetFiles(drop).Single();
            Stamp(file, MailComposer.Date(mail));
            var name = string.Create(CultureInfo.InvariantCulture, $"{mail.At:yyyyMMdd'T'HHmmss}-{mail.Id:N}.eml");
            return new(_ => Deliver(file, Path.Combine(folder, name), drop), () => Directory.Delete(drop, recursive: true));
        }
        catch
        {
            Directory.Delete(drop, recursive: true);
            throw;
        }
    }

    public void Dispose()
    {
        while (drops.TryTake(out var drop))
        {
            if (Directory.Exists(drop)) Directory.Delete(drop, recursive: true);
        }
    }

    private Task Deliver(string file, string name, string drop)
    {
        File.Move(file, name, overwrite: true);
        drops.Add(drop);
        return Task.CompletedTask;
    }

    /// <summary>The framework stamps a mail with the machine's clock; what goes into the folder keeps the program's.</summary>
    private static void Stamp(string file, string date)
    {
        // In its place: a file that is emptied and written anew is put on the disk at once by some file systems.
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        var mail = new byte[RandomAccess.GetLength(handle)];
        RandomAccess.Read(handle, mail, 0);
        var begin = mail.AsSpan().IndexOf("\r\nDate: "u8) + "\r\nDate: ".Length;
        var end = begin + mail.AsSpan(begin).IndexOf("\r\n"u8);
        RandomAccess.Write(handle, [Encoding.ASCII.GetBytes(date), mail.AsMemory(end..)], begin);
        RandomAccess.SetLength(handle, begin + date.Length + mail.Length - end);
    }
}
