using System.Net;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Agencies;

/// <summary>Agencies are found by the beginning of their names, of which each has one of its own, and a wrong name is corrected.</summary>
public sealed class ListAgenciesTests(LearningApp app)
{
    [Fact]
    public async Task An_agency_is_found_by_the_beginning_of_its_name_by_those_who_are_of_it()
    {
        var (admin, person, name) = (await app.Admin(), await app.Person(), Given.AgencyName("Ávila Häuser"));
        var created = (await admin.Http.Post("/v1/agencies", new { name })).Expect(HttpStatusCode.Created);
        var path = $"/v1/agencies/{(Guid)created["id"]!}";
        Assert.Equal(path, created.Headers["Location"]);
        foreach (var q in new[] { name, "avila%20hauser%20" + name[^32..^20], "AVILA%20H" })
            Assert.Contains((await admin.Http.Read($"/v1/agencies?q={q}&limit=200")).Ok()["items"]!.AsArray(), a => (string)a!["name"]! == name);
        Assert.DoesNotContain((await admin.Http.Read($"/v1/agencies?q={name[^32..]}")).Ok()["items"]!.AsArray(), a => (string)a!["name"]! == name);
        (await admin.Http.Read("/v1/agencies?q=a")).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");

        Assert.Empty((await person.Http.Read("/v1/agencies")).Ok()["items"]!.AsArray());
        (await person.Http.Read(path)).Expect(HttpStatusCode.NotFound, "agency.notFound");
        (await admin.Http.Put($"{path}/people/{person.Id}", new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        Assert.Equal(name, (string)Assert.Single((await person.Http.Read("/v1/agencies")).Ok()["items"]!.AsArray())!["name"]!);
        (await person.Http.Read($"{path}/people")).Expect(HttpStatusCode.Forbidden, "role.required");
        Assert.Equal(person.Id, (Guid)Assert.Single((await admin.Http.Read($"{path}/people")).Ok()["items"]!.AsArray())!["id"]!);
    }

    [Fact]
    public async Task No_two_agencies_are_called_alike_whatever_case_and_accents()
    {
        var (admin, name) = (await app.Admin(), Given.AgencyName("Río Ágil"));
        var id = (Guid)(await admin.Http.Post("/v1/agencies", new { name })).Expect(HttpStatusCode.Created)["id"]!;
        var like = name.ToUpperInvariant().Replace("RÍO", "RIO  ", StringComparison.Ordinal);
        var refused = (await admin.Http.Post("/v1/agencies", new { name = like })).Expect(HttpStatusCode.Conflict, "agency.name.taken");
        Assert.Equal(id, (Guid)refused["id"]!);

        var other = $"/v1/agencies/{await app.Agency()}";
        var tag = (await admin.Http.Read(other)).Ok().ETag!;
        (await admin.Http.Patch(other, new { name = like })).Expect((HttpStatusCode)428);
        (await admin.Http.Patch(other, new { name = like }, ("If-Match", tag))).Expect(HttpStatusCode.Conflict, "agency.name.taken");
        var corrected = Given.AgencyName("Corrected");
        var changed = (await admin.Http.Patch(other, new { name = corrected }, ("If-Match", tag))).Ok();
        Assert.Equal((corrected, (await admin.Http.Read(other)).Ok().ETag), ((string)changed["name"]!, changed.ETag));
        (await admin.Http.Patch(other, new { name = "Late" }, ("If-Match", tag))).Expect(HttpStatusCode.PreconditionFailed, "agency.stale");
        // One's own name in other letters is one's own.
        (await admin.Http.Patch(other, new { name = corrected.ToUpperInvariant() }, ("If-Match", "*"))).Ok();
    }

    [Fact]
    public async Task Which_agency_has_the_name_hears_only_who_may_read_it()
    {
        var (admin, boss, mine, name) = (await app.Admin(), await app.Person("Gus Boss"), await app.Agency(), Given.AgencyName());
        var other = (Guid)(await admin.Http.Post("/v1/agencies", new { name })).Expect(HttpStatusCode.Created)["id"]!;
        (await admin.Http.Put($"/v1/agencies/{mine}/people/{boss.Id}", new { role = "agencyAdmin" })).Expect(HttpStatusCode.NoContent);
        var refused = await Take();
        Assert.DoesNotContain(other.ToString(), refused.Body, StringComparison.Ordinal);
        Assert.Null(refused["id"]);

        (await admin.Http.Put($"/v1/agencies/{other}/people/{boss.Id}", new { role = "supervisor" })).Expect(HttpStatusCode.NoContent);
        Assert.Equal(other, (Guid)(await Take())["id"]!);

        async Task<Answer> Take() => (await boss.Http.Patch($"/v1/agencies/{mine}", new { name = name.ToUpperInvariant() },
            ("If-Match", "*"))).Expect(HttpStatusCode.Conflict, "agency.name.taken");
    }

    [Fact]
    public async Task Of_many_at_once_one_gets_the_name()
    {
        var (admin, name) = (await app.Admin(), Given.AgencyName());
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => admin.Http.Post("/v1/agencies", new { name })));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => a.Expect(HttpStatusCode.Conflict, "agency.name.taken"));
    }

    [Fact]
    public async Task Agencies_that_were_called_alike_before_stay_and_the_oldest_keeps_the_name()
    {
        var (admin, one, two, name) = (await app.Admin(), await app.Agency(), await app.Agency(), Given.AgencyName("Old"));
        await app.InDb(async db =>
        {
            await db.Agencies.Where(a => a.Id == one || a.Id == two).ExecuteUpdateAsync(a => a.SetProperty(x => x.Name, name)
                .SetProperty(x => x.SortName, "").SetProperty(x => x.UniqueSortName, (string?)null), TestContext.Current.CancellationToken);
            await SortNames.Fill(db, TestContext.Current.CancellationToken);
            await SortNames.Fill(db, TestContext.Current.CancellationToken);
            var keys = await db.Agencies.Where(a => a.Id == one || a.Id == two).OrderBy(a => a.Id).Select(a => a.UniqueSortName)
                .ToListAsync(TestContext.Current.CancellationToken);
            Assert.NotNull(keys[0]);
            Assert.Null(keys[1]);
            return true;
        });
        (await admin.Http.Post("/v1/agencies", new { name })).Expect(HttpStatusCode.Conflict, "agency.name.taken");
        (await admin.Http.Patch($"/v1/agencies/{two}", new { name = Given.AgencyName("New") }, ("If-Match", "*"))).Ok();
    }
}
