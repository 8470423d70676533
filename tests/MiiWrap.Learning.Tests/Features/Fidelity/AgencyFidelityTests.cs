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

    /// <summary>Of five the reader knows four by name: the figure would tell the score of the last one.</summary>
    [Theory]
    [InlineData("teaches")]
    [InlineData("taught")]
    [InlineData("taught before they were moved")]
    [InlineData("coached")]
    [InlineData("administers")]
    public async Task A_quarter_is_hidden_from_who_knows_all_but_one_by_name(string how)
    {
        var (cohort, elsewhere, agency, admin) = (await app.Cohort(), await app.Cohort(), await app.Agency(), await app.Admin());
        var known = new List<TestLearner>();
        foreach (var value in new[] { 3, 3, 0, 0 })
        {
            known.Add(await app.Learner(cohort, agencyId: agency));
            await cohort.Instructor.Http.LockReview(known[^1].Id, value);
        }

        await Rated(elsewhere, agency, 2);
        var other = await app.Member(agency, AgencyRole.Supervisor);
        var reader = how switch
        {
            "coached" => await app.Person("Cora Coach"),
            "administers" => await app.Admin(),
            _ => cohort.Lead,
        };
        if (how == "coached")
        {
            foreach (var learner in known)
            {
                var relation = (await cohort.LetCoach(reader.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
                (await cohort.Lead.Http.Post($"{relation}/end", new { reason = "Somebody else goes on with it." })).Ok();
            }
        }

        if (how == "taught before they were moved")
        {
            foreach (var learner in known)
                (await admin.Http.Post($"{learner.Journey}/move", new { cohortId = elsewhere.Id })).Ok();
        }

        if (how.StartsWith("taught", StringComparison.Ordinal))
            (await admin.Http.Patch(cohort.Path, new { leads = new[] { elsewhere.Lead.Id } })).Ok();
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{reader.Id}", new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        FlowingClock.Set(Settled.AddHours(12));
        if (how == "administers")
        {
            // Who is of their agency no more they may read by name.
            foreach (var learner in known)
                (await cohort.Lead.Http.Put($"{learner.Journey}/agency", new { agencyId = (Guid?)null })).Ok();
        }

        Assert.Equal("fewerThanFiveLearners", await Reason(reader));
        Assert.Null(await Reason(other));
        // Neither does the agency's view tell.
        foreach (var (person, reason) in new[] { (reader, "fewerThanFiveLearners"), (other, "noSpread") })
        {
            var blocks = (await person.Http.Read($"/v1/agencies/{agency}/implementation")).Ok()["fidelity"]!.AsArray();
            Assert.Equal(reason, (string?)Assert.Single(blocks)!["quarters"]!.AsArray()[^1]!["median"]!["reason"]);
        }

        async Task<string?> Reason(TestPerson person) => (string?)(await person.Http.Read(
            $"/v1/agencies/{agency}/fidelity?instrument={FidelitySteps.Form}")).Ok()["quarters"]!.AsArray()[^1]!["reason"];
    }

    /// <summary>The log of readers remembers what nothing else does.</summary>
    [Fact]
    public async Task What_was_read_counts_though_all_else_is_over()
    {
        var (cohort, agency, admin, reader) = (await app.Cohort(), await app.Agency(), await app.Admin(), await app.Admin());
        var learners = new List<TestLearner>();
        foreach (var value in new[] { 3, 3, 0, 0, 2 })
        {
            learners.Add(await app.Learner(cohort, agencyId: agency));
            await cohort.Instructor.Http.LockReview(learners[^1].Id, value);
        }

        foreach (var learner in learners.Take(4)) (await reader.Http.Read(FidelitySteps.Trend(learner.Id))).Ok();
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{reader.Id}", new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/people/{reader.Id}/program-admin", null)).Expect(HttpStatusCode.NoContent);
        FlowingClock.Set(Settled.AddHours(12));
        var newest = (await reader.Http.Read($"/v1/agencies/{agency}/fidelity?instrument={FidelitySteps.Form}")).Ok()
            ["quarters"]!.AsArray()[^1]!;
        Assert.Equal("fewerThanFiveLearners", (string?)newest["reason"]);
        // An admin who may read each by name is told no one's score by a figure.
        foreach (var learner in learners) (await admin.Http.Read(FidelitySteps.Trend(learner.Id))).Ok();
        Assert.Equal(5, (int)(await admin.Http.Read($"/v1/agencies/{agency}/fidelity?instrument={FidelitySteps.Form}")).Ok()
            ["quarters"]!.AsArray()[^1]!["subjects"]!);
    }

    [Theory]
    [InlineData(3, null)]
    [InlineData(4, 5)]
    public async Task Who_has_not_accepted_makes_no_group_larger_and_changes_no_quarter_by_accepting(int others, int? counted)
    {
        var (cohort, elsewhere, agency) = (await app.Cohort(), await app.Cohort(), await app.Agency());
        var supervisor = await app.Member(agency, AgencyRole.Supervisor);
        for (var i = 0; i < others; i++) await Rated(cohort, agency, i % 4);
        FlowingClock.Set(Settled.AddDays(-6));
        var known = await app.Person("Kim Known");
        await app.Learner(elsewhere, agencyId: agency);
        // The same person twice, and somebody new who has not come yet.
        var (offered, standIn) = await app.Offer(elsewhere, agency, known.Email);
        var (_, invited) = await app.Offer(elsewhere, agency, Given.Address());
        foreach (var nobody in new[] { standIn, invited }) await elsewhere.Instructor.Http.LockReview(nobody, 3, month: "2034-03");
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = known.Email, name = known.Name, timeZone = Given.Zone, agencyId = agency } } })).Ok();
        await cohort.Instructor.Http.LockReview(known.Id, 0, month: "2034-03");
        FlowingClock.Set(Settled.AddHours(12));
        var told = await Newest();
        Assert.Equal(("2034-01", counted), ((string)told["from"]!, (int?)told["subjects"]));
        (await known.Http.Accept(offered)).Ok();
        Assert.Equal(told.ToJsonString(), (await Newest()).ToJsonString());

        async Task<JsonNode> Newest() => (await supervisor.Http.Read($"/v1/agencies/{agency}/fidelity?instrument={FidelitySteps.Form}"))
            .Ok()["quarters"]!.AsArray()[^1]!;
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
