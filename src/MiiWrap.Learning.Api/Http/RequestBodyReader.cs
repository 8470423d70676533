using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Reads bodies that are no JSON, bounded whatever the server in front allows.</summary>
internal static class RequestBodyReader
{
    /// <summary>
    /// A body whose letters nobody knows is refused here: the framework's reader would fail on it, and on a name in quotes, which is as
    /// good as one without (RFC 9110, 8.3.1). So whatever reads the body finds the bare name.
    /// </summary>
    public static void UseKnownCharsets(this WebApplication app) => app.Use((context, next) =>
    {
        if (MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.Charset.HasValue)
        {
            var endpoint = context.GetEndpoint()?.Metadata;
            var charset = HeaderUtilities.UnescapeAsQuotedString(type.Charset);
            var isKnown = IsKnown(charset.Value!, endpoint?.GetMetadata<TakesAnyCharset>() is not null);
            if (!isKnown && endpoint?.GetMetadata<IAcceptsMetadata>() is not null)
                throw new BadHttpRequestException("This charset is not known.", StatusCodes.Status415UnsupportedMediaType);
            if (isKnown && charset != type.Charset)
            {
                type.Charset = charset;
                context.Request.ContentType = type.ToString();
            }
        }

        return next(context);
    });

    /// <summary>Nothing here unpacks a body; a packed one would be taken for JSON that cannot be read.</summary>
    public static void UseKnownEncodings(this WebApplication app) => app.Use((context, next) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is not null
        && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
        && context.Request.Headers.GetCommaSeparatedValues(HeaderNames.ContentEncoding)
            .Any(e => !e.Equals(UnsupportedEncodingException.Supported, StringComparison.OrdinalIgnoreCase))
            ? throw new UnsupportedEncodingException()
            : next(context));

    public static async Task<byte[]> ReadAsync(HttpRequest request, int most, CancellationToken ct)
    {
        if (request.ContentLength > most) throw TooLarge();
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, ct)) > 0)
        {
            if (body.Length + read > most) throw TooLarge();
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static bool IsKnown(string charset, bool isAnyTaken)
    {
        if (isAnyTaken) return Charsets.Find(charset) is not null;
        try
        {
            Encoding.GetEncoding(charset);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static BadHttpRequestException TooLarge() =>
        new("The body is larger than this route takes.", StatusCodes.Status413PayloadTooLarge);
}

/// <summary>The body comes in a content coding, which nothing here takes.</summary>
internal sealed class UnsupportedEncodingException()
    : Exception("This server takes bodies as they are; send this one without a Content-Encoding.")
{
    public const string Supported = "identity";
}

/// <summary>Marks routes that read their body's letters by themselves, whatever charset it names.</summary>
internal sealed class TakesAnyCharset;
