using System.Net;
using MiiWrap.Learning.Api.Features.Credentials;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Credentials;

/// <summary>
/// Credentials end by their days, and their holders hear of it in time and once. A host of its own: what ends is looked for among all.
/// </summary>
[StandingClock]
public sealed class TurnCredentialsTests(OwnDatabaseApp app) : IClassFixture<OwnDatabaseApp>
{
    private const string Subject = "One of your credentials ends";

    [Fact]
    public async Task It_expires_after_its_last_day_and_lapses_after_its_grace_each_once()
    {
        FlowingClock.Set(new(2027, 3, 31, 15, 0, 0, TimeSpan.Zero));
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await app.Award(cohort, learner);
        await TurnAt(new(2028, 9, 30, 23, 59, 0, TimeSpan.Zero));
        Assert.Equal(["credential.issued"], await Told(learner));
        await TurnAt(new(2028, 10, 1, 0, 0, 0, TimeSpan.Zero));
        await TurnAt(new(2028, 11, 29, 23, 59, 0, TimeSpan.Zero));
        Assert.Equal(["credential.issued", "credential.expired"], await Told(learner));
        await TurnAt(new(2028, 11, 30, 0, 0, 0, TimeSpan.Zero));
        await TurnAt(new(2028, 11, 30, 1, 0, 0, TimeSpan.Zero));
        Assert.Equal(["credential.issued", "credential.expired", "credential.lapsed"], await Told(learner));
    }

    [Fact]
    public async Task What_no_job_has_turned_for_months_expires_and_lapses_at_once()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await app.Award(cohort, learner, months: 12);
        FlowingClock.Advance(TimeSpan.FromDays(500));
        await app.Send(new TurnCredentials());
        Assert.Equal(["credential.issued", "credential.expired", "credential.lapsed"], await Told(learner));
    }

    [Fact]
    public async Task Its_holder_hears_of_it_90_and_30_days_before_and_on_the_day_within_their_hours()
    {
        FlowingClock.Set(new(2027, 3, 31, 15, 0, 0, TimeSpan.Zero));
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await app.Award(cohort, learner);
        // 2028-07-02 begins in Chicago five hours after it does in Greenwich.
        await TurnAt(new(2028, 7, 2, 4, 59, 0, TimeSpan.Zero));
        Assert.Equal(0, await Mails(learner));
        await TurnAt(new(2028, 7, 2, 5, 0, 0, TimeSpan.Zero));
        await TurnAt(new(2028, 7, 2, 6, 0, 0, TimeSpan.Zero));
        // It is the middle of the night there, and a Sunday.
        Assert.Equal(0, await Mails(learner));
        FlowingClock.Set(new(2028, 7, 5, 16, 0, 0, TimeSpan.Zero));
        Assert.Equal(1, await Mails(learner));
        await TurnAt(new(2028, 8, 31, 16, 0, 0, TimeSpan.Zero));
        Assert.Equal(2, await Mails(learner));
        await TurnAt(new(2028, 9, 29, 16, 0, 0, TimeSpan.Zero));
        Assert.Equal(2, await Mails(learner));
        await TurnAt(new(2028, 9, 30, 16, 0, 0, TimeSpan.Zero));
        FlowingClock.Set(new(2028, 10, 4, 16, 0, 0, TimeSpan.Zero));
        Assert.Equal(3, await Mails(learner));
        Assert.Single(app.MailsTo(learner.Email), m => m.Text.Contains(
            "was valid until 30 September 2028. It can be renewed until 29 November 2028", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_renewed_meanwhile_is_told_no_more()
    {
        FlowingClock.Set(new(2027, 3, 31, 15, 0, 0, TimeSpan.Zero));
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var path = await app.Award(cohort, learner);
        await TurnAt(new(2028, 7, 3, 5, 0, 0, TimeSpan.Zero));
        (await cohort.Lead.Http.Post($"{path}/renew", new { attested = true })).Ok();
        FlowingClock.Set(new(2028, 7, 5, 16, 0, 0, TimeSpan.Zero));
        Assert.Equal(0, await Mails(learner));
    }

    [Fact]
    public async Task Of_two_nodes_one_tells_it()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await app.Award(cohort, learner, months: 12);
        FlowingClock.Advance(TimeSpan.FromDays(400));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.Send(new TurnCredentials())));
        Assert.Equal(["credential.issued", "credential.expired"], await Told(learner));
        Assert.Equal(1, await Mails(learner));
    }

    [Fact]
    public async Task Who_was_offered_one_is_told_and_not_once_it_was_taken_back()
    {
        const string Offered = "A credential was issued to you";
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (learner, other) = (await app.Learner(cohort), await app.Learner(cohort, "Olu Other"));
        var code = await app.PublishAttested(CredentialSteps.NewCode());
        (await cohort.Lead.Http.Issue(code, learner)).Expect(HttpStatusCode.Created);
        var path = (await cohort.Lead.Http.Issue(code, other)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await admin.Http.Post($"{path}/revoke", new { reason = "It was issued to the wrong learner." })).Ok();
        await app.Send(new SendMails());
        Assert.Contains("A small credential was issued to you",
            Assert.Single(app.MailsTo(learner.Email), m => m.Headers["Subject"] == Offered).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(app.MailsTo(other.Email), m => m.Headers["Subject"] == Offered);
    }

    private async Task TurnAt(DateTimeOffset now)
    {
        FlowingClock.Set(now);
        await app.Send(new TurnCredentials());
    }

    private async Task<int> Mails(TestLearner learner)
    {
        await app.Send(new SendMails());
        return app.MailsTo(learner.Email).Count(m => m.Headers["Subject"] == Subject);
    }

    private async Task<IEnumerable<string>> Told(TestLearner learner) =>
        (await app.EventsOf(learner.Id)).Select(e => e.Type).Where(t => t.StartsWith("credential.", StringComparison.Ordinal));
}
