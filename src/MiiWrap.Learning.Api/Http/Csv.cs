using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Marks routes whose body may be CSV instead of JSON; the example shows its columns.</summary>
internal sealed record TakesAlsoCsv(string Example);

internal static class Csv
{
    public const string MediaType = "text/csv";

    /// <summary>What browsers on Windows call a CSV file where Excel opens it.</summary>
    public const string ExcelMediaType = "application/vnd.ms-excel";

    /// <summary>
    /// The wide forms of what begins a formula: spreadsheets with Asian settings take them for one, and the library does not.
    /// </summary>
    private const string WideFormula = "＝＋－＠";

    public static RouteHandlerBuilder AlsoCsv(this RouteHandlerBuilder route) => route.AlsoAs(MediaType).TakesLong();

    /// <summary>A whole file as an answer.</summary>
    public static IResult File(string text) => TypedResults.Text(text, MediaType, Encoding.UTF8);

    /// <summary>
    /// The rows under a line of their fields' names, spelt as in JSON, after the mark by which a spreadsheet knows UTF-8; without both for
    /// what follows a first part.
    /// </summary>
    public static string Of<T>(IEnumerable<T> rows, bool isStart = true)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        if (isStart) text.Write('\uFEFF');
        using (var csv = CsvWriter.Create(text, CsvWriterOptions.Default with { Injection = CsvInjection.Escape }, leaveOpen: true))
        {
            var fields = typeof(T).GetProperties();
            if (isStart) csv.WriteRecord([.. fields.Select(f => JsonNamingPolicy.CamelCase.ConvertName(f.Name))]);
            foreach (var row in rows)
            {
                foreach (var field in fields)
                {
                    if (field.GetValue(row) is DateTime moment)
                        csv.WriteField(moment.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
                    else if (field.GetValue(row) is Enum named)
                        csv.WriteField(JsonNamingPolicy.CamelCase.ConvertName(named.ToString()));
                    else if (field.GetValue(row) is string words && words.Length > 0 && WideFormula.Contains(words[0]))
                        csv.WriteField($"'{words}");
                    else csv.WriteField(field.GetValue(row));
                }

                csv.EndRecord();
            }
        }

        return text.ToString();
    }
}
