using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.FollowUps;

/// <summary>Who coaches a learner without teaching in their cohort sees to them as those who do.</summary>
[Collection(nameof(MaintenanceCollection))]
[StandingClock(YearsLater = true)]
public sealed class CoachFollowUpTests(MaintenanceApp app)
{
    private const string Subject = "Someone would like to talk with you";

    [Fact]
    public async Task A_coach_hears_who_would_like_to_talk_and_closes_it()
    {
        var cohort = await app.Cohort();
        var (coach, coachee, other) = (await app.Person(), await app.Learner(cohort), await app.Learner(cohort));
        (await coach.Http.Read($"{cohort.Path}/followups")).Expect(HttpStatusCode.NotFound, "cohort.notFound");
        (await cohort.LetCoach(coach.Id, coachee.Id)).Expect(HttpStatusCode.Created);
        await AskForTalk(other);
        await app.Send(new SendMails());
        Assert.Equal((1, 0), (Told(cohort.Instructor), Told(coach)));
        await AskForTalk(coachee);
        await app.Send(new SendMails());
        Assert.Equal((2, 1), (Told(cohort.Instructor), Told(coach)));

        var onDesk = Assert.Single((await coach.Http.Read("/v1/me/coaching")).Ok()["followUps"]!.AsArray())!;
        Assert.Equal((coachee.Name, "wantsToTalk", cohort.Id),
            ((string)onDesk["learner"]!["name"]!, (string)onDesk["reasons"]![0]!, (Guid)onDesk["cohortId"]!));
        var seen = Assert.Single(await FollowUps(coach, cohort))!;
        Assert.Equal((Guid)onDesk["id"]!, (Guid)seen["id"]!);
        var others = (await FollowUps(cohort.Lead, cohort)).Single(f => (Guid)f!["learner"]!["id"]! == other.Id)!;
        (await Close(coach, cohort, others)).Expect(HttpStatusCode.NotFound, "followUp.notFound");
        (await Close(coach, cohort, seen)).Ok();
        Assert.Empty((await coach.Http.Read("/v1/me/coaching")).Ok()["followUps"]!.AsArray());
    }

    [Fact]
    public async Task Whoever_supervises_the_learner_learns_nothing_although_they_coach_them()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var supervisor = await app.Member(agency, AgencyRole.Supervisor);
        var learner = await app.Learner(cohort, agencyId: agency);
        var path = (await cohort.LetCoach(supervisor.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await learner.Http.Post($"{path}/agree")).Ok();
        await AskForTalk(learner);
        await app.Send(new SendMails());
        Assert.Equal((1, 0), (Told(cohort.Instructor), Told(supervisor)));
        Assert.Empty((await supervisor.Http.Read("/v1/me/coaching")).Ok()["followUps"]!.AsArray());
        (await supervisor.Http.Read($"{cohort.Path}/followups")).Expect(HttpStatusCode.NotFound, "cohort.notFound");
    }

    [Fact]
    public async Task Who_has_no_coach_any_more_is_nobodys_but_the_staffs_to_see_to()
    {
        var cohort = await app.Cohort();
        var (coach, learner) = (await app.Person(), await app.Learner(cohort));
        var path = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        // In the evening: the mail waits for tomorrow.
        FlowingClock.Advance(TimeSpan.FromHours(10));
        await AskForTalk(learner);
        (await learner.Http.Post($"{path}/end", new { reason = "I change to another team." })).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(14));
        await app.Send(new SendMails());
        Assert.Equal((1, 0), (Told(cohort.Instructor), Told(coach)));
        (await coach.Http.Read($"{cohort.Path}/followups")).Expect(HttpStatusCode.NotFound, "cohort.notFound");
    }

    [Fact]
    public async Task Where_only_a_coach_is_left_no_admin_is_told_until_they_are_gone()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var (coach, learner) = (await app.Person(), await app.Learner(cohort));
        (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        foreach (var staff in new[] { cohort.Instructor, cohort.Lead }) await Suspend(admin, staff);
        await AskForTalk(learner);
        await app.Send(new SendMails());
        Assert.Equal((1, 0), (Told(coach), await ToldAsMissing(cohort)));
        await Suspend(admin, coach);
        await app.Send(new SendMails());
        Assert.NotEqual(0, await ToldAsMissing(cohort));
    }

    private int Told(TestPerson person) => app.MailsTo(person.Email).Count(m => m.Headers["Subject"] == Subject);

    private async Task<int> ToldAsMissing(TestCohort cohort) => await app.InDb(db => Task.FromResult(
        db.OutboundMails.Count(m => m.CohortId == cohort.Id && m.Kind == Domain.Messaging.MailKind.StaffMissing)));

    private static async Task Suspend(TestPerson admin, TestPerson person) =>
        (await admin.Http.Post($"/v1/people/{person.Id}/suspend", new { reason = "Away until further notice." })).Ok();

    private static async Task<JsonArray> FollowUps(TestPerson reader, TestCohort cohort) =>
        (await reader.Http.Read($"{cohort.Path}/followups?status=open")).Ok()["items"]!.AsArray();

    private static Task<Answer> Close(TestPerson by, TestCohort cohort, JsonNode followUp) =>
        by.Http.Post($"{cohort.Path}/followups/{(Guid)followUp["id"]!}/close", new { outcome = "spoke" });

    private static async Task AskForTalk(TestLearner learner)
    {
        var asks = (await learner.Http.Post($"{learner.Unit("1.4-coaching-agreement")}/complete", Given.IfThen())).Ok()["nudges"]!;
        (await learner.Http.Post($"/v1/nudges/{asks[0]!["id"]}/response", new { outcome = "applied", needHelp = true })).Ok();
    }
}
