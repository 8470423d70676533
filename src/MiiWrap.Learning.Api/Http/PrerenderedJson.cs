using System.Buffers;

namespace MiiWrap.Learning.Api.Http;

/// <summary>A JSON result that is serialized already, in two parts: many responses share the first.</summary>
public sealed class PrerenderedJson(ReadOnlyMemory<byte> beginning, ReadOnlyMemory<byte> end) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = beginning.Length + end.Length;
        response.BodyWriter.Write(beginning.Span);
        response.BodyWriter.Write(end.Span);
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }
}
