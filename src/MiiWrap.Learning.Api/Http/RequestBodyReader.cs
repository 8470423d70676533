using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Reads bodies that are no JSON, bounded whatever the server in front allows.</summary>
internal static class RequestBodyReader
{
    /// <summary>A body whose letters nobody knows is refused here: the framework's reader would fail on it.</summary>
    public static void UseKnownCharsets(this WebApplication app) => app.Use((context, next) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is not null
        && MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.Charset.HasValue
        && !IsKnown(type.Charset.Value!.Trim('"'))
            ? throw new BadHttpRequestException("This charset is not known.", StatusCodes.Status415UnsupportedMediaType)
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

    private static bool IsKnown(string charset)
    {
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
