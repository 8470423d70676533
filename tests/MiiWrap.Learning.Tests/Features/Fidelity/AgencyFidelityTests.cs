using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Fidelity;

/// <summary>An agency's people are told of a quarter once it is settled, of five at least, and of nothing else of it after that.</summary>
[StandingClock(YearsLater = true)]
public sealed class AgencyFidelityTests(LearningApp app)
{
    private static readonly DateTimeOffset Settled = new(2034, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_quarter_is_told_a_month_after_its_end_and_stays_as_it_was_told()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var (supervisor, admin) = (await app.Member(agency, AgencyRole.Supervisor), await app.Admin());
        (await admin.Http.Put($"/v1/fidelity/raters/{cohort.Instructor.Id}",
            new { instrument = FidelitySteps.Form, reason = "Trained the raters of the first year." })).Ok();
        var reviews = new List<string>();
        foreach (var value in new[] { 3, 3, 2, 2, 2 }) reviews.Add(await Rated(cohort, agency, value));
        // Neither somebody else's learner nor what people think of themselves.
        await Rated(cohort, await app.Agency(), 3);
        var own = await app.Learner(cohort, agencyId: agency);
        await own.Http.LockReview(own.Id, 3, role: "self");
        Assert.All(await Quarters(supervisor), q => Assert.Equal("fewerThanFiveLearners", q.Reason));

        FlowingClock.Set(Settled.AddSeconds(-1));
        Assert.NotEqual("2034-01", (await Quarters(supervisor))[^1].From);
        FlowingClock.Set(Settled);
        var told = new Quarter("2034-01", "2034-03", 5, 66.7m, (2, 5), 0, 0, null);
        Assert.Equal(told, (await Quarters(supervisor))[^1]);
        Assert.Equal(told, (await Quarters(admin))[^1]);
        (await cohort.Lead.Http.Post($"{reviews[0]}/void", new { reason = "The wrong session was rated." })).Ok();
        Assert.Equal(told, (await Quarters(supervisor))[^1]);

        async Task<List<Quarter>> Quarters(TestPerson reader)
        {
            var answer = await reader.Http.Read($"/v1/agencies/{agency}/fidelity?instrument={FidelitySteps.Form}");
            Assert.Equal((8, 80m), (answer.Ok()["quarters"]!.AsArray().Count, (decimal)answer["line"]!));
            Assert.DoesNotContain(own.Name, answer.Body, StringComparison.Ordinal);
            return [.. answer["quarters"]!.AsArray().Select(q => Quarter.Of(q!))];
        }
    }

    [Fact]
    public async Task Four_are_too_few_and_so_are_five_whose_scores_the_reader_gave()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        for (var i = 0; i < 4; i++) await Rated(cohort, agency, 2);
        var supervisor = await app.Member(agency, AgencyRole.Supervisor);
        var path = $"/v1/agencies/{agency}/fidelity?instrument={FidelitySteps.Form}";
        // The new month has begun everywhere.
        var release = Settled.AddHours(12);
        FlowingClock.Set(release);
        Assert.Equal("fewerThanFiveLearners", (string?)(await Newest(supervisor))["reason"]);
        // The next quarter, in which there are five.
        for (var i = 0; i < 5; i++) await Rated(cohort, agency, 2);
        (await (await app.Admin()).Http.Put($"/v1/agencies/{agency}/people/{cohort.Instructor.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        FlowingClock.Set(release.AddMonths(3));
        Assert.Equal(5, (int)(await Newest(supervisor))["subjects"]!);
        Assert.Equal("fewerThanFiveLearners", (string?)(await Newest(cohort.Instructor))["reason"]);

        async Task<JsonNode> Newest(TestPerson reader) =>
            (await reader.Http.Read(path)).Ok()["quarters"]!.AsArray()[^1]!;
    }

    [Theory]
    [InlineData("", HttpStatusCode.UnprocessableEntity, "request.invalid")]
    [InlineData("?instrument=nothing", HttpStatusCode.UnprocessableEntity, "instrument.unknown")]
    public async Task An_instrument_is_named_that_there_is(string query, HttpStatusCode status, string code)
    {
        var supervisor = await app.Member(await app.Agency(), AgencyRole.Supervisor);
        var agency = (Guid)(await supervisor.Http.Read("/v1/agencies")).Ok()["items"]![0]!["id"]!;
        (await supervisor.Http.Read($"/v1/agencies/{agency}/fidelity{query}")).Expect(status, code);
    }

    private async Task<string> Rated(TestCohort cohort, Guid agency, int value) =>
        await cohort.Instructor.Http.LockReview((await app.Learner(cohort, agencyId: agency)).Id, value);

    private sealed record Quarter(
        string From, string Until, int? Subjects, decimal? Median, (int, int)? AtLine, int? Falling, int? Rising, string? Reason)
    {
        public static Quarter Of(JsonNode q) => new(
            (string)q["from"]!, (string)q["until"]!, (int?)q["subjects"], (decimal?)q["median"],
            q["atLine"] is { } share ? ((int)share["numerator"]!, (int)share["denominator"]!) : null, (int?)q["falling"], (int?)q["rising"],
            (string?)q["reason"]);
    }
}
