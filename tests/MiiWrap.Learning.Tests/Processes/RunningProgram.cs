using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>A folder of one test's own, with the settings that keep a program inside it.</summary>
public sealed class Home : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("learning-run-").FullName;

    public string Database => Path.Combine(Folder, "data", "learning.db");

    public string MailFolder => Path.Combine(Folder, "mail");

    /// <summary>One whose database has its schema and the course, for tests of what comes after: to make them is most of a start.</summary>
    public static Home Prepared()
    {
        var home = new Home();
        Directory.CreateDirectory(Path.GetDirectoryName(home.Database)!);
        TestDatabase.CopyPrepared(home.Database);
        return home;
    }

    public IReadOnlyList<Mail> MailsTo(string address) => TestHost.MailFolder.MailsIn(MailFolder, address);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>How a program ended.</summary>
public sealed record Ended(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors);

/// <summary>
/// The built program as a process of its own, as an operator runs it; on a port that the system chooses, told by its own line.
/// </summary>
public sealed partial class RunningProgram : IAsyncDisposable
{
    public const string Password = "learn-and-practise-1";

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> errors = new();
    private readonly TaskCompletionSource<string> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningProgram(Home home, string[] arguments, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Dll, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = home.Folder,
        };
        // What is set where the tests run must not reach the program.
        foreach (var name in start.Environment.Keys
            .Where(k => k.Contains("__", StringComparison.Ordinal) || k.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in DefaultSettings(home).Concat(settings)) start.Environment[name] = value;
        process = new() { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it has printed so far.</summary>
    public IReadOnlyList<string> Output => [.. output];

    /// <summary>The memory that it holds at present.</summary>
    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Where it serves, as it says itself.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Starts it and waits for its own line that it is ready.</summary>
    public static async Task<RunningProgram> Start(Home home, params (string Name, string Value)[] settings)
    {
        var program = new RunningProgram(home, [], settings);
        try
        {
            var ended = program.process.WaitForExitAsync(Ct);
            var first = await Task.WhenAny(program.ready.Task, ended).WaitAsync(Polling.Longest, Ct);
            Assert.True(first == program.ready.Task, $"It ended instead of serving: {string.Join('\n', program.errors)}");
            if (AddressPattern().Match(await program.ready.Task) is { Success: true } match) program.Address = new(match.Value);
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs it until it ends by itself.</summary>
    public static async Task<Ended> RunToEnd(Home home, string[] arguments, params (string Name, string Value)[] settings)
    {
        await using var program = new RunningProgram(home, arguments, settings);
        return await program.End();
    }

    public HttpClient Anonymous() => new() { BaseAddress = Address };

    /// <summary>Someone of the demonstration, signed in.</summary>
    public async Task<HttpClient> SignIn(string email)
    {
        var http = Anonymous();
        var answer = (await http.Post("/v1/identity/login", new { email, password = Password })).Ok();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)answer["accessToken"]!);
        return http;
    }

    /// <summary>Ends it without any warning, as a crash or <c>kill -9</c> does.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync(Ct).WaitAsync(Polling.Longest, Ct);
    }

    /// <summary>Asks it to end, as an operator or a container does, and waits until it has.</summary>
    public async Task<Ended> Stop()
    {
        using var signal = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await signal.WaitForExitAsync(Ct);
        return await End();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The program of the same build as these tests, in its own output folder.</summary>
    private static string Dll
    {
        get
        {
            var output = Path.GetRelativePath(Path.Combine(Repository.Folder, "tests", "MiiWrap.Learning.Tests"), AppContext.BaseDirectory);
            return Path.Combine(Repository.Folder, "src", "MiiWrap.Learning.Api", output, "MiiWrap.Learning.Api.dll");
        }
    }

    private static IEnumerable<(string Name, string Value)> DefaultSettings(Home home) =>
    [
        ("ASPNETCORE_ENVIRONMENT", "Development"),
        ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
        ("ConnectionStrings__Learning", $"Data Source={home.Database}"),
        ("Mail__PickupFolder", home.MailFolder),
        ("Keys__Certificate", KeyFile.Named()),
        ("Keys__CertificatePassword", KeyFile.Password),
    ];

    private async Task<Ended> End()
    {
        await process.WaitForExitAsync(Ct).WaitAsync(Polling.Longest, Ct);
        return new(process.ExitCode, [.. output], [.. errors]);
    }

    private void Read(string? line)
    {
        Keep(output, line);
        if (line is not null && (line.Contains(" is ready at ", StringComparison.Ordinal)
            || line.Contains("runs jobs alone", StringComparison.Ordinal))) ready.TrySetResult(line);
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (!string.IsNullOrWhiteSpace(line)) lines.Enqueue(line);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+", RegexOptions.None, -1)]
    private static partial Regex AddressPattern();
}
