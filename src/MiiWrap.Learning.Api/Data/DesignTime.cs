using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace MiiWrap.Learning.Api.Data;

/// <summary>Lets <c>dotnet ef</c> make migrations and scripts for SQLite without starting the program.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteLearningDb>
{
    public SqliteLearningDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteLearningDb>().UseSqlite("Data Source=:memory:").Options);
}

/// <summary>Lets <c>dotnet ef</c> make migrations and scripts for SQL Server without one.</summary>
internal sealed class SqlServerDesignTime : IDesignTimeDbContextFactory<SqlServerLearningDb>
{
    public SqlServerLearningDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlServerLearningDb>().UseSqlServer("Server=.;Database=learning").Options);
}
