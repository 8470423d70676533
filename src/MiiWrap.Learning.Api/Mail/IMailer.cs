using MimeKit;

namespace MiiWrap.Learning.Api.Mail;

/// <summary>A mail ready to go; its id stays the same however often it is tried.</summary>
public sealed record OutgoingMail(Guid Id, DateTime At, MailboxAddress To, string Subject, string Text, string Html)
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>A file that comes with it; null for none.</summary>
    public MailAttachment? Attachment { get; init; }
}

/// <summary>A text file that comes with a mail.</summary>
public sealed record MailAttachment(string Name, string MediaType, string Text);

/// <summary>Transports mail: to a server, or as a file in the pickup folder.</summary>
public interface IMailer
{
    /// <summary>Returns once the mail is out of our hands.</summary>
    /// <exception cref="MailException">It was not taken.</exception>
    Task Send(OutgoingMail mail, CancellationToken ct);

    /// <summary>Does all work short of the hand-over, such as writing the file under a temporary name; throws when that fails.</summary>
    PreparedMail Prepare(OutgoingMail mail) => new(ct => Send(mail, ct), discard: null);
}

/// <summary>The mail server did not take a mail.</summary>
public sealed class MailException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>It refused this one receiver and takes mail for others.</summary>
    public bool IsOfReceiver { get; init; }

    /// <summary>What may be kept and shown of it: nothing that the server has said but its codes.</summary>
    public string Fault { get; init; } = "The mail server did not take the mail.";

    /// <summary>The same of any error at sending.</summary>
    public static string FaultOf(Exception error) => error is MailException refused ? refused.Fault : SmtpFault.NotWritten;
}

/// <summary>A mail that only waits for the word to go; disposed without it, nothing of it stays.</summary>
public sealed class PreparedMail(Func<CancellationToken, Task> send, Action? discard) : IDisposable
{
    private Action? discard = discard;

    public async Task Send(CancellationToken ct)
    {
        await send(ct);
        discard = null;
    }

    public void Dispose() => Interlocked.Exchange(ref discard, null)?.Invoke();
}
