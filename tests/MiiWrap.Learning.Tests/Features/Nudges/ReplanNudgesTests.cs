using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Nudges;

/// <summary>Asks keep clear of leave and closed days, wait when they are told to, and move in the same save as the reason for it.</summary>
[StandingClock]
public sealed class ReplanNudgesTests(LearningApp app)
{
    private const string Anchor = "2.4-watching-voice-and-power";

    [Fact]
    public async Task Leave_moves_what_falls_into_it_and_taking_it_back_moves_it_back()
    {
        var learner = await app.Learner();
        await Complete(learner);
        var before = await Due(learner);
        Assert.Equal("2027-02-08T15:00:00Z", before[2]);

        var leave =
            (await learner.Http
                .Put("/v1/me/leave",
                    new { periods = new[] { new { from = "2027-02-08", until = "2027-02-10" },
                        new { from = "2027-02-11", until = "2027-02-12" } } })).Ok();
        Assert.Equal(("2027-02-08", "2027-02-12"),
            ((string)leave["periods"]![0]!["from"]!, (string)Assert.Single(leave["periods"]!.AsArray())!["until"]!));
        // The step of day 7 now comes on the day of the next one, which speaks for both as long as the leave stands.
        var during = (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray();
        Assert.Equal(("planned", "superseded"), (StatusOf(during, 2), (string)Step(during, 2)["statusReason"]!));
        Assert.Equal(6, during.Count);

        (await learner.Http.Put("/v1/me/leave", new { periods = Array.Empty<object>() })).Ok();
        Assert.Empty((await learner.Http.Read("/v1/me/leave")).Ok()["periods"]!.AsArray());
        Assert.Equal(before, await Due(learner));
    }

    [Fact]
    public async Task A_step_that_leave_pushed_onto_the_next_one_ends_when_its_time_has_come()
    {
        var learner = await app.Learner();
        await Complete(learner);
        await SetLeave(learner, ("2027-02-08", "2027-02-12"));
        FlowingClock.Set(FlowingClock.Monday.AddDays(14));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        var items = (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray();
        Assert.Equal(("skipped", "superseded"), (StatusOf(items, 2), (string)Step(items, 2)["statusReason"]!));
        Assert.Equal("sent", StatusOf(items, 3));
        Assert.Single(app.MailsTo(learner.Email));
        await SetLeave(learner);
        Assert.Equal("skipped", StatusOf((await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray(), 2));
    }

    [Fact]
    public async Task Leave_of_weeks_taken_back_at_once_loses_no_check_in()
    {
        FlowingClock.Set(new(2027, 3, 8, 15, 0, 0, TimeSpan.Zero));
        var learner = await app.Learner();
        await Complete(learner);
        var before = await Plan(learner);
        await SetLeave(learner, ("2027-03-09", "2027-04-30"));
        Assert.NotEqual(before, await Plan(learner));
        await SetLeave(learner);
        Assert.Equal(before, await Plan(learner));
    }

    [Fact]
    public async Task Whatever_leave_and_closed_days_came_and_went_the_plan_follows_from_what_stands_now()
    {
        var seed = Environment.GetEnvironmentVariable("LEARNING_TEST_SEED") is { } given ? int.Parse(given, null) : 20270201;
        var random = new Random(seed);
        var admin = await app.Admin();
        for (var round = 0; round < 6; round++)
        {
            FlowingClock.Set(FlowingClock.Monday.AddDays(28 * round));
            var (changed, agency) = await Employed();
            await CompleteThree(changed);
            var (leave, closed) = (Days(), Days());
            for (var change = random.Next(1, 5); change >= 0; change--)
            {
                (leave, closed) = (random.Next(3) == 0 ? [] : Days(), random.Next(3) == 0 ? [] : Days());
                await Set(changed, leave);
                await Close(agency, closed);
            }

            FlowingClock.Set(FlowingClock.Monday.AddDays(28 * round));
            var (fresh, elsewhere) = await Employed();
            await Set(fresh, leave);
            await Close(elsewhere, closed);
            await CompleteThree(fresh);
            var (expected, actual) = (await Plan(fresh), await Plan(changed));
            Assert.True(expected == actual, $"seed {seed}, round {round}:\n{expected}\n\n{actual}");
        }

        async Task<(TestLearner, Guid)> Employed()
        {
            var agency = await app.Agency();
            return (await app.Learner(await app.Cohort(), agencyId: agency), agency);
        }

        async Task CompleteThree(TestLearner learner)
        {
            foreach (var unit in new[] { Anchor, "1.2-coach-supervisor-trainer", "1.1-why-good-training-fades" })
            {
                (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
                FlowingClock.Advance(TimeSpan.FromMinutes(1));
            }
        }

        string[] Days()
        {
            var first = DateOnly.FromDateTime(FlowingClock.Now.UtcDateTime).AddDays(random.Next(1, 60));
            return [.. Enumerable.Range(0, random.Next(1, 40)).Select(d => first.AddDays(d).ToString("yyyy-MM-dd", null))];
        }

        Task Set(TestLearner learner, string[] days) => days is [] ? SetLeave(learner) : SetLeave(learner, (days[0], days[^1]));

        async Task Close(Guid agency, string[] days) => (await admin.Http.Put($"/v1/agencies/{agency}/closed-days", new { days })).Ok();
    }

    [Fact]
    public async Task The_day_before_which_there_is_no_opportunity_outlives_every_new_plan()
    {
        var learner = await app.Learner();
        var asks = await Complete(learner);
        FlowingClock.Set(FlowingClock.Monday.AddDays(7));
        (await learner.Http.Post($"/v1/nudges/{IdOf(asks, 2)}/response",
            new { outcome = "notYet", barrier = "noOpportunity", plannedFor = "2027-02-18" })).Ok();
        Assert.Equal("2027-02-19T15:00:00Z", (await Due(learner))[3]);
        await SetLeave(learner, ("2027-05-03", "2027-05-03"));
        Assert.Equal("2027-02-19T15:00:00Z", (await Due(learner))[3]);
        (await learner.Http.Patch("/v1/me/preferences",
            new { quietHours = new { start = "16:00", end = "08:30", days = new[] { "saturday", "sunday" } } }, ("If-Match", "*"))).Ok();
        Assert.Equal("2027-02-19T15:00:00Z", (await Due(learner))[3]);
        await SetLeave(learner, ("2027-02-19", "2027-02-19"));
        Assert.Equal("2027-02-22T14:30:00Z", (await Due(learner))[3]);
        await SetLeave(learner);
        Assert.Equal("2027-02-19T15:00:00Z", (await Due(learner))[3]);
    }

    [Fact]
    public async Task No_check_in_comes_before_the_next_opportunity_but_the_last_of_the_window()
    {
        var learner = await app.Learner();
        var asks = await Complete(learner);
        FlowingClock.Set(FlowingClock.Monday.AddDays(7));
        (await learner.Http.Post($"/v1/nudges/{IdOf(asks, 2)}/response",
            new { outcome = "notYet", barrier = "noOpportunity", plannedFor = "2027-03-04" })).Ok();
        var items = (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray();
        // The check of day 14 would come too early; the close-out of day 30 waits, as its window is open for another week.
        Assert.Equal("superseded", (string?)Step(items, 3)["statusReason"]);
        Assert.Equal("2027-03-05T15:00:00Z", (string)Step(items, 4)["dueAt"]!);
        Assert.Null(Step(items, 4)["statusReason"]);
    }

    [Fact]
    public async Task Leave_is_checked()
    {
        var learner = await app.Learner();
        foreach (var period in new object[] { new { from = "2027-02-08" }, new { from = "2027-02-08", until = "2027-02-07" },
            new { from = "2027-02-08", until = "2027-12-31" }, new { from = "9999-12-31", until = "9999-12-31" } })
            (await learner.Http.Put("/v1/me/leave", new { periods = new[] { period } })).Expect(HttpStatusCode.UnprocessableEntity);
        (await learner.Http.Put("/v1/me/leave", new { })).Expect(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_closed_day_of_the_agency_moves_its_learners_asks_and_nobody_elses()
    {
        var cast = await RolePeople.Of(app);
        (await cast.As(Role.Learner).Post($"{cast.Unit}/complete", Given.IfThen())).Ok();
        (await cast.As(Role.LearnerElsewhere).Post(
            $"/v1/enrolments/{cast.EnrolmentElsewhereId}/units/{RolePeople.AnchorUnit}/complete", Given.IfThen())).Ok();
        (await cast.As(Role.AgencyAdmin).Put(
            $"/v1/agencies/{cast.AgencyId}/closed-days", new { days = new[] { "2027-02-03", "2027-02-04" } })).Ok();
        Assert.Equal("2027-02-05T14:30:00Z", (string)(await cast.As(Role.Learner).Read("/v1/nudges")).Ok()["items"]![0]!["dueAt"]!);
        Assert.Equal("2027-02-03T15:00:00Z", (string)(await cast.As(Role.LearnerElsewhere)
            .Read("/v1/nudges")).Ok()["items"]![0]!["dueAt"]!);

        // A unit completed later keeps clear of them from the start.
        (await cast.As(Role.Learner).Post($"{cast.Enrolment}/units/{Anchor}/complete", Given.IfThen())).Ok();
        var items = (await cast.As(Role.Learner).Read("/v1/nudges")).Ok()["items"]!.AsArray();
        Assert.Equal(["2027-02-05T14:30:00Z", "2027-02-05T14:30:00Z"], items.Take(2).Select(n => (string)n!["dueAt"]!));
    }

    private static readonly string[] AllButMonday = ["tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    [Fact]
    public async Task Closed_days_that_leave_somebody_no_open_moment_are_refused_to_nobody_and_come_back_with_the_days()
    {
        var (admin, agency, cohort) = (await app.Admin(), await app.Agency(), await app.Cohort());
        var (planned, later) = (await app.Learner(cohort, agencyId: agency), await app.Learner(cohort, agencyId: agency));
        foreach (var learner in new[] { planned, later })
            (await learner.Http.Patch("/v1/me/preferences",
                new { quietHours = new { start = "17:30", end = "08:30", days = AllButMonday } }, ("If-Match", "*"))).Ok();
        await Complete(planned);
        var before = await Asks(planned);
        Assert.NotEmpty(before);

        var mondays = Enumerable.Range(0, 91).Select(week => FlowingClock.Monday.AddDays(7 * week).ToString("yyyy-MM-dd")).ToArray();
        (await admin.Http.Put($"/v1/agencies/{agency}/closed-days", new { days = mondays })).Ok();
        await Complete(later);
        await app.Send(new SendDueNudges { PersonId = later.Id });
        Assert.Empty(await Asks(planned));
        Assert.Empty(await Asks(later));

        (await admin.Http.Put($"/v1/agencies/{agency}/closed-days", new { days = Array.Empty<string>() })).Ok();
        Assert.Equal(before, await Asks(planned));
        Assert.Equal(before, await Asks(later));

        static async Task<List<string>> Asks(TestLearner learner) =>
            [.. (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray().Where(n => (string?)n!["statusReason"] is null)
                .Select(n => $"{n!["step"]} {n["dueAt"]}")];
    }

    [Fact]
    public async Task A_sent_ask_can_be_put_off_twice_and_comes_again_as_the_same_row()
    {
        var learner = await app.Learner();
        await Complete(learner);
        FlowingClock.Set(FlowingClock.Monday.AddDays(7));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        var first = Assert.Single(app.MailsTo(learner.Email));
        var id = Guid.Parse(first.Headers["X-Learning-Nudges"]);

        foreach (var wrong in new object[] { new { }, new { days = 4 }, new { days = 3, until = "2027-02-10" },
            new { until = "2027-02-08" } })
            (await learner.Http.Post($"/v1/nudges/{id}/snooze", wrong)).Expect(HttpStatusCode.UnprocessableEntity);
        (await learner.Http.Post($"/v1/nudges/{id}/snooze", new { days = 7 }))
            .Expect(HttpStatusCode.UnprocessableEntity, "nudge.snooze.tooLate");
        var put = (await learner.Http.Post($"/v1/nudges/{id}/snooze", new { days = 3 })).Ok();
        Assert.Equal(("planned", "2027-02-11T15:00:00Z"), ((string)put["status"]!, (string)put["dueAt"]!));
        FlowingClock.Set(FlowingClock.Monday.AddDays(9));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        Assert.Single(app.MailsTo(learner.Email));
        FlowingClock.Set(FlowingClock.Monday.AddDays(10));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        Assert.Equal([id.ToString(), id.ToString()], app.MailsTo(learner.Email).Select(m => m.Headers["X-Learning-Nudges"]));
        Assert.Equal(2, app.MailsTo(learner.Email).Select(m => m.Headers["Message-ID"]).Distinct().Count());

        (await learner.Http.Post($"/v1/nudges/{id}/snooze", new { until = "2027-02-12" })).Ok();
        (await learner.Http.Post($"/v1/nudges/{id}/snooze", new { until = "2027-02-12" }))
            .Expect(HttpStatusCode.Conflict, "nudge.snooze.limit");
        (await learner.Http.Put("/v1/me/leave", new { periods = Array.Empty<object>() })).Ok();
        Assert.Equal("2027-02-12T15:00:00Z", (await Due(learner))[2]);
        (await learner.Http.Post($"/v1/nudges/{id}/response", new { outcome = "applied" })).Ok();
        (await learner.Http.Post($"/v1/nudges/{id}/snooze", new { days = 3 })).Expect(HttpStatusCode.Conflict, "nudge.closed");
        Assert.Equal(6, (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Who_had_no_opportunity_is_asked_after_the_next_one()
    {
        var learner = await app.Learner();
        var asks = await Complete(learner);
        FlowingClock.Set(FlowingClock.Monday.AddDays(7));
        var answered =
            (await learner.Http.Post($"/v1/nudges/{IdOf(asks, 2)}/response",
                new { outcome = "notYet", barrier = "noOpportunity", plannedFor = "2027-02-18" })).Ok();
        Assert.Equal("sayWhenNext", (string)answered["next"]!["action"]!);
        Assert.Equal("2027-02-19T15:00:00Z", (await Due(learner))[3]);
    }

    [Fact]
    public async Task A_dry_run_lists_exactly_what_moving_the_start_then_does()
    {
        var cohort = await app.Cohort("paced");
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit("1.1-why-good-training-fades")}/complete", Given.IfThen())).Ok();
        var (opens, due) = (await Opens(learner), await Due(learner));
        var dry = (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn = "2027-02-15", dryRun = true })).Ok();
        Assert.Equal(opens, await Opens(learner));

        var real = (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn = "2027-02-15" })).Ok();
        Assert.Equal(dry.Body, real.Body);
        Assert.Equal(real["releases"]!.AsArray().Select(m => (string)m!["to"]!), await Opens(learner));
        Assert.Equal(real["releases"]!.AsArray().Select(m => (string)m!["from"]!), opens);
        Assert.Equal(due, await Due(learner));
        Assert.Empty(real["nudges"]!.AsArray());
        Assert.Empty((await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn = "2027-02-15" })).Ok()["releases"]!
            .AsArray());
    }

    [Fact]
    public async Task A_mail_has_a_way_out_of_one_click()
    {
        var learner = await app.Learner();
        await Complete(learner);
        FlowingClock.Set(FlowingClock.Monday.AddDays(2));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        var mail = Assert.Single(app.MailsTo(learner.Email));
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers["List-Unsubscribe-Post"]);
        var link = new Uri(mail.Headers["List-Unsubscribe"].Trim('<', '>')).PathAndQuery;

        (await Session.Anonymous(app).Read(link)).Ok();
        Assert.Contains(
            "email", (await learner.Http.Read("/v1/me/preferences")).Ok()["channels"]!.ToJsonString(), StringComparison.Ordinal);
        (await Session.Anonymous(app).Post(link, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]))).Ok();
        Assert.DoesNotContain(
            "email", (await learner.Http.Read("/v1/me/preferences")).Ok()["channels"]!.ToJsonString(), StringComparison.Ordinal);
        (await Session.Anonymous(app).Post("/n/stop/AAAA")).Expect(HttpStatusCode.NotFound);

        FlowingClock.Set(FlowingClock.Monday.AddDays(7));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        Assert.Single(app.MailsTo(learner.Email));
        var shown = (await learner.Http.Read("/v1/nudges?status=sent")).Ok()["items"]!.AsArray();
        Assert.Equal(["email", "inApp"], shown.Select(n => (string)n!["channel"]!));
    }

    private static async Task SetLeave(TestLearner learner, params (string From, string Until)[] periods) =>
        (await learner.Http.Put("/v1/me/leave", new { periods = periods.Select(p => new { from = p.From, until = p.Until }) })).Ok();

    /// <summary>Each step of each unit with all that is planned of it.</summary>
    private static async Task<string> Plan(TestLearner learner) =>
        string.Join('\n', (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray()
            .Select(n => $"{n!["unit"]} {n["step"]} {n["kind"]} {n["status"]} {n["statusReason"]} {n["dueAt"]} {n["expiresAt"]}")
            .Order(StringComparer.Ordinal));

    private static async Task<JsonArray> Complete(TestLearner learner) =>
        (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();

    private static async Task<string[]> Opens(TestLearner learner) =>
        [.. (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray().Select(m => (string)m!["opensOn"]!)];

    private static async Task<Dictionary<int, string>> Due(TestLearner learner) =>
        (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray().ToDictionary(n => (int)n!["step"]!, n => (string)n!["dueAt"]!);

    private static JsonNode Step(JsonArray nudges, int step) => nudges.Single(n => (int)n!["step"]! == step)!;

    private static string StatusOf(JsonArray nudges, int step) => (string)Step(nudges, step)["status"]!;

    private static Guid IdOf(JsonArray asks, int step) => (Guid)Step(asks, step)["id"]!;
}
