using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Access;

/// <summary>
/// Whoever supervises or administers at a learner's agency hears nothing of what that learner answers, by name, though they teach them.
/// </summary>
[StandingClock]
public sealed class OwnAgencyLearnersTests(OwnDatabaseApp app) : IClassFixture<OwnDatabaseApp>
{
    private const string Subject = "Someone would like to talk with you";

    [Theory]
    [InlineData("supervisor")]
    [InlineData("agencyAdmin")]
    public async Task They_read_no_answer_of_theirs_and_see_to_no_follow_up_of_theirs(string role)
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var (own, other) = (await app.Learner(cohort, agencyId: agency), await app.Learner(cohort));
        foreach (var learner in new[] { own, other }) await AskForTalk(learner);
        await Appoint(agency, cohort.Instructor, role);
        var (instructor, lead) = (cohort.Instructor.Http, cohort.Lead.Http);

        Assert.Equal([other.EnrolmentId], await Enrolments(instructor, $"{cohort.Path}/nudges"));
        Assert.Equal(2, (await Enrolments(lead, $"{cohort.Path}/nudges")).Count);
        var csv = (await instructor.Read($"{cohort.Path}/nudges", ("Accept", "text/csv"))).Ok().Body;
        Assert.DoesNotContain($"{own.EnrolmentId}", csv, StringComparison.Ordinal);
        Assert.Contains($"{other.EnrolmentId}", csv, StringComparison.Ordinal);

        var followUps = $"{cohort.Path}/followups";
        Assert.Equal([other.EnrolmentId], await Enrolments(instructor, followUps));
        var waiting = (await lead.Read(followUps)).Ok()["items"]!.AsArray()
            .Single(f => (Guid)f!["enrolmentId"]! == own.EnrolmentId)!["id"]!;
        (await instructor.Post($"{followUps}/{waiting}/close", new { outcome = "spoke" }))
            .Expect(HttpStatusCode.NotFound, "followUp.notFound");
        (await lead.Post($"{followUps}/{waiting}/close", new { outcome = "spoke" })).Ok();
    }

    [Fact]
    public async Task They_are_told_by_no_mail_that_one_of_theirs_would_like_to_talk()
    {
        var (cohort, agency, admin) = (await app.Cohort(), await app.Agency(), await app.Admin());
        var (own, other) = (await app.Learner(cohort, agencyId: agency), await app.Learner(cohort));
        await Appoint(agency, cohort.Instructor, "supervisor");
        await AskForTalk(own);
        await app.Send(new SendMails());
        Assert.Equal((1, 0), (Told(cohort.Lead), Told(cohort.Instructor)));

        // What they were never told leaves nobody else when they do, and does not wait for them.
        (await admin.Http.Post($"/v1/people/{cohort.Instructor.Id}/suspend", new { reason = "Away until further notice." })).Ok();
        await app.Send(new SendMails());
        (await admin.Http.Post($"/v1/people/{cohort.Instructor.Id}/resume")).Ok();
        await app.Send(new SendMails());
        Assert.Equal((1, 0), (Told(cohort.Lead), Told(cohort.Instructor)));

        await AskForTalk(other);
        await app.Send(new SendMails());
        Assert.Equal((1, 1), (Told(cohort.Lead), Told(cohort.Instructor)));
    }

    [Fact]
    public async Task A_mail_that_waits_goes_for_no_learner_of_theirs()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var (own, other) = (await app.Learner(cohort, agencyId: agency), await app.Learner(cohort));
        await Appoint(agency, cohort.Instructor, "supervisor");
        // In the evening: the mail waits for tomorrow, and by then it is about nobody else.
        FlowingClock.Advance(TimeSpan.FromHours(10));
        foreach (var learner in new[] { own, other }) await AskForTalk(learner);
        var waiting = (await cohort.Lead.Http.Read($"{cohort.Path}/followups")).Ok()["items"]!.AsArray()
            .Single(f => (Guid)f!["enrolmentId"]! == other.EnrolmentId)!["id"]!;
        (await cohort.Lead.Http.Post($"{cohort.Path}/followups/{waiting}/close", new { outcome = "spoke" })).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(14));
        await app.Send(new SendMails());
        Assert.Equal((1, 0), (Told(cohort.Lead), Told(cohort.Instructor)));
    }

    [Fact]
    public async Task Who_waits_for_a_coach_who_comes_to_supervise_them_waits_for_somebody_else()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var (own, comes) = (await app.Learner(cohort, agencyId: agency), await app.Learner(cohort));
        await AskForTalk(own);
        await app.Send(new SendMails());
        Assert.Equal((0, 1), (Told(cohort.Lead), Told(cohort.Instructor)));
        await Appoint(agency, cohort.Instructor, "supervisor");
        await app.Send(new SendMails());
        Assert.Equal((1, 1), (Told(cohort.Lead), Told(cohort.Instructor)));

        await AskForTalk(comes);
        await app.Send(new SendMails());
        Assert.Equal((1, 2), (Told(cohort.Lead), Told(cohort.Instructor)));
        (await cohort.Lead.Http.Put($"{comes.Journey}/agency", new { agencyId = agency })).Ok();
        await app.Send(new SendMails());
        Assert.Equal((2, 2), (Told(cohort.Lead), Told(cohort.Instructor)));
    }

    [Fact]
    public async Task A_coach_of_theirs_by_consent_knows_where_they_stand_and_not_when_they_were_with_whom()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var supervisor = await app.Member(agency, AgencyRole.Supervisor);
        var learner = await app.Learner(cohort, agencyId: agency);
        await cohort.Instructor.Http.Log(CoachingSteps.Part(learner.Id, observed: true, feedback: true));
        var relationship = (await cohort.LetCoach(supervisor.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await learner.Http.Post($"{relationship}/agree")).Ok();

        static string Known(JsonNode dosage) => $"{dosage["state"]} {dosage["contacts"]} {dosage["minutes"]} {dosage["noShows"]}";
        Assert.Equal("onTrack 1  ", Known(await supervisor.Http.Dosage(learner)));
        Assert.Equal("onTrack 1  ", Known(
            Assert.Single((await supervisor.Http.Read("/v1/me/coaching")).Ok()["coachees"]!.AsArray())!["dosage"]!));
        Assert.Equal("onTrack 1 45 0", Known(await learner.Http.Dosage(learner)));
    }

    private int Told(TestPerson person) => app.MailsTo(person.Email).Count(m => m.Headers["Subject"] == Subject);

    private async Task Appoint(Guid agency, TestPerson person, string role) =>
        (await (await app.Admin()).Http.Put($"/v1/agencies/{agency}/people/{person.Id}", new { role })).Expect(HttpStatusCode.NoContent);

    private static async Task<List<Guid>> Enrolments(HttpClient reader, string path) =>
        [.. (await reader.Read($"{path}?limit=200")).Ok()["items"]!.AsArray().Select(i => (Guid)i!["enrolmentId"]!).Distinct()];

    private static async Task AskForTalk(TestLearner learner)
    {
        var asks = (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
        (await learner.Http.Post($"/v1/nudges/{asks[1]!["id"]}/response",
            new { outcome = "notYet", barrier = "supervisorSupport", needHelp = true })).Ok();
    }
}
