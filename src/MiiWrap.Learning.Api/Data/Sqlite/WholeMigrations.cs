using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace MiiWrap.Learning.Api.Data.Sqlite;

/// <summary>
/// Keeps a migration that rebuilds a table in one transaction. EF Core switches foreign keys off and on in the middle, which no transaction
/// allows: a start that is cut off there leaves half a migration, and no later start can go on. They are off from before it instead.
/// </summary>
internal sealed class WholeMigrations(MigrationsSqlGeneratorDependencies dependencies, IRelationalAnnotationProvider annotations)
    : SqliteMigrationsSqlGenerator(dependencies, annotations)
{
    private const string Switch = "PRAGMA foreign_keys";

    public override IReadOnlyList<MigrationCommand> Generate(
        IReadOnlyList<MigrationOperation> operations, IModel? model = null, MigrationsSqlGenerationOptions options = default) =>
    [
        .. base.Generate(operations, model, options)
            .Where(c => !c.CommandText.StartsWith(Switch, StringComparison.Ordinal))
            .Select(c => c.TransactionSuppressed ? Within(c) : c),
    ];

    private MigrationCommand Within(MigrationCommand command) => new(
        Dependencies.CommandBuilderFactory.Create().Append(command.CommandText).Build(), Dependencies.CurrentContext.Context,
        Dependencies.Logger, transactionSuppressed: false);
}
