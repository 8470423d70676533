using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>Who teaches and leads a cohort, and how a lead changes it.</summary>
[StandingClock]
public sealed class ChangeCohortTests(LearningApp app)
{
    [Fact]
    public async Task A_lead_renames_the_cohort_changes_its_gate_and_appoints_people()
    {
        var cohort = await app.Cohort();
        var second = await app.Person("Sol Second");
        var before = (await cohort.Lead.Http.Read(cohort.Path)).Ok();
        var changed =
            (await cohort.Lead.Http
                .Patch(cohort.Path, new { name = "Renamed", gate = "sequential", instructors = new[] { cohort.Instructor.Id, second.Id } }))
                .Ok();
        Assert.Equal(("Renamed", "sequential"), ((string)changed["name"]!, (string)changed["gate"]!));
        Assert.Equal([cohort.Instructor.Id, second.Id], changed["instructors"]!.AsArray().Select(i => (Guid)i!["id"]!));
        Assert.Equal([cohort.Lead.Id], changed["leads"]!.AsArray().Select(i => (Guid)i!["id"]!));
        Assert.NotEqual(before.ETag, changed.ETag);
        Assert.Equal(changed.ETag, (await second.Http.Read(cohort.Path)).Ok().ETag);

        // What is not sent stays; who is not named any more goes.
        changed = (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { second.Id } })).Ok();
        Assert.Equal("Renamed", (string)changed["name"]!);
        (await cohort.Instructor.Http.Read(cohort.Path)).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Only_people_who_are_here_can_be_appointed_and_only_by_a_lead()
    {
        var cohort = await app.Cohort();
        (await cohort.Lead.Http.Patch(cohort.Path, new { leads = new[] { cohort.Lead.Id, Guid.NewGuid() } }))
            .Expect(HttpStatusCode.UnprocessableEntity, "person.unknown");
        (await cohort.Lead.Http.Patch(cohort.Path, new { leads = Array.Empty<Guid>() }))
            .Expect(HttpStatusCode.UnprocessableEntity, "cohort.leads.required");
        (await cohort.Lead.Http.Patch(cohort.Path, new { name = "Two\nlines" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await cohort.Lead.Http.Patch(cohort.Path, new { gate = "ajar" })).Expect(HttpStatusCode.UnprocessableEntity);
        (await cohort.Instructor.Http.Patch(cohort.Path, new { leads = new[] { cohort.Instructor.Id } }))
            .Expect(HttpStatusCode.Forbidden, "role.required");
        (await (await app.Person()).Http.Patch(cohort.Path, new { name = "Mine" })).Expect(HttpStatusCode.NotFound, "cohort.notFound");
        var admin = await app.Admin();
        Assert.Empty((await admin.Http.Patch(cohort.Path, new { leads = Array.Empty<Guid>() })).Ok()["leads"]!.AsArray());
    }

    [Theory]
    [InlineData("startsOn", "2034-03-06")]
    [InlineData("timeZone", "America/Denver")]
    [InlineData("StartsOn", "never")]
    [InlineData("curriculum", "another-course")]
    [InlineData("version", 2)]
    public async Task What_a_change_cannot_change_is_refused_and_the_way_is_named(string field, object value)
    {
        var cohort = await app.Cohort();
        var before = (await cohort.Lead.Http.Read(cohort.Path)).Ok();
        var refused = (await cohort.Lead.Http.Patch(cohort.Path, new Dictionary<string, object> { ["name"] = "Renamed", [field] = value }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        var said = (string)Assert.Single(Assert.Single(refused["errors"]!.AsObject()).Value!.AsArray())!;
        Assert.Equal(char.ToLowerInvariant(field[0]) + field[1..], refused["errors"]!.AsObject().Single().Key);
        if (field is "startsOn" or "StartsOn" or "timeZone") Assert.Contains("/reschedule", said, StringComparison.Ordinal);
        Assert.Equal(before.Body, (await cohort.Lead.Http.Read(cohort.Path)).Ok().Body);
    }

    [Fact]
    public async Task What_is_not_sent_may_be_null_and_what_nobody_knows_is_ignored()
    {
        var cohort = await app.Cohort();
        var changed = (await cohort.Lead.Http.Patch(cohort.Path, new { startsOn = (string?)null, favouriteColour = "green" })).Ok();
        Assert.Equal((await cohort.Lead.Http.Read(cohort.Path)).Ok().Body, changed.Body);
    }

    [Fact]
    public async Task Appointments_at_once_are_never_an_error()
    {
        var cohort = await app.Cohort();
        var people = new List<TestPerson>();
        for (var i = 0; i < 4; i++) people.Add(await app.Person($"Person {i}"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(i => cohort.Lead.Http.Patch(cohort.Path, new { instructors = people.Take(1 + (i % 4)).Select(p => p.Id) })));
        Assert.All(answers, a => a.Ok());
        Assert.InRange((await cohort.Lead.Http.Read(cohort.Path)).Ok()["instructors"]!.AsArray().Count, 1, 4);
    }

    [Fact]
    public async Task A_lead_opens_a_module_to_one_learner_before_its_time_and_says_why()
    {
        var cohort = await app.Cohort("sequential");
        var (early, other) = (await app.Learner(cohort, "Early"), await app.Learner(cohort, "Other"));
        const string Unit = "2.4-watching-voice-and-power";
        (await early.Http.Post($"{early.Unit(Unit)}/start")).Expect(HttpStatusCode.Forbidden, "unit.locked");

        var path = $"{early.Journey}/modules/{Given.SecondModule}/open";
        (await cohort.Lead.Http.Post(path, new { })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        var opened = (await cohort.Lead.Http.Post(path, new { reason = "Back from leave" })).Ok();
        Assert.Equal(("Back from leave", cohort.Lead.Id), ((string)opened["reason"]!, (Guid)opened["openedBy"]!));
        FlowingClock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(opened.Body, (await cohort.Lead.Http.Post(path, new { reason = "Another reason" })).Ok().Body);

        var modules = (await early.Http.Read(early.Journey)).Ok()["modules"]!.AsArray();
        Assert.Equal(["open", "open", "locked"], modules.Take(3).Select(m => (string)m!["state"]!));
        (await early.Http.Read(early.Unit(Unit))).Ok();
        (await early.Http.Post($"{early.Unit(Unit)}/start")).Ok();
        (await other.Http.Post($"{other.Unit(Unit)}/start")).Expect(HttpStatusCode.Forbidden, "unit.locked");

        (await cohort.Lead.Http.Post($"{early.Journey}/modules/no-such-module/open", new { reason = "Why" }))
            .Expect(HttpStatusCode.NotFound, "module.notFound");
        (await early.Http.Post(path, new { reason = "I want to" })).Expect(HttpStatusCode.Forbidden, "role.required");
        (await other.Http.Post(path, new { reason = "For a friend" })).Expect(HttpStatusCode.NotFound, "enrolment.notFound");
    }

    [Fact]
    public async Task The_next_thing_to_do_lies_in_an_opened_module_too()
    {
        var cohort = await app.Cohort("paced");
        var learner = await app.Learner(cohort);
        foreach (var unit in new[] { "0.1-before-you-write", "1.1-why-good-training-fades", "1.2-coach-supervisor-trainer",
            "1.3-guide-dont-fix",
            "1.4-coaching-agreement" })
            (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
        Assert.Equal("reflection", (string)(await learner.Http.Read("/v1/me/next")).Ok()["next"]!["kind"]!);
        (await cohort.Lead.Http.Post($"{learner.Journey}/modules/{Given.SecondModule}/open", new { reason = "Ahead of the others" })).Ok();
        Assert.EndsWith("/units/2.1-preparing-to-observe", (string)(await learner.Http.Read("/v1/me/next")).Ok()["next"]!["href"]!,
            StringComparison.Ordinal);
    }
}
