using Microsoft.EntityFrameworkCore;

namespace MiiWrap.Learning.Api.Data;

/// <summary>
/// Finds a row by a text, and compares once more by ordinal: SQL Server's = ignores blanks at the end, under every collation.
/// </summary>
internal static class ExactText
{
    /// <summary>The one row of the query, unless the text that it was found by is another one.</summary>
    public static async Task<T?> SingleOrDefaultByAsync<T>(
        this IQueryable<T> rows, Func<T, string> textOf, string text, CancellationToken ct)
        where T : class =>
        await rows.SingleOrDefaultAsync(ct) is { } row && textOf(row) == text ? row : null;
}
