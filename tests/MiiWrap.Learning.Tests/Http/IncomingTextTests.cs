using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Tests.Conventions;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>Every text that comes in is a text, and is composed before anything measures or keeps it.</summary>
[StandingClock]
public sealed partial class IncomingTextTests(LearningApp app)
{
    /// <summary>U+0958, which is two characters in its composed form.</summary>
    private const char Growing = '\u0958';

    [Theory]
    [InlineData(@"\ufffe"), InlineData(@"\uffff"), InlineData(@"\ud83d"), InlineData(@"\udc00\ud83d"), InlineData("\uFFFF")]
    public async Task What_is_no_text_is_422_in_every_body_and_names_its_field(string odd)
    {
        var (admin, cohort, agency) = (await app.Admin(), await app.Cohort(), await app.Agency());
        var learner = await app.Learner(cohort);
        await learner.Write();
        var revision = await learner.HandIn();
        (await cohort.Instructor.Http.Post($"{ReflectionSteps.Review(revision)}/claim")).Ok();
        var prompt = (string)(await learner.GetReflection())["assignment"]!["prompts"]![0]!["slug"]!;
        var zone = Given.Zone;
        foreach (var (who, method, path, body, field) in new[]
        {
            (admin.Http, HttpMethod.Post, "/v1/agencies", $$"""{"name":"A{{odd}}"}""", "name"),
            (admin.Http, HttpMethod.Post, "/v1/people",
                $$"""{"name":"A{{odd}}","email":"{{Given.Address()}}","timeZone":"{{zone}}"}""", "name"),
            (admin.Http, HttpMethod.Post, "/v1/people", $$"""{"name":"A","email":"a{{odd}}@example.org","timeZone":"{{zone}}"}""", "email"),
            (admin.Http, HttpMethod.Post, "/v1/cohorts", $$"""{"name":"A{{odd}}"}""", "name"),
            (cohort.Lead.Http, HttpMethod.Patch, cohort.Path, $$"""{"name":"A{{odd}}"}""", "name"),
            (cohort.Lead.Http, HttpMethod.Post, $"{cohort.Path}/enrolments",
                $$"""{"learners":[{"email":"{{Given.Address()}}","name":"A{{odd}}","timeZone":"{{zone}}"}]}""", "learners[0].name"),
            (learner.Http, HttpMethod.Put, $"{learner.Reflection("1.3-expert-trap-and-righting-reflex")}/draft",
                $$"""{"answers":{"{{prompt}}":"A{{odd}}"} }""", "answers"),
            (learner.Http, HttpMethod.Post, $"{learner.Reflection()}/privacy-check",
                $$"""{"answers":{"{{prompt}}":"A{{odd}}"} }""", "answers"),
            (learner.Http, HttpMethod.Post, $"{learner.Unit(ReflectionSteps.Anchor)}/complete",
                $$"""{"ifThen":{"cue":"A{{odd}}","action":"B"} }""", "ifThen.cue"),
            (learner.Http, HttpMethod.Post, $"{learner.Reflection()}/thread", $$"""{"text":"A{{odd}}"}""", "text"),
            (cohort.Instructor.Http, HttpMethod.Put, ReflectionSteps.Review(revision), $$"""{"affirmation":"A{{odd}}"}""", "affirmation"),
            (admin.Http, HttpMethod.Put, $"/v1/agencies/{agency}/denied-words", $$"""{"words":["A{{odd}}"]}""", "words[0]"),
            (Session.Anonymous(app), HttpMethod.Post, "/v1/identity/login", $$"""{"email":"a{{odd}}@x.org","password":"x"}""", "email"),
        })
        {
            var refused = (await who.Call(method, path, body, ("If-Match", "*"))).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
            Assert.Contains(refused["errors"]!.AsObject(), e => e.Key.StartsWith(field, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("application/json"), InlineData("application/merge-patch+json")]
    public async Task A_members_name_that_is_no_text_is_no_error_of_the_servers(string mediaType)
    {
        var (admin, answered) = (await app.Admin(), 0);
        var paths = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok()["paths"]!.AsObject();
        var faults = new List<string>();
        foreach (var (path, operations) in paths)
        foreach (var (method, operation) in operations!.AsObject())
        {
            if (operation!["requestBody"]?["content"]?[mediaType] is null || path == "/v1/identity/logout") continue;
            var at = PathParameter().Replace(path, Guid.Empty.ToString());
            foreach (var body in new[]
            {
                """{"\ud800":1}""", """{"\udc00\ud800":null}""", """{"name":{"\ud800":1},"quietHours":{"\ud83d":null}}""",
            })
            {
                var answer = await admin.Http.Call(
                    new(method.ToUpperInvariant()), at, new StringContent(body, Encoding.UTF8, mediaType), ("If-Match", "*"));
                answered++;
                if ((int)answer.Status is < 400 or >= 500) faults.Add($"{method} {path} {body}: {(int)answer.Status} {answer.Code}");
            }
        }

        Assert.True(answered > 10, $"Only {answered} requests were sent.");
        Faults.None(faults);
    }

    [Fact]
    public async Task A_patch_with_such_a_name_says_so_and_changes_nothing()
    {
        var cohort = await app.Cohort();
        var body = new StringContent("""{"name":"Other","\ud800":1}""", Encoding.UTF8, "application/merge-patch+json");
        (await cohort.Lead.Http.Patch(cohort.Path, body)).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.NotEqual("Other", (string)(await cohort.Lead.Http.Read(cohort.Path)).Ok()["name"]!);
    }

    [Fact]
    public async Task A_row_of_a_file_that_is_no_text_spoils_itself_alone()
    {
        var cohort = await app.Cohort();
        var file = $"email,name,timeZone\n{Given.Address()},Ana\uFFFE,{Given.Zone}\na\uFFFF@example.org,Ben,{Given.Zone}\n{Given.Address()},Jose\u0301,{Given.Zone}\n";
        var rows = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new StringContent(file, Encoding.UTF8, "text/csv"))).Ok()["rows"]!;
        Assert.Equal(["invalid", "invalid", "created"], rows.AsArray().Select(r => (string)r!["result"]!));
        Assert.Contains("\"José\"", (await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok().Body
            .Replace(@"\u00E9", "é", StringComparison.OrdinalIgnoreCase), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_is_composed_before_its_length_is_checked()
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var learner = await app.Learner(cohort);
        var (grows, shrinks) = (new string(Growing, 200), string.Concat(Enumerable.Repeat("e\u0301", 200)));
        (await admin.Http.Post("/v1/agencies", new { name = grows })).Expect(HttpStatusCode.UnprocessableEntity);
        (await admin.Http.Post("/v1/agencies", new { name = shrinks })).Expect(HttpStatusCode.Created);
        (await cohort.Lead.Http.Patch(cohort.Path, new { name = grows })).Expect(HttpStatusCode.UnprocessableEntity);
        (await cohort.Lead.Http.Patch(cohort.Path, new { name = shrinks })).Ok();
        Assert.Equal(new string('é', 200), (string)(await cohort.Lead.Http.Read(cohort.Path)).Ok()["name"]!);
        (await admin.Http.Post("/v1/people", new { name = grows, email = Given.Address(), timeZone = Given.Zone }))
            .Expect(HttpStatusCode.UnprocessableEntity);
        var row = new { email = Given.Address(), name = grows, timeZone = Given.Zone };
        Assert.Equal("invalid", (string)(await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new { learners = new[] { row } }))
            .Ok()["rows"]![0]!["result"]!);
        var complete = $"{learner.Unit(ReflectionSteps.Anchor)}/complete";
        (await learner.Http.Post(complete, new { ifThen = new { cue = new string(Growing, 280), action = "I ask" } }))
            .Expect(HttpStatusCode.UnprocessableEntity);
        var fits = string.Concat(Enumerable.Repeat("e\u0301", 280));
        (await learner.Http.Post(complete, new { ifThen = new { cue = fits, action = "I ask" } })).Ok();
    }

    [Fact]
    public async Task A_save_refuses_what_is_longer_than_its_column_and_keeps_nothing_of_it()
    {
        var name = $"{Guid.NewGuid():N}{new string('x', 400)}";
        await app.InDb(async db =>
        {
            db.Add(Agency.Create("Short", FlowingClock.Now.UtcDateTime));
            db.Add(Agency.Create(name, FlowingClock.Now.UtcDateTime));
            var refused = await Assert.ThrowsAsync<RuleException>(() => db.SaveChangesAsync(TestContext.Current.CancellationToken));
            Assert.Equal(("text.tooLong", RuleKind.Invalid), (refused.Code, refused.Kind));
            return 0;
        });
        Assert.False(await app.InDb(db => db.Agencies.AnyAsync(a => a.Name == name, TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("http://evil.example"), InlineData("Ana https://x.y"), InlineData("www.evil.example"), InlineData("evil.example/path")]
    [InlineData("Ana evil.com"), InlineData("ｈttp://evil.example"), InlineData("ht\u200Btp://evil.example"), InlineData("Click mailto:x")]
    [InlineData("Ana\u202Enimda"), InlineData("\u2066Ana"), InlineData("Ana\u0007"), InlineData("Ana\nReyes"), InlineData("Ana\u2028Reyes")]
    [InlineData("\u200B"), InlineData("\u00AD\u2060"), InlineData("\u2800"), InlineData("Ana evil.cloud"), InlineData("go to t.co/abc")]
    [InlineData("see my_login.evil.com/path"), InlineData("a_b.evil.com"), InlineData("_evil.com"), InlineData(".evil.com")]
    [InlineData("a.b.c.d.e.f.g.h.i.j.evil.com"), InlineData("x@evil.com/path")]
    [InlineData("t.co?x"), InlineData("g.co#y"), InlineData("t.me")]
    [InlineData("tel:+19005551212"), InlineData("sms:+1900"), InlineData("data:text/html,x"), InlineData("file:x")]
    [InlineData("\\\\evil\\share")]
    [InlineData("evil.internal"), InlineData("\u0301")]
    [InlineData("evil.xn--p1ai"), InlineData("Ana evil.XN--FIQS8S"), InlineData("evil.рф"), InlineData("x.xn--p1ai")]
    [InlineData("evil.xn‑‑p1ai")]
    [InlineData("192.168.1.1"), InlineData("10.0.0.1/x"), InlineData("Ana x.com"), InlineData("evil。cloud"), InlineData("Ana a.b:8080")]
    public async Task No_name_acts_where_it_is_shown(string name)
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        foreach (var (method, path, body) in new (HttpMethod, string, object)[]
        {
            (HttpMethod.Post, "/v1/agencies", new { name }), (HttpMethod.Patch, cohort.Path, new { name }),
            (HttpMethod.Post, "/v1/people", new { name, email = Given.Address(), timeZone = Given.Zone }),
            (HttpMethod.Post, "/v1/clients", new { name, scopes = new[] { "events:read" } }),
            (HttpMethod.Post, "/v1/cohorts", new
            {
                name, curriculum = Given.Course, startsOn = "2027-03-01", timeZone = Given.Zone, gate = "open",
                instructors = Array.Empty<Guid>(),
            }),
        })
        {
            var refused = (await admin.Http.Call(method, path, body)).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
            Assert.Equal("name", Assert.Single(refused["errors"]!.AsObject()).Key);
        }

        var row = new { email = Given.Address(), name, timeZone = Given.Zone };
        Assert.Equal("invalid", (string)(await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new { learners = new[] { row } }))
            .Ok()["rows"]![0]!["result"]!);
    }

    [Theory]
    [InlineData("J.R. Smith"), InlineData("St.John Okafor"), InlineData("Zed\" <evil@attacker.example>, \"Zed"), InlineData("Ana \\")]
    [InlineData("Robert \"Bob\" Smith"), InlineData("=?utf-8?B?QQ==?="), InlineData("O’Brien"), InlineData("שלום\u200F")]
    [InlineData("Ph.D. Lee"), InlineData("J.Law"), InlineData("Dr.Smith"), InlineData("john.doe"), InlineData("v2.0")]
    [InlineData("ana@evil.com")]
    public async Task A_name_may_be_odd(string name) =>
        (await (await app.Admin()).Http.Post("/v1/people", new { name, email = Given.Address(), timeZone = Given.Zone }))
            .Expect(HttpStatusCode.Created);

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, -1)]
    private static partial Regex PathParameter();
}
