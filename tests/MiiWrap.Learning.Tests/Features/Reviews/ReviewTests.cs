using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reviews;

/// <summary>From the queue to the feedback beside the prompt that it speaks to.</summary>
[StandingClock]
public sealed class ReviewTests(LearningApp app)
{
    [Fact]
    public async Task An_accepted_reflection_reaches_its_author_and_the_tally()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        var queued = Assert
            .Single((await cohort.Instructor.Http.Read($"/v1/reviews?cohort={cohort.Id}&status=awaiting")).Ok()["items"]!.AsArray())!;
        Assert.Equal(revision, (Guid)queued["revisionId"]!);
        Assert.Equal((learner.Name, 1, 0), ((string)queued["learner"]!["name"]!, (int)queued["version"]!, (int)queued["ageDays"]!));
        Assert.Equal(1, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["awaitingReview"]!);

        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        var page = (await cohort.Instructor.Http.Read(ReflectionSteps.Review(revision))).Ok();
        var prompt = (string)page["assignment"]!["prompts"]![0]!["slug"]!;
        Assert.Equal(ReflectionSteps.Words, (string)page["answers"]![prompt]!);
        var half =
            (await cohort.Instructor.Http.Put(ReflectionSteps.Review(revision),
                new { comments = new Dictionary<string, string> { [prompt] = "This is the turn." } }, ("If-Match", page.ETag!))).Ok();
        Assert.Equal("inReview", (string)(await learner.GetReflection())["status"]!);
        Assert.Null((await learner.GetReflection())["revisions"]![0]!["review"]);
        var missing = (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/publish"))
            .Expect(HttpStatusCode.UnprocessableEntity, "review.incomplete");
        Assert.Equal(["affirmation", "decision", "nextStep", "question", "scores"], missing["errors"]!.AsObject().Select(e => e.Key)
            .Order());

        var whole = System.Text.Json.JsonSerializer.SerializeToNode(ReflectionSteps.Judgement())!;
        whole["comments"] = new System.Text.Json.Nodes.JsonObject { [prompt] = "This is the turn." };
        (await cohort.Instructor.Http.Put(ReflectionSteps.Review(revision), whole, ("If-Match", page.ETag!)))
            .Expect(HttpStatusCode.PreconditionFailed, "review.stale");
        (await cohort.Instructor.Http.Put(ReflectionSteps.Review(revision), whole, ("If-Match", half.ETag!))).Ok();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/publish")).Ok();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/publish"))
            .Expect(HttpStatusCode.Conflict, "review.published");

        var next = (await learner.Http.Read("/v1/me/next")).Ok();
        Assert.Equal(ReflectionSteps.Anchor, (string)Assert.Single(next["feedback"]!.AsArray())!["assignment"]!);
        var read = await learner.GetReflection();
        Assert.Equal("accepted", (string)read["status"]!);
        var feedback = read["revisions"]![0]!["review"]!;
        Assert.Equal(("This is the turn.", "accept", 2),
            ((string)feedback["comments"]![prompt]!, (string)feedback["decision"]!, (int)feedback["scores"]!["next"]!));
        Assert.Empty((await learner.Http.Read("/v1/me/next")).Ok()["feedback"]!.AsArray());

        var progress = (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok();
        Assert.Equal((0, 1), ((int)progress["summary"]!["awaitingReview"]!, (int)progress["items"]![0]!["reflectionsAccepted"]!));
        (await learner.Http.Put($"{learner.Reflection()}/draft", new { answers = new { } }, ("If-Match", "*")))
            .Expect(HttpStatusCode.Conflict, "reflection.submitted");
        Assert.Single((await cohort.Instructor.Http.Read($"/v1/reviews?cohort={cohort.Id}&status=accepted")).Ok()["items"]!.AsArray());
        Assert.Empty((await cohort.Instructor.Http.Read($"/v1/reviews?cohort={cohort.Id}")).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task Reviewers_read_sample_texts_beside_the_levels_and_authors_do_not()
    {
        var (admin, slug) = (await app.Admin(), SecondCourse.NewSlug());
        using var content = SecondCourse.Of(slug);
        (await admin.Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(content))).Expect(HttpStatusCode.Created);
        var (reviewers, authors) = await Rubrics();
        Assert.Equal("It went well.", (string)reviewers["anchors"]!["incomplete"]!);
        Assert.StartsWith("I asked one question", (string)reviewers["anchors"]!["complete"]!, StringComparison.Ordinal);
        Assert.Null(authors["anchors"]);

        content.Write("rubrics/plain.yml", """
            slug: plain
            title: Plain
            guidance: Write what you did.
            reviewers: 1
            criteria:
              - slug: experience
                title: What I did
                levels: [nothing, something, all of it, more]
                anchors: [They asked., I asked., I asked and waited., "I asked, waited and saw why."]
            """);
        (await admin.Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(content))).Expect(HttpStatusCode.Created);
        (reviewers, authors) = await Rubrics();
        string[] anchors = ["They asked.", "I asked.", "I asked and waited.", "I asked, waited and saw why."];
        Assert.Equal(anchors, reviewers["criteria"]![0]!["anchors"]!.AsArray().Select(a => (string)a!));
        Assert.Null(reviewers["anchors"]);
        Assert.Null(authors["criteria"]![0]!["anchors"]);
        Assert.Equal(4, authors["criteria"]![0]!["levels"]!.AsArray().Count);
        var diff = (await admin.Http.Read($"/v1/curricula/{slug}/versions/1/diff/2")).Ok();
        Assert.Equal(["rubric", "rubric"], diff["reworded"]!.AsArray().SelectMany(u => u!["parts"]!.AsArray()).Select(p => (string)p!));

        content.Replace("rubrics/plain.yml", "They asked.", "Somebody asked.");
        (await admin.Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(content))).Expect(HttpStatusCode.Created);
        Assert.Equal(2, (await admin.Http.Read($"/v1/curricula/{slug}/versions/2/diff/3")).Ok()["reworded"]!.AsArray().Count);

        async Task<(System.Text.Json.Nodes.JsonNode Reviewers, System.Text.Json.Nodes.JsonNode Authors)> Rubrics()
        {
            var cohort = await app.Cohort(curriculum: slug);
            var learner = await app.Learner(cohort);
            var revision = await learner.HandIn("open-questions");
            var review = (await cohort.Instructor.Http.Read(ReflectionSteps.Review(revision))).Ok();
            return (review["assignment"]!["rubric"]!, (await learner.GetReflection("open-questions"))["assignment"]!["rubric"]!);
        }
    }

    [Fact]
    public async Task A_reflection_that_comes_back_is_open_again_with_the_last_words()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        var published = (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement("revise", score: 1))).Ok();
        Assert.Equal("revise", (string)published["status"]!);

        var page = await learner.GetReflection();
        Assert.Equal("revise", (string)page["status"]!);
        Assert.All(page["draft"]!["answers"]!.AsObject(), a => Assert.Equal(ReflectionSteps.Words, (string)a.Value!));
        Assert.Equal(["next", "meaning"], page["revisions"]![0]!["review"]!["reviseFor"]!.AsArray().Select(c => (string)c!));
        Assert.Equal("reflection", (string)(await learner.Http.Read("/v1/me/next")).Ok()["next"]!["kind"]!);

        var second = await learner.HandIn(words: "Now with a step of my own.");
        var old = (await cohort.Instructor.Http.Read(ReflectionSteps.Review(revision))).Ok();
        Assert.True((bool)old["stale"]!);
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Expect(HttpStatusCode.Conflict, "review.stale");
        (await cohort.Instructor.Review(second, ReflectionSteps.Judgement())).Ok();
        page = await learner.GetReflection();
        Assert.Equal(["revise", "accept"], page["revisions"]!.AsArray().Select(r => (string)r!["review"]!["decision"]!));
    }

    [Fact]
    public async Task After_three_resubmissions_the_two_of_them_talk()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        Guid revision = default;
        for (var round = 0; round < 4; round++)
        {
            revision = await learner.HandIn(words: $"Try number {round}.");
            (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement("revise", score: 0))).Ok();
            if (round < 3)
                (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/another-try"))
                    .Expect(HttpStatusCode.Conflict, "reflection.talk.notDue");
        }

        var tag = await learner.Write(words: "Once more.");
        var submission = new { draftETag = tag, privacyConfirmed = true };
        (await learner.Http.Post($"{learner.Reflection()}/submissions", submission)).Expect(HttpStatusCode.Conflict, "reflection.talk");
        Assert.True((bool)(await cohort.Instructor.Http.Read(ReflectionSteps.Review(revision))).Ok()["talkDue"]!);
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/another-try")).Ok();
        (await learner.Http.Post($"{learner.Reflection()}/submissions", submission)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_rubric_says_what_may_be_accepted_and_an_override_says_why()
    {
        var cohort = await app.Cohort();
        var (learner, other) = (await app.Learner(cohort), await app.Learner(cohort));
        var anchor = await learner.HandIn();
        var refused = (await cohort.Instructor.Review(anchor, Scored(experience: 1, meaning: 1, next: 2)))
            .Expect(HttpStatusCode.UnprocessableEntity, "review.acceptRule");
        Assert.Equal(["meaning"], refused["criteria"]!.AsArray().Select(c => (string)c!));
        var standard = await other.HandIn("1.2-coach-supervisor-trainer");
        (await cohort.Instructor.Review(standard, Scored(experience: 1, meaning: 1, next: 2))).Ok();

        var tag = (await cohort.Instructor.Http.Read(ReflectionSteps.Review(anchor))).Ok().ETag!;
        (await cohort.Instructor.Http.Put(ReflectionSteps.Review(anchor),
            ReflectionSteps.Judgement(score: 1, overrideReason: "Said in our talk what the text leaves out."), ("If-Match", tag))).Ok();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(anchor)}/publish")).Ok();
        Assert.Equal("accepted", (string)(await learner.GetReflection())["status"]!);
    }

    [Fact]
    public async Task Of_two_racing_claims_one_holds_and_it_lapses_after_two_days()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        var claim = $"{ReflectionSteps.Review(revision)}/claim";
        var answers = await Task.WhenAll(cohort.Instructor.Http.Post(claim), cohort.Lead.Http.Post(claim));
        var held = Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Single(answers, a => a.Status == HttpStatusCode.Conflict && a.Code == "review.claimed");
        Assert.Equal(FlowingClock.Monday.UtcDateTime.AddHours(48), (DateTime)held["leaseUntil"]!);
        var (winner, loser) = held == answers[0] ? (cohort.Instructor, cohort.Lead) : (cohort.Lead, cohort.Instructor);
        var queued = Assert.Single((await loser.Http.Read($"/v1/reviews?cohort={cohort.Id}&status=claimed")).Ok()["items"]!.AsArray())!;
        Assert.Equal(winner.Name, (string)queued["claimedBy"]!["name"]!);
        (await loser.Http.Put(ReflectionSteps.Review(revision), ReflectionSteps.Judgement(), ("If-Match", "*")))
            .Expect(HttpStatusCode.Conflict, "review.notClaimed");
        (await winner.Http.Put(ReflectionSteps.Review(revision), ReflectionSteps.Judgement(), ("If-Match", held.ETag!))).Ok();

        FlowingClock.Advance(TimeSpan.FromHours(48));
        Assert.Single((await loser.Http.Read($"/v1/reviews?cohort={cohort.Id}&status=awaiting")).Ok()["items"]!.AsArray());
        (await winner.Http.Post($"{ReflectionSteps.Review(revision)}/publish")).Expect(HttpStatusCode.Conflict, "review.lapsed");
        (await loser.Http.Post(claim)).Ok();
        (await winner.Http.Post(claim)).Expect(HttpStatusCode.Conflict, "review.claimed");
        (await loser.Http.Post($"{ReflectionSteps.Review(revision)}/release")).Ok();
        (await loser.Http.Post($"{ReflectionSteps.Review(revision)}/release")).Expect(HttpStatusCode.Conflict, "review.notClaimed");
        (await winner.Http.Post(claim)).Ok();
        Assert.Equal("You noticed the quiet and let it be.",
            (string)(await winner.Http.Read(ReflectionSteps.Review(revision))).Ok()["review"]!["affirmation"]!);
        (await winner.Http.Post($"{ReflectionSteps.Review(revision)}/publish")).Ok();
    }

    [Fact]
    public async Task Nobody_reviews_their_own_work_and_outsiders_see_nothing()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        var outsider = await app.Cohort();
        foreach (var other in new[] { outsider.Lead.Http, learner.Http, (await app.Learner(cohort)).Http })
        {
            (await other.Read(ReflectionSteps.Review(revision))).Expect(HttpStatusCode.NotFound);
            (await other.Post($"{ReflectionSteps.Review(revision)}/claim")).Expect(HttpStatusCode.NotFound);
            (await other.Read($"/v1/reviews?cohort={cohort.Id}")).Expect(HttpStatusCode.NotFound);
            Assert.Empty((await other.Read("/v1/reviews")).Ok()["items"]!.AsArray());
        }

        var admin = await app.Admin();
        Assert.Null((await admin.Http.Read(ReflectionSteps.Review(revision))).Ok()["answers"]);
        (await admin.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Expect(HttpStatusCode.Forbidden, "role.required");
        Assert.Null((await cohort.Instructor.Http.Read(ReflectionSteps.Review(revision))).Ok()["answers"]);
        Assert.NotNull((await cohort.Lead.Http.Read(ReflectionSteps.Review(revision))).Ok()["answers"]);

        // The instructor learns in the cohort too.
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = cohort.Instructor.Email, name = "x", timeZone = Given.Zone } } })).Ok();
        var own = (Guid)(await cohort.Instructor.Http.Read("/v1/me")).Ok()["enrolments"]![0]!["id"]!;
        var mine = await new TestLearner(cohort.Instructor.Id, cohort.Instructor.Email, cohort.Instructor.Name, cohort.Instructor.Http, own)
            .HandIn();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(mine)}/claim")).Expect(HttpStatusCode.Forbidden, "review.own");
    }

    [Fact]
    public async Task A_score_out_of_range_is_refused_at_once()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        var tag = (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok().ETag!;
        async Task<Answer> Save(object body) => await cohort.Instructor.Http.Put(ReflectionSteps.Review(revision), body, ("If-Match", tag));
        (await Save(new { scores = new { experience = 4 } })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await Save(new { scores = new { experience = -1 } })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await Save(new { scores = new { brilliance = 1 } })).Expect(HttpStatusCode.UnprocessableEntity, "review.criterion.unknown");
        (await Save(new { comments = new { brilliance = "x" } })).Expect(HttpStatusCode.UnprocessableEntity, "review.prompt.unknown");
        (await Save(new { decision = "maybe" })).Expect(HttpStatusCode.UnprocessableEntity);
        (await cohort.Instructor.Http.Put(ReflectionSteps.Review(revision), new { })).Expect(HttpStatusCode.PreconditionRequired);
        (await Save(new { })).Ok();
    }

    [Fact]
    public async Task The_queue_is_walked_oldest_first_and_ages_on_working_days_alone()
    {
        var cohort = await app.Cohort();
        var expected = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            expected.Add(await (await app.Learner(cohort, $"Learner {i}")).HandIn());
            FlowingClock.Advance(TimeSpan.FromHours(1));
        }

        var path = $"/v1/reviews?cohort={cohort.Id}&limit=2";
        var walked = new List<Guid>();
        for (var cursor = ""; ;)
        {
            var page = (await cohort.Instructor.Http.Read(path + cursor)).Ok();
            walked.AddRange(page["items"]!.AsArray().Select(i => (Guid)i!["revisionId"]!));
            if ((string?)page["next"] is not { } next) break;
            cursor = $"&cursor={next}";
        }

        Assert.Equal(expected, walked);
        FlowingClock.Set(FlowingClock.Monday.AddDays(7));
        var old = (await cohort.Instructor.Http.Read($"/v1/reviews?cohort={cohort.Id}&olderThan=4")).Ok()["items"]!.AsArray();
        Assert.All(old, i => Assert.Equal((5, "late"), ((int)i!["ageDays"]!, (string)i["wait"]!)));
        Assert.Equal(5, old.Count);
        Assert.Empty((await cohort.Instructor.Http.Read($"/v1/reviews?cohort={cohort.Id}&olderThan=5")).Ok()["items"]!.AsArray());
        FlowingClock.Set(FlowingClock.Monday.AddDays(9));
        Assert.Equal("overdue", (string)(await cohort.Instructor.Http.Read($"/v1/reviews?cohort={cohort.Id}")).Ok()["items"]![0]!["wait"]!);
        (await cohort.Instructor.Http.Read("/v1/reviews?olderThan=soon")).Expect(HttpStatusCode.UnprocessableEntity);
        (await cohort.Instructor.Http.Read("/v1/reviews?status=lost")).Expect(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Two_read_the_closing_reflection_without_seeing_each_others_review()
    {
        var cohort = await app.Cohort();
        var (learner, distant) = (await app.Learner(cohort), await app.Learner(cohort));
        const string Closing = "8.3-my-next-six-months";
        var revision = await learner.HandIn(Closing);
        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement(score: 2, forClosing: true))).Ok();
        Assert.Equal("inReview", (string)(await learner.GetReflection(Closing))["status"]!);
        Assert.Null((await learner.GetReflection(Closing))["revisions"]![0]!["review"]);
        Assert.Empty((await cohort.Lead.Http.Read(ReflectionSteps.Review(revision))).Ok()["feedback"]!.AsArray());
        Assert.Equal("accepted",
            (string)(await cohort.Lead.Review(revision, ReflectionSteps.Judgement(score: 3, forClosing: true))).Ok()["status"]!);
        var read = (await learner.GetReflection(Closing))["revisions"]![0]!;
        Assert.NotNull(read["review"]);
        Assert.NotNull(read["secondReview"]);

        revision = await distant.HandIn(Closing);
        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement("revise", score: 1, forClosing: true))).Ok();
        var far = (await cohort.Lead.Review(revision, ReflectionSteps.Judgement(score: 3, forClosing: true))).Ok();
        Assert.True((bool)far["conversationOpen"]!);
        Assert.True((bool)Assert
            .Single((await cohort.Lead.Http.Read($"/v1/reviews?cohort={cohort.Id}&status=claimed")).Ok()["items"]!
                .AsArray())!["conversationOpen"]!);
        Assert.Null((await distant.GetReflection(Closing))["revisions"]![0]!["review"]);
        var page = (await cohort.Instructor.Http.Read(ReflectionSteps.Review(revision))).Ok();
        Assert.Equal(3, (int)Assert.Single(page["feedback"]!.AsArray())!["scores"]!["next"]!);
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/publish"))
            .Expect(HttpStatusCode.Conflict, "review.conversation");
        (await cohort.Instructor.Http.Put(
            ReflectionSteps.Review(revision), ReflectionSteps.Judgement(score: 2, forClosing: true), ("If-Match", page.ETag!))).Ok();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/conversation/close")).Ok();
        Assert.Equal("accepted", (string)(await distant.GetReflection(Closing))["status"]!);
    }

    [Fact]
    public async Task A_sequential_gate_waits_for_the_accepted_anchor()
    {
        var cohort = await app.Cohort("sequential", DateOnly.FromDateTime(FlowingClock.Monday.UtcDateTime).AddDays(-70));
        var learner = await app.Learner(cohort);
        const string Later = "2.1-preparing-to-observe";
        var locked = (await learner.Http.Read(learner.Unit(Later))).Expect(HttpStatusCode.Forbidden, "unit.locked");
        while ((string?)locked["waitsFor"] is { } anchor)
        {
            (await cohort.Instructor.Review(await learner.HandIn(anchor), ReflectionSteps.Judgement())).Ok();
            var again = await learner.Http.Read(learner.Unit(Later));
            if (again.Status == HttpStatusCode.OK) break;
            Assert.NotEqual(anchor, (string?)again["waitsFor"]);
            locked = again;
        }

        (await learner.Http.Read(learner.Unit(Later))).Ok();
    }

    [Fact]
    public async Task What_points_to_a_person_by_itself_is_not_published_in_feedback_either()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        var judgement = System.Text.Json.JsonSerializer.SerializeToNode(ReflectionSteps.Judgement())!;
        judgement["nextStep"] = "Call me at 312-555-0148.";
        (await cohort.Instructor.Http.Put(ReflectionSteps.Review(revision), judgement, ("If-Match", "*"))).Ok();
        var blocked = (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/publish"))
            .Expect(HttpStatusCode.UnprocessableEntity, "review.privacy.blocked");
        Assert.Equal("nextStep", Assert.Single(blocked["errors"]!.AsObject()).Key);
        Assert.DoesNotContain("312-555", blocked.Body, StringComparison.Ordinal);
        (await cohort.Instructor.Http.Put(ReflectionSteps.Review(revision), ReflectionSteps.Judgement(), ("If-Match", "*"))).Ok();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/publish")).Ok();
    }

    private static object Scored(int experience, int meaning, int next) => new
    {
        scores = new { experience, meaning, perspective = 0, next },
        affirmation = "You named your own part.",
        question = "And what then?",
        nextStep = "Try it once more.",
        decision = "accept",
    };
}
