using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>Preconditions as RFC 9110 has them: weak comparison to read, strong comparison to change, and lists in both.</summary>
[StandingClock(YearsLater = true)]
public sealed class ConditionalRequestTests(LearningApp app)
{
    [Theory]
    [InlineData("{0}", true)]
    [InlineData("W/{0}", true)]
    [InlineData("\"old\", {0}", true)]
    [InlineData("W/\"old\", W/{0}, \"older\"", true)]
    [InlineData("*", true)]
    [InlineData("\"old\"", false)]
    [InlineData("W/\"old\", \"older\"", false)]
    public async Task What_the_caller_has_is_not_sent_again(string header, bool isKnown)
    {
        var learner = await app.Learner();
        foreach (var path in new[] { "/v1/me", "/v1/me/preferences", learner.Journey, learner.Unit(ReflectionSteps.Anchor) })
        {
            var tag = (await learner.Http.Read(path)).Ok().ETag!;
            var again = await learner.Http.Read(path, ("If-None-Match", header.Replace("{0}", tag, StringComparison.Ordinal)));
            Assert.Equal((isKnown ? HttpStatusCode.NotModified : HttpStatusCode.OK, tag), (again.Status, again.ETag));
        }
    }

    [Theory]
    [InlineData("application/json", "cohort transfer", "enrolment transfer", "agency transfer", "figures")]
    [InlineData("text/html", "cohort transfer", "enrolment transfer", "agency transfer")]
    [InlineData("image/svg+xml", "cohort transfer", "enrolment transfer", "agency transfer")]
    [InlineData("text/csv", "cohort transfer", "enrolment transfer", "figures")]
    public async Task Figures_of_a_moment_have_one_tag_for_as_long_as_nothing_else_changes(string type, params string[] asked)
    {
        var (admin, agency, cohort) = (await app.Admin(), await app.Agency(), await app.Cohort());
        var learner = await app.Learner(cohort, agencyId: agency);
        (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok();
        var paths = asked.Select(a => a switch
        {
            "cohort transfer" => $"{cohort.Path}/transfer",
            "enrolment transfer" => $"{learner.Journey}/transfer",
            "agency transfer" => $"/v1/agencies/{agency}/transfer",
            _ => $"{cohort.Path}/nudges/figures",
        }).ToList();
        var http = admin.Http;
        var tags = new List<string>();
        foreach (var path in paths) tags.Add((await http.Read(path, ("Accept", type))).Ok().ETag!);
        FlowingClock.Advance(TimeSpan.FromMinutes(3));
        foreach (var (path, tag) in paths.Zip(tags))
        {
            var again = await http.Read(path, ("Accept", type), ("If-None-Match", tag));
            Assert.Equal((HttpStatusCode.NotModified, tag, ""), (again.Status, again.ETag, again.Body));
            var head = await http.Head(path, ("Accept", type), ("If-None-Match", tag));
            Assert.Equal((HttpStatusCode.NotModified, tag), (head.Status, head.ETag));
            Assert.Equal(tag, (await http.Read(path, ("Accept", type))).Ok().ETag);
        }

        (await learner.Http.Post($"{learner.Unit("2.4-watching-voice-and-power")}/complete", Given.IfThen())).Ok();
        foreach (var (path, tag) in paths.Zip(tags))
            Assert.NotEqual(tag, (await http.Read(path, ("Accept", type), ("If-None-Match", tag))).Ok().ETag);
    }

    [Fact]
    public async Task Whoever_is_called_otherwise_is_not_shown_by_the_old_name_to_those_who_have_it()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement())).Ok();
        foreach (var (reader, path, renamed) in new[]
        {
            (learner.Http, learner.Reflection(), cohort.Instructor.Id),
            (cohort.Instructor.Http, ReflectionSteps.Review(revision), learner.Id),
            (cohort.Lead.Http, ReflectionSteps.Review(revision), cohort.Instructor.Id),
            (cohort.Lead.Http, cohort.Path, cohort.Instructor.Id), (learner.Http, $"/v1/people/{learner.Id}", learner.Id),
        })
        {
            var http = path.StartsWith("/v1/people", StringComparison.Ordinal) ? admin.Http : reader;
            var tag = (await http.Read(path)).Ok().ETag!;
            var name = $"Renamed {Guid.NewGuid():N}";
            (await admin.Http.Patch($"/v1/people/{renamed}", new { name }, ("If-Match", "*"))).Ok();
            var again = (await http.Read(path, ("If-None-Match", tag))).Ok();
            Assert.Contains(name, again.Body, StringComparison.Ordinal);
            Assert.NotEqual(tag, again.ETag);
        }
    }

    [Fact]
    public async Task A_review_that_was_read_under_another_name_or_before_a_check_in_was_answered_can_be_saved()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        var ask = (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok()["nudges"]![0]!["id"]!;
        var review = ReflectionSteps.Review(await learner.HandIn());
        var claimed = (await cohort.Instructor.Http.Post($"{review}/claim")).Ok().ETag!;
        var read = (await cohort.Instructor.Http.Read(review)).Ok().ETag!;
        Assert.Equal(claimed, read);
        (await admin.Http.Patch($"/v1/people/{learner.Id}", new { name = "Lou Renamed" }, ("If-Match", "*"))).Ok();
        (await learner.Http.Post($"/v1/nudges/{ask}/response", new { outcome = "applied" })).Ok();
        var later = (await cohort.Instructor.Http.Read(review, ("If-None-Match", read))).Ok().ETag!;
        Assert.NotEqual(read, later);
        var saved = (await cohort.Instructor.Http.Put(review, ReflectionSteps.Judgement(), ("If-Match", read))).Ok().ETag!;
        Assert.Equal(saved, (await cohort.Instructor.Http.Read(review)).Ok().ETag);
        // What they have saved themselves since is not overwritten by an older page.
        (await cohort.Instructor.Http.Put(review, ReflectionSteps.Judgement(), ("If-Match", later)))
            .Expect(HttpStatusCode.PreconditionFailed, "review.stale");
    }

    [Fact]
    public async Task What_shows_a_coach_is_shown_anew_under_their_new_name_and_saved_by_who_read_the_old_one()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (learner, coach) = (await app.Learner(cohort), await app.Person("Cora Coach"));
        var relation = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        var session = (await coach.Http.Plan(FlowingClock.Now.AddDays(9), learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        var review = await coach.Http.BeginReview(learner.Id);
        var step = (await coach.Http.Post("/v1/action-items", CoachingSteps.Step(learner.EnrolmentId, learner.Id)))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        var tags = new Dictionary<string, string>();
        foreach (var path in new[] { relation, session, review, step }) tags[path] = (await coach.Http.Read(path)).Ok().ETag!;
        var asCoachee = (await learner.Http.Read(relation)).Ok().ETag!;
        (await admin.Http.Patch($"/v1/people/{coach.Id}", new { name = "Cora Other" }, ("If-Match", "*"))).Ok();
        foreach (var (path, tag) in tags)
        {
            var again = (await coach.Http.Read(path, ("If-None-Match", tag))).Ok();
            Assert.Contains("Cora Other", again.Body, StringComparison.Ordinal);
            Assert.Equal((true, again.ETag), (again.ETag != tag, (string)again["etag"]!));
            (await coach.Http.Read(path, ("If-None-Match", again.ETag!))).Expect(HttpStatusCode.NotModified);
        }

        // Their state is the one that was read: only the step tells whose word it is by name.
        (await coach.Http.Put(review, FidelitySteps.Rated(1), ("If-Match", tags[review]))).Ok();
        (await coach.Http.Put(review, FidelitySteps.Rated(0), ("If-Match", tags[review])))
            .Expect(HttpStatusCode.PreconditionFailed, "fidelity.stale");
        (await coach.Http.Patch(session, new { minutes = 30 }, ("If-Match", tags[session]))).Ok();
        (await coach.Http.Patch(session, new { minutes = 60 }, ("If-Match", tags[session])))
            .Expect(HttpStatusCode.PreconditionFailed, "session.stale");
        (await learner.Http.Patch(relation, new { shares = new { reflections = true } }, ("If-Match", asCoachee))).Ok();
        (await learner.Http.Patch(relation, new { shares = new { reflections = false } }, ("If-Match", asCoachee)))
            .Expect(HttpStatusCode.PreconditionFailed, "coaching.stale");
    }

    [Fact]
    public async Task A_draft_is_shown_anew_once_its_rater_is_appointed_and_saved_by_who_read_it_before()
    {
        const string Summary = "miti-4.2.1-summary";
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor);
        var form = (await coach.Http.Read($"/v1/fidelity/instruments/{Summary}")).Ok();
        var ratings = form["sections"]!.AsArray().SelectMany(s => s!["items"]!.AsArray()).ToDictionary(i => (string)i!["code"]!, _ => 3);
        var path = (await coach.Http.Post(FidelitySteps.Reviews, FidelitySteps.Begun(learner.Id, instrument: Summary, segmentMinutes: 20)))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        var before = (await coach.Http.Put(path, new { ratings }, ("If-Match", "*"))).Ok();
        Assert.Equal(before.ETag, (await coach.Http.Read(path)).Ok().ETag);
        (await admin.Http.Put($"/v1/fidelity/raters/{coach.Id}",
            new { instrument = Summary, reason = "Trained the raters of the first year." })).Ok();
        var after = (await coach.Http.Read(path, ("If-None-Match", before.ETag!))).Ok();
        Assert.NotEqual(before["scores"]!.ToJsonString(), after["scores"]!.ToJsonString());
        (await coach.Http.Put(path, new { ratings }, ("If-Match", before.ETag!))).Ok();
    }

    [Theory]
    [InlineData("{0}", HttpStatusCode.OK)]
    [InlineData("\"old\", {0}", HttpStatusCode.OK)]
    [InlineData("{0}, \"old\"", HttpStatusCode.OK)]
    [InlineData("*", HttpStatusCode.OK)]
    [InlineData("\"old\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("\"old\", \"older\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/{0}", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/{0}, \"old\"", HttpStatusCode.PreconditionFailed)]
    public async Task A_change_goes_through_when_one_of_the_tags_is_the_present_one(string header, HttpStatusCode status)
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (string, string) IfMatch(string tag) => ("If-Match", header.Replace("{0}", tag, StringComparison.Ordinal));

        var preferences = (await learner.Http.Read("/v1/me/preferences")).Ok().ETag!;
        MustBe(await learner.Http.Patch("/v1/me/preferences", new { timeZone = "America/Denver" }, IfMatch(preferences)), preferences);

        var draft = await learner.Write();
        var prompt = (string)(await learner.GetReflection())["assignment"]!["prompts"]![0]!["slug"]!;
        var answers = new Dictionary<string, string> { [prompt] = "Other words." };
        MustBe(await learner.Http.Put($"{learner.Reflection()}/draft", new { answers }, IfMatch(draft)), draft);

        var revision = await learner.HandIn();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        var review = (await cohort.Instructor.Http.Read(ReflectionSteps.Review(revision))).Ok().ETag!;
        MustBe(await cohort.Instructor.Http.Put(ReflectionSteps.Review(revision), ReflectionSteps.Judgement(), IfMatch(review)), review);

        void MustBe(Answer answer, string present)
        {
            answer.Expect(status);
            if (status == HttpStatusCode.PreconditionFailed) Assert.Equal(present, answer.ETag);
            else Assert.NotEqual(present, answer.ETag);
        }
    }

    [Fact]
    public async Task What_must_be_new_and_must_be_this_very_state_can_be_neither()
    {
        var learner = await app.Learner();
        var tag = await learner.Write();
        (await learner.Http.Put($"{learner.Reflection()}/draft", new { answers = new Dictionary<string, string>() }, ("If-Match", tag),
            ("If-None-Match", "*"))).Expect(HttpStatusCode.PreconditionFailed, "reflection.draft.stale");
    }
}
