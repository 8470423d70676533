using System.Globalization;
using System.Net.Mail;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Api.Hosting;

namespace MiiWrap.Learning.Api.Mail;

/// <summary>
/// Leaves each mail as a file for another program to pick up. It is written under a temporary name and then renamed, so that nobody reads half
/// a mail; the same mail sent again takes the same name.
/// </summary>
internal sealed partial class PickupMailer(Settings settings) : IMailer
{
    public Task Send(OutgoingMail mail, CancellationToken ct)
    {
        var folder = settings.Mail.PickupFolder;
        var drop = Directory.CreateDirectory(Path.Combine(folder, ".tmp", Guid.NewGuid().ToString("N")));
        try
        {
            using var client = new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = drop.FullName };
            using var message = MailComposer.Compose(mail, settings.Mail.From);
            client.Send(message);
            var file = drop.GetFiles().Single();
            // The framework stamps a mail with the machine's clock; what goes into the folder keeps the program's.
            var text = File.ReadAllText(file.FullName);
            File.WriteAllText(file.FullName, DateHeader().Replace(text, $"Date: {MailComposer.Date(mail)}", 1));
            var name = string.Create(CultureInfo.InvariantCulture, $"{mail.At:yyyyMMdd'T'HHmmss}-{mail.Id:N}.eml");
            file.MoveTo(Path.Combine(folder, name), overwrite: true);
        }
        finally
        {
            drop.Delete(recursive: true);
        }

        return Task.CompletedTask;
    }

    [GeneratedRegex("^Date: .*?(?=\r?$)", RegexOptions.Multiline, 1000)]
    private static partial Regex DateHeader();
}
