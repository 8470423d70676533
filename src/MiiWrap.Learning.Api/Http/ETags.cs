using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Strong entity tags: made of what decides the content, compared without weakness.</summary>
internal static class ETags
{
    public static string Of(params ReadOnlySpan<object?> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{part}\u001F");
        return OfContent(Encoding.UTF8.GetBytes(text.ToString()));
    }

    public static string OfContent(ReadOnlySpan<byte> content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"";

    /// <summary>Answers with the tag, and with 304 alone when the caller has this very state.</summary>
    public static IResult Tagged<T>(this HttpContext context, T value, string etag) =>
        context.Tagged(etag, () => value as IResult ?? TypedResults.Ok(value));

    /// <summary>As above, for answers that are worth making only when they are sent.</summary>
    public static IResult Tagged(this HttpContext context, string etag, Func<IResult> answer)
    {
        context.Response.Headers.ETag = etag;
        context.Response.Headers.CacheControl = "private, no-cache";
        return Knows(context.Request.Headers.IfNoneMatch, etag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : answer();
    }

    private static bool Knows(StringValues ifNoneMatch, string etag)
    {
        // A caller that repeats the one tag that it was given needs no parsing.
        if (ifNoneMatch.Count == 0) return false;
        if (ifNoneMatch.Count == 1 && ifNoneMatch[0] == etag) return true;
        return EntityTagHeaderValue.TryParseList([.. ifNoneMatch.OfType<string>()], out var known)
            && known.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(EntityTagHeaderValue.Parse(etag), useStrongComparison: true));
    }

    /// <summary>What the caller says it read before changing: 428 when it says nothing.</summary>
    public static Precondition Precondition(this HttpRequest request)
    {
        var headers = request.GetTypedHeaders();
        if (headers.IfMatch is [var tag, ..]) return new(tag.Equals(EntityTagHeaderValue.Any) ? null : tag.ToString(), MustBeNew: false);
        if (headers.IfNoneMatch is [var none, ..] && none.Equals(EntityTagHeaderValue.Any)) return new(null, MustBeNew: true);
        throw new PreconditionRequiredException();
    }
}

/// <summary>The state that a change is meant for; a null tag with <see cref="MustBeNew"/> unset means any state.</summary>
public readonly record struct Precondition(string? ETag, bool MustBeNew)
{
    /// <summary>Refuses the change of any other state than the one that the caller has read.</summary>
    public void Check(string code, string? current)
    {
        var holds = MustBeNew ? current is null : current is not null && (ETag is null || ETag == current);
        if (!holds) throw new StaleException(code, current ?? "");
    }
}

/// <summary>A change of this kind must say which state it changes.</summary>
public sealed class PreconditionRequiredException()
    : Exception("This change needs If-Match with the ETag that you read, or If-None-Match: * to create.");
