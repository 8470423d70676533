using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Coaching;

/// <summary>A coach sees what a coachee works on beside what they have set out to do themselves in the unit that mirrors it.</summary>
[StandingClock(YearsLater = true)]
public sealed class MirrorTests(LearningApp app)
{
    // 1.3 of the course for coaches is learned from the other side in 1.1 of the one for facilitators, and 4.2 in 1.3.
    private const string Coaching = "1.3-guide-dont-fix";
    private const string Facilitating = "1.1-arrive-as-a-guest";
    private const string LateCoaching = "4.2-one-strength-one-stretch";
    private const string LateFacilitating = "1.3-strengths-that-work";

    [Fact]
    public async Task Both_plans_and_answers_to_one_thing_stand_side_by_side_with_the_steps_that_both_know()
    {
        var (coach, coachee, mirror) = await Pair();
        await Complete(coachee, Facilitating, "a door opens");
        await Answer(coachee, Facilitating, "partly", "The hallway was loud.");
        await Complete(coach, Coaching, "they ask me what to do");
        await Answer(coach, Coaching, "partly", null);
        await Answer(coach, Coaching, "applied", "I waited.");
        var step = (await coachee.Http.Post("/v1/action-items", CoachingSteps.Step(coachee.EnrolmentId, unit: Facilitating)))
            .Expect(HttpStatusCode.Created);

        var read = (await coach.Http.Read(mirror)).Ok();
        Assert.Equal(coachee.Name, (string)read["coachee"]!["name"]!);
        var journey = Assert.Single(read["journeys"]!.AsArray())!;
        Assert.Equal((Given.FacilitatorCourse, "Facilitator Foundations", 1, 12, "1.2-story-before-form"),
            ((string)journey["curriculum"]!, (string)journey["title"]!, (int)journey["unitsCompleted"]!, (int)journey["unitsTotal"]!,
                (string)journey["next"]!["slug"]!));
        var work = journey["current"]!;
        Assert.Equal((Facilitating, "completed", "a door opens", "partly", "The hallway was loud."),
            ((string)work["slug"]!, (string)work["state"]!, (string)work["ifThen"]!["cue"]!, (string)work["lastAnswer"]!["outcome"]!,
                (string)work["lastAnswer"]!["note"]!));
        // At first nobody shares what they write.
        Assert.Null(work["reflection"]);
        var own = Assert.Single(work["mirrors"]!.AsArray())!;
        Assert.Equal((Given.Course, Coaching, "completed", "they ask me what to do", "applied", coach.EnrolmentId),
            ((string)own["curriculum"]!, (string)own["slug"]!, (string)own["state"]!, (string)own["ifThen"]!["cue"]!,
                (string)own["lastAnswer"]!["outcome"]!, (Guid)own["enrolmentId"]!));
        var item = Assert.Single(read["items"]!.AsArray())!;
        Assert.Equal(((Guid)step["id"]!, "agreed", Facilitating), ((Guid)item["id"]!, (string)item["state"]!, (string)item["unit"]!));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Of_the_coachees_words_only_what_they_share_is_shown_and_they_see_that_it_was_read(bool answers, bool reflections)
    {
        var (coach, coachee, mirror) = await Pair();
        await Complete(coachee, Facilitating, "a door opens");
        await Answer(coachee, Facilitating, "partly", "The hallway was loud.");
        await coachee.HandIn(Facilitating, "I asked before I explained, and then it was quiet.");
        var step = (await coachee.Http.Post("/v1/action-items", CoachingSteps.Step(coachee.EnrolmentId))).Expect(HttpStatusCode.Created);
        await Share(coachee, mirror, answers, reflections);

        // For HEAD nothing is shown, and nothing is read.
        (await coach.Http.Head(mirror)).Ok();
        for (var i = 0; i < 2; i++)
        {
            var read = (await coach.Http.Read(mirror)).Ok();
            var work = Work(read);
            Assert.Equal((answers, answers, reflections),
                (work["ifThen"] is not null, work["lastAnswer"] is not null, work["reflection"] is not null));
            if (reflections)
                Assert.All(work["reflection"]!["answers"]!.AsObject(),
                    a => Assert.Equal("I asked before I explained, and then it was quiet.", (string)a.Value!));
            // Where the coachee is, and what both have agreed, a coach knows anyway.
            Assert.Equal(Facilitating, (string)work["slug"]!);
            Assert.Equal((string)step["id"]!, (string)Assert.Single(read["items"]!.AsArray())!["id"]!);
            Assert.Equal((answers, reflections), ((bool)read["shares"]!["answers"]!, (bool)read["shares"]!["reflections"]!));
        }

        // Plan and note once in a quarter of an hour, the reflection each time.
        string[] expected = [.. (string[])(reflections ? ["read", "read"] : []), .. (string[])(answers ? ["readNote", "readPlan"] : [])];
        Assert.Equal(expected, (await Readings(coachee, coach)).Order());
        FlowingClock.Advance(TimeSpan.FromMinutes(16));
        (await coach.Http.Read(mirror)).Ok();
        Assert.Equal(answers ? 4 : 0, (await Readings(coachee, coach)).Count(a => a != "read"));
        // The coach's own words are nobody's but theirs.
        Assert.Empty(await Readings(coach, coach, Coaching));
    }

    [Fact]
    public async Task A_reflection_that_its_author_took_back_or_that_is_on_hold_is_not_shown()
    {
        var (coach, coachee, mirror) = await Pair();
        await Complete(coachee, Facilitating, "a door opens");
        await coachee.HandIn(Facilitating);
        await Share(coachee, mirror, answers: false, reflections: true);
        Assert.NotNull(Work((await coach.Http.Read(mirror)).Ok())["reflection"]);
        (await coachee.Http.Post($"{coachee.Reflection(Facilitating)}/withdraw")).Ok();
        Assert.Null(Work((await coach.Http.Read(mirror)).Ok())["reflection"]);
        await coachee.HandIn(Facilitating);
        (await coachee.Http.Post($"{coachee.Reflection(Facilitating)}/hold", new { reason = "It names a family after all." })).Ok();
        Assert.Null(Work((await coach.Http.Read(mirror)).Ok())["reflection"]);
    }

    [Fact]
    public async Task A_coach_in_training_is_mirrored_by_what_their_coach_does_as_a_facilitator()
    {
        var (cohort, learned) = (await app.Cohort(), await app.Cohort(curriculum: Given.FacilitatorCourse));
        var (coach, coachee) = (await app.Learner(learned, "Cora Coach"), await app.Learner(cohort, "Kim Coachee"));
        var mirror = await LetCoach(cohort, coach.Id, coachee.Id);
        await Complete(coach, Facilitating, "a door opens");
        await Complete(coachee, Coaching, "they ask me what to do");
        var own = Assert.Single(Work((await coach.Http.Read(mirror)).Ok())["mirrors"]!.AsArray())!;
        Assert.Equal((Given.FacilitatorCourse, Facilitating, "a door opens"),
            ((string)own["curriculum"]!, (string)own["slug"]!, (string)own["ifThen"]!["cue"]!));
    }

    [Fact]
    public async Task Who_coaches_and_learns_nowhere_is_told_which_unit_it_would_be()
    {
        var cohort = await app.Cohort(curriculum: Given.FacilitatorCourse);
        var (coach, coachee) = (await app.Person("Cora Coach"), await app.Learner(cohort));
        var work = Work((await coach.Http.Read(await LetCoach(cohort, coach.Id, coachee.Id))).Ok());
        // Nothing is begun yet: it is the first unit that they will work on.
        Assert.Equal((Facilitating, "open"), ((string)work["slug"]!, (string)work["state"]!));
        var own = Assert.Single(work["mirrors"]!.AsArray())!;
        Assert.Equal((Given.Course, Coaching), ((string)own["curriculum"]!, (string)own["slug"]!));
        foreach (var field in new[] { "title", "enrolmentId", "state", "ifThen", "lastAnswer" }) Assert.Null(own[field]);
    }

    [Fact]
    public async Task A_unit_that_the_coach_has_not_reached_is_there_without_a_plan()
    {
        var (coach, coachee, mirror) = await Pair(gate: "paced");
        await Complete(coachee, Facilitating, "a door opens");
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        await Complete(coachee, LateFacilitating, "somebody says what they did");
        var own = Assert.Single(Work((await coach.Http.Read(mirror)).Ok())["mirrors"]!.AsArray())!;
        Assert.Equal((LateCoaching, "locked", null), ((string)own["slug"]!, (string)own["state"]!, own["ifThen"]));
        Assert.NotNull(own["title"]);
        (await coach.Http.Post($"{coach.Unit(Coaching)}/start")).Ok();
        // What was completed last is what they work on, and no unit that was begun since.
        (await coachee.Http.Post($"{coachee.Unit("1.2-story-before-form")}/start")).Ok();
        var journey = (await coach.Http.Read(mirror)).Ok()["journeys"]![0]!;
        Assert.Equal((LateFacilitating, "1.2-story-before-form"),
            ((string)journey["current"]!["slug"]!, (string)journey["next"]!["slug"]!));
    }

    [Fact]
    public async Task A_course_without_mirrors_has_none()
    {
        var slug = SecondCourse.NewSlug();
        using var content = SecondCourse.Of(slug);
        (await (await app.Admin()).Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(content)))
            .Expect(HttpStatusCode.Created);
        var cohort = await app.Cohort(curriculum: slug);
        var (coach, coachee) = (await app.Learner(await app.Cohort(), "Cora Coach"), await app.Learner(cohort));
        var mirror = await LetCoach(cohort, coach.Id, coachee.Id);
        await Complete(coachee, "open-questions", "a door opens");
        var work = Work((await coach.Http.Read(mirror)).Ok());
        Assert.Equal("a door opens", (string)work["ifThen"]!["cue"]!);
        Assert.Empty(work["mirrors"]!.AsArray());
    }

    [Fact]
    public async Task It_is_shown_to_the_coach_alone_and_only_while_they_coach()
    {
        var cohort = await app.Cohort(curriculum: Given.FacilitatorCourse);
        var (coach, coachee, stranger) = (await app.Person("Cora Coach"), await app.Learner(cohort), await app.Person());
        var mirror = await LetCoach(cohort, coach.Id, coachee.Id);
        foreach (var other in new[] { coachee.Http, cohort.Lead.Http, (await app.Admin()).Http })
            (await other.Read(mirror)).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        foreach (var other in new[] { stranger.Http, cohort.Instructor.Http })
            (await other.Read(mirror)).Expect(HttpStatusCode.NotFound, "coaching.notFound");
        (await coach.Http.Read(mirror)).Ok();
        (await coach.Http.Post(Beside(mirror, "end"), new { reason = "I change to another team." })).Ok();
        (await coach.Http.Read(mirror)).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
    }

    [Fact]
    public async Task Who_supervises_sees_nothing_before_the_coachee_agrees_and_no_words_after_it()
    {
        var (cohort, agency) = (await app.Cohort(curriculum: Given.FacilitatorCourse), await app.Agency());
        var (supervisor, coachee) = (await app.Member(agency, AgencyRole.Supervisor), await app.Learner(cohort, agencyId: agency));
        var mirror = await LetCoach(cohort, supervisor.Id, coachee.Id);
        await Complete(coachee, Facilitating, "a door opens");
        await coachee.HandIn(Facilitating);
        (await supervisor.Http.Read(mirror)).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        (await coachee.Http.Post(Beside(mirror, "agree"))).Ok();
        var work = Work((await supervisor.Http.Read(mirror)).Ok());
        Assert.Equal((Facilitating, null, null, null), ((string)work["slug"]!, work["ifThen"], work["lastAnswer"], work["reflection"]));
    }

    [Fact]
    public async Task A_course_that_either_of_them_has_left_is_not_in_it()
    {
        var (coach, coachee, mirror) = await Pair();
        await Complete(coachee, Facilitating, "a door opens");
        await Complete(coach, Coaching, "they ask me what to do");
        await app.Withdraw(coach);
        var own = Assert.Single(Work((await coach.Http.Read(mirror)).Ok())["mirrors"]!.AsArray())!;
        Assert.Equal((null, null), (own["enrolmentId"], own["ifThen"]));
        await app.Withdraw(coachee);
        Assert.Empty((await coach.Http.Read(mirror)).Ok()["journeys"]!.AsArray());
    }

    /// <summary>Somebody who learns to coach, and a facilitator in training whom they coach.</summary>
    private async Task<(TestLearner Coach, TestLearner Coachee, string Mirror)> Pair(string gate = "open")
    {
        var (learned, cohort) = (await app.Cohort(gate), await app.Cohort(curriculum: Given.FacilitatorCourse));
        var (coach, coachee) = (await app.Learner(learned, "Cora Coach"), await app.Learner(cohort, "Fay Facilitator"));
        return (coach, coachee, await LetCoach(cohort, coach.Id, coachee.Id));
    }

    private static async Task<string> LetCoach(TestCohort cohort, Guid coachId, Guid learnerId) =>
        $"{(await cohort.LetCoach(coachId, learnerId)).Expect(HttpStatusCode.Created).Headers["Location"]}/mirror";

    private static async Task Complete(TestLearner learner, string unit, string cue) =>
        (await learner.Http.Post($"{learner.Unit(unit)}/complete", new { ifThen = new { cue, action = "I will ask first" } })).Ok();

    /// <summary>Answers the next check-in about a unit that has none.</summary>
    private static async Task Answer(TestLearner learner, string unit, string outcome, string? note)
    {
        var asks = (await learner.Http.Read($"/v1/nudges?enrolment={learner.EnrolmentId}")).Ok()["items"]!.AsArray();
        var ask = asks.First(n => (string)n!["unit"]! == unit && n["response"] is null && (string)n["status"]! == "planned")!;
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        (await learner.Http.Post($"/v1/nudges/{(Guid)ask["id"]!}/response", new { outcome, note })).Ok();
    }

    private static async Task Share(TestLearner coachee, string mirror, bool answers, bool reflections) =>
        (await coachee.Http.Patch(Beside(mirror, ""), new { shares = new { answers, reflections } }, ("If-Match", "*"))).Ok();

    /// <summary>Another path of the same relationship.</summary>
    private static string Beside(string mirror, string name) => mirror.Replace("mirror", name, StringComparison.Ordinal).TrimEnd('/');

    private static JsonNode Work(Answer mirror) => Assert.Single(mirror["journeys"]!.AsArray())!["current"]!;

    /// <summary>What the coachee's access log says that the coach did.</summary>
    private static async Task<string[]> Readings(TestLearner coachee, TestLearner coach, string unit = Facilitating) =>
    [
        .. (await coachee.Http.Read($"{coachee.Reflection(unit)}/access-log")).Ok()["items"]!.AsArray()
            .Where(a => (string)a!["who"]!["name"]! == coach.Name && (string)a["role"]! == "coach").Select(a => (string)a!["what"]!),
    ];
}
