using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Transfer;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Transfer;

/// <summary>
/// The transfer rate as its readers get it: counted from answers given over the API, and hidden from those whom it would tell too much.
/// </summary>
[StandingClock]
public sealed class GetTransferTests(LearningApp app)
{
    private const string Anchor = "2.4-watching-voice-and-power";
    private const string Second = "1.4-coaching-agreement";

    [Fact]
    public async Task A_cohort_sees_its_rate_with_count_interval_and_coverage()
    {
        var cohort = await app.Cohort();
        var learners = await Group(cohort, 8);
        var asks = new List<JsonArray>();
        foreach (var learner in learners) asks.Add(await Complete(learner, Anchor));
        FlowingClock.Advance(TimeSpan.FromDays(7));
        for (var i = 0; i < 5; i++) await Answer(learners[i], asks[i], 2, new { outcome = "applied" });
        await Answer(learners[5], asks[5], 2, new { outcome = "partly" });
        await Answer(learners[6], asks[6], 2, new { outcome = "notYet", barrier = "forgot" });

        var early = (await cohort.Instructor.Http.Read($"{cohort.Path}/transfer")).Ok();
        Assert.Null(early["pooled"]!["rate"]);
        Assert.Equal("noMaturedOpportunities", (string)early["pooled"]!["reason"]!);
        Assert.Equal(8, (int)early["pooled"]!["excluded"]!["immature"]!);

        FlowingClock.Advance(TimeSpan.FromDays(30));
        var report = (await cohort.Instructor.Http.Read($"{cohort.Path}/transfer")).Ok();
        Assert.Equal("TR30", (string)report["window"]!);
        var pooled = report["pooled"]!;
        Assert.Equal((5, 8), ((int)pooled["numerator"]!, (int)pooled["denominator"]!));
        foreach (var (field, value) in new[] { ("rate", .625), ("ciLow", .3057), ("ciHigh", .8632), ("coverage", .875),
            ("respondersRate", .7143), ("weighted", .6875), ("adjusted", .625), ("medianDaysToFirst", 7.0) })
            Assert.Equal(value, (double)pooled[field]!, 4);
        Assert.Equal(34, report["units"]!.AsArray().Count);
        Assert.Equal((5, 8), (InUnit(report, Anchor, "numerator"), InUnit(report, Anchor, "denominator")));
        Assert.Equal("noMaturedOpportunities", (string)UnitOf(report, Second)["reason"]!);
        var progress = (await cohort.Instructor.Http.Read($"{cohort.Path}/progress")).Ok();
        Assert.Equal(.625, (double)progress["summary"]!["transfer"]!["rate"]!);
    }

    [Theory]
    [InlineData("Asia/Tokyo", "Pacific/Honolulu")]
    [InlineData("Pacific/Honolulu", "Asia/Tokyo")]
    public async Task A_coach_says_a_day_by_their_own_calendar(string coachsZone, string learnersZone)
    {
        var (cohort, coach) = (await app.Cohort(), await app.Person(zone: coachsZone));
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { coach.Id } })).Ok();
        var learner = await app.Learner(cohort, zone: learnersZone);
        await Complete(learner, Anchor);
        DateOnly TodayIn(string zone) =>
            DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(FlowingClock.Now, TimeZoneInfo.FindSystemTimeZoneById(zone)).Date);
        var today = TodayIn(coachsZone);
        var verifications = $"{learner.Unit(Anchor)}/verifications";

        var seen = (await coach.Http.Post(verifications, new { result = "verified", occurredOn = $"{today:yyyy-MM-dd}" }))
            .Expect(HttpStatusCode.Created);
        // Nobody's calendar is there yet: in Tokyo it is the later day.
        (await coach.Http.Post(verifications, new { result = "verified", occurredOn = $"{TodayIn("Asia/Tokyo").AddDays(1):yyyy-MM-dd}" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "transfer.occurredOn.outside");
        // Without a day it is the same one.
        Assert.Equal((string)seen["occurredOn"]!,
            (string)(await coach.Http.Post(verifications, new { result = "verified" })).Expect(HttpStatusCode.Created)["occurredOn"]!);
    }

    [Fact]
    public async Task What_a_coach_saw_stands_beside_and_never_in_what_the_learner_says()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await Complete(learner, Anchor);
        FlowingClock.Advance(TimeSpan.FromDays(5));
        var seen = (await cohort.Instructor.Http.Post($"{learner.Unit(Anchor)}/verifications", new { result = "verified" }))
            .Expect(HttpStatusCode.Created);
        Assert.Equal("2027-02-06", (string)seen["occurredOn"]!);
        (await cohort.Lead.Http.Post($"{learner.Unit(Anchor)}/verifications", new { result = "notSeen", occurredOn = "2027-01-31" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "transfer.occurredOn.outside");
        (await cohort.Lead.Http.Post($"{learner.Unit(Anchor)}/verifications", new { })).Expect(HttpStatusCode.UnprocessableEntity);
        (await cohort.Lead.Http.Post($"{learner.Unit(Second)}/verifications", new { result = "verified" }))
            .Expect(HttpStatusCode.NotFound, "opportunity.notFound");

        FlowingClock.Advance(TimeSpan.FromDays(40));
        var pooled = (await learner.Http.Read($"{learner.Journey}/transfer")).Ok()["pooled"]!;
        Assert.Equal((0, 1), ((int)pooled["numerator"]!, (int)pooled["denominator"]!));
        Assert.Equal(0, (double)pooled["coverage"]!);
        Assert.Equal((1, 1.0, 1.0), ((int)pooled["verified"]!["numerator"]!, (double)pooled["verified"]!["rate"]!,
            (double)pooled["verified"]!["coverage"]!));
    }

    [Fact]
    public async Task An_exemption_takes_a_unit_out_of_the_count_and_ends_its_asks()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await Complete(learner, Anchor);
        (await cohort.Instructor.Http.Put($"{learner.Unit(Anchor)}/exemption", new { reason = "notMyRole" })).Ok();
        var nudges = (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray();
        Assert.All(nudges, n => Assert.Equal(("cancelled", "exempted"), ((string)n!["status"]!, (string)n["statusReason"]!)));
        FlowingClock.Advance(TimeSpan.FromDays(45));
        var pooled = (await cohort.Lead.Http.Read($"{cohort.Path}/transfer")).Ok()["pooled"]!;
        Assert.Equal((0, 1), ((int)pooled["denominator"]!, (int)pooled["excluded"]!["exempt"]!));

        (await cohort.Lead.Http.Call(HttpMethod.Delete, $"{learner.Unit(Anchor)}/exemption", null)).Expect(HttpStatusCode.NoContent);
        Assert.Equal(1, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/transfer")).Ok()["pooled"]!["denominator"]!);
        Assert.Equal(0, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["transfer"]!["numerator"]!);
    }

    [Fact]
    public async Task An_exemption_that_is_taken_back_at_once_leaves_the_plan_as_it_was()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        await Complete(learner, Anchor);
        var before = await Plan();
        (await cohort.Instructor.Http.Put($"{learner.Unit(Anchor)}/exemption", new { reason = "notMyRole" })).Ok();
        (await cohort.Lead.Http.Call(HttpMethod.Delete, $"{learner.Unit(Anchor)}/exemption", null)).Expect(HttpStatusCode.NoContent);
        Assert.Equal(before, await Plan());

        async Task<List<string>> Plan() =>
            [.. (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray().Select(n => $"{n!["step"]} {n["status"]} {n["dueAt"]}")];
    }

    [Fact]
    public async Task A_supervisor_sees_no_group_of_fewer_than_five_and_none_that_would_give_one_away()
    {
        var (agencyId, supervisor) = await Agency();
        var cohort = await app.Cohort();
        var learners = await Group(cohort, 6, agencyId);
        foreach (var learner in learners) await Complete(learner, Anchor);
        foreach (var learner in learners.Take(5)) await Complete(learner, "2.1-preparing-to-observe");
        foreach (var learner in learners.Take(2)) await Complete(learner, Second);
        FlowingClock.Advance(TimeSpan.FromDays(45));

        foreach (var path in new[] { $"{cohort.Path}/transfer", $"/v1/agencies/{agencyId}/transfer" })
        {
            var report = (await supervisor.Http.Read(path)).Ok();
            Assert.Equal(13, (int)report["pooled"]!["denominator"]!);
            Assert.Equal(6, (int)UnitOf(report, Anchor)["denominator"]!);
            // Two people's unit is hidden, and with it the next smallest: else it could be worked out from the whole.
            foreach (var hidden in new[] { Second, "2.1-preparing-to-observe" })
            {
                Assert.Equal("fewerThanFiveLearners", (string)UnitOf(report, hidden)["reason"]!);
                Assert.Null(UnitOf(report, hidden)["denominator"]);
                Assert.Null(UnitOf(report, hidden)["excluded"]!["immature"]);
                Assert.Null(UnitOf(report, hidden)["verified"]!["numerator"]);
            }
        }

        Assert.Equal(2, InUnit((await cohort.Lead.Http.Read($"{cohort.Path}/transfer")).Ok(), Second, "denominator"));
        var single = (await supervisor.Http.Read($"{learners[0].Journey}/transfer")).Ok();
        Assert.Equal("fewerThanFiveLearners", (string)single["pooled"]!["reason"]!);
        Assert.Null(single["pooled"]!["numerator"]);
        (await supervisor.Http.Read($"{cohort.Path}/transfer", ("Accept", "text/csv")))
            .Expect(HttpStatusCode.Forbidden, "transfer.rows.hidden");
        (await Session.Anonymous(app).Read($"{cohort.Path}/transfer", ("Accept", "text/csv")))
            .Expect(HttpStatusCode.Unauthorized, "auth.required");
    }

    [Fact]
    public async Task Four_learners_of_an_agency_are_too_few_to_show()
    {
        var (agencyId, supervisor) = await Agency();
        var cohort = await app.Cohort();
        foreach (var learner in await Group(cohort, 4, agencyId)) await Complete(learner, Anchor);
        FlowingClock.Advance(TimeSpan.FromDays(45));
        var report = (await supervisor.Http.Read($"/v1/agencies/{agencyId}/transfer")).Ok();
        Assert.Equal("fewerThanFiveLearners", (string)report["pooled"]!["reason"]!);
        Assert.DoesNotContain("4", report["pooled"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Null((await supervisor.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["transfer"]!["denominator"]);
    }

    [Fact]
    public async Task Two_courses_of_an_agency_are_never_added_up()
    {
        var (agencyId, supervisor) = await Agency();
        var (first, second) = (await app.Cohort(), await app.Cohort(curriculum: Given.FacilitatorCourse));
        foreach (var learner in await Group(first, 6, agencyId))
            await Answer(learner, await Complete(learner, Anchor), 2, new { outcome = "applied" });
        FlowingClock.Advance(TimeSpan.FromDays(1));
        foreach (var learner in await Group(second, 5, agencyId)) await Complete(learner, "2.3-voice-in-the-meeting");
        FlowingClock.Advance(TimeSpan.FromDays(45));

        var path = $"/v1/agencies/{agencyId}/transfer";
        foreach (var reader in new[] { supervisor.Http, (await app.Admin()).Http })
        {
            // Unless another is named it is the course that was there first, and what it says does not change with the second.
            foreach (var asked in new[] { path, $"{path}?curriculum={Given.Course}" })
            {
                var report = (await reader.Read(asked)).Ok();
                Assert.Equal((Given.Course, 6, 6, 6, 34), Of(report));
            }

            var other = (await reader.Read($"{path}?curriculum={Given.FacilitatorCourse}")).Ok();
            Assert.Equal((Given.FacilitatorCourse, 0, 5, 5, 12), Of(other));
            var none = (await reader.Read($"{path}?curriculum=of-nobody")).Ok();
            Assert.Empty(none["units"]!.AsArray());
            Assert.Null(none["pooled"]!["rate"]);
        }

        (await supervisor.Http.Read($"{path}?curriculum=No%20slug")).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");

        static (string, int, int, int, int) Of(Answer report)
        {
            var pooled = report["pooled"]!;
            return ((string)report["curriculum"]!, (int)pooled["numerator"]!, (int)pooled["denominator"]!, (int)pooled["learners"]!,
                report["units"]!.AsArray().Count);
        }
    }

    [Fact]
    public async Task Every_figure_can_be_worked_out_from_the_rows()
    {
        var cohort = await app.Cohort();
        var learners = await Group(cohort, 6);
        for (var i = 0; i < learners.Count; i++)
        {
            var asks = await Complete(learners[i], Anchor);
            FlowingClock.Advance(TimeSpan.FromDays(1));
            object answer = (i % 3) switch { 0 => new { outcome = "applied" }, 1 => new { outcome = "partly" },
                _ => new { outcome = "notYet", barrier = "noOpportunity" } };
            if (i < 5) await Answer(learners[i], asks, 1, answer);
        }

        await Complete(learners[0], Second);
        await cohort.Instructor.Http.Post($"{learners[1].Unit(Anchor)}/verifications", new { result = "verified" });
        await cohort.Instructor.Http.Put($"{learners[5].Unit(Anchor)}/exemption", new { reason = "roleChanged" });
        FlowingClock.Set(FlowingClock.Monday.AddDays(42));
        var pooled = (await cohort.Instructor.Http.Read($"{cohort.Path}/transfer")).Ok()["pooled"]!;
        var csv = await cohort.Instructor.Http.Read($"{cohort.Path}/transfer", ("Accept", "text/csv"));
        Assert.StartsWith("text/csv", csv.Ok().Headers["Content-Type"], StringComparison.Ordinal);
        var lines = csv.Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var names = lines[0].Split(',');
        var rows = lines.Skip(1).Select(l => names.Zip(l.Split(',')).ToDictionary(p => p.First, p => p.Second)).ToList();
        var counted = rows.FindAll(r => r["scope"] == "inScope");
        double Sum(string field) => counted.Sum(r => double.Parse(r[field], CultureInfo.InvariantCulture));

        Assert.Equal(7, rows.Count);
        Assert.Equal((5, 5), (counted.Count, (int)pooled["denominator"]!));
        Assert.Equal((2, 2), (Sum("transferred"), (int)pooled["numerator"]!));
        Assert.Equal(Sum("credit") / 5, (double)pooled["weighted"]!, 9);
        Assert.Equal(Sum("answered") / 5, (double)pooled["coverage"]!, 9);
        Assert.Equal(2 / (5 - Sum("lastSaidNoOpportunity")), (double)pooled["adjusted"]!, 9);
        Assert.Equal(Sum("coachVerified"), (int)pooled["verified"]!["numerator"]!);
        Assert.Equal((1, 1), (rows.Count(r => r["scope"] == "exempt"), rows.Count(r => r["scope"] == "immature")));
    }

    [Fact]
    public async Task What_is_kept_with_each_opportunity_equals_a_recount_of_its_evidence()
    {
        var cohort = await app.Cohort();
        foreach (var learner in await Group(cohort, 4))
        {
            FlowingClock.Set(FlowingClock.Monday);
            var asks = await Complete(learner, Anchor);
            foreach (var (step, day) in new[] { (1, 3), (2, 8), (4, 36), (6, 92) })
            {
                FlowingClock.Set(FlowingClock.Monday.AddDays(day));
                var outcome = (learner.Id.GetHashCode() + step) % 2 == 0 ? "applied" : "partly";
                await learner.Http.Post($"/v1/nudges/{(Guid)asks.Single(a => (int)a!["step"]! == step)!["id"]!}/response", new { outcome });
            }
        }

        var opportunities = await app.InDb(db => db.Opportunities.Include(o => o.Evidence).Where(o => o.CohortId == cohort.Id)
            .ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(4, opportunities.Count);
        Assert.All(opportunities, o =>
        {
            Assert.NotEmpty(o.Evidence);
            var recount = TransferStanding.Of(o.Evidence, o.StartedOn, o.MaturesAt);
            Assert.Equal(
                (recount.Best == TransferLevel.Applied, recount.Best, recount.Answered, recount.DaysToFirst, recount.Sustained),
                (o.Transferred30, o.Best30, o.Answered30, o.DaysToFirst30, o.Sustained90));
        });
    }

    private async Task<(Guid Id, TestPerson Supervisor)> Agency()
    {
        var supervisor = await app.Person("Sam Supervisor");
        var agency = Domain.Cohorts.Agency.Create(Given.AgencyName(), FlowingClock.Now.UtcDateTime);
        await app.InDb(async db =>
        {
            db.AddRange(agency, new AgencyMember(agency.Id, supervisor.Id, AgencyRole.Supervisor));
            return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        return (agency.Id, supervisor);
    }

    private async Task<List<TestLearner>> Group(TestCohort cohort, int size, Guid? agencyId = null)
    {
        var learners = new List<TestLearner>();
        for (var i = 0; i < size; i++) learners.Add(await app.Learner(cohort, agencyId: agencyId));
        return learners;
    }

    private static async Task<JsonArray> Complete(TestLearner learner, string unit) =>
        (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();

    private static async Task Answer(TestLearner learner, JsonArray asks, int step, object answer) =>
        (await learner.Http.Post($"/v1/nudges/{(Guid)asks.Single(a => (int)a!["step"]! == step)!["id"]!}/response", answer)).Ok();

    private static JsonNode UnitOf(Answer report, string unit) => report["units"]!.AsArray().Single(u => (string)u!["unit"]! == unit)!;

    private static int InUnit(Answer report, string unit, string field) => (int)UnitOf(report, unit)[field]!;
}
