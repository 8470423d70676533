using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Features.Agencies;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Reflections;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Agencies;

/// <summary>
/// The words of reflections are kept for a time that an agency chooses, and longer where the law wants it; what figures need stays.
/// </summary>
[Collection(nameof(MaintenanceCollection))]
[StandingClock]
public sealed class RetentionTests(MaintenanceApp app)
{
    private const string Why = "A records request is pending.";

    [Fact]
    public async Task A_damaged_reflection_keeps_the_words_of_no_other()
    {
        var cohort = await app.Cohort();
        var (damaged, other) = (await app.Learner(cohort), await app.Learner(cohort));
        await damaged.HandIn();
        await other.HandIn();
        FlowingClock.Set((await EndOf(cohort)).AddYears(1).AddDays(1));
        await app.InDb(db => db.Database.ExecuteSqlRawAsync("UPDATE Reflections SET Draft = 'rubbish' WHERE PersonId = {0}",
            [damaged.Id], TestContext.Current.CancellationToken));
        await app.Send(new PurgeReflections());
        Assert.NotNull((await other.GetReflection())["purgedAt"]);
        await app.InDb(db => db.Reflections.Where(r => r.PersonId == damaged.Id)
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.PurgedAt, FlowingClock.Now.UtcDateTime), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_damaged_cohort_keeps_the_words_of_no_other()
    {
        var (damaged, sound) = (await app.Cohort(), await app.Cohort());
        var (kept, purged) = (await app.Learner(damaged), await app.Learner(sound));
        await kept.HandIn();
        await purged.HandIn();
        FlowingClock.Set((await EndOf(sound)).AddYears(1).AddDays(1));
        Task<int> SetGate(string gate) => app.InDb(db => db.Database.ExecuteSqlRawAsync(
            "UPDATE Cohorts SET Gate = {1} WHERE Id = {0}", [damaged.Id, gate], TestContext.Current.CancellationToken));
        await SetGate("OfALaterRelease");
        await app.Send(new PurgeReflections());
        Assert.NotNull((await purged.GetReflection())["purgedAt"]);
        await SetGate("Open");
        await app.Send(new PurgeReflections());
        Assert.NotNull((await kept.GetReflection())["purgedAt"]);
    }

    [Fact]
    public async Task A_year_after_the_cohorts_end_the_words_go_and_scores_dates_and_hashes_stay()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var revision = await learner.HandIn(words: "The quiet of a heron.");
        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement())).Ok();
        (await learner.Http.Post($"{learner.Reflection()}/thread", new { text = "A heron, yes." })).Expect(HttpStatusCode.Created);
        await learner.Write("1.2-coach-supervisor-trainer", "Another heron.");
        var (end, hash) = (await EndOf(cohort), await Hash(revision));
        var tag = (await learner.Http.Read(learner.Reflection())).Ok().ETag!;

        FlowingClock.Set(end.AddYears(1));
        await app.Send(new PurgeReflections());
        Assert.Contains("heron", (await learner.Http.Read(learner.Reflection(), ("If-None-Match", tag))).Body
            + (await learner.GetReflection()).ToJsonString(), StringComparison.Ordinal);

        FlowingClock.Set(end.AddYears(1).AddDays(1));
        Assert.Equal(2, await app.Send(new PurgeReflections()));
        Assert.Equal(0, await app.Send(new PurgeReflections()));
        var page = (await learner.Http.Read(learner.Reflection(), ("If-None-Match", tag))).Ok();
        Assert.Equal(FlowingClock.Now.UtcDateTime, (DateTime)page["purgedAt"]!);
        Assert.Equal("accepted", (string)page["status"]!);
        Assert.Empty(page["revisions"]![0]!["answers"]!.AsObject());
        var review = page["revisions"]![0]!["review"]!;
        Assert.Equal((2, "accept", null), ((int)review["scores"]!["next"]!, (string)review["decision"]!, (string?)review["affirmation"]));
        Assert.Equal(hash, await Hash(revision));
        Assert.Equal(1, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["items"]![0]!["reflectionsAccepted"]!);
        foreach (var refused in new[]
        {
            await learner.Http.Put(
                $"{learner.Reflection("1.2-coach-supervisor-trainer")}/draft", new { answers = new { } }, ("If-Match", "*")),
            await learner.Http.Read($"{learner.Reflection()}/thread"),
            await learner.Http.Post($"{learner.Reflection()}/hold", new { reason = "Something is in it." }),
        }) refused.Expect(HttpStatusCode.Conflict, "reflection.purged");
        if (app.IsSqlite) Assert.False((await app.Pages()).Hold("heron"));

        var told = (await (await app.Admin()).Http.Read("/v1/retention-log?limit=200")).Ok()["items"]!.AsArray()
            .Single(i => (Guid?)i!["cohortId"] == cohort.Id)!;
        Assert.Equal(
            ("purged", null, null, 12, 2, 1, 1),
            ((string)told["what"]!, (Guid?)told["agencyId"], (string?)told["by"], (int)told["months"]!, (int)told["reflections"]!,
                (int)told["revisions"]!, (int)told["messages"]!));
    }

    [Fact]
    public async Task An_agency_has_its_own_period_and_nothing_goes_that_is_on_a_legal_or_a_redaction_hold()
    {
        var cohort = await app.Cohort();
        var (brief, held, usual) = (await app.Agency(), await app.Agency(), await app.Agency());
        var admin = await app.Admin();
        (await admin.Http.Put($"/v1/agencies/{brief}/retention", new { months = 3 })).Ok();
        (await admin.Http.Put($"/v1/agencies/{held}/retention", new { months = 3 })).Ok();
        (await admin.Http.Put($"/v1/agencies/{held}/legal-hold", new { reason = Why })).Ok();
        async Task<TestLearner> Writer(Guid agency)
        {
            var learner = await app.Learner(cohort, agencyId: agency);
            await learner.HandIn();
            return learner;
        }

        var (ofBrief, onHold, ofHeld, ofUsual) = (await Writer(brief), await Writer(brief), await Writer(held), await Writer(usual));
        (await onHold.Http.Post($"{onHold.Reflection()}/hold", new { reason = "A name slipped in." })).Ok();
        var end = await EndOf(cohort);
        FlowingClock.Set(end.AddMonths(3).AddDays(1));
        await app.Send(new PurgeReflections());
        async Task<bool> IsPurged(TestLearner learner) => (await learner.GetReflection())["purgedAt"] is not null;
        Assert.Equal((true, false, false, false),
            (await IsPurged(ofBrief), await IsPurged(onHold), await IsPurged(ofHeld), await IsPurged(ofUsual)));

        FlowingClock.Set(end.AddYears(4));
        await app.Send(new PurgeReflections());
        Assert.Equal((false, false, true), (await IsPurged(onHold), await IsPurged(ofHeld), await IsPurged(ofUsual)));
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/agencies/{held}/legal-hold", null)).Ok();
        await app.Send(new PurgeReflections());
        Assert.True(await IsPurged(ofHeld));

        var told = (await admin.Http.Read($"/v1/agencies/{held}/retention-log")).Ok()["items"]!.AsArray();
        Assert.Equal(["periodChanged", "legalHoldSet", "legalHoldLifted", "purged"], told.Select(i => (string)i!["what"]!).OrderBy(Order));
        Assert.Equal(("Ada Admin", Why), told.Where(i => (string)i!["what"]! == "legalHoldSet")
            .Select(i => ((string)i!["by"]!, (string)i["reason"]!)).Single());
        Assert.Single((await admin.Http.Read($"/v1/agencies/{brief}/retention-log?limit=1")).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task What_was_written_later_than_the_cohort_ended_is_kept_from_then_on()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await learner.HandIn();
        var end = await EndOf(cohort);
        FlowingClock.Set(end.AddMonths(6));
        await learner.HandIn("1.2-coach-supervisor-trainer");
        FlowingClock.Set(end.AddMonths(13));
        await app.Send(new PurgeReflections());
        Assert.NotNull((await learner.GetReflection())["purgedAt"]);
        Assert.Null((await learner.GetReflection("1.2-coach-supervisor-trainer"))["purgedAt"]);
        FlowingClock.Set(end.AddMonths(18).AddDays(1));
        await app.Send(new PurgeReflections());
        Assert.NotNull((await learner.GetReflection("1.2-coach-supervisor-trainer"))["purgedAt"]);
        Assert.Empty((await cohort.Instructor.Http.Read($"/v1/reviews?cohort={cohort.Id}")).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task Notes_of_sessions_go_a_year_after_the_cohorts_end_or_after_a_session_of_none_and_dates_stay()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var coach = cohort.Instructor.Http;
        async Task<string> Noted(Guid? cohortId)
        {
            var id = (Guid)(await coach.Post(CoachingSteps.Sessions, new
            {
                startsAt = FlowingClock.Now, cohortId,
                record = new { mode = "live", minutes = 45, participants = new[] { CoachingSteps.Part(learner.Id, feedback: true) } },
            })).Expect(HttpStatusCode.Created)["id"]!;
            (await coach.WriteNotes(id, null, "A bittern, far off.", (learner.Id, "A bittern, near."))).Ok();
            (await learner.Http.Post($"{CoachingSteps.Session(id)}/notes/reply", new { text = "A bittern, yes." }))
                .Expect(HttpStatusCode.Created);
            return CoachingSteps.Session(id);
        }

        var (ofNone, ofCohort) = (await Noted(null), await Noted(cohort.Id));
        var calledOff = (await coach.Plan(FlowingClock.Now.AddDays(1), learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await learner.Http.Post($"{calledOff}/cancel", new { reason = "A bittern called me away." })).Ok();
        async Task<bool> IsPurged(string path) => (await learner.Http.Read(path)).Ok()["purgedAt"] is not null;
        var (start, end) = (FlowingClock.Now, await EndOf(cohort));
        FlowingClock.Set(start.AddYears(1));
        await app.Send(new PurgeReflections());
        Assert.Equal((false, false), (await IsPurged(ofNone), await IsPurged(calledOff)));
        FlowingClock.Set(start.AddYears(1).AddDays(2));
        await app.Send(new PurgeReflections());
        Assert.Equal((true, true, false), (await IsPurged(ofNone), await IsPurged(calledOff), await IsPurged(ofCohort)));
        FlowingClock.Set(end.AddYears(1));
        await app.Send(new PurgeReflections());
        Assert.False(await IsPurged(ofCohort));
        FlowingClock.Set(end.AddYears(1).AddDays(1));
        await app.Send(new PurgeReflections());

        foreach (var path in new[] { ofNone, ofCohort, calledOff })
        {
            var kept = (await coach.Read(path)).Ok();
            Assert.Equal(("", 45), (kept.Words(), (int)kept["minutes"]!));
            Assert.NotNull(kept["purgedAt"]);
        }

        Assert.True((bool)(await coach.Read(ofCohort))["participants"]![0]!["feedback"]!);
        (await coach.WriteNotes(Guid.Parse(ofCohort.Split('/')[^1]), "*", "Otherwise.")).Expect(HttpStatusCode.Conflict, "session.purged");
        (await learner.Http.Post($"{ofCohort}/hold", new { reason = "Something is in it." })).Expect(HttpStatusCode.Conflict,
            "session.purged");
        if (app.IsSqlite) Assert.False((await app.Pages()).Hold("bittern"));
        var told = (await (await app.Admin()).Http.Read("/v1/retention-log?limit=200")).Ok()["items"]!.AsArray();
        Assert.Equal(("purged", 12, 1), told.Where(i => (Guid?)i!["cohortId"] == cohort.Id)
            .Select(i => ((string)i!["what"]!, (int)i["months"]!, (int)i["sessions"]!)).Single());
    }

    [Fact]
    public async Task Words_of_fidelity_reviews_go_after_three_years_and_ratings_and_scores_stay()
    {
        var cohort = await app.Cohort();
        var (brief, held) = (await app.Agency(), await app.Agency());
        var admin = await app.Admin();
        (await admin.Http.Put($"/v1/agencies/{brief}/retention", new { months = 3 })).Ok();
        (await admin.Http.Put($"/v1/agencies/{held}/legal-hold", new { reason = Why })).Ok();
        async Task<(TestLearner Learner, string Path)> Rated(Guid? agency)
        {
            var learner = await app.Learner(cohort, agencyId: agency);
            var path = await cohort.Instructor.Http.LockReview(learner.Id, note: "A ruff, by the gate.");
            (await learner.Http.Post($"{path}/reply", new { text = "A ruff, yes." })).Expect(HttpStatusCode.Created);
            return (learner, path);
        }

        var (ofBrief, ofHeld, ofNone) = (await Rated(brief), await Rated(held), await Rated(null));
        async Task<bool> IsPurged((TestLearner Learner, string Path) one) =>
            (await one.Learner.Http.Read(one.Path)).Ok()["purgedAt"] is not null;
        var written = FlowingClock.Now;
        FlowingClock.Set(written.AddMonths(36));
        await app.Send(new PurgeReflections());
        Assert.Equal((false, false, false), (await IsPurged(ofBrief), await IsPurged(ofHeld), await IsPurged(ofNone)));
        FlowingClock.Set(written.AddMonths(36).AddDays(1));
        await app.Send(new PurgeReflections());
        Assert.Equal((true, false, true), (await IsPurged(ofBrief), await IsPurged(ofHeld), await IsPurged(ofNone)));

        var kept = (await ofNone.Learner.Http.Read(ofNone.Path)).Ok();
        Assert.DoesNotContain("ruff", kept.Body, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(28, kept["ratings"]!.AsObject().Count);
        Assert.NotNull(kept["repliedAt"]);
        (await ofNone.Learner.Http.Post($"{ofNone.Path}/reply", new { text = "Again." })).Expect(HttpStatusCode.Conflict, "fidelity.purged");
        var told = (await admin.Http.Read($"/v1/agencies/{brief}/retention-log")).Ok()["items"]!.AsArray();
        Assert.Equal((36, 1), told.Where(i => (string)i!["what"]! == "purged")
            .Select(i => ((int)i!["months"]!, (int)i["fidelityReviews"]!)).Single());
    }

    [Fact]
    public async Task Why_a_review_was_voided_goes_in_its_own_time_after_the_other_words()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var path = await cohort.Instructor.Http.LockReview(learner.Id, note: "A ruff, by the gate.");
        FlowingClock.Set(FlowingClock.Now.AddMonths(37));
        await app.Send(new PurgeReflections());
        Assert.NotNull((await learner.Http.Read(path)).Ok()["purgedAt"]);
        (await cohort.Lead.Http.Post($"{path}/void", new { reason = "The talk about the ruff was rated." })).Ok();
        FlowingClock.Set(FlowingClock.Now.AddMonths(35));
        await app.Send(new PurgeReflections());
        Assert.NotNull((string?)(await learner.Http.Read(path)).Ok()["voidReason"]);
        FlowingClock.Set(FlowingClock.Now.AddMonths(2));
        await app.Send(new PurgeReflections());
        var kept = (await learner.Http.Read(path)).Ok();
        Assert.DoesNotContain("ruff", kept.Body, StringComparison.Ordinal);
        Assert.Equal("void", (string)kept["status"]!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Why_the_coaching_of_a_stand_in_ended_goes_as_the_persons_words_do(bool learnsAlready)
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var (coach, known) = (await app.Person("Cora Coach"), await app.Person("Kim Known"));
        if (learnsAlready)
            (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
                new { learners = new[] { new { email = known.Email, name = known.Name, timeZone = Given.Zone } } })).Ok();
        var (offered, standIn) = await app.Offer(cohort, agency, known.Email);
        var relation = (await cohort.LetCoach(coach.Id, standIn)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await cohort.Lead.Http.Post($"{relation}/end", new { reason = "Somebody else goes on with the ruff." })).Ok();
        (await known.Http.Accept(offered)).Ok();
        FlowingClock.Set(FlowingClock.Now.AddMonths(74));
        await app.Send(new PurgeReflections());
        var id = Guid.Parse(relation.Split('/')[^1]);
        Assert.Null(await app.InDb(db => db.CoachingRelationships.Where(r => r.Id == id).Select(r => r.EndReason)
            .SingleAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Words_of_steps_go_a_year_after_the_cohorts_end_and_their_outcomes_stay()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        async Task<string> Step() =>
            (await learner.Http.Post("/v1/action-items", CoachingSteps.Step(learner.EnrolmentId, cue: "a dunlin calls")))
                .Expect(HttpStatusCode.Created).Headers["Location"];
        var (closed, open) = (await Step(), await Step());
        (await learner.Http.Post($"{closed}/evidence", new { level = "applied", note = "The dunlin called." })).Ok();
        (await learner.Http.Post($"{closed}/close", new { outcome = "kept" })).Ok();
        async Task<bool> IsPurged(string path) => (await learner.Http.Read(path)).Ok()["purgedAt"] is not null;
        var end = await EndOf(cohort);
        FlowingClock.Set(end.AddYears(1));
        await app.Send(new PurgeReflections());
        Assert.Equal((false, false), (await IsPurged(closed), await IsPurged(open)));
        FlowingClock.Set(end.AddYears(1).AddDays(1));
        await app.Send(new PurgeReflections());
        Assert.Equal((true, true), (await IsPurged(closed), await IsPurged(open)));

        var kept = (await learner.Http.Read(closed)).Ok();
        Assert.DoesNotContain("dunlin", kept.Body, StringComparison.Ordinal);
        Assert.Equal(("kept", "applied"), ((string)kept["outcome"]!, (string)kept["evidence"]![0]!["level"]!));
        Assert.Equal("dropped", (string)(await learner.Http.Read(open)).Ok()["outcome"]!);
        if (app.IsSqlite) Assert.False((await app.Pages()).Hold("dunlin"));
        var told = (await (await app.Admin()).Http.Read("/v1/retention-log?limit=200")).Ok()["items"]!.AsArray();
        Assert.Equal(("purged", 2), told.Where(i => (Guid?)i!["cohortId"] == cohort.Id)
            .Select(i => ((string)i!["what"]!, (int)i["items"]!)).Single());
    }

    [Theory]
    [InlineData(null, 12)]
    [InlineData(3, 3)]
    public async Task Notes_and_plans_beside_the_work_go_with_the_other_words_and_answers_and_outcomes_stay(int? period, int months)
    {
        var (cohort, agency, admin) = (await app.Cohort(), await app.Agency(), await app.Admin());
        var learner = await app.Learner(cohort, agencyId: agency);
        if (period is not null) (await admin.Http.Put($"/v1/agencies/{agency}/retention", new { months = period })).Ok();
        var asks = (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete",
            new { ifThen = new { cue = "A whimbrel calls", action = "I will wait for the whimbrel" } })).Ok()["nudges"]!.AsArray();
        (await learner.Http.Post($"/v1/nudges/{asks[1]!["id"]}/response",
            new { outcome = "applied", note = "The whimbrel came.", needHelp = true })).Ok();
        var followUps = $"{cohort.Path}/followups";
        var followUp = (await cohort.Instructor.Http.Read(followUps)).Ok()["items"]![0]!["id"]!;
        (await cohort.Instructor.Http.Post($"{followUps}/{followUp}/close", new { outcome = "spoke", note = "Of whimbrels." })).Ok();
        var relationship = (await cohort.LetCoach(cohort.Instructor.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await cohort.Lead.Http.Post($"{relationship}/end", new { reason = "A whimbrel came between them." })).Ok();
        async Task<string> Kept()
        {
            List<string> kept = [];
            foreach (var (reader, path) in new[]
            {
                (learner.Http, "/v1/nudges?limit=200"), (cohort.Instructor.Http, followUps), (learner.Http, relationship),
                (cohort.Instructor.Http, $"{cohort.Path}/nudges"),
            })
                kept.Add((await reader.Read(path)).Ok().Body.Contains("himbrel", StringComparison.Ordinal) ? "1" : "0");
            return string.Concat(kept);
        }

        Assert.Equal("1111", await Kept());
        var end = await EndOf(cohort);
        FlowingClock.Set(end.AddMonths(months));
        await app.Send(new PurgeReflections());
        Assert.Equal("1111", await Kept());
        FlowingClock.Set(end.AddMonths(months).AddDays(1));
        (await admin.Http.Put($"/v1/agencies/{agency}/legal-hold", new { reason = Why })).Ok();
        await app.Send(new PurgeReflections());
        Assert.Equal("1111", await Kept());
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/agencies/{agency}/legal-hold", null)).Ok();
        await app.Send(new PurgeReflections());
        Assert.Equal("0000", await Kept());
        if (app.IsSqlite) Assert.False((await app.Pages()).Hold("himbrel"));

        Assert.Equal("applied", (string)(await learner.Http.Read("/v1/nudges?limit=200")).Ok()["items"]!.AsArray()
            .Single(n => (Guid)n!["id"]! == (Guid)asks[1]!["id"]!)!["response"]!["outcome"]!);
        Assert.Equal("spoke", (string)(await cohort.Instructor.Http.Read(followUps)).Ok()["items"]![0]!["outcome"]!);
        var told = (await admin.Http.Read($"/v1/agencies/{agency}/retention-log")).Ok()["items"]!.AsArray();
        Assert.Equal([months], told.Where(i => (string)i!["what"]! == "purged").Select(i => (int)i!["months"]!));
    }

    [Fact]
    public async Task Notes_stay_as_long_as_any_agency_of_those_who_took_part_keeps_words()
    {
        var cohort = await app.Cohort();
        var (brief, held, usual) = (await app.Agency(), await app.Agency(), await app.Agency());
        var admin = await app.Admin();
        (await admin.Http.Put($"/v1/agencies/{brief}/retention", new { months = 3 })).Ok();
        (await admin.Http.Put($"/v1/agencies/{held}/retention", new { months = 3 })).Ok();
        (await admin.Http.Put($"/v1/agencies/{held}/legal-hold", new { reason = Why })).Ok();
        var coach = cohort.Instructor.Http;
        var (ofBrief, ofHeld, ofUsual) = (await app.Learner(cohort, agencyId: brief), await app.Learner(cohort, agencyId: held),
            await app.Learner(cohort, agencyId: usual));
        async Task<Guid> Noted(params TestLearner[] learners)
        {
            var id = await coach.Log([.. learners.Select(l => CoachingSteps.Part(l.Id))]);
            (await coach.WriteNotes(id, null, "We spoke.")).Ok();
            return id;
        }

        Guid[] sessions = [await Noted(ofBrief), await Noted(ofBrief, ofUsual), await Noted(ofBrief, ofHeld), await Noted(ofBrief)];
        (await ofBrief.Http.Post($"{CoachingSteps.Session(sessions[3])}/hold", new { reason = "A name slipped in." })).Ok();
        async Task<string> Purged(DateTimeOffset at)
        {
            FlowingClock.Set(at);
            await app.Send(new PurgeReflections());
            var purged = "";
            foreach (var id in sessions) purged += (await coach.Read(CoachingSteps.Session(id))).Ok()["purgedAt"] is null ? "-" : "x";
            return purged;
        }

        var start = FlowingClock.Now;
        Assert.Equal("----", await Purged(start.AddMonths(3)));
        Assert.Equal("x---", await Purged(start.AddMonths(3).AddDays(1)));
        Assert.Equal("xx--", await Purged(start.AddMonths(12).AddDays(1)));
        (await admin.Http.Call(HttpMethod.Delete, $"/v1/agencies/{held}/legal-hold", null)).Ok();
        Assert.Equal("xxx-", await Purged(start.AddMonths(12).AddDays(2)));
        async Task<string> Told(Guid agency) => string.Join("; ",
            (await admin.Http.Read($"/v1/agencies/{agency}/retention-log")).Ok()["items"]!
            .AsArray().Where(i => (string)i!["what"]! == "purged").Select(i => $"{(int)i!["sessions"]!} after {(int)i["months"]!}").Order());
        Assert.Equal(("1 after 12; 1 after 3; 1 after 3", "1 after 3", "1 after 12"), (await Told(brief), await Told(held),
            await Told(usual)));
    }

    [Fact]
    public async Task A_damaged_session_keeps_the_words_of_no_other()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var coach = cohort.Instructor.Http;
        var (damaged, other) = (await coach.Log(CoachingSteps.Part(learner.Id)), await coach.Log(CoachingSteps.Part(learner.Id)));
        foreach (var id in new[] { damaged, other }) (await coach.WriteNotes(id, null, "We spoke.")).Ok();
        Task<int> SetKind(string kind) => app.InDb(db => db.Database.ExecuteSqlRawAsync(
            "UPDATE SessionTexts SET Kind = {1} WHERE SessionId = {0}", [damaged, kind], TestContext.Current.CancellationToken));
        await SetKind("OfALaterRelease");
        FlowingClock.Set(FlowingClock.Now.AddYears(1).AddDays(1));
        await app.Send(new PurgeReflections());
        Assert.NotNull((await coach.Read(CoachingSteps.Session(other))).Ok()["purgedAt"]);
        await SetKind("Note");
        Assert.Null((await coach.Read(CoachingSteps.Session(damaged))).Ok()["purgedAt"]);
        await app.Send(new PurgeReflections());
        Assert.NotNull((await coach.Read(CoachingSteps.Session(damaged))).Ok()["purgedAt"]);
    }

    [Fact]
    public async Task They_go_in_bounded_batches_and_each_is_written_down()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await app.InDb(async db =>
        {
            var ct = TestContext.Current.CancellationToken;
            var enrolment = await db.Enrolments.SingleAsync(e => e.Id == learner.EnrolmentId, ct);
            var unit = (await CurriculumOf(db, cohort)).Units.First();
            db.AddRange(Enumerable.Range(0, 120)
                .Select(i => Reflection.Begin(
                    enrolment, unit.Assignment with { Slug = $"made-up-{i}" }, Answers.None, FlowingClock.Now.UtcDateTime)));
            return await db.SaveChangesAsync(ct);
        });
        FlowingClock.Set((await EndOf(cohort)).AddYears(2));
        Assert.Equal(120, await app.Send(new PurgeReflections()));
        var told = await app.InDb(db => db.RetentionRecords.Where(r => r.CohortId == cohort.Id).Select(r => r.Reflections)
            .ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal([20, 50, 50], told.Order());
    }

    [Fact]
    public async Task A_period_has_a_floor_and_a_ceiling_and_a_hold_is_set_and_lifted_once()
    {
        var (admin, agency) = (await app.Admin(), $"/v1/agencies/{await app.Agency()}");
        var usual = (await admin.Http.Read($"{agency}/retention")).Ok();
        Assert.Equal((12, true, 3, 72, null), ((int)usual["months"]!, (bool)usual["isDefault"]!, (int)usual["leastMonths"]!,
            (int)usual["mostMonths"]!, usual["legalHold"]));
        foreach (var months in new[] { 2, 73, -1 })
            (await admin.Http.Put($"{agency}/retention", new { months })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal((72, false), ((await admin.Http.Put($"{agency}/retention", new { months = 72 })).Ok() is var set
            ? ((int)set["months"]!, (bool)set["isDefault"]!) : default));
        Assert.True((bool)(await admin.Http.Put($"{agency}/retention", new { months = (int?)null })).Ok()["isDefault"]!);
        (await admin.Http.Call(HttpMethod.Delete, $"{agency}/legal-hold", null)).Expect(HttpStatusCode.Conflict, "legalHold.none");
        (await admin.Http.Put($"{agency}/legal-hold", new { reason = "short" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal(Why, (string)(await admin.Http.Put($"{agency}/legal-hold", new { reason = Why })).Ok()["legalHold"]!["reason"]!);
        (await admin.Http.Put($"{agency}/legal-hold", new { reason = Why })).Expect(HttpStatusCode.Conflict, "legalHold.on");
    }

    private static int Order(string act) => Array.IndexOf(["periodChanged", "legalHoldSet", "legalHoldLifted", "purged"], act);

    private async Task<Curriculum> CurriculumOf(LearningDb db, TestCohort cohort)
    {
        var ct = TestContext.Current.CancellationToken;
        return await app.Services.GetRequiredService<CurriculumLibrary>()
            .Of(db, await db.Cohorts.AsNoTracking().SingleAsync(c => c.Id == cohort.Id, ct), ct);
    }

    /// <summary>Noon of the cohort's last day.</summary>
    private Task<DateTimeOffset> EndOf(TestCohort cohort) => app.InDb(async db =>
    {
        var end = (await db.Cohorts.AsNoTracking().SingleAsync(c => c.Id == cohort.Id, TestContext.Current.CancellationToken))
            .EndsOn(await CurriculumOf(db, cohort));
        return new DateTimeOffset(end.ToDateTime(new TimeOnly(18, 0)), TimeSpan.Zero);
    });

    private Task<string> Hash(Guid revision) =>
        app.InDb(db => db.Revisions.Where(r => r.Id == revision).Select(r => r.Hash).SingleAsync(TestContext.Current.CancellationToken));
}
