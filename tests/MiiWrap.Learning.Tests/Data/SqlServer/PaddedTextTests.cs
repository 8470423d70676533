using System.Data.Common;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Data.Sqlite;
using MiiWrap.Learning.Tests.Conventions;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Data.SqlServer;

/// <summary>A host whose database compares texts as SQL Server does: blanks at the end are no difference.</summary>
public sealed partial class PaddingApp : LearningApp
{
    /// <summary>How many comparisons were made that way.</summary>
    public int Compared => comparing.Compared;

    private readonly Comparing comparing = new();

    protected override void Replace(IServiceCollection services) =>
        services.ConfigureDbContext<SqliteLearningDb>(o => o.AddInterceptors(comparing));

    private sealed partial class Comparing : DbCommandInterceptor
    {
        private int compared;

        public int Compared => compared;

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            Pad(command);
            return new(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Pad(command);
            return new(result);
        }

        private void Pad(DbCommand command)
        {
            var texts = command.Parameters.Cast<DbParameter>().Where(p => p.Value is string).Select(p => p.ParameterName).ToHashSet();
            if (texts.Count == 0) return;
            command.CommandText = ComparisonPattern().Replace(command.CommandText, found =>
            {
                if (!texts.Contains(found.Groups["name"].Value)) return found.Value;
                Interlocked.Increment(ref compared);
                return $"{found.Value} COLLATE RTRIM";
            });
        }

        [GeneratedRegex(@"= (?<name>@\w+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
        private static partial Regex ComparisonPattern();
    }
}

/// <summary>
/// SQL Server finds 'a' for 'a ': what the database found is compared once more, so that an address names one thing or nothing.
/// </summary>
[StandingClock(YearsLater = true)]
public sealed partial class PaddedTextTests(PaddingApp app) : IClassFixture<PaddingApp>
{
    [SqliteFact]
    public async Task A_name_in_an_address_with_a_blank_behind_it_is_another_name_on_both_databases()
    {
        var document = (await Session.Anonymous(app).Read("/openapi/v1.json")).Ok().Json;
        var (faults, asked) = (new List<string>(), 0);
        var shared = await RolePeople.Of(app);
        foreach (var (id, method, path, names) in ByName(document))
        {
            var row = RoleTableTests.Rows.Single(r => r.Operation == id);
            if (Array.FindIndex(row.Statuses, s => s < 300) is var role && role < 0) role = Array.IndexOf(row.Statuses, 404);
            var cast = method == HttpMethod.Get ? shared : await RolePeople.Of(app);
            foreach (var name in names)
            {
                var request = await row.Request(cast);
                var given = ValueOf(path, name, request.Path);
                var padded = request.Path.Replace($"/{given}", $"/{given}%20", StringComparison.Ordinal);
                var answer = await cast.As((Role)role).Call(method, padded, request.Body, request.Headers);
                asked++;
                if (answer.Status != HttpStatusCode.NotFound)
                    faults.Add($"{id} answers {(int)answer.Status} when {name} is '{given} ': {answer.Body}");
            }
        }

        Faults.None(faults);
        Assert.True(asked > 20, $"Only {asked} names were asked for.");
        Assert.True(app.Compared > 20, $"Only {app.Compared} texts were compared.");
    }

    [SqliteFact]
    public async Task A_name_in_a_body_with_a_blank_behind_it_is_another_name_too()
    {
        var admin = await app.Admin();
        (await admin.Http.Post("/v1/cohorts", new
        {
            name = "Padded", curriculum = $"{Given.Course} ", startsOn = "2034-02-06", timeZone = Given.Zone, gate = "open",
            instructors = Array.Empty<Guid>(),
        })).Expect(HttpStatusCode.UnprocessableEntity);
        (await admin.Http.Post("/v1/nudges/preview", new
        {
            curriculum = $"{Given.Course} ", unit = RolePeople.AnchorUnit, completedAt = "2034-02-01T15:00:00Z", timeZone = Given.Zone,
        })).Expect(HttpStatusCode.NotFound);
        (await admin.Http.Post("/v1/cohorts", new
        {
            name = "Padded", curriculum = Given.Course, startsOn = "2034-02-06", timeZone = Given.Zone, gate = "open",
            instructors = Array.Empty<Guid>(),
        })).Expect(HttpStatusCode.Created);
    }

    /// <summary>The operations that find something by a text in their address.</summary>
    private static IEnumerable<(string Id, HttpMethod Method, string Path, List<string> Names)> ByName(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Key is "get" or "post" or "put" or "patch" or "delete"
        let names = (operation.Value!["parameters"]?.AsArray() ?? [])
            .Where(p => (string)p!["in"]! == "path" && (string?)p["schema"]!["type"] == "string" && p["schema"]!["format"] is null)
            // Tokens are looked up by their hash.
            .Select(p => (string)p!["name"]!).Where(name => name != "token").ToList()
        where names.Count > 0
        // What makes a thing under a new name has nothing to find, and says what is wrong with the name.
        where (string)operation.Value["operationId"]! != "PublishVersion"
        select ((string)operation.Value["operationId"]!, HttpMethod.Parse(operation.Key), path.Key, names);

    private static string ValueOf(string template, string name, string path)
    {
        var pattern = ParameterPattern().Replace(template, p => p.Groups["name"].Value == name ? "(?<value>[^/]+)" : "[^/]+");
        var found = Regex.Match(path.Split('?')[0], $"^{pattern}/?$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        return found.Groups["value"].Value;
    }

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ParameterPattern();
}
