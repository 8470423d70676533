using System.Buffers.Text;
using System.Globalization;
using System.Linq.Expressions;
using System.Text;
using FluentValidation;
using Microsoft.EntityFrameworkCore.Query;

namespace MiiWrap.Learning.Api.Http;

/// <summary>A part of a list, after which more may come.</summary>
public interface IPage
{
    /// <summary>The cursor of the next page; null at the end.</summary>
    string? Next { get; }
}

/// <summary>One page of a list, and the cursor of the next one; null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next) : IPage;

/// <summary>How much of a list is asked for, and from where.</summary>
public interface IPaged
{
    /// <summary>How many items to return, 1 to 200; 50 when not given.</summary>
    string? Limit { get; }

    /// <summary>The opaque <c>next</c> of the page before.</summary>
    string? Cursor { get; }
}

/// <summary>Lists walk by keyset: a row added in the middle of a walk is neither skipped nor repeated.</summary>
internal static class Paging
{
    public const int DefaultLimit = 50;
    public const int MostLimit = 200;

    /// <summary>The limit with which the program itself walks a whole list.</summary>
    public const string AllAtOnce = "200";

    public static int Take(this IPaged request) =>
        request.Limit is null ? DefaultLimit : int.Parse(request.Limit, CultureInfo.InvariantCulture);

    /// <summary>
    /// The rows that come after the cursor in the order of a moment and an id, with one more than the limit: that one tells that there is a
    /// next page.
    /// </summary>
    public static IQueryable<T> PageBy<T>(
        this IQueryable<T> rows, IPaged request, Expression<Func<T, DateTime>> at, Expression<Func<T, Guid>> id,
        bool newestFirst = false) =>
        request.After() is { } after
            ? rows.PageAfter(request, at, id,
                new KeysetPosition<DateTime>(new(long.Parse(after.Key, CultureInfo.InvariantCulture), DateTimeKind.Utc), after.Id),
                newestFirst)
            : rows.PageAfter(request, at, id, null, newestFirst);

    /// <summary>The same in the order of a name and an id.</summary>
    public static IQueryable<T> PageBy<T>(
        this IQueryable<T> rows, IPaged request, Expression<Func<T, string>> name, Expression<Func<T, Guid>> id) =>
        rows.PageAfter(request, name, id, request.After() is { } after
            ? new KeysetPosition<string>(after.Key, after.Id)
            : null, newestFirst: false);

    /// <summary>The (sort key, id) of the last row already given; null on the first page.</summary>
    private static (string Key, Guid Id)? After(this IPaged request) => request.Cursor is null ? null : Decode(request.Cursor);

    private static IQueryable<T> PageAfter<T, TKey>(
        this IQueryable<T> rows, IPaged request, Expression<Func<T, TKey>> key, Expression<Func<T, Guid>> id, KeysetPosition<TKey>? after,
        bool newestFirst)
        where TKey : IComparable<TKey>
    {
        if (after is not null)
        {
            // The last row's values are read from an object, as those of a lambda are: the database then sees parameters, and one
            // statement.
            var (row, last) = (key.Parameters[0], Expression.Constant(after));
            var (lastKey, lastId) = (Expression.Property(last, nameof(KeysetPosition<>.Key)),
                Expression.Property(last, nameof(KeysetPosition<>.Id)));
            var rowId = ReplacingExpressionVisitor.Replace(id.Parameters[0], row, id.Body);
            rows = rows.Where(Expression.Lambda<Func<T, bool>>(
                Expression.OrElse(Beyond(key.Body, lastKey, newestFirst),
                    Expression.AndAlso(Expression.Equal(key.Body, lastKey), Beyond(rowId, lastId, newestFirst))), row));
        }

        return (newestFirst ? rows.OrderByDescending(key).ThenByDescending(id) : rows.OrderBy(key).ThenBy(id)).Take(request.Take() + 1);
    }

    private static BinaryExpression Beyond(Expression value, Expression last, bool newestFirst)
    {
        var compared = Expression.Call(value, value.Type.GetMethod(nameof(IComparable<>.CompareTo), [value.Type])!, last);
        return newestFirst
            ? Expression.LessThan(compared, Expression.Constant(0))
            : Expression.GreaterThan(compared, Expression.Constant(0));
    }

    private sealed record KeysetPosition<TKey>(TKey Key, Guid Id);

    /// <summary>Makes a page of rows that were asked for with one more than the limit.</summary>
    public static Page<T> ToPage<T>(this List<T> rows, IPaged request, Func<T, (string Key, Guid Id)> keyOf)
    {
        var take = request.Take();
        if (rows.Count <= take) return new(rows, null);
        rows.RemoveRange(take, rows.Count - take);
        return new(rows, Encode(keyOf(rows[^1])));
    }

    public static string KeyOf(DateTime moment) => moment.Ticks.ToString(CultureInfo.InvariantCulture);

    /// <summary>Rules for the two paging parameters, for the validators of lists.</summary>
    public static void RuleForPaging<T>(this AbstractValidator<T> validator, bool byMoment = false)
        where T : IPaged
    {
        validator.RuleFor(x => x.Limit)
            .Must(l => l is null || (int.TryParse(l, CultureInfo.InvariantCulture, out var n) && n is >= 1 and <= MostLimit))
            .WithMessage($"The limit must be a whole number from 1 to {MostLimit}.");
        validator.RuleFor(x => x.Cursor).Must(c => c is null || (Decode(c) is { } after && (!byMoment || IsMoment(after.Key))))
            .WithMessage("This is no cursor that a page has given as 'next'.");
    }

    private static bool IsMoment(string key) =>
        long.TryParse(key, CultureInfo.InvariantCulture, out var ticks) && ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;

    private static string Encode((string Key, Guid Id) last) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{last.Id:N}{last.Key}"));

    private static (string Key, Guid Id)? Decode(string cursor)
    {
        try
        {
            var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
            return text.Length >= 32 && Guid.TryParseExact(text[..32], "N", out var id) ? (text[32..], id) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>Adds the <c>Link</c> header with the address of the next page.</summary>
/// <param name="parameter">The query parameter that takes the cursor.</param>
internal sealed class LinkToNext(string parameter = "cursor") : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        if (result is IValueHttpResult { Value: IPage { Next: { } cursor } })
        {
            var request = context.HttpContext.Request;
            var query = request.Query.Where(q => q.Key != parameter).Select(q => KeyValuePair.Create(q.Key, q.Value))
                .Append(new(parameter, cursor));
            context.HttpContext.Response.Headers.Link = $"<{request.PathBase}{request.Path}{QueryString.Create(query)}>; rel=\"next\"";
        }

        return result;
    }
}
