using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>Every byte that the database holds, free space included.</summary>
internal static class DatabaseCopy
{
    // A copy made by SQLite. Whoever reads the file itself and closes it takes away every lock that this process has on it; another process
    // that then closes the database believes itself the last one and removes the write-ahead log under everybody's feet.
    public static Task<byte[]> Pages(this LearningApp app) => app.InDb(async db =>
    {
        Assert.SkipUnless(app.IsSqlite, "What is in the file is looked for on SQLite: it runs with LEARNING_TEST_DB=sqlite");
        var file = Path.Combine(app.Folder, $"copy-{Guid.NewGuid():N}.db");
        await db.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        using (var copy = new SqliteConnection($"Data Source={file};Pooling=false"))
        {
            copy.Open();
            ((SqliteConnection)db.Database.GetDbConnection()).BackupDatabase(copy);
        }

        return await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
    });

    public static bool Hold(this byte[] pages, string words) => pages.AsSpan().IndexOf(Encoding.UTF8.GetBytes(words)) >= 0;
}
