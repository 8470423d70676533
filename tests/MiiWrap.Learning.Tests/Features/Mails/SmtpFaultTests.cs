using MailKit.Net.Smtp;
using MailKit.Security;
using MiiWrap.Learning.Api.Mail;
using MimeKit;

namespace MiiWrap.Learning.Tests.Features.Mails;

/// <summary>What is kept of a mail server's refusal: its codes and what they mean, and not a word of its own.</summary>
public sealed class SmtpFaultTests
{
    [Theory]
    [InlineData(550, "5.1.1 <lou@example.org>: Recipient address rejected: User unknown",
        "The mail server answered 550 5.1.1: there is no such mailbox.")]
    [InlineData(552, "5.2.2 Mailbox of other@example.org is full", "The mail server answered 552 5.2.2: the mailbox is full.")]
    [InlineData(554, "5.7.999 https://learning.example.org/a?token=abc is listed; see \"if Maria talks, I will listen\"",
        "The mail server answered 554 5.7.999: the server's policy refuses the mail.")]
    [InlineData(451, "4.9.1 later", "The mail server answered 451 4.9.1: it refuses the mail.")]
    [InlineData(550, "no such user at 10.5.1.1.2", "The mail server answered 550: the address is refused.")]
    public void A_refusal_is_told_by_its_codes(int status, string text, string kept) =>
        Assert.Equal(kept, SmtpFault.Of(new SmtpCommandException(
            SmtpErrorCode.RecipientNotAccepted, (SmtpStatusCode)status, new MailboxAddress("Lou", "lou@example.org"), text)));

    [Fact]
    public void What_keeps_a_mail_from_its_server_is_told_without_names()
    {
        Assert.Equal("The mail server refuses our sign-in: see Mail:UserName.",
            SmtpFault.Of(new AuthenticationException("535 5.7.8 bad password for operator@example.org")));
        Assert.Equal("The mail server cannot be reached.", SmtpFault.Of(new System.Net.Sockets.SocketException(111)));
        Assert.Equal("The mail server broke the connection off.", SmtpFault.Of(new IOException("mail.internal.example.org")));
        Assert.Equal("The mail server offers no TLS: see Mail:Tls.", SmtpFault.Of(new NotSupportedException("STARTTLS")));
        Assert.Equal("The mail could not be written.", MailException.FaultOf(new InvalidOperationException("Lou's plan")));
    }
}
