using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Tests.Data.SqlServer;
using MiiWrap.Learning.Tests.Reliability;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Conventions;

/// <summary>
/// SQLite has one writer, so a transaction that two nodes spoil on SQL Server passes every test here. Each one therefore stands in a table
/// of src/README.md with what guards it, and what guards it is looked for.
/// </summary>
public sealed partial class WriteTransactionTests
{
    private static readonly Assembly Api = typeof(Program).Assembly;

    /// <summary>The methods that run a write transaction.</summary>
    private static readonly IReadOnlyList<(string Name, Type Type)> Sites = [.. Api.GetTypes()
        .Where(t => t != typeof(LearningDb))
        .SelectMany(type => CodeUse.Calls(type, m => m.Name == nameof(LearningDb.InTransactionAsync))
            .Select(method => (Name(type, method), Outer(type))))
        .Distinct()];

    private static readonly IReadOnlyList<(string Site, string Guards)> Listed = [.. File.ReadLines(Path.Combine(Repository.Folder, "src",
        "README.md"))
        .SkipWhile(l => !l.StartsWith("## Every write transaction", StringComparison.Ordinal)).Skip(1)
        .TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))
        .Select(l => RowPattern().Match(l)).Where(m => m.Success).Select(m => (m.Groups["site"].Value, m.Groups["guards"].Value))];

    [Fact]
    public void Every_write_transaction_is_listed_with_what_guards_it()
    {
        Assert.True(Sites.Count >= 6, $"Only {Sites.Count} write transactions were found.");
        Faults.None(Sites.Select(s => s.Name).Except(Listed.Select(l => l.Site))
            .Select(s => $"{s} runs a write transaction. What guards it where there are two writers? Say so in src/README.md.")
            .Concat(Listed.Select(l => l.Site).Except(Sites.Select(s => s.Name))
                .Select(s => $"{s} stands in src/README.md and runs no write transaction.")));
    }

    [Fact]
    public void What_is_said_to_guard_it_is_there()
    {
        using var db = SchemaTests.Open();
        var model = db.GetService<IDesignTimeModel>().Model;
        Faults.None(Listed.SelectMany(row =>
        {
            var guards = GuardPattern().Matches(row.Guards).ToList();
            return guards.Count == 0 ? [$"{row.Site} is guarded by nothing that this test knows: {row.Guards}"]
                : guards.Select(g => Missing(g.Groups["kind"].Value, g.Groups["what"].Value, row.Site)).OfType<string>();
        }));

        string? Missing(string kind, string what, string site)
        {
            var (table, columns) = (what.Split('(')[0], what.Split('(', ')').ElementAtOrDefault(1)?.Split(", "));
            var types = model.GetEntityTypes().Where(t => t.GetTableName() == table).ToList();
            return kind switch
            {
                "version of" when types.Exists(t => typeof(IVersioned).IsAssignableFrom(t.ClrType)) => null,
                "unique key" when types.Exists(t => t.GetKeys().Select(k => k.Properties)
                    .Concat(t.GetIndexes().Where(i => i.IsUnique).Select(i => i.Properties))
                    .Any(k => k.Select(p => p.GetColumnName()).SequenceEqual(columns ?? []))) => null,
                "lock" when Sites.Where(s => s.Name == site).SelectMany(s => CodeUse.Texts(s.Type))
                    .Any(t => t.StartsWith(what, StringComparison.Ordinal)) => null,
                "one statement on" when types.Count > 0 => null,
                _ => $"{site}: there is no {kind} {what}.",
            };
        }
    }

    [Fact]
    public void Every_lock_is_listed_and_says_no_in_a_test()
    {
        var taken = Api.GetTypes().Where(t => !typeof(LearningDb).IsAssignableFrom(t))
            .Where(t => CodeUse.Calls(t, m => m.Name == nameof(LearningDb.TryAcquireLockAsync)).Any()).Select(Outer).Distinct().ToList();
        var listed = Listed.SelectMany(l => GuardPattern().Matches(l.Guards).Where(g => g.Groups["kind"].Value == "lock")
            .Select(g => (l.Site, Kind: g.Groups["what"].Value.TrimEnd(':')))).ToList();
        Assert.Equal(taken.Select(t => t.Name).Order(), listed.Select(l => l.Site.Split('.')[0]).Order());
        Assert.Equal(listed.Select(l => l.Kind).Order(), TwoWritersTests.Locks.Order());
    }

    private static Type Outer(Type type) =>
        type.DeclaringType is { } outer && type.Name.StartsWith('<') ? Outer(outer) : type;

    /// <summary>As a reader knows it: the method that was written, not what the compiler made of it.</summary>
    private static string Name(Type type, string method)
    {
        var written = GeneratedPattern().Match(type.Name) is { Success: true } machine ? machine.Groups["name"].Value
            : GeneratedPattern().Match(method) is { Success: true } local ? local.Groups["name"].Value : method;
        return $"{Outer(type).Name}.{written}";
    }

    [GeneratedRegex(@"^<+(?<name>\w+)>", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex GeneratedPattern();

    [GeneratedRegex(@"^\| `(?<site>[\w.]+)` \| (?<guards>.+) \|$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"(?<kind>lock|version of|unique key|one statement on) `(?<what>[^`]+)`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex GuardPattern();
}
