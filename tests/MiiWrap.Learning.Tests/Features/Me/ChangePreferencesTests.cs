using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Me;

/// <summary>A person says how and when they want to be reached, and what is planned follows.</summary>
[StandingClock(YearsLater = true)]
public sealed class ChangePreferencesTests(LearningApp app)
{
    private const string Path = "/v1/me/preferences";
    private const string StandardUnit = "1.2-coach-supervisor-trainer";

    [Fact]
    public async Task What_is_read_is_changed_and_read_again()
    {
        var me = (await app.Person()).Http;
        var read = (await me.Read(Path)).Ok();
        Assert.Equal("17:30", (string)read["quietHours"]!["start"]!);
        (await me.Read(Path, ("If-None-Match", read.ETag!))).Expect(HttpStatusCode.NotModified);

        var changed = (await me.Patch(Path, new { timeZone = "America/Denver", channels = new[] { "inApp" } }, ("If-Match", read.ETag!)))
            .Ok();
        Assert.NotEqual(read.ETag, changed.ETag);
        var again = (await me.Read(Path)).Ok();
        Assert.Equal(changed.ETag, again.ETag);
        Assert.Equal(changed.Body, again.Body);
        Assert.Equal("America/Denver", (string)again["timeZone"]!);
        Assert.Equal("inApp", (string)Assert.Single(again["channels"]!.AsArray())!);
        Assert.Equal("08:30", (string)again["quietHours"]!["end"]!);
    }

    [Fact]
    public async Task A_change_without_the_state_it_changes_is_refused()
    {
        var me = (await app.Person()).Http;
        (await me.Patch(Path, new { timeZone = "America/Denver" })).Expect(HttpStatusCode.PreconditionRequired, "precondition.required");
    }

    [Fact]
    public async Task A_change_of_an_older_state_is_told_the_present_one()
    {
        var me = (await app.Person()).Http;
        var old = (await me.Read(Path)).Ok().ETag!;
        var now = (await me.Patch(Path, new { timeZone = "America/Denver" }, ("If-Match", old))).Ok().ETag;
        var refused = (await me.Patch(Path, new { timeZone = "America/New_York" }, ("If-Match", old)))
            .Expect(HttpStatusCode.PreconditionFailed, "preferences.stale");
        Assert.Equal(now, refused.ETag);
        Assert.Equal("America/Denver", (string)(await me.Read(Path)).Ok()["timeZone"]!);
        (await me.Patch(Path, new { timeZone = "UTC" }, ("If-None-Match", "*"))).Expect(HttpStatusCode.PreconditionFailed);
    }

    [Theory]
    [InlineData("""{"timeZone": "America/Atlantis"}""", "timeZone")]
    [InlineData("""{"timeZone": "Central Standard Time"}""", "timeZone")]
    [InlineData("""{"channels": ["email"]}""", "channels")]
    [InlineData("""{"channels": ["inApp", "pigeon"]}""", "channels[1]")]
    [InlineData("""{"quietHours": {"start": "25:00", "end": "08:00"}}""", "quietHours.start")]
    [InlineData("""{"quietHours": {"start": "17:00"}}""", "quietHours.end")]
    [InlineData("""{"quietHours": {"start": "08:30", "end": "17:30", "days": []}}""", "quietHours")]
    [InlineData("""{"quietHours": {"start": "20:00", "end": "07:00", "days": ["monday", "tuesday", "wednesday", "thursday", "friday"]}}""",
        "quietHours")]
    [InlineData("""{"quietHours": {"start": "20:00", "end": "07:00", "days": ["caturday"]}}""", "quietHours.days[0]")]
    public async Task What_could_not_work_is_refused_by_field(string change, string field)
    {
        var me = (await app.Person()).Http;
        var answer = (await me.Patch(Path, change, ("If-Match", "*"))).Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        Assert.Equal(field, Assert.Single(answer["errors"]!.AsObject()).Key);
    }

    [Fact]
    public async Task A_new_zone_moves_what_is_planned_to_its_own_hours()
    {
        var learner = await Completed();
        Assert.Equal(new(2034, 2, 1, 15, 0, 0, DateTimeKind.Utc), await FirstDue(learner));

        // Completed at nine in Chicago, which is seven in Los Angeles: two days later the window opens at half past eight there.
        (await learner.Http.Patch(Path, new { timeZone = "America/Los_Angeles" }, ("If-Match", "*"))).Ok();
        Assert.Equal(new(2034, 2, 1, 16, 30, 0, DateTimeKind.Utc), await FirstDue(learner));
    }

    [Fact]
    public async Task New_quiet_hours_move_what_is_planned()
    {
        var learner = await Completed();
        (await learner.Http.Patch(
            Path, new { quietHours = new { start = "17:30", end = "13:00", days = new[] { "wednesday" } } }, ("If-Match", "*"))).Ok();
        Assert.Equal(new(2034, 2, 2, 19, 0, 0, DateTimeKind.Utc), await FirstDue(learner));
    }

    private async Task<TestLearner> Completed()
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit(StandardUnit)}/complete", Given.IfThen())).Ok();
        return learner;
    }

    private static async Task<DateTime> FirstDue(TestLearner learner)
    {
        JsonNode first = (await learner.Http.Read("/v1/nudges?limit=1")).Ok()["items"]![0]!;
        return ((DateTime)first["dueAt"]!).ToUniversalTime();
    }
}
