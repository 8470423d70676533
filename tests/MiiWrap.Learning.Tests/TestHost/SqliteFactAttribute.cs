using System.Runtime.CompilerServices;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>A test that assumes SQLite, its file or its one writer: a run on SQL Server skips it by name.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SqliteFactAttribute : FactAttribute
{
    internal const string Why = "This is about SQLite, its file or its one writer: it runs with LEARNING_TEST_DB=sqlite";

    public SqliteFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) =>
        (Skip, SkipType, SkipWhen) = (Why, typeof(TestDatabase), nameof(TestDatabase.IsServerAskedFor));
}

/// <summary>The same, with cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SqliteTheoryAttribute : TheoryAttribute
{
    public SqliteTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) =>
        (Skip, SkipType, SkipWhen) = (SqliteFactAttribute.Why, typeof(TestDatabase), nameof(TestDatabase.IsServerAskedFor));
}
