using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Storage;
using MiiWrap.Learning.Api.Hosting;
using MiiWrap.Learning.Tests.Data.SqlServer;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>Whatever keeps a start from its database is told in one sentence, without a stack.</summary>
public sealed class StartErrorTests
{
    [Theory]
    [InlineData(18456, "The database server refuses the login")]
    [InlineData(4060, "The database is not there, or this login may not open it")]
    [InlineData(262, "The database is not there, and this login may not make it")]
    [InlineData(-2, "The database server does not answer")]
    [InlineData(258, "The database server does not answer")]
    [InlineData(10061, "The database server does not answer")]
    [InlineData(1222, "The database is locked by another process")]
    [InlineData(8152, "The database server cannot be used")]
    public void Each_cause_has_its_own(int number, string cause)
    {
        var error = LostRaceTests.Error(number);
        var sentence = CommandLine.Sentence(error);
        Assert.StartsWith($"{cause}: ", sentence, StringComparison.Ordinal);
        Assert.EndsWith(" See ConnectionStrings:Learning.", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', sentence!);
        // The same when it was tried again and again.
        Assert.Equal(sentence, CommandLine.Sentence(new RetryLimitExceededException("Too often.", error)));
    }

    [Fact]
    public void A_lock_that_another_process_keeps_on_the_file_has_one_too() =>
        Assert.StartsWith("The database is locked by another process: ",
            CommandLine.Sentence(new SqliteException("SQLite Error 5: 'database is locked'.", 5)), StringComparison.Ordinal);

    [Fact]
    public void A_fault_of_the_program_itself_keeps_its_stack() =>
        Assert.Null(CommandLine.Sentence(new InvalidOperationException("A fault.")));
}
