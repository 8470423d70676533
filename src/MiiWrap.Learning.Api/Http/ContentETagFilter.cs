using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace MiiWrap.Learning.Api.Http;

/// <summary>
/// Computes the ETag from what is answered, for resources without a version: a repeated GET costs the query, not the transfer. An answer
/// that names the moment at which it was made has a weak tag, which holds for as long as nothing else in it changes.
/// </summary>
internal sealed class ContentETagFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (result, http) = (await next(context), context.HttpContext);
        switch (result)
        {
            case DrawnAnswer drawn:
                return http.Tagged(TagOf(http, drawn.Of, drawn.Form.ContentType), () => drawn.Form);
            case ContentHttpResult { ResponseContent: { } text } form:
                return http.Tagged(ETags.Of(text), () => form);
            case IValueHttpResult { Value: { } value }:
                var json = Serialize(http, value);
                return http.Tagged(value is IMadeAtMoment made ? TagOf(http, made, null) : ETags.OfContent(json),
                    () => new PrerenderedJson(json, default));
            default:
                return result;
        }
    }

    /// <summary>Of what is shown alone, like any other tag: what is hidden from a reader takes no part in it.</summary>
    private static string TagOf(HttpContext http, IMadeAtMoment made, string? form) =>
        $"W/{ETags.Of(form, Convert.ToHexString(Serialize(http, made.WithoutMoment)))}";

    private static byte[] Serialize(HttpContext http, object value) => JsonSerializer.SerializeToUtf8Bytes(
        value, value.GetType(), http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
}

/// <summary>An answer that names the moment at which it was made.</summary>
internal interface IMadeAtMoment
{
    /// <summary>The same without that moment: two answers that differ in nothing else are equal here.</summary>
    object WithoutMoment { get; }
}

/// <summary>An answer that is drawn or written out of another one, whose tag it has, apart from the form.</summary>
internal sealed class DrawnAnswer(IMadeAtMoment of, ContentHttpResult form) : IResult
{
    public IMadeAtMoment Of => of;

    public ContentHttpResult Form => form;

    public Task ExecuteAsync(HttpContext httpContext) => form.ExecuteAsync(httpContext);
}
