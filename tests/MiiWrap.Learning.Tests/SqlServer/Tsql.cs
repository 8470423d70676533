namespace MiiWrap.Learning.Tests.SqlServer;

/// <summary>Leaves the T-SQL of a run to be read, in the folder that <c>LEARNING_TSQL</c> names.</summary>
internal static class Tsql
{
    public static void Write(string name, string text)
    {
        if (Environment.GetEnvironmentVariable("LEARNING_TSQL") is { Length: > 0 } folder)
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(folder).FullName, name), text);
    }
}
