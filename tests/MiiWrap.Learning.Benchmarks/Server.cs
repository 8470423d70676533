using System.Diagnostics;
using System.IO.Pipes;
using System.Net;
using System.Runtime.InteropServices;

namespace MiiWrap.Learning.Benchmarks;

/// <summary>What a server process has used since its start.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Usage(TimeSpan Cpu, long Allocated, long Statements, long Resident, long MethodsCompiled)
{
    public static Usage operator -(Usage later, Usage earlier) =>
        new(later.Cpu - earlier.Cpu, later.Allocated - earlier.Allocated, later.Statements - earlier.Statements,
            later.Resident - earlier.Resident, later.MethodsCompiled - earlier.MethodsCompiled);
}

/// <summary>A server in its own process on a database file of its own: the product as it is delivered, or the bare one.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly string Here = AppContext.BaseDirectory;
    private const string KeysPassword = "benchmarks";

    private readonly Process process;
    private readonly NamedPipeClientStream pipe;
    private readonly StreamReader reader;
    private readonly StreamWriter writer;

    private Server(Process process, NamedPipeClientStream pipe, Uri address, TimeSpan startTime)
    {
        (this.process, this.pipe, Address, StartTime) = (process, pipe, address, startTime);
        (reader, writer) = (new(pipe), new(pipe) { AutoFlush = true });
        Client =
            new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false,
                ActivityHeadersPropagator = null });
    }

    public Uri Address { get; }

    /// <summary>From the start of the process to the first answer.</summary>
    public TimeSpan StartTime { get; }

    public HttpMessageInvoker Client { get; }

    public static Task<Server> Product(string folder, int port) => Start("MiiWrap.Learning.Api.dll", [], port, "/health/ready", new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
        ["ConnectionStrings__Learning"] = $"Data Source={Path.Combine(folder, World.File)}",
        ["Mail__PickupFolder"] = Path.Combine(folder, "mail"),
        ["Keys__Certificate"] = KeyCertificateBeside(folder),
        ["Keys__CertificatePassword"] = KeysPassword,
        ["Jobs__Enabled"] = "false",
        // The bare server has no access log; a line costs a light read about a tenth more of processor time.
        ["Logging__LogLevel__MiiWrap.Learning.Requests"] = "Warning",
        // A few callers make all the load here, so no limit may stop them.
        ["Limits__CallerBurst"] = "1000000",
        ["Limits__CallerPerSecond"] = "1000000",
        ["Limits__AddressBurst"] = "1000000",
        ["Limits__AddressPerSecond"] = "1000000",
        ["Limits__SignInBurst"] = "1000000",
        ["Limits__SignInPerMinuteAndAddress"] = "1000000",
    });

    public static Task<Server> Bare(string folder, int port) =>
        Start("MiiWrap.Learning.Benchmarks.dll", ["bare", folder, $"{port}"], port, "/ready", []);

    public async Task<Usage> Read()
    {
        var parts = (await Ask("read")).Split(' ').Select(long.Parse).ToArray();
        return new(new(parts[0]), parts[1], parts[2], parts[3], parts[4]);
    }

    public async Task<string> Ask(string command)
    {
        await writer.WriteLineAsync(command);
        return await reader.ReadLineAsync() ?? throw new InvalidOperationException("The server has gone.");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await pipe.DisposeAsync();
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>The certificate of the keys: one for all databases of a run, made as an operator makes it, outside their folders.</summary>
    private static string KeyCertificateBeside(string folder)
    {
        var keys = Path.Combine(Path.GetDirectoryName(folder)!, "keys");
        var file = Path.Combine(keys, "keys.pfx");
        if (File.Exists(file)) return file;
        var root = new DirectoryInfo(Here);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "MiiWrap.Learning.sln"))) root = root.Parent;
        var script = Path.Combine(root?.FullName ?? Here, "deploy", "make-key-certificate.sh");
        using var made = Process.Start(new ProcessStartInfo("bash", [script, keys])
        {
            RedirectStandardOutput = true,
            Environment = { ["KEYS_PASSWORD"] = KeysPassword },
        })!;
        made.WaitForExit();
        return made.ExitCode == 0 ? file : throw new InvalidOperationException($"{script} could not make a certificate: is openssl there?");
    }

    private static async Task<Server> Start(
        string program, string[] arguments, int port, string readyPath, Dictionary<string, string> environment)
    {
        var pipeName = $"learning-benchmark-{Environment.ProcessId}-{port}";
        var start = new ProcessStartInfo(Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet"
            ? self
            : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(Here, program) },
            Environment = { ["DOTNET_STARTUP_HOOKS"] = typeof(Probe).Assembly.Location, [Probe.Variable] = pipeName },
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var address = new Uri($"http://127.0.0.1:{port}");
        var begun = Stopwatch.GetTimestamp();
        var started = Process.Start(start)!;
        var log = new List<string>();
        started.OutputDataReceived += (_, e) => Keep(log, e.Data);
        started.ErrorDataReceived += (_, e) => Keep(log, e.Data);
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        await UntilReady(started, new(address, readyPath), log);
        var startTime = Stopwatch.GetElapsedTime(begun);
        var probe = new NamedPipeClientStream(".", pipeName, PipeDirection.InOut, PipeOptions.Asynchronous);
        await probe.ConnectAsync(5000);
        return new(started, probe, address, startTime);
    }

    private static async Task UntilReady(Process process, Uri address, List<string> log)
    {
        using var client = new HttpClient();
        for (var tries = 0; tries < 3000; tries++)
        {
            if (process.HasExited) throw new InvalidOperationException($"{address} did not start: {string.Join('\n', log)}");
            try
            {
                using var answer = await client.GetAsync(address);
                if (answer.StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException)
            {
                // Not yet listening.
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"{address} was not ready within a minute: {string.Join('\n', log)}");
    }

    private static void Keep(List<string> log, string? line)
    {
        if (line is null) return;
        lock (log)
        {
            if (log.Count < 1000) log.Add(line);
        }
    }
}
