using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MiiWrap.Learning.Api.Features.Nudges;

namespace MiiWrap.Learning.Benchmarks;

/// <summary>
/// What runs within a measured server: it answers over a pipe what the process has used, counts SQL statements while it is told to, sends
/// the sweep as the clock would, and sets the program's clock to a fixed moment, so that every run sees the same working day.
/// </summary>
internal sealed class Probe : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    public const string Variable = "LEARNING_BENCHMARK_PIPE";

    /// <summary>A Wednesday at ten in the morning in Chicago.</summary>
    public static readonly DateTimeOffset Now = new(2027, 3, 17, 15, 0, 0, TimeSpan.Zero);

    private const string CommandExecuted = "Microsoft.EntityFrameworkCore.Database.Command.CommandExecuted";
    private readonly List<DiagnosticListener> databases = [];
    private readonly List<IDisposable> counting = [];
    private IServiceProvider? services;
    private long statements;

    public static void Start(string pipe)
    {
        var probe = new Probe();
        DiagnosticListener.AllListeners.Subscribe(probe);
        new Thread(() => probe.Serve(pipe)) { IsBackground = true, Name = "Benchmark probe" }.Start();
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.Extensions.Hosting") value.Subscribe(this);
        if (value.Name != "Microsoft.EntityFrameworkCore") return;
        lock (databases) databases.Add(value);
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        switch (value.Key)
        {
            case "HostBuilding":
                ((IHostBuilder)value.Value!).ConfigureServices(s => s.AddSingleton<TimeProvider>(new BenchmarkClock()));
                break;
            case "HostBuilt":
                services = ((IHost)value.Value!).Services;
                break;
            case CommandExecuted:
                Interlocked.Increment(ref statements);
                break;
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private void Serve(string pipe)
    {
        using var stream = new NamedPipeServerStream(pipe);
        stream.WaitForConnection();
        using var reader = new StreamReader(stream);
        using var writer = new StreamWriter(stream) { AutoFlush = true };
        while (reader.ReadLine() is { } command) writer.WriteLine(Answer(command));
        // The benchmark has gone, however it ended.
        Environment.Exit(0);
    }

    private string Answer(string command)
    {
        switch (command)
        {
            case "read":
                var cpu = Environment.CpuUsage.TotalTime.Ticks;
                return $"{cpu} {GC.GetTotalAllocatedBytes()} {Interlocked.Read(ref statements)} {Environment.WorkingSet} {JitInfo.GetCompiledMethodCount()}";
            case "count":
                lock (databases) counting.AddRange(databases.Select(d => d.Subscribe(this, name => name == CommandExecuted)));
                return "ok";
            case "ignore":
                counting.ForEach(c => c.Dispose());
                counting.Clear();
                return "ok";
            case "sweep":
                return Sweep().GetAwaiter().GetResult();
            default:
                return "unknown";
        }
    }

    private async Task<string> Sweep()
    {
        await using var scope = services!.CreateAsyncScope();
        var begun = Stopwatch.GetTimestamp();
        var report = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SendDueNudges());
        return $"{Stopwatch.GetElapsedTime(begun).Ticks} {report.MessagesSent}";
    }

    private sealed class BenchmarkClock : TimeProvider
    {
        private readonly long begun = System.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => Now + System.GetElapsedTime(begun);
    }
}
