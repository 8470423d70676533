using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.ActionItems;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.ActionItems;

/// <summary>A step is proposed or set out on, agreed by its owner, told of by both, and closed by who coaches.</summary>
[StandingClock(YearsLater = true)]
public sealed class ActionItemTests(LearningApp app)
{
    private const string Path = "/v1/action-items";
    private const string Unit = ReflectionSteps.Anchor;

    [Theory]
    [InlineData(null, "2034-03-09")]
    [InlineData("2034-03-08", "2034-03-09")]
    [InlineData("2034-03-09", "2034-03-09")]
    [InlineData("2034-03-07", null)]
    public async Task What_was_done_after_the_agreement_counts_by_the_day_of_who_says_so(string? occurredOn, string? counted)
    {
        // Eight in the evening of the eighth in Honolulu; the cohort's ninth has begun.
        FlowingClock.Set(new(2034, 3, 9, 6, 0, 0, TimeSpan.Zero));
        var learner = await app.Learner(await app.Cohort(), zone: "Pacific/Honolulu");
        var path = (await learner.Http.Post(Path, CoachingSteps.Step(learner.EnrolmentId))).Expect(HttpStatusCode.Created)
            .Headers["Location"];
        FlowingClock.Advance(TimeSpan.FromMinutes(5));
        var answer = await learner.Http.Post($"{path}/evidence", new { level = "applied", occurredOn });
        if (counted is null) answer.Expect(HttpStatusCode.UnprocessableEntity, "action.occurredOn.outside");
        else Assert.Equal(counted, (string)answer.Ok()["evidence"]![0]!["occurredOn"]!);
    }

    [Fact]
    public async Task Who_was_moved_to_a_cohort_in_the_west_after_the_agreement_tells_of_it_without_a_day()
    {
        FlowingClock.Set(new(2034, 3, 9, 6, 0, 0, TimeSpan.Zero));
        var (cohort, west, admin) = (await app.Cohort(), await app.Cohort(zone: "Pacific/Honolulu"), await app.Admin());
        (await admin.Http.Patch(west.Path, new { leads = new[] { west.Lead.Id, cohort.Lead.Id } })).Ok();
        var learner = await app.Learner(cohort, zone: "Pacific/Honolulu");
        var path = (await learner.Http.Post(Path, CoachingSteps.Step(learner.EnrolmentId))).Expect(HttpStatusCode.Created)
            .Headers["Location"];
        (await cohort.Lead.Http.Post($"{learner.Journey}/move", new { cohortId = west.Id })).Ok();
        FlowingClock.Advance(TimeSpan.FromMinutes(5));
        var told = (await learner.Http.Post($"{path}/evidence", new { level = "applied" })).Ok();
        Assert.Equal("2034-03-09", (string)told["evidence"]![0]!["occurredOn"]!);
    }

    [Theory]
    [InlineData("America/Chicago", null)]
    [InlineData("Pacific/Honolulu", "2034-03-08")]
    public async Task What_a_coach_saw_on_the_day_of_the_unit_counts_for_it_wherever_its_owner_lives(string coachsZone, string? occurredOn)
    {
        // Half past seven in the evening of the eighth in Chicago; in Kiritimati the ninth has begun.
        FlowingClock.Set(new(2034, 3, 9, 1, 30, 0, TimeSpan.Zero));
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort, zone: "Pacific/Kiritimati"), cohort.Instructor.Http);
        (await coach.Patch("/v1/me/preferences", new { timeZone = coachsZone }, ("If-Match", "*"))).Ok();
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
        var path = (await coach.Post(Path, CoachingSteps.Step(learner.EnrolmentId, learner.Id, unit: Unit)))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        (await learner.Http.Post($"{path}/agree", new { })).Ok();
        (await coach.Post($"{path}/evidence", new { level = "applied", occurredOn })).Ok();
        (await coach.Post($"{path}/close", new { outcome = "kept", countsForUnit = true })).Ok();
        var seen = await app.InDb(db => db.Opportunities.Where(o => o.EnrolmentId == learner.EnrolmentId)
            .Select(o => new { o.Verified30, Days = o.Evidence.Select(e => e.OccurredOn).ToList() }).SingleAsync());
        Assert.Equal((true, "2034-03-09"), (seen.Verified30, $"{Assert.Single(seen.Days):yyyy-MM-dd}"));
    }

    [Fact]
    public async Task What_a_coach_writes_down_is_agreed_by_its_owner_alone_who_may_reword_it()
    {
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor.Http);
        var session = await coach.Log(CoachingSteps.Part(learner.Id));
        var proposed = (await coach.Post(Path, CoachingSteps.Step(learner.EnrolmentId, learner.Id, sessionId: session)))
            .Expect(HttpStatusCode.Created);
        var path = proposed.Headers["Location"];
        Assert.Equal(("proposed", learner.Name, cohort.Instructor.Name, 0),
            ((string)proposed["state"]!, (string)proposed["owner"]!["name"]!, (string)proposed["coach"]!["name"]!,
                proposed["nudges"]!.AsArray().Count));
        var next = (await learner.Http.Read("/v1/me/next")).Ok();
        Assert.Equal(("commitment", path), ((string)next["next"]!["kind"]!, (string)next["next"]!["href"]!));
        Assert.Equal("proposed", (string)next["commitments"]![0]!["state"]!);

        (await coach.Post($"{path}/agree", new { })).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        (await coach.Post($"{path}/evidence", new { level = "applied" })).Expect(HttpStatusCode.Conflict, "action.state");
        (await coach.Post($"{path}/close", new { outcome = "kept" })).Expect(HttpStatusCode.Conflict, "action.state");
        (await learner.Http.Patch(path, new { sign = "They talk first" })).Expect((HttpStatusCode)428, "precondition.required");
        var changed = (await coach.Patch(path, new { sign = "They talk first" }, ("If-Match", proposed.ETag!))).Ok();
        (await learner.Http.Patch(path, new { sign = "Mine" }, ("If-Match", proposed.ETag!)))
            .Expect(HttpStatusCode.PreconditionFailed, "action.stale");

        var agreed = (await learner.Http.Post($"{path}/agree",
            new { ifThen = new { cue = "somebody asks me what to do", action = "I will wait and ask back" } })).Ok();
        Assert.Equal(("agreed", "I will wait and ask back", "They talk first", 3),
            ((string)agreed["state"]!, (string)agreed["ifThen"]!["action"]!, (string)agreed["sign"]!, agreed["nudges"]!.AsArray().Count));
        (await coach.Patch(path, new { sign = "No" }, ("If-Match", agreed.ETag!))).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        var filtered = await coach.Read($"{Path}?session={session}&state=agreed&owner={learner.Id}&coach={cohort.Instructor.Id}");
        Assert.Single(filtered.Ok()["items"]!.AsArray());
        Assert.NotEqual(changed.ETag, agreed.ETag);
    }

    [Fact]
    public async Task Evidence_is_whose_word_it_is_and_what_was_kept_is_final()
    {
        var (cohort, learner, path) = await Agreed();
        var coach = cohort.Instructor.Http;
        (await coach.Post($"{path}/close", new { outcome = "kept" })).Expect(HttpStatusCode.UnprocessableEntity, "action.evidence.none");
        (await learner.Http.Post($"{path}/evidence", new { level = "applied", note = "I waited." })).Ok();
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await coach.Post($"{path}/evidence", new { level = "partly" })).Ok();
        var told = (await learner.Http.Read(path)).Ok()["evidence"]!.AsArray();
        Assert.Equal([("selfReport", "applied", "I waited."), ("observed", "partly", null)],
            told.Select(e => ((string)e!["source"]!, (string)e["level"]!, (string?)e["note"])));
        var desk = (await coach.Read("/v1/me/coaching")).Ok();
        Assert.Equal(path, $"{Path}/{(Guid)desk["awaitingClose"]![0]!["id"]!}");
        Assert.Equal(("close", path), await NextOf(coach));

        (await learner.Http.Post($"{path}/close", new { outcome = "kept" })).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        var closed = (await coach.Post($"{path}/close", new { outcome = "kept" })).Ok();
        Assert.Equal(("closed", "kept"), ((string)closed["state"]!, (string)closed["outcome"]!));
        foreach (var again in new[] { "kept", "dropped" })
            (await coach.Post($"{path}/close", new { outcome = again })).Expect(HttpStatusCode.Conflict, "action.closed");
        (await learner.Http.Post($"{path}/evidence", new { level = "applied" })).Expect(HttpStatusCode.Conflict, "action.closed");
        (await learner.Http.Patch(path, new { sign = "More" }, ("If-Match", "*"))).Expect(HttpStatusCode.Conflict, "action.closed");
        Assert.Equal(["action.agreed", "action.closed"],
            (await app.EventsOf(Guid.Parse(path[(Path.Length + 1)..]))).Select(e => e.Type));
    }

    [Fact]
    public async Task Three_are_agreed_at_a_time_with_one_coach()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (await cohort.LetCoach(cohort.Instructor.Id, learner.Id)).Expect(HttpStatusCode.Created);
        for (var i = 0; i < 3; i++) (await learner.Http.Post(Path, CoachingSteps.Step(learner.EnrolmentId))).Expect(HttpStatusCode.Created);
        (await learner.Http.Post(Path, CoachingSteps.Step(learner.EnrolmentId))).Expect(HttpStatusCode.Conflict, "action.tooMany");
        var proposed = (await cohort.Instructor.Http.Post(Path, CoachingSteps.Step(learner.EnrolmentId, learner.Id)))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        (await learner.Http.Post($"{proposed}/agree", new { })).Expect(HttpStatusCode.Conflict, "action.tooMany");
        var items = (await learner.Http.Read($"{Path}?state=agreed")).Ok()["items"]!.AsArray();
        Assert.Equal(3, items.Count);
        (await learner.Http.Post($"{Path}/{(Guid)items[0]!["id"]!}/close", new { outcome = "dropped" })).Ok();
        (await learner.Http.Post($"{proposed}/agree", new { })).Ok();
        // With nobody else either: with another coach there is room again.
        (await cohort.Lead.Http.Post(Path, CoachingSteps.Step(learner.EnrolmentId, learner.Id))).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Of_six_agreements_at_once_three_are_made()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var paths = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            paths.Add((await cohort.Instructor.Http.Post(Path, CoachingSteps.Step(learner.EnrolmentId, learner.Id)))
                .Expect(HttpStatusCode.Created).Headers["Location"]);
        }

        // Without keys, which would send them one after the other.
        var answers = await Task.WhenAll(paths.Select(p => learner.Http.Call(HttpMethod.Post, $"{p}/agree", new StringContent(
            "{}", System.Text.Encoding.UTF8, "application/json"))));
        Assert.Equal(3, answers.Count(a => a.Status == HttpStatusCode.OK));
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => a.Expect(HttpStatusCode.Conflict, "action.tooMany"));
        Assert.Equal(3, (await learner.Http.Read($"{Path}?state=agreed")).Ok()["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Its_tag_tells_of_all_that_is_shown()
    {
        var (cohort, learner, path) = await Agreed();
        async Task<string> Tag() => (await learner.Http.Read(path)).Ok().ETag!;
        var tags = new List<string> { await Tag() };
        (await cohort.Instructor.Http.Post($"{path}/evidence", new { level = "partly" })).Ok();
        tags.Add(await Tag());
        await app.InDb(async db =>
        {
            var id = Guid.Parse(path[^36..]);
            foreach (var nudge in await db.Nudges.Where(n => n.ActionItemId == id).ToListAsync(TestContext.Current.CancellationToken))
                nudge.Skip("superseded");
            return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        tags.Add(await Tag());
        Assert.Equal(3, tags.Distinct().Count());
        (await learner.Http.Patch(path, new { sign = "More" }, ("If-Match", tags[1]))).Expect(HttpStatusCode.PreconditionFailed, "action.stale");
        (await learner.Http.Patch(path, new { sign = "More" }, ("If-Match", tags[2]))).Ok();
    }

    [Fact]
    public async Task Evidence_that_meets_a_close_is_told_before_it_or_refused()
    {
        var (cohort, learner, path) = await Agreed();
        (await learner.Http.Post($"{path}/evidence", new { level = "applied" })).Ok();
        var id = Guid.Parse(path[^36..]);
        await app.InDb(async db =>
        {
            var item = await db.ActionItems.Include(i => i.Evidence).SingleAsync(i => i.Id == id, TestContext.Current.CancellationToken);
            item.Record(Domain.Transfer.TransferLevel.Partly, Domain.Coaching.ActionEvidenceSource.SelfReport, item.DueOn, null, learner.Id,
                FlowingClock.Now.UtcDateTime);
            (await cohort.Instructor.Http.Post($"{path}/close", new { outcome = "kept" })).Ok();
            await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => db.SaveChangesAsync(TestContext.Current.CancellationToken));
            return 0;
        });
        Assert.Single((await learner.Http.Read(path)).Ok()["evidence"]!.AsArray());
    }

    [Fact]
    public async Task A_merge_patch_changes_within_a_plan_and_clears_what_may_be_none()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var planned = $"{FlowingClock.Now.AddDays(5):yyyy-MM-dd}";
        var path = (await learner.Http.Post(Path, CoachingSteps.Step(learner.EnrolmentId, plannedFor: planned)))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        async Task<string> Patch(string body, string type = "application/merge-patch+json")
        {
            var changed = (await learner.Http.Call(HttpMethod.Patch, path,
                new StringContent(body, System.Text.Encoding.UTF8, type), ("If-Match", "*"))).Ok();
            var plan = changed["ifThen"]!;
            return $"{(string)plan["cue"]!} | {(string)plan["action"]!} | {(string?)plan["plannedFor"]} | {(string?)changed["competency"]}";
        }

        const string Asks = "I will ask what they have tried";
        var later = $"{FlowingClock.Now.AddDays(6):yyyy-MM-dd}";
        Assert.Equal($"they bring me a problem | {Asks} | {later} | tpo-1/family-voice",
            await Patch($$"""{"ifThen":{"plannedFor":"{{later}}"},"competency":"tpo-1/family-voice"}"""));
        Assert.Equal($"they call me | {Asks} | {later} | tpo-1/family-voice",
            await Patch("""{"ifThen":{"cue":"they call me"}}""", "application/json"));
        Assert.Equal($"they call me | {Asks} |  | ", await Patch("""{"ifThen":{"plannedFor":null},"competency":null}"""));
        (await learner.Http.Call(HttpMethod.Patch, path, new StringContent("""{"ifThen":{"cue":null}}""", System.Text.Encoding.UTF8,
            "application/merge-patch+json"), ("If-Match", "*"))).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
    }

    [Fact]
    public async Task A_programme_admin_who_has_opened_a_session_reads_the_steps_that_come_from_it_and_both_sides_see_that_they_did()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var (learner, admin, tied) = (await app.Learner(cohort, agencyId: agency), await app.Admin(), await app.Admin());
        var coach = cohort.Instructor.Http;
        var session = await coach.Log(CoachingSteps.Part(learner.Id));
        async Task<string> Add(Guid? from) =>
            (await coach.Post(Path, CoachingSteps.Step(learner.EnrolmentId, learner.Id, sessionId: from))).Expect(HttpStatusCode.Created)
            .Headers["Location"];
        var (item, other) = (await Add(session), await Add(null));
        var list = $"{Path}?session={session}";
        (await admin.Http.Read(item)).Expect(HttpStatusCode.NotFound, "action.notFound");
        Assert.Empty((await admin.Http.Read(list)).Ok()["items"]!.AsArray());

        foreach (var one in new[] { admin, tied })
            (await one.Http.Post($"{CoachingSteps.Session(session)}/break-glass", new { reason = "A family asked us to look.", hours = 1 }))
                .Ok();
        // What was opened before does not stay open to who comes to belong to the owner's agency.
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{tied.Id}", new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        (await tied.Http.Read(item)).Expect(HttpStatusCode.NotFound, "action.notFound");
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        var read = (await admin.Http.Read(item)).Ok();
        Assert.Equal("I will ask what they have tried", (string)read["ifThen"]!["action"]!);
        (await admin.Http.Head(item)).Ok();
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((Guid)read["id"]!, (Guid)Assert.Single((await admin.Http.Read(Path)).Ok()["items"]!.AsArray())!["id"]!);
        (await admin.Http.Read(other)).Expect(HttpStatusCode.NotFound, "action.notFound");
        // Reading is all that it opens.
        (await admin.Http.Post($"{item}/evidence", new { level = "applied" })).Expect(HttpStatusCode.NotFound, "action.notFound");
        (await admin.Http.Patch(item, new { sign = "Mine" }, ("If-Match", read.ETag!))).Expect(HttpStatusCode.NotFound, "action.notFound");
        FlowingClock.Advance(TimeSpan.FromHours(1));
        (await admin.Http.Read(item)).Expect(HttpStatusCode.NotFound, "action.notFound");

        foreach (var side in new[] { coach, learner.Http })
        {
            var lines = (await side.Read($"{CoachingSteps.Session(session)}/access-log")).Ok()["items"]!.AsArray()
                .Where(l => (string)l!["what"]! == "readPlan");
            Assert.Equal(["programAdmin A family asked us to look.", "programAdmin A family asked us to look."],
                lines.Select(l => $"{(string)l!["role"]!} {(string)l["reason"]!}"));
        }
    }

    [Fact]
    public async Task A_proposal_lapses_after_a_fortnight()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var path = (await cohort.Instructor.Http.Post(Path, CoachingSteps.Step(learner.EnrolmentId, learner.Id, dueInDays: 60)))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        FlowingClock.Advance(TimeSpan.FromDays(14));
        await app.Send(new LapseActionItems());
        Assert.Equal("proposed", (string)(await learner.Http.Read(path)).Ok()["state"]!);
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        await app.Send(new LapseActionItems());
        Assert.Equal("lapsed", (string)(await learner.Http.Read(path)).Ok()["state"]!);
        (await learner.Http.Post($"{path}/agree", new { })).Expect(HttpStatusCode.Conflict, "action.state");
    }

    [Fact]
    public async Task Where_nobody_coaches_the_owner_closes()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var own = (await learner.Http.Post(Path, CoachingSteps.Step(learner.EnrolmentId))).Expect(HttpStatusCode.Created);
        Assert.Null(own["coach"]);
        var path = own.Headers["Location"];
        (await cohort.Instructor.Http.Read(path)).Expect(HttpStatusCode.NotFound, "action.notFound");
        (await learner.Http.Post($"{path}/evidence", new { level = "partly" })).Ok();
        (await learner.Http.Post($"{path}/close", new { outcome = "kept", countsForUnit = true }))
            .Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        (await learner.Http.Post($"{path}/close", new { outcome = "partlyKept" })).Ok();
    }

    [Fact]
    public async Task Another_coach_reads_what_the_coachee_shares_and_a_former_one_nothing()
    {
        var (cohort, learner, path) = await Agreed();
        var other = await app.Person("Olga Other");
        (await other.Http.Read(path)).Expect(HttpStatusCode.NotFound);
        var relationship = (await cohort.LetCoach(other.Id, learner.Id)).Expect(HttpStatusCode.Created);
        (await other.Http.Read(path)).Ok();
        Assert.Equal(1, (int)(await other.Http.Read("/v1/me/coaching")).Ok()["coachees"]![0]!["openItems"]!);
        var shared = relationship.Headers["Location"];
        (await learner.Http.Patch(shared, new { shares = new { answers = false } }, ("If-Match", "*"))).Ok();
        (await other.Http.Read(path)).Expect(HttpStatusCode.NotFound, "action.notFound");
        Assert.Empty((await other.Http.Read(Path)).Ok()["items"]!.AsArray());
        (await learner.Http.Patch(shared, new { shares = new { answers = true } }, ("If-Match", "*"))).Ok();
        (await other.Http.Post($"{path}/evidence", new { level = "applied" })).Ok();
        (await cohort.Lead.Http.Post($"{shared}/end", new { reason = "Somebody else goes on with it." })).Ok();
        (await other.Http.Read(path)).Expect(HttpStatusCode.NotFound);
        // Leads and admins read no word of it.
        (await cohort.Lead.Http.Read(path)).Expect(HttpStatusCode.NotFound);
        (await (await app.Admin()).Http.Read(path)).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_a_coach_saw_within_the_units_thirty_days_counts_beside_it()
    {
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor.Http);
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
        async Task<string> Step(string? unit)
        {
            var path = (await coach.Post(Path, CoachingSteps.Step(learner.EnrolmentId, learner.Id, unit: unit)))
                .Expect(HttpStatusCode.Created).Headers["Location"];
            (await learner.Http.Post($"{path}/agree", new { })).Ok();
            return path;
        }

        var withoutUnit = await Step(null);
        (await coach.Post($"{withoutUnit}/evidence", new { level = "applied" })).Ok();
        (await coach.Post($"{withoutUnit}/close", new { outcome = "kept", countsForUnit = true }))
            .Expect(HttpStatusCode.UnprocessableEntity, "action.unit.notCompleted");
        var path = await Step(Unit);
        (await learner.Http.Post($"{path}/evidence", new { level = "applied" })).Ok();
        (await coach.Post($"{path}/close", new { outcome = "kept", countsForUnit = true }))
            .Expect(HttpStatusCode.UnprocessableEntity, "action.evidence.notObserved");
        Assert.Equal((false, false), await Transfer());
        FlowingClock.Advance(TimeSpan.FromDays(3));
        (await coach.Post($"{path}/evidence", new { level = "applied" })).Ok();
        (await coach.Post($"{path}/close", new { outcome = "partlyKept", countsForUnit = true }))
            .Expect(HttpStatusCode.UnprocessableEntity, "action.evidence.notObserved");
        (await coach.Post($"{path}/close", new { outcome = "kept", countsForUnit = true })).Ok();
        // The learner's own word about a step is none about the unit.
        Assert.Equal((false, true), await Transfer());

        Task<(bool, bool)> Transfer() => app.InDb(db => Task.FromResult(
            db.Opportunities.Where(o => o.EnrolmentId == learner.EnrolmentId).Select(o => ValueTuple.Create(o.Transferred30,
                o.Verified30)).Single()));
    }

    [Fact]
    public async Task Two_coaches_who_close_at_once_are_answered_by_one_outcome()
    {
        var (cohort, learner, path) = await Agreed();
        var other = await app.Person("Olga Other");
        (await cohort.LetCoach(other.Id, learner.Id)).Expect(HttpStatusCode.Created);
        var answers = await Task.WhenAll(
            cohort.Instructor.Http.Post($"{path}/close", new { outcome = "notKept" }), other.Http.Post($"{path}/close",
                new { outcome = "replaced" }));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], answers.Select(a => a.Status).Order());
        Assert.Equal((string)answers.Single(a => a.Status == HttpStatusCode.OK)["outcome"]!,
            (string)(await learner.Http.Read(path)).Ok()["outcome"]!);
    }

    [Fact]
    public async Task Leads_see_how_many_loops_were_closed_in_time()
    {
        var (cohort, _, path) = await Agreed();
        (await cohort.Instructor.Http.Post($"{path}/evidence", new { level = "applied" })).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(21 + 14));
        (await cohort.Instructor.Http.Post($"{path}/close", new { outcome = "kept" })).Ok();
        var closure = (await cohort.Lead.Http.Read($"{cohort.Path}/coaching")).Ok()["coaches"]!.AsArray()
            .Single(c => (Guid)c!["coach"]!["id"]! == cohort.Instructor.Id)!["loopClosure"]!;
        Assert.Equal((1, 1, 1, 1.0), ((int)closure["due"]!, (int)closure["closed"]!, (int)closure["kept"]!, (double)closure["rate"]!));
        Assert.InRange((double)closure["ciLow"]!, 0.2, 0.21);
    }

    public static TheoryData<string, object, string> Impossible => new()
    {
        { "due in two days", new { dueOn = "2034-02-01" }, "action.dueOn.outside" },
        { "due in 91 days", new { dueOn = "2034-05-01" }, "action.dueOn.outside" },
        { "planned for after it is due", new { ifThen = new { cue = "a", action = "b", plannedFor = "2034-02-21" } },
            "action.plannedFor.outside" },
        { "planned for last week", new { ifThen = new { cue = "a", action = "b", plannedFor = "2034-01-23" } },
            "action.plannedFor.outside" },
        { "an unknown unit", new { unit = "9.9-no-such-unit" }, "unit.unknown" },
        { "an unknown session", new { sessionId = Guid.NewGuid() }, "session.unknown" },
        { "an unknown review", new { reviewId = Guid.NewGuid() }, "review.unknown" },
        { "no cue", new { ifThen = new { cue = " ", action = "b" } }, "request.invalid" },
        { "a long sign", new { sign = new string('x', 281) }, "request.invalid" },
        { "no competency", new { competency = "listening" }, "request.invalid" },
        { "an address in it", new { sign = "Write to jo@example.org" }, "text.privacy.blocked" },
        { "perhaps a name in it", new { sign = "Mrs. Rivera has spoken first" }, "text.privacy.unconfirmed" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task What_no_step_can_be_is_refused_by_its_name(string what, object fields, string code)
    {
        FlowingClock.Set(FlowingClock.LaterMonday);
        var learner = await app.Learner();
        var body = (JsonObject)System.Text.Json.JsonSerializer.SerializeToNode(CoachingSteps.Step(learner.EnrolmentId))!;
        foreach (var (name, value) in (JsonObject)System.Text.Json.JsonSerializer.SerializeToNode(fields)!) body[name] = value?.DeepClone();
        var refused = await learner.Http.Post(Path, body);
        refused.Expect(HttpStatusCode.UnprocessableEntity, code);
        Assert.Empty((await learner.Http.Read(Path)).Ok()["items"]!.AsArray());
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task Evidence_is_of_a_day_since_the_agreement()
    {
        var (_, learner, path) = await Agreed();
        foreach (var day in new[] { -1, 2 })
            (await learner.Http.Post($"{path}/evidence", new { level = "applied",
                occurredOn = $"{FlowingClock.Now.AddDays(day):yyyy-MM-dd}" }))
                .Expect(HttpStatusCode.UnprocessableEntity, "action.occurredOn.outside");
        (await learner.Http.Post($"{path}/evidence", new { level = "applied", occurredOn = $"{FlowingClock.Now:yyyy-MM-dd}" })).Ok();
    }

    [Fact]
    public async Task Nobody_writes_down_a_step_for_whom_they_do_not_coach()
    {
        var cohort = await app.Cohort();
        var (learner, stranger) = (await app.Learner(cohort), await app.Learner());
        var peer = await app.Learner(cohort);
        foreach (var one in new[] { stranger, peer })
            (await one.Http.Post(Path, CoachingSteps.Step(learner.EnrolmentId, learner.Id))).Expect(HttpStatusCode.NotFound,
                "enrolment.notFound");
        (await (await app.Admin()).Http.Post(Path, CoachingSteps.Step(learner.EnrolmentId, learner.Id)))
            .Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        await app.Withdraw(learner);
        (await learner.Http.Post(Path, CoachingSteps.Step(learner.EnrolmentId))).Expect(HttpStatusCode.UnprocessableEntity,
            "coaching.notEnrolled");
    }

    private async Task<(TestCohort Cohort, TestLearner Learner, string Path)> Agreed()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var path = (await cohort.Instructor.Http.Post(Path, CoachingSteps.Step(learner.EnrolmentId, learner.Id)))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        (await learner.Http.Post($"{path}/agree", new { })).Ok();
        return (cohort, learner, path);
    }

    private static async Task<(string Kind, string Href)> NextOf(HttpClient reader)
    {
        var next = (await reader.Read("/v1/me/next")).Ok()["next"]!;
        return ((string)next["kind"]!, (string)next["href"]!);
    }
}
