using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using System.Xml.Linq;
using Microsoft.Data.Sqlite;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>
/// A copy of the database alone lets nobody in: outside Development the keys of tokens and links are encrypted by a certificate.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class KeyCertificateTests : IDisposable
{
    private static readonly (string Name, string Value) Production = ("ASPNETCORE_ENVIRONMENT", "Production");
    private static readonly (string Name, string Value)[] None = [("Keys__Certificate", ""), ("Keys__CertificatePassword", "")];

    private readonly Home home = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData("Production", "--invite-admin", "admin@example.org")]
    public async Task A_start_without_one_stops_with_one_sentence_that_names_the_setting(string environment, params string[] arguments)
    {
        var ended = await RunningProgram.RunToEnd(home, arguments, [.. None, ("ASPNETCORE_ENVIRONMENT", environment)]);

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Empty(ended.Output);
        Assert.StartsWith("Keys:Certificate must name a PKCS #12 file outside Development", Assert.Single(ended.Errors),
            StringComparison.Ordinal);
        Assert.False(File.Exists(home.Database));
    }

    [Theory]
    [InlineData("", "'{0}'")]
    [InlineData("not the password", "Keys:CertificatePassword")]
    public async Task A_certificate_that_cannot_be_read_is_named(string password, string words)
    {
        var file = password.Length == 0 ? Path.Combine(home.Folder, "none.pfx") : KeyFile.Named();
        var ended = await RunningProgram.RunToEnd(
            home, [], Production, ("Keys__Certificate", file), ("Keys__CertificatePassword", password));

        Assert.NotEqual(0, ended.ExitCode);
        var sentence = Assert.Single(ended.Errors);
        Assert.StartsWith("Keys:Certificate names ", sentence, StringComparison.Ordinal);
        Assert.Contains(string.Format(null, words, file), sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(512), InlineData(1024), InlineData(2040)]
    public async Task A_key_that_can_be_guessed_is_refused(int bits)
    {
        var file = KeyFile.Named($"weak-{bits}", bits);
        var ended = await RunningProgram.RunToEnd(
            home, [], Production, ("Keys__Certificate", file), ("Keys__CertificatePassword", KeyFile.Password));

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Equal($"Keys:Certificate names '{file}', whose RSA key has {bits} bits; 2048 are the fewest that keep what it encrypts.",
            Assert.Single(ended.Errors));
    }

    [Theory]
    [InlineData("Usage: ", "--help")]
    [InlineData("MiiWrap.Learning 0.", "--version")]
    [InlineData("The schema is up to date.", "--migrate")]
    [InlineData("Wrote ", "--export-openapi", "openapi.json")]
    [InlineData("miiwrap-coaching-cohort: ", "--check-content", "CONTENT")]
    public async Task What_makes_no_link_needs_none(string firstWords, params string[] arguments)
    {
        var given = arguments.Select(a => a switch
        {
            "CONTENT" => ContentCopy.Original,
            "openapi.json" => Path.Combine(home.Folder, a),
            _ => a,
        });
        // A file that is not there is no fault either where nothing needs it: an image may name it for every container.
        var ended = await RunningProgram.RunToEnd(home, [.. given], Production, ("Keys__Certificate", "/nowhere/keys.pfx"));

        Assert.Equal((0, 0), (ended.ExitCode, ended.Errors.Count));
        Assert.Contains(ended.Output, line => line.StartsWith(firstWords, StringComparison.Ordinal));
    }

    [Fact(Explicit = true)]
    public async Task The_script_makes_one_with_which_the_program_serves_in_Production()
    {
        Assert.SkipUnless(Programs.OnPath("openssl"), "openssl is not installed: the script was not run");
        const string password = "a password with blanks";
        var keys = Path.Combine(home.Folder, "keys");
        var (code, output) = await Script(keys, password);
        Assert.True(code == 0, output);
        var file = Path.Combine(keys, "keys.pfx");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        // Never over one that is there: without it the keys in the database cannot be read.
        Assert.NotEqual(0, (await Script(keys, password)).Code);

        (string, string)[] settings = [Production, ("Keys__Certificate", file), ("Keys__CertificatePassword", password)];
        var invited = await RunningProgram.RunToEnd(home, ["--invite-admin", "admin@example.org"], settings);
        var token = string.Concat(invited.Output).Split("token=")[1];
        await using var program = await RunningProgram.Start(home, settings);
        using var http = program.Anonymous();
        (await http.Post("/v1/identity/invitations/accept", new { token, password = RunningProgram.Password }))
            .Expect(System.Net.HttpStatusCode.NoContent);
        using var admin = await program.SignIn("admin@example.org");
        (await admin.Read("/v1/me")).Ok();
    }

    [Fact(Explicit = true)]
    public async Task The_first_start_with_one_encrypts_the_keys_that_lie_in_clear_and_leaves_them_in_no_page()
    {
        // Killed, not stopped: its log is full of pages.
        await using (var without = await RunningProgram.Start(home, None))
        {
            using var before = await without.SignIn("learner1@example.org");
            await without.Kill();
        }

        var secrets = ClearSecrets();
        Assert.NotEmpty(secrets);
        Assert.True(secrets.TrueForAll(IsInAnyFile));

        var token = await TokenOfOneMoreRun();
        await using var with = await RunningProgram.Start(home);
        Assert.Contains(with.Output, line => line.Contains("Keys of tokens and links lay in clear in the database (1)", StringComparison.Ordinal));
        Assert.Contains(with.Output, line => line.Contains("nobody has to sign in again", StringComparison.Ordinal));
        Assert.DoesNotContain(secrets, IsInAnyFile);
        Assert.Empty(ClearSecrets());
        Assert.DoesNotContain(with.Output, line => secrets.Exists(s => line.Contains(s, StringComparison.Ordinal)));

        // What was given out before is good: nobody has to sign in again.
        using var http = with.Anonymous();
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        (await http.Read("/v1/me")).Ok();

        // A second start has nothing to do.
        await with.Stop();
        await using var again = await RunningProgram.Start(home);
        Assert.DoesNotContain(again.Output, line => line.Contains("lay in clear", StringComparison.Ordinal));
        Assert.DoesNotContain(secrets, IsInAnyFile);
    }

    [Fact(Explicit = true)]
    public async Task One_that_lies_beside_the_database_is_warned_of()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(home.Database)!);
        var beside = Path.Combine(Path.GetDirectoryName(home.Database)!, "keys.pfx");
        File.Copy(KeyFile.Named(), beside);
        await using (var program = await RunningProgram.Start(home, ("Keys__Certificate", beside)))
            Assert.Contains(program.Output, IsWarning);
        await using var apart = await RunningProgram.Start(home);
        Assert.DoesNotContain(apart.Output, IsWarning);

        static bool IsWarning(string line) => line.Contains("Keys:Certificate lies in the folder of the database", StringComparison.Ordinal);
    }

    public void Dispose() => home.Dispose();

    private async Task<string> TokenOfOneMoreRun()
    {
        await using var without = await RunningProgram.Start(home, None);
        using var learner = await without.SignIn("learner1@example.org");
        await without.Kill();
        return learner.DefaultRequestHeaders.Authorization!.Parameter!;
    }

    /// <summary>What the stored keys hold unencrypted.</summary>
    private List<string> ClearSecrets()
    {
        using var connection = new SqliteConnection($"Data Source={home.Database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """SELECT "Xml" FROM "ProtectionKeys" """;
        using var reader = command.ExecuteReader();
        var secrets = new List<string>();
        while (reader.Read())
            secrets.AddRange(XElement.Parse(reader.GetString(0)).Descendants("masterKey").Select(k => k.Element("value")!.Value));
        return secrets;
    }

    /// <summary>True when a file of the folder holds the text, in whatever page.</summary>
    private bool IsInAnyFile(string secret) => Directory.EnumerateFiles(Path.GetDirectoryName(home.Database)!)
        .Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0);

    private static async Task<(int Code, string Output)> Script(string folder, string password)
    {
        var script = Path.Combine(Repository.Folder, "deploy", "make-key-certificate.sh");
        using var process = Process.Start(new ProcessStartInfo("bash", [script, folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["KEYS_PASSWORD"] = password },
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
        await process.WaitForExitAsync(Ct);
        return (process.ExitCode, await output + await errors);
    }
}
