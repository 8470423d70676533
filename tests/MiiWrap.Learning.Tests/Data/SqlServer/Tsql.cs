using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace MiiWrap.Learning.Tests.Data.SqlServer;

/// <summary>
/// T-SQL without a server: read by Microsoft's own parser, and left to be read by people in the folder that <c>LEARNING_TSQL</c> names.
/// </summary>
internal static class Tsql
{
    /// <summary>What SQL Server 2022 would not understand, with its line.</summary>
    public static IEnumerable<string> SyntaxErrors(string sql)
    {
        new TSql160Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out var errors);
        return errors.Select(e => $"line {e.Line}, {e.Number}: {e.Message}");
    }

    public static void Write(string name, string text)
    {
        if (Environment.GetEnvironmentVariable("LEARNING_TSQL") is { Length: > 0 } folder)
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(folder).FullName, name), text);
    }
}
