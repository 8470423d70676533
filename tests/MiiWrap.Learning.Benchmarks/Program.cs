using System.Diagnostics;
using System.Globalization;
using MiiWrap.Learning.Benchmarks;
using MiiWrap.Learning.Benchmarks.Bare;

// benchmarks [--quick] [--rows a,b] [--json FILE]      measure
// benchmarks --plot FILE FOLDER                        draw a run
// benchmarks --table FILE                              print a run as a Markdown table
// benchmarks bare FOLDER PORT                          the bare server, which a run starts by itself
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["bare", var folder, var port]:
        await BareServer.Run(folder, int.Parse(port));
        return 0;
    case ["--plot", var file, var folder]:
        Plots.Draw(Run.Read(file), folder);
        return 0;
    case ["--table", var file]:
        Run.Read(file).PrintTable(Console.Out);
        return 0;
}

const int Port = 5700;
var quick = args.Contains("--quick");
var chosen = After("--rows")?.Split(',');
var begun = Stopwatch.GetTimestamp();
var temporary = Directory.CreateTempSubdirectory("learning-benchmarks-").FullName;
List<Result> results = [];
try
{
    var pace = quick ? Pace.Quick : Pace.Full;
    int[] cohorts = quick ? [100, 5_000] : [100, 1_000, 10_000, 100_000];
    int[] planned = quick ? [10_000, 200_000] : [10_000, 100_000, 1_000_000, 10_000_000];
    Say("Making people and cohorts");
    var world = await World.Make(temporary, Port, Asked("cohort-progress-page") ? cohorts : []);
    if (Row.All.Any(r => Asked(r.Name)) || Asked("cohort-progress-page") || Asked("memory"))
    {
        await using var product = await Server.Product(world.Of("product"), Port);
        await world.WriteSamples(product);
        await using var bare = await Server.Bare(world.Of("bare"), Port + 1);
        var scene = new Scene(world, product, bare);
        await scene.Prepare();
        await scene.CompareBytes();
        foreach (var row in Row.All.Where(r => Asked(r.Name) && (!quick || r.LeastRatio is not null || chosen is not null)))
        {
            foreach (var connections in quick ? [8] : new[] { 8, 1, 32 })
            {
                Say($"{row.Name}, {connections} connections");
                Add(await Measure.Ratio(scene, row, connections, connections == 8 ? pace : Pace.Variant, isNamedPlain: connections == 8));
            }
        }

        if (Asked("cohort-progress-page"))
        {
            Say($"cohort-progress-page, cohorts of {string.Join(", ", cohorts)}");
            Add(await Measure.CohortPage(scene, cohorts, quick ? cohorts[0] : 10_000, cohorts[^1], pace));
        }

        if (!quick && Asked("memory"))
        {
            Say("memory");
            // What the rows before have left in a process is no part of a hundred thousand requests.
            await using var fresh = await Server.Product(world.Of("product"), Port + 2);
            scene.Product = fresh;
            Add(await Measure.Memory(scene));
        }
    }

    if (!quick && Asked("start"))
    {
        Say("start");
        Add(await Measure.Start(world.Of("product"), Port, times: 5));
    }

    if (Asked("nudge-sweep"))
    {
        Say($"nudge-sweep, {string.Join(", ", planned)} planned");
        Add(await Measure.Sweep(world, planned, quick ? planned[0] : 1_000_000, planned[^1], Port + 10, quick ? 9 : 15));
    }
}
finally
{
    Directory.Delete(temporary, recursive: true);
}

Measured().Print(Console.Out);
Say("Done");
return results.Exists(r => r.Missed is not null) ? 1 : 0;

bool Asked(string name) => chosen?.Contains(name) ?? true;

string? After(string option) => Array.IndexOf(args, option) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

Run Measured() =>
    new(quick ? "quick" : "full", System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription, Environment.ProcessorCount,
        results);

void Add(Result result)
{
    results.Add(result);
    // A run that is cut off keeps what it has.
    if (After("--json") is { } json) Measured().Write(json);
    Say($"  ratio {result.RatioToBare:0.00} growth {result.Growth:0.00}, {result.Rps:0}/s, p99 {result.P99Ms:0.00} ms, CPU {result.CpuMicroseconds:0} µs (bare {result.Bare?.CpuMicroseconds:0}), {result.AllocatedBytes:0} bytes allocated (bare {result.Bare?.AllocatedBytes:0}), {result.Statements:0.##} statements");
}

void Say(string what) => Console.Error.WriteLine($"{Stopwatch.GetElapsedTime(begun):mm\\:ss}  {what}");
