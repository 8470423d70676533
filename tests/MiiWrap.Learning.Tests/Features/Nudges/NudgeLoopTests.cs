using System.Net;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Nudges;

/// <summary>From a completed unit to the mail, and from the mail's link to the answer.</summary>
[StandingClock]
public sealed class NudgeLoopTests(LearningApp app)
{
    [Fact]
    public async Task A_learner_answers_by_the_link_in_the_mail()
    {
        var learner = await app.Learner();
        var completed = (await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen())).Ok();
        Assert.Equal(["cue", "check", "check", "closeout", "booster", "maintenance"], completed["nudges"]!.AsArray()
            .Select(n => (string)n!["kind"]!));

        FlowingClock.Advance(TimeSpan.FromDays(9));
        await app.Send(new SendDueNudges { PersonId = learner.Id });

        var mail = Assert.Single(app.MailsTo(learner.Email));
        Assert.Equal("You have a practice check-in", mail.Headers["Subject"]);
        Assert.Equal("Wed, 10 Feb 2027 15:00:00 +0000", mail.Headers["Date"]);
        Assert.Contains("If I open my notes, then I will ask before I tell.", mail.Text, StringComparison.Ordinal);
        var link = Assert.Single(mail.Links).PathAndQuery;

        var anyone = Session.Anonymous(app);
        (await anyone.Read(link)).Ok();
        var listed = (await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]!.AsArray();
        Assert.Null(Assert.Single(listed)!["response"]);

        (await anyone.Post(link, new FormUrlEncodedContent([new("outcome", "applied")]))).Ok();
        (await anyone.Post(link, new FormUrlEncodedContent([new("outcome", "notYet"), new("barrier", "forgot")])))
            .Expect(HttpStatusCode.Gone);
        listed = (await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]!.AsArray();
        Assert.Equal("applied", (string)Assert.Single(listed)!["response"]!["outcome"]!);
    }
}
