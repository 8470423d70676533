using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>Many learners leave a cohort at once.</summary>
[StandingClock]
public sealed class WithdrawEnrolmentsTests(LearningApp app)
{
    [Fact]
    public async Task Those_who_can_leave_do_and_each_row_says_what_became_of_it()
    {
        var cohort = await app.Cohort();
        var (one, two, gone) = (await app.Learner(cohort), await app.Learner(cohort), await app.Learner(cohort));
        var (elsewhere, nobody) = (await app.Learner(), Guid.NewGuid());
        (await one.Http.Post($"{one.Unit(RolePeople.AnchorUnit)}/complete", Given.IfThen())).Ok();
        (await cohort.Lead.Http.Post($"{gone.Journey}/withdraw")).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(1));

        Guid[] ids = [one.EnrolmentId, nobody, gone.EnrolmentId, elsewhere.EnrolmentId, two.EnrolmentId, one.EnrolmentId];
        var rows = (await cohort.Lead.Http.Post($"{cohort.Path}/withdrawals", new { enrolmentIds = ids })).Ok()["rows"]!.AsArray();
        Assert.Equal(ids, rows.Select(r => (Guid)r!["enrolmentId"]!));
        Assert.Equal(
            [("withdrawn", null), ("invalid", "enrolment.notFound"), ("existing", null), ("invalid", "enrolment.notFound"),
                ("withdrawn", null), ("existing", null)],
            rows.Select(r => ((string)r!["result"]!, (string?)r["reason"])));
        Assert.Equal(["2027-02-02", null, "2027-02-01", null, "2027-02-02", "2027-02-02"],
            rows.Select(r => ((string?)r!["endedAt"])?[..10]));
        Assert.All((await one.Http.Read("/v1/nudges")).Ok()["items"]!.AsArray(), n => Assert.Equal("cancelled", (string)n!["status"]!));
        Assert.Equal("active", (string)(await elsewhere.Http.Read(elsewhere.Journey)).Ok()["status"]!);
        Assert.Equal(3, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["withdrawn"]!);
        // Not even who may end every enrolment ends one by another cohort's address.
        var strange = (await (await app.Admin()).Http.Post(
            $"{cohort.Path}/withdrawals", new { enrolmentIds = new[] { elsewhere.EnrolmentId } })).Ok();
        Assert.Equal("enrolment.notFound", (string)strange["rows"]![0]!["reason"]!);
    }

    [Fact]
    public async Task More_than_are_ended_at_a_time_end_all_and_keep_their_order()
    {
        var cohort = await app.Cohort();
        var rows = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new
        {
            learners = Enumerable.Range(0, 120).Select(i => new { email = Given.Address(), name = $"Learner {i}", timeZone = Given.Zone }),
        })).Ok()["rows"]!.AsArray();
        await app.ForgetInvitations(cohort);
        var ids = rows.Select(r => (Guid)r!["enrolmentId"]!).ToList();
        var ended = (await cohort.Lead.Http.Post($"{cohort.Path}/withdrawals", new { enrolmentIds = ids })).Ok()["rows"]!.AsArray();
        Assert.Equal(ids.Select(id => (id, "withdrawn")), ended.Select(r => ((Guid)r!["enrolmentId"]!, (string)r["result"]!)));
        Assert.Equal(120, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["withdrawn"]!);
    }

    [Fact]
    public async Task Who_has_completed_everything_is_not_withdrawn_and_keeps_nobody_else_from_it()
    {
        var slug = SecondCourse.NewSlug();
        using var content = SecondCourse.Of(slug);
        (await (await app.Admin()).Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(content)))
            .Expect(HttpStatusCode.Created);
        var cohort = await app.Cohort(curriculum: slug);
        var (done, other) = (await app.Learner(cohort), await app.Learner(cohort));
        foreach (var unit in new[] { "open-questions", "waiting" })
            (await done.Http.Post($"{done.Unit(unit)}/complete", Given.IfThen())).Ok();
        var rows = (await cohort.Lead.Http.Post(
            $"{cohort.Path}/withdrawals", new { enrolmentIds = new[] { done.EnrolmentId, other.EnrolmentId } })).Ok()["rows"]!.AsArray();
        Assert.Equal([("invalid", "enrolment.completed"), ("withdrawn", null)],
            rows.Select(r => ((string)r!["result"]!, (string?)r["reason"])));
    }

    [Fact]
    public async Task An_agencys_program_ends_the_enrolments_of_its_own_learners_alone()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var (own, other) = (await app.Learner(cohort, agencyId: agency), await app.Learner(cohort));
        var client = await app.Client(agency, "enrolments:write");
        var rows = (await client.Post(
            $"{cohort.Path}/withdrawals", new { enrolmentIds = new[] { other.EnrolmentId, own.EnrolmentId } })).Ok()["rows"]!.AsArray();
        Assert.Equal([("invalid", "enrolment.notFound"), ("withdrawn", null)],
            rows.Select(r => ((string)r!["result"]!, (string?)r["reason"])));
    }

    [Fact]
    public async Task None_and_more_than_a_thousand_are_refused()
    {
        var cohort = await app.Cohort();
        foreach (var count in new[] { 0, 1001 })
        {
            var ids = Enumerable.Range(0, count).Select(_ => Guid.NewGuid()).ToList();
            var answer = (await cohort.Lead.Http.Post($"{cohort.Path}/withdrawals", new { enrolmentIds = ids }))
                .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
            Assert.Equal("enrolmentIds", Assert.Single((JsonObject)answer["errors"]!).Key);
        }
    }
}
