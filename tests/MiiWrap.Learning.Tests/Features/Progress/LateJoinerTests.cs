using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Progress;

/// <summary>Pace counts from one's own first day, and whoever reads, writes or answers is not silent.</summary>
[StandingClock(YearsLater = true)]
public sealed class LateJoinerTests(LearningApp app)
{
    [Fact]
    public async Task Who_joins_late_is_not_at_risk_on_the_first_day_and_has_their_own_weeks()
    {
        var cohort = await app.Cohort(startsOn: Day(FlowingClock.LaterMonday));
        var early = await app.Learner(cohort, "A Early");
        FlowingClock.Advance(TimeSpan.FromDays(70));
        var late = await app.Learner(cohort, "B Late");
        var progress = await Items(cohort);
        Assert.Equal("atRisk", (string)progress[0]["status"]!);
        Assert.Equal(("onTrack", "0 of 0 units expected by now."), ((string)progress[1]["status"]!, (string)progress[1]["statusReason"]!));
        var summary = (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!;
        Assert.Equal((1, 1, 0), ((int)summary["onTrack"]!, (int)summary["atRisk"]!, (int)summary["behind"]!));
        Assert.Equal([late.EnrolmentId], (await Items(cohort, "?status=onTrack")).Select(i => (Guid)i["enrolmentId"]!));
        Assert.Equal([early.EnrolmentId], (await Items(cohort, "?status=atRisk")).Select(i => (Guid)i["enrolmentId"]!));
    }

    [Fact]
    public async Task Each_week_of_joining_has_the_pace_that_the_domain_gives_it()
    {
        var start = Day(FlowingClock.LaterMonday);
        var cohort = await app.Cohort(startsOn: start);
        var curriculum = (await app.InDb(db => app.Services.GetRequiredService<CurriculumLibrary>()
            .Find(db, Given.Course, null, TestContext.Current.CancellationToken)))!;
        var units = curriculum.Units.Select(u => u.Slug).ToList();
        for (var week = -1; week <= 12; week++)
        {
            // On the last minute of a day and on the first, in the cohort's zone.
            foreach (var minute in new[] { -1, 0 })
            {
                FlowingClock.Set(FlowingClock.LaterMonday.AddHours(-9).AddDays(7 * week).AddMinutes(minute));
                var learner = await app.Learner(cohort, $"Joined {week:00} {minute}");
                FlowingClock.Set(FlowingClock.LaterMonday.AddDays(84));
                foreach (var unit in units.Take(3)) (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
            }
        }

        var now = FlowingClock.LaterMonday.AddDays(84 + 20);
        FlowingClock.Set(now);
        var items = await Items(cohort);
        Assert.Equal(28, items.Count);
        foreach (var item in items)
        {
            var enrolledAt = await app.InDb(db => Task.FromResult(
                db.Enrolments.Single(e => e.Id == (Guid)item["enrolmentId"]!).EnrolledAt));
            var joined = Zones.LocalDate(enrolledAt, Zones.Find(Given.Zone));
            var first = joined > start ? joined : start;
            var due = Pace.Expected(curriculum, first, Day(now));
            var expected = Pace.Of(EnrolmentStatus.Active, 3, units.Count, due, 20);
            Assert.Equal((System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName($"{expected.Status}"), expected.Reason),
                ((string)item["status"]!, (string)item["statusReason"]!));
        }

        var summary = (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!;
        foreach (var status in new[] { "onTrack", "behind", "atRisk" })
        {
            var those = items.Where(i => (string)i["status"]! == status).Select(i => (Guid)i["enrolmentId"]!).Order().ToList();
            Assert.NotEmpty(those);
            Assert.Equal(those, (await Items(cohort, $"?status={status}")).Select(i => (Guid)i["enrolmentId"]!).Order());
            Assert.Equal(those.Count, (int)summary[status]!);
        }
    }

    [Theory]
    [InlineData("draft")]
    [InlineData("answer")]
    [InlineData("unit")]
    [InlineData("journey")]
    [InlineData("reflection")]
    public async Task No_activity_does_not_stand_after_a_draft_an_answer_or_a_reading(string act)
    {
        var cohort = await app.Cohort(startsOn: Day(FlowingClock.LaterMonday));
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        // Two short of what is expected then: behind, and at risk by silence alone.
        foreach (var unit in new[] { "0.1-before-you-write", "1.2-coach-supervisor-trainer" })
            (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok();
        if (act == "draft") await learner.Write("1.1-why-good-training-fades");
        FlowingClock.Advance(TimeSpan.FromDays(22));
        Assert.Contains("no activity for 22 days", (string)(await Items(cohort))[0]["statusReason"]!, StringComparison.Ordinal);
        Assert.Equal(1, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["atRisk"]!);
        // Somebody else's look is none of theirs.
        (await cohort.Lead.Http.Read(learner.Journey)).Ok();
        Assert.Contains("no activity", (string)(await Items(cohort))[0]["statusReason"]!, StringComparison.Ordinal);

        var now = FlowingClock.Now.UtcDateTime;
        switch (act)
        {
            case "draft":
                await learner.Write("1.1-why-good-training-fades", "On with it.");
                break;
            case "answer":
                var nudge = (Guid)(await learner.Http.Read("/v1/nudges?status=planned")).Ok()["items"]!.AsArray()[^1]!["id"]!;
                (await learner.Http.Post($"/v1/nudges/{nudge}/response", new { outcome = "applied" })).Ok();
                break;
            case "unit":
                (await learner.Http.Read(learner.Unit("1.1-why-good-training-fades"))).Ok();
                break;
            case "journey":
                (await learner.Http.Read(learner.Journey)).Ok();
                break;
            default:
                await learner.GetReflection();
                break;
        }

        var item = (await Items(cohort))[0];
        Assert.DoesNotContain("no activity", (string)item["statusReason"]!, StringComparison.Ordinal);
        Assert.Equal(now, (DateTime)item["lastActivityAt"]!);
        Assert.Equal(0, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["atRisk"]!);

        // Once a day, and not with each look.
        FlowingClock.Advance(TimeSpan.FromHours(1));
        (await learner.Http.Read(learner.Journey)).Ok();
        Assert.Equal(now, (DateTime)(await Items(cohort))[0]["lastActivityAt"]!);
        FlowingClock.Advance(TimeSpan.FromDays(1));
        (await learner.Http.Read(learner.Journey)).Ok();
        Assert.Equal(FlowingClock.Now.UtcDateTime, (DateTime)(await Items(cohort))[0]["lastActivityAt"]!);
    }

    [Fact]
    public async Task Nobody_is_silent_before_their_cohort_has_begun()
    {
        var cohort = await app.Cohort(startsOn: Day(FlowingClock.LaterMonday.AddDays(30)));
        await app.Learner(cohort);
        FlowingClock.Advance(TimeSpan.FromDays(30 + 14));
        var item = (await Items(cohort))[0];
        Assert.DoesNotContain("no activity", (string)item["statusReason"]!, StringComparison.Ordinal);
        Assert.Empty(await Items(cohort, "?status=atRisk"));
    }

    private static DateOnly Day(DateTimeOffset moment) => DateOnly.FromDateTime(moment.UtcDateTime);

    private static async Task<List<JsonNode>> Items(TestCohort cohort, string query = "") =>
        [.. (await cohort.Lead.Http.Read($"{cohort.Path}/progress{query}")).Ok()["items"]!.AsArray().Select(i => i!)];
}
