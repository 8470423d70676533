using System.Net;
using System.Text.Json.Nodes;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Tests.Conventions;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Contract;

/// <summary>A front-end author reads what has changed since they built on the contract.</summary>
[StandingClock(YearsLater = true)]
public sealed class ListChangesTests(LearningApp app)
{
    private const string Header = "Learning-Contract";

    [Fact]
    public async Task An_author_reads_the_changes_newest_first_without_signing_in()
    {
        var changes = (await Session.Anonymous(app).Read("/v1/changes")).Ok()["items"]!.AsArray();
        Assert.NotEmpty(changes);
        var days = changes.Select(c => DateOnly.Parse((string)c!["on"]!, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(days.OrderDescending(), days);
        Assert.All(changes, c => Assert.Contains((string)c!["kind"]!, new[] { "added", "deprecated", "removed" }));
        Assert.All(changes, c => Assert.NotEmpty((string)c!["what"]!));
    }

    [Fact]
    public async Task Changes_name_operations_that_are_there_unless_they_were_removed()
    {
        var ids = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok()["paths"]!.AsObject()
            .SelectMany(p => p.Value!.AsObject())
            .Select(o => (string?)(o.Value as JsonObject)?["operationId"]).ToHashSet();
        Faults.None(ContractVersions.Changes.Where(c => c is { OperationId: { } id, Kind: not ChangeKind.Removed } && !ids.Contains(id))
            .Select(c => $"{c.Contract}: there is no operation {c.OperationId}."));
    }

    [Fact]
    public async Task Every_answer_under_v1_names_the_version_whatever_it_is()
    {
        var person = await app.Person();
        var current = (string)(await person.Http.Read("/v1/changes")).Ok()["items"]![0]!["contract"]!;
        foreach (var answer in new[]
        {
            (await person.Http.Read("/v1/me")).Ok(),
            (await person.Http.Read($"/v1/cohorts/{Guid.NewGuid()}")).Expect(HttpStatusCode.NotFound),
            (await person.Http.Post("/v1/cohorts", "{")).Expect(HttpStatusCode.BadRequest),
            (await Session.Anonymous(app).Read("/v1/me")).Expect(HttpStatusCode.Unauthorized),
            (await person.Http.Read("/v1/none")).Expect(HttpStatusCode.NotFound),
        }) Assert.Equal(current, answer.Headers[Header]);
        Assert.DoesNotContain(Header, (await Session.Anonymous(app).Read("/health/live")).Ok().Headers.Keys);
    }

    [Fact]
    public void A_file_of_changes_is_read_line_by_line()
    {
        var changes = ContractVersions.Parse("""
            # Changes

            - added: What stands before any version is no change.

            ## 1.1 (2027-03-01)

            - added `PauseCohort`: A cohort can be paused.
            - deprecated `GetThing`: Use `GetCohort`.

            ## 1.0 (2026-11-30)

            - removed: Nothing.
            """);
        ContractChange[] expected =
        [
            new("1.1", new(2027, 3, 1), ChangeKind.Added, "A cohort can be paused.", "PauseCohort"),
            new("1.1", new(2027, 3, 1), ChangeKind.Deprecated, "Use `GetCohort`.", "GetThing"),
            new("1.0", new(2026, 11, 30), ChangeKind.Removed, "Nothing.", null),
        ];
        Assert.Equal(expected, changes);
    }
}
