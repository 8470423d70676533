using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Features.Nudges;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Calendar;

/// <summary>A person's dates, at a secret address that any calendar program can read.</summary>
[StandingClock]
public sealed class CalendarFeedTests(LearningApp app)
{
    private const string Unit = "2.4-watching-voice-and-power";

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
            journey["modules"]!.AsArray()
                .Select(m => (((string)m!["opensOn"]!).Replace("-", "", StringComparison.Ordinal), $"Opens: {m["title"]}")),
            openings.Select(e => (e["DTSTART;VALUE=DATE"], e["SUMMARY"].Replace("\\,", ",", StringComparison.Ordinal))));

        var unit = "1.4-coaching-agreement";
        var planned = (await learner.Http.Post($"{learner.Unit(unit)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
        var checkIns = Entries(await Read(path)).Where(e => e["SUMMARY"] == "Practice check-in").ToList();
        Assert.Equal(planned.Select(n => ((DateTime)n!["dueAt"]!).ToUniversalTime().ToString("yyyyMMdd'T'HHmmss'Z'")),
            checkIns.Select(e => e["DTSTART"]));
        Assert.Equal(planned.Select(n => $"{n!["id"]}@learning.example.org"), checkIns.Select(e => e["UID"]));
    }

    [Fact]
    public async Task It_says_nothing_of_the_work_itself()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen("2027-02-05"))).Ok();
        var text = await Read(await Make(learner.Http));
        foreach (var word in new[] { "2.4", "voice", "ask before", "notes", learner.Name, learner.Email })
            Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_is_answered_withdrawn_or_over_is_gone_from_it()
    {
        var learner = await app.Learner();
        var nudges = (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
        var path = await Make(learner.Http);
        Assert.Equal(nudges.Count + 1, Entries(await Read(path)).Count);
        FlowingClock.Advance(TimeSpan.FromDays(3));
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
        Assert.Equal(CalendarFeed.HashOf(token),
            await app.InDb(db => db.CalendarFeeds.Where(f => f.PersonId == learner.Id).Select(f => f.Hash).SingleAsync(Ct)));

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
        FlowingClock.Advance(TimeSpan.FromHours(7));
        (await Session.Anonymous(app).Read(path, ("If-None-Match", read.ETag!))).Expect(HttpStatusCode.NotModified);
        (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn = "2027-02-08" })).Ok();
        var moved = (await Session.Anonymous(app).Read(path, ("If-None-Match", read.ETag!))).Ok();
        Assert.Equal(Entries(read.Body).Single()["UID"], Entries(moved.Body).Single()["UID"]);
        Assert.Equal("20270208", Entries(moved.Body).Single()["DTSTART;VALUE=DATE"]);
    }

    [Fact]
    public async Task A_day_that_is_moved_keeps_its_uid_and_counts_its_moves()
    {
        var cohort = await app.Cohort("paced");
        var learner = await app.Learner(cohort);
        var path = await Make(learner.Http);
        var first = Entries(await Read(path));
        Assert.All(first, e => Assert.Equal(("0", "20270201T150000Z"), Change(e)));

        FlowingClock.Advance(TimeSpan.FromDays(1));
        (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn = "2027-02-08" })).Ok();
        FlowingClock.Advance(TimeSpan.FromDays(1));
        (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn = "2027-02-08" })).Ok();
        (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn = "2027-03-01", dryRun = true })).Ok();
        var moved = Entries(await Read(path));
        Assert.All(moved, e => Assert.Equal(("1", "20270202T150000Z"), Change(e)));
        (await cohort.Lead.Http.Post($"{cohort.Path}/reschedule", new { startsOn = "2027-02-01" })).Ok();
        var back = Entries(await Read(path));
        Assert.All(back, e => Assert.Equal(("2", "20270203T150000Z"), Change(e)));
        Assert.Equal(first.Select(e => (e["UID"], e["DTSTART;VALUE=DATE"])), back.Select(e => (e["UID"], e["DTSTART;VALUE=DATE"])));
        Assert.Equal(first.Select(e => e["UID"]), moved.Select(e => e["UID"]));

        // Who comes later has seen none of this, and what changed it for them is that they came.
        FlowingClock.Advance(TimeSpan.FromDays(1));
        var late = Entries(await Read(await Make((await app.Learner(cohort)).Http)));
        Assert.All(late, e => Assert.Equal("20270204T150000Z", e["LAST-MODIFIED"]));
    }

    [Fact]
    public async Task A_check_in_that_is_moved_keeps_its_uid_and_counts_its_moves()
    {
        var learner = await app.Learner();
        var asks = (await learner.Http.Post($"{learner.Unit(Unit)}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();
        var path = await Make(learner.Http);
        var before = Entries(await Read(path)).ToDictionary(e => e["UID"]);
        FlowingClock.Advance(TimeSpan.FromDays(3));
        await app.Send(new SendDueNudges { PersonId = learner.Id });
        // That it was sent is nothing that a calendar shows.
        var sent = Entries(await Read(path)).ToDictionary(e => e["UID"]);
        Assert.All(sent, e => Assert.Equal(before[e.Key], e.Value));

        (await learner.Http.Post($"/v1/nudges/{asks[0]!["id"]}/snooze", new { until = "2027-02-05" })).Ok();
        var after = Entries(await Read(path)).ToDictionary(e => e["UID"]);
        var uid = $"{asks[0]!["id"]}@learning.example.org";
        Assert.Equal(("0", "20270201T150000Z"), Change(before[uid]));
        Assert.Equal(("1", "20270204T150000Z"), Change(after[uid]));
        Assert.Equal(("20270203T150000Z", "20270205T150000Z"), (before[uid]["DTSTART"], after[uid]["DTSTART"]));
        Assert.All(after.Where(e => e.Key != uid), e => Assert.Equal(before[e.Key], e.Value));
    }

    [Theory]
    [InlineData("withdrawn")]
    [InlineData("gate")]
    [InlineData("closed")]
    [InlineData("suspended")]
    [InlineData("exempt")]
    [InlineData("leave")]
    [InlineData("closedDays")]
    public async Task Dates_that_come_back_raise_their_sequence(string way)
    {
        var (admin, agency, cohort) = (await app.Admin(), await app.Agency(), await app.Cohort("paced"));
        var learner = await app.Learner(cohort, agencyId: agency);
        (await learner.Http.Post($"{learner.Unit("1.4-coaching-agreement")}/complete", Given.IfThen())).Ok();
        var path = await Make(learner.Http);
        var left = 0;
        for (var time = 0; time < 2; time++)
        {
            var before = await Shown();
            await Begin(begins: true);
            var between = (await Session.Anonymous(app).Read(path)) is { Status: HttpStatusCode.OK } read
                ? Entries(read.Body).Select(e => e["UID"]).ToHashSet() : [];
            FlowingClock.Advance(TimeSpan.FromMinutes(1));
            await Begin(begins: false);
            var after = await Shown();
            var back = after.Keys.Where(uid => before.ContainsKey(uid) && !between.Contains(uid)).ToList();
            left += back.Count;
            Assert.All(back, uid => Assert.True(Sequence(after[uid]) > Sequence(before[uid]),
                $"{after[uid]["SUMMARY"]} came back with the sequence {Sequence(after[uid])}, and had {Sequence(before[uid])}."));
            Assert.All(back, uid => Assert.True(string.CompareOrdinal(after[uid]["DTSTAMP"], before[uid]["DTSTAMP"]) > 0, uid));
        }

        Assert.True(left > 0, "Nothing had left the calendar.");

        static int Sequence(Dictionary<string, string> entry) => int.Parse(entry["SEQUENCE"], CultureInfo.InvariantCulture);

        async Task<Dictionary<string, Dictionary<string, string>>> Shown() => Entries(await Read(path)).ToDictionary(e => e["UID"]);

        async Task Begin(bool begins)
        {
            var unit = learner.Unit("1.4-coaching-agreement");
            switch (way)
            {
                case "withdrawn" when begins:
                    (await cohort.Lead.Http.Post($"{learner.Journey}/withdraw")).Ok();
                    break;
                case "withdrawn":
                    (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
                        new { learners = new[] { new { email = learner.Email, name = "Lou", timeZone = Given.Zone } } })).Ok();
                    break;
                case "gate":
                    (await cohort.Lead.Http.Patch(cohort.Path, new { gate = begins ? "open" : "paced" })).Ok();
                    break;
                case "closed":
                    (await cohort.Lead.Http.Post($"{cohort.Path}/{(begins ? "close" : "reopen")}")).Ok();
                    break;
                case "suspended" when begins:
                    (await admin.Http.Post($"/v1/people/{learner.Id}/suspend", new { reason = "Away for some weeks." })).Ok();
                    break;
                case "suspended":
                    (await admin.Http.Post($"/v1/people/{learner.Id}/resume")).Ok();
                    learner = learner with { Http = Session.Of(app, learner.Email) };
                    break;
                case "exempt" when begins:
                    (await cohort.Instructor.Http.Put($"{unit}/exemption", new { reason = "notMyRole" })).Ok();
                    break;
                case "exempt":
                    (await cohort.Instructor.Http.Call(HttpMethod.Delete, $"{unit}/exemption", null)).Expect(HttpStatusCode.NoContent);
                    break;
                case "leave":
                    var periods = new[] { new { from = "2027-02-02", until = "2027-05-30" } };
                    (await learner.Http.Put("/v1/me/leave", new { periods = begins ? periods : [] })).Ok();
                    break;
                case "closedDays":
                    var days = Enumerable.Range(1, 100).Select(d => new DateOnly(2027, 2, 1).AddDays(d).ToString("yyyy-MM-dd"));
                    (await admin.Http.Put($"/v1/agencies/{agency}/closed-days", new { days = begins ? days : [] })).Ok();
                    break;
            }
        }
    }

    [Fact]
    public async Task Its_tag_lasts_through_what_it_does_not_show()
    {
        var cohort = await app.Cohort("paced");
        var learner = await app.Learner(cohort);
        (await learner.Http.Post($"{learner.Unit("1.4-coaching-agreement")}/complete", Given.IfThen())).Ok();
        var path = await Make(learner.Http);
        var read = (await Session.Anonymous(app).Read(path)).Ok();
        FlowingClock.Advance(TimeSpan.FromHours(20));
        (await cohort.Lead.Http.Patch(cohort.Path, new { name = "Another name", gate = "sequential" })).Ok();
        (await Session.Anonymous(app).Read(path, ("If-None-Match", read.ETag!))).Expect(HttpStatusCode.NotModified);
        Assert.Equal(read.Body, await Read(path));

        // From now on it shows the cohort's name, and then another one.
        (await cohort.Lead.Http.Patch(cohort.Path, new { gate = "open" })).Ok();
        var opened = Entries(await Read(path))[0];
        Assert.Equal(("Another name begins", ("1", "20270202T110000Z")), (opened["SUMMARY"], Change(opened)));
        FlowingClock.Advance(TimeSpan.FromHours(1));
        (await cohort.Lead.Http.Patch(cohort.Path, new { name = "A third" })).Ok();
        var renamed = Entries(await Read(path))[0];
        Assert.Equal(("A third begins", ("1", "20270202T120000Z")), (renamed["SUMMARY"], Change(renamed)));
        Assert.Equal(opened["UID"], renamed["UID"]);
    }

    [Fact]
    public async Task Without_entries_it_has_the_time_zone_of_its_person()
    {
        var person = await app.Person(zone: "Asia/Kolkata");
        var path = await Make(person.Http);
        var read = (await Session.Anonymous(app).Read(path)).Ok();
        Assert.Empty(Entries(read.Body));
        Assert.Contains("\r\nBEGIN:VTIMEZONE\r\nTZID:Asia/Kolkata\r\n", read.Body, StringComparison.Ordinal);
        Assert.EndsWith("END:VTIMEZONE\r\nEND:VCALENDAR\r\n", read.Body, StringComparison.Ordinal);
        FlowingClock.Advance(TimeSpan.FromDays(400));
        (await Session.Anonymous(app).Read(path, ("If-None-Match", read.ETag!))).Expect(HttpStatusCode.NotModified);

        (await person.Http.Patch("/v1/me/preferences", new { timeZone = "America/St_Johns" }, ("If-Match", "*"))).Ok();
        var there = (await Session.Anonymous(app).Read(path, ("If-None-Match", read.ETag!))).Ok();
        Assert.Contains("TZID:America/St_Johns\r\n", there.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("America/Chicago", 5)]
    [InlineData("Australia/Sydney", 5)]
    [InlineData("Australia/Lord_Howe", 5)]
    [InlineData("America/St_Johns", 5)]
    [InlineData("Europe/Dublin", 5)]
    [InlineData("Africa/Casablanca", 5)]
    [InlineData("Asia/Kolkata", 1)]
    [InlineData("America/Phoenix", 1)]
    [InlineData("UTC", 1)]
    // Younger than the list of zones that the library brings.
    [InlineData("America/Coyhaique", 1)]
    public async Task Its_time_zone_has_every_change_of_the_clocks(string name, int count)
    {
        var person = await app.Person(zone: name);
        var rules = Rules(await Read(await Make(person.Http)));
        Assert.Equal(count, rules.Count);
        Assert.Contains(rules, r => r.Kind == "STANDARD");
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        for (var at = FlowingClock.Now.UtcDateTime.AddDays(-30); at < FlowingClock.Now.UtcDateTime.AddMonths(22); at = at.AddMinutes(30))
            Assert.Equal((at, zone.GetUtcOffset(at)), (at, rules.Last(r => r.At - r.From <= at).To));
    }

    [Fact]
    public async Task It_is_no_message_that_asks_for_an_answer()
    {
        var text = await Read(await Make((await app.Learner()).Http));
        Assert.DoesNotContain("\r\nMETHOD", text, StringComparison.Ordinal);
        Assert.StartsWith("BEGIN:VCALENDAR\r\n", text, StringComparison.Ordinal);
        var properties = new[]
        {
            "VERSION:2.0", "PRODID:-//MiiWrap.Learning//Learning//EN", "CALSCALE:GREGORIAN", "X-WR-CALNAME:MiiWrap Learning",
            "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H",
        };
        foreach (var line in properties)
            Assert.Contains($"\r\n{line}\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Odd_names_come_through_as_they_are()
    {
        var cohort = await app.Cohort();
        var path = await Make((await app.Learner(cohort)).Http);
        var names = new[] { "Riverbend, spring; \"A\\B\" \\n: Zoë’s 👩🏽‍🏫 كوهورت 群", "BEGIN:VEVENT" };
        // Somewhere among these a line is full in the middle of an emoji.
        var longNames = Enumerable.Range(0, 4).Select(n => new string('a', n) + string.Concat(Enumerable.Repeat("🌱", 90)));
        foreach (var name in names.Concat(longNames))
        {
            (await cohort.Lead.Http.Patch(cohort.Path, new { name })).Ok();
            using var answer = await Session.Anonymous(app).GetAsync(new Uri(path, UriKind.Relative), Ct);
            var lines = Lines(await answer.Content.ReadAsByteArrayAsync(Ct));
            Assert.All(lines, line => Assert.InRange(line.Length, 0, 75));
            var summary = Entries(string.Join("\r\n", lines.Select(Strict.GetString))).Single()["SUMMARY"];
            Assert.Equal($"{name} begins", Unescaped(summary));
        }
    }

    [Fact]
    public void Lines_are_folded_at_75_octets_and_text_is_escaped()
    {
        var title = string.Concat(Enumerable.Repeat("Zoë’s 🌱, one; two\\three\n", 12));
        var text = CalendarWriter.Write("Name", TimeZoneInfo.Utc, [new("uid", title, new(2027, 2, 28), null, 0, Monday)], Monday);
        Assert.All(Lines(Strict.GetBytes(text)), line => Assert.InRange(Strict.GetString(line).Length, 0, 75));
        Assert.DoesNotContain("\n", text.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(title.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
            .Replace(",", "\\,", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal), Entries(text)
            .Single()["SUMMARY"]);
        Assert.Equal("20270301", Entries(text).Single()["DTEND;VALUE=DATE"]);
    }

    [Fact]
    public void A_character_that_no_calendar_may_hold_is_left_out()
    {
        var entry = new CalendarEntry("uid", "one\u0001\ttwo\u2028three\r\nfour", null, Monday, 0, Monday);
        var text = CalendarWriter.Write("Na\u0007me", TimeZoneInfo.Utc, [entry], Monday);
        Assert.Contains("\r\nX-WR-CALNAME:Name\r\n", text, StringComparison.Ordinal);
        Assert.Equal("onetwo\\nthree\\nfour", Entries(text).Single()["SUMMARY"]);
    }

    /// <summary>How often it was moved and when it last changed, which it says twice.</summary>
    private static (string Moves, string At) Change(Dictionary<string, string> entry)
    {
        Assert.Equal(entry["DTSTAMP"], entry["LAST-MODIFIED"]);
        return (entry["SEQUENCE"], entry["LAST-MODIFIED"]);
    }

    /// <summary>An encoding that refuses what is no character.</summary>
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static DateTime Monday => FlowingClock.Monday.UtcDateTime;

    /// <summary>The lines as they travel, still folded.</summary>
    private static List<byte[]> Lines(byte[] text)
    {
        var lines = new List<byte[]>();
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            var end = rest.IndexOf("\r\n"u8);
            lines.Add(rest[..end].ToArray());
            rest = rest[(end + 2)..];
        }

        return lines;
    }

    private static string Unescaped(string text) =>
        Regex.Replace(text, @"\\.", m => m.Value[1] is 'n' or 'N' ? "\n" : m.Value[1..], RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>The changes of the clocks, the earliest first; each begins in the local time that it ends.</summary>
    private static List<(string Kind, DateTime At, TimeSpan From, TimeSpan To)> Rules(string text)
    {
        static TimeSpan Offset(string value) => (value[0] == '-' ? -1 : 1) * TimeSpan.ParseExact(value[1..], "hhmm", null);
        static DateTime Local(string value) => DateTime.ParseExact(value, "yyyyMMdd'T'HHmmss", null);
        const string Rule =
            @"BEGIN:(?<kind>STANDARD|DAYLIGHT)\r\nDTSTART:(?<at>\d{8}T\d{6})\r\n"
            + @"TZOFFSETFROM:(?<from>[-+]\d{4})\r\nTZOFFSETTO:(?<to>[-+]\d{4})\r\nEND:\k<kind>";
        return [.. Regex.Matches(text, Rule, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(m => m.Groups)
            .Select(g => (g["kind"].Value, Local(g["at"].Value), Offset(g["from"].Value), Offset(g["to"].Value)))
            .OrderBy(r => r.Item2 - r.Item3)];
    }

    private static async Task<string> Make(HttpClient http) =>
        new Uri((string)(await http.Post("/v1/me/calendar")).Ok()["url"]!).PathAndQuery;

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
