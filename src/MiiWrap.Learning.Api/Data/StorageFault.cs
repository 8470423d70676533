using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;

namespace MiiWrap.Learning.Api.Data;

/// <summary>Why the database takes no change for now; reading goes on.</summary>
internal enum StorageFault
{
    None,
    Full,
    ReadOnly,
}

internal static class StorageFaults
{
    private const int SqliteReadOnly = 8;
    private const int SqliteFull = 13;

    /// <summary>The fault that an exception tells of, however deep in it.</summary>
    public static StorageFault StorageFault(this Exception exception) => exception.GetBaseException() switch
    {
        SqliteException { SqliteErrorCode: SqliteFull } => Data.StorageFault.Full,
        SqliteException { SqliteErrorCode: SqliteReadOnly } => Data.StorageFault.ReadOnly,
        // A full file group, a full log, a database set to read only.
        SqlException { Number: 1101 or 1105 or 9002 } => Data.StorageFault.Full,
        SqlException { Number: 3906 } => Data.StorageFault.ReadOnly,
        _ => Data.StorageFault.None,
    };
}
