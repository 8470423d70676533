using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Features.Calendar;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.App;

namespace MiiWrap.Learning.Tests;

/// <summary>A person's dates, at a secret address that any calendar program can read.</summary>
public sealed class PersonalCalendar
{
    private const string Unit = "2.4-watching-voice-and-power";

    private readonly LearningApp app;

    public PersonalCalendar(LearningApp app)
    {
        this.app = app;
        TestClock.Set(TestClock.Monday);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_has_the_days_on_which_modules_open_and_the_moments_of_check_ins()
    {
        var cohort = await app.Cohort("paced");
        var learner = await app.Learner(cohort);
        var path = await Make(learner.Http);
        var journey = (await learner.Http.Read(learner.Journey)).Ok();
        var openings = Entries(await Read(path));
        Assert.Equal(
            journey["modules"]!.AsArray().Select(m => (((string)m!["opensOn"]!).Replace("-", "", StringComparison.Ordinal), $"Opens: {m["title"]}")),
            openings.Select(e => (e["DTSTART;VALUE=DATE"], e["SUMMARY"].Replace("\\,", ",", StringComparison.Ordinal))));

        var unit = "1.4-coaching-agreement";
        var planned = (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
        var checkIns = Entries(await Read(path)).Where(e => e["SUMMARY"] == "Practice check-in").ToList();
        Assert.Equal(planned.Select(n => ((DateTime)n!["dueAt"]!).ToUniversalTime().ToString("yyyyMMdd'T'HHmmss'Z'")), checkIns.Select(e => e["DTSTART"]));
        Assert.Equal(planned.Select(n => $"{n!["id"]}@learning.example.org"), checkIns.Select(e => e["UID"]));
    }

    [Fact]
    public async Task It_says_nothing_of_the_work_itself()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen("2027-02-05"))).Ok();
        var text = await Read(await Make(learner.Http));
        foreach (var word in new[] { "2.4", "voice", "ask before", "notes", learner.Name, learner.Email }) Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_is_answered_withdrawn_or_over_is_gone_from_it()
    {
        var learner = await app.Learner();
        var nudges = (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
        var path = await Make(learner.Http);
        Assert.Equal(nudges.Count + 1, Entries(await Read(path)).Count);
        TestClock.Advance(TimeSpan.FromDays(3));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        (await learner.Http.Post($"/v1/nudges/{nudges[0]!["id"]}/response", new { outcome = "stillGood" })).Ok();
        Assert.Equal(nudges.Count, Entries(await Read(path)).Count);
        await app.Withdraw(learner);
        Assert.Empty(Entries(await Read(path)));
    }

    [Fact]
    public async Task The_address_is_secret_can_be_renewed_and_ended()
    {
        var learner = await app.Learner();
        var key = ("Idempotency-Key", $"key-{Guid.NewGuid():N}");
        var made = (await learner.Http.Post("/v1/me/calendar", null, key)).Ok();
        var first = new Uri((string)made["url"]!).PathAndQuery;
        Assert.Null((await learner.Http.Post("/v1/me/calendar", null, key)).Ok()["url"]);
        await Read(first);
        var token = first.Split('/')[2].Split('.')[0];
        Assert.Equal(CalendarFeed.HashOf(token), await app.InDb(db => db.CalendarFeeds.Where(f => f.PersonId == learner.Id).Select(f => f.Hash).SingleAsync(Ct)));

        var second = await Make(learner.Http);
        (await Session.Anonymous(app).Read(first)).Expect(HttpStatusCode.NotFound, "calendar.notFound");
        await Read(second);
        (await learner.Http.Call(HttpMethod.Delete, "/v1/me/calendar", null)).Expect(HttpStatusCode.NoContent);
        (await Session.Anonymous(app).Read(second)).Expect(HttpStatusCode.NotFound, "calendar.notFound");
    }

    [Fact]
    public async Task It_has_a_tag_that_lasts_until_a_date_changes()
    {
        var cohort = await app.Cohort();
        var learner = await app.Learner(cohort);
        var path = await Make(learner.Http);
        var read = (await Session.Anonymous(app).Read(path)).Ok();
        Assert.Equal("text/calendar; charset=utf-8", read.Headers["Content-Type"]);
        Assert.Contains("private", read.Headers["Cache-Control"], StringComparison.Ordinal);
        TestClock.Advance(TimeSpan.FromHours(7));
        (await Session.Anonymous(app).Read(path, ("If-None-Match", read.ETag!))).Expect(HttpStatusCode.NotModified);
        (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn = "2027-02-08" })).Ok();
        var moved = (await Session.Anonymous(app).Read(path, ("If-None-Match", read.ETag!))).Ok();
        Assert.Equal(Entries(read.Body).Single()["UID"], Entries(moved.Body).Single()["UID"]);
        Assert.Equal("20270208", Entries(moved.Body).Single()["DTSTART;VALUE=DATE"]);
    }

    [Fact]
    public void Lines_are_folded_at_75_octets_and_text_is_escaped()
    {
        var title = string.Concat(Enumerable.Repeat("Zoë’s 🌱, one; two\\three\n", 12));
        var text = ICalendar.Write("Name", [new("uid", title, new(2027, 2, 28), null)], TestClock.Monday.UtcDateTime);
        Assert.All(text.Split("\r\n"), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, 75));
        Assert.DoesNotContain("\uFFFD", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", text.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(title.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal), Entries(text).Single()["SUMMARY"]);
        Assert.Equal("20270301", Entries(text).Single()["DTEND;VALUE=DATE"]);
    }

    private static async Task<string> Make(HttpClient http) => new Uri((string)(await http.Post("/v1/me/calendar")).Ok()["url"]!).PathAndQuery;

    private async Task<string> Read(string path) => (await Session.Anonymous(app).Read(path)).Ok().Body;

    private static List<Dictionary<string, string>> Entries(string text)
    {
        var lines = text.Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n");
        Assert.Equal("BEGIN:VCALENDAR", lines[0]);
        var entries = new List<Dictionary<string, string>>();
        foreach (var line in lines)
        {
            if (line == "BEGIN:VEVENT") entries.Add([]);
            else if (entries.Count > 0 && line.Split(':', 2) is [var name, var value]) entries[^1].TryAdd(name, value);
        }

        return entries;
    }
}
