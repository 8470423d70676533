using System.Globalization;
using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Coaching;

/// <summary>
/// What each side of a coaching relationship may do, and who coached until now may do no more: the table of roles, for those who are in
/// none of its columns.
/// </summary>
[StandingClock(YearsLater = true)]
public sealed class CoachingRoleTests(LearningApp app)
{
    private static readonly object Reason = new { reason = "The office is closed then." };

    // Of what is the present coach's: that coach, the coachee, and who coached them before.
    private static readonly Row[] Rows =
    [
        new("BeginCoaching", "404 403 404", (s, by) => by.Post(CoachingSteps.Relationships,
            new { coachId = s.Other.Id, coacheeId = s.Coachee.Id, cohortId = s.Cohort.Id })),
        new("ListCoaching", "200 200 200", (_, by) => by.Read(CoachingSteps.Relationships)),
        new("GetCoaching", "200 200 404", (s, by) => by.Read(s.Relationship)),
        new("GetCoachingMirror", "200 403 404", (s, by) => by.Read($"{s.Relationship}/mirror")),
        new("ShareWithCoach", "403 200 404",
            (s, by) => by.Patch(s.Relationship, new { shares = new { answers = true } }, ("If-Match", "*"))),
        new("AgreeToCoaching", "403 200 404", (s, by) => by.Post($"{s.Relationship}/agree")),
        new("PlanSession", "201 422 403", (s, by) => by.Plan(FlowingClock.Now.AddDays(1), s.Coachee.Id)),
        new("ListSessions", "200 200 200", (_, by) => by.Read(CoachingSteps.Sessions)),
        new("GetSession", "200 200 404", async (s, by) => await by.Read(await s.Planned())),
        new("ChangeSession", "200 403 404", async (s, by) => await by.Patch(await s.Planned(), new { minutes = 30 }, ("If-Match", "*"))),
        new("CancelSession", "200 200 404", async (s, by) => await by.Post($"{await s.Planned()}/cancel", Reason)),
        new("RecordSession", "200 403 404", async (s, by) => await by.Put($"{await s.Held()}/record",
            new { mode = "live", minutes = 45, participants = new[] { CoachingSteps.Part(s.Coachee.Id) } }, ("If-Match", "*"))),
        new("SaveSessionNotes", "200 403 404", async (s, by) => await by.Put($"{await s.Held()}/notes",
            new { note = "For all." }, ("If-Match", "*"))),
        new("ReplyToNotes", "403 201 404", async (s, by) => await by.Post($"{await s.WithNotes()}/notes/reply", new { text = "I will." })),
        new("HoldSession", "200 200 404", async (s, by) => await by.Post($"{await s.WithNotes()}/hold", Reason)),
        new("RedactSession", "403 403 404", async (s, by) => await by.Post($"{await s.WithNotes()}/redactions",
            new { prompt = "note", span = new[] { 0, 3 }, reason = "The name of a family." })),
        new("ReleaseSession", "403 403 404", async (s, by) => await by.Post($"{await s.WithNotes()}/hold/release")),
        new("OpenSessionNotes", "403 403 404", async (s, by) => await by.Post($"{await s.WithNotes()}/break-glass",
            new { reason = "The privacy officer asked.", hours = 1 })),
        new("CloseSessionNotes", "403 403 404",
            async (s, by) => await by.Call(HttpMethod.Delete, $"{await s.WithNotes()}/break-glass", null)),
        new("ListSessionAccess", "200 200 404", async (s, by) => await by.Read($"{await s.WithNotes()}/access-log")),
        new("AddActionItem", "201 201 403", (s, by) => by.Post(Scene.Items, CoachingSteps.Step(s.Coachee.EnrolmentId, s.Coachee.Id))),
        new("ListActionItems", "200 200 200", (_, by) => by.Read(Scene.Items)),
        new("GetActionItem", "200 200 404", async (s, by) => await by.Read(await s.Proposed())),
        new("ChangeActionItem", "200 200 404",
            async (s, by) => await by.Patch(await s.Proposed(), new { sign = "They talk" }, ("If-Match", "*"))),
        new("AgreeToActionItem", "403 200 404", async (s, by) => await by.Post($"{await s.Proposed()}/agree", new { })),
        new("AddActionEvidence", "200 200 404", async (s, by) => await by.Post($"{await s.Agreed()}/evidence", new { level = "partly" })),
        new("CloseActionItem", "200 200 404", async (s, by) => await by.Post($"{await s.Agreed()}/close", new { outcome = "dropped" })),
        new("GetCoachingDesk", "200 200 200", (_, by) => by.Read("/v1/me/coaching")),
        new("GetFidelityTrend", "200 200 403", (s, by) => by.Read(FidelitySteps.Trend(s.Coachee.Id))),
        new("ListFollowUps", "200 404 404", (s, by) => by.Read($"{s.Cohort.Path}/followups")),
        new("GetDosage", "200 200 404", (s, by) => by.Read($"{s.Coachee.Journey}/dosage")),
        new("GetCohortDosage", "404 404 404", (s, by) => by.Read($"{s.Cohort.Path}/dosage")),
        new("GetDosageSummary", "404 404 404", (s, by) => by.Read($"{s.Cohort.Path}/dosage/summary")),
        new("GetCohortCoaching", "404 403 404", (s, by) => by.Read($"{s.Cohort.Path}/coaching")),
        // The last: it ends what the others need.
        new("EndCoaching", "200 200 404", async (s, by) =>
        {
            var ended = await by.Post($"{s.Relationship}/end", Reason);
            if (ended.Status == HttpStatusCode.OK) await s.Begin();
            return ended;
        }),
    ];

    [Fact]
    public async Task Each_does_what_is_theirs()
    {
        var scene = await Scene.Of(app);
        var faults = new List<string>();
        foreach (var row in Rows)
        {
            var seen = new List<string>();
            foreach (var by in new[] { scene.Coach.Http, scene.Coachee.Http, scene.Former.Http })
                seen.Add(((int)(await row.Act(scene, by)).Status).ToString(CultureInfo.InvariantCulture));
            if (string.Join(' ', seen) != row.Expected) faults.Add($"{row.Operation}: {string.Join(' ', seen)} in place of {row.Expected}");
        }

        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
    }

    [Fact]
    public async Task Who_coaches_no_more_keeps_the_sessions_that_were_and_nothing_else()
    {
        var scene = await Scene.Of(app);
        (await scene.Former.Http.Read(scene.FormersSession)).Ok();
        (await scene.Former.Http.Read(scene.FormersItem)).Expect(HttpStatusCode.NotFound, "action.notFound");
        Assert.Empty((await scene.Former.Http.Read(Scene.Items)).Ok()["items"]!.AsArray());
        Assert.Empty((await scene.Former.Http.Read("/v1/me/coaching")).Ok()["coachees"]!.AsArray());
        Assert.DoesNotContain("coach", (await scene.Former.Http.Read("/v1/me")).Ok()["roles"]!.AsArray().Select(r => (string)r!["role"]!));
    }

    private sealed record Row(string Operation, string Expected, Func<Scene, HttpClient, Task<Answer>> Act);

    /// <summary>A learner whom one person coaches and another one did, neither of whom teaches there.</summary>
    private sealed record Scene(TestCohort Cohort, TestLearner Coachee, TestPerson Coach, TestPerson Former, TestPerson Other)
    {
        public const string Items = "/v1/action-items";

        public string Relationship { get; private set; } = "";

        public required string FormersSession { get; init; }

        public required string FormersItem { get; init; }

        public static async Task<Scene> Of(LearningApp app)
        {
            var cohort = await app.Cohort();
            var (learner, coach, former) = (await app.Learner(cohort), await app.Person("Cora Coach"), await app.Person("Fay Former"));
            var ended = (await cohort.LetCoach(former.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
            var session = CoachingSteps.Session(await former.Http.Log(CoachingSteps.Part(learner.Id)));
            var item = (await former.Http.Post(Items, CoachingSteps.Step(learner.EnrolmentId, learner.Id))).Expect(HttpStatusCode.Created)
                .Headers["Location"];
            (await former.Http.Post($"{ended}/end", new { reason = "She moves to another county." })).Ok();
            var scene = new Scene(cohort, learner, coach, former, await app.Person()) { FormersSession = session, FormersItem = item };
            await scene.Begin();
            return scene;
        }

        public async Task Begin() =>
            Relationship = (await Cohort.LetCoach(Coach.Id, Coachee.Id)).Expect(HttpStatusCode.Created).Headers["Location"];

        public async Task<string> Planned() =>
            (await Coach.Http.Plan(FlowingClock.Now.AddDays(1), Coachee.Id)).Expect(HttpStatusCode.Created).Headers["Location"];

        public async Task<string> Held() => CoachingSteps.Session(await Coach.Http.Log(CoachingSteps.Part(Coachee.Id)));

        public async Task<string> WithNotes()
        {
            var id = await Coach.Http.Log(CoachingSteps.Part(Coachee.Id));
            (await Coach.Http.WriteNotes(id, null, "For all.")).Ok();
            return CoachingSteps.Session(id);
        }

        public async Task<string> Proposed() => (await Coach.Http.Post(Items, CoachingSteps.Step(Coachee.EnrolmentId, Coachee.Id)))
            .Expect(HttpStatusCode.Created).Headers["Location"];

        /// <summary>Few at a time are agreed: what was before is dropped.</summary>
        public async Task<string> Agreed()
        {
            foreach (var before in (await Coachee.Http.Read($"{Items}?state=agreed")).Ok()["items"]!.AsArray())
                (await Coachee.Http.Post($"{Items}/{(Guid)before!["id"]!}/close", new { outcome = "dropped" })).Ok();
            var path = await Proposed();
            (await Coachee.Http.Post($"{path}/agree", new { })).Ok();
            return path;
        }
    }
}
