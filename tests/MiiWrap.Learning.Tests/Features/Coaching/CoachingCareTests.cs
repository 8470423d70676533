using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Features.Coaching;
using MiiWrap.Learning.Api.Features.FollowUps;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Coaching;

/// <summary>What the program does by itself about coaching: mails with dates, what is never recorded, and who is not coached.</summary>
[Collection(nameof(MaintenanceCollection))]
[StandingClock(YearsLater = true)]
public sealed class CoachingCareTests(MaintenanceApp app)
{
    private static readonly string[] Silent = ["Maria", "instructor", "Ines"];

    [Fact]
    public async Task Who_takes_part_is_told_by_a_mail_with_the_date_and_nothing_else()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var coach = cohort.Instructor.Http;
        var planned = (await coach.Plan(FlowingClock.Now.AddDays(9), learner.Id)).Expect(HttpStatusCode.Created);
        await app.Send(new SendMails());
        var mail = Assert.Single(app.MailsTo(learner.Email));
        Assert.Equal("Your coaching sessions", mail.Headers["Subject"]);
        Assert.Contains("Wednesday, 8 February 2034, 09:00 (America/Chicago), 45 minutes", mail.Text, StringComparison.Ordinal);
        Assert.Contains("coaching-sessions.ics", mail.Raw, StringComparison.Ordinal);
        Assert.All(Silent, word => Assert.DoesNotContain(word, mail.Text, StringComparison.OrdinalIgnoreCase));

        (await coach.Patch(planned.Headers["Location"], new { startsAt = FlowingClock.Now.AddDays(10) }, ("If-Match", planned.ETag!))).Ok();
        (await coach.Patch(planned.Headers["Location"], new { startsAt = FlowingClock.Now.AddDays(11) }, ("If-Match", "*"))).Ok();
        await app.Send(new SendMails());
        // Two moves before the mail goes are one mail.
        var moved = Assert.Single(app.MailsTo(learner.Email), m => m.Headers["Subject"] == "Your coaching session has another time");
        Assert.Contains("Friday, 10 February", moved.Text, StringComparison.Ordinal);

        (await learner.Http.Post($"{planned.Headers["Location"]}/cancel", new { reason = "I am away that week." })).Ok();
        await app.Send(new SendMails());
        Assert.Equal(2, app.MailsTo(learner.Email).Count);
        var told = Assert.Single(app.MailsTo(cohort.Instructor.Email));
        Assert.Contains("It does not take place:", told.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("away that week", told.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_gets_the_mail_of_a_session_while_it_is_moved_gets_another()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var planned = (await cohort.Instructor.Http.Plan(FlowingClock.Now.AddDays(9), learner.Id)).Expect(HttpStatusCode.Created);
        var id = (Guid)planned["id"]!;
        Task<int> OnItsWay(Action<OutboundMail> change) => app.InDb(async db =>
        {
            change(await db.OutboundMails.SingleAsync(m => m.SessionId == id && m.Kind == MailKind.SessionPlanned));
            return await db.SaveChangesAsync();
        });
        await OnItsWay(mail => mail.Claim(FlowingClock.Now.UtcDateTime));
        (await cohort.Instructor.Http.Patch(
            planned.Headers["Location"], new { startsAt = FlowingClock.Now.AddDays(10) }, ("If-Match", "*"))).Ok();
        await OnItsWay(mail => mail.MarkSent(FlowingClock.Now.UtcDateTime));
        await app.Send(new SendMails());
        Assert.Contains(app.MailsTo(learner.Email), m => m.Headers["Subject"] == "Your coaching session has another time");
    }

    [Fact]
    public async Task A_mail_tells_of_no_session_but_its_receivers_own()
    {
        var cohort = await app.Cohort();
        var (ana, ben, coach) = (await app.Learner(cohort), await app.Learner(cohort), await app.Person());
        (await cohort.LetCoach(coach.Id, ben.Id)).Expect(HttpStatusCode.Created);
        (await cohort.Instructor.Http.Plan(FlowingClock.Now.AddDays(9), ana.Id)).Expect(HttpStatusCode.Created);
        (await coach.Http.Plan(FlowingClock.Now.AddDays(10), ben.Id)).Expect(HttpStatusCode.Created);
        await app.Send(new SendMails());
        foreach (var learner in new[] { ana, ben })
        {
            var mail = Assert.Single(app.MailsTo(learner.Email), m => m.Headers["Subject"] == "Your coaching sessions");
            Assert.Single(mail.Text.Split('\n'), line => line.Contains("45 minutes", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Who_is_back_after_a_mistake_is_expected_again_and_both_sides_hear_of_it()
    {
        var cohort = await app.Cohort();
        var (ana, ben) = (await app.Learner(cohort), await app.Learner(cohort));
        var coach = cohort.Instructor.Http;
        async Task<string> Planned(params Guid[] people) =>
            (await coach.Plan(FlowingClock.Now.AddDays(9), people)).Expect(HttpStatusCode.Created).Headers["Location"];
        var (alone, group, excused, calledOff) = (await Planned(ana.Id), await Planned(ana.Id, ben.Id), await Planned(ana.Id, ben.Id),
            await Planned(ana.Id));
        (await ana.Http.Post($"{excused}/cancel", new { reason = "I am away that week." })).Ok();
        (await coach.Post($"{calledOff}/cancel", new { reason = "I am away that week." })).Ok();
        (await cohort.Lead.Http.Post($"{ana.Journey}/withdraw")).Ok();
        await app.Send(new SendMails());
        var before = (app.MailsTo(ana.Email).Count, app.MailsTo(cohort.Instructor.Email).Count);
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = ana.Email, name = ana.Name, timeZone = Given.Zone } } })).Ok();
        async Task<string> Stands(string path)
        {
            var session = (await coach.Read(path)).Ok();
            var part = session["participants"]!.AsArray().Single(p => (Guid)p!["personId"]! == ana.Id)!;
            return $"{(string)session["status"]!} {(string?)part["attendance"]}";
        }

        Assert.Equal(["planned ", "planned ", "planned excused", "cancelled "],
            [await Stands(alone), await Stands(group), await Stands(excused), await Stands(calledOff)]);
        await app.Send(new SendMails());
        Assert.Equal(before.Item2 + 1, app.MailsTo(cohort.Instructor.Email).Count);
        Assert.Contains(app.MailsTo(ana.Email).Skip(before.Item1), m => m.Headers["Subject"] == "Your coaching sessions");
    }

    [Fact]
    public async Task Sessions_stand_in_the_calendars_of_both_without_a_name()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var planned = (await cohort.Instructor.Http.Plan(FlowingClock.Now.AddDays(9), learner.Id)).Expect(HttpStatusCode.Created);
        async Task<string> Calendar(HttpClient of)
        {
            var url = new Uri((string)(await of.Post("/v1/me/calendar")).Ok()["url"]!);
            return (await Session.Anonymous(app).Read(url.PathAndQuery)).Ok().Body;
        }

        foreach (var of in new[] { learner.Http, cohort.Instructor.Http })
        {
            var calendar = await Calendar(of);
            Assert.Contains("SUMMARY:Coaching session", calendar, StringComparison.Ordinal);
            Assert.Contains($"UID:{(string)planned["id"]!}@", calendar, StringComparison.Ordinal);
            Assert.Contains("DURATION:PT45M", calendar, StringComparison.Ordinal);
            Assert.DoesNotContain(learner.Name, calendar, StringComparison.Ordinal);
        }

        (await cohort.Instructor.Http.Post($"{planned.Headers["Location"]}/cancel", new { reason = "The office is closed then." })).Ok();
        Assert.DoesNotContain("Coaching session", await Calendar(learner.Http), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_records_within_a_fortnight_counts_nowhere_and_stays_on_the_desk()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var coach = cohort.Instructor.Http;
        var planned = (await coach.Plan(FlowingClock.Now.AddHours(1), learner.Id)).Expect(HttpStatusCode.Created);
        FlowingClock.Advance(TimeSpan.FromDays(14));
        await app.Send(new GiveUpUnrecorded());
        Assert.Equal("planned", (string)(await coach.Read(planned.Headers["Location"])).Ok()["status"]!);
        FlowingClock.Advance(TimeSpan.FromHours(2));
        await app.Send(new GiveUpUnrecorded());
        Assert.Equal("unrecorded", (string)(await coach.Read(planned.Headers["Location"])).Ok()["status"]!);
        Assert.Single((await coach.Read("/v1/me/coaching")).Ok()["unrecorded"]!.AsArray());
        (await coach.Record((Guid)planned["id"]!, null, CoachingSteps.Part(learner.Id))).Expect(HttpStatusCode.Conflict, "session.frozen");
        Assert.Equal(0, (int)(await learner.Http.Dosage(learner))["minutes"]!);
    }

    [Fact]
    public async Task Who_misses_two_sessions_in_a_row_is_seen_to()
    {
        var cohort = await app.Cohort();
        var (learner, other) = (await app.Learner(cohort), await app.Learner(cohort));
        var coach = cohort.Instructor.Http;
        Assert.Empty(await Reasons(cohort));
        await coach.Log(CoachingSteps.Part(learner.Id, "noShow"));
        FlowingClock.Advance(TimeSpan.FromDays(7));
        // One that they had said they could not come to is none.
        await coach.Log(CoachingSteps.Part(learner.Id, "excused"), CoachingSteps.Part(other.Id));
        Assert.Empty(await Reasons(cohort));
        FlowingClock.Advance(TimeSpan.FromDays(7));
        await coach.Log(CoachingSteps.Part(learner.Id, "noShow"));
        Assert.Equal([$"{learner.EnrolmentId} missedSessions"], await Reasons(cohort));
    }

    [Fact]
    public async Task Two_in_a_row_are_two_whichever_is_recorded_first_and_are_told_once()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var coach = cohort.Instructor.Http;
        async Task<string> Planned(int days) =>
            (await coach.Plan(FlowingClock.Now.AddDays(days), learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        var (first, second) = (await Planned(1), await Planned(2));
        static Guid IdOf(string path) => Guid.Parse(path[^36..]);
        FlowingClock.Advance(TimeSpan.FromDays(3));
        (await coach.Record(IdOf(second), null, CoachingSteps.Part(learner.Id, "noShow"))).Ok();
        Assert.Empty(await Reasons(cohort));
        var recorded = (await coach.Record(IdOf(first), null, CoachingSteps.Part(learner.Id, "noShow"))).Ok();
        Assert.Equal([$"{learner.EnrolmentId} missedSessions"], await Reasons(cohort));

        var open = (await coach.Read($"{cohort.Path}/followups")).Ok()["items"]![0]!;
        (await coach.Post($"{cohort.Path}/followups/{(Guid)open["id"]!}/close", new { outcome = "spoke" })).Ok();
        // Another length is no other news.
        (await coach.Put($"{CoachingSteps.Session(IdOf(first))}/record",
            new { mode = "live", minutes = 30, participants = new[] { CoachingSteps.Part(learner.Id, "noShow") } },
            ("If-Match", recorded.ETag!))).Ok();
        Assert.Empty(await Reasons(cohort));
    }

    [Fact]
    public async Task Who_was_to_be_coached_and_was_not_for_six_weeks_is_seen_to_once()
    {
        var cohort = await app.Cohort();
        var (coached, expected, nobodys) = (await app.Learner(cohort), await app.Learner(cohort), await app.Learner(cohort));
        var coach = await app.Person();
        (await cohort.LetCoach(coach.Id, expected.Id)).Expect(HttpStatusCode.Created);
        await cohort.Instructor.Http.Log(CoachingSteps.Part(coached.Id));
        FlowingClock.Advance(TimeSpan.FromDays(20));
        await cohort.Instructor.Http.Log(CoachingSteps.Part(coached.Id));
        FlowingClock.Advance(TimeSpan.FromDays(23));
        await app.Send(new DetectMissingCoaching());
        await app.Send(new DetectMissingCoaching());
        Assert.Equal([$"{expected.EnrolmentId} noContact"], await Reasons(cohort));
        FlowingClock.Advance(TimeSpan.FromDays(20));
        await app.Send(new DetectMissingCoaching());
        Assert.Equal(2, (await Reasons(cohort)).Count);
        Assert.DoesNotContain(await Reasons(cohort), r => r.StartsWith($"{nobodys.EnrolmentId}", StringComparison.Ordinal));

        // Where coaching is no part of the programme nobody is told.
        var silent = await app.Cohort();
        (await silent.LetCoach(coach.Id, (await app.Learner(silent)).Id)).Expect(HttpStatusCode.Created);
        (await silent.Lead.Http.Patch(silent.Path, new { coaching = false })).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(43));
        await app.Send(new DetectMissingCoaching());
        Assert.Empty(await Reasons(silent));
    }

    [Fact]
    public async Task Nobody_is_missed_before_their_cohort_begins_nor_for_the_time_in_which_they_were_away()
    {
        var start = DateOnly.FromDateTime(FlowingClock.Now.UtcDateTime).AddDays(60);
        var (early, cohort) = (await app.Cohort(startsOn: start), await app.Cohort());
        var (enrolled, away) = (await app.Learner(early), await app.Learner(cohort));
        (await early.LetCoach(early.Instructor.Id, enrolled.Id)).Expect(HttpStatusCode.Created);
        (await cohort.LetCoach(cohort.Instructor.Id, away.Id)).Expect(HttpStatusCode.Created);
        FlowingClock.Advance(TimeSpan.FromDays(20));
        (await cohort.Lead.Http.Post($"{away.Journey}/withdraw")).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(30));
        await Enrol(cohort, away);
        await app.Send(new DetectMissingCoaching());
        Assert.Empty((await Reasons(early)).Concat(await Reasons(cohort)));
        FlowingClock.Advance(TimeSpan.FromDays(43));
        await app.Send(new DetectMissingCoaching());
        Assert.Equal([$"{away.EnrolmentId} noContact"], (await Reasons(early)).Concat(await Reasons(cohort)));
        FlowingClock.Advance(TimeSpan.FromDays(10));
        await app.Send(new DetectMissingCoaching());
        Assert.Equal([$"{enrolled.EnrolmentId} noContact"], await Reasons(early));
    }

    [Fact]
    public async Task Nobody_is_missed_while_they_have_no_access_nor_for_the_time_in_which_their_cohort_was_closed()
    {
        var (cohort, closed, admin) = (await app.Cohort(), await app.Cohort(), await app.Admin());
        var (suspended, waiting) = (await app.Learner(cohort), await app.Learner(closed));
        (await cohort.LetCoach(cohort.Instructor.Id, suspended.Id)).Expect(HttpStatusCode.Created);
        (await closed.LetCoach(closed.Instructor.Id, waiting.Id)).Expect(HttpStatusCode.Created);
        FlowingClock.Advance(TimeSpan.FromDays(8));
        (await admin.Http.Post($"/v1/people/{suspended.Id}/suspend", new { reason = "Away for a while." })).Ok();
        (await closed.Lead.Http.Post($"{closed.Path}/close")).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(40));
        await app.Send(new DetectMissingCoaching());
        Assert.Empty((await Reasons(cohort)).Concat(await Reasons(closed)));
        (await admin.Http.Post($"/v1/people/{suspended.Id}/resume")).Ok();
        (await closed.Lead.Http.Post($"{closed.Path}/reopen")).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(2));
        await app.Send(new DetectMissingCoaching());
        Assert.Empty((await Reasons(cohort)).Concat(await Reasons(closed)));
        Assert.DoesNotContain("no activity", (await closed.Lead.Http.Read($"{closed.Path}/progress")).Ok().Body, StringComparison.Ordinal);
        FlowingClock.Advance(TimeSpan.FromDays(43));
        await app.Send(new DetectMissingCoaching());
        Assert.Equal([$"{suspended.EnrolmentId} noContact"], await Reasons(cohort));
        Assert.Equal([$"{waiting.EnrolmentId} noContact"], await Reasons(closed));
    }

    [Fact]
    public async Task Who_is_to_be_coached_in_one_cohort_is_not_missed_in_another()
    {
        var (here, elsewhere) = (await app.Cohort(), await app.Cohort());
        var learner = await app.Learner(here);
        await Enrol(elsewhere, learner);
        (await here.LetCoach((await app.Person()).Id, learner.Id)).Expect(HttpStatusCode.Created);
        FlowingClock.Advance(TimeSpan.FromDays(43));
        await app.Send(new DetectMissingCoaching());
        Assert.Equal([$"{learner.EnrolmentId} noContact"], await Reasons(here));
        Assert.Empty(await Reasons(elsewhere));
    }

    [Fact]
    public async Task Whoever_accepts_one_offer_takes_over_no_coaching_of_another()
    {
        var (here, elsewhere, agency) = (await app.Cohort(), await app.Cohort(), await app.Agency());
        foreach (var cohort in new[] { here, elsewhere }) await app.Learner(cohort, agencyId: agency);
        var (known, client) = (await app.Person("Kim Known"), await Client(agency));
        async Task<Guid> Offer(TestCohort cohort) => (Guid)(await client.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = known.Email, name = "Kim", timeZone = Given.Zone, agencyId = agency } } }))
            .Ok()["rows"]![0]!["enrolmentId"]!;
        var (offered, other) = (await Offer(here), await Offer(elsewhere));
        // The lead has corrected it: they learn there by themselves.
        (await here.Lead.Http.Put($"/v1/enrolments/{offered}/agency", new { agencyId = (Guid?)null })).Ok();
        var standIn = await app.InDb(db => db.Enrolments.Where(e => e.Id == other).Select(e => e.PersonId).SingleAsync());
        foreach (var cohort in new[] { here, elsewhere })
            (await cohort.LetCoach(cohort.Instructor.Id, standIn)).Expect(HttpStatusCode.Created);

        (await known.Http.Post($"/v1/me/enrolment-offers/{offered}/accept")).Ok();
        var taken = Assert.Single((await known.Http.Read($"{CoachingSteps.Relationships}?as=coachee")).Ok()["items"]!.AsArray());
        Assert.Equal(here.Id, (Guid)taken!["cohortId"]!);
    }

    [Fact]
    public async Task Whom_somebody_would_coach_who_supervises_them_is_asked_by_mail()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var supervisor = await app.Member(agency, Domain.Cohorts.AgencyRole.Supervisor);
        var learner = await app.Learner(cohort, agencyId: agency);
        (await cohort.LetCoach(supervisor.Id, learner.Id)).Expect(HttpStatusCode.Created);
        await app.Send(new SendMails());
        var mail = Assert.Single(app.MailsTo(learner.Email));
        Assert.Equal("Somebody would like to coach you", mail.Headers["Subject"]);
        Assert.DoesNotContain(supervisor.Name, mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_asked_again_and_again_in_one_night_gets_one_mail_for_what_still_stands()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var supervisor = await app.Member(agency, Domain.Cohorts.AgencyRole.Supervisor);
        var (asked, spared) = (await app.Learner(cohort, agencyId: agency), await app.Learner(cohort, agencyId: agency));
        FlowingClock.Advance(TimeSpan.FromHours(10));
        foreach (var learner in new[] { asked, spared })
        {
            for (var i = 0; i < 4; i++)
            {
                var begun = (await cohort.LetCoach(supervisor.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
                if (i < 3 || learner == spared)
                    (await cohort.Lead.Http.Post($"{begun}/end", new { reason = "Another try at another time." })).Ok();
            }
        }

        FlowingClock.Advance(TimeSpan.FromHours(14));
        await app.Send(new SendMails());
        Assert.Equal("Somebody would like to coach you", Assert.Single(app.MailsTo(asked.Email)).Headers["Subject"]);
        Assert.Empty(app.MailsTo(spared.Email));
    }

    [Fact]
    public async Task Who_was_away_for_a_night_is_said_to_be_away_by_no_mail_in_the_morning()
    {
        var cohort = await app.Cohort();
        var (ana, ben) = (await app.Learner(cohort), await app.Learner(cohort));
        (await cohort.Instructor.Http.Plan(FlowingClock.Now.AddDays(9), ana.Id)).Expect(HttpStatusCode.Created);
        (await cohort.Instructor.Http.Plan(FlowingClock.Now.AddDays(9), ana.Id, ben.Id)).Expect(HttpStatusCode.Created);
        await app.Send(new SendMails());
        FlowingClock.Advance(TimeSpan.FromHours(10));
        (await cohort.Lead.Http.Post($"{ana.Journey}/withdraw")).Ok();
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = ana.Email, name = ana.Name, timeZone = Given.Zone } } })).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(14));
        await app.Send(new SendMails());
        foreach (var person in new[] { cohort.Instructor.Email, ana.Email, ben.Email })
            Assert.DoesNotContain(app.MailsTo(person), m => m.Headers["Subject"] == "About your coaching session");
    }

    [Fact]
    public async Task Whose_coach_comes_to_supervise_them_is_asked_by_mail()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var (coach, other, admin) = (await app.Person(), await app.Person(), await app.Admin());
        var (learner, free) = (await app.Learner(cohort, agencyId: agency), await app.Learner(cohort));
        foreach (var (by, whom) in new[] { (coach, learner), (other, free), (coach, free) })
            (await cohort.LetCoach(by.Id, whom.Id)).Expect(HttpStatusCode.Created);
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{coach.Id}", new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        await app.Send(new SendMails());
        Assert.Equal("Somebody would like to coach you", Assert.Single(app.MailsTo(learner.Email)).Headers["Subject"]);
        int Asked() => app.MailsTo(free.Email).Count(m => m.Headers["Subject"] == "Somebody would like to coach you");
        Assert.Equal(0, Asked());
        // And so is who comes to the agency whose supervisor coaches them.
        (await cohort.Lead.Http.Put($"{free.Journey}/agency", new { agencyId = agency })).Ok();
        await app.Send(new SendMails());
        Assert.Equal(1, Asked());
    }

    [Fact]
    public async Task Whom_an_agencys_program_has_enrolled_under_another_address_keeps_their_sessions_once_they_accept()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var known = await app.Person("Kim Known");
        var client = await Client(agency);
        var row = (await client.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = known.Email, name = "Kim", timeZone = Given.Zone, agencyId = agency } } })).Ok()["rows"]![0]!;
        var enrolmentId = (Guid)row["enrolmentId"]!;
        var standIn = await app.InDb(db => db.Enrolments.Where(e => e.Id == enrolmentId).Select(e => e.PersonId).SingleAsync());
        var planned = (await cohort.Instructor.Http.Plan(FlowingClock.Now.AddDays(9), standIn)).Expect(HttpStatusCode.Created);
        (await cohort.LetCoach(cohort.Instructor.Id, standIn)).Expect(HttpStatusCode.Created);
        (await known.Http.Read(planned.Headers["Location"])).Expect(HttpStatusCode.NotFound);

        (await known.Http.Post($"/v1/me/enrolment-offers/{enrolmentId}/accept")).Ok();
        Assert.Equal(known.Name, (string)(await known.Http.Read(planned.Headers["Location"])).Ok()["participants"]![0]!["name"]!);
        Assert.Single((await known.Http.Read("/v1/coaching-relationships?as=coachee")).Ok()["items"]!.AsArray());
    }

    [Fact]
    public async Task Who_takes_part_or_coaches_anyway_does_so_once_when_they_accept_what_was_offered_to_somebody_in_their_stead()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var (learner, coach, client) = (await app.Learner(cohort, "Kim Known"), cohort.Instructor, await Client(agency));
        async Task<(Guid Enrolment, Guid Person)> Offer(string email)
        {
            var id = (Guid)(await client.Post($"{cohort.Path}/enrolments",
                new { learners = new[] { new { email, name = "Kim", timeZone = Given.Zone, agencyId = agency } } })).Ok()["rows"]![0]!["enrolmentId"]!;
            return (id, await app.InDb(db => db.Enrolments.Where(e => e.Id == id).Select(e => e.PersonId).SingleAsync()));
        }

        var (ofLearner, ofCoach) = (await Offer(learner.Email), await Offer(coach.Email));
        async Task<string> Planned(params Guid[] people) =>
            (await coach.Http.Plan(FlowingClock.Now.AddDays(9), people)).Expect(HttpStatusCode.Created).Headers["Location"];
        var (both, self) = (await Planned(learner.Id, ofLearner.Person), await Planned(ofCoach.Person));
        foreach (var person in new[] { learner.Id, ofLearner.Person, ofCoach.Person })
            (await cohort.LetCoach(coach.Id, person)).Expect(HttpStatusCode.Created);

        (await learner.Http.Post($"/v1/me/enrolment-offers/{ofLearner.Enrolment}/accept")).Ok();
        (await coach.Http.Post($"/v1/me/enrolment-offers/{ofCoach.Enrolment}/accept")).Ok();
        Assert.Equal(learner.Id, (Guid)Assert.Single((await coach.Http.Read(both)).Ok()["participants"]!.AsArray())!["personId"]!);
        Assert.Equal("cancelled", (string)(await coach.Http.Read(self)).Ok()["status"]!);
        var relationships = (await coach.Http.Read($"{CoachingSteps.Relationships}?as=coach")).Ok()["items"]!.AsArray();
        Assert.Equal(learner.Id, (Guid)Assert.Single(relationships, r => (string)r!["state"]! == "active")!["coachee"]!["id"]!);
    }

    private Task<HttpClient> Client(Guid agency) => app.Client(agency, "enrolments:write");

    private static async Task Enrol(TestCohort cohort, TestLearner learner) => (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
        new { learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone } } })).Ok();

    private static async Task<IReadOnlyList<string>> Reasons(TestCohort cohort) =>
    [
        .. (await cohort.Lead.Http.Read($"{cohort.Path}/followups?status=open")).Ok()["items"]!.AsArray()
            .SelectMany(f => f!["reasons"]!.AsArray().Select(r => $"{(string)f["enrolmentId"]!} {(string)r!}")),
    ];
}
