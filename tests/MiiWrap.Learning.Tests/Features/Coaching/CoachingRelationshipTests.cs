using System.Net;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Coaching;

/// <summary>Who coaches whom, by whose word, and with what the coachee shares.</summary>
[StandingClock(YearsLater = true)]
public sealed class CoachingRelationshipTests(LearningApp app)
{
    private const string Path = CoachingSteps.Relationships;

    [Fact]
    public async Task A_lead_names_a_coach_and_the_coachee_says_what_is_shared()
    {
        var cohort = await app.Cohort();
        var (coach, learner, stranger) = (await app.Person("Cora Coach"), await app.Learner(cohort), await app.Person());
        var begun = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        var path = begun.Headers["Location"];
        Assert.Equal("active", (string)begun["state"]!);
        Assert.Equal(
            (true, false, true), ((bool)begun["shares"]!["answers"]!, (bool)begun["shares"]!["reflections"]!,
                (bool)begun["shares"]!["fidelity"]!));
        Assert.Equal(coach.Name, (string)(await learner.Http.Read(path)).Ok()["coach"]!["name"]!);
        (await stranger.Http.Read(path)).Expect(HttpStatusCode.NotFound, "coaching.notFound");

        // The coachee's own choice, of the state that they have read.
        (await coach.Http.Patch(path, new { shares = new { reflections = true } }, ("If-Match", "*")))
            .Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        (await learner.Http.Patch(path, new { shares = new { reflections = true } })).Expect((HttpStatusCode)428, "precondition.required");
        var shared = (await learner.Http.Patch(path, new { shares = new { reflections = true } }, ("If-Match", begun.ETag!))).Ok();
        Assert.Equal((true, true), ((bool)shared["shares"]!["answers"]!, (bool)shared["shares"]!["reflections"]!));
        (await learner.Http.Patch(path, new { shares = new { answers = false } }, ("If-Match", begun.ETag!)))
            .Expect(HttpStatusCode.PreconditionFailed, "coaching.stale");

        Assert.Contains("coach", (await coach.Http.Read("/v1/me")).Ok()["roles"]!.AsArray().Select(r => (string)r!["role"]!));
        Assert.Equal([path[(path.LastIndexOf('/') + 1)..]], await Ids(coach.Http, "?as=coach"));
        Assert.Empty(await Ids(coach.Http, "?as=coachee"));
        Assert.Single(await Ids(cohort.Lead.Http));

        // What was shared ends with it, and somebody else may begin.
        var ended = (await coach.Http.Post($"{path}/end", new { reason = "I change to another team." })).Ok();
        Assert.Equal(("ended", false, "I change to another team."),
            ((string)ended["state"]!, (bool)ended["shares"]!["answers"]!, (string)ended["endReason"]!));
        (await coach.Http.Post($"{path}/end", new { reason = "I change to another team." })).Expect(HttpStatusCode.Conflict, "coaching.ended");
        (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Conflict, "coaching.exists");
    }

    [Fact]
    public async Task Why_it_ended_is_read_by_the_two_whom_it_is_about()
    {
        const string reason = "I cry after each call.";
        var cohort = await app.Cohort();
        var agency = await app.Agency();
        var (coach, learner) = (await app.Person(), await app.Learner(cohort, agencyId: agency));
        var path = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await learner.Http.Post($"{path}/end", new { reason, privacyConfirmed = true })).Ok();
        foreach (var party in new[] { coach.Http, learner.Http })
            Assert.Equal(reason, (string?)(await party.Read(path)).Ok()["endReason"]);
        var (supervisor, leader) = (await app.Member(agency, AgencyRole.Supervisor), await app.Member(agency, AgencyRole.AgencyAdmin));
        foreach (var reader in new[] { cohort.Lead, supervisor, leader, await app.Admin() })
        {
            var read = await reader.Http.Read(path);
            if (read.Status == HttpStatusCode.OK) Assert.Null(read["endReason"]);
            Assert.DoesNotContain(reason, (await reader.Http.Read("/v1/coaching-relationships")).Ok().Body, StringComparison.Ordinal);
        }

        Assert.Equal("ended", (string)(await cohort.Lead.Http.Read(path)).Ok()["state"]!);
    }

    [Fact]
    public async Task Who_coaches_in_one_cohort_coaches_in_no_other()
    {
        var (here, elsewhere) = (await app.Cohort(), await app.Cohort());
        var (coach, learner) = (await app.Person(), await app.Learner(here));
        var other = (Guid)(await elsewhere.Lead.Http.Post($"{elsewhere.Path}/enrolments",
            new { learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone } } }))
            .Ok()["rows"]![0]!["enrolmentId"]!;
        (await here.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        await coach.Http.Dosage(learner);
        (await coach.Http.Read($"/v1/enrolments/{other}/dosage")).Expect(HttpStatusCode.NotFound, "enrolment.notFound");
        (await coach.Http.Plan(FlowingClock.Now.AddDays(1), learner.Id)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Nobody_names_themselves_and_both_learn_or_belong_there()
    {
        var cohort = await app.Cohort();
        var (coach, learner) = (await app.Person(), await app.Learner(cohort));
        (await cohort.LetCoach(cohort.Lead.Id, learner.Id)).Expect(HttpStatusCode.UnprocessableEntity, "coaching.self");
        (await cohort.LetCoach(learner.Id, learner.Id)).Expect(HttpStatusCode.UnprocessableEntity, "coaching.self");
        (await cohort.LetCoach(coach.Id, coach.Id)).Expect(HttpStatusCode.UnprocessableEntity, "coaching.self");
        (await cohort.LetCoach(coach.Id, (await app.Learner()).Id)).Expect(HttpStatusCode.UnprocessableEntity, "coaching.notEnrolled");
        (await cohort.LetCoach(Guid.NewGuid(), learner.Id)).Expect(HttpStatusCode.UnprocessableEntity, "person.unknown");
        (await cohort.Instructor.Http.Post(Path, new { coachId = coach.Id, coacheeId = learner.Id, cohortId = cohort.Id }))
            .Expect(HttpStatusCode.Forbidden, "role.required");
        (await cohort.Lead.Http.Post(Path, new { coachId = coach.Id, coacheeId = learner.Id }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        await app.Withdraw(learner);
        (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.UnprocessableEntity, "coaching.notEnrolled");

        // In an agency, by those who run it.
        var (agency, other) = (await app.Agency(), await app.Agency());
        var supervisor = await app.Member(agency, AgencyRole.Supervisor);
        var own = await app.Learner(cohort, agencyId: agency);
        Task<Answer> Name(Guid coachId, Guid coacheeId, Guid inAgency) =>
            supervisor.Http.Post(Path, new { coachId, coacheeId, agencyId = inAgency });
        (await Name(coach.Id, own.Id, agency)).Expect(HttpStatusCode.UnprocessableEntity, "coaching.notOfAgency");
        (await Name(own.Id, coach.Id, agency)).Expect(HttpStatusCode.UnprocessableEntity, "coaching.notOfAgency");
        (await Name(coach.Id, own.Id, other)).Expect(HttpStatusCode.NotFound, "agency.notFound");
        var peer = await app.Learner(cohort, agencyId: agency);
        Assert.Equal("active", (string)(await Name(peer.Id, own.Id, agency)).Expect(HttpStatusCode.Created)["state"]!);
        // A person may be coach here and coachee there.
        (await Name(own.Id, peer.Id, agency)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Who_supervises_coaches_only_whom_agrees_and_is_shown_nothing()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var supervisor = await app.Member(agency, AgencyRole.Supervisor);
        var learner = await app.Learner(cohort, agencyId: agency);
        var path = (await cohort.LetCoach(supervisor.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        Assert.Equal("proposed", (string)(await learner.Http.Read(path)).Ok()["state"]!);
        (await supervisor.Http.Plan(FlowingClock.Now.AddDays(1), learner.Id)).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        (await supervisor.Http.Post($"{path}/agree")).Expect(HttpStatusCode.Forbidden, "coaching.notYours");

        var agreed = (await learner.Http.Post($"{path}/agree")).Ok();
        Assert.Equal(("active", false), ((string)agreed["state"]!, (bool)agreed["shares"]!["answers"]!));
        (await learner.Http.Patch(path, new { shares = new { answers = true } }, ("If-Match", "*")))
            .Expect(HttpStatusCode.Conflict, "coaching.shares.supervisor");
        (await supervisor.Http.Plan(FlowingClock.Now.AddDays(1), learner.Id)).Expect(HttpStatusCode.Created);

        // Nor does it help to teach there.
        (await (await app.Admin()).Http.Patch(cohort.Path, new { instructors = new[] { supervisor.Id } })).Ok();
        var another = await app.Learner(cohort, agencyId: agency);
        (await supervisor.Http.Plan(FlowingClock.Now.AddDays(1), another.Id)).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
    }

    [Fact]
    public async Task Who_comes_to_supervise_needs_consent_from_then_on_and_is_shown_nothing()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var (coach, admin) = (await app.Person("Cora Coach"), await app.Admin());
        var learner = await app.Learner(cohort, agencyId: agency);
        var path = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        var own = (await learner.Http.Post("/v1/action-items", CoachingSteps.Step(learner.EnrolmentId))).Expect(HttpStatusCode.Created)
            .Headers["Location"];
        // Agreed with somebody else, and shown since they share their answers.
        (await cohort.LetCoach(cohort.Instructor.Id, learner.Id)).Expect(HttpStatusCode.Created);
        var others = (await learner.Http.Post("/v1/action-items", CoachingSteps.Step(learner.EnrolmentId))).Expect(HttpStatusCode.Created)
            .Headers["Location"];
        foreach (var item in new[] { own, others }) (await coach.Http.Read(item)).Ok();

        (await admin.Http.Put($"/v1/agencies/{agency}/people/{coach.Id}", new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        var waits = (await learner.Http.Read(path)).Ok();
        Assert.Equal(("proposed", null, false, false),
            ((string)waits["state"]!, waits["from"], (bool)waits["shares"]!["answers"]!, (bool)waits["shares"]!["fidelity"]!));
        foreach (var item in new[] { own, others }) (await coach.Http.Read(item)).Expect(HttpStatusCode.NotFound, "action.notFound");
        (await coach.Http.Plan(FlowingClock.Now.AddDays(1), learner.Id)).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        Assert.DoesNotContain("coach", (await coach.Http.Read("/v1/me")).Ok()["roles"]!.AsArray().Select(r => (string)r!["role"]!));
        (await learner.Http.Patch(path, new { shares = new { answers = true } }, ("If-Match", waits.ETag!)))
            .Expect(HttpStatusCode.Conflict, "coaching.shares.supervisor");
        (await learner.Http.Patch(path, new { shares = new { answers = false } }, ("If-Match", waits.ETag!))).Ok();

        Assert.Equal("active", (string)(await learner.Http.Post($"{path}/agree")).Ok()["state"]!);
        // What the two agree themselves they see; what else is shared stays closed.
        (await coach.Http.Read(own)).Ok();
        (await coach.Http.Read(others)).Expect(HttpStatusCode.NotFound, "action.notFound");
        (await coach.Http.Plan(FlowingClock.Now.AddDays(1), learner.Id)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_a_coachee_has_closed_nobody_opens_by_bringing_the_two_together_again()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var (coach, admin) = (await app.Person(), await app.Admin());
        var learner = await app.Learner(cohort, agencyId: agency);
        var path = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await learner.Http.Patch(path, new { shares = new { answers = false } }, ("If-Match", "*"))).Ok();
        static (bool, bool, bool) Shared(Answer one) =>
            ((bool)one["shares"]!["answers"]!, (bool)one["shares"]!["reflections"]!, (bool)one["shares"]!["fidelity"]!);
        // Beside the first one, in their agency.
        await app.Learner(cohort, agencyId: agency);
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = coach.Email, name = coach.Name, timeZone = Given.Zone, agencyId = agency } } })).Ok();
        var beside = (await admin.Http.Post(Path, new { coachId = coach.Id, coacheeId = learner.Id, agencyId = agency }))
            .Expect(HttpStatusCode.Created);
        Assert.Equal((false, false, true), Shared(beside));
        foreach (var one in new[] { path, beside.Headers["Location"] })
            (await admin.Http.Post($"{one}/end", new { reason = "We begin once more." })).Ok();
        Assert.Equal((false, false, false), Shared((await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created)));
    }

    [Fact]
    public async Task What_was_planned_is_off_where_it_ends_and_stays_where_the_coach_teaches()
    {
        var cohort = await app.Cohort();
        var (coach, learner) = (await app.Person(), await app.Learner(cohort));
        async Task<(string Path, string Session)> Planned(TestPerson by) => (
            (await cohort.LetCoach(by.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"],
            (await by.Http.Plan(FlowingClock.Now.AddDays(3), learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"]);
        var (his, taught) = (await Planned(coach), await Planned(cohort.Instructor));
        foreach (var one in new[] { his, taught })
            (await learner.Http.Post($"{one.Path}/end", new { reason = "I change to another team." })).Ok();
        var off = (await coach.Http.Read(his.Session)).Ok();
        Assert.Equal(("cancelled", "coachee"), ((string)off["status"]!, (string)off["cancelledBy"]!));
        (await coach.Http.Patch(his.Session, new { minutes = 30 }, ("If-Match", off.ETag!))).Expect(HttpStatusCode.Conflict, "session.state");
        Assert.Equal("planned", (string)(await learner.Http.Read(taught.Session)).Ok()["status"]!);
        // Nor does it come back with somebody who was away meanwhile.
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone } } })).Ok();
        Assert.Equal("cancelled", (string)(await coach.Http.Read(his.Session)).Ok()["status"]!);
        Assert.Equal("planned", (string)(await learner.Http.Read(taught.Session)).Ok()["status"]!);
    }

    [Fact]
    public async Task A_reason_passes_the_privacy_gate()
    {
        var cohort = await app.Cohort();
        var (coach, learner) = (await app.Person(), await app.Learner(cohort));
        var path = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await learner.Http.Post($"{path}/end", new { reason = "Call me at (303) 555-0142." }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await learner.Http.Post($"{path}/end", new { reason = "Maria will coach me." }))
            .Expect(HttpStatusCode.UnprocessableEntity, "text.privacy.unconfirmed");
        (await learner.Http.Post($"{path}/end", new { reason = "short" })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await learner.Http.Post($"{path}/end", new { reason = "Maria will coach me.", privacyConfirmed = true })).Ok();
    }

    [Fact]
    public async Task A_reason_passes_the_gate_of_the_agency_for_which_the_learner_is_coached()
    {
        var (elsewhere, here, agency) = (await app.Cohort(), await app.Cohort(), await app.Agency());
        (await (await app.Admin()).Http.Put($"/v1/agencies/{agency}/denied-words", new { words = new[] { "Hilltop" } })).Ok();
        var (coach, learner) = (await app.Person(), await app.Learner(elsewhere));
        (await here.Lead.Http.Post($"{here.Path}/enrolments", new
        {
            learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone, agencyId = agency } },
        })).Ok();
        var path = (await here.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        // The older enrolment has no agency, and neither has the relationship: that makes it none of the two.
        (await learner.Http.Post($"{path}/end", new { reason = "They go on at hilltop." }))
            .Expect(HttpStatusCode.UnprocessableEntity, "text.privacy.unconfirmed");
    }

    private static async Task<IReadOnlyList<string>> Ids(HttpClient reader, string query = "") =>
        [.. (await reader.Read(Path + query)).Ok()["items"]!.AsArray().Select(r => (string)r!["id"]!)];
}
