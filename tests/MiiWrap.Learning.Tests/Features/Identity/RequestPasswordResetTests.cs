using System.Collections.Concurrent;
using System.Data.Common;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Data.Sqlite;
using MiiWrap.Learning.Api.Data.SqlServer;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Identity;

/// <summary>A forgotten password is chosen anew by mail, and nobody learns by it whose address is known.</summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed class RequestPasswordResetTests(LearningApp app, RequestPasswordResetTests.HeardApp heard)
    : IClassFixture<RequestPasswordResetTests.HeardApp>
{
    private const string Forgot = "/v1/identity/password/forgot";
    private const string Reset = "/v1/identity/password/reset";
    private const string Chosen = "three quiet herons";

    [Fact]
    public async Task A_new_password_by_mail_ends_every_sign_in()
    {
        var person = await app.Person();
        var before = (await SignIn(person.Email, Given.Password)).Ok();
        (await Anyone.Read("/v1/me", ("Authorization", $"Bearer {before["accessToken"]}"))).Ok();
        (await Anyone.Post(Forgot, new { email = person.Email })).Expect(HttpStatusCode.Accepted);
        var mail = await app.AccountMailTo(person.Email);
        Assert.Equal("Choose a new password", mail.Headers["Subject"]);

        (await Anyone.Post(Reset, new { token = mail.Token(), password = Chosen })).Expect(HttpStatusCode.NoContent);

        (await Anyone.Read("/v1/me", ("Authorization", $"Bearer {before["accessToken"]}"))).Expect(HttpStatusCode.Unauthorized);
        (await Anyone.Post("/v1/identity/refresh", new { refreshToken = (string)before["refreshToken"]! }))
            .Expect(HttpStatusCode.Unauthorized);
        (await SignIn(person.Email, Given.Password)).Expect(HttpStatusCode.Unauthorized);
        (await SignIn(person.Email, Chosen)).Ok();
        (await Anyone.Post(Reset, new { token = mail.Token(), password = Chosen }))
            .Expect(HttpStatusCode.UnprocessableEntity, "passwordReset.invalid");
    }

    [Fact]
    public async Task An_unknown_address_is_answered_alike_and_gets_no_mail()
    {
        var unknown = Given.Address("nobody");
        var answer = (await Anyone.Post(Forgot, new { email = unknown })).Expect(HttpStatusCode.Accepted);
        var person = await app.Person();
        Assert.Equal(answer.Body, (await Anyone.Post(Forgot, new { email = person.Email.ToUpperInvariant() })).Expect(
            HttpStatusCode.Accepted).Body);
        await app.AccountMailTo(person.Email);
        Assert.Empty(app.MailsTo(unknown));
        (await Anyone.Post(Forgot, new { })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task A_link_lasts_an_hour_and_every_link_ends_with_the_first_that_is_used()
    {
        var person = await app.Person();
        await Ask(person);
        FlowingClock.Advance(TimeSpan.FromMinutes(30));
        await Ask(person);
        var tokens = app.MailsTo(person.Email).Select(m => m.Token()).ToList();
        Assert.Equal(2, tokens.Count);

        FlowingClock.Advance(TimeSpan.FromMinutes(30));
        (await Anyone.Post(Reset, new { token = tokens[0], password = Chosen }))
            .Expect(HttpStatusCode.UnprocessableEntity, "passwordReset.invalid");
        await Ask(person);
        (await Anyone.Post(Reset, new { token = app.MailsTo(person.Email)[^1].Token(), password = Chosen }))
            .Expect(HttpStatusCode.NoContent);
        (await Anyone.Post(Reset, new { token = tokens[1], password = Chosen }))
            .Expect(HttpStatusCode.UnprocessableEntity, "passwordReset.invalid");
    }

    [Fact]
    public async Task Nobody_can_fill_a_mailbox()
    {
        var person = await app.Person();
        for (var i = 0; i < 8; i++) (await Anyone.Post(Forgot, new { email = person.Email })).Expect(HttpStatusCode.Accepted);
        await app.Send(new SendMails());
        Assert.Equal(5, app.MailsTo(person.Email).Count);
        FlowingClock.Advance(TimeSpan.FromHours(1));
        await Ask(person);
        Assert.Equal(6, app.MailsTo(person.Email).Count);
    }

    [Fact]
    public async Task Of_twelve_resets_at_once_one_holds()
    {
        var person = await app.Person();
        await Ask(person);
        var token = Assert.Single(app.MailsTo(person.Email)).Token();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(i => Anyone.Post(Reset, new { token, password = $"{Chosen} {i}" })));
        var winner = Assert.Single(Enumerable.Range(0, 12), i => answers[i].Status == HttpStatusCode.NoContent);
        Assert.Equal(11, answers.Count(a => a.Code == "passwordReset.invalid"));
        (await SignIn(person.Email, $"{Chosen} {winner}")).Ok();
    }

    [Fact]
    public async Task A_known_an_unknown_and_an_invited_address_and_one_that_asks_too_often_cost_the_same_statements()
    {
        var (known, often, invited) = (await heard.Person(), await heard.Person(), Given.Address());
        var cohort = await heard.Cohort();
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = invited, name = "Not Yet", timeZone = Given.Zone } } })).Ok();
        for (var i = 0; i < 5; i++) (await Forgotten(often.Email)).Expect(HttpStatusCode.Accepted);
        var told = new List<string>();
        foreach (var email in new[] { known.Email, Given.Address(), invited, often.Email })
        {
            heard.Statements.Heard.Clear();
            (await Forgotten(email)).Expect(HttpStatusCode.Accepted);
            told.Add(string.Join('\n', heard.Statements.Heard));
        }

        Assert.Contains("INSERT", told[0], StringComparison.Ordinal);
        Assert.Single(told.Distinct());

        Task<Answer> Forgotten(string email) => Session.Anonymous(heard).Post(Forgot, new { email });
    }

    [Fact]
    public async Task An_unknown_address_leaves_no_row()
    {
        Task<int> Rows() => heard.InDb(db => db.OutboundMails.CountAsync(m => m.PersonId == null, TestContext.Current.CancellationToken));
        for (var i = 0; i < 20; i++)
            (await Session.Anonymous(heard).Post(Forgot, new { email = Given.Address() })).Expect(HttpStatusCode.Accepted);
        Assert.Equal(0, await Rows());
    }

    [Fact]
    public async Task A_new_password_lifts_what_wrong_ones_have_brought_about()
    {
        var person = await app.Person();
        for (var i = 0; i < 10; i++) await SignIn(person.Email, "not the password");
        (await SignIn(person.Email, Given.Password)).Expect(HttpStatusCode.TooManyRequests, "auth.throttled");
        await Ask(person);
        var mail = Assert.Single(app.MailsTo(person.Email), m => m.Links.Any());
        (await Anyone.Post(Reset, new { token = mail.Token(), password = Chosen })).Expect(HttpStatusCode.NoContent);
        (await SignIn(person.Email, Chosen)).Ok();
    }

    private HttpClient Anyone => Session.Anonymous(app);

    private Task<Answer> SignIn(string email, string password) => Anyone.Post("/v1/identity/login", new { email, password });

    private async Task Ask(TestPerson person)
    {
        (await Anyone.Post(Forgot, new { email = person.Email })).Expect(HttpStatusCode.Accepted);
        await app.Send(new SendMails());
    }

    /// <summary>A host that notes what it tells the database.</summary>
    public sealed class HeardApp : LearningApp
    {
        public StatementRecorder Statements { get; } = new();

        protected override void Replace(IServiceCollection services) =>
            services.ConfigureDbContext<SqliteLearningDb>(o => o.AddInterceptors(Statements))
                .ConfigureDbContext<SqlServerLearningDb>(o => o.AddInterceptors(Statements));
    }

    public sealed class StatementRecorder : DbCommandInterceptor
    {
        public ConcurrentQueue<string> Heard { get; } = new();

        public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
        {
            Heard.Enqueue(result.CommandText);
            return result;
        }
    }
}
