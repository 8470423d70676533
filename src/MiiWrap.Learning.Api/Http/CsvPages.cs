using MiiWrap.Learning.Api.Access;

namespace MiiWrap.Learning.Api.Http;

/// <summary>A list as one CSV file: all its pages, each written as soon as it is read.</summary>
/// <param name="first">Read before anything is answered, so that what is wrong with the request is still told as a problem.</param>
internal sealed class CsvPages<T>(Page<T> first, Func<string, Task<Page<T>>> next) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, ct) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = $"{Csv.MediaType}; charset=utf-8";
        if (!httpContext.RequestServices.GetRequiredService<Caller>().IsShownContent) return;
        await response.WriteAsync(Csv.Of(first.Items), ct);
        for (var page = first; page.Next is { } cursor;)
        {
            page = await next(cursor);
            await response.WriteAsync(Csv.Of(page.Items, isStart: false), ct);
        }
    }
}
