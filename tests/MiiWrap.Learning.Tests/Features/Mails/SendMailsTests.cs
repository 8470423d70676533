using System.Collections.Concurrent;
using System.Net.Mail;
using System.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Features.Maintenance;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Mails;

/// <summary>What becomes of a mail about an account when its server is down, or the sender dies.</summary>
[StandingClock]
public sealed class SendMailsTests : IClassFixture<OwnDatabaseApp>, IAsyncDisposable
{
    private readonly OwnDatabaseApp app;
    private readonly WebApplicationFactory<Program> host;
    private readonly FakeMailer mailer = new();

    public SendMailsTests(OwnDatabaseApp app)
    {
        this.app = app;
        host = app.WithWebHostBuilder(b => b.ConfigureTestServices(s => s.AddSingleton<IMailer>(mailer)));
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task What_a_server_refuses_is_tried_again_ever_more_slowly_under_one_id()
    {
        await Empty();
        var (id, email) = await Invited();
        mailer.Fails = new SmtpException($"451 try later, {email}");
        Assert.Equal((0, 1), await Sweep());
        // One line, which names the mail and what comes next, and no word of the server's.
        var line = Assert.Single(host.Services.GetRequiredService<LogSink>().Lines,
            l => l.Contains("at attempt 1", StringComparison.Ordinal) && l.StartsWith("Warning", StringComparison.Ordinal));
        Assert.Matches("^Warning Mail [0-9a-f-]{36} of kind invitation could not be sent at attempt 1: .*[.] It is tried again at ", line);
        Assert.DoesNotContain(email, line, StringComparison.Ordinal);
        Assert.DoesNotContain("451 try later", line, StringComparison.Ordinal);
        Assert.Equal((0, 0), await Sweep());
        FlowingClock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal((0, 1), await Sweep());
        FlowingClock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((0, 0), await Sweep());
        mailer.Fails = null;
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((1, 0), await Sweep());
        Assert.Equal((0, 0), await Sweep());

        var tries = mailer.Tries.Where(m => m.To.Address == email).ToList();
        Assert.Equal(3, tries.Count);
        Assert.Single(tries.Select(t => t.Id).Distinct());
        // The first mail may have arrived after all: its link is as good as the last one's, until one of them is used.
        (await Session.Anonymous(app).Post("/v1/identity/invitations/accept", new { token = TokenOf(tries[0]), password = Given.Password }))
            .Expect(System.Net.HttpStatusCode.NoContent);
        (await Session.Anonymous(app).Post("/v1/identity/invitations/accept", new { token = TokenOf(tries[2]), password = Given.Password }))
            .Expect(System.Net.HttpStatusCode.UnprocessableEntity);
        Assert.Equal(id, (Guid)(await Session.Of(app, email).Read("/v1/me")).Ok()["id"]!);
    }

    [Theory]
    [InlineData(true, 5)]
    [InlineData(false, 3)]
    public async Task A_server_that_is_down_is_left_alone_and_one_that_refuses_receivers_is_not(bool isOfReceiver, int expected)
    {
        await Empty();
        for (var i = 0; i < 5; i++) await Invited();
        mailer.Fails = new MailException("550 no such mailbox") { IsOfReceiver = isOfReceiver };
        Assert.Equal((0, expected), await Sweep());
    }

    [Fact]
    public async Task A_mail_whose_sender_died_goes_out_again_when_its_lease_is_over()
    {
        await Empty();
        var (_, email) = await Invited();
        mailer.Fails = new OperationCanceledException();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(Sweep);
        mailer.Fails = null;
        FlowingClock.Advance(OutboundMail.Lease - TimeSpan.FromSeconds(1));
        Assert.Equal((0, 0), await Sweep());
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((1, 0), await Sweep());
        Assert.Single(mailer.Tries.Where(m => m.To.Address == email).Select(t => t.Id).Distinct());
    }

    [Fact]
    public async Task It_is_given_up_after_two_days_of_failing()
    {
        await Empty();
        var (id, email) = await Invited();
        mailer.Fails = new SmtpException("550 no such mailbox");
        foreach (var wait in OutboundMail.RetryAfter)
        {
            Assert.Equal((0, 1), await Sweep());
            FlowingClock.Advance(wait);
        }

        Assert.Equal((0, 1), await Sweep());
        FlowingClock.Advance(TimeSpan.FromDays(29));
        Assert.Equal((0, 0), await Sweep());
        Assert.Equal(OutboundMail.RetryAfter.Count + 1, mailer.Tries.Count(m => m.To.Address == email));
        Assert.NotNull((await MailOf(id))!.FailedAt);

        FlowingClock.Advance(TimeSpan.FromDays(1));
        await app.Send(new DeleteExpired());
        Assert.Null(await MailOf(id));
        Assert.False(await app.InDb(db => db.AccountTokens.AnyAsync(t => t.PersonId == id, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Two_nodes_send_each_mail_once()
    {
        await Empty();
        var addresses = new List<string>();
        for (var i = 0; i < 12; i++) addresses.Add((await Invited()).Email);
        await Task.WhenAll(Sweep(), Sweep(), Sweep());
        Assert.All(addresses, a => Assert.Single(mailer.Tries, m => m.To.Address == a));
    }

    private Task<OutboundMail?> MailOf(Guid personId) =>
        app.InDb(db => db.OutboundMails.AsNoTracking()
            .SingleOrDefaultAsync(m => m.PersonId == personId, TestContext.Current.CancellationToken));

    /// <summary>Drops what the test before has left waiting: by its clock it may be due in the middle of this one.</summary>
    private Task<int> Empty() =>
        app.InDb(db => db.OutboundMails.Where(m => m.SentAt == null && m.FailedAt == null)
            .ExecuteDeleteAsync(TestContext.Current.CancellationToken));

    private async Task<(Guid Id, string Email)> Invited()
    {
        var email = Given.Address("ivo");
        var now = FlowingClock.Now.UtcDateTime;
        var person = Person.Invite(email, email.ToUpperInvariant(), "Ivo Invited", Given.Zone, now);
        await app.InDb(db =>
        {
            db.AddRange(person, OutboundMail.To(person.Id, MailKind.Invitation, now));
            return db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        return (person.Id, email);
    }

    private async Task<(int Sent, int Failed)> Sweep()
    {
        await using var scope = host.Services.CreateAsyncScope();
        var report = await scope.ServiceProvider.GetRequiredService<IMediator>()
            .Send(new SendMails(), TestContext.Current.CancellationToken);
        return (report.Sent, report.Failed);
    }

    private static string TokenOf(OutgoingMail mail) =>
        HttpUtility
            .ParseQueryString(new Uri(mail.Text.Split('\n').Single(l => l.Contains("token=", StringComparison.Ordinal))).Query)["token"]!;

    private sealed class FakeMailer : IMailer
    {
        public ConcurrentQueue<OutgoingMail> Tries { get; } = new();

        public Exception? Fails { get; set; }

        public Task Send(OutgoingMail mail, CancellationToken ct)
        {
            Tries.Enqueue(mail);
            return Fails is null ? Task.CompletedTask : Task.FromException(Fails);
        }
    }
}
