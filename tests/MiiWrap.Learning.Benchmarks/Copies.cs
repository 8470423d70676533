using Microsoft.Data.Sqlite;

namespace MiiWrap.Learning.Benchmarks;

/// <summary>
/// Multiplies rows that the product itself has written, so that a large database is made of real rows, whatever columns they have. In the
/// SQL of a changed column <c>t</c> is the row that is copied and <c>i</c> the number of the copy, from 0.
/// </summary>
internal sealed class Copies : IDisposable
{
    private readonly SqliteConnection db;

    public Copies(string file)
    {
        db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        db.Open();
        Run("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-200000; PRAGMA temp_store=MEMORY");
    }

    /// <summary>An id that says what it is of, and which.</summary>
    public static Guid Id(byte kind, long number) =>
        Guid.Parse(Prefix(kind) + number.ToString("X12", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The same as an SQL expression of the number.</summary>
    public static string IdSql(byte kind, string number) => $"('{Prefix(kind)}' || printf('%012X', {number}))";

    public static string Text(Guid id) => $"'{id.ToString().ToUpperInvariant()}'";

    public static string Text(DateTime at) => $"'{at:yyyy-MM-dd HH:mm:ss.fff}'";

    public void Copy(string table, string where, long count, params (string Column, string Sql)[] changes)
    {
        var columns = Columns(table);
        foreach (var (column, _) in changes)
        {
            if (!columns.Contains(column)) throw new InvalidOperationException($"{table} has no column {column} any more.");
        }

        var values = columns.Select(c => changes.Where(x => x.Column == c).Select(x => x.Sql).SingleOrDefault() ?? $"t.\"{c}\"");
        Run($"""
            INSERT INTO "{table}" ({string.Join(", ", columns.Select(c => $"\"{c}\""))})
            WITH RECURSIVE numbers(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < {count})
            SELECT {string.Join(", ", values)} FROM numbers CROSS JOIN (SELECT * FROM "{table}" WHERE {where}) AS t
            """);
    }

    /// <summary>
    /// As <see cref="Copy"/>, for millions of rows: no journal, and the indexes are made afterwards in one go each, since to fill them row
    /// by row takes hours.
    /// </summary>
    public void CopyMany(string table, string where, long count, params (string Column, string Sql)[] changes)
    {
        var indexes = Texts($"SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = '{table}' AND sql IS NOT NULL")
            .ToDictionary(name => name, name => Read($"SELECT sql FROM sqlite_master WHERE name = '{name}'"));
        Run("PRAGMA journal_mode=OFF");
        foreach (var name in indexes.Keys) Run($"DROP INDEX \"{name}\"");
        Copy(table, where, count, changes);
        foreach (var sql in indexes.Values) Run(sql);
        Run("PRAGMA journal_mode=WAL");
    }

    public void Run(string sql)
    {
        using var command = db.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 3600;
        command.ExecuteNonQuery();
    }

    public string Read(string sql)
    {
        using var command = db.CreateCommand();
        command.CommandText = sql;
        return (string)command.ExecuteScalar()!;
    }

    public void Dispose() => db.Dispose();

    private static string Prefix(byte kind) => $"000000{kind:X2}-0000-7000-8000-";

    private List<string> Columns(string table) => Texts($"SELECT name FROM pragma_table_info('{table}')");

    private List<string> Texts(string sql)
    {
        using var command = db.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read()) texts.Add(reader.GetString(0));
        return texts;
    }
}
