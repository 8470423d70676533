using System.Net;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Coaching;

/// <summary>Whoever coaches somebody no more, for whatever reason, holds no session with them any more.</summary>
[Collection(nameof(MaintenanceCollection))]
[StandingClock(YearsLater = true)]
public sealed class FollowLearnersTests(MaintenanceApp app)
{
    private const string CalledOff = "About your coaching session";
    private const string OnAgain = "Your coaching sessions";

    [Fact]
    public async Task An_instructor_who_leaves_the_cohort_leaves_its_sessions()
    {
        var (cohort, second) = (await app.Cohort(), await app.Person("Ines Cole"));
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id, second.Id } })).Ok();
        var (ana, ben, own) = (await app.Learner(cohort), await app.Learner(cohort), await app.Learner(cohort));
        (await cohort.LetCoach(second.Id, own.Id)).Expect(HttpStatusCode.Created);
        var (group, kept) = (await Planned(second.Http, ana.Id, ben.Id), await Planned(second.Http, own.Id));
        (await cohort.Lead.Http.Patch(cohort.Path, new { instructors = new[] { cohort.Instructor.Id } })).Ok();
        Assert.Equal(("cancelled", "agency"), await StateOf(ana.Http, group));
        // Whom they coach by a relationship they coach as before.
        Assert.Equal("planned", (await StateOf(own.Http, kept)).Status);
        await MayDoNothing(second, group);
        await app.Send(new SendMails());
        foreach (var learner in new[] { ana, ben })
            Assert.Single(app.MailsTo(learner.Email), m => m.Headers["Subject"] == CalledOff);
        Assert.DoesNotContain(app.MailsTo(own.Email), m => m.Headers["Subject"] == CalledOff);
    }

    [Fact]
    public async Task A_coach_who_is_dismissed_coaches_nobody_and_does_not_when_they_are_back()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var (coach, learner) = (await app.Person(), await app.Learner(cohort));
        var path = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        var (his, taught) = (await Planned(coach.Http, learner.Id), await Planned(cohort.Instructor.Http, learner.Id));
        foreach (var gone in new[] { coach, cohort.Instructor })
            (await admin.Http.Post($"/v1/people/{gone.Id}/dismiss", new { reason = "The employment ended in autumn." })).Ok();
        foreach (var session in new[] { his, taught }) Assert.Equal("cancelled", (await StateOf(learner.Http, session)).Status);
        Assert.Equal("ended", (string)(await learner.Http.Read(path)).Ok()["state"]!);
        await app.Send(new SendMails());
        Assert.Equal(2, app.MailsTo(learner.Email).Count(m => m.Headers["Subject"] == CalledOff));

        (await admin.Http.Post($"/v1/people/{coach.Id}/resume")).Ok();
        Assert.Equal("ended", (string)(await learner.Http.Read(path)).Ok()["state"]!);
    }

    [Fact]
    public async Task Whose_agency_is_another_is_coached_there_no_more()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var supervisor = await app.Member(agency, AgencyRole.Supervisor);
        var (peer, learner) = (await app.Learner(cohort, agencyId: agency), await app.Learner(cohort, agencyId: agency));
        (await supervisor.Http.Post(CoachingSteps.Relationships, new { coachId = peer.Id, coacheeId = learner.Id, agencyId = agency }))
            .Expect(HttpStatusCode.Created);
        var (his, taught) = (await Planned(peer.Http, learner.Id), await Planned(cohort.Instructor.Http, learner.Id));
        (await cohort.Lead.Http.Put($"{learner.Journey}/agency", new { agencyId = (Guid?)null })).Ok();
        Assert.Equal(("cancelled", "agency"), await StateOf(learner.Http, his));
        Assert.Equal("planned", (await StateOf(learner.Http, taught)).Status);
    }

    [Fact]
    public async Task Whoever_comes_to_supervise_keeps_no_session_for_which_consent_is_needed_by_now()
    {
        var (admin, cohort, agency) = (await app.Admin(), await app.Cohort(), await app.Agency());
        var (coach, ana, ben) = (await app.Person(), await app.Learner(cohort, agencyId: agency), await app.Learner(cohort));
        foreach (var learner in new[] { ana, ben }) (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        var (hers, his) = (await Planned(coach.Http, ana.Id), await Planned(coach.Http, ben.Id));
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{coach.Id}", new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        Assert.Equal(("cancelled", "agency"), await StateOf(ana.Http, hers));
        await MayDoNothing(coach, hers);
        Assert.Equal("planned", (await StateOf(ben.Http, his)).Status);

        // And so it is for who comes under their agency, by another enrolment.
        var elsewhere = await app.Cohort();
        await app.Learner(elsewhere, agencyId: agency);
        (await elsewhere.Lead.Http.Post($"{elsewhere.Path}/enrolments",
            new { learners = new[] { new { email = ben.Email, name = ben.Name, timeZone = Given.Zone, agencyId = agency } } })).Ok();
        Assert.Equal(("cancelled", "agency"), await StateOf(ben.Http, his));
        await app.Send(new SendMails());
        Assert.Contains(app.MailsTo(ben.Email), m => m.Headers["Subject"] == "Somebody would like to coach you");
    }

    [Fact]
    public async Task Who_coaches_no_more_moves_nothing_that_was_into_the_days_to_come()
    {
        var cohort = await app.Cohort();
        var (coach, learner) = (await app.Person(), await app.Learner(cohort));
        var path = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        var planned = await Planned(coach.Http, learner.Id);
        FlowingClock.Advance(TimeSpan.FromDays(10));
        (await learner.Http.Post($"{path}/end", new { reason = "I change to another team." })).Ok();
        (await coach.Http.Patch(planned, new { startsAt = FlowingClock.Now.AddDays(2) }, ("If-Match", "*")))
            .Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        // What was is theirs to record.
        (await coach.Http.Record(Guid.Parse(planned[^36..]), null, CoachingSteps.Part(learner.Id))).Ok();
    }

    [Fact]
    public async Task What_was_off_since_the_coaching_ended_stays_off_for_who_leaves_and_comes_back()
    {
        var cohort = await app.Cohort();
        var (coach, learner, other) = (await app.Person(), await app.Learner(cohort), await app.Learner(cohort));
        (await cohort.LetCoach(coach.Id, other.Id)).Expect(HttpStatusCode.Created);
        var first = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        var (alone, group) = (await Planned(coach.Http, learner.Id), await Planned(coach.Http, learner.Id, other.Id));
        var taught = await Planned(cohort.Instructor.Http, learner.Id);
        (await cohort.Lead.Http.Post($"{first}/end", new { reason = "Somebody else goes on with it." })).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(1));
        (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        var later = await Planned(coach.Http, learner.Id);
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        foreach (var session in new[] { alone, taught, later }) Assert.Equal(("cancelled", "agency"), await StateOf(learner.Http, session));
        FlowingClock.Advance(TimeSpan.FromHours(1));
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments?resume=true",
            new { learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone } } })).Ok();
        // It was not the leaving that had called it off, or taken them out of the call.
        Assert.Equal(("cancelled", "agency"), await StateOf(learner.Http, alone));
        Assert.Contains((await coach.Http.Read(group)).Ok()["participants"]!.AsArray(),
            p => (Guid)p!["personId"]! == learner.Id && (string?)p["attendance"] == "excused");
        foreach (var session in new[] { taught, later }) Assert.Equal("planned", (await StateOf(learner.Http, session)).Status);
    }

    [Fact]
    public async Task Where_the_instructor_was_away_what_was_off_for_that_stays_off_too()
    {
        var cohort = await app.Cohort();
        var (second, learner) = (await app.Person("Ines Cole"), await app.Learner(cohort));
        await Staff(cohort.Instructor.Id, second.Id);
        var session = await Planned(second.Http, learner.Id);
        await Staff(cohort.Instructor.Id);
        FlowingClock.Advance(TimeSpan.FromHours(1));
        await Staff(cohort.Instructor.Id, second.Id);
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments?resume=true",
            new { learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone } } })).Ok();
        Assert.Equal(("cancelled", "agency"), await StateOf(learner.Http, session));

        async Task Staff(params Guid[] instructors) => (await cohort.Lead.Http.Patch(cohort.Path, new { instructors })).Ok();
    }

    [Fact]
    public async Task Nothing_is_planned_beside_the_end()
    {
        var cohort = await app.Cohort();
        var (coach, learner) = (await app.Person(), await app.Learner(cohort));
        for (var round = 0; round < 12; round++)
        {
            var path = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
            var planning = Enumerable.Range(8, 2).Select(days => coach.Http.Plan(FlowingClock.Now.AddDays(days), learner.Id)).ToList();
            (await cohort.Lead.Http.Post($"{path}/end", new { reason = "They go on with another one." })).Ok();
            foreach (var planned in await Task.WhenAll(planning))
            {
                if (planned.Status == HttpStatusCode.Created)
                    Assert.Equal("cancelled", (await StateOf(learner.Http, planned.Headers["Location"])).Status);
                else planned.Expect(HttpStatusCode.Forbidden, "coaching.notYours");
            }
        }
    }

    [Fact]
    public async Task What_was_said_to_a_stand_in_of_the_same_call_is_the_persons()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var (learner, coach) = (await app.Learner(cohort, "Kim Known"), cohort.Instructor.Http);
        var (offered, standIn) = await app.Offer(cohort, agency, learner.Email);
        var session = await coach.Log(
            CoachingSteps.Part(learner.Id, "noShow"), CoachingSteps.Part(standIn, observed: true, feedback: true));
        (await coach.WriteNotes(session, null, "We met.", (standIn, "You listened twice."))).Ok();
        var both = await coach.Log(CoachingSteps.Part(learner.Id), CoachingSteps.Part(standIn));
        (await coach.WriteNotes(both, null, null, (learner.Id, "You asked first."), (standIn, "You listened twice."))).Ok();

        (await learner.Http.Post($"/v1/me/enrolment-offers/{offered}/accept")).Ok();
        var own = (await learner.Http.Read(CoachingSteps.Session(session))).Ok();
        Assert.Equal("We met.; You listened twice.", own.Words());
        var part = Assert.Single(own["participants"]!.AsArray())!;
        Assert.Equal(("attended", "live", true),
            ((string)part["attendance"]!, (string)part["observation"]!["kind"]!, (bool)part["feedback"]!));
        Assert.Equal(1, (int)(await learner.Http.Dosage(learner))["contacts"]!);
        Assert.Equal("You asked first.\nYou listened twice.", (await learner.Http.Read(CoachingSteps.Session(both))).Words());
    }

    [Fact]
    public async Task A_session_with_ones_own_stand_in_stays_and_is_no_contact()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var coach = cohort.Instructor;
        var (offered, standIn) = await app.Offer(cohort, agency, coach.Email);
        var session = await coach.Http.Log(CoachingSteps.Part(standIn, observed: true, feedback: true));
        (await coach.Http.Post($"/v1/me/enrolment-offers/{offered}/accept")).Ok();
        var kept = (await coach.Http.Read(CoachingSteps.Session(session))).Ok();
        Assert.Equal("held", (string)kept["status"]!);
        Assert.Single(kept["participants"]!.AsArray());
        var dosage = (await coach.Http.Read($"/v1/enrolments/{offered}/dosage")).Ok();
        Assert.Equal(0, (int)dosage["contacts"]!);
    }

    [Fact]
    public async Task Why_the_coaching_of_a_stand_in_ended_is_the_persons_to_read()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var (coach, known) = (await app.Person("Cora Coach"), await app.Person("Kim Known"));
        var (offered, standIn) = await app.Offer(cohort, agency, known.Email);
        var relation = (await cohort.LetCoach(coach.Id, standIn)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await cohort.Lead.Http.Post($"{relation}/end", new { reason = "Somebody else goes on with them." })).Ok();
        var second = (await cohort.LetCoach(coach.Id, standIn)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await known.Http.Accept(offered)).Ok();
        var ended = (await known.Http.Read(relation)).Ok();
        Assert.Equal(("ended", known.Id), ((string)ended["state"]!, (Guid)ended["coachee"]!["id"]!));
        Assert.Equal("active", (string)(await known.Http.Read(second)).Ok()["state"]!);
    }

    [Fact]
    public async Task One_of_two_coachings_by_the_same_coach_ends_and_is_read_by_the_person()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var (coach, learner) = (await app.Person("Cora Coach"), await app.Learner(cohort, "Kim Known"));
        var (offered, standIn) = await app.Offer(cohort, agency, learner.Email);
        var own = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        var other = (await cohort.LetCoach(coach.Id, standIn)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await learner.Http.Accept(offered)).Ok();
        Assert.Equal("active", (string)(await learner.Http.Read(own)).Ok()["state"]!);
        Assert.Equal("ended", (string)(await learner.Http.Read(other)).Ok()["state"]!);
    }

    [Fact]
    public async Task Who_accepts_hears_once_of_the_series_that_is_planned_with_them()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var known = await app.Person("Kim Known");
        var (offered, standIn) = await app.Offer(cohort, agency, known.Email);
        await PlannedSeries(cohort.Instructor, standIn);
        await app.Send(new SendMails());
        (await known.Http.Accept(offered)).Ok();
        await app.Send(new SendMails());
        var told = Assert.Single(app.MailsTo(known.Email), m => m.Headers["Subject"] == OnAgain);
        Assert.Equal(4, told.Text.Split("45 minutes").Length - 1);
    }

    [Fact]
    public async Task A_series_that_is_on_again_is_told_to_each_side_once()
    {
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor);
        await PlannedSeries(coach, learner.Id);
        (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
        await app.Send(new SendMails());
        var off = Assert.Single(app.MailsTo(coach.Email), m => m.Headers["Subject"] == CalledOff);
        Assert.Equal(4, off.Text.Split("45 minutes").Length - 1);
        int Told(string email) => app.MailsTo(email).Count(m => m.Headers["Subject"] == OnAgain);
        var (ofLearner, ofCoach) = (Told(learner.Email), Told(coach.Email));
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = learner.Email, name = learner.Name, timeZone = Given.Zone } } })).Ok();
        await app.Send(new SendMails());
        Assert.Equal((ofLearner + 1, ofCoach + 1), (Told(learner.Email), Told(coach.Email)));
    }

    [Fact]
    public async Task Two_of_the_longest_words_to_one_person_are_both_kept()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        var (learner, coach) = (await app.Learner(cohort, "Kim Known"), cohort.Instructor.Http);
        var (offered, standIn) = await app.Offer(cohort, agency, learner.Email);
        var session = await coach.Log(CoachingSteps.Part(learner.Id), CoachingSteps.Part(standIn));
        var (own, other) = ("Well asked".PadRight(2000, '.'), "Well heard".PadRight(2000, '!'));
        (await coach.WriteNotes(session, null, null, (learner.Id, own), (standIn, other))).Ok();
        (await learner.Http.Accept(offered)).Ok();
        Assert.Equal(own + other, (await learner.Http.Read(CoachingSteps.Session(session))).Words());
    }

    [Fact]
    public async Task Who_turns_out_to_supervise_the_person_keeps_no_session_for_which_their_consent_is_needed()
    {
        var (cohort, agency, theirs) = (await app.Cohort(), await app.Agency(), await app.Agency());
        await app.Learner(cohort, agencyId: agency);
        (await (await app.Admin()).Http.Put($"/v1/agencies/{theirs}/people/{cohort.Instructor.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        var known = await app.Learner(await app.Cohort(), "Kim Known", agencyId: theirs);
        var (offered, standIn) = await app.Offer(cohort, agency, known.Email);
        var planned = await Planned(cohort.Instructor.Http, standIn);
        (await known.Http.Accept(offered)).Ok();
        Assert.Equal(("cancelled", "agency"), await StateOf(known.Http, planned));
        await MayDoNothing(cohort.Instructor, planned);
    }

    [Fact]
    public async Task Who_had_two_stand_ins_in_one_session_keeps_nobody_from_their_figures()
    {
        var (cohort, first, second) = (await app.Cohort(), await app.Agency(), await app.Agency());
        foreach (var agency in new[] { first, second }) await app.Learner(cohort, agencyId: agency);
        var coach = cohort.Instructor;
        var (one, other) = (await app.Offer(cohort, first, coach.Email), await app.Offer(cohort, second, coach.Email));
        await coach.Http.Log(CoachingSteps.Part(one.StandIn, observed: true), CoachingSteps.Part(other.StandIn, observed: true));
        (await coach.Http.Accept(one.Enrolment)).Ok();
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new
        {
            learners = new[] { new { email = coach.Email, name = coach.Name, timeZone = Given.Zone, agencyId = second } },
        })).Ok();
        (await coach.Http.Accept(other.Enrolment)).Ok();
        (await coach.Http.Read("/v1/me/coaching")).Ok();
        foreach (var figures in new[] { "coaching", "dosage" }) (await cohort.Lead.Http.Read($"{cohort.Path}/{figures}")).Ok();
    }

    [Fact]
    public async Task Whose_coaching_ends_is_told_of_a_series_in_one_mail()
    {
        var cohort = await app.Cohort();
        var (learner, coach) = (await app.Learner(cohort), await app.Person("Cora Coach"));
        var path = (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        await PlannedSeries(coach, learner.Id);
        (await cohort.Lead.Http.Post($"{path}/end", new { reason = "They go on with another one." })).Ok();
        await app.Send(new SendMails());
        foreach (var email in new[] { learner.Email, coach.Email })
            Assert.Contains("These do not take place", Assert.Single(app.MailsTo(email), m => m.Headers["Subject"] == CalledOff).Text,
                StringComparison.Ordinal);
    }

    private static async Task PlannedSeries(TestPerson coach, Guid learnerId) =>
        (await coach.Http.Post(CoachingSteps.Sessions, new
        {
            mode = "live",
            startsAt = FlowingClock.Now.AddDays(9),
            minutes = 45,
            participants = new[] { new { personId = learnerId } },
            repeat = new { everyWeeks = 1, count = 4 },
        })).Expect(HttpStatusCode.Created);

    private static async Task<string> Planned(HttpClient coach, params Guid[] people) =>
        (await coach.Plan(FlowingClock.Now.AddDays(9), people)).Expect(HttpStatusCode.Created).Headers["Location"];

    private static async Task<(string Status, string? By)> StateOf(HttpClient reader, string session)
    {
        var read = (await reader.Read(session)).Ok();
        return ((string)read["status"]!, (string?)read["cancelledBy"]);
    }

    private static async Task MayDoNothing(TestPerson coach, string session)
    {
        (await coach.Http.Patch(session, new { startsAt = FlowingClock.Now.AddDays(3) }, ("If-Match", "*")))
            .Expect(HttpStatusCode.Conflict, "session.state");
        (await coach.Http.Put($"{session}/notes", new { note = "See you then." }, ("If-Match", "*")))
            .Expect(HttpStatusCode.Forbidden, "coaching.notYours");
    }
}
