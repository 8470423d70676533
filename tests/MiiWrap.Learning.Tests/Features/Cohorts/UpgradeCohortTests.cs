using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>A running cohort goes on with a newer version of its curriculum, and its lead sees beforehand what that does.</summary>
[StandingClock]
public sealed class UpgradeCohortTests(LearningApp app)
{
    private readonly string slug = SecondCourse.NewSlug();

    [Fact]
    public async Task What_it_does_is_told_beforehand_and_done_alike()
    {
        var admin = await app.Admin();
        await Publish(admin, "asking", "open-questions", "waiting");
        var cohort = await app.Cohort(curriculum: slug);
        var (done, half, fresh, gone) = (await app.Learner(cohort, "Done"), await app.Learner(cohort, "Half"),
            await app.Learner(cohort, "Fresh"), await app.Learner(cohort, "Gone"));
        foreach (var learner in new[] { done, gone })
            (await learner.Http.Post($"{learner.Unit("open-questions")}/complete", Given.IfThen())).Ok();
        (await done.Http.Post($"{done.Unit("waiting")}/complete", Given.IfThen())).Ok();
        (await half.Http.Post($"{half.Unit("waiting")}/complete", Given.IfThen())).Ok();
        (await half.Http.Post($"{half.Unit("open-questions")}/start")).Ok();
        (await cohort.Lead.Http.Post($"{gone.Journey}/withdraw")).Ok();
        Assert.Equal("completed", (string)(await done.Http.Read(done.Journey)).Ok()["status"]!);
        var asks = await Due(done);
        // The unit on open questions goes, another one comes, and the one that stays is called otherwise.
        await Publish(admin, "asking", "waiting:Waiting longer", "silence");

        var tried = (await cohort.Lead.Http.Post($"{cohort.Path}/upgrade?dryRun=true", new { version = 2 })).Ok();
        Assert.Equal((1, 2), ((int)tried["from"]!, (int)tried["to"]!));
        Assert.Equal("silence", (string)Assert.Single(tried["added"]!.AsArray())!["unit"]!);
        var removed = Assert.Single(tried["removed"]!.AsArray())!;
        Assert.Equal(("open-questions", 1, 2), ((string)removed["unit"]!, (int)removed["started"]!, (int)removed["completed"]!));
        var renamed = Assert.Single(tried["renamed"]!.AsArray())!;
        Assert.Equal(("waiting", "Waiting", "Waiting longer"),
            ((string)renamed["unit"]!, (string)renamed["from"]!, (string)renamed["to"]!));
        Assert.Equal((3, 1, 0, 1), Learners(tried));
        Assert.Equal((6, 2, 0, 0), Nudges(tried));
        Assert.Empty(tried["modules"]!.AsArray());
        Assert.Equal((1, "completed"), await Version(done));

        Assert.Equal(tried.Body, (await cohort.Lead.Http.Post($"{cohort.Path}/upgrade", new { version = 2 })).Ok().Body);
        Assert.Equal((2, "active"), await Version(done));
        Assert.Equal([(1, 2), (1, 2), (0, 2)], await Progress(done, half, fresh));
        Assert.Equal(asks, await Due(done));
        var summary = (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!;
        Assert.Equal((0, 33), ((int)summary["completed"]!, (int)summary["completionPercent"]!));
        Assert.Equal(2, (int)(await admin.Http.Read(cohort.Path)).Ok()["version"]!);
        var told = (await app.EventsOf(cohort.Id)).Single(e => e.Type == "cohort.upgraded").Data;
        Assert.Equal((1, 2), ((int)told["from"]!, (int)told["to"]!));

        // Again it does nothing, and who comes back is counted by the new version too.
        var again = (await cohort.Lead.Http.Post($"{cohort.Path}/upgrade", new { version = 2 })).Ok();
        Assert.Equal((3, 0, 0, 0), Learners(again));
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new
        {
            learners = new[] { new { email = gone.Email, name = gone.Name, timeZone = Given.Zone } },
        })).Ok();
        Assert.Equal([(0, 2)], await Progress(gone));
        (await done.Http.Post($"{done.Unit("silence")}/complete", Given.IfThen())).Ok();
        Assert.Equal((2, "completed"), await Version(done));
    }

    [Fact]
    public async Task Who_has_done_all_that_is_left_is_done()
    {
        var admin = await app.Admin();
        await Publish(admin, "asking", "open-questions", "waiting");
        var cohort = await app.Cohort(curriculum: slug);
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit("waiting")}/complete", Given.IfThen())).Ok();
        await Publish(admin, "asking", "waiting");
        Assert.Equal((1, 1, 1, 0), Learners((await cohort.Lead.Http.Post($"{cohort.Path}/upgrade", new { version = 2 })).Ok()));
        Assert.Equal((2, "completed"), await Version(learner));
        Assert.Contains(await app.EventsOf(learner.EnrolmentId), e => e.Type == "enrolment.completed");
    }

    [Fact]
    public async Task Work_on_a_unit_that_goes_stays_with_those_who_did_it()
    {
        var admin = await app.Admin();
        await Publish(admin, "asking", "open-questions", "waiting");
        var cohort = await app.Cohort(curriculum: slug);
        var (learner, other) = (await app.Learner(cohort), await app.Learner(cohort));
        (await learner.Http.Post($"{learner.Unit("open-questions")}/complete", Given.IfThen())).Ok();
        var revision = await learner.HandIn("open-questions");
        (await other.Http.Post($"{other.Unit("open-questions")}/start")).Ok();
        var late = await app.Learner(cohort);
        await Publish(admin, "asking", "waiting");
        (await cohort.Lead.Http.Post($"{cohort.Path}/upgrade", new { version = 2 })).Ok();

        Assert.Equal("Unit open-questions", (string)(await learner.Http.Read(learner.Unit("open-questions"))).Ok()["title"]!);
        (await learner.Http.Post($"{learner.Unit("open-questions")}/complete", Given.IfThen())).Ok();
        (await other.Http.Read(other.Unit("open-questions"))).Ok();
        (await other.Http.Post($"{other.Unit("open-questions")}/complete", Given.IfThen())).Expect(HttpStatusCode.NotFound, "unit.notFound");
        (await late.Http.Read(late.Unit("open-questions"))).Expect(HttpStatusCode.NotFound, "unit.notFound");
        // What was handed in is read, and counts for nothing that is left.
        (await cohort.Instructor.Review(revision, new { decision = "accept" })).Ok();
        Assert.Equal("accepted", (string)(await learner.GetReflection("open-questions"))["status"]!);
        Assert.NotEmpty((await learner.Http.Read($"{learner.Reflection("open-questions")}/access-log")).Ok()["items"]!.AsArray());
        var item = (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["items"]!.AsArray()
            .Single(i => (Guid)i!["enrolmentId"]! == learner.EnrolmentId)!;
        Assert.Equal((0, 1, 0, 1), ((int)item["unitsCompleted"]!, (int)item["unitsTotal"]!, (int)item["reflectionsAccepted"]!,
            (int)item["reflectionsTotal"]!));
        // Its transfer is counted by the version in which it was learned.
        FlowingClock.Set(FlowingClock.Monday.AddDays(40));
        var report = (await cohort.Lead.Http.Read($"{cohort.Path}/transfer")).Ok();
        Assert.Equal(1, (int)report["pooled"]!["denominator"]!);
        Assert.Equal([("waiting", 2, 0), ("open-questions", 1, 1)],
            report["units"]!.AsArray().Select(u => ((string)u!["unit"]!, (int)u["version"]!, (int)u["denominator"]!)));
    }

    [Fact]
    public async Task Modules_that_open_otherwise_are_told_with_how_many_they_open_to()
    {
        var admin = await app.Admin();
        await Publish(admin, "asking", "open-questions", "waiting");
        var cohort = await app.Cohort("paced", curriculum: slug);
        var learner = await app.Learner(cohort);
        await Publish(admin, "asking", "open-questions", "| pausing", "waiting");
        var upgrade = (await cohort.Lead.Http.Post($"{cohort.Path}/upgrade?dryRun=true", new { version = 2 })).Ok();
        var pausing = Assert.Single(upgrade["modules"]!.AsArray())!;
        Assert.Equal(("pausing", null, "2027-02-15", 0, 0), ((string)pausing["module"]!, (string?)pausing["from"], (string)pausing["to"]!,
            (int)pausing["opened"]!, (int)pausing["locked"]!));
        Assert.Equal("waiting", (string)Assert.Single(upgrade["moved"]!.AsArray())!["unit"]!);

        // A fortnight later it is open at once.
        FlowingClock.Advance(TimeSpan.FromDays(14));
        upgrade = (await cohort.Lead.Http.Post($"{cohort.Path}/upgrade", new { version = 2 })).Ok();
        Assert.Equal((1, 0), ((int)upgrade["modules"]![0]!["opened"]!, (int)upgrade["modules"]![0]!["locked"]!));
        Assert.Equal(2, (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray().Count);
    }

    [Fact]
    public async Task It_goes_to_newer_versions_alone_and_not_in_a_closed_cohort()
    {
        var admin = await app.Admin();
        await Publish(admin, "asking", "open-questions", "waiting");
        var old = await app.Cohort(curriculum: slug);
        await Publish(admin, "asking", "waiting");
        var cohort = await app.Cohort(curriculum: slug);
        (await cohort.Lead.Http.Post($"{cohort.Path}/upgrade", new { version = 1 }))
            .Expect(HttpStatusCode.UnprocessableEntity, "cohort.version.older");
        (await cohort.Lead.Http.Post($"{cohort.Path}/upgrade", new { version = 3 }))
            .Expect(HttpStatusCode.UnprocessableEntity, "curriculum.unknown");
        (await cohort.Lead.Http.Post($"{cohort.Path}/upgrade", new { })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await old.Lead.Http.Post($"{old.Path}/close")).Ok();
        (await old.Lead.Http.Post($"{old.Path}/upgrade?dryRun=true", new { version = 2 }))
            .Expect(HttpStatusCode.Conflict, "cohort.closed");
    }

    /// <summary>A version of these units, each perhaps with a title; what follows a bar is a module of the weeks after.</summary>
    private async Task Publish(TestPerson admin, string module, params string[] units)
    {
        using var content = SecondCourse.Of(slug);
        foreach (var folder in new[] { "units", "images", "materials" }) Directory.Delete(content.PathOf($"{slug}/{folder}"), recursive: true);
        var outline = $"slug: {slug}\ntitle: Small steps\nsummary: Units about asking.\nmodules:\n{Module(module, 1)}";
        foreach (var unit in units)
        {
            if (unit.StartsWith("| ", StringComparison.Ordinal))
            {
                outline += Module(unit[2..], 3);
                continue;
            }

            var (name, title) = unit.Split(':') is [var own, var given] ? (own, given) : (unit, $"Unit {unit}");
            if (name == "waiting" && title == "Unit waiting") title = "Waiting";
            outline += $"      - {name}\n";
            content.Write($"{slug}/units/{name}.md", SecondCourse.Unit(title, "standard", $"## About it\n\nThis is {name}.\n"));
        }

        content.Write($"{slug}/curriculum.yml", outline);
        (await admin.Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(content))).Expect(HttpStatusCode.Created);

        static string Module(string name, int week) =>
            $"  - slug: {name}\n    title: Module {name}\n    weeks: {week}-{week + 1}\n    units:\n";
    }

    private static async Task<(int, string)> Version(TestLearner learner)
    {
        var journey = (await learner.Http.Read(learner.Journey)).Ok();
        return ((int)journey["version"]!, (string)journey["status"]!);
    }

    private static async Task<List<(int, int)>> Progress(params TestLearner[] learners)
    {
        var all = new List<(int, int)>();
        foreach (var learner in learners)
        {
            var progress = (await learner.Http.Read(learner.Journey)).Ok()["progress"]!;
            all.Add(((int)progress["unitsCompleted"]!, (int)progress["unitsTotal"]!));
        }

        return all;
    }

    private static (int, int, int, int) Learners(Answer upgrade)
    {
        var learners = upgrade["learners"]!;
        return ((int)learners["all"]!, (int)learners["affected"]!, (int)learners["completed"]!, (int)learners["reopened"]!);
    }

    private static (int, int, int, int) Nudges(Answer upgrade)
    {
        var nudges = upgrade["nudges"]!;
        return ((int)nudges["kept"]!, (int)nudges["ofRemovedUnits"]!, (int)nudges["replanned"]!, (int)nudges["cancelled"]!);
    }

    private static async Task<List<(string, string)>> Due(TestLearner learner) =>
        [.. (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray().Select(n => ((string)n!["id"]!, (string)n["dueAt"]!))];
}
