using System.Reflection;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data.SqlServer;

namespace MiiWrap.Learning.Tests.Data.SqlServer;

/// <summary>What SQL Server says about a lost race, and what becomes of it.</summary>
public sealed class LostRaceTests
{
    [Theory]
    [InlineData(2601, true)]
    [InlineData(2627, true)]
    [InlineData(547, false)]
    public void A_taken_key_is_a_lost_race(int number, bool lost)
    {
        using var db = SchemaTests.Open();
        Assert.Equal(lost, db.IsUniqueViolation(new DbUpdateException("", Error(number))));
    }

    [Theory]
    [InlineData(2601, true)]
    [InlineData(2627, true)]
    [InlineData(547, true)]
    [InlineData(515, false)]
    public void A_reference_to_a_row_that_is_gone_is_a_lost_race_too(int number, bool lost)
    {
        using var db = SchemaTests.Open();
        Assert.Equal(lost, db.IsLostRace(new DbUpdateException("", Error(number))));
    }

    [Theory]
    [InlineData(1205, 2)]
    [InlineData(3960, 2)]
    [InlineData(2627, 1)]
    public async Task The_victim_of_a_deadlock_is_run_again_whole(int number, int runs)
    {
        var options = new DbContextOptionsBuilder<SqlServerLearningDb>();
        SqlServerLearningDb.Use(options, "Server=nowhere;Database=learning");
        await using var db = new SqlServerLearningDb(options.Options);
        var ran = 0;
        // The first run fails, as SaveChanges would; a second one succeeds.
        var once = db.Database.CreateExecutionStrategy()
            .ExecuteAsync(() => ++ran == 1 ? throw new DbUpdateException("", Error(number)) : Task.CompletedTask);
        if (runs == 1) await Assert.ThrowsAsync<DbUpdateException>(() => once);
        else await once;
        Assert.Equal(runs, ran);
    }

    internal static SqlException Error(int number)
    {
        // The client lets nobody else make one.
        const BindingFlags Hidden = BindingFlags.NonPublic | BindingFlags.Instance;
        var errors = (SqlErrorCollection)Activator.CreateInstance(typeof(SqlErrorCollection), nonPublic: true)!;
        var constructor = typeof(SqlError).GetConstructors(Hidden).OrderBy(c => c.GetParameters().Length).First();
        var values = constructor.GetParameters()
            .Select(p => p.Name == "infoNumber" ? number : p.HasDefaultValue ? p.DefaultValue : p.ParameterType.IsValueType
                ? Activator.CreateInstance(p.ParameterType) : p.ParameterType == typeof(string) ? "" : null);
        typeof(SqlErrorCollection).GetMethod("Add", Hidden)!.Invoke(errors, [constructor.Invoke([.. values])]);
        var create = typeof(SqlException).GetMethods(BindingFlags.NonPublic | BindingFlags.Static).Where(m => m.Name == "CreateException")
            .OrderBy(m => m.GetParameters().Length).First();
        return (SqlException)create
            .Invoke(null, [errors, "16.0", .. create.GetParameters().Skip(2)
                .Select(p => p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : null)])!;
    }
}
