using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

namespace MiiWrap.Learning.Api.Data;

/// <summary>The database of a programme that has outgrown one machine.</summary>
public sealed class SqlServerLearningDb(DbContextOptions<SqlServerLearningDb> options) : LearningDb(options)
{
    private const int UniqueIndex = 2601;
    private const int UniqueConstraint = 2627;

    public override bool IsUniqueViolation(DbUpdateException error) =>
        error.InnerException is SqlException { Number: UniqueIndex or UniqueConstraint };
}
