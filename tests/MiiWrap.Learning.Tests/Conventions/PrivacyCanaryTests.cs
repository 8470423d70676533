using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Mails;
using MiiWrap.Learning.Api.Features.Maintenance;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>A canary goes through every path that a reflection's words can take, and is looked for wherever they must not be.</summary>
[StandingClock]
public sealed class PrivacyCanaryTests
{
    private const string Canary = "zwitscherling";

    [Fact]
    public async Task No_word_of_a_reflection_or_a_review_is_in_a_log_line_a_mail_an_error_or_an_address()
    {
        // A host of its own, whose log is kept at every level.
        await using var app = new LearningApp { KeepsEveryLogLine = true };
        await app.InitializeAsync();
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var answers = new List<Answer>();
        Task<Answer> Do(Task<Answer> call) => Kept(answers, call);

        var words = $"I heard the {Canary} and waited.";
        var prompt = (string)(await learner.GetReflection())["assignment"]!["prompts"]![0]!["slug"]!;
        var (draft, submissions) = ($"{learner.Reflection()}/draft", $"{learner.Reflection()}/submissions");
        Dictionary<string, string> Of(string text) => new() { [prompt] = text };

        // Writing, rightly and in every wrong way.
        (await Do(learner.Http.Put(draft, new { answers = Of(words) }, ("If-None-Match", "*")))).Ok();
        (await Do(learner.Http.Put(draft, new { answers = Of(words) }, ("If-None-Match", "*")))).Expect(HttpStatusCode.PreconditionFailed);
        (await Do(learner.Http.Put(draft, new { answers = Of(words) }))).Expect(HttpStatusCode.PreconditionRequired);
        (await Do(learner.Http.Put(draft, new { answers = Of(words + new string('x', 10_000)) }, ("If-Match", "*"))))
            .Expect(HttpStatusCode.UnprocessableEntity);
        (await Do(learner.Http.Put(draft, new { answers = new Dictionary<string, string> { [Canary] = words } }, ("If-Match", "*"))))
            .Expect(HttpStatusCode.UnprocessableEntity);
        (await Do(learner.Http.Put(draft, $"{{\"answers\":{{\"{prompt}\":\"{words}\"", ("If-Match", "*"))))
            .Expect(HttpStatusCode.BadRequest);
        (await Do(learner.Http.Put(draft, $"{{\"answers\":[\"{words}\"]}}", ("If-Match", "*")))).Expect(HttpStatusCode.BadRequest);
        (await Do(learner.Http.Put(draft, $"{{\"answers\":\"{words}\"}}", ("If-Match", "*")))).Expect(HttpStatusCode.BadRequest);
        (await Do(learner.Http.Post($"{learner.Reflection()}/privacy-check", new { answers = Of($"{words} Call 312-555-0148.") }))).Ok();

        // The gate, closed and then open.
        var blocked = (await Do(learner.Http.Put(draft, new { answers = Of($"{words} Call 312-555-0148.") }, ("If-Match", "*")))).Ok();
        (await Do(learner.Http.Post(submissions, new { draftETag = blocked.ETag })))
            .Expect(HttpStatusCode.UnprocessableEntity, "reflection.privacy.blocked");
        var warned = (await Do(learner.Http.Put(draft, new { answers = Of($"{words} Maria said so.") }, ("If-Match", "*")))).Ok();
        (await Do(learner.Http.Post(submissions, new { draftETag = warned.ETag })))
            .Expect(HttpStatusCode.UnprocessableEntity, "reflection.privacy.unconfirmed");
        (await Do(learner.Http.Post(submissions, new { draftETag = blocked.ETag, privacyConfirmed = true })))
            .Expect(HttpStatusCode.Conflict);
        var revision =
            (Guid)(await Do(learner.Http.Post(submissions, new { draftETag = warned.ETag, privacyConfirmed = true },
                ("Idempotency-Key", "canary-1")))).Expect(HttpStatusCode.Created)["revisionId"]!;
        (await Do(learner.Http.Put(draft, new { answers = Of(words) }, ("If-Match", "*")))).Expect(HttpStatusCode.Conflict);

        // The review, with words of its own.
        var review = ReflectionSteps.Review(revision);
        var (instructor, lead) = (cohort.Instructor.Http, cohort.Lead.Http);
        (await Do(instructor.Post($"{review}/claim"))).Ok();
        (await Do(lead.Post($"{review}/claim"))).Expect(HttpStatusCode.Conflict);
        object Judged(int score, string? overrideReason = null) => new
        {
            scores = new Dictionary<string, int> { ["experience"] = score, ["meaning"] = score, ["perspective"] = score, ["next"] = score },
            comments = Of(Canary), affirmation = Canary, question = Canary, nextStep = Canary, decision = "accept", overrideReason,
        };
        (await Do(instructor.Put(review, Judged(4), ("If-Match", "*")))).Expect(HttpStatusCode.UnprocessableEntity);
        (await Do(instructor.Put(review, new { comments = new Dictionary<string, string> { [Canary] = Canary } }, ("If-Match", "*"))))
            .Expect(HttpStatusCode.UnprocessableEntity);
        (await Do(instructor.Put(review, new { affirmation = Canary + new string('x', 3000) }, ("If-Match", "*"))))
            .Expect(HttpStatusCode.UnprocessableEntity);
        (await Do(instructor.Put(review, new { affirmation = Canary }, ("If-Match", "*")))).Ok();
        (await Do(instructor.Post($"{review}/publish"))).Expect(HttpStatusCode.UnprocessableEntity, "review.incomplete");
        (await Do(instructor.Put(review, Judged(0), ("If-Match", "*")))).Ok();
        (await Do(instructor.Post($"{review}/publish"))).Expect(HttpStatusCode.UnprocessableEntity, "review.acceptRule");
        (await Do(instructor.Put(review, Judged(0, Canary), ("If-Match", "\"old\"")))).Expect(HttpStatusCode.PreconditionFailed);
        (await Do(instructor.Put(review, Judged(0, Canary), ("If-Match", "*")))).Ok();
        (await Do(instructor.Post($"{review}/thread", new { text = Canary }, ("Idempotency-Key", "canary-2"))))
            .Expect(HttpStatusCode.Created);
        (await Do(learner.Http.Post($"{learner.Reflection()}/thread", new { text = $"{Canary} 312-555-0148" })))
            .Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Contains(Canary, (await Do(lead.Read(review))).Ok().Body, StringComparison.Ordinal);
        (await Do(instructor.Post($"{review}/publish"))).Ok();

        // Everything that goes out or is shown to somebody else.
        (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(2));
        await app.Send(new SendMails());
        await app.Send(new SendDueNudges());
        var shown = new List<Answer>();
        foreach (var (client, path) in new[]
        {
            (lead, $"{cohort.Path}/progress"), (lead, $"/v1/reviews?cohort={cohort.Id}&status=accepted"), (lead, learner.Journey),
                (learner.Http, "/v1/me/next"),
            (learner.Http, $"{learner.Reflection()}/access-log"), (lead, "/v1/reviews/agreement"), ((await app.Admin()).Http, review),
        }) shown.Add((await Do(client.Read(path))).Ok());
        Assert.Contains(Canary, (await Do(learner.Http.Read(learner.Reflection()))).Ok().Body, StringComparison.Ordinal);

        var lines = app.Services.GetRequiredService<LogSink>().Lines;
        Assert.Contains(lines, l => l.StartsWith("Trace", StringComparison.Ordinal) || l.StartsWith("Debug", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, Holds);
        Assert.Equal(2, app.MailsTo(learner.Email).Count);
        Assert.DoesNotContain(Directory.GetFiles(app.MailFolder, "*", SearchOption.AllDirectories), f => Holds(File.ReadAllText(f)));
        Assert.DoesNotContain(app.MailsTo(learner.Email), m => Holds(m.Text) || Holds(m.Html));
        Assert.True(answers.Count(a => (int)a.Status >= 400) > 12, "The errors are what this is about.");
        Assert.DoesNotContain(answers.Where(a => (int)a.Status >= 400), a => Holds(a.Body));
        Assert.DoesNotContain(answers, a => a.Headers.Any(h => Holds(h.Value)));
        Assert.DoesNotContain(shown, a => Holds(a.Body));
        Assert.False(await app
            .InDb(db => Task.FromResult(db.IdempotencyRecords.AsEnumerable()
                .Any(r => Holds(System.Text.Encoding.UTF8.GetString(r.Body))))));
    }

    [Fact]
    public async Task No_word_about_a_session_is_in_a_log_line_a_mail_an_event_an_error_or_an_address()
    {
        await using var app = new LearningApp { KeepsEveryLogLine = true };
        await app.InitializeAsync();
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (learner, other) = (await app.Learner(cohort), await app.Learner(cohort));
        var coach = cohort.Instructor.Http;
        var answers = new List<Answer>();
        Task<Answer> Do(Task<Answer> call) => Kept(answers, call);

        var planned = (await Do(coach.Plan(FlowingClock.Now.AddDays(1), learner.Id, other.Id))).Expect(HttpStatusCode.Created);
        var (id, path) = ((Guid)planned["id"]!, planned.Headers["Location"]);
        var called = (await Do(coach.Plan(FlowingClock.Now.AddDays(2), learner.Id))).Expect(HttpStatusCode.Created).Headers["Location"];
        var keyed = 0;
        (string, string) Key() => ("Idempotency-Key", $"session-{++keyed}");

        // Why it is called off.
        (await Do(coach.Post($"{called}/cancel", new { reason = $"{Canary} 312-555-0148" }))).Expect(HttpStatusCode.UnprocessableEntity);
        (await Do(coach.Post($"{called}/cancel", new { reason = $"{Canary} said Maria." }))).Expect(HttpStatusCode.UnprocessableEntity);
        (await Do(coach.Post($"{called}/cancel", new { reason = $"The {Canary} is ill." }, Key()))).Ok();

        // Notes, feedback and replies, rightly and in every wrong way.
        object Notes(string text) => new { note = text, feedback = new[] { new { personId = learner.Id, text } } };
        foreach (var (text, code) in new[] { ($"{Canary} 312-555-0148", "session.privacy.blocked"),
            ($"{Canary} said Maria.", "session.privacy.unconfirmed"), (Canary + new string('x', 5_000), "request.invalid") })
            (await Do(coach.Put($"{path}/notes", Notes(text), ("If-None-Match", "*")))).Expect(HttpStatusCode.UnprocessableEntity, code);
        (await Do(coach.Put($"{path}/notes", Notes(Canary)))).Expect((HttpStatusCode)428);
        (await Do(coach.Put($"{path}/notes", $"{{\"note\":[\"{Canary}\"]}}", ("If-None-Match", "*")))).Expect(HttpStatusCode.BadRequest);
        (await Do(coach.Put($"{path}/notes", new { feedback = new[] { new { personId = Guid.NewGuid(), text = Canary } } },
            ("If-None-Match", "*")))).Expect(HttpStatusCode.UnprocessableEntity, "session.feedback.unknown");
        (await Do(learner.Http.Post($"{path}/notes/reply", new { text = Canary }))).Expect(HttpStatusCode.Conflict);
        (await Do(coach.Put($"{path}/notes", Notes(Canary), ("If-None-Match", "*")))).Ok();
        (await Do(coach.Put($"{path}/notes", Notes(Canary), ("If-None-Match", "*")))).Expect(HttpStatusCode.PreconditionFailed);
        (await Do(learner.Http.Post($"{path}/notes/reply", new { text = $"{Canary} 312-555-0148" })))
            .Expect(HttpStatusCode.UnprocessableEntity);
        (await Do(learner.Http.Post($"{path}/notes/reply", new { text = Canary }))).Expect(HttpStatusCode.Created);
        (await Do(learner.Http.Post($"{path}/notes/reply", new { text = Canary }))).Expect(HttpStatusCode.Conflict);
        Assert.Contains(Canary, (await Do(learner.Http.Read(path))).Ok().Body, StringComparison.Ordinal);

        // Everything that goes out or is shown to somebody else.
        await app.Send(new SendMails());
        FlowingClock.Advance(TimeSpan.FromDays(2));
        (await Do(coach.Put($"{path}/record", new
        {
            mode = "group", minutes = 45, participants = new[] { CoachingSteps.Part(learner.Id), CoachingSteps.Part(other.Id) },
        }, ("If-Match", "*")))).Ok();
        await app.Send(new SendMails());
        var calendar = new Uri((string)(await learner.Http.Post("/v1/me/calendar")).Ok()["url"]!).PathAndQuery;
        foreach (var (client, shown) in new[]
        {
            (cohort.Lead.Http, path), (admin.Http, path), (cohort.Lead.Http, called), (cohort.Lead.Http, CoachingSteps.Sessions),
            (learner.Http, "/v1/me/next"), (coach, "/v1/me/coaching"), (cohort.Lead.Http, $"{cohort.Path}/coaching"),
            (cohort.Lead.Http, $"{cohort.Path}/progress"), (learner.Http, $"{path}/access-log"), (admin.Http, "/v1/events?limit=200"),
            (learner.Http, calendar),
        }) Assert.False(Holds((await Do(client.Read(shown))).Ok().Body), shown);
        Assert.DoesNotContain(app.Services.GetRequiredService<LogSink>().Lines, Holds);
        Assert.NotEmpty(app.MailsTo(learner.Email));
        Assert.DoesNotContain(Directory.GetFiles(app.MailFolder, "*", SearchOption.AllDirectories), f => Holds(File.ReadAllText(f)));
        Assert.True(answers.Count(a => (int)a.Status >= 400) > 9, "The errors are what this is about.");
        Assert.DoesNotContain(answers.Where(a => (int)a.Status >= 400), a => Holds(a.Body));
        Assert.DoesNotContain(answers, a => a.Headers.Any(h => Holds(h.Value)));
        Assert.False(await app.InDb(db => Task.FromResult(db.IntegrationEvents.AsEnumerable().Any(e => Holds(e.Data)))));

        // Once it is taken out it is in no byte of the database, though receipts, reasons and logs may have kept it.
        (await admin.Http.Post($"{path}/break-glass", new { reason = $"They asked for the {Canary}.", hours = 1 }, Key())).Ok();
        (await learner.Http.Post($"{path}/hold", new { reason = $"It holds a {Canary}." }, Key())).Ok();
        (await admin.Http.Post($"{path}/redactions",
            new { prompt = "note", span = new[] { 0, Canary.Length }, reason = "It was the word for a family." }, Key()))
            .Expect(HttpStatusCode.Created);
        (await admin.Http.Post($"{path}/hold/release", null, Key())).Ok();
        await app.Send(new SendMails());
        foreach (var author in new[] { learner.Email, cohort.Instructor.Email })
            Assert.Contains("counts against nobody", Assert.Single(
                app.MailsTo(author), m => m.Headers["Subject"] == "A few words were taken out of your coaching notes").Text,
                StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(app.MailFolder, "*", SearchOption.AllDirectories), f => Holds(File.ReadAllText(f)));
        (await learner.Http.Post($"{called}/hold", new { reason = "A name is in the reason." }, Key())).Ok();
        (await admin.Http.Post($"{called}/break-glass", new { reason = "They asked us to look.", hours = 1 }, Key())).Ok();
        (await admin.Http.Post($"{called}/redactions",
            new { prompt = "cancelReason", span = new[] { 4, 4 + Canary.Length }, reason = "It was the word for a family." }, Key()))
            .Expect(HttpStatusCode.Created);
        (await admin.Http.Post($"{called}/hold/release", null, Key())).Ok();
        foreach (var (reader, shown) in
            from one in new[] { coach, learner.Http } from page in new[] { path, called } from part in new[] { "", "/access-log" }
            select (one, page + part))
            Assert.DoesNotContain(Canary, (await reader.Read(shown)).Ok().Body, StringComparison.OrdinalIgnoreCase);
        if (app.IsSqlite) Assert.False((await app.Pages()).Hold(Canary));
        Assert.DoesNotContain(app.Services.GetRequiredService<LogSink>().Lines, Holds);
    }

    [Fact]
    public async Task No_word_of_a_step_is_in_a_log_line_an_event_an_error_a_receipt_or_anybody_elses_mail()
    {
        await using var app = new LearningApp { KeepsEveryLogLine = true };
        await app.InitializeAsync();
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor.Http);
        var answers = new List<Answer>();
        Task<Answer> Do(Task<Answer> call) => Kept(answers, call);

        const string items = "/v1/action-items";
        object Step(string cue) => CoachingSteps.Step(learner.EnrolmentId, learner.Id, cue: cue);
        foreach (var (cue, code) in new[] { ($"{Canary} 312-555-0148", "text.privacy.blocked"),
            ($"{Canary} says to Maria", "text.privacy.unconfirmed"), (Canary + new string('x', 300), "request.invalid") })
            (await Do(coach.Post(items, Step(cue)))).Expect(HttpStatusCode.UnprocessableEntity, code);
        var path = (await Do(coach.Post(items, Step($"the {Canary} sings"), ("Idempotency-Key", "action-step-1"))))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        (await Do(learner.Http.Post($"{path}/agree", new { ifThen = new { cue = Canary, action = $"{Canary} 312-555-0148" } })))
            .Expect(HttpStatusCode.UnprocessableEntity);
        (await Do(learner.Http.Post($"{path}/agree", new { ifThen = new { cue = $"the {Canary} sings", action = "I will listen" } },
            ("Idempotency-Key", "action-step-2")))).Ok();
        (await Do(coach.Patch(path, new { sign = Canary }, ("If-Match", "*")))).Expect(HttpStatusCode.Forbidden);
        (await Do(learner.Http.Patch(path, new { sign = $"The {Canary}, again" }))).Expect((HttpStatusCode)428);
        (await Do(learner.Http.Patch(path, new { sign = $"The {Canary}, again" }, ("If-Match", "*")))).Ok();
        (await Do(learner.Http.Post($"{path}/evidence", new { level = "partly", note = $"{Canary} 312-555-0148" })))
            .Expect(HttpStatusCode.UnprocessableEntity);
        (await Do(learner.Http.Post($"{path}/evidence", new { level = "partly", note = Canary }, ("Idempotency-Key", "action-step-3")))).Ok();
        Assert.Contains(Canary, (await Do(coach.Read(path))).Ok().Body, StringComparison.Ordinal);

        // The owner's own mail quotes them; nothing else does.
        FlowingClock.Advance(TimeSpan.FromDays(3));
        await app.Send(new SendDueNudges());
        await app.Send(new SendMails());
        Assert.Contains(app.MailsTo(learner.Email), m => m.Text.Contains(Canary, StringComparison.Ordinal));
        Assert.DoesNotContain(app.MailsTo(learner.Email), m => m.Headers.Any(h => Holds(h.Value)));
        foreach (var (client, shown) in new[]
        {
            (cohort.Lead.Http, items), (admin.Http, items), (cohort.Lead.Http, $"{cohort.Path}/coaching"), (coach, "/v1/me/coaching"),
            (coach, "/v1/me/next"), (cohort.Lead.Http, $"{cohort.Path}/nudges"), (learner.Http, "/v1/nudges"),
            (admin.Http, "/v1/events?limit=200"),
        }) Assert.False(Holds((await Do(client.Read(shown))).Ok().Body), shown);
        Assert.DoesNotContain(app.Services.GetRequiredService<LogSink>().Lines, Holds);
        Assert.DoesNotContain(answers.Where(a => (int)a.Status >= 400), a => Holds(a.Body));
        Assert.DoesNotContain(answers, a => a.Headers.Any(h => Holds(h.Value)));
        Assert.False(await app.InDb(db => Task.FromResult(db.IntegrationEvents.AsEnumerable().Any(e => Holds(e.Data)))));
        Assert.False(await app.InDb(db => Task.FromResult(
            db.IdempotencyRecords.AsEnumerable().Any(r => Holds(System.Text.Encoding.UTF8.GetString(r.Body))))));
    }

    [Fact]
    public async Task No_word_of_a_fidelity_review_is_in_a_log_line_a_mail_an_event_an_error_a_receipt_or_anybody_elses_answer()
    {
        await using var app = new LearningApp { KeepsEveryLogLine = true };
        await app.InitializeAsync();
        var (cohort, admin) = (await app.Cohort(), await app.Admin());
        var (learner, coach) = (await app.Learner(cohort), cohort.Instructor.Http);
        var answers = new List<Answer>();
        Task<Answer> Do(Task<Answer> call) => Kept(answers, call);

        var keyed = 0;
        (string, string) Key() => ("Idempotency-Key", $"fidelity-{++keyed}");
        var path = await coach.BeginReview(learner.Id);
        object Noted(string text, string item = "A1") =>
            new { ratings = FidelitySteps.All(2), notes = new Dictionary<string, string> { [item] = text } };
        foreach (var (body, code) in new[]
        {
            (Noted($"{Canary} 312-555-0148"), "text.privacy.blocked"), (Noted($"{Canary} said Maria."), "text.privacy.unconfirmed"),
            (Noted(Canary + new string('x', 500)), "request.invalid"), (Noted(Canary, item: Canary), "request.invalid"),
        }) (await Do(coach.Put(path, body, ("If-Match", "*")))).Expect(HttpStatusCode.UnprocessableEntity, code);
        (await Do(coach.Put(path, Noted(Canary)))).Expect((HttpStatusCode)428);
        (await Do(coach.Put(path, $"{{\"ratings\":{{}},\"notes\":[\"{Canary}\"]}}", ("If-Match", "*")))).Expect(HttpStatusCode.BadRequest);
        (await Do(learner.Http.Put(path, Noted(Canary), ("If-Match", "*")))).Expect(HttpStatusCode.NotFound);
        (await Do(coach.Put(path, Noted(Canary), ("If-Match", "*")))).Ok();
        (await Do(coach.Post($"{path}/submit", null, Key()))).Ok();
        (await Do(coach.Put(path, Noted(Canary), ("If-Match", "*")))).Expect(HttpStatusCode.Conflict);
        foreach (var (text, code) in new[] { ($"{Canary} 312-555-0148", "text.privacy.blocked"),
            ($"{Canary} said Maria.", "text.privacy.unconfirmed"), (Canary + new string('x', 500), "request.invalid") })
            (await Do(learner.Http.Post($"{path}/reply", new { text }))).Expect(HttpStatusCode.UnprocessableEntity, code);
        (await Do(learner.Http.Post($"{path}/reply", new { text = Canary }, Key()))).Expect(HttpStatusCode.Created);
        (await Do(learner.Http.Post($"{path}/reply", new { text = Canary }))).Expect(HttpStatusCode.Conflict);
        (await Do(coach.Post($"{path}/amend", new { reason = $"{Canary} 312-555-0148" }))).Expect(HttpStatusCode.UnprocessableEntity);
        var amended = (await Do(coach.Post($"{path}/amend", new { reason = $"The {Canary} was missed." }, Key())))
            .Expect(HttpStatusCode.Created).Headers["Location"];
        (await Do(coach.Post($"{path}/amend", new { reason = $"The {Canary} was missed." }))).Expect(HttpStatusCode.Conflict);
        (await Do(coach.Post($"{amended}/submit", null, Key()))).Ok();
        (await Do(coach.Post($"{amended}/void", new { reason = $"It was another {Canary}." }))).Expect(HttpStatusCode.Forbidden);
        (await Do(cohort.Lead.Http.Post($"{amended}/void", new { reason = $"It was another {Canary}." }, Key()))).Ok();
        foreach (var one in new[] { path, amended })
            Assert.Contains(Canary, (await Do(learner.Http.Read(one))).Ok().Body, StringComparison.Ordinal);

        // Why somebody is appointed to rate, which they read themselves; and halves of a pair that nobody else sees.
        object Appointed(string reason) => new { instrument = FidelitySteps.Form, reason };
        var rater = $"/v1/fidelity/raters/{cohort.Instructor.Id}";
        foreach (var (reason, code) in new[] { ($"{Canary} 312-555-0148", "request.invalid"),
            ($"{Canary} said Maria.", "text.privacy.unconfirmed"), (Canary + new string('x', 400), "request.invalid") })
            (await Do(admin.Http.Put(rater, Appointed(reason)))).Expect(HttpStatusCode.UnprocessableEntity, code);
        (await Do(coach.Put(rater, Appointed($"They know the {Canary}.")))).Expect(HttpStatusCode.Forbidden);
        (await Do(admin.Http.Put(rater, Appointed($"They know the {Canary}.")))).Ok();
        Assert.Contains(Canary, (await Do(coach.Read("/v1/fidelity/raters"))).Ok().Body, StringComparison.Ordinal);
        var pair = await cohort.Instructor.BeginPair(cohort.Lead, learner.Id);
        (await Do(coach.Put(pair.First, Noted(Canary), ("If-Match", "*")))).Ok();
        (await Do(coach.Post($"{pair.First}/submit", null, Key()))).Ok();
        foreach (var other in new[] { learner.Http, cohort.Lead.Http, admin.Http })
            Assert.False(Holds((await Do(other.Read(pair.First))).Expect(HttpStatusCode.NotFound).Body));

        await app.Send(new SendMails());
        foreach (var (client, shown) in new[]
        {
            (cohort.Lead.Http, "/v1/fidelity/raters"), (cohort.Lead.Http, "/v1/fidelity/agreement?instrument=tpo-1"),
            (learner.Http, FidelitySteps.Reviews), (coach, FidelitySteps.Reviews), (admin.Http, FidelitySteps.Reviews),
            (learner.Http, $"{path}/access-log"), (learner.Http, "/v1/me/next"), (coach, "/v1/me/coaching"),
            (learner.Http, FidelitySteps.Trend(learner.Id)), (coach, FidelitySteps.Trend(learner.Id)), (cohort.Lead.Http, $"{cohort.Path}/coaching"), (cohort.Lead.Http, $"{cohort.Path}/progress"),
            (admin.Http, "/v1/events?limit=200"),
        }) Assert.False(Holds((await Do(client.Read(shown))).Ok().Body), shown);
        Assert.DoesNotContain(app.Services.GetRequiredService<LogSink>().Lines, Holds);
        Assert.DoesNotContain(Directory.GetFiles(app.MailFolder, "*", SearchOption.AllDirectories), f => Holds(File.ReadAllText(f)));
        Assert.True(answers.Count(a => (int)a.Status >= 400) > 12, "The errors are what this is about.");
        Assert.DoesNotContain(answers.Where(a => (int)a.Status >= 400), a => Holds(a.Body));
        Assert.DoesNotContain(answers, a => a.Headers.Any(h => Holds(h.Value)));
        Assert.False(await app.InDb(db => Task.FromResult(db.IntegrationEvents.AsEnumerable().Any(e => Holds(e.Data)))));
        Assert.False(await app.InDb(db => Task.FromResult(
            db.IdempotencyRecords.AsEnumerable().Any(r => Holds(System.Text.Encoding.UTF8.GetString(r.Body))))));
    }

    [Fact]
    public async Task What_was_taken_out_is_in_no_byte_of_the_database_no_receipt_no_mail_and_no_log_line()
    {
        await using var app = new LearningApp { KeepsEveryLogLine = true };
        await app.InitializeAsync();
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var keyed = 0;
        (string, string) Key() => ("Idempotency-Key", $"redaction-{++keyed}");

        // The words in long and short texts, in drafts that were saved over and over, and in whatever is said about them.
        var prompts = (await learner.GetReflection())["assignment"]!["prompts"]!.AsArray().Select(p => (string)p!["slug"]!).ToList();
        var tag = "";
        foreach (var length in new[] { 10, 8_000, 300, 5_000, 20, 2_000 })
        {
            var answers = prompts
                .ToDictionary(p => p,
                    p => $"{new string('x', length)} the {Canary} of {p} {new string('y', length / 9)} {Canary.ToUpperInvariant()}");
            tag = (await learner.Http.Put($"{learner.Reflection()}/draft", new { answers }, tag.Length == 0
                ? ("If-None-Match", "*")
                : ("If-Match", tag))).Ok().ETag!;
        }

        async Task<Guid> HandIn(string draft) =>
            (Guid)(await learner.Http.Post(
                $"{learner.Reflection()}/submissions", new { draftETag = draft, privacyConfirmed = true }, Key()))
                .Expect(HttpStatusCode.Created)["revisionId"]!;
        var first = await HandIn(tag);
        var review = ReflectionSteps.Review(first);
        var instructor = cohort.Instructor.Http;
        (await instructor.Post($"{review}/claim", null, Key())).Ok();
        (await instructor.Put(review, Judged(3, Canary), ("If-Match", "*"))).Ok();
        (await instructor.Post($"{review}/publish", null, Key())).Ok();
        (await instructor.Post($"{review}/thread", new { text = $"About the {Canary}?" }, Key())).Expect(HttpStatusCode.Created);
        (await learner.Http.Post($"{learner.Reflection()}/thread", new { text = $"The {Canary}, yes." }, Key()))
            .Expect(HttpStatusCode.Created);
        var admin = await app.Admin();
        (await admin.Http.Post($"{review}/break-glass", new { reason = $"They asked for the {Canary}.", hours = 1 }, Key())).Ok();
        Assert.True((await app.Pages()).Hold(Canary), "It must have been there.");

        (await learner.Http.Post($"{learner.Reflection()}/hold", new { reason = $"It holds a {Canary}." }, Key())).Ok();
        var text = (string)(await cohort.Lead.Http.Read(review)).Ok()["answers"]![prompts[0]]!;
        var start = text.IndexOf(Canary, StringComparison.Ordinal);
        (await cohort.Lead.Http
            .Post($"{review}/redactions", new { prompt = prompts[0], span = new[] { start, start + Canary.Length },
                reason = "It was the word for a family." }, Key()))
            .Expect(HttpStatusCode.Created);
        (await cohort.Lead.Http.Post($"{review}/hold/release", null, Key())).Ok();
        await app.Send(new SendMails());

        if (app.IsSqlite)
        {
            var pages = await app.Pages();
            foreach (var words in new[] { Canary, Canary.ToUpperInvariant() })
                Assert.False(pages.Hold(words), $"{words} is in the database.");

            // What the database was before lies in its log until the next hour's upkeep.
            var log = Path.Combine(app.Folder, "learning.db-wal");
            Assert.True((await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken)).Hold(Canary));
            await app.Send(new DeleteExpired());
            Assert.False((await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken)).Hold(Canary), "It is in the log.");
        }

        foreach (var (client, path) in new[] { (learner.Http, learner.Reflection()), (learner.Http, $"{learner.Reflection()}/thread"),
            (learner.Http, $"{learner.Reflection()}/access-log"), (admin.Http, review), (cohort.Lead.Http, review) })
            Assert.False(Holds((await client.Read(path)).Ok().Body), path);
        Assert.DoesNotContain(app.Services.GetRequiredService<LogSink>().Lines, Holds);
        Assert.DoesNotContain(Directory.GetFiles(app.MailFolder, "*", SearchOption.AllDirectories), f => Holds(File.ReadAllText(f)));
        var told = Assert.Single(app.MailsTo(learner.Email), m => m.Headers["Subject"] == "A few words were taken out of your reflection");
        Assert.Contains("counts against nobody", told.Text, StringComparison.Ordinal);
        Assert.True(keyed > 8, "The receipts are looked through too.");
        Assert.False(await app
            .InDb(db => Task.FromResult(db.IdempotencyRecords.AsEnumerable()
                .Any(r => Holds(System.Text.Encoding.UTF8.GetString(r.Body))))));
    }

    private static object Judged(int score, string word) => new
    {
        scores = new[] { "experience", "meaning", "perspective", "next" }.ToDictionary(c => c, _ => score),
        comments = new Dictionary<string, string>(),
        affirmation = $"You named the {word}.",
        question = $"What did the {word} do?",
        nextStep = $"Wait for the {word}.",
        decision = "accept",
    };

    private static async Task<Answer> Kept(List<Answer> answers, Task<Answer> call)
    {
        var answer = await call;
        answers.Add(answer);
        return answer;
    }

    private static bool Holds(string text) => text.Contains(Canary, StringComparison.OrdinalIgnoreCase);
}
