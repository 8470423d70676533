using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace MiiWrap.Learning.Api.Data;

/// <summary>
/// Tells what one row is to blame for, such as a zone that is gone, from a fault of the database or a lost race, which the next row would
/// meet too.
/// </summary>
internal static class RowFault
{
    /// <summary>How long what could not be worked on is left alone.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    public static bool IsOfOneRow(this Exception e) =>
        e is not (OperationCanceledException or DbUpdateException)
        && e.GetBaseException() is not (DbException or OperationCanceledException);

    /// <summary>Loads what can be read of these rows: all at once, and one by one when one of them is damaged.</summary>
    public static async Task<List<T>> LoadReadableAsync<T>(
        Guid[] ids, Func<Guid[], Task<List<T>>> load, Func<Guid, Exception, Task> leaveOut)
    {
        try
        {
            return await load(ids);
        }
        catch (Exception e) when (e.IsOfOneRow())
        {
            if (ids.Length == 1)
            {
                await leaveOut(ids[0], e);
                return [];
            }

            var readable = new List<T>();
            foreach (var id in ids) readable.AddRange(await LoadReadableAsync([id], load, leaveOut));
            return readable;
        }
    }
}
