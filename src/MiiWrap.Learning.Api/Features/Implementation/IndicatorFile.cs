using System.Globalization;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>Reads months from a CSV file; what is wrong with a line is told of that line, and the others are taken.</summary>
internal static class IndicatorFile
{
    public const string Example =
        "month,indicator,numerator,denominator,value,n\r\n2027-01,turnover,1,20,,\r\n2027-01,wfiEzTotal,,,71.4,18\r\n";

    private const string Month = "month";
    private const string Indicator = "indicator";
    private const string Malformed = "malformed";

    // Also what a list of months gives, so that a file of it can be sent back.
    private static readonly string[] Optional = ["numerator", "denominator", "value", "n", "version", "agencyId"];

    public static async Task<RecordIndicators> Read(HttpRequest request, CancellationToken ct)
    {
        var file = await Spreadsheet.Read(request, RecordIndicatorsValidator.MostRows, ct);
        var columns = SpreadsheetColumns.Of(file.Header, [Month, Indicator], Optional);
        return new([.. file.Lines.Select(l => Row(l, columns) with { Line = l.Number })])
        {
            IgnoredColumns = columns.Ignored,
            IsFile = true,
        };
    }

    private static IndicatorRow Row(SpreadsheetLine line, SpreadsheetColumns columns)
    {
        var isMalformed = line.Fault is not null;
        var row = new IndicatorRow(
            line.Field(columns.Of(Month)).Trim(), line.Field(columns.Of(Indicator)).Trim(),
            Number<decimal>("numerator"), Number<decimal>("denominator"), Number<decimal>("value"), Number<int>("n"),
            Number<int>("version"),
            Read("agencyId", text => Guid.TryParse(text, out var id) ? id : (Guid?)null));
        return isMalformed ? row with { Fault = Malformed } : row;

        T? Number<T>(string name)
            where T : struct, ISpanParsable<T>, System.Numerics.INumberBase<T> =>
            Read(name, text => T.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out var number) ? number : (T?)null);

        T? Read<T>(string name, Func<string, T?> parse)
            where T : struct
        {
            var text = line.Field(columns.Find(name)).Trim();
            if (text.Length == 0) return null;
            var read = parse(text);
            isMalformed |= read is null;
            return read;
        }
    }
}
