namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>Programs of this machine that some tests need.</summary>
internal static class Programs
{
    public static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
