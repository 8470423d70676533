using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiiWrap.Learning.Benchmarks;

/// <summary>One line of the table; times in milliseconds, processor time in microseconds, sizes in bytes.</summary>
internal sealed record Result(string Name)
{
    public const string Memory = "memory";
    public const string Starting = "start";

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

    /// <summary>What the ratio is to reach, or what the growth, or the start's milliseconds, or memory's bytes may be at most.</summary>
    public double? Bound { get; init; }

    /// <summary>The bare server in the same minute.</summary>
    public Floor? Bare { get; init; }

    /// <summary>The points of a growth curve.</summary>
    public IReadOnlyList<Point>? Sizes { get; init; }

    /// <summary>What this line is held to, in words; null when it holds, or when nothing is asked of it.</summary>
    public string? Missed { get; init; }

    /// <summary>The same once more with another number of connections.</summary>
    [JsonIgnore]
    public bool IsVariant => Name.Contains('/', StringComparison.Ordinal);
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

    /// <summary>The table for readers: what is held to a bound, and what stands beside a bare server.</summary>
    public void PrintTable(TextWriter to)
    {
        to.WriteLine("| what | connections | ratio (goal) | requests/s | bare | p99 ms | bare | CPU µs | bare | SQL statements |");
        to.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var r in Results)
        {
            var (name, figure) = r.Name switch
            {
                Result.Memory => ("resident memory", $"{r.Bytes / 1024 / 1024:0} MiB{Goal(r.Bound / 1024 / 1024, "0")}"),
                Result.Starting => ("start", $"{r.MedianMs:0} ms{Goal(r.Bound, "0")}"),
                var route when r.Growth is { } growth => (route, $"grows {growth:0.00}-fold{Goal(r.Bound, "0.0")}"),
                var route => (route.Split('/')[0], $"{r.RatioToBare:0.00}{Goal(r.Bound, "0.00")}"),
            };
            to.WriteLine(
                $"| {name} | {r.Connections} | {figure} | {Positive(r.Rps, "#,0")} | {r.Bare?.Rps:#,0} | {Positive(r.P99Ms, "#,0.0")} | {r.Bare?.P99Ms:0.0} "
                + $"| {Positive(r.CpuMicroseconds, "#,0")} | {r.Bare?.CpuMicroseconds:#,0} | {Positive(r.Statements, "0.##")} |");
        }

        static string Goal(double? bound, string format) => bound is { } value ? $" ({value.ToString(format)})" : "";
        // What a row does not measure is written as 0.
        static string Positive(double value, string format) => value > 0 ? value.ToString(format) : "";
    }

    public void Print(TextWriter to)
    {
        to.WriteLine();
        to.WriteLine(
            "| route | connections | ratio | growth | requests/s | median ms | p95 ms | p99 ms | CPU µs | allocated kB | bytes | statements | bare requests/s | bare CPU µs | bare allocated kB |");
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
