using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Reflections;

/// <summary>Plans, notes, reasons, messages and feedback pass a reflection's gate; plans and notes are read by those who coach.</summary>
[StandingClock]
public sealed class FreeTextGateTests(LearningApp app)
{
    private const string Naming = "I sit down with José on the porch";
    private const string Identifying = "Ring 312‑555‑0148 before we meet";

    [Fact]
    public async Task An_if_then_plan_that_names_a_person_needs_a_second_look()
    {
        var learner = await app.Learner();
        var complete = $"{learner.Unit(ReflectionSteps.Anchor)}/complete";
        var unconfirmed = (await learner.Http.Post(complete, new { ifThen = new { cue = Naming, action = "I ask" } }))
            .Expect(HttpStatusCode.UnprocessableEntity, "text.privacy.unconfirmed");
        Assert.Equal(("ifThen.cue", "name", 16, 20), Finding(unconfirmed["warnings"]!.AsArray().Single()!));
        Assert.Equal("ifThen.cue", Assert.Single(unconfirmed["errors"]!.AsObject()).Key);
        Assert.DoesNotContain("José", unconfirmed.Body, StringComparison.Ordinal);
        var blocked = (await learner.Http.Post(complete, new { ifThen = new { cue = "I call", action = Identifying }, privacyConfirmed = true }))
            .Expect(HttpStatusCode.UnprocessableEntity, "text.privacy.blocked");
        Assert.Equal(("ifThen.action", "phone", 5, 17), Finding(blocked["blocked"]!.AsArray().Single()!));
        Assert.Equal("open", (string)(await Unit(learner))["state"]!);

        (await learner.Http.Post(complete, new { ifThen = new { cue = Naming, action = "I ask" }, privacyConfirmed = true })).Ok();
        // Done is done: the same again is the first answer, whatever comes with it.
        (await learner.Http.Post(complete, new { ifThen = new { cue = Naming, action = Identifying } })).Ok();
        Assert.Equal(Naming, (string)(await Unit(learner))["ifThen"]!["cue"]!);
        Assert.DoesNotContain(app.Services.GetRequiredService<LogSink>().Lines, l => l.Contains("on the porch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_spans_of_a_plan_are_those_of_the_text_that_was_sent()
    {
        var learner = await app.Learner();
        var refused = (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete",
            new { ifThen = new { cue = "  Re\u0301my and Jose\u0301 meet", action = "I ask" } }))
            .Expect(HttpStatusCode.UnprocessableEntity, "text.privacy.unconfirmed");
        Assert.Equal(("ifThen.cue", "name", 12, 17), Finding(refused["warnings"]!.AsArray().Single()!));
    }

    [Fact]
    public async Task A_note_to_a_check_in_passes_the_gate_in_the_app_and_by_the_mails_link()
    {
        var (cohort, learner, nudge) = await Asked();
        var response = $"/v1/nudges/{nudge}/response";
        (await learner.Http.Post(response, new { outcome = "applied", note = Identifying, privacyConfirmed = true }))
            .Expect(HttpStatusCode.UnprocessableEntity, "text.privacy.blocked");
        (await learner.Http.Post(response, new { outcome = "applied", note = Naming }))
            .Expect(HttpStatusCode.UnprocessableEntity, "text.privacy.unconfirmed");

        var link = app.Services.GetRequiredService<OneTapLinks>().To(nudge).PathAndQuery;
        var page = (await Post(link, ("outcome", "notYet"), ("barrier", "forgot"), ("note", Naming), ("needHelp", "true")))
            .Expect(HttpStatusCode.UnprocessableEntity).Body;
        Assert.All(new[] { "on the porch</textarea>", "value=\"notYet\" required checked", "value=\"forgot\" selected",
            "name=\"needHelp\" value=\"true\" checked", "name=\"privacyConfirmed\"" },
            kept => Assert.Contains(kept, page, StringComparison.Ordinal));
        (await Post(link, ("outcome", "notYet"), ("barrier", "forgot"), ("note", "a\uFFFFb"))).Expect(HttpStatusCode.UnprocessableEntity);
        (await Post(link, ("outcome", "notYet"), ("barrier", "forgot"), ("note", Naming), ("privacyConfirmed", "true"))).Ok();
        Assert.Contains(Naming, (await cohort.Instructor.Http.Read($"{cohort.Path}/nudges")).Ok()["items"]!.AsArray()
            .Select(n => (string?)n!["response"]?["note"]));
    }

    [Fact]
    public async Task Messages_reasons_and_feedback_pass_the_same_gate()
    {
        var (cohort, learner, nudge) = await Asked();
        var revision = await learner.HandIn();
        var review = ReflectionSteps.Review(revision);
        (await cohort.Instructor.Http.Post($"{review}/claim")).Ok();
        (await learner.Http.Post($"/v1/nudges/{nudge}/response", new { outcome = "applied", needHelp = true })).Ok();
        var followUp = (string)(await cohort.Lead.Http.Read($"{cohort.Path}/followups?status=open")).Ok()["items"]![0]!["id"]!;
        var admin = await app.Admin();
        var agency = await app.Agency();
        var module = (string)(await learner.Http.Read(learner.Journey)).Ok()["modules"]![1]!["slug"]!;
        var judged = new { scores = new Dictionary<string, int> { ["experience"] = 2, ["meaning"] = 2, ["perspective"] = 2, ["next"] = 2 },
            affirmation = Naming, question = "What did you hear?", nextStep = "Count to three.", decision = "accept" };
        (await cohort.Instructor.Http.Put(review, judged, ("If-Match", "*"))).Ok();

        var taken = new List<string>();
        foreach (var (who, method, path, field) in new[]
        {
            (learner.Http, HttpMethod.Post, $"{learner.Reflection()}/thread", "text"),
            (cohort.Instructor.Http, HttpMethod.Post, $"{review}/thread", "text"),
            (cohort.Lead.Http, HttpMethod.Post, $"{cohort.Path}/followups/{followUp}/close", "note"),
            (cohort.Lead.Http, HttpMethod.Post, $"{learner.Journey}/modules/{module}/open", "reason"),
            (admin.Http, HttpMethod.Post, $"{review}/break-glass", "reason"),
            (cohort.Instructor.Http, HttpMethod.Post, $"{review}/publish", "affirmation"),
            (learner.Http, HttpMethod.Post, $"{learner.Reflection()}/hold", "reason"),
            (admin.Http, HttpMethod.Put, $"/v1/agencies/{agency}/legal-hold", "reason"),
        })
        {
            JsonObject Body(string text, bool? confirmed) => new()
            {
                [field] = text, ["privacyConfirmed"] = confirmed, ["outcome"] = "spoke", ["hours"] = 1,
            };
            if (field != "affirmation")
                Assert.Equal(("phone", field), (await who.Call(method, path, Body(Identifying, true)))
                    .Expect(HttpStatusCode.UnprocessableEntity)["blocked"]![0] is { } place
                    ? ((string)place["kind"]!, (string)place["prompt"]!) : default);
            var refused = (await who.Call(method, path, Body(Naming, null)))
                .Expect(HttpStatusCode.UnprocessableEntity, "text.privacy.unconfirmed");
            Assert.Equal(field, (string)refused["warnings"]![0]!["prompt"]!);
            var done = await who.Call(method, path, Body(Naming, true));
            Assert.True((int)done.Status is >= 200 and < 300, $"{path}: {done.Status} {done.Body}");
            taken.Add(field);
        }

        Assert.Equal(8, taken.Count);
    }

    [Fact]
    public async Task Notes_and_plans_are_read_by_those_who_coach_and_the_learner_sees_by_whom()
    {
        var (cohort, learner, nudge) = await Asked();
        (await learner.Http.Post($"/v1/nudges/{nudge}/response", new { outcome = "applied", note = "It went well." })).Ok();
        var revision = await learner.HandIn();
        var (list, admin) = ($"{cohort.Path}/nudges", await app.Admin());
        Assert.Empty(await Log(learner));

        // An admin without break-glass reads neither, in JSON or CSV.
        Assert.DoesNotContain("It went well.", (await admin.Http.Read(list)).Ok().Body, StringComparison.Ordinal);
        Assert.DoesNotContain("It went well.", (await admin.Http.Read(list, ("Accept", "text/csv"))).Ok().Body, StringComparison.Ordinal);
        Assert.Null((await admin.Http.Read(ReflectionSteps.Review(revision))).Ok()["ifThen"]);
        Assert.Empty(await Log(learner));

        Assert.Contains("It went well.", (await cohort.Instructor.Http.Read(list)).Ok().Body, StringComparison.Ordinal);
        (await cohort.Instructor.Http.Read(list)).Ok();
        Assert.NotNull((await cohort.Instructor.Http.Read(ReflectionSteps.Review(revision))).Ok()["ifThen"]);
        Assert.Equal(["Ines Instructor instructor readNote", "Ines Instructor instructor readPlan"], await Log(learner));

        FlowingClock.Advance(TimeSpan.FromHours(1));
        (await admin.Http.Post($"{ReflectionSteps.Review(revision)}/break-glass", new { reason = "The privacy officer asked.", hours = 1 })).Ok();
        Assert.Contains("It went well.", (await admin.Http.Read(list)).Ok().Body, StringComparison.Ordinal);
        Assert.NotNull((await admin.Http.Read(ReflectionSteps.Review(revision))).Ok()["ifThen"]);
        Assert.Contains("Ada Admin programAdmin readNote The privacy officer asked.", await Log(learner));
        var other = await app.Learner(cohort);
        Assert.Empty(await Log(other));
    }

    [Fact]
    public async Task Who_supervises_at_the_learners_agency_reads_no_note_though_they_instruct()
    {
        var (cohort, agency, admin) = (await app.Cohort(), await app.Agency(), await app.Admin());
        var learner = await app.Learner(cohort, agencyId: agency);
        var nudge = (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok()["nudges"]![1]!["id"]!;
        (await learner.Http.Post($"/v1/nudges/{nudge}/response", new { outcome = "applied", note = "It went well." })).Ok();
        (await admin.Http.Put($"/v1/agencies/{agency}/people/{cohort.Instructor.Id}", new { role = "supervisor" }))
            .Expect(HttpStatusCode.NoContent);
        Assert.DoesNotContain("It went well.", (await cohort.Instructor.Http.Read($"{cohort.Path}/nudges")).Ok().Body, StringComparison.Ordinal);
        Assert.Contains("It went well.", (await cohort.Lead.Http.Read($"{cohort.Path}/nudges")).Ok().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_coachs_note_is_not_shown_to_an_admin()
    {
        var (cohort, learner, nudge) = await Asked();
        (await learner.Http.Post($"/v1/nudges/{nudge}/response", new { outcome = "applied", needHelp = true })).Ok();
        var followUps = $"{cohort.Path}/followups";
        var id = (string)(await cohort.Lead.Http.Read(followUps)).Ok()["items"]![0]!["id"]!;
        (await cohort.Lead.Http.Post($"{followUps}/{id}/close", new { outcome = "spoke", note = "We talked." })).Ok();
        Assert.Equal("We talked.", (string)(await cohort.Lead.Http.Read(followUps)).Ok()["items"]![0]!["note"]!);
        Assert.Null((await (await app.Admin()).Http.Read(followUps)).Ok()["items"]![0]!["note"]);
    }

    private async Task<(TestCohort Cohort, TestLearner Learner, Guid Nudge)> Asked()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit(ReflectionSteps.Anchor)}/complete", Given.IfThen())).Ok();
        return (cohort, learner, (Guid)(await learner.Http.Read("/v1/nudges")).Ok()["items"]![0]!["id"]!);
    }

    private Task<Answer> Post(string link, params (string Name, string Value)[] fields) =>
        Session.Anonymous(app).Post(link, new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))));

    private static async Task<JsonNode> Unit(TestLearner learner) =>
        (await learner.Http.Read(learner.Journey)).Ok()["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray())
            .Single(u => (string)u!["slug"]! == ReflectionSteps.Anchor)!;

    private static async Task<string[]> Log(TestLearner learner) =>
        [.. (await learner.Http.Read($"{learner.Reflection()}/access-log")).Ok()["items"]!.AsArray()
            .Select(i => $"{(string)i!["who"]!["name"]!} {(string)i["role"]!} {(string)i["what"]!} {(string?)i["reason"]}".TrimEnd())
            .Order(StringComparer.Ordinal)];

    private static (string, string, int, int) Finding(JsonNode f) =>
        ((string)f["prompt"]!, (string)f["kind"]!, (int)f["span"]![0]!, (int)f["span"]![1]!);
}
