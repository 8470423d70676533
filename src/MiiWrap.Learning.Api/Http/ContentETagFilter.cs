using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace MiiWrap.Learning.Api.Http;

/// <summary>
/// Computes the ETag from the response body, for resources without a version: a repeated GET costs the query, not the transfer.
/// </summary>
internal sealed class ContentETagFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        if (result is not IValueHttpResult { Value: { } value }) return result;
        var http = context.HttpContext;
        var json = JsonSerializer.SerializeToUtf8Bytes(
            value, value.GetType(), http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
        return http.Tagged(ETags.OfContent(json), () => new PrerenderedJson(json, default));
    }
}
