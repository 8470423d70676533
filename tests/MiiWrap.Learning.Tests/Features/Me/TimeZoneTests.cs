using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Me;

/// <summary>Zones are IANA names alone, kept by the name that the tz database has for them now.</summary>
[StandingClock]
public sealed class TimeZoneTests(LearningApp app)
{
    [Theory]
    [InlineData("US/Eastern", "America/New_York")]
    [InlineData("Asia/Calcutta", "Asia/Kolkata")]
    [InlineData("GB", "Europe/London")]
    [InlineData("Europe/Kiev", "Europe/Kyiv")]
    [InlineData("EST5EDT", "America/New_York")]
    [InlineData("Etc/UTC", "UTC")]
    [InlineData("Europe/Oslo", "Europe/Oslo")]
    public async Task An_earlier_name_is_taken_and_kept_as_the_present_one(string name, string kept)
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        var preferences = (await admin.Http.Patch("/v1/me/preferences", new { timeZone = name }, ("If-Match", "*"))).Ok();
        Assert.Equal(kept, (string)preferences["timeZone"]!);
        var created = (await admin.Http.Post("/v1/cohorts", new
        {
            name = $"Cohort {Guid.NewGuid():N}", curriculum = Given.Course, startsOn = "2027-02-01", timeZone = name, gate = "open",
            instructors = new[] { cohort.Instructor.Id },
        })).Expect(HttpStatusCode.Created);
        Assert.Equal(kept, (string)created["timeZone"]!);
        var (enrolled, invited) = (Given.Address(), Given.Address());
        (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = enrolled, name = "Lou", timeZone = name } } })).Ok();
        (await admin.Http.Post("/v1/people", new { email = invited, name = "Pat", timeZone = name })).Expect(HttpStatusCode.Created);
        Assert.Equal([kept, kept], await app.InDb(db => db.Users.Where(p => p.Email == enrolled || p.Email == invited)
            .Select(p => p.TimeZone).ToListAsync(TestContext.Current.CancellationToken)));
        (await admin.Http.Post("/v1/nudges/preview", new
        {
            curriculum = Given.Course, unit = "1.4-coaching-agreement", completedAt = "2027-03-12T21:30:00Z", timeZone = name,
        })).Ok();
    }

    [Theory]
    [InlineData("right/America/Chicago")]
    [InlineData("posix/America/Chicago")]
    [InlineData("posixrules")]
    [InlineData("localtime")]
    [InlineData("Factory")]
    [InlineData("america/chicago")]
    [InlineData("utc")]
    [InlineData("Central Standard Time")]
    [InlineData(" America/Chicago")]
    public async Task What_is_no_name_of_a_zone_is_refused(string name)
    {
        var (admin, cohort) = (await app.Admin(), await app.Cohort());
        (await admin.Http.Patch("/v1/me/preferences", new { timeZone = name }, ("If-Match", "*")))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        (await admin.Http.Post("/v1/people", new { email = Given.Address(), name = "Pat", timeZone = name }))
            .Expect(HttpStatusCode.UnprocessableEntity, "request.invalid");
        var row = (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments",
            new { learners = new[] { new { email = Given.Address(), name = "Lou", timeZone = name } } })).Ok()["rows"]![0]!;
        Assert.Equal("invalid", (string)row["result"]!);
    }

    [Theory]
    [InlineData("US/Eastern", "America/New_York")]
    [InlineData("right/America/Chicago", "America/Chicago")]
    [InlineData("posix/US/Eastern", "America/New_York")]
    [InlineData("america/chicago", "America/Chicago")]
    [InlineData("posixrules", "America/New_York")]
    [InlineData("America/Denver", "America/Denver")]
    [InlineData("Etc/GMT+5", "Etc/GMT+5")]
    public async Task The_migration_mends_what_was_stored_before(string stored, string mended)
    {
        var learner = await app.Learner();
        (await learner.Http.Post($"{learner.Unit("1.4-coaching-agreement")}/complete", Given.IfThen())).Ok();
        var zones = await app.InDb(async db =>
        {
            var ct = TestContext.Current.CancellationToken;
            await db.Users.Where(p => p.Id == learner.Id).ExecuteUpdateAsync(s => s.SetProperty(p => p.TimeZone, stored), ct);
            await db.Opportunities.Where(p => p.PersonId == learner.Id).ExecuteUpdateAsync(s => s.SetProperty(p => p.TimeZone, stored), ct);
            var cohorts = db.Cohorts.Where(c => db.Enrolments.Any(e => e.CohortId == c.Id && e.PersonId == learner.Id));
            await cohorts.ExecuteUpdateAsync(s => s.SetProperty(p => p.TimeZone, stored), ct);
            var migrations = db.GetService<IMigrationsAssembly>();
            var name = migrations.Migrations.Keys.Single(k => k.EndsWith("_ZoneNamesAndMails", StringComparison.Ordinal));
            foreach (var step in migrations.CreateMigration(migrations.Migrations[name], db.Database.ProviderName!).UpOperations
                .OfType<SqlOperation>())
                await db.Database.ExecuteSqlRawAsync(step.Sql, ct);
            return new[]
            {
                await db.Users.Where(p => p.Id == learner.Id).Select(p => p.TimeZone).SingleAsync(ct),
                await db.Opportunities.Where(p => p.PersonId == learner.Id).Select(p => p.TimeZone).SingleAsync(ct),
                await cohorts.Select(p => p.TimeZone).SingleAsync(ct),
            };
        });
        Assert.All(zones, z => Assert.Equal(mended, z));
    }
}
