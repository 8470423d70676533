using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Coaching;

/// <summary>
/// Something written about a session points to a person: it is hidden, the words go, and coach and participants see who did what and why.
/// </summary>
[StandingClock(YearsLater = true)]
public sealed class HoldSessionTests(LearningApp app)
{
    private const string Name = "Marigold Petterson";
    private const string Reason = "A name of a family slipped in.";

    [Fact]
    public async Task While_it_is_on_hold_only_who_takes_something_out_reads_it_and_nobody_writes()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var learner = await app.Learner(cohort);
        var coach = cohort.Instructor.Http;
        var id = await coach.Log(CoachingSteps.Part(learner.Id));
        var path = CoachingSteps.Session(id);
        (await learner.Http.Post($"{path}/hold", new { reason = Reason })).Expect(HttpStatusCode.Conflict, "session.notes.none");
        var written = (await coach.WriteNotes(id, null, "With marigolds.", (learner.Id, "Well asked."))).Ok();
        (await cohort.Lead.Http.Post($"{path}/hold", new { reason = Reason })).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        Assert.True((bool)(await learner.Http.Post($"{path}/hold", new { reason = Reason })).Ok()["onHold"]!);

        foreach (var reader in new[] { learner.Http, coach, admin.Http })
        {
            var hidden = await reader.Read(path, ("If-None-Match", written.ETag!));
            Assert.Equal(("", true), (hidden.Words(), (bool)hidden["onHold"]!));
        }

        foreach (var refused in new[]
        {
            await coach.WriteNotes(id, "*", "Otherwise."),
            await learner.Http.Post($"{path}/notes/reply", new { text = "Thank you." }),
            await coach.Post($"{path}/hold", new { reason = Reason }),
        }) refused.Expect(HttpStatusCode.Conflict, "session.onHold");

        object redaction = new { prompt = "note", span = new[] { 5, 14 }, reason = Reason };
        foreach (var other in new[] { coach, learner.Http, cohort.Lead.Http, admin.Http })
        {
            (await other.Post($"{path}/redactions", redaction)).Expect(HttpStatusCode.Forbidden, "role.required");
            (await other.Post($"{path}/hold/release")).Expect(HttpStatusCode.Forbidden, "role.required");
        }

        (await admin.Http.Post($"{path}/break-glass", new { reason = "A family asked us to look.", hours = 1 })).Ok();
        Assert.Equal("With marigolds.; Well asked.", (await admin.Http.Read(path)).Words());
        (await admin.Http.Post($"{path}/hold/release")).Ok();
        (await admin.Http.Post($"{path}/hold/release")).Expect(HttpStatusCode.Conflict, "session.notOnHold");
        (await admin.Http.Post($"{path}/redactions", redaction)).Expect(HttpStatusCode.Conflict, "session.notOnHold");
        Assert.Equal("With marigolds.; Well asked.", (await learner.Http.Read(path)).Words());
    }

    [Fact]
    public async Task The_words_go_from_all_that_was_written_and_each_sees_where_something_went_that_was_for_them()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (ana, ben) = (await app.Learner(cohort, "Ana One"), await app.Learner(cohort, "Ben Two"));
        var coach = cohort.Instructor.Http;
        var planned = (await coach.Plan(FlowingClock.Now.AddDays(1), ana.Id, ben.Id)).Expect(HttpStatusCode.Created);
        var (id, path) = ((Guid)planned["id"]!, planned.Headers["Location"]);
        (await coach.Post($"{path}/cancel", new { reason = $"We lost {Name} today.", privacyConfirmed = true })).Ok();
        (await coach.Put($"{path}/notes", new
        {
            note = $"About {Name}.",
            feedback = new[] { new { personId = ana.Id, text = $"To {Name.ToUpperInvariant()} you listened." }, new { personId = ben.Id,
                text = "Well." } },
            privacyConfirmed = true,
        }, ("If-None-Match", "*"))).Ok();
        (await ana.Http.Post($"{path}/notes/reply", new { text = $"{Name} did.", privacyConfirmed = true })).Expect(HttpStatusCode.Created);
        (await ana.Http.Post($"{path}/hold", new { reason = $"I read {Name} there.", privacyConfirmed = true })).Ok();
        (await admin.Http.Post($"{path}/break-glass", new { reason = "A family asked us to look.", hours = 1 })).Ok();

        Task<Answer> Redact(string prompt, Guid? personId, int start, int end, string reason = Reason) =>
            admin.Http.Post($"{path}/redactions", new { prompt, personId, span = new[] { start, end }, reason });
        (await Redact("note", ben.Id, 0, 4)).Expect(HttpStatusCode.UnprocessableEntity, "session.text.unknown");
        (await Redact("feedback", null, 0, 4)).Expect(HttpStatusCode.UnprocessableEntity, "session.text.unknown");
        (await Redact("reply", ben.Id, 0, 4)).Expect(HttpStatusCode.UnprocessableEntity, "session.text.unknown");
        (await Redact("note", null, 6, 400)).Expect(HttpStatusCode.UnprocessableEntity, "redaction.span.invalid");
        (await admin.Http.Post($"{path}/redactions",
            new { prompt = "note", span = new[] { 6, 6 + Name.Length }, reason = $"It is {Name}.", privacyConfirmed = true }))
            .Expect(HttpStatusCode.UnprocessableEntity, "redaction.reason.quotes");
        // Note, feedback, reply, the reason for the cancellation and that for the hold.
        var gone = (await Redact("feedback", ana.Id, 3, 3 + Name.Length)).Expect(HttpStatusCode.Created);
        Assert.Equal(5, (int)gone["places"]!);
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        (await Redact("feedback", ben.Id, 0, 4, "A nickname of a family.")).Expect(HttpStatusCode.Created);
        (await admin.Http.Post($"{path}/hold/release")).Ok();

        Assert.Equal("About ██.; To ██ you listened.; ██.; ██ did.; We lost ██ today.", (await coach.Read(path)).Words());
        async Task<string> Told(HttpClient reader) => string.Join("; ", (await reader.Read(path)).Ok()["redactions"]!.AsArray()
            .Select(r => $"{(string)r!["prompt"]!}: {(string)r["reason"]!}"));
        Assert.Equal($"feedback: {Reason}; feedback: A nickname of a family.", await Told(coach));
        Assert.Equal($"feedback: {Reason}", await Told(ana.Http));
        Assert.Equal("feedback: A nickname of a family.", await Told(ben.Http));
        foreach (var reader in new[] { coach, ana.Http, ben.Http })
            Assert.DoesNotContain("Marigold", (await reader.Read($"{path}/access-log")).Ok().Body + (await reader.Read(path)).Body,
                StringComparison.OrdinalIgnoreCase);
        Assert.Equal("", (await cohort.Lead.Http.Read(path)).Words());
    }

    [Fact]
    public async Task Where_something_went_from_words_to_their_stand_in_is_told_to_the_person()
    {
        var (cohort, agency, admin) = (await app.Cohort(), await app.Agency(), await app.Admin());
        await app.Learner(cohort, agencyId: agency);
        var (learner, coach) = (await app.Learner(cohort, "Kim Known"), cohort.Instructor.Http);
        var (offered, standIn) = await app.Offer(cohort, agency, learner.Email);
        var id = await coach.Log(CoachingSteps.Part(learner.Id), CoachingSteps.Part(standIn));
        var path = CoachingSteps.Session(id);
        (await coach.WriteNotes(id, null, null, (standIn, "With marigolds."))).Ok();
        (await coach.Post($"{path}/hold", new { reason = Reason })).Ok();
        (await admin.Http.Post($"{path}/break-glass", new { reason = "A family asked us to look.", hours = 1 })).Ok();
        (await admin.Http.Post($"{path}/redactions",
            new { prompt = "feedback", personId = standIn, span = new[] { 5, 14 }, reason = Reason })).Expect(HttpStatusCode.Created);
        (await admin.Http.Post($"{path}/hold/release")).Ok();

        (await learner.Http.Accept(offered)).Ok();
        var read = (await learner.Http.Read(path)).Ok();
        Assert.Equal(("With ██.", Reason), (read.Words(), (string)Assert.Single(read["redactions"]!.AsArray())!["reason"]!));
    }

    [Fact]
    public async Task A_programme_admin_opens_it_for_a_while_and_both_sides_see_that_they_did()
    {
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (ana, ben) = (await app.Learner(cohort, "Ana One"), await app.Learner(cohort, "Ben Two"));
        var coach = cohort.Instructor.Http;
        var id = await coach.Log(CoachingSteps.Part(ana.Id), CoachingSteps.Part(ben.Id));
        var path = CoachingSteps.Session(id);
        var why = new { reason = "The privacy officer asked.", hours = 2 };
        (await coach.WriteNotes(id, null, "For all.", (ana.Id, "For one."))).Ok();
        var closed = (await admin.Http.Read(path)).Ok();
        (await admin.Http.Read($"{path}/access-log")).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        foreach (var other in new[] { coach, ana.Http, cohort.Lead.Http })
            (await other.Post($"{path}/break-glass", why)).Expect(HttpStatusCode.Forbidden, "role.required");
        (await admin.Http.Post($"{path}/break-glass", new { reason = "short", hours = 2 }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await admin.Http.Post($"{path}/break-glass", new { why.reason, hours = 25 }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await admin.Http.Call(HttpMethod.Delete, $"{path}/break-glass", null)).Expect(HttpStatusCode.Conflict, "breakGlass.none");

        var opened = (await admin.Http.Post($"{path}/break-glass", why)).Ok();
        Assert.Equal(FlowingClock.Now.UtcDateTime.AddHours(2), (DateTime)opened["until"]!);
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        // It is another page now, although nothing of the session has changed.
        Assert.Equal("For all.; For one.", (await admin.Http.Read(path, ("If-None-Match", closed.ETag!))).Words());
        (await admin.Http.Head(path)).Ok();
        // What was opened for one is not for another, nor is it another session's.
        Assert.Equal("", (await (await app.Admin()).Http.Read(path)).Words());
        FlowingClock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1));
        Assert.Equal("", (await admin.Http.Read(path)).Words());
        (await admin.Http.Post($"{path}/break-glass", why)).Ok();
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        (await admin.Http.Call(HttpMethod.Delete, $"{path}/break-glass", null)).Ok();
        Assert.Equal("", (await admin.Http.Read(path)).Words());
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        (await ana.Http.Read(path)).Ok();
        FlowingClock.Advance(TimeSpan.FromSeconds(1));
        (await ben.Http.Read(path)).Ok();

        async Task<string> Log(HttpClient reader) => string.Join("; ", (await reader.Read($"{path}/access-log?limit=200")).Ok()["items"]!
            .AsArray().Select(l => $"{((string)l!["who"]!["name"]!)[..3]} {(string)l["role"]!} {(string)l["what"]!} {(string?)l["reason"]}"));
        const string Opening = "Ada programAdmin brokeGlass The privacy officer asked.";
        const string ByAdmin = $"{Opening}; Ada programAdmin read The privacy officer asked.; {Opening}; Ada programAdmin endedBreakGlass ";
        Assert.Equal($"{ByAdmin}; Ana participant read ; Ben participant read ", await Log(coach));
        Assert.Equal($"{ByAdmin}; Ana participant read ", await Log(ana.Http));
        Assert.Equal($"{ByAdmin}; Ben participant read ", await Log(ben.Http));
        (await cohort.Lead.Http.Read($"{path}/access-log")).Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        var page = (await coach.Read($"{path}/access-log?limit=2")).Ok();
        Assert.Equal((2, true), (page["items"]!.AsArray().Count, page["next"] is not null));
        Assert.Equal(4, await app.InDb(db => db.AccessLog.CountAsync(
            a => a.SessionId == id && a.PersonId == admin.Id, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Nobody_opens_what_is_about_their_own_agencys_learner_or_decides_about_their_own_words()
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var (ana, ben) = (await app.Learner(cohort, agencyId: agency), await app.Learner(cohort));
        var (tied, coach) = (await app.Admin(), await app.Admin());
        var id = await cohort.Instructor.Http.Log(CoachingSteps.Part(ana.Id), CoachingSteps.Part(ben.Id));
        (await cohort.Instructor.Http.WriteNotes(id, null, "For all.")).Ok();
        var why = new { reason = "The privacy officer asked.", hours = 2 };
        // What was opened before does not stay open to who comes to belong to the learner's agency.
        (await tied.Http.Post($"{CoachingSteps.Session(id)}/break-glass", why)).Ok();
        Assert.Equal("For all.", (await tied.Http.Read(CoachingSteps.Session(id))).Words());
        (await (await app.Admin()).Http.Put($"/v1/agencies/{agency}/people/{tied.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        Assert.Equal("", (await tied.Http.Read(CoachingSteps.Session(id))).Words());
        (await tied.Http.Post($"{CoachingSteps.Session(id)}/break-glass", why)).Expect(HttpStatusCode.Forbidden, "review.ownAgency");

        (await cohort.LetCoach(coach.Id, ben.Id)).Expect(HttpStatusCode.Created);
        var own = await coach.Http.Log(CoachingSteps.Part(ben.Id));
        var path = CoachingSteps.Session(own);
        (await coach.Http.WriteNotes(own, null, "About marigolds.")).Ok();
        (await coach.Http.Post($"{path}/break-glass", why)).Ok();
        (await ben.Http.Post($"{path}/hold", new { reason = Reason })).Ok();
        (await coach.Http.Post($"{path}/redactions", new { prompt = "note", span = new[] { 0, 5 }, reason = Reason }))
            .Expect(HttpStatusCode.Forbidden, "redaction.own");
        (await coach.Http.Post($"{path}/hold/release")).Expect(HttpStatusCode.Forbidden, "redaction.own");
    }
}
