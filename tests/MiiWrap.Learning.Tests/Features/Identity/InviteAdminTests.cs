using System.Diagnostics;
using Microsoft.Data.Sqlite;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Features.Identity;

/// <summary>The operator makes the first programme admin from the command line, with the program as it is started in earnest.</summary>
public sealed class InviteAdminTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("learning-admin-").FullName;

    public void Dispose()
    {
        using var pooled = new SqliteConnection($"Data Source={Path.Combine(folder, "learning.db")}");
        SqliteConnection.ClearPool(pooled);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Invite_admin_works_on_an_empty_database_and_on_one_that_is_there()
    {
        var (code, output, _) = await Run("--invite-admin", "first@example.org");
        Assert.Equal(0, code);
        var first = output.Trim().Split('\n')[^1];
        Assert.Matches(@"^https://learning\.example\.org/\S+\?token=[A-Za-z0-9_-]{43}$", first);

        (code, output, _) = await Run("--invite-admin", "FIRST@example.org");
        Assert.Equal(0, code);
        Assert.NotEqual(first, output.Trim().Split('\n')[^1]);

        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "learning.db")}");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) || ' ' || SUM(IsProgramAdmin) || ' ' || (SELECT COUNT(*) FROM MailedTokens) FROM People";
        Assert.Equal("1 1 2", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--invite-admin")]
    [InlineData("--invite-admin", "nobody")]
    public async Task A_missing_or_malformed_address_is_one_sentence(params string[] args)
    {
        var (code, _, error) = await Run(args);
        Assert.Equal(1, code);
        Assert.StartsWith("--invite-admin needs", Assert.Single(error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Mail:Host must be set", "Mail__Mode=Smtp")]
    [InlineData("Mail:Port must be", "Mail__Mode=Smtp", "Mail__Host=mail.example.org", "Mail__Port=0")]
    [InlineData("Mail:Host must be", "Mail__Mode=Smtp", "Mail__Host=not a host")]
    [InlineData("Mail:UserName and Mail:Password go together", "Mail__Mode=Smtp", "Mail__Host=mail.example.org", "Mail__UserName=me")]
    [InlineData("Mail:Password is sent over TLS alone", "Mail__Mode=Smtp", "Mail__Host=mail.example.org", "Mail__UserName=me",
        "Mail__Password=secret-word", "Mail__Tls=false")]
    public async Task A_wrong_mail_setting_stops_the_start_with_one_sentence(string sentence, params string[] settings)
    {
        var (code, _, error) = await Run(["--migrate"], settings);
        Assert.Equal(1, code);
        var line = Assert.Single(error.Trim().Split('\n'));
        Assert.StartsWith(sentence, line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", line, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> Run(params string[] args) => Run(args, []);

    private async Task<(int Code, string Output, string Error)> Run(string[] args, string[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "MiiWrap.Learning.Api.dll"), .. args])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["ConnectionStrings__Learning"] = $"Data Source={Path.Combine(folder, "learning.db")}";
        start.Environment["Mail__PickupFolder"] = Path.Combine(folder, "mail");
        start.Environment["Public__BaseUrl"] = "https://learning.example.org";
        start.Environment["Keys__Certificate"] = KeyFile.Named();
        start.Environment["Keys__CertificatePassword"] = KeyFile.Password;
        foreach (var setting in settings)
            start.Environment[setting[..setting.IndexOf('=', StringComparison.Ordinal)]] =
                setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..];
        using var program = Process.Start(start)!;
        var output = program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (program.ExitCode, await output, await error);
    }
}
