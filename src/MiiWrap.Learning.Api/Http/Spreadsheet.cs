using System.Text;
using CsvHelper;
using Microsoft.Net.Http.Headers;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Http;

/// <summary>
/// A CSV file that was sent, as Excel and others write it. What is wrong with a line is told of that line, and the others are taken.
/// </summary>
/// <param name="Header">What the first line names the columns.</param>
/// <param name="Lines">The others, those aside that were emptied; one more than was asked for tells that they are too many.</param>
internal sealed record Spreadsheet(IReadOnlyList<string> Header, IReadOnlyList<SpreadsheetLine> Lines)
{
    private const int LargestFile = 1024 * 1024;
    private const int MostLinesOfACell = 50;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Each may begin a text; UTF-16 that names no order of its bytes has the machine's that wrote it, which is the little end first.
    private static readonly Encoding[] Marked = [Utf8Marked(), Encoding.Unicode, Encoding.BigEndianUnicode];

    // How a zip archive (.xlsx, .ods) and a compound file (.xls) begin.
    private static readonly byte[][] Workbooks = [[0x50, 0x4B, 0x03, 0x04], [0xD0, 0xCF, 0x11, 0xE0]];

    public static async Task<Spreadsheet> Read(HttpRequest request, int mostLines, CancellationToken ct)
    {
        var bytes = await RequestBodyReader.ReadAsync(request, LargestFile, ct);
        if (Array.Exists(Workbooks, w => bytes.AsSpan().StartsWith(w)))
            throw Unreadable("This is a workbook and no list: save it as CSV in your spreadsheet program, and send that.");
        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var named) ? named : null;
        return Parse(TextOf(bytes, type?.Charset.Value, type?.MediaType == Csv.ExcelMediaType), mostLines);
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

    private static Spreadsheet Parse(string text, int mostLines)
    {
        var unclosed = new HashSet<long>();
        using var csv = CsvReader.FromText(OneLineEach(text), CsvReaderOptions.Default with
        {
            TrackLineNumbers = true,
            // So a quote that is never closed spoils its own line alone; a cell of several lines is one by now.
            AllowLineBreaksInQuotes = false,
            OnMalformedRecord = record => unclosed.Add(record.LineNumber),
        });
        var lines = new List<SpreadsheetLine>();
        while (lines.Count <= mostLines && csv.Read())
        {
            var fields = Enumerable.Range(0, csv.FieldCount).Select(csv.GetString).ToList();
            var fault = unclosed.Contains(csv.LineNumber) ? SpreadsheetFault.Quotes
                : LastFilled(fields) >= csv.Headers.Count ? SpreadsheetFault.Fields
                : (SpreadsheetFault?)null;
            // A spreadsheet writes rows that were emptied as separators alone.
            if (fault is null && LastFilled(fields) < 0) continue;
            lines.Add(new((int)csv.LineNumber, fields, fault));
        }

        return new([.. csv.Headers], lines);
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

    /// <summary>The last field with something in it; -1 when the line has none.</summary>
    private static int LastFilled(List<string> fields) => fields.FindLastIndex(f => !string.IsNullOrWhiteSpace(f));
}

/// <summary>What makes a line of a file unreadable as a whole.</summary>
internal enum SpreadsheetFault
{
    /// <summary>A quote is not closed.</summary>
    Quotes,

    /// <summary>It has more fields than the header.</summary>
    Fields,
}

/// <summary>One line of a file.</summary>
/// <param name="Number">Its number in the file, of which the first names the columns.</param>
internal sealed record SpreadsheetLine(int Number, IReadOnlyList<string> Fields, SpreadsheetFault? Fault)
{
    /// <summary>A field as it is written; empty where the line ends before it, or the file has no such column.</summary>
    public string Field(int? column) => column < Fields.Count ? Fields[column.Value] : "";

    /// <summary>Whether it goes as far as this column.</summary>
    public bool Reaches(int column) => column < Fields.Count;
}

/// <summary>Where in a line each field stands, and which columns nothing is read from.</summary>
internal sealed class SpreadsheetColumns
{
    // More would be no table that somebody made by hand.
    private const int MostIgnored = 100;

    private readonly Dictionary<string, int> places;

    private SpreadsheetColumns(Dictionary<string, int> places, IReadOnlyList<string> ignored) =>
        (this.places, Ignored) = (places, ignored);

    public IReadOnlyList<string> Ignored { get; }

    /// <summary>The place of a column; null for one that may be missing and is.</summary>
    public int? Find(string name) => places.TryGetValue(name, out var place) ? place : null;

    public int Of(string name) => places[name];

    public static SpreadsheetColumns Of(IReadOnlyList<string> header, IReadOnlyList<string> required, IReadOnlyList<string> optional)
    {
        var folded = header.Select(Folded).ToList();
        var found = required.Concat(optional).ToDictionary(
            n => n, n => Enumerable.Range(0, folded.Count).Where(i => folded[i] == Folded(n)).ToList());
        var missing = required.Where(n => found[n].Count == 0).ToList();
        var repeated = found.Where(f => f.Value.Count > 1).Select(f => f.Key).ToList();
        var ignored = header.Where((_, i) => folded[i].Length > 0 && !found.Values.Any(p => p.Contains(i))).Select(n => n.Trim()).ToList();
        if (missing.Count > 0 || repeated.Count > 0)
            throw new RuleException("csv.header",
                $"The first line must name the columns {string.Join(", ", required)}, each once; {string.Join(", ", optional)} may stand beside them, and other columns are ignored.",
                RuleKind.Invalid).With("unknown", ignored).With("missing", missing).With("repeated", repeated);
        return new(found.Where(f => f.Value.Count == 1).ToDictionary(f => f.Key, f => f.Value[0]), [.. ignored.Take(MostIgnored)]);
    }

    /// <summary>"E-mail", "Time Zone" and "agency_id" are the columns that they seem.</summary>
    private static string Folded(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
