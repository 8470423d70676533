using System.Net;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Features.Maintenance;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Reliability;

/// <summary>
/// A clock that is set back and forth: every ask ends once, none twice and none at a bad hour, and nothing waits for a time that was never
/// there.
/// </summary>
[Collection(nameof(SweepCollection))]
public sealed class JumpingClockTests : IAsyncLifetime
{
    private const int Seed = 20270314;
    private const int Jumps = 30;

    private const int LastDay = 45;

    private static readonly string[] Units = ["1.2-coach-supervisor-trainer", "1.3-guide-dont-fix", "2.2-describe-before-you-judge"];

    // Nine in the morning in Chicago on the last Friday before the clocks change there; in Berlin they change two weeks later.
    private static readonly DateTimeOffset Friday = new(2027, 3, 12, 15, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromDays(-1), TimeSpan.FromDays(21), TimeSpan.FromDays(-14), TimeSpan.FromHours(1), TimeSpan.FromHours(-3),
        TimeSpan.FromHours(15), TimeSpan.FromDays(-7),
        TimeSpan.FromDays(9), TimeSpan.FromMinutes(30), TimeSpan.FromHours(-15), TimeSpan.FromDays(2),
    ];

    private readonly SweepingApp app;

    public JumpingClockTests(SweepingApp app)
    {
        this.app = app;
        FlowingClock.Set(Friday);
    }

    public async ValueTask InitializeAsync() => await app.Clear();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Every_ask_ends_once_and_none_goes_out_at_a_bad_hour()
    {
        var cohort = await app.Cohort();
        var learners = new Dictionary<string, (TestLearner Learner, TimeZoneInfo Zone)>();
        foreach (var zone in new[] { "America/Chicago", "America/New_York", "Europe/Berlin" })
        {
            var learner = await app.Learner(cohort, zone: zone);
            learners[learner.Email] = (learner, Zones.Find(zone));
            foreach (var unit in Units) (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
        }

        var planned = (await All()).Select(n => n.Id).ToHashSet();
        var random = new Random(Seed);
        for (var i = 0; i < Jumps; i++)
        {
            var to = FlowingClock.Now + Steps[random.Next(Steps.Length)];
            await Sweep(to < Friday ? Friday : to);
        }

        // Then it goes as clocks do, past the last day of all these units' asks.
        FlowingClock.Set(Friday);
        for (var hours = 0; hours < 24 * LastDay; hours += 7) await Sweep(Friday.AddHours(hours));

        var asks = await All();
        Assert.Equal(planned, asks.Select(n => n.Id).ToHashSet());
        Assert.DoesNotContain(asks, n => n.Status == NudgeStatus.Planned);
        var mailed = app.Taken.SelectMany(t => t.Mail.Headers["X-Learning-Nudges"].Split(", ").Select(Guid.Parse)).ToList();
        Assert.NotEmpty(mailed);
        Assert.Equal(asks.Where(n => n.Status == NudgeStatus.Sent).Select(n => n.Id).Order(), mailed.Order());
        foreach (var (at, mail) in app.Taken)
            Assert.True(SendingWindow.Default.IsOpen(at.UtcDateTime, learners[mail.To.Address].Zone), $"To {mail.To.Address} at {at:u}");
    }

    [Fact]
    public async Task What_a_clock_ahead_has_claimed_does_not_wait_until_it_is_right()
    {
        var learner = await app.Learner(await app.Cohort());
        (await learner.Http.Post($"{learner.Unit(Units[0])}/complete", Given.IfThen())).Ok();
        var due = Friday.AddDays(4);
        app.MailServer = MailServer.TakesAndSenderDies;
        await Assert.ThrowsAsync<OperationCanceledException>(() => app.SweepAt(due.AddDays(7)));
        var first = Assert.Single(app.Taken).Mail;

        app.MailServer = MailServer.Works;
        Assert.Equal(new SweepReport(0, 0), await app.SweepAt(due));
        await app.Send(new ResetSkewedLeases());
        // Its sender may be alive, and has the minute that every sender has.
        Assert.Equal(new SweepReport(0, 0), await app.SweepAt(due));
        Assert.Equal(new SweepReport(1, 0), await app.SweepAt(due + NudgeMessage.Lease));
        Assert.Equal([first.Id, first.Id], app.Taken.Select(t => t.Mail.Id));
        Assert.Equal(new SweepReport(0, 0), await app.SweepAt(due.AddDays(7)));
    }

    [Fact]
    public async Task Nor_does_a_mail_about_an_account()
    {
        var now = Friday.AddDays(3);
        FlowingClock.Set(now.AddDays(30));
        var person = Person.Invite(Given.Address("ivo"), "", "Ivo Invited", Given.Zone, FlowingClock.Now.UtcDateTime);
        person.NormalizedEmail = person.Email!.ToUpperInvariant();
        await app.InDb(db =>
        {
            db.AddRange(person, OutboundMail.To(person.Id, MailKind.Invitation, FlowingClock.Now.UtcDateTime));
            return db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        app.MailServer = MailServer.Refuses;
        await app.Send(new SendMails());

        FlowingClock.Set(now);
        app.MailServer = MailServer.Works;
        await app.Send(new ResetSkewedLeases());
        FlowingClock.Advance(OutboundMail.Lease);
        await app.Send(new SendMails());
        Assert.Single(app.Taken, t => t.Mail.To.Address == person.Email);
    }

    [Fact]
    public async Task A_back_off_that_is_in_order_is_left_alone()
    {
        var learner = await app.Learner(await app.Cohort());
        (await learner.Http.Post($"{learner.Unit(Units[0])}/complete", Given.IfThen())).Ok();
        app.MailServer = MailServer.Refuses;
        FlowingClock.Set(Friday.AddDays(4));
        await app.SweepAt(FlowingClock.Now);
        foreach (var wait in NudgeMessage.RetryAfter.SkipLast(1))
            Assert.Equal(new SweepReport(0, 1), await app.SweepAt(FlowingClock.Now + wait));
        app.MailServer = MailServer.Works;
        await app.Send(new ResetSkewedLeases());
        Assert.Equal(new SweepReport(0, 0), await app.SweepAt(FlowingClock.Now + NudgeMessage.Lease));
    }

    [Fact]
    public async Task Tokens_end_by_the_clock_as_it_is_and_never_break_anything()
    {
        var learner = await app.Learner(await app.Cohort());
        var signIn = (await Session.Anonymous(app).Post("/v1/identity/login", new { email = learner.Email, password = Given.Password }))
            .Ok();
        var (access, refresh) = ((string)signIn["accessToken"]!, (string)signIn["refreshToken"]!);
        Task<Answer> Ask(string token) => Session.Anonymous(app).Read("/v1/me", ("Authorization", $"Bearer {token}"));
        Task<Answer> Renew(string token) => Session.Anonymous(app).Post("/v1/identity/refresh", new { refreshToken = token });

        FlowingClock.Set(Friday.AddDays(7));
        (await Ask(access)).Expect(HttpStatusCode.Unauthorized);
        var renewed = (await Renew(refresh)).Ok();
        (await Ask((string)renewed["accessToken"]!)).Ok();

        // Set back again: both are good by this clock; the first one ends when it was always to end.
        FlowingClock.Set(Friday);
        (await Ask((string)renewed["accessToken"]!)).Ok();
        (await Ask(access)).Ok();
        FlowingClock.Set(Friday.AddMinutes(16));
        (await Ask(access)).Expect(HttpStatusCode.Unauthorized);

        // A refresh token that was used before is no better for being used "before" that.
        (await Renew(refresh)).Expect(HttpStatusCode.Unauthorized, "auth.refresh.invalid");
        (await Renew((string)renewed["refreshToken"]!)).Expect(HttpStatusCode.Unauthorized, "auth.refresh.invalid");
        FlowingClock.Set(Friday.AddDays(60));
        (await Ask((string)renewed["accessToken"]!)).Expect(HttpStatusCode.Unauthorized);
    }

    private async Task Sweep(DateTimeOffset at) => await app.SweepAt(at);

    private Task<List<Nudge>> All() => app.InDb(db => Task.FromResult(db.Nudges.ToList()));
}
