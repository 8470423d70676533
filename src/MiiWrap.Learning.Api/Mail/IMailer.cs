using System.Net.Mail;

namespace MiiWrap.Learning.Api.Mail;

/// <summary>A mail ready to go; its id stays the same however often it is tried.</summary>
public sealed record OutgoingMail(Guid Id, DateTime At, MailAddress To, string Subject, string Text, string Html)
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}

/// <summary>The way out for mail.</summary>
public interface IMailer
{
    /// <summary>Returns once the mail is out of our hands; throws when it is not.</summary>
    Task Send(OutgoingMail mail, CancellationToken ct);
}
