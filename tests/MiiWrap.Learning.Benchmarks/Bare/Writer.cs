using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace MiiWrap.Learning.Benchmarks.Bare;

/// <summary>Writes the rows that the product writes: the same columns, taken from rows of its own, with new keys and times.</summary>
internal sealed class Writer
{
    private readonly SqliteCommand begin;
    private readonly SqliteCommand commit;
    private readonly SqliteCommand rollback;
    private readonly SqliteCommand find;
    private readonly SqliteCommand advance;
    private readonly SqliteCommand save;
    private readonly Template progress;
    private readonly Template opportunity;
    private readonly Template nudge;
    private readonly Dictionary<string, object[]> progressOf;
    private readonly Dictionary<string, object[]> opportunityOf;
    private readonly Dictionary<string, object[][]> nudgesOf;

    public Writer(SqliteConnection connection, Guid templateEnrolment)
    {
        begin = connection.Prepared("BEGIN IMMEDIATE");
        commit = connection.Prepared("COMMIT");
        rollback = connection.Prepared("ROLLBACK");
        find = connection.Prepared(
            "SELECT e.UnitsCompleted, e.UnitsTotal, e.CohortId, e.PersonId FROM Enrolments e JOIN People p ON p.Id = e.PersonId WHERE e.Id = $id", "$id");
        advance = connection.Prepared("UPDATE Enrolments SET UnitsCompleted = UnitsCompleted + 1, LastActivityAt = $now, Version = Version + 1 WHERE Id = $id", "$now", "$id");
        save = connection.Prepared(
            "UPDATE Reflections SET Draft = $draft, DraftSavedAt = $now, DraftNumber = DraftNumber + 1, Version = Version + 1 WHERE Id = $id AND DraftNumber = $number AND Status = 'Draft'",
            "$draft", "$now", "$id", "$number");
        var where = $"EnrolmentId = '{templateEnrolment.ToString().ToUpperInvariant()}'";
        progress = new(connection, "UnitProgress");
        opportunity = new(connection, "TransferOpportunities");
        nudge = new(connection, "Nudges");
        progressOf = progress.Rows(where).ToDictionary(r => (string)r[progress["Unit"]]);
        opportunityOf = opportunity.Rows(where).ToDictionary(r => (string)r[opportunity["Unit"]]);
        nudgesOf = nudge.Rows(where).GroupBy(r => (string)r[nudge["Unit"]]).ToDictionary(g => g.Key, g => g.OrderBy(r => r[nudge["Step"]]).ToArray());
    }

    public Completed? Complete(string enrolment, string unit, IfThenPlan? plan)
    {
        begin.ExecuteNonQuery();
        try
        {
            var completed = CompleteIn(enrolment, unit, plan);
            (completed is null ? rollback : commit).ExecuteNonQuery();
            return completed;
        }
        catch
        {
            rollback.ExecuteNonQuery();
            throw;
        }
    }

    /// <summary>A tag is the reflection's id and the number of its draft, as the product's is.</summary>
    public SavedDraft? Save(string reflection, string tag, Dictionary<string, string> answers)
    {
        var id = Guid.Parse(reflection);
        var now = DateTime.UtcNow;
        if (!int.TryParse(tag.AsSpan($"\"{id:N}-".Length).TrimEnd('"'), out var number)) return null;
        save.With(JsonSerializer.Serialize(answers, Shapes.Default.DictionaryStringString), Commands.Text(now), reflection.ToUpperInvariant(), $"{number}");
        return save.ExecuteNonQuery() == 1 ? new(now, $"\"{id:N}-{number + 1}\"") : null;
    }

    private Completed? CompleteIn(string enrolment, string unit, IfThenPlan? plan)
    {
        var now = DateTime.UtcNow;
        int done, total;
        string cohort, person;
        using (var row = find.With(enrolment).ExecuteReader())
        {
            if (!row.Read()) return null;
            (done, total, cohort, person) = (row.GetInt32(0), row.GetInt32(1), row.GetString(2), row.GetString(3));
        }

        advance.With(Commands.Text(now), enrolment).ExecuteNonQuery();
        var at = Commands.Text(now);
        progress.Insert(progressOf[unit], ("EnrolmentId", enrolment), ("StartedAt", at), ("CompletedAt", at), ("IfThen_Cue", plan?.Cue), ("IfThen_Action", plan?.Action));
        var opportunityId = Guid.CreateVersion7().ToString().ToUpperInvariant();
        var template = opportunityOf[unit];
        var begun = opportunity.Moment(template, "StartsAt");
        opportunity.Insert(
            template, ("Id", opportunityId), ("EnrolmentId", enrolment), ("CohortId", cohort), ("PersonId", person), ("StartsAt", at),
            ("MaturesAt", Commands.Text(now + (opportunity.Moment(template, "MaturesAt") - begun))), ("IfThen_Cue", plan?.Cue), ("IfThen_Action", plan?.Action));
        var planned = new List<PlannedNudge>();
        foreach (var row in nudgesOf[unit])
        {
            var id = Guid.CreateVersion7();
            var due = now + (nudge.Moment(row, "DueAt") - begun);
            nudge.Insert(
                row, ("Id", id.ToString().ToUpperInvariant()), ("OpportunityId", opportunityId), ("EnrolmentId", enrolment), ("CohortId", cohort), ("PersonId", person),
                ("DueAt", Commands.Text(due)), ("ExpiresAt", Commands.Text(now + (nudge.Moment(row, "ExpiresAt") - begun))));
            planned.Add(new(id, (int)(long)row[nudge["Step"]], JsonNamingPolicy.CamelCase.ConvertName((string)row[nudge["Kind"]]), due));
        }

        return new("completed", now, Store.ProgressOf(done + 1, total), planned);
    }

    /// <summary>An insert of every column of a table.</summary>
    private sealed class Template
    {
        private readonly SqliteConnection connection;
        private readonly string table;
        private readonly Dictionary<string, int> columns = [];
        private readonly SqliteCommand insert;

        public Template(SqliteConnection connection, string table)
        {
            (this.connection, this.table) = (connection, table);
            using var names = connection.CreateCommand();
            names.CommandText = $"SELECT name FROM pragma_table_info('{table}')";
            using (var reader = names.ExecuteReader())
            {
                while (reader.Read()) columns[reader.GetString(0)] = columns.Count;
            }

            insert = connection.CreateCommand();
            insert.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns.Keys.Select(c => $"\"{c}\""))}) VALUES ({string.Join(", ", columns.Values.Select(i => $"$p{i}"))})";
            foreach (var i in columns.Values) insert.Parameters.AddWithValue($"$p{i}", "");
            insert.Prepare();
        }

        public int this[string column] => columns[column];

        public DateTime Moment(object[] row, string column) => DateTime.SpecifyKind(DateTime.Parse((string)row[columns[column]], null), DateTimeKind.Utc);

        public IEnumerable<object[]> Rows(string where)
        {
            using var select = connection.CreateCommand();
            select.CommandText = $"SELECT {string.Join(", ", columns.Keys.Select(c => $"\"{c}\""))} FROM {table} WHERE {where}";
            using var reader = select.ExecuteReader();
            while (reader.Read())
            {
                var row = new object[columns.Count];
                reader.GetValues(row);
                yield return row;
            }
        }

        public void Insert(object[] row, params ReadOnlySpan<(string Column, string? Value)> changes)
        {
            for (var i = 0; i < row.Length; i++) insert.Parameters[i].Value = row[i];
            foreach (var (column, value) in changes) insert.Parameters[columns[column]].Value = (object?)value ?? DBNull.Value;
            insert.ExecuteNonQuery();
        }
    }
}
