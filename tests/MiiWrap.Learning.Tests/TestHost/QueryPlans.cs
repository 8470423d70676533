using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>
/// What SQLite means to do for each statement of a request: it goes through no table row by row that grows with the programme. And no
/// statement, of whatever origin, takes two rows without a value for alike: who has no agency shares none with anybody.
/// </summary>
internal sealed partial class QueryPlans : DbCommandInterceptor
{
    // A handful of rows, read whole; and cohorts, of which there is one for every twenty learners, and whose list is by name.
    private static readonly HashSet<string> SmallTables =
    [
        "Agencies", "AuthorizationKeys", "BadgeBases", "BadgeKeys", "Clients", "Cohorts", "CredentialDefinitions", "Curricula",
        "IndicatorSets", "Instruments", "ProtectionKeys", "Webhooks",
    ];

    // What may be told of an agency depends on all others.
    private static readonly string[] OfProgramFigures =
    [
        "TransferOpportunities", "TransferEvidence", "Enrolments", "SessionParticipants", "CoachingSessions", "ActionItems",
        "FidelityReviews", "RaterPairs",
    ];

    private static readonly Dictionary<string, string[]> WholeTables = new()
    {
        // What a client of the whole programme may see of one group depends on what it sees of all the others.
        ["GetCohortProgress"] = ["TransferOpportunities"],
        ["GetCohortTransfer"] = ["TransferOpportunities"],
        ["GetAgencyTransfer"] = ["TransferOpportunities"],
        ["GetImplementation"] = OfProgramFigures,
        ["GetProgramImplementation"] = [.. OfProgramFigures, "IndicatorMonths"],
        // An admin asks how far all reviewers agree.
        ["MeasureAgreement"] = ["Reviews"],
        ["MeasureFidelityAgreement"] = ["FidelityReviews"],
        // From the first on, a page at a time.
        ["ListProgramRetentionRecords"] = ["RetentionRecords"],
        // An admin without a filter walks the index of names.
        ["ListPeople"] = ["People"],
        // Or that of dates.
        ["ListSessions"] = ["CoachingSessions"],
        ["ListCoaching"] = ["CoachingRelationships"],
        ["ListActionItems"] = ["ActionItems"],
        ["ListFidelityReviews"] = ["FidelityReviews"],
        ["ListCredentials"] = ["Credentials"],
        ["ListRaters"] = ["RaterCalibrations"],
    };

    private readonly HttpContextAccessor http = new();
    private readonly ConcurrentDictionary<string, string> statements = new();
    private readonly ConcurrentDictionary<string, string> nullsAlike = new();

    /// <summary>Whether an operation is meant to go through all of a table that grows.</summary>
    public static bool MayReadWhole(string operation, string table) =>
        WholeTables.TryGetValue(operation, out var meant) && meant.Contains(table);

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        // Without a request it may be a test's own look into the database.
        var operation = http.HttpContext.Operation();
        if (operation is not null && Explained().IsMatch(result.CommandText)) statements.TryAdd(result.CommandText, operation);
        if (NullsAlike().IsMatch(result.CommandText)) nullsAlike.TryAdd(result.CommandText, operation ?? "A job or a test");
        return result;
    }

    public IEnumerable<string> Faults(string connectionString)
    {
        foreach (var (sql, operation) in nullsAlike)
            yield return $"{operation} takes two rows without a value for alike: {NullsAlike().Match(sql).Value}\n{sql}";
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        var partial = Rows(connection, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%) WHERE %'", 0).ToHashSet();
        foreach (var (sql, operation) in statements)
        {
            var steps = Rows(connection, $"EXPLAIN QUERY PLAN {sql}", 3).ToList();
            var tables = Tables().Matches(sql).ToLookup(m => m.Groups["alias"].Value, m => m.Groups["table"].Value);
            // A partial index holds what waits for something, and that is what is read.
            var whole = steps.Select(s => Scan().Match(s)).Where(s => s.Success && !partial.Contains(s.Groups["index"].Value))
                .SelectMany(s => tables[s.Groups["alias"].Value]).Where(t => !SmallTables.Contains(t)).ToList();
            whole.RemoveAll(t => MayReadWhole(operation, t));
            if (whole.Count > 0)
                yield return $"{operation} goes through all of {string.Join(", ", whole)}: {string.Join(" | ", steps)}\n{sql}";
        }
    }

    private static IEnumerable<string> Rows(SqliteConnection connection, string sql, int column)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in Parameters().Matches(sql).Select(m => m.Value).Distinct()) command.Parameters.AddWithValue(name, DBNull.Value);
        using var rows = command.ExecuteReader();
        while (rows.Read()) yield return rows.GetString(column);
    }

    // A list of none becomes WHERE 0, which reads nothing.
    [GeneratedRegex("^(?!.*WHERE 0\\b)(SELECT|UPDATE|DELETE|WITH)", RegexOptions.ExplicitCapture | RegexOptions.Singleline, -1)]
    private static partial Regex Explained();

    [GeneratedRegex("(FROM|JOIN|UPDATE) \"(?<table>\\w+)\" AS \"(?<alias>\\w+)\"", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex Tables();

    [GeneratedRegex("^SCAN (?<alias>\\w+)( USING (COVERING )?INDEX (?<index>\\w+))?", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex Scan();

    // As EF Core translates the equality of C#, where null equals null.
    [GeneratedRegex(
        "(?<one>(?<row>\"\\w+\")\\.\"\\w+\") = (?<other>(?!\\k<row>)\"\\w+\"\\.\"\\w+\") OR \\(\\k<one> IS NULL AND \\k<other> IS NULL\\)",
        RegexOptions.ExplicitCapture, -1)]
    private static partial Regex NullsAlike();

    [GeneratedRegex("@\\w+", RegexOptions.None, -1)]
    private static partial Regex Parameters();
}
