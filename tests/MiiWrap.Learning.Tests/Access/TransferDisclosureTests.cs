using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Access;

/// <summary>
/// A supervisor reads every page that there is and subtracts; no group of fewer than five comes out, and outside none of fewer than eleven.
/// </summary>
[StandingClock]
public sealed class TransferDisclosureTests(LearningApp app)
{
    private const string First = "1.1-why-good-training-fades";
    private const string Second = "1.2-coach-supervisor-trainer";
    private const string Anchor = "2.4-watching-voice-and-power";

    [Fact]
    public async Task An_agency_less_its_large_cohort_is_not_its_small_one()
    {
        var (agencyId, supervisor) = await Agency();
        var (large, small) = (await app.Cohort(), await app.Cohort());
        await Complete(large, agencyId, 6, Anchor);
        await Complete(small, agencyId, 2, Anchor);
        FlowingClock.Advance(TimeSpan.FromDays(45));

        Assert.Equal(8, (int)(await supervisor.Http.Read($"/v1/agencies/{agencyId}/transfer")).Ok()["pooled"]!["denominator"]!);
        foreach (var cohort in new[] { large, small })
        {
            var report = (await supervisor.Http.Read($"{cohort.Path}/transfer")).Ok();
            Assert.Equal("fewerThanFiveLearners", (string)report["pooled"]!["reason"]!);
            AssertHidden(report["pooled"]!, "reach", "sustained", "verified");
            Assert.All(report["units"]!.AsArray(), u => Assert.Null(u!["denominator"]));
            Assert.Empty(report["trend"]!.AsArray());
            Assert.Null((await supervisor.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["transfer"]!["denominator"]);
            Assert.Equal(cohort == large
                ? 6
                : 2, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/transfer")).Ok()["pooled"]!["denominator"]!);
        }
    }

    [Theory]
    [InlineData("application/json"), InlineData("image/svg+xml"), InlineData("text/html")]
    public async Task The_tag_of_what_is_hidden_says_nothing_of_it(string type)
    {
        var (agencyId, supervisor) = await Agency();
        var cohort = await app.Cohort();
        var learners = await Complete(cohort, agencyId, 4, Anchor);
        FlowingClock.Advance(TimeSpan.FromDays(45));
        var accept = ("Accept", type);
        string[] paths = [$"/v1/agencies/{agencyId}/transfer", $"{cohort.Path}/transfer", $"{learners[0].Journey}/transfer"];
        var hidden = new List<string>();
        foreach (var path in paths) hidden.Add((await supervisor.Http.Read(path, accept)).Ok().ETag!);
        var shown = (await cohort.Lead.Http.Read(paths[^1], accept)).Ok().ETag;
        await Complete(learners[0], First);
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        foreach (var (path, tag) in paths.Zip(hidden))
        {
            var again = await supervisor.Http.Read(path, accept, ("If-None-Match", tag));
            Assert.Equal((HttpStatusCode.NotModified, tag), (again.Status, again.ETag));
        }

        Assert.NotEqual(shown, (await cohort.Lead.Http.Read(paths[^1], accept)).Ok().ETag);
    }

    [Fact]
    public async Task A_unit_less_a_cohort_that_has_only_done_that_unit_is_no_small_group()
    {
        var (agencyId, supervisor) = await Agency();
        var (older, newer) = (await app.Cohort(), await app.Cohort());
        // Of the older cohort three have done the first unit and all the anchor; the newer one has come no further than the first.
        var early = await Complete(older, agencyId, 6, Anchor);
        foreach (var learner in early.Take(3)) await Complete(learner, First);
        await Complete(newer, agencyId, 7, First);
        FlowingClock.Advance(TimeSpan.FromDays(45));

        var agency = (await supervisor.Http.Read($"/v1/agencies/{agencyId}/transfer")).Ok();
        var known = new Dictionary<string, int?>
        {
            ["first unit"] = Count(UnitOf(agency, First)),
            ["anchor"] = Count(UnitOf(agency, Anchor)),
            ["agency"] = Count(agency["pooled"]!),
            ["older"] = Count((await supervisor.Http.Read($"{older.Path}/transfer")).Ok()["pooled"]!),
            ["newer"] = Count((await supervisor.Http.Read($"{newer.Path}/transfer")).Ok()["pooled"]!),
        };
        Assert.NotNull(known["agency"]);
        // Each of these would be about the same three people: 10 - 7, and 9 - 6.
        Assert.True(known["first unit"] is null || known["newer"] is null, "The first unit less the newer cohort is three people.");
        Assert.True(known["older"] is null || known["anchor"] is null, "The older cohort less the anchor is three people.");
        Assert.True(known["newer"] is null || known["anchor"] is null, "The agency less both is three people.");
    }

    [Fact]
    public async Task A_week_does_not_show_what_a_unit_hides()
    {
        var (agencyId, supervisor) = await Agency();
        var cohort = await app.Cohort();
        // Eight do the first unit in the first week, and two of them the second; the anchor is done by five a week later.
        var all = await Complete(cohort, agencyId, 8, First);
        foreach (var learner in all.Take(2)) await Complete(learner, Second);
        FlowingClock.Advance(TimeSpan.FromDays(7));
        foreach (var learner in all.Take(5)) await Complete(learner, Anchor);
        FlowingClock.Advance(TimeSpan.FromDays(45));

        var report = (await supervisor.Http.Read($"/v1/agencies/{agencyId}/transfer")).Ok();
        Assert.Equal((15, 8, null, null), (Count(report["pooled"]!), Count(UnitOf(report, First)), Count(UnitOf(report, Second)),
            Count(UnitOf(report, Anchor))));
        // The first week less the first unit is two people's second unit; and so is what the units leave, less the second week.
        Assert.All(report["trend"]!.AsArray(), w => Assert.Equal("fewerThanFiveLearners", (string?)w!["reason"]));
        Assert.Equal([10, 5], (await cohort.Lead.Http.Read($"{cohort.Path}/transfer")).Ok()["trend"]!.AsArray()
            .Select(w => (int)w!["denominator"]!));
    }

    [Fact]
    public async Task Outside_the_programme_eleven_are_the_fewest_whoever_asks()
    {
        // What an admin passes on is weighed over all that the programme has, so it has nothing but this.
        await using var own = new OwnDatabaseApp();
        await own.InitializeAsync();
        await new TransferDisclosureTests(own).TellOutsideOfElevenAtLeast();
    }

    private async Task TellOutsideOfElevenAtLeast()
    {
        var (agencyId, supervisor) = await Agency();
        var cohort = await app.Cohort();
        var learners = await Complete(cohort, agencyId, 12, First);
        foreach (var learner in learners.Take(7)) await Complete(learner, Anchor);
        FlowingClock.Advance(TimeSpan.FromDays(45));
        var path = $"/v1/agencies/{agencyId}/transfer";

        var inside = (await supervisor.Http.Read(path)).Ok();
        Assert.Equal((19, 12, 7), (Count(inside["pooled"]!), Count(UnitOf(inside, First)), Count(UnitOf(inside, Anchor))));
        foreach (var reader in new[] { supervisor, await app.Admin() })
        {
            var outside = (await reader.Http.Read($"{path}?audience=outside")).Ok();
            Assert.Equal((19, null, null), (Count(outside["pooled"]!), Count(UnitOf(outside, First)), Count(UnitOf(outside, Anchor))));
            Assert.Equal("fewerThanElevenLearners", (string)UnitOf(outside, First)["reason"]!);
            Assert.Equal("fewerThanElevenLearners", (string)outside["pooled"]!["sustained"]!["reason"]!);
            Assert.Contains("too few learners", (await reader.Http.Read($"{path}?audience=outside", ("Accept", "image/svg+xml"))).Ok().Body,
                StringComparison.Ordinal);
        }

        (await supervisor.Http.Read($"{path}?audience=everybody")).Expect(HttpStatusCode.UnprocessableEntity);
        var (small, other) = await Agency();
        FlowingClock.Set(FlowingClock.Monday);
        await Complete(await app.Cohort(), small, 10, First);
        FlowingClock.Advance(TimeSpan.FromDays(45));
        Assert.Equal(10, Count((await other.Http.Read($"/v1/agencies/{small}/transfer")).Ok()["pooled"]!));
        Assert.Null(Count((await other.Http.Read($"/v1/agencies/{small}/transfer?audience=outside")).Ok()["pooled"]!));
    }

    [Fact]
    public async Task Four_learners_whom_the_reader_has_invented_do_not_show_the_fifth()
    {
        var (agencyId, supervisor) = await Agency();
        var other = await Member(agencyId);
        var (theirs, elsewhere) = (await app.Cohort(), await app.Cohort());
        await Complete(elsewhere, agencyId, 1, Anchor);
        // They lead a cohort for as long as it takes to enrol whom they like.
        var admin = await app.Admin();
        (await admin.Http.Patch(theirs.Path, new { leads = new[] { supervisor.Id } })).Ok();
        await Complete(theirs with { Lead = supervisor }, agencyId, 4, Anchor);
        var path = $"/v1/agencies/{agencyId}/transfer";
        FlowingClock.Advance(TimeSpan.FromDays(45));

        Assert.Null(Count((await supervisor.Http.Read(path)).Ok()["pooled"]!));
        (await admin.Http.Patch(theirs.Path, new { leads = Array.Empty<Guid>() })).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(45));
        Assert.Null(Count((await supervisor.Http.Read(path)).Ok()["pooled"]!));
        Assert.Null(Count((await supervisor.Http.Read($"{elsewhere.Path}/transfer")).Ok()["pooled"]!));
        Assert.Equal(5, Count((await other.Http.Read(path)).Ok()["pooled"]!));
    }

    [Fact]
    public async Task A_supervisor_who_also_instructs_cannot_take_away_what_they_see_as_staff()
    {
        var (agencyId, supervisor) = await Agency();
        var other = await Member(agencyId);
        var (taught, small) = (await app.Cohort(), await app.Cohort());
        (await (await app.Admin()).Http.Patch(taught.Path, new { instructors = new[] { supervisor.Id } })).Ok();
        await Complete(taught, agencyId, 6, Anchor);
        await Complete(small, agencyId, 2, Anchor);
        FlowingClock.Advance(TimeSpan.FromDays(45));

        var path = $"/v1/agencies/{agencyId}/transfer";
        Assert.Equal(6, Count((await supervisor.Http.Read($"{taught.Path}/transfer")).Ok()["pooled"]!));
        var report = (await supervisor.Http.Read(path)).Ok();
        Assert.Equal((null, null), (Count(report["pooled"]!), Count(UnitOf(report, Anchor))));
        Assert.Null(Count((await supervisor.Http.Read($"{path}?audience=outside")).Ok()["pooled"]!));
        Assert.Equal(8, Count((await other.Http.Read(path)).Ok()["pooled"]!));
    }

    [Fact]
    public async Task Who_teaches_no_longer_takes_away_what_they_saw_as_staff()
    {
        var (agencyId, supervisor) = await Agency();
        var other = await Member(agencyId);
        var (taught, small) = (await app.Cohort(), await app.Cohort());
        var admin = await app.Admin();
        await Complete(taught, agencyId, 4, Anchor);
        (await admin.Http.Patch(taught.Path, new { instructors = new[] { taught.Instructor.Id, supervisor.Id } })).Ok();
        await Complete(small, agencyId, 1, Anchor);
        FlowingClock.Advance(TimeSpan.FromDays(45));
        Assert.Equal(4, Count((await supervisor.Http.Read($"{taught.Path}/transfer")).Ok()["pooled"]!));

        (await admin.Http.Patch(taught.Path, new { instructors = new[] { taught.Instructor.Id } })).Ok();
        var path = $"/v1/agencies/{agencyId}/transfer";
        Assert.Null(Count((await supervisor.Http.Read(path)).Ok()["pooled"]!));
        Assert.Equal(5, Count((await other.Http.Read(path)).Ok()["pooled"]!));
    }

    [Fact]
    public async Task Who_taught_once_is_told_no_more_of_who_came_after_than_who_never_did()
    {
        var (agencyId, supervisor) = await Agency();
        var other = await Member(agencyId);
        var (taught, admin) = (await app.Cohort(), await app.Admin());
        (await admin.Http.Patch(taught.Path, new { instructors = new[] { taught.Instructor.Id, supervisor.Id } })).Ok();
        (await admin.Http.Patch(taught.Path, new { instructors = new[] { taught.Instructor.Id } })).Ok();
        await Complete(taught, agencyId, 1, Anchor);
        FlowingClock.Advance(TimeSpan.FromDays(45));
        foreach (var reader in new[] { supervisor, other })
        {
            var agency = (await reader.Http.Read($"/v1/agencies/{agencyId}/transfer")).Ok()["pooled"]!;
            Assert.Equal((null, "fewerThanFiveLearners"), (Count(agency), (string?)agency["reason"]));
            Assert.Null(Count((await reader.Http.Read($"{taught.Path}/transfer")).Ok()["pooled"]!));
            Assert.Null((await reader.Http.Read($"{taught.Path}/progress")).Ok()["summary"]!["transfer"]!["denominator"]);
        }

        // Who teaches reads each of them by name where that is their work, and is told no other group for it.
        Assert.Equal(1, Count((await taught.Instructor.Http.Read($"{taught.Path}/transfer")).Ok()["pooled"]!));
    }

    [Fact]
    public async Task Who_reads_again_later_does_not_see_one_more_learner()
    {
        var (agencyId, supervisor) = await Agency();
        var (other, third) = (await Member(agencyId), await Member(agencyId));
        var cohort = await app.Cohort();
        var path = $"/v1/agencies/{agencyId}/transfer";
        await Complete(cohort, agencyId, 6, Anchor);
        FlowingClock.Advance(TimeSpan.FromDays(10));
        await Complete(cohort, agencyId, 1, Anchor);
        FlowingClock.Advance(TimeSpan.FromDays(32));
        // Whoever asks for the headers alone has been shown it too: its tag and its length tell of it.
        (await other.Http.Head(path)).Ok();
        Assert.Equal(6, Count((await supervisor.Http.Read(path)).Ok()["pooled"]!));

        FlowingClock.Advance(TimeSpan.FromDays(10));
        var later = (await supervisor.Http.Read(path)).Ok();
        Assert.Equal((6, 6), (Count(later["pooled"]!), Count(UnitOf(later, Anchor))));
        Assert.Equal(6, (int)(await supervisor.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["transfer"]!["denominator"]!);
        Assert.Equal(6, Count((await other.Http.Read(path)).Ok()["pooled"]!));
        Assert.Equal(7, Count((await third.Http.Read(path)).Ok()["pooled"]!));

        // Alone the seventh is never shown; with five more they are.
        FlowingClock.Advance(TimeSpan.FromDays(40));
        Assert.Equal(6, Count((await supervisor.Http.Read(path)).Ok()["pooled"]!));
        await Complete(cohort, agencyId, 5, Anchor);
        FlowingClock.Advance(TimeSpan.FromDays(45));
        later = (await supervisor.Http.Read(path)).Ok();
        Assert.Equal((12, 12), (Count(later["pooled"]!), Count(UnitOf(later, Anchor))));
        Assert.Equal(12, (int)(await supervisor.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["transfer"]!["denominator"]!);
    }

    private async Task<TestPerson> Member(Guid agencyId)
    {
        var person = await app.Person("Sol Supervisor");
        await app.InDb(db =>
        {
            db.Add(new AgencyMember(agencyId, person.Id, AgencyRole.Supervisor));
            return db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        return person;
    }

    private async Task<(Guid Id, TestPerson Supervisor)> Agency()
    {
        var supervisor = await app.Person("Sam Supervisor");
        var agency = Domain.Cohorts.Agency.Create(Given.AgencyName(), FlowingClock.Now.UtcDateTime);
        await app.InDb(async db =>
        {
            db.AddRange(agency, new AgencyMember(agency.Id, supervisor.Id, AgencyRole.Supervisor));
            return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        return (agency.Id, supervisor);
    }

    private async Task<List<TestLearner>> Complete(TestCohort cohort, Guid agencyId, int size, string unit)
    {
        var learners = new List<TestLearner>();
        for (var i = 0; i < size; i++)
        {
            learners.Add(await app.Learner(cohort, agencyId: agencyId));
            await Complete(learners[i], unit);
        }

        return learners;
    }

    private static async Task Complete(TestLearner learner, string unit) =>
        (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();

    private static JsonNode UnitOf(Answer report, string unit) => report["units"]!.AsArray().Single(u => (string)u!["unit"]! == unit)!;

    private static int? Count(JsonNode cell) => (int?)cell["denominator"];

    private static void AssertHidden(JsonNode cell, params string[] parts) =>
        Assert.All(parts, p => Assert.Equal((null, null), ((int?)cell[p]!["numerator"], (int?)cell[p]!["denominator"])));
}
