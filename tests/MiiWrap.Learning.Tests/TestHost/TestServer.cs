using Testcontainers.MsSql;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>One SQL Server in a container for the whole run; what is left of it is cleared away with the run.</summary>
internal static class TestServer
{
    private static readonly Lazy<Task<string>> Started = new(Start);

    public static Task<string> ConnectionString() => Started.Value;

    private static async Task<string> Start()
    {
        var container = new MsSqlBuilder("mcr.microsoft.com/mssql/server:2022-latest").Build();
        await container.StartAsync();
        return container.GetConnectionString();
    }
}
