using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Fidelity;

/// <summary>An author adds an instrument as a file, and it is published as versions that never change.</summary>
public sealed class PublishInstrumentTests(LearningApp app)
{
    private readonly string code = SmallForm.NewCode();

    private string Form => $"/v1/fidelity/instruments/{code}";

    private string Versions => $"{Form}/versions";

    [Fact]
    public async Task A_new_instrument_is_published_and_read_without_a_line_of_code()
    {
        var admin = await app.Admin();
        var published = (await admin.Http.Post(Versions, SmallForm.Body(SmallForm.Of(code)))).Expect(HttpStatusCode.Created);
        Assert.Equal($"{Form}?version=1", published.Headers["Location"]);
        Assert.Equal((code, 1, true), ((string)published["slug"]!, (int)published["version"]!, (bool)published["isNew"]!));

        var reader = (await app.Person()).Http;
        var form = (await reader.Read(published.Headers["Location"]!)).Ok();
        Assert.Equal((code, 1, 1, "A small form", "original"),
            ((string)form["code"]!, (int)form["version"]!, (int)form["major"]!, (string)form["title"]!, (string)form["licence"]!));
        var item = form["sections"]![0]!["items"]![0]!;
        Assert.Equal(("A1", true, "Asks, and waits."), ((string)item["code"]!, (bool)item["critical"]!, (string)item["lookFor"]![2]!));
        Assert.Equal(["percentOfMax", "sum", "mean", "count", "percent", "ratio", "percentOfMax"],
            form["scores"]!.AsArray().Select(s => (string)s!["operator"]!));
        Assert.Equal((75m, "strong", 75m), ((decimal)form["scores"]![6]!["line"]!, (string)form["scores"]![6]!["bands"]![0]!["band"]!,
            (decimal)form["scores"]![6]!["bands"]![0]!["from"]!));
        Assert.Equal(("criticalZero", 0), ((string)form["flags"]![0]!["code"]!, (int)form["flags"]![0]!["equalTo"]!));
        (await reader.Read(Form, ("If-None-Match", form.ETag!))).Expect(HttpStatusCode.NotModified);
        (await reader.Read($"{Form}?version=2")).Expect(HttpStatusCode.NotFound, "instrument.notFound");
        (await reader.Read($"{Form}?version=0")).Expect(HttpStatusCode.UnprocessableEntity);
        (await reader.Read("/v1/fidelity/instruments/TPO-1")).Expect(HttpStatusCode.NotFound, "instrument.notFound");
    }

    [Fact]
    public async Task The_shipped_instruments_are_published_at_the_start_and_listed()
    {
        var reader = (await app.Person()).Http;
        var codes = new List<string>();
        for (var page = (await reader.Read("/v1/fidelity/instruments?limit=2")).Ok(); ;
            page = (await reader.Read($"/v1/fidelity/instruments?limit=2&cursor={Uri.EscapeDataString((string)page["next"]!)}")).Ok())
        {
            codes.AddRange(page["items"]!.AsArray().Select(i => (string)i!["code"]!));
            if (page["next"] is null) break;
        }

        Assert.Equal(codes.Order(StringComparer.Ordinal), codes);
        Assert.Superset(new HashSet<string> { "tpo-1", "cso-1", "miti-4.2.1-summary" }, codes.ToHashSet());
        var tpo = (await reader.Read("/v1/fidelity/instruments/tpo-1")).Ok();
        Assert.Equal(28, tpo["sections"]!.AsArray().Sum(s => s!["items"]!.AsArray().Count));
        Assert.Equal(
            [.. tpo["sections"]!.AsArray().Select(s => (string)s!["slug"]!), "total"], tpo["scores"]!.AsArray().Select(s =>
                (string)s!["code"]!));
    }

    [Fact]
    public async Task Unchanged_content_makes_no_version_and_an_export_is_unchanged_content()
    {
        var admin = await app.Admin();
        var yaml = SmallForm.Of(code);
        var first = (await admin.Http.Post(Versions, SmallForm.Body(yaml))).Expect(HttpStatusCode.Created);
        var again = (await admin.Http.Post(Versions, SmallForm.Body(yaml))).Ok();
        Assert.Equal((1, false), ((int)again["version"]!, (bool)again["isNew"]!));

        using var response = await admin.Http.GetAsync($"{Versions}/1/export", TestContext.Current.CancellationToken);
        Assert.Equal("application/yaml", response.Content.Headers.ContentType!.MediaType);
        var exported = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(yaml, Encoding.UTF8.GetString(exported));
        var returned = (await admin.Http.Post(Versions, SmallForm.Body(Encoding.UTF8.GetString(exported)))).Ok();
        Assert.Equal(((string)first["contentHash"]!, false), ((string)returned["contentHash"]!, (bool)returned["isNew"]!));
        (await admin.Http.Read($"{Versions}/2/export")).Expect(HttpStatusCode.NotFound, "instrument.notFound");
    }

    [Fact]
    public async Task A_published_version_stays_as_it_is_when_another_comes()
    {
        var admin = await app.Admin();
        await admin.Http.Post(Versions, SmallForm.Body(SmallForm.Of(code)));
        var before = (await admin.Http.Read($"{Form}?version=1")).Ok();
        var changed = SmallForm.Of(code).Replace("Asks first", "Asks before telling", StringComparison.Ordinal);
        Assert.Equal(2, (int)(await admin.Http.Post(Versions, SmallForm.Body(changed))).Expect(HttpStatusCode.Created)["version"]!);

        Assert.Equal(before.Body, (await admin.Http.Read($"{Form}?version=1")).Ok().Body);
        Assert.Equal("Asks before telling", (string)(await admin.Http.Read(Form)).Ok()["sections"]![0]!["items"]![0]!["text"]!);
        var versions = (await admin.Http.Read(Versions)).Ok();
        Assert.Equal([2, 1], versions["items"]!.AsArray().Select(v => (int)v!["version"]!));
        (await admin.Http.Read("/v1/fidelity/instruments/none/versions")).Expect(HttpStatusCode.NotFound, "instrument.notFound");
        await app.InDb(async db =>
        {
            var row = await db.Instruments.FirstAsync(i => i.Slug == code, TestContext.Current.CancellationToken);
            row.Title = "Another";
            await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync(TestContext.Current.CancellationToken));
            return true;
        });
    }

    [Fact]
    public async Task The_diff_names_what_changed()
    {
        var admin = await app.Admin();
        var yaml = SmallForm.Of(code);
        await admin.Http.Post(Versions, SmallForm.Body(yaml));
        yaml = yaml.Replace("text: Asks first", "text: Asks before telling", StringComparison.Ordinal)
            .Replace("Asks, and waits.", "Asks and waits.", StringComparison.Ordinal)
            .Replace("{code: Q, text: Questions, scale: often}",
                "{code: Q, text: Questions, scale: often, required: true}\n      - {code: S, text: Silences, scale: often}",
                StringComparison.Ordinal)
            .Replace("mean: [A1, A2]", "mean: [A1]", StringComparison.Ordinal)
            .Replace("from: 75,", "from: 80,", StringComparison.Ordinal)
            .Replace("version: 1", "version: 2", StringComparison.Ordinal)
            .Replace("guidance: Rate what was said.\n", "", StringComparison.Ordinal);
        (await admin.Http.Post(Versions, SmallForm.Body(yaml))).Expect(HttpStatusCode.Created);

        var diff = (await admin.Http.Read($"{Versions}/1/diff/2")).Ok();
        Assert.Equal("""[{"item":"S","text":"Silences","section":"counted"}]""", diff["added"]!.ToJsonString());
        Assert.Equal("""[{"item":"A1","text":"Asks before telling","parts":["text","lookFor"]}]""", diff["reworded"]!.ToJsonString());
        Assert.Equal("""["Q"]""", diff["rescaled"]!.ToJsonString());
        Assert.Equal("""["usual","total"]""", diff["rescored"]!.ToJsonString());
        Assert.Equal("""["major","guidance"]""", diff["parts"]!.ToJsonString());
        Assert.Empty(diff["removed"]!.AsArray());
        Assert.Equal("S", (string)(await admin.Http.Read($"{Versions}/2/diff/1")).Ok()["removed"]![0]!["item"]!);
        var none = (await admin.Http.Read($"{Versions}/2/diff/2")).Ok();
        Assert.All(new[] { "added", "removed", "reworded", "rescaled", "rescored", "parts" }, kind => Assert.Empty(none[kind]!.AsArray()));
        (await admin.Http.Read($"{Versions}/2/diff/3")).Expect(HttpStatusCode.NotFound, "instrument.notFound");
        (await admin.Http.Read($"{Versions}/1/diff/2", ("If-None-Match", diff.ETag!))).Expect(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_licensed_instrument_is_refused_whatever_else_is_wrong_with_it()
    {
        var admin = await app.Admin();
        var yaml = SmallForm.Of(code).Replace("licence: original", "licence: licensed", StringComparison.Ordinal);
        (await admin.Http.Post(Versions, SmallForm.Body(yaml))).Expect(HttpStatusCode.UnprocessableEntity, "instrument.licensed");
        yaml = yaml.Replace("sum: [A1, A2]", "sum: [A9]", StringComparison.Ordinal);
        (await admin.Http.Post(Versions, SmallForm.Body(yaml))).Expect(HttpStatusCode.UnprocessableEntity, "instrument.licensed");
        (await admin.Http.Read(Form)).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Faults_are_told_by_file_and_line_and_nothing_is_published()
    {
        var admin = await app.Admin();
        var yaml = SmallForm.Of(code).Replace("sum: [A1, A2]", "sum: [A1, perQuestion]", StringComparison.Ordinal);
        var answer = (await admin.Http.Post(Versions, SmallForm.Body(yaml))).Expect(HttpStatusCode.UnprocessableEntity, "content.faulty");
        var fault = Assert.Single(answer["faults"]!.AsArray())!;
        var line = yaml.Split('\n').Index().First(l => l.Item.Contains("perQuestion]", StringComparison.Ordinal)).Index + 1;
        Assert.Equal(($"instruments/{code}.yml", line), ((string)fault["file"]!, (int)fault["line"]!));
        Assert.Contains("in a circle", (string)fault["message"]!, StringComparison.Ordinal);
        (await admin.Http.Read(Form)).Expect(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("a: &a [x]\nb: [*a, *a]\n"), InlineData("\0"), InlineData("code: [unclosed"), InlineData("- a\n- b\n"),
        InlineData("\uFFFE")]
    public async Task What_is_no_instrument_is_a_fault(string yaml) =>
        (await (await app.Admin()).Http.Post(Versions, SmallForm.Body(yaml))).Expect(HttpStatusCode.UnprocessableEntity, "content.faulty");

    [Fact]
    public async Task A_file_is_bounded_named_as_its_address_and_of_a_programme_admin()
    {
        var admin = await app.Admin();
        (await admin.Http.Post(Versions, SmallForm.Body(new string('#', (256 * 1024) + 1))))
            .Expect(HttpStatusCode.RequestEntityTooLarge, "body.tooLarge");
        (await admin.Http.Post(Versions, SmallForm.Body(""))).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await admin.Http.Post("/v1/fidelity/instruments/Not%20One/versions", SmallForm.Body(SmallForm.Of(code))))
            .Expect(HttpStatusCode.NotFound, "instrument.notFound");
        var other = (await admin.Http.Post(Versions, SmallForm.Body(SmallForm.Of("other"))))
            .Expect(HttpStatusCode.UnprocessableEntity, "content.faulty");
        Assert.Contains("'code' must be the file's name", other.Body, StringComparison.Ordinal);
        (await (await app.Person()).Http.Post(Versions, SmallForm.Body(SmallForm.Of(code))))
            .Expect(HttpStatusCode.Forbidden, "role.required");
    }

    [Fact]
    public async Task Two_who_publish_the_same_at_once_make_one_version_of_it()
    {
        var admin = await app.Admin();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => admin.Http.Post(Versions, SmallForm.Body(SmallForm.Of(code)))));
        Assert.All(answers, a => Assert.Equal(1, (int)a["version"]!));
        Assert.Single(answers, a => (bool)a["isNew"]!);
    }

    [Fact]
    public async Task A_bundle_of_a_curriculum_may_lie_beside_instruments_and_is_refused_with_their_faults()
    {
        var admin = await app.Admin();
        var slug = SecondCourse.NewSlug();
        using var content = SecondCourse.Of(slug).Write($"instruments/{code}.yml", SmallForm.Of(code));
        (await admin.Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(content))).Expect(HttpStatusCode.Created);
        (await admin.Http.Read(Form)).Expect(HttpStatusCode.NotFound);
        content.Replace($"instruments/{code}.yml", "from: 0", "from: 90");
        var answer = (await admin.Http.Post($"/v1/curricula/{slug}/versions", SecondCourse.Bundle(content)))
            .Expect(HttpStatusCode.UnprocessableEntity, "content.faulty");
        Assert.Equal($"instruments/{code}.yml", (string)Assert.Single(answer["faults"]!.AsArray())!["file"]!);
    }
}
