using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Nudges;

/// <summary>An action item is asked about by the same ledger, under the same caps and hours, and in its owner's own words.</summary>
[StandingClock(YearsLater = true)]
public sealed class ItemNudgeTests(LearningApp app)
{
    private const string Path = "/v1/action-items";
    private const string Unit = ReflectionSteps.Anchor;

    [Theory]
    [InlineData(null)]
    [InlineData("2034-03-08")]
    [InlineData("2034-03-09")]
    public async Task An_answer_on_the_evening_of_the_agreement_is_taken_and_lies_on_its_day(string? occurredOn)
    {
        // Eight in the evening of the eighth in Honolulu; the cohort's ninth has begun.
        FlowingClock.Set(new(2034, 3, 9, 6, 0, 0, TimeSpan.Zero));
        var learner = await app.Learner(await app.Cohort(), zone: "Pacific/Honolulu");
        var made = await Step(learner, CoachingSteps.Step(learner.EnrolmentId));
        FlowingClock.Advance(TimeSpan.FromMinutes(5));
        var nudge = $"/v1/nudges/{(Guid)made["nudges"]![0]!["id"]!}/response";
        (await learner.Http.Post(nudge, new { outcome = "applied", occurredOn = "2034-03-07" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "nudge.occurredOn.outside");
        (await learner.Http.Post(nudge, new { outcome = "applied", occurredOn })).Ok();
        var item = (await learner.Http.Read($"{Path}/{(Guid)made["id"]!}")).Ok();
        Assert.Equal(("2034-03-09", "2034-03-09"), ((string)item["agreedOn"]!, (string)item["evidence"]![0]!["occurredOn"]!));
    }

    [Fact]
    public async Task It_reminds_on_the_planned_day_asks_on_the_working_day_after_and_for_the_last_time_when_it_is_due()
    {
        FlowingClock.Set(FlowingClock.LaterMonday);
        var learner = await app.Learner();
        var planned = await Step(learner, CoachingSteps.Step(learner.EnrolmentId, plannedFor: "2034-02-03"));
        Assert.Equal(
            [(1, "cue", "2034-02-03T14:30:00Z"), (2, "check", "2034-02-06T14:30:00Z"), (3, "closeout", "2034-02-20T14:30:00Z")],
            planned["nudges"]!.AsArray().Select(n => ((int)n!["step"]!, (string)n["kind"]!, (string)n["dueAt"]!)));
        Assert.Equal(["2034-02-06T14:30:00Z", "2034-02-20T14:30:00Z", "2034-02-27T14:30:00Z"],
            planned["nudges"]!.AsArray().Select(n => (string)n!["expiresAt"]!));
        var unplanned = await Step(learner, CoachingSteps.Step(learner.EnrolmentId));
        Assert.Equal([1, 6], unplanned["nudges"]!.AsArray().Take(2).Select(n => (DateTime)n!["dueAt"]!).Select(d => d.Day));
        // A check that would come when it is due gives way to the last ask.
        var brief = await Step(learner, CoachingSteps.Step(learner.EnrolmentId, dueInDays: 4));
        Assert.Equal("superseded", (string)brief["nudges"]![1]!["statusReason"]!);
    }

    [Fact]
    public async Task The_mail_quotes_the_owner_and_the_answer_by_its_link_is_evidence()
    {
        FlowingClock.Set(FlowingClock.LaterMonday);
        var learner = await app.Learner();
        var path = (await Step(learner, CoachingSteps.Step(learner.EnrolmentId))).Headers["Location"];
        await SweepOn(learner, 2);
        var mail = Assert.Single(app.MailsTo(learner.Email), m => m.Headers["Subject"] == "You have a practice check-in");
        Assert.Contains("Your plan: If they bring me a problem, then I will ask what they have tried. Is it still a good one?", mail.Text,
            StringComparison.Ordinal);
        Assert.Equal(1, Count(mail.Text, "they bring me a problem"));
        var link = mail.Links.First(l => l.AbsolutePath.StartsWith("/n/", StringComparison.Ordinal)).PathAndQuery;
        var anyone = Session.Anonymous(app);
        Assert.Contains("they bring me a problem", (await anyone.Read(link)).Ok().Body, StringComparison.Ordinal);
        var thanks = (await anyone.Post(link, new FormUrlEncodedContent(
            [KeyValuePair.Create("outcome", "applied"), KeyValuePair.Create("note", "I waited.")]))).Ok();
        Assert.Contains("last check-in about this step", thanks.Body, StringComparison.Ordinal);

        var item = (await learner.Http.Read(path)).Ok();
        Assert.Equal(("applied", "selfReport", "I waited."),
            ((string)item["evidence"]![0]!["level"]!, (string)item["evidence"]![0]!["source"]!, (string)item["evidence"]![0]!["note"]!));
        // What is done is asked about no more.
        Assert.Equal([("sent", null), ("skipped", "alreadyApplied"), ("skipped", "alreadyApplied")], StatesOf(item));
        var (_, data) = (await app.EventsOf((Guid)item["id"]!)).First(e => e.Type == "nudge.answered");
        Assert.Equal("", (string)data["unit"]!);
    }

    [Fact]
    public async Task A_unit_and_a_step_may_come_in_one_message_and_lists_of_units_know_nothing_of_steps()
    {
        FlowingClock.Set(FlowingClock.LaterMonday);
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
        var first = (await learner.Http.Read("/v1/nudges")).Ok()["items"]![0]!;
        var day = DateOnly.FromDateTime(((DateTime)first["dueAt"]!).ToUniversalTime());
        await Step(learner, CoachingSteps.Step(learner.EnrolmentId, plannedFor: $"{day:yyyy-MM-dd}", unit: Unit));
        FlowingClock.Set(((DateTime)first["dueAt"]!).ToUniversalTime());
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        var mail = Assert.Single(app.MailsTo(learner.Email), m => m.Headers["Subject"].Contains("practice check-in",
            StringComparison.Ordinal));
        Assert.Equal("You have 2 practice check-ins", mail.Headers["Subject"]);

        var units = (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray();
        Assert.Equal(6, units.Count);
        Assert.Single((await learner.Http.Read("/v1/me/next")).Ok()["checkIns"]!.AsArray());
        Assert.Equal(6, (await cohort.Instructor.Http.Read($"{cohort.Path}/nudges")).Ok()["items"]!.AsArray().Count);
        Assert.Equal(6, (int)(await cohort.Instructor.Http.Read($"{cohort.Path}/nudges/figures")).Ok()["planned"]!);
    }

    [Fact]
    public async Task An_answer_in_the_app_moves_what_is_planned()
    {
        FlowingClock.Set(FlowingClock.LaterMonday);
        var learner = await app.Learner();
        var path = (await Step(learner, CoachingSteps.Step(learner.EnrolmentId, plannedFor: "2034-02-01"))).Headers["Location"];
        var cue = (await learner.Http.Read(path)).Ok()["nudges"]![0]!;
        await SweepOn(learner, 2);
        (await learner.Http.Post($"/v1/nudges/{(Guid)cue["id"]!}/response", new { outcome = "changeDate", plannedFor = "2034-03-01" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "nudge.plannedFor.outside");
        (await learner.Http.Post($"/v1/nudges/{(Guid)cue["id"]!}/response", new { outcome = "changeDate",
            plannedFor = "2034-02-08" })).Ok();
        var moved = (await learner.Http.Read(path)).Ok();
        Assert.Equal("2034-02-08", (string)moved["ifThen"]!["plannedFor"]!);
        Assert.Equal("2034-02-09T14:30:00Z", (string)moved["nudges"]![1]!["dueAt"]!);
        Assert.Empty(moved["evidence"]!.AsArray());

        FlowingClock.Set(new(2034, 2, 9, 15, 0, 0, TimeSpan.Zero));
        var check = (Guid)moved["nudges"]![1]!["id"]!;
        (await learner.Http.Post($"/v1/nudges/{check}/response",
            new { outcome = "notYet", barrier = "noOpportunity", plannedFor = "2034-02-21" })).Ok();
        var waits = (await learner.Http.Read(path)).Ok();
        Assert.Equal("2034-02-22T14:30:00Z", (string)waits["nudges"]![2]!["dueAt"]!);
        Assert.Equal("notYet", (string)waits["evidence"]![0]!["level"]!);
    }

    [Fact]
    public async Task Two_not_yets_and_a_wish_to_talk_are_their_coaches_to_follow()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var item = await Step(learner, CoachingSteps.Step(learner.EnrolmentId));
        await learner.Http.Post($"/v1/nudges/{(Guid)item["nudges"]![0]!["id"]!}/response", new { outcome = "notYet", barrier = "noTime" });
        Assert.Empty(await Reasons());
        (await learner.Http.Post($"{item.Headers["Location"]}/evidence", new { level = "notYet" })).Ok();
        Assert.Equal(["twiceNotYet"], await Reasons());
        (await learner.Http.Post($"/v1/nudges/{(Guid)item["nudges"]![1]!["id"]!}/response", new { outcome = "partly",
            needHelp = true })).Ok();
        Assert.Equal(["twiceNotYet", "wantsToTalk"], (await Reasons()).Order());

        async Task<List<string>> Reasons() =>
            [.. (await cohort.Lead.Http.Read($"{cohort.Path}/followups?status=open")).Ok()["items"]!.AsArray()
                .SelectMany(f => f!["reasons"]!.AsArray().Select(r => (string)r!))];
    }

    [Fact]
    public async Task Whose_unit_is_held_out_is_asked_at_the_end_alone()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
        await app.InDb(async db =>
        {
            var opportunity = await db.Opportunities.SingleAsync(o => o.EnrolmentId == learner.EnrolmentId,
                TestContext.Current.CancellationToken);
            db.Entry(opportunity).Property(o => o.Arm).CurrentValue = TrialArm.HeldOut;
            return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        var item = await Step(learner, CoachingSteps.Step(learner.EnrolmentId, unit: Unit));
        Assert.Equal([("skipped", "heldOut"), ("skipped", "heldOut"), ("planned", null)], StatesOf(item));
    }

    [Fact]
    public async Task A_step_that_is_closed_is_asked_about_no_more_and_leaves_no_silence()
    {
        FlowingClock.Set(FlowingClock.LaterMonday);
        var learner = await app.Learner();
        var path = (await Step(learner, CoachingSteps.Step(learner.EnrolmentId))).Headers["Location"];
        await SweepOn(learner, 2);
        (await learner.Http.Post($"{path}/close", new { outcome = "dropped" })).Ok();
        var item = (await learner.Http.Read(path)).Ok();
        Assert.Equal([("sent", "itemClosed"), ("cancelled", "itemClosed"), ("cancelled", "itemClosed")], StatesOf(item));
        (await learner.Http.Post($"/v1/nudges/{(Guid)item["nudges"]![0]!["id"]!}/response", new { outcome = "applied" }))
            .Expect(HttpStatusCode.Conflict, "nudge.closed");
        FlowingClock.Advance(TimeSpan.FromDays(10));
        Assert.Equal(0, await app.InDb(db => db.Nudges.Where(Domain.Nudges.Nudge.IsUnanswered(FlowingClock.Now.UtcDateTime))
            .CountAsync(n => n.PersonId == learner.Id, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Who_leaves_is_asked_nothing_and_who_comes_back_what_there_is_time_for()
    {
        FlowingClock.Set(FlowingClock.LaterMonday);
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var path = (await Step(learner, CoachingSteps.Step(learner.EnrolmentId))).Headers["Location"];
        await app.Withdraw(learner);
        Assert.All(StatesOf((await learner.Http.Read(path)).Ok()), s => Assert.Equal(("cancelled", "enrolmentEnded"), s));
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone } } })).Ok();
        Assert.All(StatesOf((await learner.Http.Read(path)).Ok()), s => Assert.Equal(("planned", null), s));
    }

    [Fact]
    public async Task Leave_moves_what_is_asked_about_steps_too()
    {
        FlowingClock.Set(FlowingClock.LaterMonday);
        var learner = await app.Learner();
        var path = (await Step(learner, CoachingSteps.Step(learner.EnrolmentId))).Headers["Location"];
        (await learner.Http.Put("/v1/me/leave", new { periods = new[] { new { from = "2034-02-01", until = "2034-02-02" } } })).Ok();
        Assert.Equal("2034-02-03T14:30:00Z", (string)(await learner.Http.Read(path)).Ok()["nudges"]![0]!["dueAt"]!);
    }

    private static async Task<Answer> Step(TestLearner learner, object step) =>
        (await learner.Http.Post(Path, step)).Expect(HttpStatusCode.Created);

    private async Task SweepOn(TestLearner learner, int day)
    {
        FlowingClock.Set(FlowingClock.LaterMonday.AddDays(day));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
    }

    private static List<(string Status, string? Reason)> StatesOf(Answer item) =>
        [.. item["nudges"]!.AsArray().Select(n => ((string)n!["status"]!, (string?)n["statusReason"]))];

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
