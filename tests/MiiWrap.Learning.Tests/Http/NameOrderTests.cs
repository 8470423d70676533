using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>Names stand where a reader looks for them, whatever their accents and capitals.</summary>
[StandingClock(YearsLater = true)]
public sealed class NameOrderTests(LearningApp app)
{
    private static readonly string[] Shuffled =
        ["Zoe", "Ángel", "ada", "Øystein", "éva", "Eva B", "Łukasz", "ZOË Z", "Maria", "ångel b", "Ostap"];
    private static readonly string[] Sorted =
        ["ada", "Ángel", "ångel b", "éva", "Eva B", "Łukasz", "Maria", "Ostap", "Øystein", "Zoe", "ZOË Z"];

    [Fact]
    public async Task Learners_come_by_their_folded_names_page_by_page()
    {
        var cohort = await app.Cohort();
        var learners = Shuffled.Select(name => new { email = Given.Address(), name, timeZone = Given.Zone });
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments", new { learners })).Ok();
        var names = new List<string>();
        for (string? next = $"{cohort.Path}/progress?limit=2"; next is not null;)
        {
            var page = (await cohort.Lead.Http.Read(next)).Ok();
            names.AddRange(page["items"]!.AsArray().Select(i => (string)i!["learner"]!["name"]!));
            next = page["next"] is { } cursor ? $"{cohort.Path}/progress?limit=2&cursor={cursor}" : null;
        }

        Assert.Equal(Sorted, names);
        var file = (await cohort.Lead.Http.Read($"{cohort.Path}/progress", ("Accept", "text/csv"))).Ok();
        Assert.Equal(Sorted, file.Body.Split("\r\n")[1..^1].Select(l => l.Split(',')[2]));
    }

    [Fact]
    public async Task Cohorts_do_too_and_move_when_they_are_renamed()
    {
        var (admin, lead) = (await app.Admin(), await app.Person());
        var ids = new Dictionary<string, Guid>();
        foreach (var name in Shuffled)
        {
            ids[name] = (Guid)(await admin.Http.Post("/v1/cohorts", new { name, curriculum = Given.Course, startsOn = "2034-01-30",
                timeZone = Given.Zone, gate = "open", instructors = Array.Empty<Guid>(), leads = new[] { lead.Id } }))
                .Expect(HttpStatusCode.Created)["id"]!;
        }

        Assert.Equal(Sorted, await Names(lead.Http, "/v1/cohorts"));
        (await lead.Http.Patch($"/v1/cohorts/{ids["ada"]}", new { name = "Ädam" })).Ok();
        (await lead.Http.Patch($"/v1/cohorts/{ids["Maria"]}", new { name = "ábel" })).Ok();
        Assert.Equal(["ábel", "Ädam"], (await Names(lead.Http, "/v1/cohorts"))[..2]);
    }

    [Fact]
    public async Task Clients_do_too()
    {
        var admin = await app.Admin();
        var mark = Guid.NewGuid().ToString("N");
        foreach (var name in Shuffled)
            (await admin.Http.Post("/v1/clients", new { name = $"{mark} {name}", scopes = new[] { "progress:read" } }))
                .Expect(HttpStatusCode.Created);
        var all = new List<string>();
        for (string? next = "/v1/clients?limit=200"; next is not null;)
        {
            var page = (await admin.Http.Read(next)).Ok();
            all.AddRange(page["items"]!.AsArray().Select(i => (string)i!["name"]!));
            next = page["next"] is { } cursor ? $"/v1/clients?limit=200&cursor={cursor}" : null;
        }

        Assert.Equal(Sorted, all.Where(n => n.StartsWith(mark, StringComparison.Ordinal)).Select(n => n[(mark.Length + 1)..]));
    }

    [Fact]
    public async Task Rows_from_before_there_was_an_order_get_their_place_at_the_next_start()
    {
        var cohort = await app.Cohort(name: "Ödland");
        var learner = await app.Learner(cohort, "Éva");
        var ct = TestContext.Current.CancellationToken;
        var keys = await app.InDb(async db =>
        {
            await db.Cohorts.Where(c => c.Id == cohort.Id).ExecuteUpdateAsync(s => s.SetProperty(c => c.SortName, ""), ct);
            await db.Enrolments.Where(e => e.Id == learner.EnrolmentId)
                .ExecuteUpdateAsync(s => s.SetProperty(e => e.LearnerSortName, ""), ct);
            await DatabaseSetup.Migrate(db, ct);
            return (await db.Cohorts.Where(c => c.Id == cohort.Id).Select(c => c.SortName).SingleAsync(ct),
                await db.Enrolments.Where(e => e.Id == learner.EnrolmentId).Select(e => e.LearnerSortName).SingleAsync(ct));
        });
        Assert.Equal(("odland", "eva"), keys);
    }

    private static async Task<List<string>> Names(HttpClient http, string path) =>
        [.. (await http.Read(path)).Ok()["items"]!.AsArray().Select(i => (string)i!["name"]!)];
}
