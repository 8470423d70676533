using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>What stops a start says so in one sentence that names the setting, and ends with another code than 0.</summary>
public sealed class WrongSettingTests : IDisposable
{
    private readonly Home home = new();

    [Theory]
    [InlineData("Database__Provider", "Postgres", "Database:Provider must be one of Sqlite, SqlServer, not 'Postgres'.")]
    [InlineData("Clock__StartAt", "tomorrow", "Clock:StartAt must be a moment such as 2027-03-15T15:00:00Z, not 'tomorrow'.")]
    [InlineData("Jobs__Enabled", "perhaps", "Jobs:Enabled must be true or false, not 'perhaps'.")]
    [InlineData("Public__BaseUrl", "https://℀.example", "Public:BaseUrl must be an http or https address, not 'https://℀.example'.")]
    [InlineData("Public__BaseUrl", "learning.example.org", "Public:BaseUrl must be an http or https address, not 'learning.example.org'.")]
    [InlineData("Auth__Authority", "https://sign-in.example.org",
        "Auth:Audience must be set when Auth:Authority is: a token that is meant for another program is no sign-in here.")]
    [InlineData("Auth__Authority", "http://sign-in.example.org",
        "Auth:Authority must be an https address; http is taken in the Development environment alone, and only on this machine.")]
    [InlineData("Auth__RequireSecondFactor", "admins", "Auth:RequireSecondFactor must be true or false, not 'admins'.")]
    [InlineData("Auth__Audience", "https://learning.example.org", "Auth:Authority must be set when Auth:Audience is.")]
    [InlineData("Cors__Origins", "https://learn.example.org/app",
        "Cors:Origins takes origins such as https://learn.example.org, not 'https://learn.example.org/app'.")]
    [InlineData("Cors__Origins", "*", "Cors:Origins takes origins such as https://learn.example.org, not '*'.")]
    [InlineData("Proxy__Known", "the-proxy", "Proxy:Known takes addresses and networks such as 10.0.0.5 or 10.0.0.0/8, not 'the-proxy'.")]
    [InlineData("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true",
        "ASPNETCORE_FORWARDEDHEADERS_ENABLED believes every caller: leave it out, and name the proxies in Proxy:Known.")]
    [InlineData("Metrics__Port", "70000", "Metrics:Port must be a whole number from 0 to 65535, not '70000'.")]
    [InlineData("Fidelity__DriftSlope", "0,5", "Fidelity:DriftSlope must be a number from 0.1 to 10, such as 0.5, not '0,5'.")]
    [InlineData("Fidelity__DriftSlope", "0", "Fidelity:DriftSlope must be a number from 0.1 to 10, such as 0.5, not '0'.")]
    [InlineData("Metrics__Address", "everywhere",
        "Metrics:Address must be an address of this machine such as 127.0.0.1 or 0.0.0.0, not 'everywhere'.")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317",
        "OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https address, not 'collector:4317'.")]
    [InlineData("Mail__From", "nobody", "Mail:From must be a mail address, not 'nobody'.")]
    [InlineData("Mail__Hots", "mail.example.org", "There is no setting Mail:Hots; the nearest is Mail:Host.")]
    [InlineData("Keys__Certifcate", "keys.pfx", "There is no setting Keys:Certifcate; the nearest is Keys:Certificate.")]
    [InlineData("Content__Folder", "/nowhere", "Content:Folder names '/nowhere', which is no folder.")]
    [InlineData("ConnectionStrings__Learning", "Server=.;Database=learning",
        "ConnectionStrings:Learning must be of the form 'Data Source=FILE' when Database:Provider is Sqlite.")]
    public async Task A_wrong_setting_is_named(string name, string value, string sentence) =>
        Assert.Equal(sentence, await Refusal((name, value)));

    [Theory]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:9464")]
    [InlineData("ASPNETCORE_HTTP_PORTS", "8080;9464")]
    public async Task The_metrics_have_a_port_of_their_own(string name, string value) =>
        Assert.Equal("Metrics:Port must be another than the program's own, which is 9464 too.",
            await Refusal((name, value), ("Metrics__Port", "9464")));

    [Fact]
    public async Task The_clock_is_set_in_Development_alone() =>
        Assert.StartsWith("Clock:StartAt works in the Development environment alone",
            await Refusal(("ASPNETCORE_ENVIRONMENT", "Production"), ("Clock__StartAt", "2027-03-15T15:00:00Z")), StringComparison.Ordinal);

    [Fact]
    public async Task The_sandbox_is_for_Development_alone() =>
        Assert.StartsWith("Sandbox:Enabled works in the Development environment alone",
            await Refusal(("ASPNETCORE_ENVIRONMENT", "Production"), ("Sandbox__Enabled", "true")), StringComparison.Ordinal);

    [Theory]
    [InlineData("Mail", "/var/mail/me")]
    [InlineData("MAIL_PORT", "tcp://10.0.0.1:25")]
    [InlineData("Kestrel:Limits:MaxConcurrentConnections", "100")]
    [InlineData("SomebodyElses:Setting", "1")]
    [InlineData("ConnectionStrings:Learning_ProviderName", "System.Data.SqlClient")]
    [InlineData("Proxy:Known:1", "10.0.0.5")]
    [InlineData("Auth:ClockSkewSeconds", "10")]
    [InlineData("Mail:Tls", "false")]
    [InlineData("Keys:OldCertificatePassword", "")]
    public void What_others_set_and_what_is_not_in_use_stops_nothing(string name, string value) =>
        Assert.NotNull(Settings.Read(new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build(), isDevelopment: true));

    [Theory]
    [InlineData("Proxy:Known:a", "Proxy:Known")]
    [InlineData("Auth:Authorty", "Auth:Authority")]
    [InlineData("Limits:SignInPerMinut", "Limits:SignInPerMinute")]
    public void What_is_misspelled_anywhere_in_our_sections_is_named(string name, string nearest) =>
        Assert.Equal($"There is no setting {name}; the nearest is {nearest}.", Assert.Throws<SettingException>(() => Settings.Read(
            new ConfigurationBuilder().AddInMemoryCollection([new(name, "1")]).Build(), isDevelopment: true)).Message);

    [Fact]
    public async Task Every_setting_that_the_guide_lists_is_one()
    {
        var guide = await File.ReadAllTextAsync(
            Path.Combine(Repository.Folder, "deploy", "OPERATIONS.md"), TestContext.Current.CancellationToken);
        var table = guide[guide.IndexOf("## Settings", StringComparison.Ordinal)..guide.IndexOf("## Command", StringComparison.Ordinal)];
        var rows = Regex.Matches(
            table, @"^\| (?<names>`[^|]+`) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        var listed = rows.SelectMany(row => row.Groups["names"].Value.Split(", ")).Select(name => name.Trim('`'))
            .Where(name => name.Contains(':', StringComparison.Ordinal));
        var known = KnownSettings.Options.Select(o => o[2..]).Where(o => o.Contains(':', StringComparison.Ordinal));
        Assert.Equal(known.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData]
    [InlineData("--migrate")]
    public async Task A_server_that_is_not_there_is_told_in_one_sentence(params string[] arguments)
    {
        var ended = await RunningProgram.RunToEnd(home, arguments, ("Database__Provider", "SqlServer"),
            ("ConnectionStrings__Learning", "Server=127.0.0.1,1;Database=learning;Connect Timeout=1"));
        Assert.NotEqual(0, ended.ExitCode);
        var sentence = Assert.Single(ended.Errors);
        Assert.StartsWith("The database server does not answer: ", sentence, StringComparison.Ordinal);
        Assert.EndsWith(" See ConnectionStrings:Learning.", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ConnectionStrings__Learning", "ConnectionStrings:Learning")]
    [InlineData("Mail__PickupFolder", "Mail:PickupFolder")]
    public async Task A_folder_that_cannot_be_written_is_named(string name, string setting)
    {
        // A file in its place: not even root can write into that.
        var file = Path.Combine(home.Folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var value = name == "Mail__PickupFolder" ? $"{file}/mail" : $"Data Source={file}/learning.db";

        Assert.StartsWith($"{setting} names the folder '{file}", await Refusal((name, value)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(home.Database)!);
        await File.WriteAllTextAsync(home.Database, string.Concat(Enumerable.Repeat("This is a letter, and no database. ", 100)),
            TestContext.Current.CancellationToken);

        Assert.Contains("See ConnectionStrings:Learning.", await Refusal(), StringComparison.Ordinal);
    }

    public void Dispose() => home.Dispose();

    /// <summary>The one sentence on its error stream.</summary>
    private async Task<string> Refusal(params (string Name, string Value)[] settings)
    {
        var ended = await RunningProgram.RunToEnd(home, [], settings);

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Empty(ended.Output);
        return Assert.Single(ended.Errors);
    }
}
