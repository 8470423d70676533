using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Fidelity;

/// <summary>A review is begun, saved as far as it is, locked, seen by its subject at once, amended and voided.</summary>
[StandingClock(YearsLater = true)]
public sealed class FidelityReviewTests(LearningApp app)
{
    private const string Reviews = FidelitySteps.Reviews;

    /// <summary>What is saved when some items are rated; their codes go out as they are.</summary>
    private static object Rated(params (string Item, object? Value)[] ratings) =>
        new { ratings = ratings.ToDictionary(r => r.Item, r => r.Value) };

    [Fact]
    public async Task A_draft_is_saved_as_far_as_it_is_and_its_subject_sees_it_the_moment_it_locks()
    {
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor.Http);
        var begun = (await coach.Post(Reviews, FidelitySteps.Begun(learner.Id, segmentMinutes: 20))).Expect(HttpStatusCode.Created);
        var path = begun.Headers["Location"];
        Assert.Equal(("tpo-1", 1, learner.Name, cohort.Instructor.Name, "coach", "live", "draft", 28),
            ((string)begun["instrument"]!, (int)begun["version"]!, (string)begun["subject"]!["name"]!, (string)begun["rater"]!["name"]!,
                (string)begun["raterRole"]!, (string)begun["eventKind"]!, (string)begun["status"]!, begun["missing"]!.AsArray().Count));

        var saved = await coach.Put(
            path, """{"ratings":{"A1":3,"A2":"na"},"notes":{"A1":"Asked twice."}}""", ("If-Match", begun.ETag!));
        Assert.Equal(26, saved.Ok()["missing"]!.AsArray().Count);
        Assert.Equal((null, null, "tooFewRated"), saved.Score());
        (await coach.Put(path, Rated(("A1", 1)), ("If-Match", begun.ETag!)))
            .Expect(HttpStatusCode.PreconditionFailed, "fidelity.stale");
        var whole = await coach.Put(path, FidelitySteps.Rated(), ("If-Match", saved.ETag!));
        Assert.Equal((66.7m, "developing", null), whole.Score());
        Assert.Empty(whole["missing"]!.AsArray());
        foreach (var other in new[] { learner.Http, cohort.Lead.Http, (await app.Admin()).Http })
            (await other.Read(path)).Expect(HttpStatusCode.NotFound, "fidelity.notFound");

        var locked = (await coach.Post($"{path}/submit")).Ok();
        Assert.Equal("locked", (string)locked["status"]!);
        var seen = (await learner.Http.Read(path)).Ok();
        Assert.Equal((66.7m, "developing", null), seen.Score());
        Assert.Equal(("One sample: what one person saw once", "They asked before they gave an idea.", 2),
            ((string)seen["notice"]!, (string)seen["notes"]!["B3"]!, (int)seen["ratings"]!["G4"]!));
        Assert.NotEmpty((string)seen["scores"]!.AsArray().Single(s => (string)s!["code"]! == "total")!["provenance"]!);
        (await coach.Put(path, FidelitySteps.Rated(3), ("If-Match", "*"))).Expect(HttpStatusCode.Conflict, "fidelity.locked");
        (await coach.Post($"{path}/submit")).Expect(HttpStatusCode.Conflict, "fidelity.locked");

        (await learner.Http.Post($"{path}/reply", new { text = "They had asked for it." })).Expect(HttpStatusCode.Created);
        (await learner.Http.Post($"{path}/reply", new { text = "And more." })).Expect(HttpStatusCode.Conflict, "fidelity.reply.given");
        (await coach.Post($"{path}/reply", new { text = "Mine." })).Expect(HttpStatusCode.Forbidden, "fidelity.notYours");
        Assert.Equal("They had asked for it.", (string)(await coach.Read(path)).Ok()["reply"]!);
        Assert.Equal(["fidelity.locked"], (await app.EventsOf(Guid.Parse(path[(Reviews.Length + 1)..]))).Select(e => e.Type));
        // What was worked out when it was locked is never written again.
        Assert.Equal(1, await app.InDb(db => db.FidelityReviews.Where(r => r.SubjectId == learner.Id).Select(r => r.Result!.Id)
            .CountAsync(TestContext.Current.CancellationToken)));
    }

    public static TheoryData<string, string, object?> WrongRatings => new()
    {
        { "a value that is not on the scale", "A1", 4 },
        { "a value below the scale", "A1", -1 },
        { "an unknown item", "Z9", 1 },
        { "a word", "A1", "maybe" },
        { "no value", "A1", null },
        { "half a value", "A1", 1.5 },
    };

    [Theory]
    [MemberData(nameof(WrongRatings))]
    public async Task What_the_form_does_not_have_is_refused(string what, string item, object? value)
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var path = await cohort.Instructor.Http.BeginReview(learner.Id);
        var refused = (await cohort.Instructor.Http.Put(path, Rated((item, value)), ("If-Match", "*")))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.True(refused["errors"]!.AsObject().ContainsKey($"ratings.{item}"), $"{what}: {refused.Body}");
        Assert.Equal(2, (int)(await cohort.Instructor.Http.Read(path)).Ok()["ratings"]!["A1"]!);
    }

    [Fact]
    public async Task A_form_says_by_itself_where_there_is_no_NA_and_what_must_be_rated()
    {
        var (code, admin) = (SmallForm.NewCode(), await app.Admin());
        (await admin.Http.Post($"/v1/fidelity/instruments/{code}/versions", SmallForm.Body(SmallForm.Of(code))))
            .Expect(HttpStatusCode.Created);
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor.Http);
        var path = (await coach.Post(Reviews, FidelitySteps.Begun(learner.Id, instrument: code))).Expect(HttpStatusCode.Created)
            .Headers["Location"];
        var refused = (await coach.Put(path, Rated(("Q", "na")), ("If-Match", "*")))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.True(refused["errors"]!.AsObject().ContainsKey("ratings.Q"), refused.Body);
        (await coach.Put(path, Rated(("A1", 0), ("Q", 7)), ("If-Match", "*"))).Ok();
        var lacking = (await coach.Post($"{path}/submit")).Expect(HttpStatusCode.UnprocessableEntity, "fidelity.required");
        Assert.Equal(["A2"], lacking["items"]!.AsArray().Select(i => (string)i!));
        (await coach.Put(path, Rated(("A1", 0), ("A2", 2), ("Q", 0)), ("If-Match", "*"))).Ok();
        (await coach.Post($"{path}/submit")).Ok();
        var seen = await learner.Http.Read(path);
        Assert.Equal((50m, "focus", null), seen.Score());
        Assert.Equal((null, null, "noQuestions"), seen.Score("perQuestion"));
        Assert.Equal(["criticalZero"], seen["flags"]!.AsArray().Select(f => (string)f!));
    }

    [Fact]
    public async Task A_review_stays_with_the_version_by_which_it_was_begun()
    {
        var (code, admin) = (SmallForm.NewCode(), await app.Admin());
        var versions = $"/v1/fidelity/instruments/{code}/versions";
        (await admin.Http.Post(versions, SmallForm.Body(SmallForm.Of(code)))).Expect(HttpStatusCode.Created);
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor.Http);
        var path = (await coach.Post(Reviews, FidelitySteps.Begun(learner.Id, instrument: code))).Expect(HttpStatusCode.Created)
            .Headers["Location"];
        (await admin.Http.Post(versions, SmallForm.Body(SmallForm.Of(code).Replace("values: [0, 1, 2]", "values: [1, 2, 3]",
            StringComparison.Ordinal).Replace("equals: 0", "equals: 1", StringComparison.Ordinal)))).Expect(HttpStatusCode.Created);
        (await coach.Put(path, Rated(("A2", 3)), ("If-Match", "*"))).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(1, (int)(await coach.Put(path, Rated(("A2", 0)), ("If-Match", "*"))).Ok()["version"]!);
    }

    public static TheoryData<string, Func<Guid, object>, string> WrongBeginnings => new()
    {
        { "a day", id => FidelitySteps.Begun(id, month: "2034-01-12"), "eventMonth" },
        { "a month to come", id => FidelitySteps.Begun(id, month: $"{FlowingClock.Now.AddMonths(1):yyyy-MM}"), "eventMonth" },
        { "too long ago", id => FidelitySteps.Begun(id, month: $"{FlowingClock.Now.AddMonths(-25):yyyy-MM}"), "eventMonth" },
        { "no consent", id => FidelitySteps.Begun(id, consent: null), "consentConfirmed" },
        { "no consent to a recording", id => FidelitySteps.Begun(id, kind: "recorded", consent: false), "consentConfirmed" },
        { "no minutes", id => FidelitySteps.Begun(id, segmentMinutes: 0), "segmentMinutes" },
    };

    [Theory]
    [MemberData(nameof(WrongBeginnings))]
    public async Task Month_and_consent_are_asked_for(string what, Func<Guid, object> begun, string field)
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var refused = (await cohort.Instructor.Http.Post(Reviews, begun(learner.Id)))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.True(refused["errors"]!.AsObject().ContainsKey(field), $"{what}: {refused.Body}");
    }

    [Fact]
    public async Task Two_years_back_are_not_too_long_and_a_document_needs_no_consent()
    {
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor.Http);
        (await coach.Post(Reviews, FidelitySteps.Begun(
            learner.Id, kind: "document", month: $"{FlowingClock.Now.AddMonths(-24):yyyy-MM}", consent: null))).Expect(HttpStatusCode.Created);
        (await coach.Post(Reviews, FidelitySteps.Begun(learner.Id, instrument: "none-1")))
            .Expect(HttpStatusCode.UnprocessableEntity, "instrument.unknown");
        (await coach.Post(Reviews, FidelitySteps.Begun(learner.Id, sessionId: Guid.NewGuid())))
            .Expect(HttpStatusCode.UnprocessableEntity, "session.unknown");
    }

    [Fact]
    public async Task Whoever_rates_has_that_part()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var (learner, other) = (await app.Learner(cohort, agencyId: agency), await app.Learner(cohort));
        var (outside, supervisor) = (await app.Person("Olga Outside"), await app.Member(agency, AgencyRole.Supervisor));
        Task<Answer> Rate(HttpClient rater, string role) => rater.Post(Reviews, FidelitySteps.Begun(learner.Id, role));

        (await Rate(learner.Http, "self")).Expect(HttpStatusCode.Created);
        foreach (var role in new[] { "coach", "lead", "external" })
            (await Rate(learner.Http, role)).Expect(HttpStatusCode.Forbidden, "rater.notAllowed");
        (await Rate(cohort.Instructor.Http, "self")).Expect(HttpStatusCode.Forbidden, "rater.notAllowed");
        (await Rate(cohort.Instructor.Http, "lead")).Expect(HttpStatusCode.Forbidden, "rater.notAllowed");
        (await Rate(cohort.Lead.Http, "lead")).Expect(HttpStatusCode.Created);
        (await Rate(other.Http, "coach")).Expect(HttpStatusCode.NotFound, "person.notFound");
        (await Rate(outside.Http, "external")).Expect(HttpStatusCode.NotFound, "person.notFound");
        (await Rate(supervisor.Http, "coach")).Expect(HttpStatusCode.Forbidden, "rater.notAllowed");

        // From outside, by a programme admin's word and as long as that holds.
        var (admin, raters) = ((await app.Admin()).Http, $"/v1/agencies/{agency}/raters");
        (await admin.Put($"{raters}/{supervisor.Id}", null)).Expect(HttpStatusCode.Conflict, "rater.ofAgency");
        (await admin.Put($"{raters}/{Guid.NewGuid()}", null)).Expect(HttpStatusCode.NotFound, "person.notFound");
        foreach (var _ in new[] { 1, 2 }) (await admin.Put($"{raters}/{outside.Id}", null)).Expect(HttpStatusCode.NoContent);
        Assert.Contains((await outside.Http.Read("/v1/me")).Ok()["roles"]!.AsArray(),
            r => (string)r!["role"]! == "rater" && (Guid)r["agencyId"]! == agency);
        var path = (await Rate(outside.Http, "external")).Expect(HttpStatusCode.Created).Headers["Location"];
        (await outside.Http.Post(Reviews, FidelitySteps.Begun(other.Id, "external"))).Expect(HttpStatusCode.NotFound);
        foreach (var _ in new[] { 1, 2 })
            (await admin.Call(HttpMethod.Delete, $"{raters}/{outside.Id}", null)).Expect(HttpStatusCode.NoContent);
        (await Rate(outside.Http, "external")).Expect(HttpStatusCode.NotFound);
        (await outside.Http.Read(path)).Ok();

        // Whoever joins the agency rates from outside no more.
        (await admin.Put($"{raters}/{outside.Id}", null)).Expect(HttpStatusCode.NoContent);
        (await admin.Put($"/v1/agencies/{agency}/people/{outside.Id}", new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        (await Rate(outside.Http, "external")).Expect(HttpStatusCode.Forbidden, "rater.notAllowed");
    }

    [Fact]
    public async Task No_supervisor_and_no_admin_of_the_agency_sees_a_score_by_name_whatever_else_they_are()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var learner = await app.Learner(cohort, agencyId: agency);
        var path = await cohort.Instructor.Http.LockReview(learner.Id);
        var (supervisor, admin) = (await app.Member(agency, AgencyRole.Supervisor), await app.Admin());
        (await (await app.Admin()).Http.Put($"/v1/agencies/{agency}/people/{admin.Id}", new { role = "agencyAdmin" }))
            .Expect(HttpStatusCode.NoContent);
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id, supervisor.Id } })).Ok();
        foreach (var reader in new[] { supervisor, admin })
        {
            (await reader.Http.Read(path)).Expect(HttpStatusCode.NotFound, "fidelity.notFound");
            Assert.DoesNotContain(learner.Id.ToString(), (await reader.Http.Read($"{Reviews}?subject={learner.Id}")).Ok().Body,
                StringComparison.Ordinal);
            (await reader.Http.Post($"{path}/void", new { reason = "It should not be there." })).Expect(HttpStatusCode.NotFound);
        }

        // Who coaches by the learner's own consent keeps what they have rated themselves, and sees nothing else.
        (await cohort.LetCoach(supervisor.Id, learner.Id)).Expect(HttpStatusCode.Created);
        var relationship = (await learner.Http.Read(CoachingSteps.Relationships)).Ok()["items"]![0]!;
        (await learner.Http.Post($"{CoachingSteps.Relationships}/{(Guid)relationship["id"]!}/agree")).Ok();
        var own = await supervisor.Http.LockReview(learner.Id);
        (await supervisor.Http.Read(own)).Ok();
        (await supervisor.Http.Read(path)).Expect(HttpStatusCode.NotFound);
        Assert.Single((await supervisor.Http.Read(Reviews)).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task A_coach_sees_what_others_rated_as_long_as_it_is_shared()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var path = await cohort.Instructor.Http.LockReview(learner.Id);
        var coach = await app.Person("Cora Coach");
        (await coach.Http.Read(path)).Expect(HttpStatusCode.NotFound);
        var shared = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await coach.Http.Read(path)).Ok();
        Assert.Single((await coach.Http.Read($"{Reviews}?subject={learner.Id}&instrument=tpo-1&status=locked")).Ok()["items"]!.AsArray());
        Assert.Empty((await coach.Http.Read($"{Reviews}?status=void")).Ok()["items"]!.AsArray());
        var own = await coach.Http.LockReview(learner.Id);
        (await learner.Http.Patch(shared, new { shares = new { fidelity = false } }, ("If-Match", "*"))).Ok();
        (await coach.Http.Read(path)).Expect(HttpStatusCode.NotFound);
        (await coach.Http.Read(own)).Ok();
        (await cohort.Lead.Http.Post($"{shared}/end", new { reason = "Somebody else goes on with it." })).Ok();
        (await coach.Http.Read(own)).Ok();
        (await coach.Http.Post(Reviews, FidelitySteps.Begun(learner.Id))).Expect(HttpStatusCode.Forbidden, "rater.notAllowed");
    }

    [Theory]
    [InlineData("agency")]
    [InlineData("withdrawn")]
    [InlineData("moved")]
    public async Task A_coach_is_shown_nothing_more_of_who_is_not_there_any_more(string how)
    {
        var (cohort, next, agency) = (await app.Cohort(), await app.Cohort(), await app.Agency());
        (await (await app.Admin()).Http.Patch(next.Path, new { leads = new[] { next.Lead.Id, cohort.Lead.Id } })).Ok();
        var (coach, learner) = (await app.Learner(cohort, agencyId: agency), await app.Learner(cohort, agencyId: agency));
        var named = how == "agency"
            ? await (await app.Member(agency, AgencyRole.Supervisor)).Http.Post(
                CoachingSteps.Relationships, new { coachId = coach.Id, coacheeId = learner.Id, agencyId = agency })
            : await cohort.LetCoach(coach.Id, learner.Id);
        named.Expect(HttpStatusCode.Created);
        var (path, own) = (await cohort.Instructor.Http.LockReview(learner.Id), await coach.Http.LockReview(learner.Id));
        (await coach.Http.Read(path)).Ok();
        (await coach.Http.Read(FidelitySteps.Trend(learner.Id))).Ok();
        (how switch
        {
            "agency" => await cohort.Lead.Http.Put($"{learner.Journey}/agency", new { agencyId = await app.Agency() }),
            "moved" => await cohort.Lead.Http.Post($"{learner.Journey}/move", new { cohortId = next.Id }),
            _ => await cohort.Lead.Http.Post($"{learner.Journey}/withdraw"),
        }).Ok();
        (await coach.Http.Read(path)).Expect(HttpStatusCode.NotFound, "fidelity.notFound");
        (await coach.Http.Read(FidelitySteps.Trend(learner.Id))).Expect(HttpStatusCode.Forbidden, "fidelity.hidden");
        // What they have rated themselves they keep.
        Assert.Equal(own, $"{Reviews}/{(Guid)Assert.Single((await coach.Http.Read(Reviews)).Ok()["items"]!.AsArray())!["id"]!}");
    }

    [Fact]
    public async Task Who_has_read_it_is_written_down_and_a_list_shows_an_admin_no_score()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var path = await cohort.Instructor.Http.LockReview(learner.Id);
        var admin = (await app.Admin()).Http;
        var listed = (await admin.Read($"{Reviews}?subject={learner.Id}")).Ok()["items"]![0]!;
        Assert.Equal((0, 0), (listed["ratings"]!.AsObject().Count, listed["scores"]!.AsArray().Count));
        var own = (await learner.Http.Read(Reviews)).Ok()["items"]![0]!;
        Assert.Equal((0, "total", 0),
            (own["ratings"]!.AsObject().Count, (string)own["scores"]!.AsArray().Single()!["code"]!, own["notes"]!.AsObject().Count));
        await admin.Head(path);
        Assert.Empty((await learner.Http.Read($"{path}/access-log")).Ok()["items"]!.AsArray());
        Assert.Equal((66.7m, "developing", null), (await admin.Read(path)).Score());
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        (await cohort.Lead.Http.Read(path)).Ok();
        (await cohort.Instructor.Http.Read(path)).Ok();
        (await learner.Http.Read(path)).Ok();
        foreach (var party in new[] { learner.Http, cohort.Instructor.Http })
            Assert.Equal([("Ada Admin", "programAdmin", "read"), ("Lee Lead", "lead", "read")],
                (await party.Read($"{path}/access-log")).Ok()["items"]!.AsArray()
                    .Select(i => ((string)i!["who"]!["name"]!, (string)i["role"]!, (string)i["what"]!)));
        (await cohort.Lead.Http.Read($"{path}/access-log")).Expect(HttpStatusCode.Forbidden, "fidelity.notYours");
    }

    [Fact]
    public async Task Who_has_read_of_a_stand_in_is_told_to_the_person()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var known = await app.Person("Kim Known");
        var (offered, standIn) = await app.Offer(cohort, agency, known.Email);
        var path = await cohort.Instructor.Http.LockReview(standIn, 3);
        (await cohort.Lead.Http.Read(FidelitySteps.Trend(standIn))).Ok();
        (await cohort.Lead.Http.Read(path)).Ok();
        (await known.Http.Accept(offered)).Ok();
        Assert.Equal(["read", "readTrend"],
            (await known.Http.Read($"{path}/access-log")).Ok()["items"]!.AsArray().Select(i => (string)i!["what"]!).Order());
    }

    [Fact]
    public async Task What_somebody_rated_of_their_own_stand_in_is_void()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var coach = cohort.Instructor;
        var (offered, standIn) = await app.Offer(cohort, agency, coach.Email);
        var (locked, draft) = (await coach.Http.LockReview(standIn, 3), await coach.Http.BeginReview(standIn));
        var others = await cohort.Lead.Http.LockReview(standIn, 2, role: "lead");
        (await coach.Http.Accept(offered)).Ok();
        foreach (var own in new[] { locked, draft })
        {
            var review = (await coach.Http.Read(own)).Ok();
            Assert.Equal(("void", "Rater and subject are one person."), ((string)review["status"]!, (string)review["voidReason"]!));
        }

        (await coach.Http.Post($"{draft}/submit")).Expect(HttpStatusCode.Conflict, "fidelity.locked");
        Assert.Equal("locked", (string)(await coach.Http.Read(others)).Ok()["status"]!);
        var point = Assert.Single((await coach.Http.Read(FidelitySteps.Trend(coach.Id))).Ok()["points"]!.AsArray())!;
        Assert.Equal(("lead", 1), ((string)point["kind"]!, (int)point["reviews"]!));
    }

    [Fact]
    public async Task An_amendment_takes_the_place_of_what_it_amends_once_it_is_locked()
    {
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor.Http);
        var path = await coach.LockReview(learner.Id);
        var why = new { reason = "Two items were swapped." };
        (await coach.Post($"{await coach.BeginReview(learner.Id)}/amend", why)).Expect(HttpStatusCode.Conflict, "fidelity.state");
        (await cohort.Lead.Http.Post($"{path}/amend", why)).Expect(HttpStatusCode.Forbidden, "fidelity.notYours");
        (await coach.Post($"{path}/amend", new { reason = "Short." })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        FlowingClock.Advance(TimeSpan.FromDays(90));
        var draft = (await coach.Post($"{path}/amend", why)).Expect(HttpStatusCode.Created);
        Assert.Equal(("draft", path, "Two items were swapped.", 2),
            ((string)draft["status"]!, $"{Reviews}/{(Guid)draft["supersedes"]!}", (string)draft["amendReason"]!,
                (int)draft["ratings"]!["A1"]!));
        (await coach.Post($"{path}/amend", why)).Expect(HttpStatusCode.Conflict, "fidelity.amending");
        var amended = draft.Headers["Location"];
        Assert.Equal("locked", (string)(await learner.Http.Read(path)).Ok()["status"]!);
        (await learner.Http.Read(amended)).Expect(HttpStatusCode.NotFound);
        (await coach.Put(amended, FidelitySteps.Rated(3), ("If-Match", "*"))).Ok();
        (await coach.Post($"{amended}/submit")).Ok();
        Assert.Equal((100m, "strong", null), (await learner.Http.Read(amended)).Score());
        var before = (await learner.Http.Read(path)).Ok();
        Assert.Equal("amended", (string)before["status"]!);
        Assert.Equal((66.7m, "developing", null), before.Score());
        (await coach.Post($"{path}/amend", why)).Expect(HttpStatusCode.Conflict, "fidelity.state");
        Assert.Equal(["fidelity.amended"], (await app.EventsOf(Guid.Parse(amended[(Reviews.Length + 1)..]))).Select(e => e.Type));
        FlowingClock.Advance(TimeSpan.FromDays(90) + TimeSpan.FromSeconds(1));
        (await coach.Post($"{amended}/amend", why)).Expect(HttpStatusCode.Conflict, "fidelity.amend.late");
    }

    [Fact]
    public async Task A_lead_voids_it_and_a_draft_that_amends_it_is_not_locked_any_more()
    {
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor.Http);
        var path = await coach.LockReview(learner.Id);
        var draft = (await coach.Post($"{path}/amend", new { reason = "Two items were swapped." })).Expect(HttpStatusCode.Created)
            .Headers["Location"];
        var why = new { reason = "Another talk was rated." };
        (await coach.Post($"{path}/void", why)).Expect(HttpStatusCode.Forbidden, "role.required");
        (await cohort.Lead.Http.Post($"{path}/void", why)).Ok();
        (await cohort.Lead.Http.Post($"{path}/void", why)).Expect(HttpStatusCode.Conflict, "fidelity.state");
        (await coach.Post($"{draft}/submit")).Expect(HttpStatusCode.Conflict, "fidelity.state");
        var seen = (await learner.Http.Read(path)).Ok();
        Assert.Equal(("void", "Another talk was rated."), ((string)seen["status"]!, (string)seen["voidReason"]!));
        Assert.Equal(["voided"], (await learner.Http.Read($"{path}/access-log")).Ok()["items"]!.AsArray().Select(i => (string)i!["what"]!));
        Assert.Equal(["fidelity.locked", "fidelity.voided"],
            (await app.EventsOf(Guid.Parse(path[(Reviews.Length + 1)..]))).Select(e => e.Type));
    }

    [Fact]
    public async Task Nobody_takes_out_a_review_of_their_own_practice()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        foreach (var own in new[] { admin, cohort.Lead })
        {
            (await admin.Http.Post($"{cohort.Path}/enrolments",
                new { learners = new[] { new { email = own.Email, name = own.Name, timeZone = Given.Zone } } })).Ok();
            var path = await cohort.Instructor.Http.LockReview(own.Id);
            var why = new { reason = "Another talk was rated." };
            (await own.Http.Post($"{path}/void", why)).Expect(HttpStatusCode.Forbidden, "fidelity.own");
            (await (own == admin ? cohort.Lead : admin).Http.Post($"{path}/void", why)).Ok();
        }
    }

    [Theory]
    [InlineData("reviews")]
    [InlineData("raters")]
    public async Task What_is_no_code_of_an_instrument_finds_none(string list) =>
        (await (await app.Person()).Http.Read($"/v1/fidelity/{list}?instrument={FidelitySteps.Form}%20"))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");

    [Fact]
    public async Task A_review_belongs_to_a_session_and_a_next_step_comes_of_it_in_one_request()
    {
        var cohort = await app.Cohort();
        var (learner, other, coach) = (await app.Learner(cohort), await app.Learner(cohort), cohort.Instructor.Http);
        var session = await coach.Log(CoachingSteps.Part(learner.Id, observed: true));
        var begun = (await coach.Post(Reviews, FidelitySteps.Begun(learner.Id, sessionId: session))).Expect(HttpStatusCode.Created);
        Assert.Equal(session, (Guid)begun["sessionId"]!);
        var review = (Guid)begun["id"]!;
        object Seen(Guid person, Guid id) => new
        {
            personId = person,
            attendance = "attended",
            observation = new { kind = "live", month = $"{FlowingClock.Now:yyyy-MM}", reviewId = id },
            feedback = false,
            practice = false,
        };
        var both = await coach.Log(CoachingSteps.Part(other.Id), CoachingSteps.Part(learner.Id));
        (await coach.Record(both, "*", Seen(other.Id, review), CoachingSteps.Part(learner.Id)))
            .Expect(HttpStatusCode.UnprocessableEntity, "review.unknown");
        var recorded = (await coach.Record(session, "*", Seen(learner.Id, review))).Ok();
        Assert.Equal(review, (Guid)recorded["participants"]![0]!["observation"]!["reviewId"]!);

        JsonObject Step(Guid? owner, Guid id)
        {
            var step = System.Text.Json.JsonSerializer.SerializeToNode(CoachingSteps.Step(learner.EnrolmentId, owner))!.AsObject();
            (step["reviewId"], step["competency"]) = (id, "tpo-1/family-voice");
            return step;
        }

        // Its subject does not know of a draft.
        (await learner.Http.Post("/v1/action-items", Step(null, review))).Expect(HttpStatusCode.UnprocessableEntity, "review.unknown");
        (await coach.Put($"{Reviews}/{review}", FidelitySteps.Rated(), ("If-Match", "*"))).Ok();
        (await coach.Post($"{Reviews}/{review}/submit")).Ok();
        var own = (await learner.Http.Post("/v1/action-items", Step(null, review))).Expect(HttpStatusCode.Created);
        Assert.Equal((review, "agreed"), ((Guid)own["reviewId"]!, (string)own["state"]!));
        (await coach.Post("/v1/action-items", Step(learner.Id, review))).Expect(HttpStatusCode.Created);
        (await coach.Post("/v1/action-items", Step(learner.Id, Guid.NewGuid())))
            .Expect(HttpStatusCode.UnprocessableEntity, "review.unknown");
    }
}
