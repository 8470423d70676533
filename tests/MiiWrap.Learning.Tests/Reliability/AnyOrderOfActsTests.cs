using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Reliability;

/// <summary>
/// Whatever people do in whatever order, every planned ask stands in exactly one place; LEARNING_TEST_SEED tries other orders.
/// </summary>
[Collection(nameof(SweepCollection))]
[StandingClock(YearsLater = true)]
public sealed class AnyOrderOfActsTests(SweepingApp app) : IAsyncLifetime
{
    private static readonly int Seed = int.TryParse(
        Environment.GetEnvironmentVariable("LEARNING_TEST_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20270201;
    private static readonly Dictionary<string, int> StepsOf = new() { ["anchor"] = 6, ["standard"] = 3, ["light"] = 2 };
    private static readonly string[] States = ["planned", "sent", "skipped", "expired", "cancelled", "failed"];
    private static readonly string[] FinalStates = ["skipped", "expired", "cancelled", "failed"];

    private readonly Random random = new(Seed);
    private readonly List<string> acts = [];

    public async ValueTask InitializeAsync() => await app.Clear();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_was_planned_is_always_the_sum_of_what_became_of_it()
    {
        var units = (await (await app.Admin()).Http.Read($"/v1/curricula/{Given.Course}")).Ok()["modules"]!.AsArray()
            .SelectMany(m => m!["units"]!.AsArray())
            .Select(u => (Slug: (string)u!["slug"]!, Plan: (string)u["nudgePlan"]!)).ToList();
        var cohorts = new[] { await app.Cohort(), await app.Cohort() };
        var learners = new List<(TestLearner Who, int Cohort)>();
        for (var i = 0; i < 6; i++) learners.Add((await app.Learner(cohorts[i % 2]), i % 2));
        // One person is in both cohorts: caps and calendars are the person's.
        var both = learners[0].Who;
        var row =
            (await cohorts[1].Lead.Http.Post($"{cohorts[1].Path}/enrolments",
                new { learners = new[] { new { email = both.Email, name = both.Name, timeZone = Given.Zone } } })).Ok()["rows"]![0]!;
        learners.Add((both with { EnrolmentId = (Guid)row["enrolmentId"]! }, 1));

        var planned = new int[cohorts.Length];
        var ended = new Dictionary<string, string>();
        var withdrawn = new HashSet<Guid>();
        for (var act = 0; act < 90; act++)
        {
            FlowingClock.Advance(TimeSpan.FromMinutes(random.Next(3) == 0 ? random.Next(4 * 24 * 60) : random.Next(300)));
            var (learner, at) = learners[random.Next(learners.Count)];
            var swept = false;
            switch (random.Next(12))
            {
                case <= 2:
                    var (slug, plan) = units[random.Next(units.Count)];
                    var isNew = !await app
                        .InDb(db => db.Opportunities.AnyAsync(
                            o => o.EnrolmentId == learner.EnrolmentId && o.Unit == slug, TestContext.Current.CancellationToken));
                    if (Did($"complete {slug}", await learner.Http.Post($"{learner.Unit(slug)}/complete",
                        Given.IfThen(random.Next(2) == 0 ? Day(random.Next(0, 20)) : null))) && isNew) planned[at] += StepsOf[plan];
                    break;
                case 3 or 4:
                    await Answer(learner);
                    break;
                case 5:
                    if (await Some(learner) is { } put)
                        Did("snooze", await learner.Http.Post($"/v1/nudges/{put}/snooze", new { days = random.Next(2) == 0 ? 3 : 7 }));
                    break;
                case 6:
                    Did("leave", await learner.Http.Put("/v1/me/leave",
                        new { periods = random.Next(3) == 0
                            ? []
                            : new[] { new { from = Day(random.Next(0, 9)), until = Day(random.Next(9, 25)) } } }));
                    break;
                case 7:
                    var zone = new[] { "America/Chicago", "Europe/Berlin", "Pacific/Auckland", "Asia/Kolkata" }[random.Next(4)];
                    Did($"move to {zone}", await learner.Http.Patch("/v1/me/preferences",
                        new { timeZone = zone, channels = random.Next(4) == 0 ? new[] { "inApp" } : ["inApp", "email"] },
                        ("If-Match", "*")));
                    break;
                case 8 when random.Next(4) == 0 && withdrawn.Count < 3:
                    Did("withdraw", await cohorts[at].Lead.Http.Post($"{learner.Journey}/withdraw"));
                    withdrawn.Add(learner.EnrolmentId);
                    break;
                case 9:
                    await Reschedule(cohorts[at]);
                    break;
                case 10 when random.Next(2) == 0:
                    Did("hold out", await cohorts[at].Lead.Http.Put($"{cohorts[at].Path}/hold-out",
                        new { anchor = random.Next(51), standard = random.Next(51), light = random.Next(51) }));
                    break;
                default:
                    app.MailServer = random.Next(5) == 0 ? MailServer.Refuses : MailServer.Works;
                    await app.Send(new SendDueNudges());
                    acts.Add($"{FlowingClock.Now:u} sweep, mail {app.MailServer}");
                    swept = true;
                    break;
            }

            for (var c = 0; c < cohorts.Length; c++) await Check(cohorts[c], planned[c], ended, withdrawn, swept);
        }

        Assert.True(planned.Sum() > 20 && ended.Count > 5, Told($"only {planned.Sum()} asks were planned, {ended.Count} ended"));
    }

    private async Task Check(TestCohort cohort, int planned, Dictionary<string, string> ended, HashSet<Guid> withdrawn, bool swept)
    {
        var figures = (await cohort.Lead.Http.Read($"{cohort.Path}/nudges/figures")).Ok();
        var sum = States.Sum(s => (int)figures["states"]![s]!);
        Assert.True(planned == (int)figures["planned"]!
            && planned == sum, Told($"{planned} asks were planned, the figures say {figures["planned"]} and their states {sum}"));
        foreach (var nudge in await Ledger(cohort))
        {
            var (id, status) = ((string)nudge["id"]!, (string)nudge["status"]!);
            Assert.True(!ended.TryGetValue(id, out var before) || before == status, Told($"{id} ended as {before} and is {status}"));
            if (FinalStates.Contains(status)) ended[id] = status;
            // A step that gave way to a later one is planned until its own time, since the fact may still go away.
            var reason = (string?)nudge["statusReason"];
            var isExplained = status switch { "planned" => reason is null or "superseded", "sent" => reason is null, _ => reason is not null };
            Assert.True(isExplained, Told($"{id} is {status}, because: {reason}"));
            if (status != "planned") continue;
            Assert.False(withdrawn.Contains((Guid)nudge["enrolmentId"]!), Told($"{id} is planned for who has left"));
            // What a message holds that is tried again later stays in it; everything else is ahead of the clock after a sweep.
            if (swept && app.MailServer == MailServer.Works && (int)figures["retrying"]! == 0)
                Assert.True((DateTime)nudge["dueAt"]! > FlowingClock.Now.UtcDateTime
                    || await IsInAMessage(Guid.Parse(id)), Told($"{id} stays behind the clock, due {nudge["dueAt"]}"));
        }
    }

    /// <summary>
    /// A dry run changes nothing, and what it lists is what then happens: the modules open on those days, and no ask moves.
    /// </summary>
    private async Task Reschedule(TestCohort cohort)
    {
        var startsOn = Day(random.Next(-30, 30));
        var (ledger, view) = (await LedgerText(cohort), (await cohort.Lead.Http.Read(cohort.Path)).Ok().Body);
        var dry = (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn, dryRun = true })).Ok();
        Assert.Equal((ledger, view), (await LedgerText(cohort), (await cohort.Lead.Http.Read(cohort.Path)).Ok().Body));
        var real = (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn })).Ok();
        Assert.Equal(dry.Body, real.Body);
        Assert.Empty(real["nudges"]!.AsArray());
        Assert.Equal(ledger, await LedgerText(cohort));
        Assert.Equal(startsOn, (string)(await cohort.Lead.Http.Read(cohort.Path)).Ok()["startsOn"]!);
        Assert.Empty((await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn, dryRun = true })).Ok()["releases"]!
            .AsArray());
        acts.Add($"{FlowingClock.Now:u} reschedule to {startsOn}");
    }

    private async Task Answer(TestLearner learner)
    {
        if (await Some(learner) is not { } id) return;
        object answer = random.Next(6) switch
        {
            0 => new { outcome = "partly", needHelp = true },
            1 => new { outcome = "notYet", barrier = "noOpportunity", plannedFor = Day(random.Next(1, 20)) },
            2 => new { outcome = "changeDate", plannedFor = Day(random.Next(0, 20)) },
            3 => new { outcome = "stillGood" },
            _ => new { outcome = "applied" },
        };
        Did("answer", await learner.Http.Post($"/v1/nudges/{id}/response", answer));
    }

    /// <summary>One of the learner's asks, whatever became of it.</summary>
    private async Task<string?> Some(TestLearner learner)
    {
        var items = (await learner.Http.Read("/v1/nudges?limit=200")).Ok()["items"]!.AsArray()
            .Where(n => (string)n!["status"]! is "sent" or "planned" || random.Next(5) == 0).ToList();
        return items.Count == 0 ? null : (string)items[random.Next(items.Count)]!["id"]!;
    }

    /// <summary>Notes an act; it may be refused by a rule, and never fail.</summary>
    private bool Did(string what, Answer answer)
    {
        acts.Add($"{FlowingClock.Now:u} {what}: {(int)answer.Status} {answer.Code}");
        Assert.True((int)answer.Status < 500, Told(answer.Body));
        return (int)answer.Status < 300;
    }

    private static async Task<IEnumerable<JsonNode>> Ledger(TestCohort cohort)
    {
        var all = new List<JsonNode>();
        for (string? next = ""; next is not null;)
        {
            var page =
                (await cohort.Lead.Http
                    .Read($"{cohort.Path}/nudges?limit=200{(next.Length > 0 ? $"&cursor={Uri.EscapeDataString(next)}" : "")}")).Ok();
            all.AddRange(page["items"]!.AsArray()!);
            next = (string?)page["next"];
        }

        return all;
    }

    private static async Task<string> LedgerText(TestCohort cohort) =>
        string.Join('\n', (await Ledger(cohort)).Select(n => n.ToJsonString()));

    private Task<bool> IsInAMessage(Guid id) =>
        app.InDb(db => db.Nudges.AnyAsync(n => n.Id == id && n.MessageId != null, TestContext.Current.CancellationToken));

    private static string Day(int ahead) =>
        DateOnly.FromDateTime(FlowingClock.Now.UtcDateTime).AddDays(ahead).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private string Told(string what) => $"seed {Seed}: {what}. The last acts:\n{string.Join('\n', acts.TakeLast(12))}";
}
