using System.Net;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Coaching;

/// <summary>What is written about a session: both sides read it, and nobody else does.</summary>
[StandingClock(YearsLater = true)]
public sealed class SaveSessionNotesTests(LearningApp app)
{
    [Fact]
    public async Task Each_reads_what_is_for_all_and_for_them_and_nobody_else_reads_anything()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var supervisor = await app.Member(agency, AgencyRole.Supervisor);
        var (ana, ben) = (await app.Learner(cohort, "Ana One", agencyId: agency), await app.Learner(cohort, "Ben Two"));
        var coach = cohort.Instructor.Http;
        var id = await coach.Log(CoachingSteps.Part(ana.Id, feedback: true), CoachingSteps.Part(ben.Id, feedback: true));
        var path = CoachingSteps.Session(id);
        var before = (await ana.Http.Read(path)).Ok();
        Assert.Equal("", before.Words());

        var written = (await coach.WriteNotes(id, null, "For all.", (ana.Id, "For one."), (ben.Id, "For two."))).Ok();
        Assert.Equal("For all.; For one.; For two.", written.Words());
        Assert.NotEqual(before.ETag, written.ETag);
        async Task<string> Seen(HttpClient reader) => (await reader.Read(path, ("If-None-Match", before.ETag!))).Words();
        (await ana.Http.Post($"{path}/notes/reply", new { text = "From one." })).Expect(HttpStatusCode.Created);
        Assert.Equal("For all.; For one.; For two.; From one.", await Seen(coach));
        Assert.Equal("For all.; For one.; From one.", await Seen(ana.Http));
        Assert.Equal("For all.; For two.", await Seen(ben.Http));
        Assert.Equal("", await Seen(cohort.Lead.Http));
        Assert.Equal("", await Seen((await app.Admin()).Http));
        foreach (var stranger in new[] { supervisor.Http, (await app.Person()).Http, (await app.Learner(cohort)).Http })
            (await stranger.Read(path)).Expect(HttpStatusCode.NotFound, "session.notFound");
        // A list says which sessions there are, and opens none.
        Assert.Null((await coach.Read(CoachingSteps.Sessions)).Ok()["items"]!.AsArray().Single()!["note"]);
    }

    [Fact]
    public async Task Who_coaches_no_more_keeps_their_own_notes_and_writes_them_on()
    {
        var cohort = await app.Cohort();
        var (learner, former, next) = (await app.Learner(cohort), await app.Person(), await app.Person());
        var relationship = (await cohort.LetCoach(former.Id, learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        var id = await former.Http.Log(CoachingSteps.Part(learner.Id));
        (await former.Http.WriteNotes(id, null, "We talked.")).Ok();
        (await learner.Http.Post($"{relationship}/end", new { reason = "Somebody else goes on with it." })).Ok();
        (await cohort.LetCoach(next.Id, learner.Id)).Expect(HttpStatusCode.Created);
        var read = await former.Http.Read(CoachingSteps.Session(id));
        Assert.Equal("We talked.", read.Words());
        (await former.Http.WriteNotes(id, read.ETag, "We talked about asking.")).Ok();
        (await next.Http.Read(CoachingSteps.Session(id))).Expect(HttpStatusCode.NotFound, "session.notFound");
        (await next.Http.WriteNotes(id, null, "Mine.")).Expect(HttpStatusCode.NotFound, "session.notFound");
    }

    [Fact]
    public async Task Notes_are_saved_under_the_one_tag_of_the_session_and_replace_those_before()
    {
        var cohort = await app.Cohort();
        var (ana, ben) = (await app.Learner(cohort), await app.Learner(cohort));
        var coach = cohort.Instructor.Http;
        var id = await coach.Log(CoachingSteps.Part(ana.Id), CoachingSteps.Part(ben.Id));
        (await coach.Put($"{CoachingSteps.Session(id)}/notes", new { note = "First." })).Expect((HttpStatusCode)428,
            "precondition.required");
        var first = (await coach.WriteNotes(id, null, "First.", (ana.Id, "One."), (ben.Id, "Two."))).Ok();
        (await coach.WriteNotes(id, null, "Second.")).Expect(HttpStatusCode.PreconditionFailed, "session.stale");
        // Whoever corrects the record meanwhile, or replies, changes the same state.
        var recorded = (await coach.Record(id, first.ETag, CoachingSteps.Part(ana.Id), CoachingSteps.Part(ben.Id))).Ok();
        (await coach.WriteNotes(id, first.ETag, "Second.")).Expect(HttpStatusCode.PreconditionFailed, "session.stale");
        (await ana.Http.Post($"{CoachingSteps.Session(id)}/notes/reply", new { text = "Thank you." })).Expect(HttpStatusCode.Created);
        (await coach.WriteNotes(id, recorded.ETag, "Second.")).Expect(HttpStatusCode.PreconditionFailed, "session.stale");
        var now = (await coach.Read(CoachingSteps.Session(id))).Ok();
        var second = (await coach.WriteNotes(id, now.ETag, "Second.", (ben.Id, "Two."))).Ok();
        Assert.Equal("Second.; Two.; Thank you.", second.Words());
        Assert.Equal(second.ETag, (await coach.Read(CoachingSteps.Session(id))).ETag);
        // Nothing is left of what was taken back, and there are none again.
        (await coach.WriteNotes(id, second.ETag, " ")).Ok();
        Assert.Equal("Third.; Thank you.", (await coach.WriteNotes(id, null, "Third.")).Words());
    }

    [Fact]
    public async Task What_points_to_a_person_is_kept_out_of_notes_and_replies_and_so_is_what_any_agency_denies()
    {
        var (cohort, agency, other) = (await app.Cohort(), await app.Agency(), await app.Agency());
        var admin = await app.Admin();
        (await admin.Http.Put($"/v1/agencies/{agency}/denied-words", new { words = new[] { "Hilltop House" } })).Ok();
        (await admin.Http.Put($"/v1/agencies/{other}/denied-words", new { words = new[] { "Millpond Row" } })).Ok();
        var (ana, ben) = (await app.Learner(cohort, agencyId: other), await app.Learner(cohort, agencyId: agency));
        var coach = cohort.Instructor.Http;
        var id = await coach.Log(CoachingSteps.Part(ana.Id), CoachingSteps.Part(ben.Id));
        (await coach.WriteNotes(id, null, "Call 312-555-0148.")).Expect(HttpStatusCode.UnprocessableEntity, "session.privacy.blocked");
        var refused = (await coach.WriteNotes(id, null, "We spoke.", (ana.Id, "Well asked."), (ben.Id, "At Hilltop House you listened.")))
            .Expect(HttpStatusCode.UnprocessableEntity, "session.privacy.unconfirmed");
        Assert.Equal(["feedback[1].text"], refused["warnings"]!.AsArray().Select(w => (string)w!["prompt"]!));
        (await coach.WriteNotes(id, null, "We met at Millpond Row.")).Expect(
            HttpStatusCode.UnprocessableEntity, "session.privacy.unconfirmed");
        Assert.Equal("", (await coach.Read(CoachingSteps.Session(id))).Words());
        (await coach.Put($"{CoachingSteps.Session(id)}/notes", new { note = "Hilltop House is near.", privacyConfirmed = true },
            ("If-None-Match", "*"))).Ok();

        var reply = $"{CoachingSteps.Session(id)}/notes/reply";
        (await ana.Http.Post(reply, new { text = "Write to ana@example.org." }))
            .Expect(HttpStatusCode.UnprocessableEntity, "session.privacy.blocked");
        (await ana.Http.Post(reply, new { text = "Maria said so." })).Expect(HttpStatusCode.UnprocessableEntity,
            "session.privacy.unconfirmed");
        (await ana.Http.Post(reply, new { text = "Maria said so.", privacyConfirmed = true })).Expect(HttpStatusCode.Created);
        // The reason why a session is called off passes the words of all agencies too.
        var planned = (await coach.Plan(FlowingClock.Now.AddDays(2), ana.Id, ben.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        (await coach.Post($"{planned}/cancel", new { reason = "Closed at Hilltop House." }))
            .Expect(HttpStatusCode.UnprocessableEntity, "text.privacy.unconfirmed");
    }

    [Fact]
    public async Task Each_participant_replies_once_and_only_to_what_was_written()
    {
        var cohort = await app.Cohort();
        var (ana, ben) = (await app.Learner(cohort), await app.Learner(cohort));
        var coach = cohort.Instructor.Http;
        var id = await coach.Log(CoachingSteps.Part(ana.Id), CoachingSteps.Part(ben.Id));
        var reply = $"{CoachingSteps.Session(id)}/notes/reply";
        (await ana.Http.Post(reply, new { text = "Thank you." })).Expect(HttpStatusCode.Conflict, "session.notes.none");
        (await coach.WriteNotes(id, null, null, (ana.Id, "Well asked."))).Ok();
        (await ben.Http.Post(reply, new { text = "Thank you." })).Expect(HttpStatusCode.Conflict, "session.notes.none");
        (await ana.Http.Post(reply, new { text = new string('x', 501) })).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        foreach (var _ in new[] { "first", "again" })
            (await ana.Http.Post(reply, new { text = new string('x', 500) }, ("Idempotency-Key", "notes-reply-1")))
                .Expect(HttpStatusCode.Created);
        (await ana.Http.Post(reply, new { text = "Once more." })).Expect(HttpStatusCode.Conflict, "session.reply.given");
        (await coach.Post(reply, new { text = "Thank you." })).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        (await cohort.Lead.Http.Post(reply, new { text = "Thank you." })).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
    }

    [Fact]
    public async Task Feedback_goes_to_who_takes_part_and_once_to_each()
    {
        var cohort = await app.Cohort();
        var (learner, other) = (await app.Learner(cohort), await app.Learner(cohort));
        var coach = cohort.Instructor.Http;
        var id = await coach.Log(CoachingSteps.Part(learner.Id));
        (await coach.WriteNotes(id, null, "We spoke.", (other.Id, "Hello.")))
            .Expect(HttpStatusCode.UnprocessableEntity, "session.feedback.unknown");
        (await learner.Http.WriteNotes(id, null, "Mine.")).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        async Task Refused(string field, string? note, params (Guid, string)[] feedback) => Assert.Contains(field,
            (await coach.WriteNotes(id, null, note, feedback)).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid")["errors"]!
                .AsObject().Select(e => e.Key));
        await Refused("note", new string('x', 4001));
        await Refused("feedback[0].text", null, (learner.Id, new string('x', 2001)));
        await Refused("feedback[0].text", null, (learner.Id, ""));
        await Refused("feedback", null, (learner.Id, "One."), (learner.Id, "Two."));
        Assert.Equal("", (await coach.Read(CoachingSteps.Session(id))).Words());
        (await coach.WriteNotes(id, null, new string('x', 4000), (learner.Id, new string('y', 2000)))).Ok();
    }
}
