using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Agencies;
using MiiWrap.Learning.Api.Features.Events;
using MiiWrap.Learning.Api.Features.FollowUps;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Features.Maintenance;
using MiiWrap.Learning.Api.Features.Reviews;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Reliability;

/// <summary>One bad row of one person, cohort or agency stops nobody else's mail, no job and no list.</summary>
[Collection(nameof(SweepCollection))]
[StandingClock]
public sealed class PoisonedRowTests(SweepingApp app) : IAsyncLifetime
{
    private const string Anchor = "2.4-watching-voice-and-power";

    public static TheoryData<string> Poisons =>
    [
        "UPDATE People SET TimeZone = 'Gone/Nowhere' WHERE Id = {0}",
        "UPDATE People SET LeaveDays = 'rubbish' WHERE Id = {0}",
        "UPDATE People SET Email = 'no address' WHERE Id = {0}",
        "UPDATE Cohorts SET TimeZone = 'Gone/Nowhere' WHERE Id = {1}",
        "UPDATE TransferOpportunities SET TimeZone = 'Gone/Nowhere' WHERE PersonId = {0}",
        "UPDATE TransferOpportunities SET CurriculumVersion = 99 WHERE PersonId = {0}",
        "UPDATE Nudges SET Unit = 'gone' WHERE PersonId = {0}",
        "UPDATE Agencies SET ClosedDays = 'rubbish' WHERE Id = {2}",
        "UPDATE OutboundMails SET Kind = 'OfALaterRelease' WHERE PersonId = {0}",
    ];

    /// <summary>Rows that a later release has written, in words that this one does not know.</summary>
    public static TheoryData<string> Later =>
    [
        "UPDATE Enrolments SET Status = 'OfALaterRelease' WHERE PersonId = {0}",
        "UPDATE Nudges SET Kind = 'OfALaterRelease' WHERE PersonId = {0}",
        "UPDATE Nudges SET Status = 'OfALaterRelease' WHERE PersonId = {0}",
        "UPDATE Reflections SET Status = 'OfALaterRelease' WHERE PersonId = {0}",
        "UPDATE People SET Status = 'OfALaterRelease' WHERE Id = {0}",
        OfAnOpportunity,
        OfACohort,
    ];

    private const string OfAnOpportunity = "UPDATE TransferOpportunities SET \"Plan\" = 'OfALaterRelease' WHERE PersonId = {0}";
    private const string OfACohort = "UPDATE Cohorts SET Gate = 'OfALaterRelease' WHERE Id = {1}";

    public async ValueTask InitializeAsync() => await app.Clear();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(Poisons))]
    [MemberData(nameof(Later))]
    public async Task One_bad_row_stops_nobody_elses_mail_and_no_job(string poison)
    {
        var (cohort, agency, victim) = await Working();
        var (_, _, other) = await Working();
        await Poison(poison, victim, cohort, agency);
        for (var day = 2; day <= 18; day++)
        {
            await app.SweepAt(FlowingClock.Monday.AddDays(day));
            await app.Send(new SendMails());
        }

        Assert.Contains(app.MailsTo(other.Email), m => m.Headers["Subject"] == "Your feedback is ready");
        Assert.Equal(3, app.MailsTo(other.Email).Count(m => m.Headers.ContainsKey("X-Learning-Nudges")));
        await app.Send(new DetectUnresponsiveLearners());
        Assert.Equal(1, await app.InDb(db => db.FollowUps.CountAsync(
            f => f.EnrolmentId == other.EnrolmentId, TestContext.Current.CancellationToken)));
        await app.Send(new EscalateOverdueReviews());
        await app.Send(new PurgeReflections());
        await app.Send(new DeliverWebhooks());
        await app.Send(new ResetSkewedLeases());
        await app.Send(new DeleteExpired());
    }

    [Theory]
    [MemberData(nameof(Poisons))]
    public async Task One_bad_row_makes_no_list_unreadable_and_no_completion_fail(string poison)
    {
        var (cohort, agency, victim) = await Working();
        var neighbour = await app.Learner(cohort, agencyId: agency);
        await Poison(poison, victim, cohort, agency);
        foreach (var list in new[] { "progress", "nudges", "nudges/figures", "transfer", "followups", "patterns" })
            (await cohort.Lead.Http.Read($"{cohort.Path}/{list}")).Ok();
        foreach (var list in new[] { "/v1/me", "/v1/me/next", "/v1/nudges", "/v1/me/leave", victim.Journey })
            (await victim.Http.Read(list)).Ok();
        (await cohort.Instructor.Http.Read("/v1/reviews")).Ok();
        (await neighbour.Http.Post($"{neighbour.Unit(Anchor)}/complete", Given.IfThen())).Ok();
        (await victim.Http.Post($"{victim.Unit("2.2-describe-before-you-judge")}/complete", Given.IfThen())).Ok();
        var admin = await app.Admin();
        (await admin.Http.Put($"/v1/agencies/{agency}/closed-days", new { days = new[] { "2027-02-03" } })).Ok();
    }

    [Theory]
    [MemberData(nameof(Later))]
    public async Task A_row_that_cannot_be_read_is_left_out_of_lists_and_of_no_rate(string poison)
    {
        var (cohort, agency, victim) = await Working();
        var (other, _, _) = await Working();
        (await other.Lead.Http.Patch(other.Path, new { leads = new[] { other.Lead.Id, cohort.Lead.Id } })).Ok();
        var (neighbours, enrolmentOf) = (new List<Guid>(), new Dictionary<Guid, Guid>());
        for (var i = 0; i < 3; i++)
        {
            var learner = await app.Learner(cohort, $"{(char)('A' + (12 * i))}da Neighbour");
            (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok();
            neighbours.Add(learner.EnrolmentId);
            enrolmentOf.Add(learner.Id, learner.EnrolmentId);
        }

        await Poison(poison, victim, cohort, agency);
        try
        {
            Assert.Contains((await Walk(cohort.Lead, "/v1/cohorts?limit=1")), c => (Guid)c["id"]! == other.Id);
            if (poison == OfACohort)
            {
                // What is about this very cohort, or counts its learners, says why it is not there.
                var admin = await app.Admin();
                foreach (var path in new[] { $"{cohort.Path}/progress", $"{cohort.Path}/transfer", $"/v1/agencies/{agency}/transfer" })
                    (await admin.Http.Read(path, PageReads.MeetsDamage)).Expect(HttpStatusCode.ServiceUnavailable, "row.unreadable");
                foreach (var path in new[] { $"{cohort.Path}/progress", $"{cohort.Path}/transfer" })
                    (await other.Instructor.Http.Read(path, PageReads.MeetsDamage)).Expect(HttpStatusCode.NotFound, "cohort.notFound");
                return;
            }

            foreach (var (list, idOf) in new (string, Func<JsonNode, Guid>)[]
            {
                ($"{cohort.Path}/progress?limit=1", e => (Guid)e["enrolmentId"]!),
                ($"{cohort.Path}/nudges?limit=1", n => (Guid)n["enrolmentId"]!),
                ($"/v1/enrolments?cohort={cohort.Id}&limit=1", e => (Guid)e["id"]!),
                ($"/v1/people?cohort={cohort.Id}&limit=1", p => enrolmentOf.GetValueOrDefault((Guid)p["id"]!)),
            })
            {
                var found = (await Walk(cohort.Lead, list)).Select(idOf).Distinct().ToList();
                Assert.All(neighbours, n => Assert.Contains(n, found));
            }

            var summary = (await cohort.Lead.Http.Read($"{cohort.Path}/progress", PageReads.MeetsDamage)).Ok()["summary"]!;
            Assert.Equal(poison.Contains("Enrolments", StringComparison.Ordinal) ? (3, 1) : (4, 0),
                ((int)summary["learners"]!, (int)summary["unreadable"]!));
            foreach (var path in new[] { $"{cohort.Path}/nudges/figures", $"{cohort.Path}/followups", "/v1/reviews?status=accepted" })
                (await cohort.Lead.Http.Read(path, PageReads.MeetsDamage)).Ok();
            // A rate is right, or it is not there.
            var transfer = await cohort.Lead.Http.Read($"{cohort.Path}/transfer", PageReads.MeetsDamage);
            if (poison == OfAnOpportunity) transfer.Expect(HttpStatusCode.ServiceUnavailable, "row.unreadable");
            else transfer.Ok();
            var rows = await cohort.Lead.Http.Read($"{cohort.Path}/transfer", ("Accept", "text/csv"), PageReads.MeetsDamage);
            if (poison == OfAnOpportunity) rows.Expect(HttpStatusCode.ServiceUnavailable, "row.unreadable");
            else rows.Ok();
        }
        finally
        {
            await Poison("UPDATE Cohorts SET Gate = 'Open' WHERE Id = {1}", victim, cohort, agency);
        }
    }

    [Fact]
    public async Task Who_lives_in_a_zone_that_is_gone_is_held_and_asked_once_it_is_mended()
    {
        var (cohort, agency, victim) = await Working();
        await Poison("UPDATE People SET TimeZone = 'Gone/Nowhere' WHERE Id = {0}", victim, cohort, agency);
        await app.SweepAt(FlowingClock.Monday.AddDays(2));
        await app.SweepAt(FlowingClock.Monday.AddDays(2).AddMinutes(1));
        Assert.Empty(app.MailsTo(victim.Email));
        Assert.Contains(app.Services.GetRequiredService<LogSink>().Lines, l => l.Contains(victim.Id.ToString(), StringComparison.Ordinal));
        (await victim.Http.Patch("/v1/me/preferences", new { timeZone = "America/Chicago" }, ("If-Match", "*"))).Ok();
        await app.SweepAt(FlowingClock.Monday.AddDays(2).AddMinutes(2));
        Assert.Single(app.MailsTo(victim.Email));
    }

    private static async Task<List<JsonNode>> Walk(TestPerson reader, string path)
    {
        var all = new List<JsonNode>();
        for (string? next = path; next is not null;)
        {
            var page = (await reader.Http.Read(next, PageReads.MeetsDamage)).Ok();
            all.AddRange(page["items"]!.AsArray()!);
            next = page["next"] is { } cursor ? $"{path}&cursor={(string)cursor!}" : null;
        }

        return all;
    }

    private async Task<(TestCohort Cohort, Guid Agency, TestLearner Learner)> Working()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var learner = await app.Learner(cohort, agencyId: agency);
        (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok();
        (await cohort.Instructor.Review(await learner.HandIn(), ReflectionSteps.Judgement())).Ok();
        return (cohort, agency, learner);
    }

    private Task<int> Poison(string sql, TestLearner learner, TestCohort cohort, Guid agency) => app.InDb(db =>
        db.Database.ExecuteSqlRawAsync(sql, [learner.Id, cohort.Id, agency], TestContext.Current.CancellationToken));
}
