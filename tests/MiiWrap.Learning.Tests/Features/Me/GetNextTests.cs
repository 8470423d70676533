using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Me;

/// <summary>A learner opens the app and sees what is begun, what is asked, and what they had planned.</summary>
[StandingClock]
public sealed class GetNextTests(LearningApp app)
{
    private const string Second = "1.2-coach-supervisor-trainer";

    [Theory]
    [InlineData(Given.Zone, 0, 2, false)]
    [InlineData(Given.Zone, 0, 6, true)]
    [InlineData("Pacific/Kiritimati", -1, 9, false)]
    [InlineData("Pacific/Kiritimati", -1, 11, true)]
    [InlineData("Pacific/Kiritimati", 1, 0, true)]
    public async Task A_coachees_step_is_to_be_closed_from_its_day_on_as_their_cohort_counts_days(
        string zone, int day, int utcHour, bool isDue)
    {
        var cohort = await app.Cohort(zone: zone);
        var (learner, coach) = (await app.Learner(cohort), await app.Person("Cora Coach"));
        (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        (await learner.Http.Post("/v1/action-items", CoachingSteps.Step(learner.EnrolmentId))).Expect(HttpStatusCode.Created);
        var due = FlowingClock.Now.AddDays(21);
        FlowingClock.Set(new DateTimeOffset(due.Year, due.Month, due.Day, 0, 0, 0, TimeSpan.Zero).AddDays(day).AddHours(utcHour));
        var awaiting = (await coach.Http.Read("/v1/me/coaching")).Ok()["awaitingClose"]!.AsArray();
        var next = (await coach.Http.Read("/v1/me/next")).Ok()["next"];
        Assert.Equal((isDue ? 1 : 0, isDue ? "close" : null), (awaiting.Count, (string?)next?["kind"]));
    }

    [Fact]
    public async Task Drafts_that_were_begun_and_not_handed_in_are_listed_the_last_one_first()
    {
        var learner = await app.Learner();
        await learner.Write();
        FlowingClock.Advance(TimeSpan.FromMinutes(1));
        await learner.Write(Second);

        var drafts = (await learner.Http.Read("/v1/me/next")).Ok()["drafts"]!.AsArray();
        Assert.Equal([Second, ReflectionSteps.Anchor], drafts.Select(d => (string)d!["assignment"]!));
        Assert.Equal((learner.EnrolmentId, FlowingClock.Now.UtcDateTime),
            ((Guid)drafts[0]!["enrolmentId"]!, (DateTime)drafts[0]!["savedAt"]!));
        Assert.NotEqual(Second, (string)drafts[0]!["unitTitle"]!);

        await learner.HandIn(Second);
        Assert.Equal([ReflectionSteps.Anchor], await Drafts(learner));
        (await learner.Http.Post($"{learner.Reflection(Second)}/withdraw")).Ok();
        Assert.Equal([Second, ReflectionSteps.Anchor], (await Drafts(learner)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_check_in_brings_its_unit_its_question_and_the_learners_own_plan()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen("2027-02-03"))).Ok();

        var own = (await learner.Http.Read("/v1/nudges")).Ok()["items"]![0]!;
        var unit = (await learner.Http.Read(learner.Unit(ReflectionSteps.Anchor))).Ok();
        Assert.Equal((string)unit["title"]!, (string)own["unitTitle"]!);
        Assert.True(((string)own["ask"]!).Length > 20, (string)own["ask"]!);
        Assert.DoesNotContain("{", (string)own["ask"]!, StringComparison.Ordinal);
        Assert.Equal(("I open my notes", "I will ask before I tell", "2027-02-03"),
            ((string)own["plan"]!["cue"]!, (string)own["plan"]!["action"]!, (string)own["plan"]!["plannedFor"]!));

        // A cohort's page has neither: a plan is its learner's own words.
        var theirs = (await cohort.Instructor.Http.Read($"{cohort.Path}/nudges")).Ok();
        Assert.DoesNotContain("I open my notes", theirs.Body, StringComparison.Ordinal);
        Assert.Null(theirs["items"]![0]!["plan"]);

        FlowingClock.Set(FlowingClock.Monday.AddDays(2));
        await app.Send(new Api.Features.Nudges.SendDueNudges { PersonId = learner.Id });
        var asked = (await learner.Http.Read("/v1/me/next")).Ok()["checkIns"]![0]!;
        Assert.Equal(((string)own["unitTitle"]!, "I open my notes"), ((string)asked["unitTitle"]!, (string)asked["plan"]!["cue"]!));
    }

    private static async Task<IEnumerable<string>> Drafts(TestLearner learner) =>
        (await learner.Http.Read("/v1/me/next")).Ok()["drafts"]!.AsArray().Select(d => (string)d!["assignment"]!);
}
