using MiiWrap.Learning.Benchmarks;

/// <summary>
/// The runtime calls this in every process that is started with DOTNET_STARTUP_HOOKS; so a server is measured from within and knows nothing
/// of it.
/// </summary>
#pragma warning disable CA1050, MA0047 // The runtime looks for this very name, outside of any namespace.
internal static class StartupHook
#pragma warning restore CA1050, MA0047
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Probe.Variable) is { Length: > 0 } pipe) Probe.Start(pipe);
    }
}
