using System.Net;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>A learner changes to another evening, and goes on there with all that they have done.</summary>
[Collection(AccountMails.Name)]
[StandingClock]
public sealed partial class MoveEnrolmentTests(LearningApp app)
{
    private const string First = RolePeople.AnchorUnit;
    private const string Second = "2.4-watching-voice-and-power";

    [Fact]
    public async Task Units_reflections_check_ins_and_follow_ups_come_along()
    {
        var (from, to) = await TwoCohorts(app);
        var learner = await app.Learner(from);
        var asks = (await learner.Http.Post($"{learner.Unit(First)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
        var revision = await learner.HandIn(First);
        await learner.Write(Second);
        (await from.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        (await learner.Http.Post($"/v1/nudges/{asks[0]!["id"]}/response", new { outcome = "stillGood", needHelp = true, note = "Mine." }))
            .Ok();
        FlowingClock.Advance(TimeSpan.FromHours(1));
        var before = await Due(learner);

        var moved = (await from.Lead.Http.Post($"{learner.Journey}/move", new { cohortId = to.Id })).Ok();
        Assert.Equal((learner.EnrolmentId, to.Id, "2027-02-01T16:00:00Z"),
            ((Guid)moved["id"]!, (Guid)moved["cohortId"]!, (string)moved["movedAt"]!));
        FlowingClock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(moved.Body, (await from.Lead.Http.Post($"{learner.Journey}/move", new { cohortId = to.Id })).Ok().Body);

        var journey = (await learner.Http.Read(learner.Journey)).Ok();
        Assert.Equal((to.Id, 1), ((Guid)journey["cohort"]!["id"]!, (int)journey["progress"]!["unitsCompleted"]!));
        Assert.Equal(before, await Due(learner));
        Assert.Equal(ReflectionSteps.Words, (string)(await learner.GetReflection(Second))["draft"]!["answers"]!["what"]!);
        // Whoever taught them before sees nothing of theirs any more, and holds nothing.
        (await from.Instructor.Http.Read(learner.Journey)).Expect(HttpStatusCode.NotFound);
        (await from.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/publish")).Expect(HttpStatusCode.NotFound);
        foreach (var list in new[] { "nudges", "followups" })
        {
            Assert.Empty((await from.Instructor.Http.Read($"{from.Path}/{list}")).Ok()["items"]!.AsArray());
            Assert.NotEmpty((await to.Instructor.Http.Read($"{to.Path}/{list}")).Ok()["items"]!.AsArray());
        }

        Assert.Empty((await from.Lead.Http.Read($"/v1/reviews?cohort={from.Id}")).Ok()["items"]!.AsArray());
        var waiting = Assert.Single((await to.Instructor.Http.Read($"/v1/reviews?cohort={to.Id}")).Ok()["items"]!.AsArray())!;
        Assert.Equal(("awaiting", null), ((string)waiting["status"]!, waiting["claimedBy"]));
        (await to.Instructor.Review(revision, ReflectionSteps.Judgement())).Ok();
        (await learner.Http.Post($"{learner.Unit(Second)}/complete", Given.IfThen())).Ok();

        foreach (var (cohort, learners) in new[] { (from, 0), (to, 1) })
            Assert.Equal(learners, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["learners"]!);
        var told = (await app.EventsOf(learner.EnrolmentId)).Single(e => e.Type == "enrolment.moved").Data;
        Assert.Equal((to.Id, from.Id, learner.Id),
            ((Guid)told["cohortId"]!, (Guid)told["fromCohortId"]!, (Guid)told["learnerId"]!));
        await app.Send(new SendMails());
        Assert.Contains(app.MailsTo(learner.Email), m => m.Headers["Subject"] == "You go on in another cohort");
    }

    [Fact]
    public async Task The_author_keeps_seeing_who_came_to_read_and_sees_the_move()
    {
        var (from, to) = await TwoCohorts(app);
        var learner = await app.Learner(from);
        await learner.HandIn(First);
        var guest = await app.Person("Gil Guest");
        (await from.Lead.Http.Patch(from.Path, new { instructors = new[] { guest.Id, from.Instructor.Id } })).Ok();
        var before = await Log();
        Assert.Contains(("Gil Guest", "appointed"), before);
        FlowingClock.Advance(TimeSpan.FromHours(1));
        (await from.Lead.Http.Post($"{learner.Journey}/move", new { cohortId = to.Id })).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(1));
        (await from.Lead.Http.Patch(from.Path, new { instructors = new[] { from.Instructor.Id } })).Ok();
        var after = await Log();
        Assert.Superset(before.ToHashSet(), after.ToHashSet());
        Assert.Contains((from.Lead.Name, "moved"), after);
        Assert.DoesNotContain(("Gil Guest", "dismissed"), after);

        async Task<List<(string, string)>> Log() => [.. (await learner.Http.Read($"{learner.Reflection()}/access-log")).Ok()["items"]!
            .AsArray().Select(l => ((string)l!["who"]!["name"]!, (string)l["what"]!))];
    }

    [Fact]
    public async Task What_has_been_counted_stays_where_it_was_and_what_is_to_be_counted_goes_along()
    {
        var (from, to) = await TwoCohorts(app);
        var learner = await app.Learner(from);
        (await learner.Http.Post($"{learner.Unit(First)}/complete", Given.IfThen())).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(7));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        var check = (await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]!.AsArray()[^1]!;
        (await learner.Http.Post($"/v1/nudges/{check["id"]}/response", new { outcome = "applied" })).Ok();
        FlowingClock.Set(FlowingClock.Monday.AddDays(40));
        (await learner.Http.Post($"{learner.Unit(Second)}/complete", Given.IfThen())).Ok();
        Assert.Equal((1, 1, 1), await Pooled(from));

        (await from.Lead.Http.Post($"{learner.Journey}/move", new { cohortId = to.Id })).Ok();
        Assert.Equal((1, 1, 0), await Pooled(from));
        Assert.Equal((0, 0, 1), await Pooled(to));
        FlowingClock.Set(FlowingClock.Monday.AddDays(80));
        Assert.Equal((1, 1, 0), await Pooled(from));
        Assert.Equal((0, 1, 0), await Pooled(to));
        // The learner's own figures are all of them, and what was reached elsewhere is no gap here.
        var own = (await learner.Http.Read($"{learner.Journey}/transfer")).Ok()["pooled"]!;
        Assert.Equal((1, 2), ((int)own["numerator"]!, (int)own["denominator"]!));
        var reach = (await to.Lead.Http.Read($"{to.Path}/transfer")).Ok()["pooled"]!["reach"]!;
        Assert.Equal(1, (int)reach["numerator"]!);

        static async Task<(int, int, int)> Pooled(TestCohort cohort)
        {
            var pooled = (await cohort.Lead.Http.Read($"{cohort.Path}/transfer")).Ok()["pooled"]!;
            return ((int)pooled["numerator"]!, (int)pooled["denominator"]!, (int)pooled["excluded"]!["immature"]!);
        }
    }

    [Fact]
    public async Task Modules_open_by_the_other_cohorts_days_and_the_calendar_takes_them_for_newer()
    {
        var (from, to) = await TwoCohorts(app, "paced", new DateOnly(2027, 2, 8));
        var learner = await app.Learner(from);
        (await from.Lead.Http.Post($"{from.Path}/reschedule", new { startsOn = "2027-01-25" })).Ok();
        (await learner.Http.Post($"{learner.Unit(First)}/complete", Given.IfThen())).Ok();
        (await from.Lead.Http.Post(
            $"{learner.Journey}/modules/{Given.SecondModule}/open", new { reason = "Works ahead with the coach" })).Ok();
        var calendar = new Uri((string)(await learner.Http.Post("/v1/me/calendar")).Ok()["url"]!).PathAndQuery;
        var before = await Sequence();
        (await from.Lead.Http.Post($"{learner.Journey}/move", new { cohortId = to.Id })).Ok();
        Assert.True(await Sequence() > before, "An older state would be kept.");

        var modules = (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray();
        Assert.Equal(("2027-02-08", "locked", "open"),
            ((string)modules[0]!["opensOn"]!, (string)modules[0]!["state"]!, (string)modules[1]!["state"]!));
        Assert.Equal("completed", (string)modules[0]!["units"]!.AsArray().Single(u => (string)u!["slug"]! == First)!["state"]!);
        (await learner.Http.Post($"{learner.Unit("1.1-why-good-training-fades")}/start")).Expect(HttpStatusCode.Forbidden, "unit.locked");

        async Task<int> Sequence() => SequencePattern().Matches((await Session.Anonymous(app).Read(calendar)).Ok().Body)
            .Select(m => int.Parse(m.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture)).Max();
    }

    [Fact]
    public async Task Nobody_moves_to_where_they_cannot_go_on()
    {
        var (from, to) = await TwoCohorts(app);
        var (admin, learner, gone) = (await app.Admin(), await app.Learner(from), await app.Learner(from));
        (await from.Lead.Http.Post($"{gone.Journey}/withdraw")).Ok();
        (await from.Lead.Http.Post($"{gone.Journey}/move", new { cohortId = to.Id })).Expect(HttpStatusCode.Conflict, "enrolment.withdrawn");
        (await from.Lead.Http.Post($"{learner.Journey}/move", new { cohortId = Guid.NewGuid() }))
            .Expect(HttpStatusCode.UnprocessableEntity, "cohort.unknown");
        (await from.Lead.Http.Post($"{learner.Journey}/move", new { })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        // Who does not lead both does not even learn that there is the other one.
        var strange = await app.Cohort();
        (await from.Lead.Http.Post($"{learner.Journey}/move", new { cohortId = strange.Id }))
            .Expect(HttpStatusCode.UnprocessableEntity, "cohort.unknown");
        (await admin.Http.Patch(strange.Path, new { instructors = new[] { from.Lead.Id } })).Ok();
        (await from.Lead.Http.Post($"{learner.Journey}/move", new { cohortId = strange.Id }))
            .Expect(HttpStatusCode.Forbidden, "role.required");

        (await to.Lead.Http.Post($"{to.Path}/close")).Ok();
        (await from.Lead.Http.Post($"{learner.Journey}/move", new { cohortId = to.Id })).Expect(HttpStatusCode.Conflict, "cohort.closed");
        (await to.Lead.Http.Post($"{to.Path}/reopen")).Ok();
        (await to.Lead.Http.Post($"{to.Path}/enrolments", new
        {
            learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone } },
        })).Ok();
        (await from.Lead.Http.Post($"{learner.Journey}/move", new { cohortId = to.Id })).Expect(HttpStatusCode.Conflict, "enrolment.exists");
    }

    [Fact]
    public async Task Another_curriculum_or_version_is_no_place_to_go_on()
    {
        var (admin, slug) = (await app.Admin(), SecondCourse.NewSlug());
        using var content = SecondCourse.Of(slug);
        var versions = $"/v1/curricula/{slug}/versions";
        (await admin.Http.Post(versions, SecondCourse.Bundle(content))).Expect(HttpStatusCode.Created);
        var (cohort, other) = (await app.Cohort(curriculum: slug), await app.Cohort());
        content.Replace($"{slug}/curriculum.yml", "title: Small steps", "title: Smaller steps");
        (await admin.Http.Post(versions, SecondCourse.Bundle(content))).Expect(HttpStatusCode.Created);
        var newer = await app.Cohort(curriculum: slug);
        var learner = await app.Learner(cohort);
        (await admin.Http.Post($"{learner.Journey}/move", new { cohortId = other.Id }))
            .Expect(HttpStatusCode.Conflict, "enrolment.move.curriculum");
        (await admin.Http.Post($"{learner.Journey}/move", new { cohortId = newer.Id }))
            .Expect(HttpStatusCode.Conflict, "enrolment.move.version");
        (await cohort.Lead.Http.Post($"{cohort.Path}/upgrade", new { version = 2 })).Ok();
        (await admin.Http.Post($"{learner.Journey}/move", new { cohortId = newer.Id })).Ok();
    }

    [Fact]
    public async Task An_admin_brings_nobody_to_themselves()
    {
        var (from, to, admin) = (await app.Cohort(), await app.Cohort(), await app.Admin());
        var learner = await app.Learner(from);
        (await (await app.Admin()).Http.Patch(to.Path, new { leads = new[] { admin.Id, to.Lead.Id } })).Ok();
        (await admin.Http.Post($"{learner.Journey}/move", new { cohortId = to.Id }))
            .Expect(HttpStatusCode.Forbidden, "enrolment.move.self");
        (await (await app.Admin()).Http.Post($"{learner.Journey}/move", new { cohortId = to.Id })).Ok();
    }

    [Fact]
    public async Task Nobody_who_instructs_brings_a_learner_to_where_they_lead_and_read_all()
    {
        var (from, to, admin, other) = (await app.Cohort(), await app.Cohort(), await app.Admin(), await app.Admin());
        var learner = await app.Learner(from);
        var instructors = new[] { admin.Id, from.Instructor.Id };
        (await other.Http.Patch(from.Path, new { instructors })).Ok();
        (await other.Http.Patch(to.Path, new { leads = new[] { admin.Id, to.Lead.Id } })).Ok();
        (await admin.Http.Post($"{learner.Journey}/move", new { cohortId = to.Id }))
            .Expect(HttpStatusCode.Forbidden, "enrolment.move.self");
        // To where they instruct as well they gain nothing.
        (await other.Http.Patch(to.Path, new { instructors, leads = new[] { to.Lead.Id } })).Ok();
        (await admin.Http.Post($"{learner.Journey}/move", new { cohortId = to.Id })).Ok();
    }

    [Fact]
    public async Task Two_reviewers_who_are_to_talk_close_that_first()
    {
        var (from, to) = await TwoCohorts(app);
        var learner = await app.Learner(from);
        var second = await app.Person("Sol Second");
        (await from.Lead.Http.Patch(from.Path, new { instructors = new[] { from.Instructor.Id, second.Id } })).Ok();
        var closing = await learner.HandIn("8.3-my-next-six-months");
        (await from.Instructor.Review(closing, ReflectionSteps.Judgement("revise", score: 0, forClosing: true))).Ok();
        (await second.Review(closing, ReflectionSteps.Judgement(score: 3, forClosing: true))).Ok();
        (await from.Lead.Http.Post($"{learner.Journey}/move", new { cohortId = to.Id }))
            .Expect(HttpStatusCode.Conflict, "enrolment.move.conversation");
        (await second.Http.Post($"{ReflectionSteps.Review(closing)}/conversation/close")).Ok();
        (await from.Lead.Http.Post($"{learner.Journey}/move", new { cohortId = to.Id })).Ok();
    }

    /// <summary>Two cohorts with instructors of their own, which one person leads both.</summary>
    [Fact]
    public async Task The_leads_of_the_cohort_that_is_left_hear_of_it_from_the_program_unless_they_did_it()
    {
        var (from, to) = await TwoCohorts(app);
        var (learner, another) = (await app.Learner(from), await app.Learner(from));
        await learner.HandIn(First);
        (await from.Lead.Http.Post($"{another.Journey}/move", new { cohortId = to.Id })).Ok();
        await app.Send(new SendMails());
        Assert.DoesNotContain(app.MailsTo(from.Lead.Email), m => m.Headers["Subject"] == "A learner of your cohort goes on in another");
        (await (await app.Admin()).Http.Post($"{learner.Journey}/move", new { cohortId = to.Id })).Ok();
        await app.Send(new SendMails());
        var told = Assert.Single(app.MailsTo(from.Lead.Email), m => m.Headers["Subject"] == "A learner of your cohort goes on in another");
        Assert.DoesNotContain(learner.Name, told.Text, StringComparison.Ordinal);
    }

    private static async Task<(TestCohort From, TestCohort To)> TwoCohorts(LearningApp app, string gate = "open", DateOnly? second = null)
    {
        var (from, to) = (await app.Cohort(gate), await app.Cohort(gate, second));
        (await (await app.Admin()).Http.Patch(to.Path, new { leads = new[] { from.Lead.Id, to.Lead.Id } })).Ok();
        return (from, to);
    }

    private static async Task<List<(string, string)>> Due(TestLearner learner) =>
        [.. (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray().Select(n => ((string)n!["id"]!, (string)n["dueAt"]!))];

    [GeneratedRegex(@"SEQUENCE:(?<number>\d+)", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex SequencePattern();
}
