using System.Data.Common;
using System.Linq.Expressions;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

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

    /// <summary>Loads what can be read of these rows: all at once, and in ever smaller parts when one of them is damaged.</summary>
    public static async Task<List<T>> LoadReadableAsync<T>(
        Guid[] ids, Func<Guid[], Task<List<T>>> load, Func<Guid, Exception, Task> leaveOut)
    {
        try
        {
            return await load(ids);
        }
        // Without a row it is no row's fault.
        catch (Exception e) when (ids.Length > 0 && e.IsOfOneRow())
        {
            if (ids.Length == 1)
            {
                await leaveOut(ids[0], e);
                return [];
            }

            var readable = new List<T>();
            foreach (var half in ids.Chunk((ids.Length + 1) / 2)) readable.AddRange(await LoadReadableAsync(half, load, leaveOut));
            return readable;
        }
    }

    /// <summary>Whether an error comes of what stands in a row, and not of a rule or a wrong request.</summary>
    public static bool IsOfDamage(this Exception e) =>
        e is (InvalidOperationException or FormatException or InvalidCastException or ArgumentException or OverflowException
            or JsonException) && e.IsOfOneRow();

    /// <summary>
    /// Does what a batch asks for all of these rows at once, and in ever smaller parts where one of them is damaged; each has a result, in
    /// order. Each part saves by itself.
    /// </summary>
    public static async Task<List<TResult>> DoReadableAsync<T, TResult>(
        this T[] rows, Func<T[], Task<List<TResult>>> act, Func<T, Exception, TResult> unreadable)
    {
        try
        {
            return await act(rows);
        }
        catch (Exception e) when (e.IsOfDamage())
        {
            if (rows.Length == 1) return [unreadable(rows[0], e)];
            var results = new List<TResult>();
            foreach (var half in rows.Chunk((rows.Length + 1) / 2)) results.AddRange(await DoReadableAsync(half, act, unreadable));
            return results;
        }
    }

    /// <summary>
    /// Changes rows one after the other, each in a save of its own: one that somebody else changes at this moment, or a damaged one, holds
    /// up no other. Says how many were saved.
    /// </summary>
    public static async Task<int> SaveEachAsync(
        this LearningDb db, IEnumerable<Guid> ids, Func<Guid, Task> change, Action<Guid, Exception> leaveOut, CancellationToken ct)
    {
        var saved = 0;
        foreach (var id in ids)
        {
            db.ChangeTracker.Clear();
            try
            {
                await change(id);
                if (await db.TrySaveAsync(ct)) saved++;
            }
            catch (Exception e) when (e.IsOfOneRow())
            {
                leaveOut(id, e);
            }
        }

        return saved;
    }

    /// <summary>Loads the one row that everything else is about; damaged, it is named, and not an error of this program.</summary>
    public static async Task<T> SingleOrUnreadableAsync<T>(this IQueryable<T> row, Guid id, CancellationToken ct)
    {
        List<T> found;
        try
        {
            found = await row.ToListAsync(ct);
        }
        catch (Exception e) when (e.IsOfDamage())
        {
            throw new UnreadableRowException(typeof(T).Name, id, e);
        }

        return found.Single();
    }

    /// <summary>
    /// Loads a page of a list without its damaged rows. What comes after them takes their places, so that a full page still tells of the
    /// next one.
    /// </summary>
    public static async Task<List<T>> LoadReadablePageAsync<TRow, T>(
        this IQueryable<TRow> rows, Expression<Func<TRow, Guid>> id, Func<IQueryable<TRow>, IQueryable<TRow>> page,
        Func<IQueryable<TRow>, Task<List<T>>> load, Action<Guid, Exception> leaveOut, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await load(page(rows));
            }
            catch (Exception e) when (e.IsOfOneRow())
            {
                var damaged = await page(rows).FindDamagedAsync(id, load, leaveOut, ct);
                if (damaged.Count == 0) throw;
                rows = rows.Where(id.Is(one => !damaged.Contains(one)));
            }
        }
    }

    /// <summary>Which of these rows cannot be read.</summary>
    public static async Task<List<Guid>> FindDamagedAsync<TRow, T>(
        this IQueryable<TRow> rows, Expression<Func<TRow, Guid>> id, Func<IQueryable<TRow>, Task<List<T>>> load,
        Action<Guid, Exception> leaveOut, CancellationToken ct)
    {
        var damaged = new List<Guid>();
        await LoadReadableAsync(
            await rows.Select(id).ToArrayAsync(ct),
            some => load(rows.Where(id.Is(one => some.Contains(one)))),
            (one, e) =>
            {
                damaged.Add(one);
                leaveOut(one, e);
                return Task.CompletedTask;
            });
        return damaged;
    }

    /// <summary>Loads the rows behind a figure, which would be wrong without one of them.</summary>
    public static Task<List<T>> LoadAllOrNoneAsync<TRow, T>(
        this IQueryable<TRow> rows, Expression<Func<TRow, Guid>> id, Func<IQueryable<TRow>, Task<List<T>>> load, CancellationToken ct) =>
        rows.NamingDamagedAsync(id, load, () => load(rows), ct);

    /// <summary>Reads what cannot do without any of these rows, and names the one that cannot be read.</summary>
    public static async Task<TResult> NamingDamagedAsync<TRow, T, TResult>(
        this IQueryable<TRow> rows, Expression<Func<TRow, Guid>> id, Func<IQueryable<TRow>, Task<List<T>>> load, Func<Task<TResult>> read,
        CancellationToken ct)
    {
        try
        {
            return await read();
        }
        // Not what the reading refuses: of what somebody may not see, nobody is told that it is damaged.
        catch (Exception e) when (e.IsOfDamage())
        {
            await rows.FindDamagedAsync(id, load, (one, fault) => throw new UnreadableRowException(typeof(TRow).Name, one, fault), ct);
            throw;
        }
    }

    /// <summary>Logs what a list or a figure goes without.</summary>
    public static Action<Guid, Exception> LeavesOut(this ILogger log, string what) =>
        (id, e) => log.LogError(e, "The {What} {RowId} is left out: it cannot be read", what, id);

    private static Expression<Func<TRow, bool>> Is<TRow>(this Expression<Func<TRow, Guid>> id, Expression<Func<Guid, bool>> condition) =>
        Expression.Lambda<Func<TRow, bool>>(
            ReplacingExpressionVisitor.Replace(condition.Parameters[0], id.Body, condition.Body), id.Parameters);
}

/// <summary>A row that cannot be left out cannot be read.</summary>
internal sealed class UnreadableRowException(string what, Guid id, Exception inner) : Exception($"{what} {id} cannot be read.", inner)
{
    public const string Code = "row.unreadable";
}
