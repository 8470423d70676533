using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Fidelity;

/// <summary>What few samples tell of one person over two years, to whom it is told, and in which forms.</summary>
[StandingClock(YearsLater = true)]
public sealed class FidelityTrendTests(LearningApp app)
{
    private const string Why = "Another talk was rated.";
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private string form = "";

    private string Trend(Guid personId) => FidelitySteps.Trend(personId, form);

    [Theory]
    [InlineData("0 3 6 9", "84 82 79 75", "falling", -6, 1, 24, -1.0)]
    [InlineData("0 3 6 9", "84 85 79 75", "noSignal", -4, 1, 6, null)]
    [InlineData("0 2 5 8 11", "88 84 85 80 76", "falling", -8, 1, 24, -23.0 / 22)]
    [InlineData("0 2 5 8 11", "88 84 84 80 76", "falling", -9, 1, 60, null)]
    [InlineData("0 3 6 9 12 15", "81 84 80 83 82 81", "noSignal", -2, 77, 180, null)]
    [InlineData("0 3 6 9 12 15", "90 88 88 85 85 82", "falling", -13, 1, 180, -0.5)]
    [InlineData("0 1 3 4 6 8 9", "62 66 65 71 74 73 79", "rising", 17, 27, 5040, 1.625)]
    [InlineData("0 3 6 9 12", "80 80 80 80 80", "noSignal", 0, 1, 1, 0.0)]
    public async Task A_series_of_reviews_has_this_direction(
        string months, string totals, string signal, int s, int over, int under, double? slope)
    {
        var (cohort, learner) = await Rated(months, totals);
        var trend = (await learner.Http.Read(Trend(learner.Id))).Ok();
        Assert.Equal((form, signal, s, 80m),
            ((string)trend["instrument"]!, (string)trend["signal"]!, (int)trend["s"]!, (decimal)trend["line"]!));
        Assert.Equal((double)over / under, (double)trend["p"]!);
        if (slope is not null) Assert.Equal(slope.Value, (double)trend["slope"]!, 12);
        Assert.Equal(totals.Split(' '), Values(trend));
        Assert.All(trend["points"]!.AsArray(), p => Assert.Equal(("coach", cohort.Instructor.Name, 1),
            ((string)p!["kind"]!, (string)p["raters"]!.AsArray().Single()!, (int)p["reviews"]!)));
        Assert.Equal($"{FlowingClock.Now:yyyy-MM}", (string)trend["points"]!.AsArray()[^1]!["month"]!);
        Assert.Equal(["strong 80", "focus 0"], trend["bands"]!.AsArray().Select(b => $"{(string)b!["band"]!} {(decimal)b["from"]!}"));
        // A coach is told where there is something to talk about, and of nothing else.
        var desk = (await cohort.Instructor.Http.Read("/v1/me/coaching")).Ok()["fidelity"]!.AsArray();
        Assert.Empty(desk);
        (await cohort.LetCoach(cohort.Instructor.Id, learner.Id)).Expect(HttpStatusCode.Created);
        desk = (await cohort.Instructor.Http.Read("/v1/me/coaching")).Ok()["fidelity"]!.AsArray();
        var (falling, below) = (signal == "falling", (bool)trend["belowLine"]!);
        Assert.Equal(falling || below ? [(learner.Id, learner.Name, form, falling, below)] : [], desk.Select(f => (
            (Guid)f!["coachee"]!["id"]!, (string)f["coachee"]!["name"]!, (string)f["instrument"]!, (bool)f["falling"]!,
            (bool)f["belowLine"]!)));
    }

    [Fact]
    public async Task Nothing_and_three_samples_show_nothing_but_themselves()
    {
        var (_, learner) = await Rated("", "");
        var none = (await learner.Http.Read(Trend(learner.Id))).Ok();
        Assert.Equal(("tooFew", 0, null, null, null, false), ((string)none["signal"]!, none["points"]!.AsArray().Count, none["s"], none["p"],
            none["slope"], (bool)none["belowLine"]!));
        var (_, other) = await Rated("0 3 6", "90 79 70");
        var three = (await other.Http.Read(Trend(other.Id))).Ok();
        Assert.Equal(("tooFew", null, null, null, true, "No direction can be told from 3 samples: it takes 4. The newest two are under the line, "
            + "and an earlier one was not."), ((string)three["signal"]!, three["s"], three["p"], three["slope"], (bool)three["belowLine"]!,
            (string)three["summary"]!));
        Assert.Equal("One sample: what one person saw once", (string)three["notice"]!);
    }

    [Fact]
    public async Task No_direction_is_told_across_a_change_of_raters()
    {
        var (cohort, learner) = await Rated("0 3", "90 88");
        foreach (var total in new[] { 76, 70 })
        {
            FlowingClock.Set(FlowingClock.Now.AddMonths(3));
            await cohort.Lead.Http.LockTotal(learner.Id, form, total, "lead");
        }

        var trend = (await learner.Http.Read(Trend(learner.Id))).Ok();
        Assert.Equal(("ratersChanged", null, null, null, true),
            ((string)trend["signal"]!, trend["s"], trend["p"], trend["slope"], (bool)trend["belowLine"]!));
        Assert.Equal(["coach", "coach", "lead", "lead"], trend["points"]!.AsArray().Select(p => (string)p!["kind"]!));
        // Being under the line is told all the same.
        (await cohort.LetCoach(cohort.Instructor.Id, learner.Id)).Expect(HttpStatusCode.Created);
        var told = Assert.Single((await cohort.Instructor.Http.Read("/v1/me/coaching")).Ok()["fidelity"]!.AsArray())!;
        Assert.Equal((false, true), ((bool)told["falling"]!, (bool)told["belowLine"]!));
    }

    [Fact]
    public async Task A_chain_counts_by_its_head_and_a_pair_as_one_sample()
    {
        var (cohort, learner) = await Rated("0", "90");
        var coach = cohort.Instructor.Http;
        async Task<string[]> Points() => Values((await learner.Http.Read(Trend(learner.Id))).Ok());

        FlowingClock.Set(FlowingClock.Now.AddMonths(1));
        var second = await coach.LockTotal(learner.Id, form, 60);
        var amended = (await coach.Post($"{second}/amend", new { reason = "Two items were swapped." })).Expect(HttpStatusCode.Created)
            .Headers["Location"];
        Assert.Equal(["90", "60"], await Points());
        await coach.Submit(amended, 70);
        Assert.Equal(["90", "70"], await Points());
        (await cohort.Lead.Http.Post($"{amended}/void", new { reason = Why })).Ok();
        Assert.Equal(["90"], await Points());

        FlowingClock.Set(FlowingClock.Now.AddMonths(1));
        await coach.LockTotal(learner.Id, form, 90);
        var half = (await coach.Post(FidelitySteps.Reviews, FidelitySteps.Begun(
            learner.Id, instrument: form, secondRaterId: cohort.Lead.Id))).Expect(HttpStatusCode.Created).Headers["Location"];
        await coach.Submit(half, 60);
        // Half a pair is in no figure.
        Assert.Equal(["90", "90"], await Points());
        var other = (await cohort.Lead.Http.Read($"{FidelitySteps.Reviews}?subject={learner.Id}&status=draft")).Ok()["items"]![0]!;
        await cohort.Lead.Http.Submit($"{FidelitySteps.Reviews}/{(Guid)other["id"]!}", 70);
        var month = (await learner.Http.Read(Trend(learner.Id))).Ok()["points"]!.AsArray()[^1]!;
        // The mean of 90 and the pair's 65.
        Assert.Equal((77.5, "coach", 3), ((double)month["value"]!, (string)month["kind"]!, (int)month["reviews"]!));
        Assert.Equal([cohort.Instructor.Name, cohort.Lead.Name], month["raters"]!.AsArray().Select(r => (string)r!));
    }

    [Fact]
    public async Task Own_ratings_stand_apart_and_so_does_another_major_version()
    {
        var (cohort, learner) = await Rated("0 3 6", "90 85 80");
        await learner.Http.LockTotal(learner.Id, form, 40, "self");
        var trend = (await learner.Http.Read(Trend(learner.Id))).Ok();
        Assert.Equal(("tooFew", false), ((string)trend["signal"]!, (bool)trend["belowLine"]!));
        Assert.Equal([("coach", 90), ("coach", 85), ("coach", 80), ("self", 40)],
            trend["points"]!.AsArray().Select(p => ((string)p!["kind"]!, (int)p["value"]!)));

        await Publish(major: 2);
        FlowingClock.Set(FlowingClock.Now.AddMonths(3));
        await learner.Http.LockTotal(learner.Id, form, 30, "self");
        // Whoever was rated by others by the earlier one alone keeps that trend.
        Assert.Equal((1, 4), await Major());
        await cohort.Instructor.Http.LockTotal(learner.Id, form, 75);
        Assert.Equal((2, 2), await Major());

        async Task<(int, int)> Major()
        {
            var now = (await learner.Http.Read(Trend(learner.Id))).Ok();
            return ((int)now["major"]!, now["points"]!.AsArray().Count);
        }
    }

    [Fact]
    public async Task What_is_older_than_two_years_is_left_out_and_what_had_too_little_rated_has_no_point()
    {
        var (cohort, learner) = await Rated("0 1 24 25", "90 88 86 84");
        Assert.Equal(["88", "86", "84"], Values((await learner.Http.Read(Trend(learner.Id))).Ok()));
        var path = (await cohort.Instructor.Http.Post(FidelitySteps.Reviews, FidelitySteps.Begun(learner.Id)))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        (await cohort.Instructor.Http.Put(path, new { ratings = new Dictionary<string, int> { ["A1"] = 3 } }, ("If-Match", "*"))).Ok();
        (await cohort.Instructor.Http.Post($"{path}/submit")).Ok();
        Assert.Empty((await learner.Http.Read(FidelitySteps.Trend(learner.Id))).Ok()["points"]!.AsArray());
    }

    [Fact]
    public async Task An_instrument_is_named_and_known()
    {
        var (_, learner) = await Rated("", "");
        (await learner.Http.Read($"/v1/people/{learner.Id}/fidelity")).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await learner.Http.Read(FidelitySteps.Trend(learner.Id, "none-1")))
            .Expect(HttpStatusCode.UnprocessableEntity, "instrument.unknown");
        (await learner.Http.Read(Trend(Guid.NewGuid()))).Expect(HttpStatusCode.NotFound, "person.notFound");
    }

    [Fact]
    public async Task A_coach_sees_it_and_has_it_on_the_desk_as_long_as_it_is_shared()
    {
        var (cohort, learner) = await Rated("0 3 6 9", "84 82 79 75");
        var coach = await app.Person("Cora Coach");
        (await coach.Http.Read(Trend(learner.Id))).Expect(HttpStatusCode.NotFound, "person.notFound");
        var shared = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await coach.Http.Read(Trend(learner.Id))).Ok();
        Assert.Single(await OnDesk());
        (await learner.Http.Patch(shared, new { shares = new { fidelity = false } }, ("If-Match", "*"))).Ok();
        (await coach.Http.Read(Trend(learner.Id))).Expect(HttpStatusCode.Forbidden, "fidelity.hidden");
        Assert.Empty(await OnDesk());
        (await learner.Http.Patch(shared, new { shares = new { fidelity = true } }, ("If-Match", "*"))).Ok();
        Assert.Single(await OnDesk());
        (await cohort.Lead.Http.Post($"{shared}/end", new { reason = "Somebody else goes on with it." })).Ok();
        (await coach.Http.Read(Trend(learner.Id))).Expect(HttpStatusCode.Forbidden, "fidelity.hidden");
        Assert.Empty(await OnDesk());
        // It is told nowhere else.
        foreach (var (reader, path) in new[]
        {
            (cohort.Lead.Http, $"{cohort.Path}/followups"), (cohort.Lead.Http, $"{cohort.Path}/patterns"),
            (cohort.Lead.Http, $"{cohort.Path}/progress"), (cohort.Lead.Http, $"{cohort.Path}/coaching"), (learner.Http, "/v1/me/next"),
            (cohort.Lead.Http, $"{FidelitySteps.Reviews}?subject={learner.Id}"),
        })
        {
            var body = (await reader.Read(path)).Ok().Body;
            Assert.DoesNotContain("falling", body, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("belowLine", body, StringComparison.OrdinalIgnoreCase);
        }

        async Task<JsonArray> OnDesk() => (await coach.Http.Read("/v1/me/coaching")).Ok()["fidelity"]!.AsArray();
    }

    [Fact]
    public async Task Nobody_of_the_agency_sees_it_by_name_whatever_else_they_are()
    {
        var agency = await app.Agency();
        var (cohort, learner) = await Rated("0 3 6 9", "84 82 79 75", agency);
        var (supervisor, admin) = (await app.Member(agency, AgencyRole.Supervisor), await app.Admin());
        (await (await app.Admin()).Http.Put($"/v1/agencies/{agency}/people/{admin.Id}", new { role = "agencyAdmin" }))
            .Expect(HttpStatusCode.NoContent);
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id, supervisor.Id } })).Ok();
        (await cohort.LetCoach(supervisor.Id, learner.Id)).Expect(HttpStatusCode.Created);
        var relationship = (await learner.Http.Read(CoachingSteps.Relationships)).Ok()["items"]![0]!;
        (await learner.Http.Post($"{CoachingSteps.Relationships}/{(Guid)relationship["id"]!}/agree")).Ok();
        foreach (var reader in new[] { supervisor, admin })
        {
            var refused = (await reader.Http.Read(Trend(learner.Id), ("Accept", "text/html")))
                .Expect(HttpStatusCode.Forbidden, "fidelity.hidden");
            Assert.DoesNotContain("84", (string)refused["detail"]!, StringComparison.Ordinal);
        }

        // Not on the desk either, though the learner agreed to be coached.
        var desk = (await supervisor.Http.Read("/v1/me/coaching")).Ok();
        Assert.Single(desk["coachees"]!.AsArray());
        Assert.Empty(desk["fidelity"]!.AsArray());
        (await (await app.Member(await app.Agency(), AgencyRole.Supervisor)).Http.Read(Trend(learner.Id)))
            .Expect(HttpStatusCode.NotFound, "person.notFound");
    }

    [Fact]
    public async Task Each_reading_by_somebody_else_is_written_down_once_and_HEAD_reads_nothing()
    {
        var (cohort, learner) = await Rated("0 3", "84 82");
        var (admin, path) = (await app.Admin(), Trend(learner.Id));
        var review = (await learner.Http.Read(FidelitySteps.Reviews)).Ok()["items"]![0]!;
        async Task<string[]> Log() => [.. (await learner.Http.Read($"{FidelitySteps.Reviews}/{(Guid)review["id"]!}/access-log")).Ok()["items"]!
            .AsArray().Select(i => $"{(string)i!["who"]!["name"]!} {(string)i["role"]!} {(string)i["what"]!}")];

        var head = (await admin.Http.Head(path)).Ok();
        Assert.Equal("", head.Body);
        (await learner.Http.Read(path)).Ok();
        Assert.Empty(await Log());
        var read = (await admin.Http.Read(path)).Ok();
        Assert.Equal(head.ETag, read.ETag);
        Assert.Equal(["Ada Admin programAdmin readTrend"], await Log());
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        (await cohort.Lead.Http.Read(path, ("Accept", "text/csv"))).Ok();
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        (await cohort.Instructor.Http.Read(path, ("Accept", "image/svg+xml"))).Ok();
        Assert.Equal(["Ada Admin programAdmin readTrend", "Lee Lead lead readTrend", "Ines Instructor instructor readTrend"], await Log());
        // A rater knows who read what they rated, and not who looked at all of it.
        Assert.Empty((await cohort.Instructor.Http.Read($"{FidelitySteps.Reviews}/{(Guid)review["id"]!}/access-log")).Ok()["items"]!.AsArray());
    }

    [Theory]
    [InlineData("application/json"), InlineData("text/csv"), InlineData("image/svg+xml"), InlineData("text/html")]
    public async Task A_tag_holds_while_nothing_but_the_moment_changes(string type)
    {
        var (cohort, learner) = await Rated("0 3", "84 82");
        var read = (await learner.Http.Read(Trend(learner.Id), ("Accept", type))).Ok();
        Assert.StartsWith(type, read.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal("Accept", read.Headers["Vary"]);
        FlowingClock.Advance(TimeSpan.FromMinutes(3));
        (await learner.Http.Read(Trend(learner.Id), ("Accept", type), ("If-None-Match", read.ETag!))).Expect(HttpStatusCode.NotModified);
        await cohort.Instructor.Http.LockTotal(learner.Id, form, 60);
        (await learner.Http.Read(Trend(learner.Id), ("Accept", type), ("If-None-Match", read.ETag!))).Ok();
    }

    [Fact]
    public async Task Each_form_says_the_same_whatever_people_are_called()
    {
        var (cohort, learner) = await Rated("0 3 6 9", "84 82 79 75", name: "<b>\"Zoë & Co");
        var coach = await app.Person("=1+1");
        (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        await coach.Http.LockTotal(learner.Id, form, 77);
        await learner.Http.LockTotal(learner.Id, form, 95, "self");

        var csv = (await learner.Http.Read(Trend(learner.Id), ("Accept", "text/csv"))).Ok().Body;
        Assert.StartsWith("instrument,major,month,value,kind,raters,reviews\r\n", csv, StringComparison.Ordinal);
        var lines = csv.TrimEnd().Split("\r\n");
        Assert.Equal(6, lines.Length);
        Assert.Contains($",76,coach,'=1+1; {cohort.Instructor.Name},2", lines[4].Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(",95,self,", lines[5], StringComparison.Ordinal);

        var picture = XDocument.Parse((await learner.Http.Read(Trend(learner.Id), ("Accept", "image/svg+xml"))).Ok().Body).Root!;
        Assert.Equal((Svg + "svg", "img", "trend-title trend-text"),
            (picture.Name, (string)picture.Attribute("role")!, (string)picture.Attribute("aria-labelledby")!));
        Assert.Contains("<b>\"Zoë & Co", (string)picture.Element(Svg + "title")!, StringComparison.Ordinal);
        var words = (string)picture.Element(Svg + "desc")!;
        foreach (var said in new[]
        {
            "Falling by 0.9 points a month over 4 samples.", "The line is at 80.", "One sample: what one person saw once.",
            $"{FlowingClock.Now:yyyy-MM}: 76.0, by =1+1 (coach) and {cohort.Instructor.Name} (coach)",
            $"{FlowingClock.Now:yyyy-MM}: 95.0, by <b>\"Zoë & Co (own rating)",
        }) Assert.Contains(said, words, StringComparison.Ordinal);
        // Four points and two legends by others, one and its legend by the person themselves; the line and the slope with theirs.
        Assert.Equal((6, 2, 2, 2), (Marks("sample"), Marks("own"), Marks("goal"), Marks("slope")));
        int Marks(string kind) => picture.Descendants().Count(e => (string?)e.Attribute("class") == kind);

        var page = (await learner.Http.Read(Trend(learner.Id), ("Accept", "text/html"))).Ok();
        Assert.Contains("<h1>A count: &lt;b&gt;&quot;Zo&#xEB; &amp; Co</h1>", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("default-src 'none'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        foreach (var said in new[]
        {
            "One sample: what one person saw once.", "Few points show steep changes alone.", "S -6, p 0.042", "-0.944 points a month",
            "<b>strong</b>, from 80: Set by judgment.", "For coaching, not for personnel decisions.",
            $"<th scope=\"row\">{FlowingClock.Now:yyyy-MM}</th><td>95.0</td><td>1</td><td>&lt;b&gt;&quot;Zo&#xEB; &amp; Co (own rating)</td>",
        }) Assert.Contains(said, page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_next_step_and_an_observation_name_a_review_of_that_very_person()
    {
        var (cohort, learner) = await Rated("0", "84");
        var other = await app.Learner(cohort);
        var coach = cohort.Instructor.Http;
        var (own, others) = (await ReviewOf(learner), await ReviewOf(other));
        object Step(Guid review) => new
        {
            ownerId = learner.Id,
            enrolmentId = learner.EnrolmentId,
            ifThen = new { cue = "they bring me a problem", action = "I will ask what they have tried" },
            sign = "They have spoken more than I have",
            dueOn = $"{FlowingClock.Now.AddDays(21):yyyy-MM-dd}",
            reviewId = review,
        };
        object Seen(Guid review) => new
        {
            personId = learner.Id,
            attendance = "attended",
            observation = new { kind = "live", month = $"{FlowingClock.Now:yyyy-MM}", reviewId = review },
            feedback = true,
            practice = false,
        };
        Assert.Equal(own, (Guid)(await coach.Post("/v1/action-items", Step(own))).Expect(HttpStatusCode.Created)["reviewId"]!);
        var logged = (await coach.Post(CoachingSteps.Sessions, CoachingSteps.LoggedNow(Seen(own)))).Expect(HttpStatusCode.Created);
        Assert.Equal(own, (Guid)logged["participants"]![0]!["observation"]!["reviewId"]!);
        // The coach sees the other one too, and it is of somebody else; and one that nobody but its rater sees is not there.
        var hidden = Guid.Parse((await cohort.Lead.Http.BeginReview(learner.Id)).Split('/')[^1]);
        foreach (var review in new[] { others, hidden })
        {
            (await coach.Post("/v1/action-items", Step(review))).Expect(HttpStatusCode.UnprocessableEntity, "review.unknown");
            (await coach.Post(CoachingSteps.Sessions, CoachingSteps.LoggedNow(Seen(review))))
                .Expect(HttpStatusCode.UnprocessableEntity, "review.unknown");
        }

        async Task<Guid> ReviewOf(TestLearner subject) => Guid.Parse((await coach.LockTotal(subject.Id, form, 82)).Split('/')[^1]);
    }

    [Fact]
    public async Task Where_no_direction_can_be_told_no_form_draws_or_says_one()
    {
        var (_, learner) = await Rated("0 3 6 9", "84 85 79 81");
        foreach (var type in new[] { "image/svg+xml", "text/html" })
        {
            var shown = (await learner.Http.Read(Trend(learner.Id), ("Accept", type))).Ok().Body;
            Assert.Contains("No direction can be told from 4 samples.", shown, StringComparison.Ordinal);
            Assert.DoesNotContain("stable", shown, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("class=\"slope\"", shown, StringComparison.Ordinal);
        }

        var (_, other) = await Rated("", "");
        Assert.Contains("Nothing to show yet.",
            (await other.Http.Read(Trend(other.Id), ("Accept", "image/svg+xml"))).Ok().Body, StringComparison.Ordinal);
    }

    private static string[] Values(Answer trend) =>
        [.. trend["points"]!.AsArray().Select(p => ((decimal)p!["value"]!).ToString(System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>A learner whom their cohort's instructor rates in each of these months, counted from the first.</summary>
    private async Task<(TestCohort Cohort, TestLearner Learner)> Rated(
        string months, string totals, Guid? agencyId = null, string name = "Lou Learner")
    {
        if (form.Length == 0) await Publish(major: 1);
        var cohort = await app.Cohort();
        var (learner, begun) = (await app.Learner(cohort, name, agencyId: agencyId), FlowingClock.Now);
        foreach (var (month, total) in Numbers(months).Zip(Numbers(totals)))
        {
            FlowingClock.Set(begun.AddMonths(month));
            await cohort.Instructor.Http.LockTotal(learner.Id, form, total);
        }

        return (cohort, learner);
    }

    private static IEnumerable<int> Numbers(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture));

    private async Task Publish(int major)
    {
        if (form.Length == 0) form = SmallForm.NewCode();
        (await (await app.Admin()).Http.Post($"/v1/fidelity/instruments/{form}/versions", SmallForm.Body(SmallForm.OfCount(form, major))))
            .Expect(HttpStatusCode.Created);
    }
}
