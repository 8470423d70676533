using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>A programme admin opens a cohort; those with a part in it find it.</summary>
[StandingClock]
public sealed class CreateCohortTests(LearningApp app)
{
    [Fact]
    public async Task The_answer_says_where_it_is_and_what_it_became()
    {
        var (admin, lead) = (await app.Admin(), await app.Person("Lee Lead"));
        var wish = Wish();
        wish["startsOn"] = "2026-09-07";
        wish["leads"] = new JsonArray(lead.Id.ToString());
        var created = (await admin.Http.Post("/v1/cohorts", wish)).Expect(HttpStatusCode.Created);

        Assert.Equal($"/v1/cohorts/{created["id"]}", created.Headers["Location"]);
        Assert.Equal(("2026-09-07", "sequential", 1), ((string)created["startsOn"]!, (string)created["gate"]!, (int)created["version"]!));
        Assert.Empty(created["instructors"]!.AsArray());
        var read = (await lead.Http.Read(created.Headers["Location"])).Ok();
        Assert.Equal(created.Body, read.Body);
        Assert.Equal("Lee Lead", (string)Assert.Single(read["leads"]!.AsArray())!["name"]!);
        (await lead.Http.Read(created.Headers["Location"], ("If-None-Match", read.ETag!))).Expect(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("name", null)]
    [InlineData("name", "\"\"")]
    [InlineData("name", "\"two\\nlines\"")]
    [InlineData("curriculum", null)]
    [InlineData("startsOn", null)]
    [InlineData("timeZone", "\"Mars/Olympus\"")]
    [InlineData("gate", null)]
    [InlineData("gate", "\"weekly\"")]
    [InlineData("instructors", null)]
    [InlineData("version", "0")]
    public async Task A_wrong_field_is_named(string field, string? value)
    {
        var wish = Wish();
        if (value is null) wish.Remove(field);
        else wish[field] = JsonNode.Parse(value);
        var answer = (await (await app.Admin()).Http.Post("/v1/cohorts", wish))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal(field, Assert.Single(answer["errors"]!.AsObject()).Key);
    }

    [Theory]
    [InlineData("curriculum", "\"no-such-course\"", "curriculum.unknown")]
    [InlineData("version", "99", "curriculum.unknown")]
    [InlineData("instructors", "[\"01980000-0000-7000-8000-000000000000\"]", "person.unknown")]
    public async Task What_it_names_must_exist(string field, string value, string code)
    {
        var wish = Wish();
        wish[field] = JsonNode.Parse(value);
        (await (await app.Admin()).Http.Post("/v1/cohorts", wish)).Expect(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task Text_is_stored_as_sent_in_composed_form()
    {
        var wish = Wish();
        wish["name"] = "  Cafe\u0301 <b>& Co</b> \U0001F331 ";
        var created = (await (await app.Admin()).Http.Post("/v1/cohorts", wish)).Expect(HttpStatusCode.Created);
        Assert.Equal("Caf\u00e9 <b>& Co</b> \U0001F331", (string)created["name"]!);
    }

    [Fact]
    public async Task Only_a_programme_admin_may()
    {
        (await (await app.Person()).Http.Post("/v1/cohorts", Wish())).Expect(HttpStatusCode.Forbidden, "role.required");
    }

    [Fact]
    public async Task Who_has_no_part_in_it_does_not_find_it()
    {
        var cohort = await app.Cohort();
        var outsider = (await app.Person()).Http;
        (await outsider.Read(cohort.Path)).Expect(HttpStatusCode.NotFound, "cohort.notFound");
        (await outsider.Read($"/v1/cohorts/{Guid.NewGuid()}")).Expect(HttpStatusCode.NotFound, "cohort.notFound");
        (await outsider.Read("/v1/cohorts/not-an-id")).Expect(HttpStatusCode.NotFound);
        Assert.Empty((await outsider.Read("/v1/cohorts")).Ok()["items"]!.AsArray());
    }

    private static JsonObject Wish() => new()
    {
        ["name"] = "A new cohort",
        ["curriculum"] = Given.Course,
        ["startsOn"] = "2027-02-01",
        ["timeZone"] = Given.Zone,
        ["gate"] = "sequential",
        ["instructors"] = new JsonArray(),
    };
}
