using System.Buffers.Text;
using System.Text;
using FluentValidation;

namespace MiiWrap.Learning.Api.Http;

/// <summary>One page of a list, and the cursor of the next one; null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

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

    public static int Take(this IPaged request) => request.Limit is null ? DefaultLimit : int.Parse(request.Limit, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The (sort key, id) of the last row already given; null on the first page.</summary>
    public static (string Key, Guid Id)? After(this IPaged request) => request.Cursor is null ? null : Decode(request.Cursor);

    /// <summary>As <see cref="After"/>, for lists ordered by a moment.</summary>
    public static (DateTime At, Guid Id)? AfterMoment(this IPaged request) =>
        request.After() is { } after ? (new DateTime(long.Parse(after.Key, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc), after.Id) : null;

    /// <summary>Makes a page of rows that were asked for with one more than the limit.</summary>
    public static Page<T> ToPage<T>(this List<T> rows, IPaged request, Func<T, (string Key, Guid Id)> keyOf)
    {
        var take = request.Take();
        if (rows.Count <= take) return new(rows, null);
        rows.RemoveRange(take, rows.Count - take);
        return new(rows, Encode(keyOf(rows[^1])));
    }

    public static string KeyOf(DateTime moment) => moment.Ticks.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Rules for the two paging parameters, for the validators of lists.</summary>
    public static void RuleForPaging<T>(this AbstractValidator<T> validator, bool byMoment = false)
        where T : IPaged
    {
        validator.RuleFor(x => x.Limit).Must(l => l is null || (int.TryParse(l, out var n) && n is >= 1 and <= MostLimit))
            .WithMessage($"The limit must be a whole number from 1 to {MostLimit}.");
        validator.RuleFor(x => x.Cursor).Must(c => c is null || (Decode(c) is { } after && (!byMoment || IsMoment(after.Key))))
            .WithMessage("This is no cursor that a page has given as 'next'.");
    }

    private static bool IsMoment(string key) => long.TryParse(key, out var ticks) && ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;

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
internal sealed class LinkToNext<T>(string parameter = "cursor") : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        if (result is IValueHttpResult { Value: Page<T> { Next: { } cursor } })
        {
            var request = context.HttpContext.Request;
            var query = request.Query.Where(q => q.Key != parameter).Select(q => KeyValuePair.Create(q.Key, q.Value)).Append(new(parameter, cursor));
            context.HttpContext.Response.Headers.Link = $"<{request.PathBase}{request.Path}{QueryString.Create(query)}>; rel=\"next\"";
        }

        return result;
    }
}
