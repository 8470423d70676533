using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace MiiWrap.Learning.Tests.Data.SqlServer;

/// <summary>The lint sees each fault that it is for, and nothing in what is sound beside it.</summary>
public sealed class TsqlLintTests
{
    [Theory]
    [InlineData(130, "SELECT SUM((SELECT COUNT(*) FROM [Nudges] AS [n] WHERE [n].[EnrolmentId] = [e].[Id])) FROM [Enrolments] AS [e]")]
    [InlineData(130, "SELECT MAX(COUNT(*)) FROM [Nudges] AS [n] GROUP BY [n].[Unit]")]
    [InlineData(130, "SELECT COUNT(CASE WHEN EXISTS (SELECT 1 FROM [Nudges] AS [n] WHERE [n].[EnrolmentId] = [e].[Id]) THEN 1 END) FROM [Enrolments] AS [e]")]
    [InlineData(144, "SELECT COUNT(*) FROM [Enrolments] AS [e] GROUP BY (SELECT TOP(1) [c].[Name] FROM [Cohorts] AS [c] WHERE [c].[Id] = [e].[CohortId])")]
    [InlineData(144, "SELECT COUNT(*) FROM [Enrolments] AS [e] GROUP BY MAX([e].[UnitsCompleted])")]
    [InlineData(145, "SELECT DISTINCT [n].[Unit] FROM [Nudges] AS [n] ORDER BY [n].[DueAt]")]
    [InlineData(145, "SELECT DISTINCT [n].[Unit] AS [Name] FROM [Nudges] AS [n] ORDER BY UPPER([n].[Unit])")]
    [InlineData(164, "SELECT COUNT(*) FROM [Enrolments] AS [e] GROUP BY @zone")]
    [InlineData(164, "SELECT COUNT(*) FROM [Enrolments] AS [e] GROUP BY 1 + 1")]
    [InlineData(164, "SELECT [c].[Id], (SELECT COUNT(*) FROM [Enrolments] AS [e] GROUP BY [c].[Id]) FROM [Cohorts] AS [c]")]
    [InlineData(169, "SELECT [n].[Id] FROM [Nudges] AS [n] ORDER BY [n].[DueAt], [n].[Id], [n].[DueAt] DESC")]
    [InlineData(169, "SELECT [n].[DueAt] AS [At] FROM [Nudges] AS [n] ORDER BY [At], [n].[DueAt]")]
    [InlineData(408, "SELECT [n].[Id] FROM [Nudges] AS [n] ORDER BY [n].[DueAt], N'a'")]
    [InlineData(408, "SELECT [n].[Id] FROM [Nudges] AS [n] ORDER BY CAST(1 AS bit)")]
    [InlineData(408, "SELECT [n].[Id] FROM [Nudges] AS [n] ORDER BY NULL")]
    [InlineData(451, "SELECT [c].[Name] FROM [Cohorts] AS [c] UNION ALL SELECT [u].[Slug] FROM [Curricula] AS [u]")]
    [InlineData(451, "SELECT [c].[Name] + [c].[Curriculum] AS [Both] FROM [Cohorts] AS [c]")]
    [InlineData(451, "SELECT CASE WHEN 1 = 1 THEN [c].[Name] ELSE [c].[Curriculum] END FROM [Cohorts] AS [c]")]
    [InlineData(468, "SELECT [c].[Id] FROM [Cohorts] AS [c] WHERE [c].[Name] = [c].[Curriculum]")]
    [InlineData(468, "SELECT [c].[Id] FROM [Cohorts] AS [c] WHERE [c].[Name] IN (SELECT [u].[Slug] FROM [Curricula] AS [u])")]
    [InlineData(468, "SELECT [c].[Id] FROM [Cohorts] AS [c] INNER JOIN (SELECT [u].[Slug] AS [It] FROM [Curricula] AS [u]) AS [s] ON UPPER([c].[Name]) LIKE [s].[It]")]
    [InlineData(468, "SELECT [c].[Name] FROM [Cohorts] AS [c] UNION SELECT [u].[Slug] FROM [Curricula] AS [u]")]
    [InlineData(468, "DELETE FROM [c] FROM [Cohorts] AS [c] WHERE [c].[Curriculum] <> [c].[Name]")]
    [InlineData(1033, "SELECT [t].[Id] FROM (SELECT [n].[Id] FROM [Nudges] AS [n] ORDER BY [n].[DueAt]) AS [t]")]
    [InlineData(1033, "SELECT [e].[Id] FROM [Enrolments] AS [e] WHERE EXISTS (SELECT [n].[Id] FROM [Nudges] AS [n] ORDER BY [n].[DueAt])")]
    [InlineData(1033, "WITH [t] AS (SELECT [n].[Id] FROM [Nudges] AS [n] ORDER BY [n].[DueAt]) SELECT [t].[Id] FROM [t]")]
    [InlineData(8120, "SELECT [n].[Unit], [n].[DueAt], COUNT(*) FROM [Nudges] AS [n] GROUP BY [n].[Unit]")]
    [InlineData(8120, "SELECT [n].[Unit], COUNT(*) FROM [Nudges] AS [n]")]
    [InlineData(8120, "SELECT COUNT(*), (SELECT [c].[Name] FROM [Cohorts] AS [c] WHERE [c].[Id] = [e].[CohortId]) FROM [Enrolments] AS [e] GROUP BY [e].[AgencyId]")]
    [InlineData(8124, "SELECT (SELECT SUM([e].[UnitsTotal] + [n].[Step]) FROM [Nudges] AS [n]) FROM [Enrolments] AS [e]")]
    [InlineData(8124, "SELECT (SELECT MAX(CASE WHEN [n].[Step] > [e].[UnitsTotal] THEN 1 ELSE 0 END) FROM [Nudges] AS [n]) FROM [Enrolments] AS [e]")]
    public void A_planted_fault_is_seen(int number, string sql)
    {
        // All of them parse, but for one that the parser refuses by itself.
        Assert.Equal(number == 1033, Tsql.SyntaxErrors(sql).Any());
        Assert.Contains(SchemaTests.Lint.Faults(sql), f => f.StartsWith($"{number}:", StringComparison.Ordinal));
        // The idempotent script keeps some statements in texts.
        Assert.Contains(SchemaTests.Lint.Faults($"EXEC(N'{sql.Replace("'", "''", StringComparison.Ordinal)}')"),
            f => f.StartsWith($"{number}:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SELECT SUM([e].[UnitsTotal]), COUNT(*) FROM [Enrolments] AS [e]")]
    [InlineData("SELECT (SELECT COUNT(*) FROM [Nudges] AS [n] WHERE [n].[EnrolmentId] = [e].[Id]) FROM [Enrolments] AS [e]")]
    [InlineData("SELECT SUM([t].[It]) FROM (SELECT COUNT(*) AS [It] FROM [Nudges] AS [n] GROUP BY [n].[Unit]) AS [t]")]
    [InlineData("SELECT [n].[Unit], DATEPART(year, [n].[DueAt]) FROM [Nudges] AS [n] GROUP BY [n].[Unit], DATEPART(year, [n].[DueAt])")]
    [InlineData("SELECT [n].[Unit] + N'!' FROM [Nudges] AS [n] GROUP BY [n].[Unit] ORDER BY [n].[Unit]")]
    [InlineData("SELECT DISTINCT [n].[Unit] AS [Name] FROM [Nudges] AS [n] ORDER BY [Name]")]
    [InlineData("SELECT DISTINCT [n].[Unit] FROM [Nudges] AS [n] ORDER BY [n].[Unit]")]
    [InlineData("SELECT [n].[Id] FROM [Nudges] AS [n] ORDER BY [n].[DueAt], [n].[Id]")]
    [InlineData("SELECT [n].[Id] FROM [Nudges] AS [n] ORDER BY (SELECT 1) OFFSET @p ROWS FETCH NEXT 1 ROWS ONLY")]
    [InlineData("SELECT [t].[Id] FROM (SELECT TOP(3) [n].[Id] FROM [Nudges] AS [n] ORDER BY [n].[DueAt]) AS [t]")]
    [InlineData("SELECT [t].[Id] FROM (SELECT [n].[Id], ROW_NUMBER() OVER(PARTITION BY [n].[PersonId] ORDER BY [n].[DueAt]) AS [row] FROM [Nudges] AS [n]) AS [t]")]
    [InlineData("SELECT [c].[Id] FROM [Cohorts] AS [c] WHERE [c].[Name] = @name AND [c].[Curriculum] = N'a'")]
    [InlineData("SELECT [c].[Id] FROM [Cohorts] AS [c] WHERE [c].[Name] = [c].[Curriculum] COLLATE Latin1_General_100_BIN2")]
    [InlineData("SELECT [c].[Name] FROM [Cohorts] AS [c] UNION ALL SELECT [e].[LearnerName] FROM [Enrolments] AS [e]")]
    [InlineData("SELECT [c].[Name] + N' ' + [e].[LearnerName] FROM [Cohorts] AS [c] INNER JOIN [Enrolments] AS [e] ON [e].[CohortId] = [c].[Id]")]
    [InlineData("SELECT (SELECT MAX([n].[Step]) FROM [Nudges] AS [n] WHERE [n].[EnrolmentId] = [e].[Id]) FROM [Enrolments] AS [e]")]
    [InlineData("UPDATE [n] SET [n].[Version] = [n].[Version] + 1 FROM [Nudges] AS [n] WHERE [n].[Unit] = @unit")]
    public void What_is_sound_is_let_pass(string sql) => Assert.Empty(SchemaTests.Lint.Faults(sql));

    [Fact]
    public void The_script_of_the_schema_has_none_of_them()
    {
        using var db = SchemaTests.Open();
        var script = db.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);
        Assert.Contains("EXEC(N'", script, StringComparison.Ordinal);
        Assert.Equal([], SchemaTests.Lint.Faults(script));
        Assert.Equal([], SchemaTests.Lint.Faults(db.GetService<IMigrator>().GenerateScript()));
    }
}
