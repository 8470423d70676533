using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Nudges;

/// <summary>The sweep sends what is due, never at a bad hour, never too much, and never loses or doubles anything on the way.</summary>
[Collection(nameof(SweepCollection))]
[StandingClock]
public sealed class SendDueNudgesTests(SweepingApp app) : IAsyncLifetime
{
    // Three standard units and one more: each asks on days 2, 10 and 30.
    private static readonly string[] Standard =
        ["1.2-coach-supervisor-trainer", "1.3-guide-dont-fix", "2.2-describe-before-you-judge", "2.3-consent-recording-and-privacy"];

    // Wednesday at nine in Chicago, two days after the Monday on which the units are completed.
    private static readonly DateTimeOffset FirstDue = FlowingClock.Monday.AddDays(2);

    private TestCohort cohort = null!;
    private TestLearner learner = null!;

    public async ValueTask InitializeAsync() => await app.Clear();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_message_takes_three_asks_and_the_rest_waits_for_the_next_open_day()
    {
        await Completed(4);
        Assert.Equal(new SweepReport(1, 0), await app.SweepAt(FirstDue));

        var mail = Assert.Single(app.MailsTo(learner.Email));
        Assert.Equal("You have 3 practice check-ins", mail.Headers["Subject"]);
        var sent = (await Asks("sent")).Select(n => (string)n["id"]!).ToHashSet();
        Assert.Equal(sent, mail.Headers["X-Learning-Nudges"].Split(", ").ToHashSet());
        Assert.Equal(3, mail.Links.Count(l => l.AbsolutePath.StartsWith("/n/", StringComparison.Ordinal)));

        var held = Assert.Single(await Asks("planned"), n => (string)n["kind"]! == "cue");
        Assert.Equal("2027-02-04 14:30", Due(held));
        Assert.Equal(new SweepReport(1, 0), await app.SweepAt(FirstDue.AddDays(1)));
        Assert.Equal(2, app.MailsTo(learner.Email).Count);
    }

    [Fact]
    public async Task One_message_a_day_is_enough()
    {
        await Completed(1);
        FlowingClock.Advance(TimeSpan.FromHours(1));
        await Complete(Standard[1]);

        await app.SweepAt(FirstDue);
        Assert.Equal(new SweepReport(0, 0), await app.SweepAt(FirstDue.AddHours(1)));
        Assert.Single(app.MailsTo(learner.Email));
        Assert.Equal("2027-02-04 14:30", Due((await Asks("planned"))[0]));
        await app.SweepAt(FirstDue.AddDays(1));
        Assert.Equal(2, app.MailsTo(learner.Email).Count);
    }

    [Fact]
    public async Task Three_messages_in_seven_days_are_enough()
    {
        await Completed(0);
        for (var day = 0; day < 4; day++)
        {
            FlowingClock.Set(FlowingClock.Monday.AddDays(day));
            await Complete(Standard[day]);
        }

        for (var day = 2; day < 9; day++)
        {
            await app.SweepAt(FlowingClock.Monday.AddDays(day));
            // Someone who answers is not spared on account of silence.
            foreach (var ask in (await Asks("sent")).Where(n => n["response"] is null)) await Answer(ask, "stillGood");
        }

        Assert.Equal(3, app.MailsTo(learner.Email).Count);
        // The fourth was planned into the next message that there is room for: the one with the first unit's check.
        Assert.Equal(["2027-02-11 15:00", "2027-02-11 15:00"], (await Asks("planned")).Take(2).Select(Due));
        await app.SweepAt(FlowingClock.Monday.AddDays(9));
        Assert.Equal(3, app.MailsTo(learner.Email).Count);
        await app.SweepAt(FlowingClock.Monday.AddDays(10));
        Assert.Equal(4, app.MailsTo(learner.Email).Count);
    }

    [Fact]
    public async Task Whoever_learns_in_both_courses_at_once_gets_no_more_messages_than_anybody()
    {
        await Completed(0);
        var beside = await app.Cohort(curriculum: Given.FacilitatorCourse);
        var second = (Guid)(await beside.Lead.Http.Post($"{beside.Path}/enrolments",
            new { learners = new[] { new { email = learner.Email, name = "Lou", timeZone = Given.Zone } } })).Ok()
            ["rows"]![0]!["enrolmentId"]!;
        var units = new Dictionary<Guid, List<string>>();
        foreach (var enrolment in new[] { learner.EnrolmentId, second })
            units[enrolment] = [.. (await learner.Http.Read($"/v1/enrolments/{enrolment}")).Ok()["modules"]!.AsArray()
                .SelectMany(m => m!["units"]!.AsArray()).Select(u => (string)u!["slug"]!).Take(8)];

        var (mailed, asked) = (new List<int>(), new HashSet<Guid>());
        for (var day = 0; day < 35; day++)
        {
            FlowingClock.Set(FlowingClock.Monday.AddDays(day));
            foreach (var (enrolment, course) in units.Where(_ => day % 7 == 0 && day < 28))
            {
                foreach (var unit in course.Skip(day / 7 * 2).Take(2))
                    (await learner.Http.Post($"/v1/enrolments/{enrolment}/units/{unit}/complete", Given.IfThen())).Ok();
            }

            var before = app.MailsTo(learner.Email).Count;
            await app.SweepAt(FlowingClock.Now);
            await app.SweepAt(FlowingClock.Now.AddHours(4));
            mailed.AddRange(Enumerable.Repeat(day, app.MailsTo(learner.Email).Count - before));
            foreach (var ask in (await Asks("sent")).Where(n => n["response"] is null))
            {
                asked.Add((Guid)ask["enrolmentId"]!);
                await Answer(ask, (string)ask["kind"]! == "cue" ? "stillGood" : "partly");
            }
        }

        Assert.Equal(mailed.Distinct(), mailed);
        Assert.All(mailed, day => Assert.InRange(mailed.Count(d => d > day - 7 && d <= day), 1, 3));
        Assert.All(app.MailsTo(learner.Email), m => Assert.InRange(m.Headers["X-Learning-Nudges"].Split(", ").Length, 1, 3));
        Assert.Equal(units.Keys.ToHashSet(), asked);
    }

    [Fact]
    public async Task Whoever_coaches_in_one_course_and_learns_in_the_other_is_asked_no_more_often_and_of_nothing_but_their_own()
    {
        await Completed(0);
        var beside = await app.Cohort(curriculum: Given.FacilitatorCourse);
        var (lead, coachees) = (await app.Person("Lea Lead Coach"), new List<TestLearner>());
        (await cohort.LetCoach(lead.Id, learner.Id)).Expect(HttpStatusCode.Created);
        for (var i = 0; i < 3; i++)
        {
            coachees.Add(await app.Learner(beside, $"Fay {i}"));
            (await beside.LetCoach(learner.Id, coachees[i].Id)).Expect(HttpStatusCode.Created);
        }

        string[] coaching =
        [
            .. Standard, "1.1-why-good-training-fades", "1.4-coaching-agreement", "2.1-preparing-to-observe",
            "2.4-watching-voice-and-power",
        ];
        string[] facilitating = ["1.1-arrive-as-a-guest", "1.2-story-before-form", "1.3-strengths-that-work", "2.1-who-stays-when-we-go"];
        var mailed = new Dictionary<string, List<int>>();
        for (var day = 0; day < 35; day++)
        {
            FlowingClock.Set(FlowingClock.Monday.AddDays(day));
            if (day % 7 == 0 && day < 28)
            {
                // Each week two units and a step of one's own, and a step and a unit of each whom one coaches.
                foreach (var unit in coaching.Skip(day / 7 * 2).Take(2)) await Complete(unit);
                foreach (var coachee in coachees)
                    (await coachee.Http.Post($"{coachee.Unit(facilitating[day / 7])}/complete", Given.IfThen())).Ok();
                foreach (var owner in coachees.Prepend(learner).Where(_ => day < 21))
                    (await owner.Http.Post("/v1/action-items", CoachingSteps.Step(owner.EnrolmentId))).Expect(HttpStatusCode.Created);
            }

            foreach (var now in new[] { FlowingClock.Now, FlowingClock.Now.AddHours(4) })
            {
                var before = coachees.Select(c => c.Email).Append(learner.Email).ToDictionary(e => e, e => app.MailsTo(e).Count);
                await app.SweepAt(now);
                foreach (var (email, count) in before)
                    (mailed.TryGetValue(email, out var days) ? days : mailed[email] = []).AddRange(
                        Enumerable.Repeat(day, app.MailsTo(email).Count - count));
            }
        }

        foreach (var (email, days) in mailed)
        {
            Assert.NotEmpty(days);
            Assert.Equal(days.Distinct(), days);
            Assert.All(days, day => Assert.InRange(days.Count(d => d > day - 7 && d <= day), 1, 3));
            Assert.All(app.MailsTo(email), m => Assert.InRange(m.Headers["X-Learning-Nudges"].Split(", ").Length, 1, 3));
        }

        // Asks of units and of steps went out, each to whose they are.
        foreach (var person in coachees.Prepend(learner))
        {
            var asked = app.MailsTo(person.Email).SelectMany(m => m.Headers["X-Learning-Nudges"].Split(", ")).Select(Guid.Parse)
                .ToHashSet();
            var rows = await app.InDb(db => db.Nudges.Where(n => asked.Contains(n.Id)).Select(n => new { n.PersonId, n.ActionItemId })
                .ToListAsync(TestContext.Current.CancellationToken));
            Assert.All(rows, n => Assert.Equal(person.Id, n.PersonId));
            Assert.Contains(rows, n => n.ActionItemId is not null);
            Assert.Contains(rows, n => n.ActionItemId is null);
        }
    }

    [Theory]
    [InlineData("2027-02-04T02:00:00Z", "2027-02-04 14:30")]
    [InlineData("2027-02-06T18:00:00Z", "2027-02-08 14:30")]
    public async Task At_a_bad_hour_it_waits_for_the_next_open_moment(string now, string goesAt)
    {
        await Completed(1);
        Assert.Equal(new SweepReport(0, 0), await app.SweepAt(Moment(now)));
        Assert.Empty(app.MailsTo(learner.Email));
        Assert.Equal(goesAt, Due((await Asks("planned"))[0]));
        Assert.Equal(new SweepReport(1, 0), await app.SweepAt(Moment(goesAt.Replace(' ', 'T') + ":00Z")));
    }

    [Fact]
    public async Task After_a_stop_only_what_is_still_open_goes_out()
    {
        await Completed(1);
        await app.SweepAt(FlowingClock.Monday.AddDays(11));
        Assert.Equal(["expired", "sent", "planned"], (await Asks()).Select(n => (string)n["status"]!));
        Assert.Equal("windowClosed", (string)(await Asks())[0]["statusReason"]!);
        await app.SweepAt(FlowingClock.Monday.AddDays(38));
        Assert.Equal(["expired", "sent", "expired"], (await Asks()).Select(n => (string)n["status"]!));
        Assert.Single(app.MailsTo(learner.Email));
    }

    [Fact]
    public async Task Who_has_withdrawn_is_asked_nothing_more()
    {
        await Completed(2);
        await app.SweepAt(FirstDue);
        await app.Withdraw(learner);
        await app.SweepAt(FlowingClock.Monday.AddDays(10));
        Assert.Single(app.MailsTo(learner.Email));
        Assert.All((await Asks()).Where(n => (string)n["status"]! != "sent" && (int)n["step"]! == 2),
            n => Assert.Equal("cancelled", (string)n["status"]!));
    }

    [Fact]
    public async Task Who_wants_no_mail_is_asked_in_the_app()
    {
        await Completed(1);
        (await learner.Http.Patch("/v1/me/preferences", new { channels = new[] { "inApp" } }, ("If-Match", "*"))).Ok();
        Assert.Equal(new SweepReport(0, 0), await app.SweepAt(FirstDue));
        Assert.Empty(app.MailsTo(learner.Email));
        var ask = Assert.Single(await Asks("sent"));
        Assert.Equal("inApp", (string)ask["channel"]!);
        Assert.Single((await learner.Http.Read("/v1/me/next")).Ok()["checkIns"]!.AsArray());
    }

    [Fact]
    public async Task What_was_answered_in_the_app_is_not_mailed()
    {
        await Completed(1);
        await Answer((await Asks())[0], "stillGood");
        Assert.Equal(new SweepReport(0, 0), await app.SweepAt(FirstDue));
        Assert.Empty(app.MailsTo(learner.Email));
    }

    [Fact]
    public async Task Two_sweeps_at_once_send_one_message()
    {
        await Completed(2);
        FlowingClock.Set(FirstDue);
        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.Send(new SendDueNudges())));
        Assert.Equal(1, reports.Sum(r => r.MessagesSent));
        Assert.Single(app.MailsTo(learner.Email));
    }

    [Fact]
    public async Task A_mail_that_is_refused_is_tried_again_later_as_the_same_mail()
    {
        await Completed(1);
        app.MailServer = MailServer.Refuses;
        Assert.Equal(new SweepReport(0, 1), await app.SweepAt(FirstDue));
        Assert.Equal("planned", (string)(await Asks())[0]["status"]!);
        Assert.Equal(new SweepReport(0, 0), await app.SweepAt(FirstDue + NudgeMessage.RetryAfter[0] - TimeSpan.FromSeconds(1)));

        app.MailServer = MailServer.Works;
        Assert.Equal(new SweepReport(1, 0), await app.SweepAt(FirstDue + NudgeMessage.RetryAfter[0]));
        Assert.Single(app.MailsTo(learner.Email));
        Assert.Equal("sent", (string)(await Asks())[0]["status"]!);
    }

    [Fact]
    public async Task A_mail_that_is_never_taken_fails_in_the_end()
    {
        await Completed(1);
        app.MailServer = MailServer.Refuses;
        Assert.Equal(new SweepReport(0, 1), await app.SweepAt(FirstDue));
        foreach (var wait in NudgeMessage.RetryAfter.SkipLast(1))
            Assert.Equal(new SweepReport(0, 1), await app.SweepAt(FlowingClock.Now + wait));

        // The last wait ends in the evening: it keeps to the learner's hours.
        Assert.Equal(new SweepReport(0, 0), await app.SweepAt(FlowingClock.Now + NudgeMessage.RetryAfter[^1]));
        Assert.Equal(new SweepReport(0, 1), await app.SweepAt(Moment("2027-02-04T14:30:00Z")));
        var ask = (await Asks())[0];
        Assert.Equal(("failed", "mailNotAccepted"), ((string)ask["status"]!, (string)ask["statusReason"]!));
        Assert.Equal(new SweepReport(0, 0), await app.SweepAt(Moment("2027-02-05T15:00:00Z")));
    }

    [Fact]
    public async Task A_sender_that_died_is_followed_by_one_that_sends_the_same_message_again()
    {
        await Completed(1);
        app.MailServer = MailServer.TakesAndSenderDies;
        await Assert.ThrowsAsync<OperationCanceledException>(() => app.SweepAt(FirstDue));
        var first = Assert.Single(app.MailsTo(learner.Email));
        // What falls due meanwhile waits for a message of its own.
        app.MailServer = MailServer.Works;
        Assert.Equal(new SweepReport(0, 0), await app.SweepAt(FirstDue + NudgeMessage.Lease - TimeSpan.FromSeconds(1)));

        File.Delete(first.File);
        Assert.Equal(new SweepReport(1, 0), await app.SweepAt(FirstDue + NudgeMessage.Lease));
        var again = Assert.Single(app.MailsTo(learner.Email));
        Assert.Equal(first.Headers["Message-ID"], again.Headers["Message-ID"]);
        Assert.Equal(first.Headers["X-Learning-Nudges"], again.Headers["X-Learning-Nudges"]);
        Assert.Equal("sent", (string)(await Asks())[0]["status"]!);
    }

    [Fact]
    public async Task The_cohorts_staff_see_what_was_sent_and_other_people_do_not()
    {
        var cohort = await app.Cohort();
        learner = await app.Learner(cohort);
        await Complete(Standard[0]);
        await app.SweepAt(FirstDue);
        var seen = Assert.Single((await cohort.Instructor.Http.Read($"{cohort.Path}/nudges?status=sent")).Ok()["items"]!.AsArray())!;
        Assert.Equal(learner.EnrolmentId, (Guid)seen["enrolmentId"]!);
        (await learner.Http.Read($"{cohort.Path}/nudges")).Expect(System.Net.HttpStatusCode.NotFound, "cohort.notFound");
    }

    private async Task Completed(int units)
    {
        cohort = await app.Cohort();
        learner = await app.Learner(cohort);
        foreach (var unit in Standard.Take(units)) await Complete(unit);
    }

    private async Task Complete(string unit) => (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();

    private async Task Answer(JsonNode ask, string outcome) =>
        (await learner.Http.Post($"/v1/nudges/{(Guid)ask["id"]!}/response", new { outcome })).Ok();

    private async Task<List<JsonNode>> Asks(string? status = null) =>
        [.. (await learner.Http.Read($"/v1/nudges{(status is null ? "" : $"?status={status}")}")).Ok()["items"]!.AsArray().Select(n => n!)];

    private static string Due(JsonNode ask) => ((DateTime)ask["dueAt"]!).ToUniversalTime().ToString("yyyy-MM-dd HH:mm", null);

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
