using System.Net;
using System.Text;
using MiiWrap.Learning.Tests.Conventions;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>A front end sends what has changed as a JSON merge patch, in which null clears.</summary>
[StandingClock(YearsLater = true)]
public sealed class MergePatchTests(LearningApp app)
{
    private const string MediaType = "application/merge-patch+json";
    private const string Preferences = "/v1/me/preferences";

    [Fact]
    public async Task What_is_left_out_stays_and_null_clears()
    {
        var person = await app.Person();
        (await Patch(person, """{"quietHours": {"start": "18:00", "end": "08:30", "days": ["saturday", "monday"]}}""")).Ok();

        var later = (await Patch(person, """{"quietHours": {"start": "17:30"}}""")).Ok()["quietHours"]!;
        Assert.Equal(("17:30", "08:30", 2), ((string)later["start"]!, (string)later["end"]!, later["days"]!.AsArray().Count));

        var cleared = (await Patch(person, """{"quietHours": {"days": null}}""")).Ok()["quietHours"]!;
        Assert.Equal(("17:30", "08:30", 0), ((string)cleared["start"]!, (string)cleared["end"]!, cleared["days"]!.AsArray().Count));
    }

    [Theory]
    [InlineData("""{"timeZone": null}""", "timeZone")]
    [InlineData("""{"quietHours": null}""", "quietHours")]
    [InlineData("""{"quietHours": {"end": null}}""", "quietHours.end")]
    [InlineData("""{"Channels": null, "feedbackByMail": false}""", "channels")]
    public async Task What_always_has_a_value_is_not_cleared_and_nothing_changes(string patch, string field)
    {
        var person = await app.Person();
        var before = (await person.Http.Read(Preferences)).Ok();
        var refused = (await Patch(person, patch)).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal([field], refused["errors"]!.AsObject().Select(e => e.Key));
        Assert.Equal(before.ETag, (await person.Http.Read(Preferences)).Ok().ETag);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("\"utf-16\"")]
    [InlineData("utf-32")]
    [InlineData("iso-8859-1")]
    public async Task A_null_clears_in_every_charset_in_which_JSON_is_read(string charset)
    {
        var (admin, person) = (await app.Admin(), await app.Person());
        var path = $"/v1/people/{person.Id}";
        (await admin.Http.Patch(path, new { locale = "es-MX" }, ("If-Match", "*"))).Ok();
        (await admin.Http.Patch(path, In("""{"name": null}"""), ("If-Match", "*")))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Null((string?)(await admin.Http.Patch(path, In("""{"locale": null}"""), ("If-Match", "*"))).Ok()["locale"]);
        Assert.Equal("Zoë", (string)(await admin.Http.Patch(path, In("""{"name": "Zoë"}"""), ("If-Match", "*"))).Ok()["name"]!);

        HttpContent In(string patch)
        {
            var body = new ByteArrayContent(Encoding.GetEncoding(charset.Trim('"')).GetBytes(patch));
            body.Headers.TryAddWithoutValidation("Content-Type", $"{MediaType}; charset={charset}");
            return body;
        }
    }

    [Fact]
    public async Task In_plain_JSON_null_is_as_good_as_left_out() =>
        (await (await app.Person()).Http.Patch(Preferences, """{"timeZone": null, "feedbackByMail": false}""", ("If-Match", "*"))).Ok();

    [Fact]
    public async Task Fields_that_nobody_knows_are_ignored_as_everywhere() =>
        (await Patch(await app.Person(), """{"colour": null, "precondition": null, "feedbackByMail": false}""")).Ok();

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task What_is_no_object_is_malformed(string patch) =>
        (await Patch(await app.Person(), patch)).Expect(HttpStatusCode.BadRequest, "request.malformed");

    [Fact]
    public async Task A_lead_renames_a_cohort_by_it()
    {
        var cohort = await app.Cohort();
        var body = new StringContent("""{"name": "Riverbend, autumn"}""", Encoding.UTF8, MediaType);
        Assert.Equal("Riverbend, autumn", (string)(await cohort.Lead.Http.Patch(cohort.Path, body)).Ok()["name"]!);
    }

    [Fact]
    public async Task Whoever_sends_another_format_is_told_which_are_taken()
    {
        var person = await app.Person();
        var refused = await person.Http.Patch(Preferences, new StringContent("[]", Encoding.UTF8, "application/json-patch+json"));
        refused.Expect(HttpStatusCode.UnsupportedMediaType, "mediaType.unsupported");
        Assert.Equal($"application/json, {MediaType}", refused.Headers["Accept-Patch"]);
        Assert.Equal($"application/json, {MediaType}", (await Patch(person, "{}")).Ok().Headers["Accept-Patch"]);
    }

    [Fact]
    public async Task Every_operation_that_patches_takes_both_formats()
    {
        var patches = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok()["paths"]!.AsObject()
            .Where(p => p.Value!["patch"] is not null).ToList();
        Assert.NotEmpty(patches);
        Faults.None(patches.Where(p => !new[] { "application/json", MediaType }
            .All(p.Value!["patch"]!["requestBody"]!["content"]!.AsObject().ContainsKey)).Select(p => p.Key));
    }

    private static Task<Answer> Patch(TestPerson person, string patch) =>
        person.Http.Patch(Preferences, new StringContent(patch, Encoding.UTF8, MediaType), ("If-Match", "*"));
}
