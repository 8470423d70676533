using System.Globalization;
using System.Text.Json;
using CsvHelper;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Marks routes whose body may be CSV instead of JSON; the example shows its columns.</summary>
internal sealed record TakesAlsoCsv(string Example);

/// <summary>Marks routes that give the same in another form to whoever accepts its media type.</summary>
internal sealed record AnswersAlso(string MediaType);

internal static class Csv
{
    public const string MediaType = "text/csv";

    public static RouteHandlerBuilder AlsoCsv(this RouteHandlerBuilder route) => route.AlsoAs(MediaType).TakesLong();

    public static RouteHandlerBuilder AlsoAs(this RouteHandlerBuilder route, string mediaType) =>
        route.WithMetadata(new AnswersAlso(mediaType));

    public static bool WantsCsv(this HttpContext http) => http.Wants(MediaType);

    /// <summary>True when the caller likes this type better than JSON.</summary>
    public static bool Wants(this HttpContext http, string mediaType) => http.Wanted(mediaType) is not null;

    /// <summary>
    /// The one of these media types that the caller likes better than JSON, the best liked first; null when JSON will do.
    /// </summary>
    public static string? Wanted(this HttpContext http, params IReadOnlyList<string> types)
    {
        var accepted = http.Request.GetTypedHeaders().Accept;
        double Quality(string type) =>
            accepted.Where(a => a.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Max(a => a.Quality ?? 1.0 as double?) ?? 0;
        var best = types.MaxBy(Quality);
        return best is not null && Quality(best) > Quality("application/json") ? best : null;
    }

    /// <summary>The rows under a line of their fields' names, spelt as in JSON; without that line for what follows a first part.</summary>
    public static string Of<T>(IEnumerable<T> rows, bool withNames = true)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = CsvWriter.Create(text, CsvWriterOptions.Default with { Injection = CsvInjection.Escape }, leaveOpen: true))
        {
            var fields = typeof(T).GetProperties();
            if (withNames) csv.WriteRecord([.. fields.Select(f => JsonNamingPolicy.CamelCase.ConvertName(f.Name))]);
            foreach (var row in rows)
            {
                foreach (var field in fields)
                {
                    if (field.GetValue(row) is DateTime moment)
                        csv.WriteField(moment.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
                    else csv.WriteField(field.GetValue(row));
                }

                csv.EndRecord();
            }
        }

        return text.ToString();
    }
}
