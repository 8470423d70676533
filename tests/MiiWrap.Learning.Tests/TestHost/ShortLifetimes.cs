using System.Runtime.CompilerServices;

namespace MiiWrap.Learning.Tests.TestHost;

internal static class ShortLifetimes
{
    // The programs that tests start end long before a profile of them could pay off.
    [ModuleInitializer]
    internal static void CollectNoProfiles() => Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
}
