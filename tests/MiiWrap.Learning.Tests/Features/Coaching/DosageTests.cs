using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Coaching;

/// <summary>How much coaching each learner has had, and for whom it is to see.</summary>
[StandingClock(YearsLater = true)]
public sealed class DosageTests(LearningApp app)
{
    [Fact]
    public async Task Half_a_year_of_sessions_is_counted_as_it_was()
    {
        var start = new DateTimeOffset(2035, 1, 1, 16, 0, 0, TimeSpan.Zero);
        FlowingClock.Set(start.AddHours(-1));
        var cohort = await app.Cohort(startsOn: new DateOnly(2035, 1, 1));
        var (learner, other) = (await app.Learner(cohort), await app.Learner(cohort));
        var coach = cohort.Instructor.Http;
        async Task<Guid> On(int day, params object[] parts)
        {
            FlowingClock.Set(start.AddDays(day));
            return await coach.Log(parts);
        }

        object Contact() => CoachingSteps.Part(learner.Id, observed: true, feedback: true);
        await On(16, Contact());
        await On(37, Contact());
        await On(37, Contact());
        var observed = await On(60, CoachingSteps.Part(learner.Id, observed: true));
        await On(64, CoachingSteps.Part(learner.Id, feedback: true, debriefs: observed));
        await On(88, CoachingSteps.Part(learner.Id), CoachingSteps.Part(other.Id, observed: true, feedback: true));
        await On(120, CoachingSteps.Part(learner.Id, "noShow"));
        FlowingClock.Set(start.AddDays(126));
        var dosage = await learner.Http.Dosage(learner);
        Assert.Equal("3 of 4 onTrack 2035-01-01 to 2035-06-18, 6 1 True, 12 2 True, 18 3 True, 24 4 False; 270 min, 1 no-show, False", Words(dosage));
        await On(168, Contact());
        Assert.Equal("missed", (string)(await coach.Dosage(learner))["state"]!);
        Assert.Equal(3, (int)(await coach.Dosage(learner))["contacts"]!);
    }

    [Fact]
    public async Task Everybody_of_the_cohort_is_in_its_list_and_who_was_never_coached_too()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var supervisor = await app.Member(agency, AgencyRole.Supervisor);
        var (ana, ben) = (await app.Learner(cohort, "Ana One", agencyId: agency), await app.Learner(cohort, "Ben Two"));
        await cohort.Instructor.Http.Log(CoachingSteps.Part(ana.Id, observed: true, feedback: true));
        FlowingClock.Advance(TimeSpan.FromDays(57));

        var path = $"{cohort.Path}/dosage";
        static string Row(JsonNode? r) => $"{(string)r!["learner"]!["name"]!} {(int)r["dosage"]!["contacts"]!} {(string)r["dosage"]!["state"]!} {(int?)r["dosage"]!["minutes"]}";
        async Task<string> Rows(HttpClient reader, string query = "") =>
            string.Join("; ", (await reader.Read(path + query)).Ok()["items"]!.AsArray().Select(Row));
        Assert.Equal("Ana One 1 onTrack 45; Ben Two 0 behind 0", await Rows(cohort.Instructor.Http));
        Assert.Equal("Ben Two 0 behind 0", await Rows(cohort.Lead.Http, "?state=behind"));
        // An agency sees where its own people stand, and not when they were where.
        Assert.Equal("Ana One 1 onTrack ", await Rows(supervisor.Http));
        Assert.Null((int?)(await supervisor.Http.Dosage(ana))["noShows"]);
        (await supervisor.Http.Read($"{ben.Journey}/dosage")).Expect(HttpStatusCode.NotFound, "enrolment.notFound");
        (await ben.Http.Read($"{ana.Journey}/dosage")).Expect(HttpStatusCode.NotFound, "enrolment.notFound");

        var csv = (await cohort.Lead.Http.Read(path, ("Accept", "text/csv"))).Ok().Body;
        Assert.StartsWith("enrolmentId,learnerId,learnerName,contacts,need,state,from,until,minutes,noShows,bunched,nextSession", csv, StringComparison.Ordinal);
        Assert.Equal(3, csv.TrimEnd().Split('\n').Length);

        var page = (await cohort.Lead.Http.Read($"{path}?limit=1")).Ok();
        var second = (await cohort.Lead.Http.Read($"{path}?limit=1&cursor={(string)page["next"]!}")).Ok();
        Assert.Equal("Ben Two 0 behind 0", Row(Assert.Single(second["items"]!.AsArray())));
    }

    [Fact]
    public async Task A_client_is_told_how_many_stand_where_and_nothing_of_fewer_than_five()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var learners = new List<TestLearner>();
        for (var i = 0; i < 5; i++) learners.Add(await app.Learner(cohort, agencyId: agency));
        await app.Learner(cohort);
        var client = await app.Client(agency, "coaching:read");
        var path = $"{cohort.Path}/dosage/summary";
        foreach (var learner in learners.Take(4)) (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok();
        // The fifth is an address that nobody may stand behind.
        var few = (await client.Read(path)).Ok();
        Assert.Equal((null, "fewerThanFiveLearners"), (few["counts"], (string)few["reason"]!));
        (await learners[4].Http.Post($"{learners[4].Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(43));
        (await cohort.LetCoach(cohort.Instructor.Id, learners[0].Id)).Expect(HttpStatusCode.Created);
        await cohort.Instructor.Http.Log(CoachingSteps.Part(learners[0].Id, observed: true, feedback: true));
        FlowingClock.Advance(TimeSpan.FromDays(15));
        Assert.Equal("learners 6, onTrack 1, behind 5, met 0, missed 0", Words(await cohort.Lead.Http.Read(path)));
        // Of two to six weeks ago, and then: that four have moved is not told until the fifth has.
        Assert.Equal("learners 5, onTrack 5, behind 0, met 0, missed 0", Words(await client.Read(path)));
        FlowingClock.Advance(TimeSpan.FromDays(28));
        Assert.Equal("learners 5, onTrack 5, behind 0, met 0, missed 0", Words(await client.Read(path)));
        FlowingClock.Advance(TimeSpan.FromDays(57));
        var told = await client.Read(path);
        Assert.Equal("learners 5, onTrack 0, behind 5, met 0, missed 0", Words(told));
        Assert.InRange(DateOnly.FromDateTime(FlowingClock.Now.UtcDateTime).DayNumber - DateOnly.Parse((string)told["day"]!, CultureInfo.InvariantCulture).DayNumber, 15, 43);
        (await client.Read($"{cohort.Path}/dosage")).Expect(HttpStatusCode.Forbidden, "client.notAllowed");
        (await (await app.Client(null, "progress:read")).Read(path)).Expect(HttpStatusCode.Forbidden, "scope.required");
        (await (await app.Client(await app.Agency(), "coaching:read")).Read(path)).Expect(HttpStatusCode.NotFound, "cohort.notFound");
    }

    [Fact]
    public async Task A_client_that_reads_before_and_after_learns_of_nobody_who_leaves()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var learners = new List<TestLearner>();
        for (var i = 0; i < 6; i++)
        {
            var learner = await app.Learner(cohort, agencyId: agency);
            (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok();
            learners.Add(learner);
        }

        var client = await app.Client(agency, "coaching:read");
        var path = $"{cohort.Path}/dosage/summary";
        FlowingClock.Advance(TimeSpan.FromDays(100));
        var before = Words(await client.Read(path));
        (await cohort.Lead.Http.Post($"{learners[0].Journey}/withdraw")).Ok();
        (await cohort.Lead.Http.Post($"/v1/enrolments/{learners[1].EnrolmentId}/move", new { cohortId = (await OtherOf(cohort)).Id })).Ok();
        Assert.Equal(before, Words(await client.Read(path)));
        Assert.StartsWith("learners 4,", Words(await cohort.Lead.Http.Read(path)), StringComparison.Ordinal);
        var told = new List<int[]>();
        for (var week = 0; week < 20; week++)
        {
            told.Add([.. (await client.Read(path)).Ok()["counts"]!.AsObject().Skip(1).Select(c => (int)c.Value!)]);
            FlowingClock.Advance(TimeSpan.FromDays(7));
        }

        Assert.All(told.SelectMany(one => told.Select(other => one.Zip(other, (a, b) => Math.Abs(a - b)).Sum() / 2)),
            moved => Assert.True(moved == 0 || moved >= 5, string.Join("; ", told.Select(t => string.Join(' ', t)))));
    }

    [Fact]
    public async Task Where_coaching_is_no_part_of_the_programme_none_is_counted_until_a_lead_says_so()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        Assert.True((bool)(await cohort.Lead.Http.Read(cohort.Path)).Ok()["coaching"]!);
        Assert.False((bool)(await cohort.Lead.Http.Patch(cohort.Path, new { coaching = false })).Ok()["coaching"]!);
        (await learner.Http.Read($"{learner.Journey}/dosage")).Expect(HttpStatusCode.NotFound, "dosage.notFound");
        (await cohort.Lead.Http.Read($"{cohort.Path}/dosage")).Expect(HttpStatusCode.NotFound, "dosage.notFound");
        (await cohort.Lead.Http.Read($"{cohort.Path}/coaching")).Expect(HttpStatusCode.NotFound, "dosage.notFound");
        (await cohort.Lead.Http.Patch(cohort.Path, new { coaching = true })).Ok();
        (await learner.Http.Read($"{learner.Journey}/dosage")).Ok();
    }

    [Fact]
    public async Task A_lead_sees_coach_by_coach_how_soon_what_was_seen_is_talked_over()
    {
        var cohort = await app.Cohort();
        var (ana, ben) = (await app.Learner(cohort, "Ana One"), await app.Learner(cohort, "Ben Two"));
        var coach = await app.Person("Cora Coach");
        foreach (var learner in new[] { ana, ben }) (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        var seen = await coach.Http.Log(CoachingSteps.Part(ana.Id, observed: true), CoachingSteps.Part(ben.Id, "noShow"));
        await coach.Http.Log(CoachingSteps.Part(ben.Id, observed: true));
        FlowingClock.Advance(TimeSpan.FromDays(14));
        await coach.Http.Log(CoachingSteps.Part(ana.Id, feedback: true, debriefs: seen));

        var figures = (await cohort.Lead.Http.Read($"{cohort.Path}/coaching")).Ok();
        var one = Assert.Single(figures["coaches"]!.AsArray())!;
        Assert.Equal(("Cora Coach", 2, 3, 135, 1),
            ((string)one["coach"]!["name"]!, (int)one["caseload"]!, (int)one["sessions"]!, (int)one["minutes"]!, (int)one["noShows"]!));
        var turnaround = one["turnaround"]!;
        Assert.Equal((1, 10, 10, 0, 1),
            ((int)turnaround["told"]!, (int)turnaround["p50"]!, (int)turnaround["p95"]!, (int)turnaround["late"]!,
                (int)turnaround["overdue"]!));
        var waiting = Assert.Single(turnaround["waiting"]!.AsArray())!;
        Assert.Equal(("Ben Two", 10, "overdue"), ((string)waiting["learner"]!["name"]!, (int)waiting["days"]!, (string)waiting["wait"]!));
        Assert.Equal((2, 2), ((int)figures["dosage"]!["learners"]!, (int)figures["dosage"]!["onTrack"]!));
        (await cohort.Instructor.Http.Read($"{cohort.Path}/coaching")).Expect(HttpStatusCode.Forbidden, "role.required");

        // The same on the coach's own desk, what waits longest first.
        var desk = (await coach.Http.Read("/v1/me/coaching")).Ok();
        Assert.Equal((2, "Ben Two"), ((int)desk["caseload"]!, (string)Assert.Single(desk["feedbackOwed"]!
            .AsArray())!["learner"]!["name"]!));
    }

    [Fact]
    public async Task The_desk_begins_with_what_waits_longest()
    {
        var cohort = await app.Cohort();
        var (ana, ben) = (await app.Learner(cohort, "Ana One"), await app.Learner(cohort, "Ben Two"));
        var coach = await app.Person("Cora Coach");
        foreach (var learner in new[] { ana, ben }) (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        await coach.Http.Log(CoachingSteps.Part(ana.Id, observed: true, feedback: true));
        (await coach.Http.Plan(FlowingClock.Now.AddDays(50), ana.Id)).Expect(HttpStatusCode.Created);
        var next = (await coach.Http.Plan(FlowingClock.Now.AddDays(60), ben.Id)).Expect(HttpStatusCode.Created);
        FlowingClock.Advance(TimeSpan.FromDays(57));
        var desk = (await coach.Http.Read("/v1/me/coaching")).Ok();
        Assert.Equal((Guid)next["id"]!, (Guid)desk["next"]!["id"]!);
        Assert.Equal("Ana One", (string)Assert.Single(desk["unrecorded"]!.AsArray())!["participants"]![0]!["name"]!);
        Assert.Equal(["Ben Two behind", "Ana One onTrack"],
            desk["coachees"]!.AsArray().Select(c => $"{(string)c!["name"]!} {(string)c["dosage"]!["state"]!}"));
        Assert.Equal((DateTimeOffset)next["startsAt"]!, (DateTimeOffset)desk["coachees"]![0]!["nextSession"]!);
        Assert.Empty((await (await app.Person()).Http.Read("/v1/me/coaching")).Ok()["coachees"]!.AsArray());
    }

    [Fact]
    public async Task What_was_seen_more_than_half_a_year_ago_is_owed_no_more()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var coach = await app.Person("Cora Coach");
        (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        await coach.Http.Log(CoachingSteps.Part(learner.Id, observed: true));
        FlowingClock.Advance(TimeSpan.FromDays(180));
        Assert.Single((await coach.Http.Read("/v1/me/coaching")).Ok()["feedbackOwed"]!.AsArray());
        FlowingClock.Advance(TimeSpan.FromDays(5));
        var desk = (await coach.Http.Read("/v1/me/coaching")).Ok();
        Assert.Empty(desk["feedbackOwed"]!.AsArray());
        Assert.Single(desk["coachees"]!.AsArray());
    }

    private static string Words(JsonNode d) =>
        $"{(int)d["contacts"]!} of {(int)d["need"]!} {(string)d["state"]!} {(string)d["window"]!["from"]!} to {(string)d["window"]!["until"]!}, "
        + string.Join(", ", d["milestones"]!.AsArray().Select(m => $"{(int)m!["week"]!} {(int)m["need"]!} {(bool)m["met"]!}"))
        + $"; {(int)d["minutes"]!} min, {(int)d["noShows"]!} no-show, {(bool)d["bunched"]!}";

    private static string Words(Answer summary) => string.Join(", ", summary.Ok()["counts"]!.AsObject().Select(c => $"{c.Key} {c.Value}"));

    /// <summary>A cohort with the same lead.</summary>
    private async Task<TestCohort> OtherOf(TestCohort cohort)
    {
        var other = await app.Cohort();
        (await other.Lead.Http.Patch(other.Path, new { leads = new[] { other.Lead.Id, cohort.Lead.Id } })).Ok();
        return other;
    }
}
