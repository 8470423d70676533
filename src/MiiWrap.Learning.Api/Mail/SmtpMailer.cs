using System.Net;
using System.Net.Mail;
using MiiWrap.Learning.Api.Hosting;

namespace MiiWrap.Learning.Api.Mail;

/// <summary>Hands mail to a server, each over a connection of its own, and gives up on one that does not answer in time.</summary>
internal sealed class SmtpMailer(MailServer server, MailAddress from) : IMailer
{
    public async Task Send(OutgoingMail mail, CancellationToken ct)
    {
        // For SmtpClient, EnableSsl means STARTTLS: it refuses a server that does not offer it.
        using var client = new SmtpClient(server.Host, server.Port) { EnableSsl = server.Tls };
        if (server.UserName is not null) client.Credentials = new NetworkCredential(server.UserName, server.Password);
        using var message = MailComposer.Compose(mail, from);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(server.Timeout);
        try
        {
            // The client looks at its token between steps alone; waiting with it ends a step that hangs.
            await client.SendMailAsync(message, timeout.Token).WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new SmtpException($"The mail server did not take the mail within {server.Timeout.TotalSeconds:0} s.", e);
        }
    }
}
