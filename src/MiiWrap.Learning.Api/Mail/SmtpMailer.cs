using MailKit.Net.Smtp;
using MailKit.Security;
using MiiWrap.Learning.Api.Configuration;
using MimeKit;

namespace MiiWrap.Learning.Api.Mail;

/// <summary>Hands mail to a server, each over a connection of its own, and gives up on one that does not answer in time.</summary>
internal sealed class SmtpMailer(MailServer server, MailboxAddress from) : IMailer
{
    public async Task Send(OutgoingMail mail, CancellationToken ct)
    {
        using var message = MailComposer.Compose(mail, from);
        // A private certificate authority seldom says where its revocations are.
        using var client = new SmtpClient { CheckCertificateRevocation = false };
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(server.Timeout);
        try
        {
            await client.ConnectAsync(
                server.Host, server.Port, server.Tls ? SecureSocketOptions.StartTls : SecureSocketOptions.None, timeout.Token);
            if (server.UserName is not null) await client.AuthenticateAsync(server.UserName, server.Password!, timeout.Token);
            await client.SendAsync(message, timeout.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new MailException($"The mail server did not take the mail within {server.Timeout.TotalSeconds:0} s.", e)
            {
                Fault = SmtpFault.TooSlow,
            };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new MailException($"The mail server did not take the mail: {e.Message}", e)
            {
                Fault = SmtpFault.Of(e),
                IsOfReceiver = e is SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted },
            };
        }

        await Quit(client, timeout.Token);
    }

    /// <summary>Says good-bye to a server that has taken the mail; what goes wrong now must not send it a second time.</summary>
    private static async Task Quit(SmtpClient client, CancellationToken ct)
    {
        try
        {
            await client.DisconnectAsync(quit: true, ct);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SmtpCommandException or SmtpProtocolException)
        {
            // It is gone already.
        }
    }
}
