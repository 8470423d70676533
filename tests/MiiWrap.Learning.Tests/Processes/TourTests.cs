using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>The README's tour, step by step, on the demonstration.</summary>
public sealed class TourTests : IDisposable
{
    private const string Learner = "learner1@example.org";
    private readonly Home home = new();

    [Fact(Explicit = true)]
    public async Task From_a_completed_unit_to_the_answer_nine_days_later()
    {
        string unit;
        await using (var today = await RunningProgram.Start(home, ("Clock__StartAt", "2027-03-15T15:00:00Z")))
        {
            using var learner = await today.SignIn(Learner);
            var enrolment = (string)(await learner.Read("/v1/me")).Ok()["enrolments"]![0]!["id"]!;
            unit = $"/v1/enrolments/{enrolment}/units/2.4-watching-voice-and-power";
            var completed = (await learner.Post($"{unit}/complete", Given.IfThen())).Ok();
            Assert.Equal("completed", (string)completed["state"]!);
            Assert.Equal(6, completed["nudges"]!.AsArray().Count);
            Assert.Equal(5, (int)completed["progress"]!["unitsCompleted"]!);
            Assert.Equal(0, (await today.Stop()).ExitCode);
        }

        Assert.Empty(home.MailsTo(Learner));
        await using var later = await RunningProgram.Start(home, ("Clock__StartAt", "2027-03-24T15:00:00Z"));

        var mail = Assert.Single(await home.UntilMailTo(Learner));
        Assert.Contains("Watching voice and power", mail.Text, StringComparison.Ordinal);
        var link = Assert.Single(mail.Links).PathAndQuery;
        using var anyone = later.Anonymous();
        (await anyone.Read(link)).Ok();
        (await anyone.Post(link, new FormUrlEncodedContent([new("outcome", "applied")]))).Ok();
        (await anyone.Post(link, new FormUrlEncodedContent([new("outcome", "partly")]))).Expect(HttpStatusCode.Gone);

        using var signedIn = await later.SignIn(Learner);
        var nudges = (await signedIn.Read("/v1/nudges?limit=200")).Ok()["items"]!.AsArray()
            .Where(n => (string)n!["unit"]! == "2.4-watching-voice-and-power").ToList();
        Assert.Equal(["expired", "sent", "planned", "planned", "planned", "planned"], nudges.OrderBy(n => (int)n!["step"]!)
            .Select(n => (string)n!["status"]!));
        Assert.Equal("applied", (string)nudges.Single(n => (string)n!["status"]! == "sent")!["response"]!["outcome"]!);

        using var instructor = await later.SignIn("instructor@example.org");
        var cohort = (string)(await instructor.Read("/v1/cohorts")).Ok()["items"]![0]!["id"]!;
        var progress = (await instructor.Read($"/v1/cohorts/{cohort}/progress")).Ok()["items"]!.AsArray();
        Assert.Equal(5, (int)progress.Single(p => (string)p!["learner"]!["name"]! == "Ada Okonkwo")!["unitsCompleted"]!);
        Assert.Single(home.MailsTo(Learner));
    }

    public void Dispose() => home.Dispose();
}
