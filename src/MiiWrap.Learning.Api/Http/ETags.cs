using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Http;

/// <summary>
/// Strong entity tags, made of what decides the content. Where others change what is shown without changing the state that a save
/// replaces, such as names, the tag has two parts: see <see cref="OfShown"/>.
/// </summary>
internal static class ETags
{
    private const char Rest = '-';

    public static string Of(params ReadOnlySpan<object?> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{part}\u001F");
        return OfContent(Encoding.UTF8.GetBytes(text.ToString()));
    }

    public static string OfContent(ReadOnlySpan<byte> content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"";

    /// <summary>
    /// What a save may lose is the state alone: its tag comes first, and If-Match is held against it. After it comes all that is shown, so
    /// that nobody keeps an older page for this one.
    /// </summary>
    /// <param name="state">The tag of the state; null for who cannot change it.</param>
    public static string OfShown(string? state, object shown)
    {
        var all = Of(JsonSerializer.Serialize(shown, shown.GetType()));
        return state is null ? all : $"{state.TrimEnd('"')}{Rest}{all.TrimStart('"')}";
    }

    /// <summary>Whether somebody who names this tag has read that state, whatever was shown of it.</summary>
    public static bool IsOfState(string tag, string state) =>
        tag == state || tag.StartsWith($"{state.TrimEnd('"')}{Rest}", StringComparison.Ordinal);

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

    /// <summary>What a change came to, with its new tag.</summary>
    public static Ok<T> WithTag<T>(this HttpContext context, T value)
        where T : IHasEtag
    {
        context.Response.Headers.ETag = value.Etag;
        return TypedResults.Ok(value);
    }

    /// <summary>What was made at this address, with its tag.</summary>
    public static Created<T> CreatedWithTag<T>(this HttpContext context, string address, T value)
        where T : IHasEtag
    {
        context.Response.Headers.ETag = value.Etag;
        return TypedResults.Created(address, value);
    }

    private static bool Knows(StringValues ifNoneMatch, string etag)
    {
        // A caller that repeats the one tag that it was given needs no parsing.
        if (ifNoneMatch.Count == 0) return false;
        if (ifNoneMatch.Count == 1 && ifNoneMatch[0] == etag) return true;
        var present = EntityTagHeaderValue.Parse(etag);
        return EntityTagHeaderValue.TryParseList([.. ifNoneMatch.OfType<string>()], out var known)
            && known.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(present, useStrongComparison: false));
    }

    /// <summary>What the caller says it read before changing: 428 when it says nothing.</summary>
    public static Precondition Precondition(this HttpRequest request)
    {
        var headers = request.GetTypedHeaders();
        var mustBeNew = headers.IfNoneMatch.Contains(EntityTagHeaderValue.Any);
        if (headers.IfMatch.Count == 0)
            return mustBeNew ? new(null, MustBeNew: true) : throw new PreconditionRequiredException();
        var isAny = headers.IfMatch.Contains(EntityTagHeaderValue.Any);
        // A weak tag is equal to none here: what it names may have changed in ways that a writer would undo.
        return new(isAny ? null : [.. headers.IfMatch.Where(t => !t.IsWeak).Select(t => t.Tag.ToString())], mustBeNew);
    }
}

/// <summary>An answer that carries its own tag.</summary>
internal interface IHasEtag
{
    string Etag { get; }
}

/// <summary>The states that a change is meant for; null with <see cref="MustBeNew"/> unset means any state.</summary>
public readonly record struct Precondition(IReadOnlyList<string>? ETags, bool MustBeNew)
{
    /// <summary>Refuses the change of any other state than the one that the caller has read.</summary>
    public void Check(string code, string? current)
    {
        if (!Holds(current)) throw new StaleException(code, current ?? "");
    }

    /// <summary>Whether the present state is one that the caller has read.</summary>
    public bool Holds(string? current) => MustBeNew
        ? current is null && ETags is null
        : current is not null && (ETags is null || ETags.Any(tag => Http.ETags.IsOfState(tag, current)));
}

/// <summary>A change of this kind must say which state it changes.</summary>
public sealed class PreconditionRequiredException()
    : Exception("This change needs If-Match with the ETag that you read, or If-None-Match: * to create.");
