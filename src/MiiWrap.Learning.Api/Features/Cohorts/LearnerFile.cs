using System.Text;
using CsvHelper;
using Microsoft.Net.Http.Headers;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>
/// Reads learners from a CSV file as Excel and others write it; what is wrong with a line is told of that line, and the others are taken.
/// </summary>
internal static class LearnerFile
{
    private const int LargestFile = 1024 * 1024;

    // More would be no table that somebody made by hand.
    private const int MostIgnored = 100;

    private const int MostLinesOfACell = 50;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Each may begin a text; UTF-16 that names no order of its bytes has the machine's that wrote it, which is the little end first.
    private static readonly Encoding[] Marked = [Utf8Marked(), Encoding.Unicode, Encoding.BigEndianUnicode];

    // How a zip archive (.xlsx, .ods) and a compound file (.xls) begin.
    private static readonly byte[][] Workbooks = [[0x50, 0x4B, 0x03, 0x04], [0xD0, 0xCF, 0x11, 0xE0]];

    public static async Task<EnrolLearners> Read(HttpRequest request, CancellationToken ct)
    {
        var bytes = await RequestBodyReader.ReadAsync(request, LargestFile, ct);
        if (Array.Exists(Workbooks, w => bytes.AsSpan().StartsWith(w)))
            throw Unreadable("This is a workbook and no list: save it as CSV in your spreadsheet program, and send that.");
        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var named) ? named : null;
        return Parse(TextOf(bytes, type?.Charset.Value, type?.MediaType == Csv.ExcelMediaType));
    }

    /// <summary>
    /// A byte order mark says most, then the charset that was named; without both it is UTF-8, or from Excel what Excel writes.
    /// </summary>
    private static string TextOf(byte[] bytes, string? charset, bool isFromExcel)
    {
        try
        {
            if (Array.Find(Marked, e => bytes.AsSpan().StartsWith(e.Preamble)) is { } marked)
                return marked.GetString(bytes.AsSpan(marked.Preamble.Length));
            if (charset is not null) return Charsets.Find(charset)!.GetString(bytes);
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException) when (charset is null && isFromExcel)
        {
            return Charsets.Windows1252.GetString(bytes);
        }
        catch (DecoderFallbackException) when (charset is not null)
        {
            throw Unreadable($"The file is no text in {charset}.");
        }
        catch (DecoderFallbackException e)
        {
            throw Unreadable(
                $"The file is no UTF-8 text ({e.Message.TrimEnd('.')}); save it as CSV UTF-8, or name its charset, such as \"text/csv; charset=windows-1252\".");
        }
    }

    private static RuleException Unreadable(string why) => new("csv.encoding", why, RuleKind.Invalid);

    private static UTF8Encoding Utf8Marked() => new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    private static EnrolLearners Parse(string text)
    {
        var faults = new Dictionary<long, string>();
        using var csv = CsvReader.FromText(OneLineEach(text), CsvReaderOptions.Default with
        {
            TrackLineNumbers = true,
            // So a quote that is never closed spoils its own line alone; a cell of several lines is one by now.
            AllowLineBreaksInQuotes = false,
            OnMalformedRecord = record => faults[record.LineNumber] = "The quotes of this line do not match.",
        });
        var columns = LearnerColumns.Of(csv.Headers);

        var rows = new List<LearnerRow>();
        // One more than is taken is enough to say that it is too many.
        while (rows.Count <= EnrolLearnersValidator.MostRows && csv.Read())
        {
            // A spreadsheet writes rows that were emptied as separators alone.
            if (!faults.ContainsKey(csv.LineNumber) && LastFilled(csv) < 0) continue;
            rows.Add(Row(csv, columns, faults) with { Line = (int)csv.LineNumber });
        }

        return new(rows) { IgnoredColumns = [.. columns.Ignored.Take(MostIgnored)] };
    }

    /// <summary>
    /// Makes one line of a record with a cell of several, as Alt+Enter makes it in a spreadsheet: the first few lines that together close
    /// every quote and have as many fields as the header. Empty lines take the places of the others, so that each keeps its number.
    /// </summary>
    private static string OneLineEach(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var separator = lines[0].Contains(',', StringComparison.Ordinal) ? ',' : ';';
        var fields = FieldsOf(lines[0], separator);
        for (var i = 1; i < lines.Length; i++)
        {
            if (IsClosed(lines[i])) continue;
            var record = lines[i];
            for (var last = i + 1; last < Math.Min(lines.Length, i + MostLinesOfACell); last++)
            {
                record = $"{record} {lines[last]}";
                if (!IsClosed(record)) continue;
                if (FieldsOf(record, separator) == fields)
                {
                    Array.Fill(lines, "", i, last - i + 1);
                    (lines[i], i) = (record, last);
                }

                break;
            }
        }

        return string.Join('\n', lines);
    }

    private static bool IsClosed(string record) => record.Count(c => c == '"') % 2 == 0;

    /// <summary>
    /// How many fields a record has, the separators within quotes aside; 0 when a quote neither begins nor ends one, as where two are left
    /// open.
    /// </summary>
    private static int FieldsOf(string record, char separator)
    {
        var (fields, isQuoted) = (1, false);
        for (var i = 0; i < record.Length; i++)
        {
            if (record[i] == separator && !isQuoted) fields++;
            if (record[i] != '"') continue;
            if (isQuoted && i + 1 < record.Length && record[i + 1] == '"') i++;
            else if (isQuoted ? i + 1 < record.Length && record[i + 1] != separator : i > 0 && record[i - 1] != separator) return 0;
            else isQuoted = !isQuoted;
        }

        return fields;
    }

    private static LearnerRow Row(CsvReader csv, LearnerColumns columns, Dictionary<long, string> faults)
    {
        string Field(int index) => index < csv.FieldCount ? csv.GetString(index) : "";
        var agency = columns.AgencyId is { } column ? Field(column).Trim() : "";
        var row = new LearnerRow(Field(columns.Email).Trim(), Field(columns.Name), Field(columns.TimeZone).Trim(),
            Guid.TryParse(agency, out var id) ? id : null);
        if (faults.TryGetValue(csv.LineNumber, out var fault)) return row with { Fault = fault };
        if (new[] { row.Email!, row.Name!, row.TimeZone! }.Any(text => !IncomingText.IsSound(text)))
            return new(null, null, null, null) { Fault = IncomingText.Unsound };
        row = row with { Email = IncomingText.Compose(row.Email!), Name = IncomingText.Compose(row.Name!) };
        // A spreadsheet leaves out empty fields at the end, or adds some: both mean the same.
        if (csv.FieldCount <= columns.LastRequired || LastFilled(csv) >= csv.Headers.Count)
            return row with { Fault = $"This line has {csv.FieldCount} fields, and the header {csv.Headers.Count}." };
        return agency.Length > 0 && row.AgencyId is null ? row with { Fault = "agencyId: This is no id." } : row;
    }

    /// <summary>The last field with something in it; -1 when the line has none.</summary>
    private static int LastFilled(CsvReader csv)
    {
        var last = csv.FieldCount - 1;
        while (last >= 0 && string.IsNullOrWhiteSpace(csv.GetString(last))) last--;
        return last;
    }
}

/// <summary>Where in a line each of a learner's fields stands, and which columns are none of theirs.</summary>
internal sealed record LearnerColumns(int Email, int Name, int TimeZone, int? AgencyId, IReadOnlyList<string> Ignored)
{
    private static readonly string[] Required = ["email", "name", "timeZone"];
    private const string Agency = "agencyId";

    public int LastRequired => Math.Max(Email, Math.Max(Name, TimeZone));

    public static LearnerColumns Of(IReadOnlyList<string> header)
    {
        var folded = header.Select(Folded).ToList();
        List<int> Places(string name) => [.. Enumerable.Range(0, folded.Count).Where(i => folded[i] == Folded(name))];
        var found = Required.Append(Agency).ToDictionary(n => n, Places);
        var missing = Required.Where(n => found[n].Count == 0).ToList();
        var repeated = found.Where(f => f.Value.Count > 1).Select(f => f.Key).ToList();
        var ignored = header.Where((name, i) => folded[i].Length > 0 && !found.Values.Any(places => places.Contains(i)))
            .Select(n => n.Trim()).ToList();
        if (missing.Count > 0 || repeated.Count > 0)
            throw new RuleException("csv.header",
                $"The first line must name the columns {string.Join(", ", Required)}, each once; {Agency} may stand beside them, and other columns are ignored.",
                RuleKind.Invalid).With("unknown", ignored).With("missing", missing).With("repeated", repeated);
        int? agency = found[Agency] is [var only] ? only : null;
        return new(found[Required[0]][0], found[Required[1]][0], found[Required[2]][0], agency, ignored);
    }

    /// <summary>"E-mail", "Time Zone" and "agency_id" are the columns that they seem.</summary>
    private static string Folded(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
