using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Coaching;

/// <summary>Sessions are planned, logged, recorded and called off, and each reader sees what is theirs.</summary>
[StandingClock(YearsLater = true)]
public sealed class CoachingSessionTests(LearningApp app)
{
    private const string Path = CoachingSteps.Sessions;

    private static DateTimeOffset Tomorrow => FlowingClock.Now.AddDays(1);

    [Fact]
    public async Task People_stand_by_name_as_readers_look_for_them()
    {
        var cohort = await app.Cohort();
        var coach = await app.Person("Cora Coach");
        var ids = new List<Guid>();
        foreach (var name in new[] { "Zoe", "ada", "\u00C1ngel" })
        {
            var learner = await app.Learner(cohort, name);
            (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
            ids.Add(learner.Id);
        }

        var path = (await coach.Http.Plan(FlowingClock.Now.AddDays(9), [.. ids])).Expect(HttpStatusCode.Created).Headers["Location"];
        var (session, desk) = ((await coach.Http.Read(path)).Ok(), (await coach.Http.Read("/v1/me/coaching")).Ok());
        foreach (var people in new[] { session["participants"]!, desk["coachees"]!, desk["next"]!["participants"]! })
            Assert.Equal(["ada", "\u00C1ngel", "Zoe"], people.AsArray().Select(p => (string)p!["name"]!));
    }

    [Fact]
    public async Task Who_coaches_by_a_relationship_says_for_which_enrolment_a_session_counts()
    {
        var (here, elsewhere, third) = (await app.Cohort(), await app.Cohort(), await app.Cohort());
        var (coach, learner) = (await app.Person(), await app.Learner(here));
        var other = (Guid)(await elsewhere.Lead.Http.Post($"{elsewhere.Path}/enrolments",
            new { learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone } } }))
            .Ok()["rows"]![0]!["enrolmentId"]!;
        foreach (var cohort in new[] { here, elsewhere }) (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        Task<Answer> Log(Guid? cohortId) => coach.Http.Post(CoachingSteps.Sessions, new
        {
            startsAt = FlowingClock.Now,
            cohortId,
            record = new { mode = "live", minutes = 45, participants = new[] { CoachingSteps.Part(learner.Id, observed: true, feedback: true) } },
        });
        (await Log(null)).Expect(HttpStatusCode.UnprocessableEntity, "coaching.cohort.needed");
        (await Log(third.Id)).Expect(HttpStatusCode.NotFound, "cohort.notFound");
        (await Log(elsewhere.Id)).Expect(HttpStatusCode.Created);
        Assert.Equal(1, (int)(await coach.Http.Read($"/v1/enrolments/{other}/dosage")).Ok()["contacts"]!);
        Assert.Equal(0, (int)(await coach.Http.Dosage(learner))["contacts"]!);

        // A call of several is of those whom they coach.
        await app.Learner(elsewhere);
        var call = (await coach.Http.Post(CoachingSteps.Sessions,
            new { mode = "group", startsAt = FlowingClock.Now.AddDays(2), minutes = 45, cohortId = elsewhere.Id })).Expect(HttpStatusCode.Created);
        Assert.Equal(learner.Id, (Guid)Assert.Single(call["participants"]!.AsArray())!["personId"]!);
    }

    [Fact]
    public async Task A_session_is_planned_moved_and_recorded_by_its_coach()
    {
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor.Http);
        var planned = (await coach.Plan(Tomorrow, learner.Id)).Expect(HttpStatusCode.Created);
        var path = planned.Headers["Location"];
        Assert.Equal(("planned", 45, learner.Name),
            ((string)planned["status"]!, (int)planned["minutes"]!, (string)planned["participants"]![0]!["name"]!));
        var next = (await learner.Http.Read("/v1/me/next")).Ok()["session"]!;
        Assert.Equal(((Guid)planned["id"]!, false), ((Guid)next["id"]!, (bool)next["isCoach"]!));

        (await coach.Patch(path, new { minutes = 60 })).Expect((HttpStatusCode)428, "precondition.required");
        var moved = (await coach.Patch(path, new { startsAt = Tomorrow.AddDays(1), minutes = 60 }, ("If-Match", planned.ETag!))).Ok();
        (await coach.Patch(path, new { minutes = 30 }, ("If-Match", planned.ETag!))).Expect(HttpStatusCode.PreconditionFailed, "session.stale");

        // Before it begins there is nothing to record.
        var id = (Guid)planned["id"]!;
        (await coach.Record(id, moved.ETag, CoachingSteps.Part(learner.Id))).Expect(HttpStatusCode.UnprocessableEntity, "session.notYet");
        FlowingClock.Advance(TimeSpan.FromDays(3));
        var recorded = (await coach.Record(id, null, CoachingSteps.Part(learner.Id, observed: true, feedback: true))).Ok();
        Assert.Equal(("held", true), ((string)recorded["status"]!, (bool)recorded["participants"]![0]!["feedback"]!));
        // The first record is made once; a correction names the state that it corrects, and each version is kept.
        (await coach.Record(id, null, CoachingSteps.Part(learner.Id))).Expect(HttpStatusCode.PreconditionFailed, "session.stale");
        (await coach.Record(id, recorded.ETag, CoachingSteps.Part(learner.Id, "noShow"))).Ok();
        Assert.Equal("missed", (string)(await learner.Http.Read(path)).Ok()["status"]!);
        var versions = await app.InDb(db => Task.FromResult(
            db.Set<Domain.Coaching.SessionRecordVersion>().Where(v => v.SessionId == id).OrderBy(v => v.Number).Select(v => v.Content)
                .ToList()));
        Assert.Equal(2, versions.Count);
        Assert.Contains("\"Feedback\":true", versions[0], StringComparison.Ordinal);

        FlowingClock.Advance(TimeSpan.FromDays(30));
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        (await coach.Record(id, "\"any\"", CoachingSteps.Part(learner.Id))).Expect(HttpStatusCode.PreconditionFailed, "session.stale");
        (await coach.Record(id, (await coach.Read(path)).ETag, CoachingSteps.Part(learner.Id)))
            .Expect(HttpStatusCode.Conflict, "session.frozen");
    }

    [Fact]
    public async Task What_took_place_within_a_fortnight_is_logged_in_one_request()
    {
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor.Http);
        var logged = (await coach.Post(Path, CoachingSteps.LoggedNow(CoachingSteps.Part(learner.Id, observed: true, feedback: true))))
            .Expect(HttpStatusCode.Created);
        Assert.Equal(("held", "live", 45), ((string)logged["status"]!, (string)logged["mode"]!, (int)logged["minutes"]!));
        object At(DateTimeOffset startsAt) => new
        {
            startsAt,
            record = new { mode = "live", minutes = 30, participants = new[] { CoachingSteps.Part(learner.Id) } },
        };
        (await coach.Post(Path, At(FlowingClock.Now.AddDays(-14)))).Expect(HttpStatusCode.Created);
        (await coach.Post(Path, At(FlowingClock.Now.AddDays(-14).AddSeconds(-1))))
            .Expect(HttpStatusCode.UnprocessableEntity, "session.tooLate");
        (await coach.Post(Path, At(FlowingClock.Now.AddMinutes(1)))).Expect(HttpStatusCode.UnprocessableEntity, "session.notYet");
        // Nothing half done.
        Assert.Equal(2, (await coach.Read($"{Path}?person={learner.Id}")).Ok()["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Sessions_repeat_at_the_same_time_of_day_and_the_learner_is_told_once()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        // Chicago's clocks change within these weeks.
        FlowingClock.Set(FlowingClock.LaterMonday.AddDays(21));
        var planned = (await cohort.Instructor.Http.Post(Path, new
        {
            mode = "live",
            startsAt = FlowingClock.Now.AddHours(4),
            minutes = 30,
            participants = new[] { new { personId = learner.Id } },
            repeat = new { everyWeeks = 2, count = 3 },
        })).Expect(HttpStatusCode.Created);
        var dates = planned["repeats"]!.AsArray().Select(r => (DateTimeOffset)r!["startsAt"]!).Prepend((DateTimeOffset)planned["startsAt"]!);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Given.Zone);
        Assert.Equal(["2034-02-20 13:00", "2034-03-06 13:00", "2034-03-20 13:00"],
            dates.Select(d => TimeZoneInfo.ConvertTime(d, zone).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Single(await Owed(learner.Id));
    }

    [Fact]
    public async Task Each_reader_sees_what_is_theirs()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var supervisor = await app.Member(agency, Domain.Cohorts.AgencyRole.Supervisor);
        var (ana, ben) = (await app.Learner(cohort, "Ana One", agencyId: agency), await app.Learner(cohort, "Ben Two"));
        var (admin, coach, absent) = (await app.Admin(), cohort.Instructor.Http, await app.Learner(cohort, "Cy Three"));
        var id = await coach.Log(
            CoachingSteps.Part(ana.Id, observed: true, feedback: true), CoachingSteps.Part(ben.Id, "noShow"));
        var path = CoachingSteps.Session(id);
        string Seen(Answer session) => string.Join("; ", session.Ok()["participants"]!.AsArray().Select(p =>
            $"{((string)p!["name"]!)[..3]} {(string?)p["attendance"] ?? "-"} {(string?)p["observation"]?["kind"] ?? "-"} {(bool?)p["feedback"]}"));
        Assert.Equal("Ana attended live True; Ben noShow - False", Seen(await coach.Read(path)));
        // In a call of several one sees one's own row, and of the others the name.
        Assert.Equal("Ana attended live True; Ben - - ", Seen(await ana.Http.Read(path)));
        Assert.Equal("Ana - - ; Ben noShow - False", Seen(await ben.Http.Read(path)));
        Assert.Equal("Ana attended - ; Ben noShow - ", Seen(await cohort.Lead.Http.Read(path)));
        Assert.Equal("Ana attended - ; Ben noShow - ", Seen(await admin.Http.Read(path)));
        foreach (var stranger in new[] { absent.Http, supervisor.Http, (await app.Person()).Http })
        {
            (await stranger.Read(path)).Expect(HttpStatusCode.NotFound, "session.notFound");
            Assert.Empty((await stranger.Read(Path)).Ok()["items"]!.AsArray());
        }

        // Filters.
        async Task<int> Count(string query) => (await coach.Read($"{Path}?{query}")).Ok()["items"]!.AsArray().Count;
        Assert.Equal((1, 0), (await Count($"person={ana.Id}"), await Count($"person={absent.Id}")));
        Assert.Equal((1, 0), (await Count($"cohort={cohort.Id}&status=held"), await Count($"cohort={cohort.Id}&status=planned")));
        Assert.Equal((1, 0), (await Count($"from={FlowingClock.Now:O}".Replace("+", "%2B", StringComparison.Ordinal)),
            await Count($"from={FlowingClock.Now.AddSeconds(1):O}".Replace("+", "%2B", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task It_is_called_off_on_the_side_of_whoever_does_it()
    {
        var cohort = await app.Cohort();
        var (ana, ben) = (await app.Learner(cohort), await app.Learner(cohort));
        var coach = cohort.Instructor.Http;
        var reason = new { reason = "The office is closed then." };
        async Task<string> Planned(params Guid[] people) => (await coach.Plan(Tomorrow, people))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        async Task<string> By(HttpClient caller, string path) =>
            $"{(string)(await caller.Post($"{path}/cancel", reason)).Ok()["status"]!} {(string?)(await coach.Read(path)).Ok()["cancelledBy"]}";
        Assert.Equal("cancelled coach", await By(coach, await Planned(ana.Id)));
        Assert.Equal("cancelled coachee", await By(ana.Http, await Planned(ana.Id)));
        Assert.Equal("cancelled agency", await By(cohort.Lead.Http, await Planned(ana.Id)));
        // In a call of several one is excused, and it goes on until nobody is left.
        var group = await Planned(ana.Id, ben.Id);
        Assert.Equal("planned ", await By(ana.Http, group));
        Assert.Equal("cancelled coachee", await By(ben.Http, group));
        (await coach.Post($"{group}/cancel", reason)).Expect(HttpStatusCode.Conflict, "session.state");
        (await coach.Post($"{await Planned(ana.Id)}/cancel", new { reason = "Maria is ill." }))
            .Expect(HttpStatusCode.UnprocessableEntity, "text.privacy.unconfirmed");
        // Who leaves the cohort is expected no more.
        var left = await Planned(ana.Id);
        await app.Withdraw(ana);
        Assert.Equal("cancelled", (string)(await coach.Read(left)).Ok()["status"]!);
    }

    [Fact]
    public async Task Once_it_has_begun_its_coach_alone_says_what_became_of_it()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var coach = cohort.Instructor.Http;
        var reason = new { reason = "The office is closed then." };
        async Task<string> Begun()
        {
            var path = (await coach.Plan(FlowingClock.Now.AddHours(1), learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
            FlowingClock.Advance(TimeSpan.FromHours(1));
            return path;
        }

        var session = await Begun();
        foreach (var other in new[] { learner.Http, cohort.Lead.Http })
            (await other.Post($"{session}/cancel", reason)).Expect(HttpStatusCode.Conflict, "session.state");
        (await coach.Record(Guid.Parse(session[^36..]), null, CoachingSteps.Part(learner.Id, "noShow"))).Ok();
        // Who was not there themselves says so.
        (await coach.Post($"{await Begun()}/cancel", reason)).Ok();
    }

    [Fact]
    public async Task Why_one_of_several_cannot_come_is_kept_for_the_coach_and_said_once()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (ana, ben) = (await app.Learner(cohort, "Ana One"), await app.Learner(cohort, "Ben Two"));
        var coach = cohort.Instructor.Http;
        var path = (await coach.Plan(Tomorrow, ana.Id, ben.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await ana.Http.Post($"{path}/cancel", new { reason = "About marigolds, that day." })).Ok();
        (await ana.Http.Post($"{path}/cancel", new { reason = "About marigolds, that day." })).Expect(HttpStatusCode.Conflict, "session.state");
        async Task<string> Excuses(HttpClient reader) =>
            string.Join("; ", (await reader.Read(path)).Ok()["excuses"]!.AsArray().Select(e => (string)e!["text"]!));
        Assert.Equal("About marigolds, that day.", await Excuses(coach));
        Assert.Equal("About marigolds, that day.", await Excuses(ana.Http));
        foreach (var other in new[] { ben.Http, cohort.Lead.Http, admin.Http }) Assert.Equal("", await Excuses(other));
        // It is held, opened and redacted like all that is written about a session.
        (await coach.Post($"{path}/hold", new { reason = "The name of a family." })).Ok();
        Assert.Equal("", await Excuses(coach));
        (await admin.Http.Post($"{path}/break-glass", new { reason = "The name of a family.", hours = 1 })).Ok();
        (await admin.Http.Post($"{path}/redactions",
            new { prompt = "excuse", personId = ana.Id, span = new[] { 6, 15 }, reason = "The name of a family." }))
            .Expect(HttpStatusCode.Created);
        (await admin.Http.Post($"{path}/hold/release")).Ok();
        Assert.Equal("About ██, that day.", await Excuses(ana.Http));
    }

    [Fact]
    public async Task Whom_somebody_does_not_coach_they_hold_no_session_with()
    {
        var (cohort, other) = (await app.Cohort(), await app.Cohort());
        var (learner, elsewhere) = (await app.Learner(cohort), await app.Learner(other));
        var (coach, peer) = (cohort.Instructor.Http, await app.Person());
        (await coach.Plan(Tomorrow, cohort.Instructor.Id)).Expect(HttpStatusCode.UnprocessableEntity, "coaching.self");
        (await coach.Plan(Tomorrow, elsewhere.Id)).Expect(HttpStatusCode.NotFound, "person.notFound");
        (await coach.Plan(Tomorrow, Guid.NewGuid())).Expect(HttpStatusCode.NotFound, "person.notFound");
        (await (await app.Admin()).Http.Plan(Tomorrow, learner.Id)).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        (await peer.Http.Plan(Tomorrow, learner.Id)).Expect(HttpStatusCode.NotFound, "person.notFound");

        // A relationship lets them, and when it has ended no more.
        var relationship = (await cohort.LetCoach(peer.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await peer.Http.Plan(Tomorrow, learner.Id)).Expect(HttpStatusCode.Created);
        (await learner.Http.Post($"{relationship}/end", new { reason = "Somebody else goes on with it." })).Ok();
        (await peer.Http.Plan(Tomorrow, learner.Id)).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        // Their own sessions they keep.
        Assert.Single((await peer.Http.Read(Path)).Ok()["items"]!.AsArray());

        await app.Withdraw(learner);
        (await coach.Plan(Tomorrow, learner.Id)).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
    }

    [Fact]
    public async Task Where_a_learner_is_coached_in_two_cohorts_the_coach_says_which_counts()
    {
        var (cohort, other) = (await app.Cohort(), await app.Cohort());
        var learner = await app.Learner(cohort);
        (await other.Lead.Http.Post($"{other.Path}/enrolments",
            new { learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone } } })).Ok();
        var coach = await app.Person();
        (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        (await other.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        (await coach.Http.Plan(Tomorrow, learner.Id)).Expect(HttpStatusCode.UnprocessableEntity, "coaching.cohort.needed");
    }

    [Theory]
    [InlineData("""{"minutes":4}""", "minutes")]
    [InlineData("""{"minutes":241}""", "minutes")]
    [InlineData("""{"participants":[]}""", "participants")]
    [InlineData("""{"participants":[{}]}""", "participants[0].personId")]
    [InlineData("""{"participants":[null]}""", "participants[0]")]
    [InlineData("""{"participants":null}""", "participants")]
    [InlineData("""{"mode":null}""", "mode")]
    [InlineData("""{"startsAt":null}""", "startsAt")]
    [InlineData("""{"competency":"Family voice"}""", "competency")]
    [InlineData("""{"repeat":{"everyWeeks":0,"count":2}}""", "repeat.everyWeeks")]
    [InlineData("""{"repeat":{"everyWeeks":1,"count":25}}""", "repeat.count")]
    [InlineData("""{"repeat":{"count":2}}""", "repeat.everyWeeks")]
    [InlineData("""{"record":{}}""", "record.participants")]
    [InlineData("""{"record":{"participants":[{"personId":"01a5ba5a-f180-7000-8000-000000000001"}]}}""", "record.participants[0].attendance")]
    [InlineData("""{"record":{"participants":[{"personId":"01a5ba5a-f180-7000-8000-000000000001","attendance":"attended","observation":{"kind":"live","month":"2034-01-30"}}]}}""", "record.participants[0].observation.month")]
    [InlineData("""{"record":{"participants":[{"personId":"01a5ba5a-f180-7000-8000-000000000001","attendance":"attended","observation":{"month":"2034-01"}}]}}""", "record.participants[0].observation.kind")]
    public async Task What_no_session_can_be_is_refused_by_its_name(string changed, string field)
    {
        var coach = await app.Person();
        var body = System.Text.Json.Nodes.JsonNode.Parse(
            $$"""{"mode":"live","startsAt":"{{FlowingClock.Now:O}}","minutes":30,"participants":[{"personId":"{{Guid.NewGuid()}}"}]}""")!.AsObject();
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse(changed)!.AsObject()) body[name] = value?.DeepClone();
        var refused = (await coach.Http.Post(Path, body.ToJsonString())).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Contains(field, refused["errors"]!.AsObject().Select(e => e.Key));
    }

    [Fact]
    public async Task A_call_of_the_cohort_takes_everybody_and_no_more_than_thirty()
    {
        var cohort = await app.Cohort();
        object call = new { mode = "group", startsAt = Tomorrow, minutes = 75, cohortId = cohort.Id };
        (await cohort.Instructor.Http.Post(Path, call)).Expect(HttpStatusCode.UnprocessableEntity, "session.participants");
        var (ana, ben) = (await app.Learner(cohort, "Ana One"), await app.Learner(cohort, "Ben Two"));
        var planned = (await cohort.Instructor.Http.Post(Path, call)).Expect(HttpStatusCode.Created);
        Assert.Equal([ana.Id, ben.Id], planned["participants"]!.AsArray().Select(p => (Guid)p!["personId"]!));
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new
        {
            learners = Enumerable.Range(0, 29).Select(i => new { email = Given.Address(), name = $"Learner {i}", timeZone = Given.Zone }),
        })).Ok();
        (await cohort.Instructor.Http.Post(Path, call)).Expect(HttpStatusCode.UnprocessableEntity, "session.participants");
    }

    [Fact]
    public async Task A_filter_finds_by_nobody_whom_its_reader_is_not_shown()
    {
        var (here, there, coach, agency) = (await app.Cohort(), await app.Cohort(), await app.Person("Cora Coach"), await app.Agency());
        (await (await app.Admin()).Http.Put($"/v1/agencies/{agency}/people/{here.Lead.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        var (ana, ben, own) = (await app.Learner(here, "Ana One"), await app.Learner(there, "Ben Two"),
            await app.Learner(here, "Own Three", agencyId: agency));
        foreach (var (cohort, learner) in new[] { (here, ana), (there, ben), (here, own) })
            (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        (await coach.Http.Plan(Tomorrow, ana.Id, ben.Id, own.Id)).Expect(HttpStatusCode.Created);
        async Task<string> Found(HttpClient reader)
        {
            async Task<int> Count(string query) => (await reader.Read($"{Path}?{query}")).Ok()["items"]!.AsArray().Count;
            return $"{await Count($"person={ana.Id}")} {await Count($"person={ben.Id}")} {await Count($"person={own.Id}")}, "
                + $"{await Count($"cohort={here.Id}")} {await Count($"cohort={there.Id}")}";
        }

        Assert.Equal("1 1 1, 1 1", await Found(coach.Http));
        // Who takes part is told the names of the others, and not where they learn.
        Assert.Equal("1 1 1, 1 0", await Found(ana.Http));
        Assert.Equal("1 0 1, 1 0", await Found(here.Instructor.Http));
        Assert.Equal("1 0 0, 1 0", await Found(here.Lead.Http));
    }

    private Task<IReadOnlyList<Guid?>> Owed(Guid personId) => app.InDb(db => Task.FromResult<IReadOnlyList<Guid?>>(
        [.. db.OutboundMails.Where(m => m.PersonId == personId && m.SessionId != null).Select(m => m.SessionId)]));
}
