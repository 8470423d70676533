using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Nudges;

/// <summary>How asking goes, as a lead sees it: every planned ask is somewhere, with its reason, and nobody is named.</summary>
[Collection(nameof(SweepCollection))]
[StandingClock]
public sealed class GetNudgeFiguresTests(SweepingApp app) : IAsyncLifetime
{
    private const string Anchor = "2.4-watching-voice-and-power";
    private static readonly string[] States = ["planned", "sent", "skipped", "expired", "cancelled", "failed"];

    public async ValueTask InitializeAsync() => await app.Clear();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_was_planned_is_the_sum_of_what_became_of_it()
    {
        var cohort = await app.Cohort();
        var (applies, silent, leaves, noMail) =
            (await app.Learner(cohort, "A Applies"), await app.Learner(cohort, "B Silent"), await app.Learner(cohort, "C Leaves"),
                await app.Learner(cohort, "D Without"));
        foreach (var learner in new[] { applies, silent, leaves, noMail })
            (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok();
        (await silent.Http.Post($"{silent.Unit("1.1-why-good-training-fades")}/complete", Given.IfThen())).Ok();
        (await noMail.Http.Patch("/v1/me/preferences", new { channels = new[] { "inApp" } }, ("If-Match", "*"))).Ok();
        (await cohort.Lead.Http.Post($"{leaves.Journey}/withdraw")).Ok();

        // The cue of day 2 goes out two hours late.
        await app.SweepAt(FlowingClock.Monday.AddDays(2).AddHours(2));
        var cue = (await applies.Http.Read("/v1/nudges?status=sent")).Ok()["items"]![0]!;
        FlowingClock.Advance(TimeSpan.FromHours(3));
        (await applies.Http.Post($"/v1/nudges/{(string)cue["id"]!}/response", new { outcome = "applied" })).Ok();
        var soon = await Figures(cohort);
        Assert.Equal((26, 3, 2, 1), ((int)soon["planned"]!, (int)soon["states"]!["sent"]!, (int)soon["channels"]!["email"]!,
            (int)soon["channels"]!["inApp"]!));
        Assert.Equal((3, 2.0, 2.0, 2.0), ((int)soon["dueToSent"]!["count"]!, (double)soon["dueToSent"]!["medianHours"]!,
            (double)soon["dueToSent"]!["p90Hours"]!, (double)soon["dueToSent"]!["mostHours"]!));
        Assert.Equal([("skipped", "alreadyApplied", 1), ("cancelled", "enrolmentEnded", 6)], Reasons(soon));
        var first = soon["steps"]!.AsArray().Single(s => (string)s!["plan"]! == "anchor" && (int)s["step"]! == 1)!;
        Assert.Equal((4, 3, 1, 2, 1), ((int)first["planned"]!, (int)first["sent"]!, (int)first["answered"]!, (int)first["open"]!,
            (int)first["applied"]!));
        Assert.Equal((1 / 3.0, 3.0), ((double)first["rate"]!, (double)first["medianHoursToAnswer"]!));
        Assert.Equal(0, (int)soon["learners"]!["neverAnswered"]!);

        for (var day = 3; day < 110; day++) await app.SweepAt(FlowingClock.Monday.AddDays(day));
        var late = await Figures(cohort);
        Assert.Equal(0, (int)late["states"]!["planned"]!);
        Assert.Equal((3, 1, 2), ((int)late["learners"]!["all"]!, (int)late["learners"]!["withoutMail"]!,
            (int)late["learners"]!["neverAnswered"]!));
        // The digest of who left three or four messages has had its two weeks.
        Assert.Equal((0, 2), ((int)late["learners"]!["weeklyDigest"]!, (int)late["learners"]!["closingAsksOnly"]!));
        Assert.DoesNotContain("Silent", late.ToJsonString(), StringComparison.Ordinal);

        var csv = (await cohort.Lead.Http.Read($"{cohort.Path}/nudges/figures", ("Accept", "text/csv"))).Ok();
        var lines = csv.Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("plan,step,planned,stillPlanned,sent,", lines[0], StringComparison.Ordinal);
        Assert.Equal(26, lines.Skip(1).Sum(l => int.Parse(l.Split(',')[2], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_refused_mail_shows_as_tried_again_and_in_the_end_as_failed()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok();
        app.MailServer = MailServer.Refuses;
        await app.SweepAt(FlowingClock.Monday.AddDays(2));
        await app.SweepAt(FlowingClock.Now.AddMinutes(2));
        Assert.Equal((1, 0), ((int)(await Figures(cohort))["retrying"]!, (int)(await Figures(cohort))["states"]!["sent"]!));
        foreach (var hours in new[] { 1, 1, 3, 20, 24 }) await app.SweepAt(FlowingClock.Now.AddHours(hours));
        var figures = await Figures(cohort);
        Assert.Contains(("failed", "mailNotAccepted", 1), Reasons(figures));
    }

    [Fact]
    public async Task Nothing_is_planned_before_anything_is_completed()
    {
        var cohort = await app.Cohort();
        var figures = await Figures(cohort);
        Assert.Equal((0, null, 0), ((int)figures["planned"]!, (double?)figures["dueToSent"]!["medianHours"],
            figures["steps"]!.AsArray().Count));
        (await (await app.Learner(cohort)).Http.Read($"{cohort.Path}/nudges/figures")).Expect(HttpStatusCode.NotFound, "cohort.notFound");
    }

    /// <summary>The figures, which add up or the test fails.</summary>
    private static async Task<JsonNode> Figures(TestCohort cohort)
    {
        var figures = (await cohort.Lead.Http.Read($"{cohort.Path}/nudges/figures")).Ok().Json;
        int Sum(JsonNode counts) => States.Sum(s => (int)counts[s]!);
        Assert.Equal((int)figures["planned"]!, Sum(figures["states"]!));
        Assert.Equal((int)figures["planned"]!, figures["steps"]!.AsArray().Sum(s => (int)s!["planned"]!));
        Assert.All(figures["steps"]!.AsArray(), s => Assert.Equal((int)s!["planned"]!, Sum(s["states"]!)));
        var ended = figures["states"]!;
        foreach (var status in States.Skip(2))
            Assert.Equal((int)ended[status]!, Reasons(figures).Where(r => r.Status == status).Sum(r => r.Count));
        return figures;
    }

    private static IEnumerable<(string Status, string Reason, int Count)> Reasons(JsonNode figures) =>
        figures["reasons"]!.AsArray().Select(r => ((string)r!["status"]!, (string)r["reason"]!, (int)r["count"]!));
}
