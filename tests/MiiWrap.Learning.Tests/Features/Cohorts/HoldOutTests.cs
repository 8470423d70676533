using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>A share of learners is left without nudges, by the lead's decision, and the difference is measured.</summary>
[StandingClock]
public sealed class HoldOutTests(LearningApp app)
{
    private const string Standard = "1.2-coach-supervisor-trainer";
    private const string Light = "1.1-why-good-training-fades";

    [Fact]
    public async Task It_is_off_until_a_lead_turns_it_on_and_within_bounds()
    {
        var cohort = await app.Cohort();
        Assert.Equal("""{"anchor":0,"standard":0,"light":0}""", (await cohort.Instructor.Http.Read($"{cohort.Path}/hold-out")).Ok().Body);
        (await cohort.Lead.Http.Put($"{cohort.Path}/hold-out", new { standard = 51 })).Expect(HttpStatusCode.UnprocessableEntity);
        (await cohort.Lead.Http.Put($"{cohort.Path}/hold-out", new { light = -1 })).Expect(HttpStatusCode.UnprocessableEntity);
        (await cohort.Instructor.Http.Put($"{cohort.Path}/hold-out", new { light = 20 })).Expect(HttpStatusCode.Forbidden, "role.required");
        (await cohort.Lead.Http.Put($"{cohort.Path}/hold-out", new { standard = 20 })).Ok();
        Assert.Equal("""{"anchor":0,"standard":20,"light":0}""", (await cohort.Lead.Http.Read($"{cohort.Path}/hold-out")).Ok().Body);
    }

    [Fact]
    public async Task Those_held_out_count_like_everybody_and_the_difference_shows_with_its_interval()
    {
        var cohort = await app.Cohort();
        // Completed before it was turned on: on neither side.
        var before = await app.Learner(cohort);
        (await before.Http.Post($"{before.Unit(Standard)}/complete", Given.IfThen())).Ok();
        (await cohort.Lead.Http.Put($"{cohort.Path}/hold-out", new { standard = 50 })).Ok();
        var (nudged, held) = (0, 0);
        while (nudged < 5 || held < 5)
        {
            FlowingClock.Set(FlowingClock.Monday);
            var learner = await app.Learner(cohort);
            var shown = (await learner.Http.Post($"{learner.Unit(Standard)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
            (await learner.Http.Post($"{learner.Unit(Light)}/complete", Given.IfThen())).Ok();
            var asks = (await learner.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray();
            Assert.Equal(5, asks.Count);
            Assert.DoesNotContain(asks, n => (string)n!["unit"]! == Light && (string?)n["statusReason"] == "heldOut");
            var own = asks.Where(n => (string)n!["unit"]! == Standard).ToList();
            var isHeld = (string?)own[0]!["statusReason"] == "heldOut";
            if (isHeld)
            {
                held++;
                Assert.Equal(["heldOut", "heldOut", null], own.Select(n => (string?)n!["statusReason"]));
                Assert.Equal("closeout", (string)own[2]!["kind"]!);
            }
            else
            {
                nudged++;
                Assert.All(own, n => Assert.Equal("planned", (string)n!["status"]!));
            }

            Assert.Equal(isHeld ? 1 : 3, shown.Count);
            // Everyone is asked the closing question; of the nudged all have applied it, of the others nobody.
            FlowingClock.Set(FlowingClock.Monday.AddDays(31));
            (await learner.Http.Post($"/v1/nudges/{(string)own[2]!["id"]!}/response", isHeld
                ? new { outcome = "partly" }
                : new { outcome = "applied" })).Ok();
        }

        FlowingClock.Set(FlowingClock.Monday.AddDays(45));
        var report = (await cohort.Lead.Http.Read($"{cohort.Path}/transfer")).Ok();
        var unit = report["units"]!.AsArray().Single(u => (string)u!["unit"]! == Standard)!;
        Assert.Equal((nudged, nudged + held + 1), ((int)unit["numerator"]!, (int)unit["denominator"]!));
        var lift = Assert.Single(report["lift"]!.AsArray())!;
        Assert.Equal(
            ("standard", nudged, held), ((string)lift["plan"]!, (int)lift["nudged"]!["learners"]!, (int)lift["heldOut"]!["learners"]!));
        Assert.Equal((1.0, 1.0, 0.0, 1.0), ((double)lift["difference"]!, (double)lift["nudged"]!["rate"]!,
            (double)lift["heldOut"]!["rate"]!, (double)lift["heldOut"]!["coverage"]!));
        var expected = Domain.Transfer.Difference.Of(1, nudged, 0, held);
        Assert.Equal((expected.Low, expected.High), ((double)lift["ciLow"]!, (double)lift["ciHigh"]!));
        Assert.Equal(0, (double)lift["verified"]!["difference"]!);

        var rows = (await cohort.Lead.Http.Read($"{cohort.Path}/transfer", ("Accept", "text/csv"))).Ok().Body
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((nudged, held), (rows.Count(r => r.EndsWith(",nudged", StringComparison.Ordinal)),
            rows.Count(r => r.EndsWith(",heldOut", StringComparison.Ordinal))));
        var figures = (await cohort.Lead.Http.Read($"{cohort.Path}/nudges/figures")).Ok();
        Assert.Equal(2 * held, figures["reasons"]!.AsArray().Where(r => (string)r!["reason"]! == "heldOut").Sum(r => (int)r!["count"]!));
        Assert.Contains("With nudges and without",
            (await cohort.Lead.Http.Read($"{cohort.Path}/transfer", ("Accept", "text/html"))).Ok().Body, StringComparison.Ordinal);

        // It ends: what is completed from now on is nudged again, and on neither side.
        (await cohort.Lead.Http.Put($"{cohort.Path}/hold-out", new { })).Ok();
        var late = await app.Learner(cohort);
        Assert.Equal(3, (await late.Http.Post($"{late.Unit(Standard)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_side_of_fewer_than_five_shows_no_figure_and_a_supervisor_sees_no_comparison()
    {
        var cast = await RolePeople.Of(app);
        (await cast.As(Role.Lead).Put($"{cast.Cohort}/hold-out", new { anchor = 50 })).Ok();
        await cast.Completed();
        FlowingClock.Advance(TimeSpan.FromDays(45));
        var lift = Assert.Single((await cast.As(Role.Lead).Read($"{cast.Cohort}/transfer")).Ok()["lift"]!.AsArray())!;
        Assert.Equal("fewerThanFiveLearners", (string)lift["reason"]!);
        Assert.All(new[] { lift["difference"], lift["nudged"]!["rate"], lift["heldOut"]!["learners"], lift["verified"]!["difference"] },
            Assert.Null);
        Assert.Empty((await cast.As(Role.Supervisor).Read($"{cast.Cohort}/transfer")).Ok()["lift"]!.AsArray());
    }
}
