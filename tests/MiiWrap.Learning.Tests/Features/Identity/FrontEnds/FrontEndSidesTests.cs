using System.Net;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Identity.FrontEnds;

/// <summary>
/// Who is coached and coaches too is seen by a front end on the side that its scopes name, and no other: what it reads and does follows.
/// </summary>
[StandingClock]
public sealed class FrontEndSidesTests(LearningApp app)
{
    private const string Callback = "https://sides.example.org/callback";
    private const string Items = "/v1/action-items";

    [Fact]
    public async Task Sessions_steps_relationships_and_reviews_are_seen_on_the_side_that_the_scopes_name()
    {
        var world = await Coached();
        async Task<string> Seen(string path, string own, string coached, params string[] scopes)
        {
            var http = await Through(world.Person, scopes);
            var ids = (await http.Read($"{path}?limit=200")).Ok()["items"]!.AsArray().Select(i => $"{path}/{i!["id"]}").ToHashSet();
            foreach (var one in new[] { own, coached })
                (await http.Read(one)).Expect(ids.Contains(one) ? HttpStatusCode.OK : HttpStatusCode.NotFound);
            return $"{(ids.Contains(own) ? "own " : "")}{(ids.Contains(coached) ? "coached" : "")}".Trim();
        }

        foreach (var (path, own, coached) in new[]
        {
            (CoachingSteps.Sessions, world.OwnSession, world.CoachedSession),
            (Items, world.OwnItem, world.CoachedItem),
            (CoachingSteps.Relationships, world.OwnRelationship, world.CoachedRelationship),
            (FidelitySteps.Reviews, world.OwnReview, world.CoachedReview),
        })
        {
            Assert.Equal((path, "own"), (path, await Seen(path, own, coached, "learning")));
            Assert.Equal((path, "coached"), (path, await Seen(path, own, coached, "teaching")));
            Assert.Equal((path, "own coached"), (path, await Seen(path, own, coached, "learning", "teaching")));
        }

        Assert.Equal("", await Seen(CoachingSteps.Relationships, world.OwnRelationship, world.CoachedRelationship, "program"));
        var learning = await Through(world.Person, "learning");
        Assert.Empty((await learning.Read($"{CoachingSteps.Relationships}?as=coach")).Ok()["items"]!.AsArray());
        (await learning.Read($"{world.CoachedSession}/access-log")).Expect(HttpStatusCode.NotFound, "session.notFound");
    }

    [Fact]
    public async Task What_is_done_follows_the_side_too()
    {
        var world = await Coached();
        var (learning, teaching) = (await Through(world.Person, "learning"), await Through(world.Person, "teaching"));
        // As a coach, through a front end for learners.
        (await learning.Post($"{world.CoachedItem}/evidence", new { level = "applied" })).Expect(HttpStatusCode.NotFound, "action.notFound");
        (await learning.Post($"{world.CoachedItem}/close", new { outcome = "dropped" })).Expect(HttpStatusCode.NotFound, "action.notFound");
        (await learning.Post(Items, CoachingSteps.Step(world.Coachee.EnrolmentId, world.Coachee.Id)))
            .Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        (await learning.Post($"{world.CoachedSession}/cancel", new { reason = "The office is closed then." }))
            .Expect(HttpStatusCode.NotFound, "session.notFound");
        (await learning.Post(FidelitySteps.Reviews, FidelitySteps.Begun(world.Coachee.Id)))
            .Expect(HttpStatusCode.Forbidden, "rater.notAllowed");
        // As a learner, through a front end for coaches.
        (await teaching.Post($"{world.OwnItem}/close", new { outcome = "dropped" })).Expect(HttpStatusCode.NotFound, "action.notFound");
        (await teaching.Post(Items, CoachingSteps.Step(world.Person.EnrolmentId))).Expect(HttpStatusCode.NotFound, "enrolment.notFound");
        (await teaching.Post($"{world.OwnSession}/cancel", new { reason = "I am away that week." }))
            .Expect(HttpStatusCode.NotFound, "session.notFound");
        // Each on its own side.
        (await teaching.Post($"{world.CoachedItem}/evidence", new { level = "applied" })).Ok();
        (await learning.Post($"{world.OwnItem}/close", new { outcome = "dropped" })).Ok();
        (await learning.Post($"{world.OwnSession}/cancel", new { reason = "I am away that week." })).Ok();
    }

    [Fact]
    public async Task What_is_next_follows_the_side_too()
    {
        var world = await Coached();
        async Task<string> Next(params string[] scopes)
        {
            var next = (await (await Through(world.Person, scopes)).Read("/v1/me/next")).Ok();
            return $"{(string?)next["next"]?["kind"]} {(string?)next["session"]?["id"]} {next["commitments"]!.AsArray().Count}";
        }

        Assert.Equal($"unit {world.OwnSession[(CoachingSteps.Sessions.Length + 1)..]} 1", await Next("learning"));
        Assert.Equal($"session {world.CoachedSession[(CoachingSteps.Sessions.Length + 1)..]} 0", await Next("teaching"));
        Assert.Equal("  0", await Next("program"));
    }

    [Fact]
    public async Task Who_administers_the_programme_sees_all_coaching_by_its_scope_alone()
    {
        var (world, admin) = (await Coached(), await app.Admin());
        foreach (var scope in new[] { "learning", "teaching" })
        {
            var http = await Through(admin, scope);
            foreach (var path in new[] { CoachingSteps.Sessions, CoachingSteps.Relationships })
                Assert.Empty((await http.Read(path)).Ok()["items"]!.AsArray());
            (await http.Read(world.OwnSession)).Expect(HttpStatusCode.NotFound, "session.notFound");
        }

        (await (await Through(admin, "program")).Read(world.OwnRelationship)).Ok();
        (await (await Through(admin, "teaching", "program")).Read(world.OwnSession)).Ok();
    }

    private async Task<HttpClient> Through(TestPerson person, params string[] scopes) => await Through(person.Email, scopes);

    private async Task<HttpClient> Through(TestLearner person, params string[] scopes) => await Through(person.Email, scopes);

    private async Task<HttpClient> Through(string email, string[] scopes)
    {
        var made = (await (await app.Admin()).Http.Post("/v1/clients",
            new { name = "Companion", kind = "frontEnd", scopes = FrontEndScopes.All, redirectUris = new[] { Callback } }))
            .Expect(HttpStatusCode.Created);
        var frontEnd = new FrontEndSession(app, (Guid)made["id"]!, Callback);
        return frontEnd.With(await frontEnd.Tokens(email, scopes));
    }

    /// <summary>Somebody who learns and is coached in one cohort, and teaches and coaches in another.</summary>
    private async Task<World> Coached()
    {
        var (elsewhere, here) = (await app.Cohort(), await app.Cohort());
        var (person, coachee) = (await app.Learner(elsewhere), await app.Learner(here));
        (await here.Lead.Http.Patch(here.Path, new { instructors = new[] { person.Id } })).Ok();
        async Task<(string Session, string Item, string Relationship, string Review)> Between(
            TestCohort cohort, Guid coachId, HttpClient coach, TestLearner learner)
        {
            var relationship = (await cohort.LetCoach(coachId, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
            var session = (await coach.Plan(FlowingClock.Now.AddDays(2), learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
            var item = (await learner.Http.Post(Items, CoachingSteps.Step(learner.EnrolmentId)))
                .Expect(HttpStatusCode.Created).Headers["Location"];
            return (session, item, relationship, await coach.LockReview(learner.Id));
        }

        var own = await Between(elsewhere, elsewhere.Instructor.Id, elsewhere.Instructor.Http, person);
        var coached = await Between(here, person.Id, person.Http, coachee);
        return new(
            person, coachee, own.Session, coached.Session, own.Item, coached.Item, own.Relationship, coached.Relationship, own.Review,
            coached.Review);
    }

    private sealed record World(
        TestLearner Person, TestLearner Coachee, string OwnSession, string CoachedSession, string OwnItem, string CoachedItem,
        string OwnRelationship, string CoachedRelationship, string OwnReview, string CoachedReview);
}
