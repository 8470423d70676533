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
}
