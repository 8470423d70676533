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
