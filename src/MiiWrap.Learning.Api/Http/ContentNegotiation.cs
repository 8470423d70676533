using Microsoft.Net.Http.Headers;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Marks routes that give the same in another form to whoever accepts its media type.</summary>
internal sealed record AnswersAlso(string MediaType);

/// <summary>Chooses among the forms of an answer by <c>Accept</c>, as RFC 9110, 12.5.1 says.</summary>
internal static class ContentNegotiation
{
    private const string Json = "application/json";

    public static RouteHandlerBuilder AlsoAs(this RouteHandlerBuilder route, string mediaType) =>
        route.WithMetadata(new AnswersAlso(mediaType));

    /// <summary>True when of all forms of this answer the caller likes this one best.</summary>
    public static bool Wants(this HttpContext http, string mediaType) => http.PreferredType() == mediaType;

    /// <summary>
    /// The form of the present route's answer that the caller likes best: the first one unless it likes another better. Whoever accepts
    /// none of them gets the first one too.
    /// </summary>
    /// <param name="first">The route's own form.</param>
    public static string PreferredType(this HttpContext http, string first = Json)
    {
        http.Response.Headers.Vary = HeaderNames.Accept;
        var others = http.GetEndpoint()?.Metadata.GetOrderedMetadata<AnswersAlso>() ?? [];
        var ranges = http.Request.GetTypedHeaders().Accept;
        // Of equals the first, then the others in the order in which the route names them.
        return ranges.Count == 0
            ? first
            : others.Select(o => o.MediaType).Prepend(Json).Prepend(first).MaxBy(type => QualityOf(type, ranges))!;
    }

    /// <summary>
    /// What the most specific range that this type lies in says. Parameters of a range only make it more specific: the charset is always
    /// UTF-8, and no form here has another variant.
    /// </summary>
    private static double QualityOf(string mediaType, IList<MediaTypeHeaderValue> ranges)
    {
        var type = new MediaTypeHeaderValue(mediaType);
        return ranges
            .Where(r => r.MatchesAllTypes || (type.Type.Equals(r.Type, StringComparison.OrdinalIgnoreCase)
                && (r.MatchesAllSubTypes || type.SubType.Equals(r.SubType, StringComparison.OrdinalIgnoreCase))))
            .OrderByDescending(r => (r.MatchesAllTypes ? 0 : r.MatchesAllSubTypes ? 1 : 2, r.Parameters.Count(IsOfTheType)))
            .ThenByDescending(r => r.Quality ?? 1)
            .Select(r => r.Quality ?? 1).FirstOrDefault();
    }

    private static bool IsOfTheType(NameValueHeaderValue parameter) => !parameter.Name.Equals("q", StringComparison.OrdinalIgnoreCase);
}
