namespace MiiWrap.Learning.Api.Http;

/// <summary>Reads bodies that are no JSON, bounded whatever the server in front allows.</summary>
internal static class Bodies
{
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

    private static BadHttpRequestException TooLarge() => new("The body is larger than this route takes.", StatusCodes.Status413PayloadTooLarge);
}
