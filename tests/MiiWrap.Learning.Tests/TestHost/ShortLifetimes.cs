using System.Runtime.CompilerServices;

namespace MiiWrap.Learning.Tests.TestHost;

internal static class ShortLifetimes
{
    [ModuleInitializer]
    internal static void CheapenPrograms()
    {
        // The programs that tests start end long before a profile of them could pay off.
        Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
        // Else each page of compiled code is mapped twice, to write and to run it. The tests have this from their launch profile.
        Environment.SetEnvironmentVariable("DOTNET_EnableWriteXorExecute", "0");
    }
}
