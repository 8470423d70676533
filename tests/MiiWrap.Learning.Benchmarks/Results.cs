using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiiWrap.Learning.Benchmarks;

/// <summary>One line of the table; times in milliseconds, processor time in microseconds, sizes in bytes.</summary>
internal sealed record Result(string Name)
{
    public int? Connections { get; init; }

    public double? RatioToBare { get; init; }

    public double? Growth { get; init; }

    public double Rps { get; init; }

    public double MedianMs { get; init; }

    public double P95Ms { get; init; }

    public double P99Ms { get; init; }

    public double CpuMicroseconds { get; init; }

    public double AllocatedBytes { get; init; }

    public double Bytes { get; init; }

    public double Statements { get; init; }

    /// <summary>The bare server in the same minute.</summary>
    public Floor? Bare { get; init; }

    /// <summary>The points of a growth curve.</summary>
    public IReadOnlyList<Point>? Sizes { get; init; }

    /// <summary>What this line is held to, in words; null when it holds, or when nothing is asked of it.</summary>
    public string? Missed { get; init; }
}

internal sealed record Floor(double Rps, double P99Ms, double CpuMicroseconds, double AllocatedBytes);

/// <summary>Milliseconds at a size; for memory, bytes after so many requests.</summary>
internal sealed record Point(int Size, double Value);

/// <summary>One run, as it is kept in a file and drawn.</summary>
internal sealed record Run(string Kind, string Runtime, int Processors, IReadOnlyList<Result> Results)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static Run Read(string file) => JsonSerializer.Deserialize<Run>(File.ReadAllText(file), Options)!;

    public void Write(string file) => File.WriteAllText(file, JsonSerializer.Serialize(this, Options) + "\n");

    public void Print(TextWriter to)
    {
        to.WriteLine();
        to.WriteLine("| route | connections | ratio | growth | requests/s | median ms | p95 ms | p99 ms | CPU µs | allocated kB | bytes | statements | bare requests/s | bare CPU µs | bare allocated kB |");
        to.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var r in Results)
        {
            to.WriteLine(
                $"| {r.Name} | {r.Connections} | {r.RatioToBare:0.00} | {r.Growth:0.00} | {r.Rps:0} | {r.MedianMs:0.00} | {r.P95Ms:0.00} | {r.P99Ms:0.00} | {r.CpuMicroseconds:0} | {r.AllocatedBytes / 1000:0.0} "
                + $"| {r.Bytes:0} | {r.Statements:0.#} | {r.Bare?.Rps:0} | {r.Bare?.CpuMicroseconds:0} | {r.Bare?.AllocatedBytes / 1000:0.0} |");
        }

        foreach (var missed in Results.Select(r => r.Missed).OfType<string>()) to.WriteLine($"MISSED: {missed}");
    }
}
