using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Features.Agencies;
using MiiWrap.Learning.Api.Features.Events;
using MiiWrap.Learning.Api.Features.Identity.FrontEnds;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Reliability;

/// <summary>
/// What SQLite's one writer hides: another node commits between two statements of a transaction, or holds the lock that it needs.
/// </summary>
[StandingClock]
public sealed class TwoWritersTests(TwoNodesApp app) : IClassFixture<TwoNodesApp>
{
    /// <summary>The kinds of lock that another node holds in one of these tests.</summary>
    internal static readonly string[] Locks = [Positions, Receipt];

    private const string Unit = "2.4-watching-voice-and-power";
    private const string Positions = "event-positions";
    private const string Receipt = "receipt";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [SqliteFact]
    public async Task An_event_that_was_acknowledged_is_read_when_the_other_node_is_done_with_the_lock()
    {
        var (admin, learner) = (await app.Admin(), await app.Learner());
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
        app.Other.Holds(Positions);
        var feed = (await admin.Http.Read("/v1/events?limit=200")).Ok();
        Assert.Contains(feed["items"]!.AsArray(), e => (Guid?)e!["data"]!["learnerId"] == learner.Id
            && (string)e["type"]! == "unit.completed");
    }

    [SqliteTheory]
    [InlineData("UPDATE FrontEndConsents SET Status = 'revoked' WHERE Subject = '{1}'")]
    [InlineData("UPDATE FrontEndConsents SET Status = 'revoked' WHERE ApplicationId = '{0}'; UPDATE Clients SET EndedAt = '2027-02-01 09:00:00' WHERE Id = '{0}'")]
    public async Task A_consent_that_is_taken_back_beside_the_exchange_of_a_code_leaves_no_token(string taken)
    {
        var person = await app.Person();
        const string Callback = "https://front.example.org/callback";
        var id = (Guid)(await (await app.Admin()).Http.Post("/v1/clients", new
        {
            name = "Companion", kind = "frontEnd", scopes = new[] { "learning" }, redirectUris = new[] { Callback },
        })).Expect(HttpStatusCode.Created)["id"]!;
        var frontEnd = new FrontEndSession(app, id, Callback);
        var code = await frontEnd.Code(person.Email, "learning");
        // What the other node deletes of sign-ins is not there yet.
        app.Other.Commits(string.Format(CultureInfo.InvariantCulture, taken, id.ToString().ToUpperInvariant(), person.Id),
            "INSERT INTO \"SignInSessions\"", anywhere: true);
        var refused = await frontEnd.Exchange(code);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (refused.Status, (string?)refused["error"]));
        Assert.True(app.Other.Written > 0);
        Assert.False(await app.InDb(db => db.Sessions.AnyAsync(s => s.ClientId == id, Ct)));
    }

    [SqliteFact]
    public async Task A_reader_who_could_not_wait_any_longer_is_told_that_there_is_more()
    {
        var admin = await app.Admin();
        await app.Learner();
        var start = (string)(await admin.Http.Read("/v1/events?limit=200")).Ok()["items"]!.AsArray()[^1]!["cursor"]!;
        var learner = await app.Learner();
        app.Other.Holds(Positions, times: 1000);
        try
        {
            var page = (await admin.Http.Read($"/v1/events?limit=200&after={start}")).Ok();
            Assert.Empty(page["items"]!.AsArray());
            Assert.Equal(start, (string?)page["next"]);
            Assert.Contains("rel=\"next\"", page.Headers["Link"], StringComparison.Ordinal);
        }
        finally
        {
            app.Other.Holds(Positions, times: 0);
        }

        var rest = (await admin.Http.Read($"/v1/events?limit=200&after={start}")).Ok();
        Assert.Contains(rest["items"]!.AsArray(), e => (Guid?)e!["data"]!["learnerId"] == learner.Id);
        Assert.Null(rest["next"]);
    }

    [SqliteFact]
    public async Task A_reader_from_the_beginning_is_told_so_too()
    {
        await using var own = new TwoNodesApp();
        await own.InitializeAsync();
        var admin = await own.Admin();
        var learner = await own.Learner();
        own.Other.Holds(Positions, times: 1000);
        var page = (await admin.Http.Read("/v1/events")).Ok();
        Assert.Empty(page["items"]!.AsArray());
        own.Other.Holds(Positions, times: 0);
        var rest = (await admin.Http.Read($"/v1/events?after={(string)page["next"]!}")).Ok();
        Assert.Equal(learner.EnrolmentId, (Guid)Assert.Single(rest["items"]!.AsArray())!["data"]!["enrolmentId"]!);
    }

    [SqliteFact]
    public async Task A_key_whose_first_request_runs_on_another_node_is_in_use_and_then_good()
    {
        var (admin, key) = (await app.Admin(), ("Idempotency-Key", $"key-{Guid.NewGuid():N}"));
        var agency = new { name = Given.AgencyName() };
        app.Other.Holds(Receipt);
        (await admin.Http.Post("/v1/agencies", agency, key)).Expect(HttpStatusCode.Conflict, "idempotency.key.inUse");
        var first = (await admin.Http.Post("/v1/agencies", agency, key)).Expect(HttpStatusCode.Created);
        Assert.Equal((string)first["id"]!,
            (string)(await admin.Http.Post("/v1/agencies", agency, key)).Expect(HttpStatusCode.Created)["id"]!);
    }

    [SqliteFact]
    public async Task A_webhook_that_is_deleted_while_events_are_placed_is_a_lost_race_and_no_error()
    {
        var (admin, learner) = (await app.Admin(), await app.Learner());
        var webhook = await Register(admin);
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
        app.Other.Commits($"DELETE FROM Webhooks WHERE Id = '{Key(webhook)}'", beforeStatementWith: "INSERT INTO \"WebhookDeliveries\"");
        var feed = (await admin.Http.Read("/v1/events?limit=200")).Ok();
        Assert.Equal(2, app.Other.Written);
        Assert.Contains(feed["items"]!.AsArray(), e => (Guid?)e!["data"]!["learnerId"] == learner.Id
            && (string)e["type"]! == "unit.completed");
        (await admin.Http.Read($"/v1/webhooks/{webhook}")).Expect(HttpStatusCode.NotFound);
        Assert.False(await app.InDb(db => db.WebhookDeliveries.AnyAsync(d => d.WebhookId == webhook, Ct)));
    }

    [SqliteFact]
    public async Task A_webhook_that_is_deleted_while_its_answer_is_written_down_stops_no_sweep()
    {
        var (admin, learner) = (await app.Admin(), await app.Learner());
        var webhook = await Register(admin);
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok();
        await app.Send(new SequenceEvents());
        var delivery = await app.InDb(db => db.WebhookDeliveries.Where(d => d.WebhookId == webhook).Select(d => d.Id).FirstAsync(Ct));
        app.Other.Commits($"DELETE FROM Webhooks WHERE Id = '{Key(webhook)}'", "FROM \"Webhooks\"", anywhere: true);
        await app.Send(new RecordAttempt(delivery, new Attempt(410, "status 410")));
        Assert.Equal(1, app.Other.Written);
        Assert.False(await app.InDb(db => db.Webhooks.AnyAsync(w => w.Id == webhook, Ct)));
    }

    [SqliteFact]
    public async Task A_key_that_another_node_drops_at_the_same_time_stops_no_start()
    {
        await app.InDb(db => db.Database.ExecuteSqlRawAsync(
            "INSERT INTO AuthorizationKeys (Id, Use, Sealed, CreatedAt) VALUES ({0}, 'Signing', 'rubbish', {1})", Guid.NewGuid(),
            FlowingClock.Now.UtcDateTime.AddYears(-1)));
        app.Other.Commits("DELETE FROM AuthorizationKeys WHERE Sealed = 'rubbish'", "DELETE FROM \"AuthorizationKeys\"", anywhere: true);
        await app.InDb(db => app.Services.GetRequiredService<AuthorizationKeys>().Renew(db, Ct));
        Assert.Equal(1, app.Other.Written);
    }

    [SqliteFact]
    public async Task Of_two_nodes_that_sign_the_first_badge_at_once_one_fixes_the_address_and_both_sign_under_it()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        app.Other.Commits(
            "INSERT INTO BadgeBases (Id, Url, StoredAt) VALUES (1, 'https://first.example.org', '2027-02-01 15:00:00')",
            "INSERT INTO \"BadgeBases\"", anywhere: true);
        var badge = await app.BadgeAt(await learner.Page(await app.Award(cohort, learner)));
        Assert.True(app.Other.Written > 0);
        Assert.StartsWith("https://first.example.org/v1/badges/", (string)badge["iss"]!, StringComparison.Ordinal);
        Assert.Equal(1, await app.InDb(db => db.BadgeKeys.CountAsync(Ct)));
    }

    [SqliteFact]
    public async Task A_legal_hold_that_was_acknowledged_keeps_the_words_of_a_purge_that_has_begun()
    {
        var (admin, agency, learner) = await WhoseTimeIsOver();
        app.Other.Commits(
            $"UPDATE Agencies SET LegalHoldSince = '2027-02-01 15:00:00', LegalHoldReason = 'A records request.', Version = Version + 1 WHERE Id = '{Key(agency)}'",
            beforeStatementWith: "FROM \"Reflections\"");
        await app.Send(new PurgeReflections());
        Assert.True(app.Other.Written > 0);
        Assert.NotNull((await admin.Http.Read($"/v1/agencies/{agency}/retention")).Ok()["legalHold"]);
        Assert.Null((await learner.GetReflection())["purgedAt"]);
    }

    [SqliteFact]
    public async Task Who_moves_to_an_agency_on_legal_hold_while_a_purge_has_begun_keeps_their_words()
    {
        var (admin, _, learner) = await WhoseTimeIsOver();
        var other = await app.Agency();
        (await admin.Http.Put($"/v1/agencies/{other}/legal-hold", new { reason = "A records request." })).Ok();
        app.Other.Commits(
            $"UPDATE Enrolments SET AgencyId = '{Key(other)}', Version = Version + 1 WHERE Id = '{Key(learner.EnrolmentId)}'",
            beforeStatementWith: "UPDATE \"Enrolments\"");
        await app.Send(new PurgeReflections());
        Assert.True(app.Other.Written > 0);
        Assert.Null((await learner.GetReflection())["purgedAt"]);
    }

    [SqliteFact]
    public async Task A_longer_period_that_was_acknowledged_keeps_the_words_of_a_purge_that_has_begun()
    {
        var (admin, agency, learner) = await WhoseTimeIsOver();
        app.Other.Commits($"UPDATE Agencies SET RetentionMonths = 72, Version = Version + 1 WHERE Id = '{Key(agency)}'",
            beforeStatementWith: "FROM \"Reflections\"");
        await app.Send(new PurgeReflections());
        Assert.Equal(72, (int)(await admin.Http.Read($"/v1/agencies/{agency}/retention")).Ok()["months"]!);
        Assert.Null((await learner.GetReflection())["purgedAt"]);
    }

    [SqliteFact]
    public async Task A_hold_that_meets_a_purge_is_set_after_it_and_not_refused()
    {
        var (admin, agency) = (await app.Admin(), await app.Agency());
        app.Other.Commits($"UPDATE Agencies SET Version = Version + 1 WHERE Id = '{Key(agency)}'", beforeStatementWith: "UPDATE \"Agencies\"");
        var held = (await admin.Http.Put($"/v1/agencies/{agency}/legal-hold", new { reason = "A records request." })).Ok();
        Assert.NotNull(held["legalHold"]);
        Assert.Equal(2, app.Other.Written);
        Assert.Single((await admin.Http.Read($"/v1/agencies/{agency}/retention-log")).Ok()["items"]!.AsArray());
    }

    [SqliteFact]
    public async Task Notes_that_are_saved_while_their_session_is_put_on_hold_come_too_late()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var id = await cohort.Instructor.Http.Log(CoachingSteps.Part(learner.Id));
        app.Other.Commits($"UPDATE CoachingSessions SET IsHeld = 1, Version = Version + 1 WHERE Id = '{Key(id)}'",
            beforeStatementWith: "UPDATE \"CoachingSessions\"");
        (await cohort.Instructor.Http.WriteNotes(id, null, "We spoke.")).Expect(HttpStatusCode.Conflict, "session.onHold");
        Assert.True(app.Other.Written > 0);
        Assert.False(await app.InDb(db => db.SessionTexts.AnyAsync(t => t.SessionId == id, Ct)));
    }

    [SqliteFact]
    public async Task Of_two_who_leave_a_call_at_once_the_later_is_the_last_and_it_is_off()
    {
        var cohort = await app.Cohort();
        var (ana, ben) = (await app.Learner(cohort), await app.Learner(cohort));
        var planned = (await cohort.Instructor.Http.Plan(FlowingClock.Now.AddDays(9), ana.Id, ben.Id)).Expect(HttpStatusCode.Created);
        app.Other.Commits(
            $"UPDATE SessionParticipants SET Attendance = 'Excused' WHERE PersonId = '{Key(ben.Id)}'; "
            + $"UPDATE CoachingSessions SET Version = Version + 1 WHERE Id = '{Key((Guid)planned["id"]!)}'",
            beforeStatementWith: "UPDATE \"CoachingSessions\"");
        (await cohort.Lead.Http.Post($"{ana.Journey}/withdraw")).Ok();
        Assert.True(app.Other.Written > 0);
        Assert.Equal("cancelled", (string)(await cohort.Instructor.Http.Read(planned.Headers["Location"])).Ok()["status"]!);
    }

    [SqliteFact]
    public async Task Two_who_record_at_once_that_a_learner_did_not_come_make_it_two_in_a_row()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        async Task<Guid> Planned(TestPerson coach, int daysAgo) =>
            (Guid)(await coach.Http.Plan(FlowingClock.Now.AddDays(-daysAgo), learner.Id)).Expect(HttpStatusCode.Created)["id"]!;
        var (first, second) = (await Planned(cohort.Instructor, 2), await Planned(cohort.Lead, 1));
        app.Other.Commits(
            $"UPDATE SessionParticipants SET Attendance = 'NoShow' WHERE SessionId = '{Key(first)}'; "
            + $"UPDATE CoachingSessions SET Status = 'Missed', Records = 1, Version = Version + 1 WHERE Id = '{Key(first)}'; "
            + $"UPDATE Enrolments SET Version = Version + 1 WHERE Id = '{Key(learner.EnrolmentId)}'",
            beforeStatementWith: "UPDATE \"CoachingSessions\"");
        (await cohort.Lead.Http.Record(second, null, CoachingSteps.Part(learner.Id, "noShow"))).Ok();
        Assert.True(app.Other.Written > 0);
        Assert.Equal("missedSessions", (string)(await cohort.Lead.Http.Read($"{cohort.Path}/followups?status=open")).Ok()
            ["items"]![0]!["reasons"]![0]!);
    }

    [SqliteFact]
    public async Task A_session_that_is_moved_into_the_days_to_come_while_its_coaching_ends_stays_where_it_was()
    {
        var cohort = await app.Cohort();
        var (coach, learner) = (await app.Person(), await app.Learner(cohort));
        (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
        var planned = (await coach.Http.Plan(FlowingClock.Now.AddDays(-1), learner.Id)).Expect(HttpStatusCode.Created).Headers["Location"];
        app.Other.Commits(
            $"UPDATE CoachingRelationships SET EndedAt = '2027-02-01 15:00:00', Version = Version + 1 WHERE CoachId = '{Key(coach.Id)}'; "
            + $"UPDATE People SET Version = Version + 1 WHERE Id = '{Key(coach.Id)}'",
            beforeStatementWith: "UPDATE \"CoachingSessions\"");
        (await coach.Http.Patch(planned, new { startsAt = FlowingClock.Now.AddDays(7) }, ("If-Match", "*")))
            .Expect(HttpStatusCode.Forbidden, "coaching.notYours");
        Assert.True(app.Other.Written > 0);
    }

    [SqliteFact]
    public async Task Nothing_is_begun_with_a_learner_while_their_coaching_ends()
    {
        var cohort = await app.Cohort();
        var (coach, learner) = (await app.Person(), await app.Learner(cohort));
        foreach (var (path, body, code) in new[]
        {
            ("/v1/action-items", CoachingSteps.Step(learner.EnrolmentId, learner.Id), "coaching.notYours"),
            (FidelitySteps.Reviews, FidelitySteps.Begun(learner.Id), "rater.notAllowed"),
        })
        {
            (await cohort.LetCoach(coach.Id, learner.Id)).Expect(HttpStatusCode.Created);
            app.Other.Commits(
                $"UPDATE CoachingRelationships SET EndedAt = '2027-02-01 15:00:00', Version = Version + 1 WHERE CoachId = '{Key(coach.Id)}'; "
                + $"UPDATE People SET Version = Version + 1 WHERE Id = '{Key(coach.Id)}'",
                beforeStatementWith: "UPDATE \"People\"");
            (await coach.Http.Post(path, body)).Expect(HttpStatusCode.Forbidden, code);
            Assert.True(app.Other.Written > 0);
        }
    }

    [SqliteFact]
    public async Task Who_is_told_of_a_session_while_it_is_moved_is_told_that_it_was()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var planned = (await cohort.Instructor.Http.Plan(FlowingClock.Now.AddDays(9), learner.Id)).Expect(HttpStatusCode.Created);
        var id = (Guid)planned["id"]!;
        app.Other.Commits(
            $"UPDATE OutboundMails SET Attempts = 1, SentAt = '2027-02-01 15:00:00', Version = Version + 1 WHERE SessionId = '{Key(id)}'",
            beforeStatementWith: "UPDATE \"CoachingSessions\"");
        (await cohort.Instructor.Http.Patch(
            planned.Headers["Location"], new { startsAt = FlowingClock.Now.AddDays(10) }, ("If-Match", "*"))).Ok();
        Assert.True(app.Other.Written > 0);
        Assert.True(await app.InDb(db => db.OutboundMails.AnyAsync(
            m => m.SessionId == id && m.PersonId == learner.Id && m.Kind == MailKind.SessionMoved, Ct)));
    }

    [SqliteFact]
    public async Task A_reflection_that_is_begun_while_its_author_is_moved_is_not_left_behind()
    {
        var (cohort, other) = (await app.Cohort(), await app.Cohort());
        var learner = await app.Learner(cohort);
        app.Other.Commits(
            $"UPDATE Enrolments SET CohortId = '{Key(other.Id)}', Version = Version + 1 WHERE Id = '{Key(learner.EnrolmentId)}'",
            beforeStatementWith: "UPDATE \"Enrolments\" SET \"Version\"");
        await learner.Write();
        Assert.Equal(2, app.Other.Written);
        Assert.Equal(other.Id, await app.InDb(db => db.Reflections.Where(r => r.EnrolmentId == learner.EnrolmentId)
            .Select(r => r.CohortId).SingleAsync(Ct)));
    }

    [SqliteFact]
    public async Task Who_is_enrolled_while_the_cohort_is_upgraded_has_the_units_of_the_newer_version()
    {
        var (admin, slug) = (await app.Admin(), SecondCourse.NewSlug());
        using var content = SecondCourse.Of(slug);
        (await admin.Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(content))).Expect(HttpStatusCode.Created);
        var cohort = await app.Cohort(curriculum: slug);
        content.Write($"{slug}/units/silence.md", SecondCourse.Unit("Silence", "standard", "## Why\n\nTo hear.\n"))
            .Replace($"{slug}/curriculum.yml", "      - waiting", "      - waiting\n      - silence");
        (await admin.Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(content))).Expect(HttpStatusCode.Created);
        app.Other.Commits($"UPDATE Cohorts SET CurriculumVersion = 2, Version = Version + 1 WHERE Id = '{Key(cohort.Id)}'",
            beforeStatementWith: "UPDATE \"Cohorts\"");
        var learner = await app.Learner(cohort);
        Assert.Equal(2, app.Other.Written);
        Assert.Equal(3, (int)(await learner.Http.Read(learner.Journey)).Ok()["progress"]!["unitsTotal"]!);
    }

    private async Task<(TestPerson Admin, Guid Agency, TestLearner Learner)> WhoseTimeIsOver()
    {
        // What other tests left is out of the way.
        FlowingClock.Set(FlowingClock.Monday.AddYears(2));
        await app.Send(new PurgeReflections());
        FlowingClock.Set(FlowingClock.Monday);
        var (admin, agency, cohort) = (await app.Admin(), await app.Agency(), await app.Cohort());
        (await admin.Http.Put($"/v1/agencies/{agency}/retention", new { months = 3 })).Ok();
        var learner = await app.Learner(cohort, agencyId: agency);
        await learner.HandIn();
        FlowingClock.Set(FlowingClock.Monday.AddYears(2));
        return (admin, agency, learner);
    }

    private static async Task<Guid> Register(TestPerson admin) =>
        (Guid)(await admin.Http.Post("/v1/webhooks", new { url = "http://127.0.0.1:9/", events = new[] { "unit.completed" } }))
            .Expect(HttpStatusCode.Created)["id"]!;

    private static string Key(Guid id) => id.ToString().ToUpperInvariant();
}

/// <summary>First sign-ins through a provider, of which a front end sends several at once.</summary>
[StandingClock]
public sealed class FirstOidcSignInTests(TwoNodesProviderApp app) : IClassFixture<TwoNodesProviderApp>
{
    /// <summary>The other request links before this one has looked for a link, before it has saved its own, or in between.</summary>
    [SqliteTheory]
    [InlineData("\"NormalizedEmail\" =")]
    [InlineData("\"Issuer\" =")]
    [InlineData("INSERT INTO \"OutsideSignIns\"")]
    public async Task Of_two_first_requests_of_one_person_neither_is_refused(string moment)
    {
        var (person, subject) = (await app.Person(), $"subject-{Guid.NewGuid():N}");
        var link = ExternalLogin.Link(OidcProvider.Issuer, subject, person.Id, FlowingClock.Now.UtcDateTime);
        app.Other.Commits(
            $"""
            INSERT INTO OutsideSignIns (Key, Issuer, Subject, PersonId, LinkedAt)
            VALUES ('{link.Key}', '{link.Issuer}', '{link.Subject}', '{person.Id.ToString().ToUpperInvariant()}', '2027-02-01 15:00:00')
            """, moment);
        Assert.Equal(person.Id, (Guid)(await app.From(person.Email, subject).Read("/v1/me")).Ok()["id"]!);
        Assert.True(app.Other.Written > 0);
        Assert.Equal(person.Id, (Guid)(await app.From(person.Email, subject).Read("/v1/me")).Ok()["id"]!);
        Assert.Equal(1, await app.InDb(db => db.ExternalLogins.CountAsync(
            l => l.PersonId == person.Id, TestContext.Current.CancellationToken)));
    }

    [SqliteFact]
    public async Task Somebody_whose_row_another_request_changes_meanwhile_is_let_in()
    {
        var person = await app.Person();
        app.Other.Commits(
            $"UPDATE People SET Version = Version + 1, ConcurrencyStamp = 'another' WHERE Id = '{person.Id.ToString().ToUpperInvariant()}'",
            "UPDATE \"People\"");
        (await app.From(person.Email).Read("/v1/me")).Ok();
        Assert.Equal(2, app.Other.Written);
    }

    [SqliteFact]
    public async Task Another_account_of_the_provider_that_was_quicker_keeps_the_person()
    {
        var person = await app.Person();
        var link = ExternalLogin.Link(OidcProvider.Issuer, "somebody else", person.Id, FlowingClock.Now.UtcDateTime);
        app.Other.Commits(
            $"""
            INSERT INTO OutsideSignIns (Key, Issuer, Subject, PersonId, LinkedAt)
            VALUES ('{link.Key}', '{link.Issuer}', '{link.Subject}', '{person.Id.ToString().ToUpperInvariant()}', '2027-02-01 15:00:00')
            """, "INSERT INTO \"OutsideSignIns\"");
        (await app.From(person.Email).Read("/v1/me")).Expect(HttpStatusCode.Forbidden, "auth.person.linked");
    }
}
