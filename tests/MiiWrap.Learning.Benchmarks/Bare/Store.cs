using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Benchmarks.Bare;

/// <summary>Prepared statements on connections that stay open; one writer, and each change its own durable commit.</summary>
internal sealed class Store : IDisposable
{
    private readonly string connectionString;
    private readonly ConcurrentBag<Reader> readers = [];
    private readonly SemaphoreSlim turn = new(1);
    private readonly Writer writer;
    private readonly ReflectionWriter reflections;
    private readonly Dictionary<string, Unit> units;
    private readonly Journey journey;
    private readonly TransferReport transfer;

    /// <summary>By the calendar these should have matured by now.</summary>
    private readonly HashSet<string> dueUnits;

    public Store(string file, string folder)
    {
        connectionString = new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString();
        units = Directory.GetFiles(folder, "unit-*.json")
            .Select(f => JsonSerializer.Deserialize(File.ReadAllBytes(f), Shapes.Default.Unit)!)
            .ToDictionary(u => u.Slug);
        journey = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, "journey.json")), Shapes.Default.Journey)!;
        transfer = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, "transfer.json")), Shapes.Default.TransferReport)!;
        dueUnits = [.. File.ReadAllLines(Path.Combine(folder, "due-units.txt"))];
        Preferences = File.ReadAllBytes(Path.Combine(folder, "preferences.json"));
        var connection = Open();
        var (transaction, events) = (new Transaction(connection), new Events(connection));
        reflections = new(connection, transaction, events);
        writer = new(connection, transaction, events, Guid.Parse(File.ReadAllText(Path.Combine(folder, "template.txt"))));
    }

    public ReadOnlyMemory<byte> Preferences { get; }

    public (Unit Unit, string ETag)? Unit(string enrolment, string slug)
    {
        if (!units.TryGetValue(slug, out var unit)) return null;
        var state = Read(r => r.StateOf(enrolment.ToUpperInvariant(), slug));
        if (state is null) return null;
        var address = $"/v1/enrolments/{enrolment}";
        return (unit with
        {
            State = state,
            Links = new($"{address}/units/{slug}/start", $"{address}/units/{slug}/complete", $"{address}/reflections/{slug}"),
        }, $"\"{slug}-{state}\"");
    }

    public Journey? Journey(string enrolment)
    {
        var (found, done) = Read(r => r.Enrolment(enrolment.ToUpperInvariant()));
        if (found is not var (completed, total, name)) return null;
        return journey with
        {
            Id = Guid.Parse(enrolment),
            Cohort = journey.Cohort with { Name = name },
            Progress = ProgressOf(completed, total),
            Modules = [.. journey.Modules.Select(m => m with { Units = [.. m.Units.Select(u => Unit(u, done)) ] })],
        };
    }

    public bool IsSigned(string person, ReadOnlySpan<char> signature) =>
        Read(r => r.StampOf(person.ToUpperInvariant())) is { } stamp && signature.SequenceEqual(Sign(person, stamp));

    public static string Sign(string person, string stamp) =>
        Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256
            .HashData("a key of the bare server"u8, System.Text.Encoding.UTF8.GetBytes(person + stamp)));

    public Task<Completed?> Complete(string enrolment, string slug, IfThenPlan? plan) =>
        Write(() => writer.Complete(enrolment.ToUpperInvariant(), slug, plan));

    public Task<SavedDraft?> Save(string reflection, string tag, Dictionary<string, string> answers) =>
        Write(() => writer.Save(reflection, tag, answers));

    public Task<SubmittedRevision?> Submit(string reflection, string tag) => Write(() => reflections.Submit(reflection, tag));

    public Task<Published?> Publish(string revision, string reviewer) =>
        Write(() => reflections.Publish(revision, reviewer.ToUpperInvariant()));

    public TransferReport? Transfer(string cohort) => Read(r => r.Transfer(cohort.ToUpperInvariant(), transfer, dueUnits));

    public void Dispose() => turn.Dispose();

    public static Progress ProgressOf(int completed, int total) =>
        new(completed, total, 100 * completed / total,
            $"{completed} of the {total} units of this cohort's curriculum version are completed.");

    private static JourneyUnit Unit(JourneyUnit unit, Dictionary<string, (DateTime StartedAt, DateTime? CompletedAt)> done) =>
        done.TryGetValue(unit.Slug, out var row)
            ? unit with { State = row.CompletedAt is null
            ? "started"
            : "completed", StartedAt = row.StartedAt, CompletedAt = row.CompletedAt }
            : unit with { State = "open", StartedAt = null, CompletedAt = null };

    private async Task<T> Write<T>(Func<T> work)
    {
        await turn.WaitAsync();
        try
        {
            return work();
        }
        finally
        {
            turn.Release();
        }
    }

    private T Read<T>(Func<Reader, T> work)
    {
        if (!readers.TryTake(out var reader)) reader = new(Open());
        var result = work(reader);
        readers.Add(reader);
        return result;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var pragmas = connection.CreateCommand();
        pragmas.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON";
        pragmas.ExecuteNonQuery();
        return connection;
    }
}

internal static class Commands
{
    public static SqliteCommand Prepared(this SqliteConnection connection, string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters) command.Parameters.Add(parameter, SqliteType.Text);
        command.Prepare();
        return command;
    }

    public static SqliteCommand With(this SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    public static DateTime Moment(this SqliteDataReader reader, int column) =>
        DateTime.SpecifyKind(DateTime.Parse(reader.GetString(column), CultureInfo.InvariantCulture), DateTimeKind.Utc);

    /// <summary>To the millisecond, as the product tells the time.</summary>
    public static DateTime Now =>
        new(DateTime.UtcNow.Ticks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, DateTimeKind.Utc);

    public static string NewKey() => Guid.CreateVersion7().ToString().ToUpperInvariant();

    public static string Text(DateTime at) => at.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}

internal sealed class Reader(SqliteConnection connection)
{
    private readonly SqliteCommand state = connection.Prepared(
        "SELECT u.StartedAt, u.CompletedAt FROM Enrolments e LEFT JOIN UnitProgress u ON u.EnrolmentId = e.Id AND u.Unit = $unit WHERE e.Id = $id", "$id", "$unit");

    private readonly SqliteCommand enrolment = connection.Prepared(
        "SELECT e.UnitsCompleted, e.UnitsTotal, c.Name FROM Enrolments e JOIN Cohorts c ON c.Id = e.CohortId WHERE e.Id = $id", "$id");

    private readonly SqliteCommand progress = connection
        .Prepared("SELECT Unit, StartedAt, CompletedAt FROM UnitProgress WHERE EnrolmentId = $id", "$id");

    private readonly SqliteCommand stamp = connection.Prepared("SELECT SecurityStamp FROM People WHERE Id = $id", "$id");

    private readonly SqliteCommand cohortName = connection.Prepared("SELECT Name FROM Cohorts WHERE Id = $id", "$id");

    private readonly SqliteCommand learners = connection
        .Prepared("SELECT Id, EnrolledAt FROM Enrolments WHERE CohortId = $id AND Status <> 'Withdrawn'", "$id");

    private readonly SqliteCommand opportunities = connection.Prepared(
        """
        SELECT Unit, PersonId, StartsAt, TimeZone, MaturesAt, WindowEndsAt, WithdrawnAt, ExemptAt, Best30, Answered30, NoOpportunity30, DaysToFirst30, Verified30, Observed30
        FROM TransferOpportunities WHERE CohortId = $id
        """, "$id");

    /// <summary>One pass over the rows; of <paramref name="sample"/> only what the curriculum says is taken.</summary>
    public TransferReport? Transfer(string cohort, TransferReport sample, HashSet<string> dueUnits)
    {
        if (cohortName.With(cohort).ExecuteScalar() is not string name) return null;
        var assigned = 0;
        using (var rows = learners.With(cohort).ExecuteReader())
        {
            while (rows.Read()) assigned++;
        }

        var (all, byUnit, byWeek, applied) = (new TransferSums(), sample.Units.ToDictionary(u => u.Unit, _ => new TransferSums()),
            new SortedDictionary<DateOnly, TransferSums>(), 0);
        var now = Commands.Text(Probe.Now.UtcDateTime);
        using (var rows = opportunities.With(cohort).ExecuteReader())
        {
            while (rows.Read())
            {
                var row = Opportunity(rows, now);
                if (row.Best == "Applied" && dueUnits.Contains(row.Unit)) applied++;
                all.Add(row);
                byUnit[row.Unit].Add(row);
                if (!byWeek.TryGetValue(row.Week, out var week)) byWeek.Add(row.Week, week = new());
                week.Add(row);
            }
        }

        return sample with
        {
            Subject = name,
            AsOf = Probe.Now.UtcDateTime,
            Pooled = all.Pooled(new(applied, assigned * dueUnits.Count)),
            Units = [.. sample.Units.Select(u => byUnit[u.Unit].Unit(u))],
            Trend = [.. Weeks(byWeek)],
        };
    }

    private static IEnumerable<WeekTransfer> Weeks(SortedDictionary<DateOnly, TransferSums> byWeek)
    {
        if (byWeek.Count == 0) yield break;
        for (var (week, last) = (byWeek.First().Key, byWeek.Last().Key); week <= last; week = week.AddDays(7)) yield return (byWeek
            .GetValueOrDefault(week) ?? new()).Week(week);
    }

    private static TransferRow Opportunity(SqliteDataReader row, string now)
    {
        var day = Zones.LocalDate(row.Moment(2), Zones.Find(row.GetString(3)));
        var scope = !row.IsDBNull(7) ? TransferScope.Exempt
            : !row.IsDBNull(6) && string.CompareOrdinal(row.GetString(6), row.GetString(5)) < 0 ? TransferScope.Withdrawn
            : string.CompareOrdinal(now, row.GetString(4)) < 0 ? TransferScope.Immature
            : TransferScope.InScope;
        return new(
            row.GetString(0), row.GetString(1), day.AddDays(-(((int)day.DayOfWeek + 6) % 7)), scope, row.IsDBNull(8)
                ? null
                : row.GetString(8),
            row.GetBoolean(9), row.GetBoolean(10), row.IsDBNull(11) ? 0 : row.GetInt32(11), row.GetBoolean(12), row.GetBoolean(13));
    }

    public string? StateOf(string enrolmentId, string unit)
    {
        using var row = state.With(enrolmentId, unit).ExecuteReader();
        return !row.Read() ? null : row.IsDBNull(0) ? "open" : row.IsDBNull(1) ? "started" : "completed";
    }

    public (
        (int Completed, int Total, string Name)? Found,
        Dictionary<string, (DateTime StartedAt, DateTime? CompletedAt)> Done) Enrolment(string id)
    {
        var done = new Dictionary<string, (DateTime, DateTime?)>();
        using (var rows = progress.With(id).ExecuteReader())
        {
            while (rows.Read()) done[rows.GetString(0)] = (rows.Moment(1), rows.IsDBNull(2) ? null : rows.Moment(2));
        }

        using var row = enrolment.With(id).ExecuteReader();
        return (row.Read() ? (row.GetInt32(0), row.GetInt32(1), row.GetString(2)) : null, done);
    }

    public string? StampOf(string person) => (string?)stamp.With(person).ExecuteScalar();
}
