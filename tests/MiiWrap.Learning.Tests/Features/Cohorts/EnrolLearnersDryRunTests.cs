using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Cohorts;

/// <summary>A lead looks what a roster would do before it does it.</summary>
[StandingClock]
public sealed class EnrolLearnersDryRunTests(LearningApp app)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_gives_the_rows_of_the_real_one_and_does_nothing(bool isFile)
    {
        var (cohort, agency) = (await app.Cohort(), await app.Agency());
        var (known, left, moved) = (await app.Learner(cohort), await app.Learner(cohort), await app.Learner(cohort));
        (await cohort.Lead.Http.Post($"{left.Journey}/withdraw")).Ok();
        var fresh = Given.Address("fresh");
        (string Email, string Name, string Zone, Guid? Agency)[] roster =
        [
            (fresh, "Fay Fresh", Given.Zone, agency), (known.Email, "Lou", Given.Zone, null), (left.Email, "Lou", Given.Zone, null),
            (moved.Email, "Lou", Given.Zone, agency), (Given.Address(), "No Zone", "Nowhere/Here", null), (fresh, "Fay", Given.Zone, null),
        ];

        async Task<JsonArray> Send(string query)
        {
            using var csv = new StringContent("email,name,timeZone,agencyId\r\n"
                + string.Join("\r\n", roster.Select(r => $"{r.Email},{r.Name},{r.Zone},{r.Agency}")));
            csv.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
            var json = new
            {
                learners = roster.Select(r => new { email = r.Email, name = r.Name, timeZone = r.Zone, agencyId = r.Agency }),
            };
            return (await cohort.Lead.Http.Post($"{cohort.Path}/enrolments?resume=true{query}", isFile ? csv : json)).Ok()["rows"]!.AsArray();
        }

        static IEnumerable<(int, string?, string, string?)> Results(JsonArray rows) =>
            rows.Select(r => ((int)r!["line"]!, (string?)r["email"], (string)r["result"]!, (string?)r["reason"]));

        var tried = await Send("&dryRun=true");
        Assert.Equal(["created", "existing", "resumed", "changed", "invalid", "existing"], tried.Select(r => (string)r!["result"]!));
        Assert.Equal([null, known.EnrolmentId, left.EnrolmentId, moved.EnrolmentId, null, null],
            tried.Select(r => (Guid?)r!["enrolmentId"]));
        Assert.Equal("withdrawn", (string)(await left.Http.Read(left.Journey)).Ok()["status"]!);
        var normalized = fresh.ToUpperInvariant();
        Assert.False(await app.InDb(db => db.Users.AnyAsync(p => p.NormalizedEmail == normalized, TestContext.Current.CancellationToken)));
        Assert.Equal(3, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["learners"]!);

        var real = await Send("");
        Assert.Equal(Results(tried), Results(real));
        Assert.Equal(4, (int)(await cohort.Lead.Http.Read($"{cohort.Path}/progress")).Ok()["summary"]!["learners"]!);
    }
}
