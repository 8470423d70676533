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
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;
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
        // A number reads as a value without a name, where nobody looks.
        "UPDATE Enrolments SET Status = '99' WHERE PersonId = {0}",
        "UPDATE Nudges SET Kind = '99' WHERE PersonId = {0}",
        "UPDATE Nudges SET Channel = '-1' WHERE PersonId = {0}",
        "UPDATE People SET Status = '99' WHERE Id = {0}",
        "UPDATE Cohorts SET Gate = '99' WHERE Id = {1}",
    ];

    private const string OfAnOpportunity = "UPDATE TransferOpportunities SET \"Plan\" = 'OfALaterRelease' WHERE PersonId = {0}";
    private const string OfACohort = "UPDATE Cohorts SET Gate = 'OfALaterRelease' WHERE Id = {1}";

    /// <summary>Rows of one of a cohort's staff, {0}, who is of an agency too.</summary>
    public static TheoryData<string> OfStaff =>
    [
        "UPDATE People SET CreatedAt = 'rubbish' WHERE Id = {0}",
        "UPDATE People SET QuietFrom = 'rubbish' WHERE Id = {0}",
        "UPDATE People SET LeaveDays = 'rubbish' WHERE Id = {0}",
        "UPDATE People SET EndedAt = 'rubbish' WHERE Id = {0}",
        "UPDATE People SET TimeZone = 'Gone/Nowhere' WHERE Id = {0}",
        "UPDATE People SET Status = 'OfALaterRelease' WHERE Id = {0}",
        "UPDATE CohortMembers SET Role = 'OfALaterRelease' WHERE PersonId = {0}",
        "UPDATE AgencyMembers SET Role = 'OfALaterRelease' WHERE PersonId = {0}",
        "UPDATE AgencyMembers SET Role = '99' WHERE PersonId = {0}",
        "UPDATE CohortMembers SET Role = '-1' WHERE PersonId = {0}",
    ];

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
    [InlineData("UPDATE SessionParticipants SET Attendance = 'OfALaterRelease' WHERE PersonId = {0}")]
    [InlineData("UPDATE SessionParticipants SET Debriefs = 'rubbish' WHERE PersonId = {0}")]
    [InlineData("UPDATE CoachingSessions SET StartsAt = '2099 rubbish' WHERE Id IN (SELECT SessionId FROM SessionParticipants WHERE PersonId = {0})")]
    [InlineData("UPDATE ActionItems SET DueOn = 'rubbish' WHERE OwnerId = {0}")]
    [InlineData("UPDATE CoachingRelationships SET CreatedAt = 'rubbish' WHERE CoacheeId = {0}")]
    [InlineData("UPDATE FidelityResults SET Total = 'rubbish' WHERE ReviewId IN (SELECT Id FROM FidelityReviews WHERE SubjectId = {0})")]
    public async Task One_bad_row_of_somebodys_coaching_hides_nobody_elses(string poison)
    {
        var (cohort, agency, victim) = await Working();
        var (neighbour, coach) = (await app.Learner(cohort, "Nia Neighbour"), await app.Person());
        var url = new Uri((string)(await coach.Http.Post("/v1/me/calendar")).Ok()["url"]!);
        foreach (var learner in new[] { victim, neighbour })
        {
            (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
            await coach.Http.Log(CoachingSteps.Part(learner.Id, observed: true));
            (await learner.Http.Post("/v1/action-items", CoachingSteps.Step(learner.EnrolmentId))).Expect(HttpStatusCode.Created);
            await coach.Http.LockReview(learner.Id);
        }

        var planned = (await coach.Http.Plan(FlowingClock.Now.AddDays(1), neighbour.Id)).Expect(HttpStatusCode.Created);
        await Poison(poison, victim, cohort, agency);
        Assert.Contains(await Walk(cohort.Lead, $"{cohort.Path}/dosage?limit=1"), l => (Guid)l["learner"]!["id"]! == neighbour.Id);
        var desk = (await coach.Http.Read("/v1/me/coaching", PageReads.MeetsDamage)).Ok();
        Assert.Contains(desk["coachees"]!.AsArray(), c => (Guid)c!["personId"]! == neighbour.Id);
        var roles = (await coach.Http.Read("/v1/me", PageReads.MeetsDamage)).Ok()["roles"]!.AsArray();
        Assert.Contains("coach", roles.Select(r => (string)r!["role"]!));
        (await victim.Http.Read("/v1/me", PageReads.MeetsDamage)).Ok();
        Assert.Contains($"UID:{(string)planned["id"]!}@", (await Session.Anonymous(app).Read(url.PathAndQuery, PageReads.MeetsDamage)).Ok().Body,
            StringComparison.Ordinal);
        // A figure of all of them there is none of without one.
        var figures = await cohort.Lead.Http.Read($"{cohort.Path}/coaching", PageReads.MeetsDamage);
        Assert.True(figures.Status == HttpStatusCode.OK || figures.Expect(HttpStatusCode.ServiceUnavailable, "row.unreadable") is not null);
        (await coach.Http.Read(FidelitySteps.Trend(neighbour.Id))).Ok();
        var trend = await victim.Http.Read(FidelitySteps.Trend(victim.Id), PageReads.MeetsDamage);
        if (poison.Contains("Fidelity", StringComparison.Ordinal)) trend.Expect(HttpStatusCode.ServiceUnavailable, "row.unreadable");
        else trend.Ok();
    }

    /// <summary>What is damaged of a learner's, {0}, and what of it stays: of two sessions, steps or drafts the other one.</summary>
    [Theory]
    [InlineData("UPDATE CoachingSessions SET StartsAt = '2027-02-04 rubbish' WHERE Id = {1}", "next drafts checkIns commitments later")]
    [InlineData("UPDATE CoachingSessions SET StartsAt = '2027-02-02 rubbish' WHERE Id = {1}", "next drafts checkIns commitments later")]
    [InlineData("UPDATE ActionItems SET DueOn = '2027-01 rubbish' WHERE Id = {2}", "next drafts checkIns commitment session")]
    [InlineData("UPDATE ActionItems SET IfThen_PlannedFor = 'rubbish' WHERE Id = {2}", "next drafts checkIns commitment session")]
    [InlineData("UPDATE Reflections SET DraftSavedAt = 'rubbish' WHERE PersonId = {0} AND Assignment LIKE '1.2%'", "next draft checkIns commitments session")]
    [InlineData("UPDATE Reflections SET Status = 'OfALaterRelease' WHERE PersonId = {0} AND Assignment LIKE '1.2%'", "next draft checkIns commitments session")]
    [InlineData("UPDATE Nudges SET ExpiresAt = '2099 rubbish' WHERE PersonId = {0} AND Status = 'Sent'", "next drafts commitments session")]
    [InlineData("UPDATE UnitProgress SET StartedAt = 'rubbish' WHERE EnrolmentId IN (SELECT Id FROM Enrolments WHERE PersonId = {0})", "checkIns commitments session")]
    [InlineData("UPDATE Enrolments SET EnrolledAt = 'rubbish' WHERE PersonId = {0}", "checkIns commitments session")]
    public async Task A_bad_row_of_somebodys_own_leaves_out_what_it_is_of_alone(string poison, string stays)
    {
        var (cohort, coach) = (await app.Cohort(), await app.Person());
        var learner = await app.Learner(cohort);
        (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok();
        await app.SweepAt(FlowingClock.Monday.AddDays(2));
        await learner.Write();
        await learner.Write("1.2-coach-supervisor-trainer");
        var sessions = new List<Guid>();
        foreach (var days in new[] { 1, 2 })
            sessions.Add((Guid)(await coach.Http.Plan(FlowingClock.Now.AddDays(days), learner.Id)).Expect(HttpStatusCode.Created)["id"]!);
        var steps = new List<Guid>();
        for (var i = 0; i < 2; i++)
            steps.Add((Guid)(await learner.Http.Post("/v1/action-items", CoachingSteps.Step(learner.EnrolmentId)))
                .Expect(HttpStatusCode.Created)["id"]!);
        await app.InDb(db => db.Database.ExecuteSqlRawAsync(
            poison, [learner.Id, sessions[0], steps[0]], TestContext.Current.CancellationToken));

        var shown = (await learner.Http.Read("/v1/me/next", PageReads.MeetsDamage)).Ok();
        var kept = new Dictionary<string, Func<bool>>
        {
            ["next"] = () => shown["next"] is not null,
            ["drafts"] = () => shown["drafts"]!.AsArray().Count == 2,
            ["draft"] = () => shown["drafts"]!.AsArray().Count == 1,
            ["checkIns"] = () => shown["checkIns"]!.AsArray().Count > 0,
            ["commitments"] = () => shown["commitments"]!.AsArray().Count == 2,
            ["commitment"] = () => (Guid)Assert.Single(shown["commitments"]!.AsArray())!["id"]! == steps[1],
            ["session"] = () => (Guid)shown["session"]!["id"]! == sessions[0],
            ["later"] = () => (Guid)shown["session"]!["id"]! == sessions[1],
        };
        Assert.All(stays.Split(' '), part => Assert.True(kept[part](), $"{part}: {shown.Body}"));
        // Nobody is sent to what cannot be opened.
        var next = (string?)(await coach.Http.Read("/v1/me/next", PageReads.MeetsDamage)).Ok()["next"]?["kind"];
        Assert.True(next is not ("record" or "close"), next);
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
            if (poison.StartsWith("UPDATE Cohorts SET Gate", StringComparison.Ordinal))
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

    [Theory]
    [MemberData(nameof(OfStaff))]
    public async Task A_bad_row_of_an_instructor_loses_nobodys_answer_and_stops_nothing_of_the_cohort(string poison)
    {
        var (admin, cohort, other, agency) = (await app.Admin(), await app.Cohort(), await app.Cohort(), await app.Agency());
        var (victim, learner, another) = (await app.Person("Vic Victim"), await app.Learner(cohort), await app.Learner(cohort));
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{victim.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id, victim.Id } })).Ok();
        var revision = await learner.HandIn();
        var ask = (await learner.Http.Post($"{learner.Unit(Anchor)}/complete", Given.IfThen())).Ok()["nudges"]![0]!["id"]!;
        await Poison(poison, new(victim.Id, "", "", victim.Http, Guid.Empty), cohort, agency);

        (await learner.Http.Post($"/v1/nudges/{ask}/response", new { outcome = "applied", needHelp = true })).Ok();
        await app.Send(new SendMails());
        Assert.Contains(app.MailsTo(cohort.Instructor.Email), m => m.Headers["Subject"] == "Someone would like to talk with you");

        (await cohort.Instructor.Review(revision, ReflectionSteps.Judgement())).Ok();
        foreach (var reader in new[] { admin, cohort.Lead })
        {
            Assert.Contains((await reader.Http.Read(cohort.Path, PageReads.MeetsDamage)).Ok()["instructors"]!.AsArray(),
                p => (Guid)p!["id"]! == cohort.Instructor.Id);
            Assert.Contains((await Walk(reader, $"/v1/people?cohort={cohort.Id}&limit=2")), p => (Guid)p["id"]! == learner.Id);
        }

        // The directory of all goes on past them, too.
        Assert.Contains((await Walk(admin, "/v1/people?q=lee&limit=2")), p => (Guid)p["id"]! == cohort.Lead.Id);
        (await admin.Http.Read("/v1/people?q=vic", PageReads.MeetsDamage)).Ok();
        (await cohort.Lead.Http.Patch(cohort.Path, new { name = $"Renamed {Guid.NewGuid():N}" })).Ok();
        var added = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new
        {
            learners = new[] { new { email = Given.Address(), name = "Nia New", timeZone = Given.Zone, agencyId = agency } },
        })).Ok();
        Assert.Equal("created", (string)added["rows"]![0]!["result"]!);
        (await admin.Http.Post($"/v1/enrolments/{another.EnrolmentId}/move", new { cohortId = other.Id })).Ok();
        (await admin.Http.Post($"{cohort.Path}/clone", new { name = "Again", startsOn = "2027-06-01" })).Expect(HttpStatusCode.Created);
        (await admin.Http.Post($"/v1/people/{cohort.Instructor.Id}/dismiss", new { reason = "They have moved on." })).Ok();
    }

    [Theory]
    [MemberData(nameof(OfStaff))]
    public async Task A_bad_row_of_one_lead_stops_no_other_cohorts_overdue_mail(string poison)
    {
        var (bad, good) = (await app.Cohort(), await app.Cohort());
        foreach (var cohort in new[] { bad, good }) await (await app.Learner(cohort)).HandIn();
        await Poison(poison, new(bad.Lead.Id, "", "", bad.Lead.Http, Guid.Empty), bad, Guid.NewGuid());
        FlowingClock.Advance(TimeSpan.FromDays(9));
        await app.Send(new EscalateOverdueReviews());
        await app.Send(new SendMails());
        Assert.Contains(app.MailsTo(good.Lead.Email), m => m.Headers["Subject"] == "Reflections wait for feedback");
    }

    [Theory]
    [InlineData("UPDATE People SET CreatedAt = 'rubbish' WHERE Id = {0}")]
    [InlineData("UPDATE People SET LeaveDays = 'rubbish' WHERE Id = {0}")]
    public async Task A_bad_row_of_an_author_loses_no_feedback(string poison)
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var review = ReflectionSteps.Review(await learner.HandIn());
        var tag = (await cohort.Instructor.Http.Post($"{review}/claim")).Ok().ETag!;
        (await cohort.Instructor.Http.Put(review, ReflectionSteps.Judgement(), ("If-Match", tag))).Ok();
        await Poison(poison, learner, cohort, Guid.NewGuid());
        (await cohort.Instructor.Http.Post($"{review}/publish")).Ok();
        await Poison("UPDATE People SET CreatedAt = '2027-01-01 00:00:00', LeaveDays = '' WHERE Id = {0}", learner, cohort, Guid.NewGuid());
        FlowingClock.Advance(TimeSpan.FromDays(1));
        await app.Send(new SendMails());
        Assert.Contains(app.MailsTo(learner.Email), m => m.Headers["Subject"] == "Your feedback is ready");
    }

    [Theory]
    [InlineData("UPDATE OutboundMails SET Kind = 'OfALaterRelease' WHERE PersonId = {0}")]
    [InlineData("UPDATE OutboundMails SET CreatedAt = 'rubbish' WHERE PersonId = {0}")]
    [InlineData("UPDATE OutboundMails SET FailedAt = 'rubbish' WHERE PersonId = {0}")]
    [InlineData("UPDATE NudgeMessages SET CreatedAt = 'rubbish' WHERE PersonId = {0}")]
    [InlineData("UPDATE NudgeMessages SET FailedAt = 'rubbish' WHERE PersonId = {0}")]
    public async Task One_bad_mail_hides_no_other_from_admins(string poison)
    {
        var (cohort, agency, victim) = await Working();
        var (_, _, other) = await Working();
        await app.InDb(async db =>
        {
            var now = FlowingClock.Now.UtcDateTime;
            var people = new[] { victim.Id, other.Id };
            var mails = await db.OutboundMails.Where(m => people.Contains(m.PersonId!.Value) && m.SentAt == null)
                .ToListAsync(TestContext.Current.CancellationToken);
            var checkIns = people.Select(id => NudgeMessage.Claim(id, DateOnly.FromDateTime(now), now)).ToList();
            db.AddRange(checkIns);
            foreach (var mail in mails.Concat<MailMessage>(checkIns))
            {
                do mail.Claim(now);
                while (!mail.ScheduleRetry(now, "There is no such mailbox."));
            }

            return await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        await Poison(poison, victim, cohort, agency);
        var admin = await app.Admin();
        var failed = (await Walk(admin, "/v1/mails?limit=1")).Where(m => (Guid)m["recipient"]!["id"]! == other.Id).ToList();
        Assert.Contains(failed, m => (string)m["kind"]! == "feedbackReady");
        Assert.Contains(failed, m => (string)m["kind"]! == "checkIn");
        (await admin.Http.Read("/v1/mails?status=pending", PageReads.MeetsDamage)).Ok();
    }

    [Fact]
    public async Task One_bad_message_hides_no_other_of_its_thread()
    {
        var (_, _, learner) = await Working();
        var thread = $"{learner.Reflection()}/thread";
        foreach (var text in new[] { "The first one.", "The second one.", "The third one." })
        {
            (await learner.Http.Post(thread, new { text })).Expect(HttpStatusCode.Created);
            FlowingClock.Advance(TimeSpan.FromMinutes(1));
        }

        await app.InDb(db => db.Database.ExecuteSqlRawAsync(
            "UPDATE ReflectionMessages SET At = 'rubbish' WHERE Text = 'The second one.' AND PersonId = {0}", [learner.Id],
            TestContext.Current.CancellationToken));
        Assert.Equal(["The first one.", "The third one."], (await Walk(learner.Http, $"{thread}?limit=1")).Select(m => (string)m["text"]!));
    }

    [Fact]
    public async Task One_bad_version_hides_no_other_curriculum()
    {
        var (slug, writer) = (SecondCourse.NewSlug(), await app.Admin());
        (await writer.Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(SecondCourse.Of(slug))))
            .Expect(HttpStatusCode.Created);
        await app.InDb(db => db.Database.ExecuteSqlRawAsync("UPDATE Curricula SET PublishedAt = 'rubbish' WHERE Slug = {0}", [slug],
            TestContext.Current.CancellationToken));
        var admin = await app.Admin();
        Assert.Contains(await Walk(admin, "/v1/curricula?limit=1"), c => (string)c["slug"]! == Given.Course);
        Assert.Empty((await admin.Http.Read($"/v1/curricula/{slug}/versions", PageReads.MeetsDamage)).Ok()["items"]!.AsArray());
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

    private static Task<List<JsonNode>> Walk(TestPerson reader, string path) => Walk(reader.Http, path);

    private static async Task<List<JsonNode>> Walk(HttpClient reader, string path)
    {
        var all = new List<JsonNode>();
        for (string? next = path; next is not null;)
        {
            var page = (await reader.Read(next, PageReads.MeetsDamage)).Ok();
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
