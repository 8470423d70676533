namespace MiiWrap.Learning.Tests.App;

/// <summary>The embedded build opens no SQL Server, and says so instead of testing something else.</summary>
internal static class TestServer
{
    public static Task<string> ConnectionString() =>
        throw new InvalidOperationException("LEARNING_TEST_DB asks for SQL Server, and these tests were built for the embedded stack: build and run them with -p:Stack=SqlServer.");
}
