using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace MiiWrap.Learning.Api.Mail;

/// <summary>
/// Why a mail server did not take a mail: its reply code and enhanced status code (RFC 3463) with what they mean. The server's own text
/// is logged at Debug alone: it may repeat addresses, links with tokens, and words of the mail.
/// </summary>
internal static partial class SmtpFault
{
    public const string TooSlow = "The mail server did not answer in time.";

    /// <summary>Of what was never handed to a server: the log says why.</summary>
    public const string NotWritten = "The mail could not be written.";

    private const string Refuses = "it refuses the mail";

    /// <summary>By subject and detail of the enhanced code; what is not named here is told by the subject alone.</summary>
    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        ["1"] = "the address is refused",
        ["1.1"] = "there is no such mailbox",
        ["1.2"] = "there is no such domain",
        ["1.6"] = "the mailbox has moved",
        ["1.10"] = "the domain takes no mail",
        ["2"] = "the mailbox takes no mail",
        ["2.1"] = "the mailbox is closed",
        ["2.2"] = "the mailbox is full",
        ["3"] = "the receiving system takes no mail",
        ["3.4"] = "the mail is too large",
        ["4"] = "the mail cannot be routed",
        ["5"] = "the server was not understood",
        ["6"] = "the form of the mail is refused",
        ["7"] = "the server's policy refuses the mail",
        ["7.1"] = "the server does not take mail from us for this address",
        ["7.8"] = "the server refuses our sign-in",
    };

    public static string Of(Exception error) => error switch
    {
        SmtpCommandException refused => Of(refused),
        AuthenticationException => "The mail server refuses our sign-in: see Mail:UserName.",
        SslHandshakeException => "The mail server has no TLS that is trusted here: see Mail:Tls.",
        NotSupportedException => "The mail server offers no TLS: see Mail:Tls.",
        SocketException => "The mail server cannot be reached.",
        ProtocolException or IOException => "The mail server broke the connection off.",
        _ => "The mail server did not take the mail.",
    };

    private static string Of(SmtpCommandException refused)
    {
        var code = ((int)refused.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (Enhanced().Match(refused.Message) is not { Success: true } enhanced)
            return $"The mail server answered {code}: {(refused.ErrorCode == SmtpErrorCode.RecipientNotAccepted ? Meanings["1"] : Refuses)}.";
        var (subject, detail) = (enhanced.Groups["subject"].Value, enhanced.Groups["detail"].Value);
        var meaning = Meanings.GetValueOrDefault($"{subject}.{detail}") ?? Meanings.GetValueOrDefault(subject) ?? Refuses;
        return $"The mail server answered {code} {enhanced.Value}: {meaning}.";
    }

    [GeneratedRegex(@"(?<![0-9.])[245]\.(?<subject>[0-9]{1,3})\.(?<detail>[0-9]{1,3})(?![0-9.])", RegexOptions.None, 1000)]
    private static partial Regex Enhanced();
}
