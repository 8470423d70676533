using Microsoft.Data.Sqlite;

namespace MiiWrap.Learning.Benchmarks.Bare;

/// <summary>Commits what was written when there is a result.</summary>
internal sealed class Transaction(SqliteConnection connection)
{
    private readonly SqliteCommand begin = connection.Prepared("BEGIN IMMEDIATE");
    private readonly SqliteCommand commit = connection.Prepared("COMMIT");
    private readonly SqliteCommand rollback = connection.Prepared("ROLLBACK");

    public T? Run<T>(Func<T?> work)
        where T : class
    {
        begin.ExecuteNonQuery();
        try
        {
            var done = work();
            (done is null ? rollback : commit).ExecuteNonQuery();
            return done;
        }
        catch
        {
            rollback.ExecuteNonQuery();
            throw;
        }
    }
}

/// <summary>What other programs are told, in the same transaction as what happened.</summary>
internal sealed class Events
{
    private readonly Template table;
    private readonly Dictionary<string, object[]> templateOf;
    private long last;

    public Events(SqliteConnection connection)
    {
        table = new(connection, "Events");
        templateOf = table.Rows("1").GroupBy(e => (string)e[table["Type"]]).ToDictionary(e => e.Key, e => e.First());
    }

    public void Tell(string type, string at, string data) =>
        table.Insert(templateOf[type], ("Id", Commands.NewKey()), ("OccurredAt", at), ("Number", $"{++last}"), ("Data", data));
}

/// <summary>An insert of every column of a table.</summary>
internal sealed class Template
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
        insert.CommandText =
            $"INSERT INTO {table} ({string.Join(", ", columns.Keys.Select(c => $"\"{c}\""))}) VALUES ({string.Join(", ", columns.Values.Select(i => $"$p{i}"))})";
        foreach (var i in columns.Values) insert.Parameters.AddWithValue($"$p{i}", "");
        insert.Prepare();
    }

    public int this[string column] => columns[column];

    public DateTime Moment(object[] row, string column) =>
        DateTime.SpecifyKind(DateTime.Parse((string)row[columns[column]], null), DateTimeKind.Utc);

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
