using System.Globalization;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>What a thousand readers who do not read on cost in memory.</summary>
public sealed class ThousandReadersTests(ITestOutputHelper output) : IDisposable
{
    private const int Readers = 1000;
    private const long Most = 200 * 1024 * 1024;
    private const string Document = "/openapi/v1.json";


    private readonly Home home = new();

    [Fact(Explicit = true)]
    public async Task They_are_kept_no_more_than_a_few_pieces_each()
    {
        await using var program = await RunningProgram.Start(home, ("Jobs__Enabled", "false"));
        using var other = await program.SignIn("learner2@example.org");
        for (var i = 0; i < 20; i++) (await other.Read(Document)).Ok();
        var before = program.ResidentBytes;

        var readers = await SlowReader.Ask(Readers, program.Address, Document, "");
        await Polling.Until(() => Task.FromResult(readers.TrueForAll(r => r.IsAnswered)));
        for (var i = 0; i < 200; i++) (await other.Read("/v1/me")).Ok();
        var after = program.ResidentBytes;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{before / 1048576} MiB before, {after / 1048576} MiB with {Readers} of them"));
        Assert.InRange(after - before, long.MinValue, Most);
        foreach (var reader in readers) reader.Dispose();
    }

    public void Dispose() => home.Dispose();
}
