using System.Text;
using CsvHelper;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>Reads learners from a CSV file; what is wrong with a line is told of that line, and the others are taken.</summary>
internal static class LearnerFile
{
    private const string AgencyId = "agencyId";
    private static readonly string[] Required = ["email", "name", "timeZone"];

    public static async Task<EnrolLearners> Read(Stream body, CancellationToken ct)
    {
        using var text = new StreamReader(body, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            return Parse(await text.ReadToEndAsync(ct));
        }
        catch (DecoderFallbackException e)
        {
            throw new RuleException("csv.encoding", $"The file is no UTF-8 text: {e.Message}", RuleKind.Invalid);
        }
    }

    private static EnrolLearners Parse(string text)
    {
        var faults = new Dictionary<long, string>();
        using var csv = CsvReader.FromText(text, CsvReaderOptions.Default with
        {
            TrackLineNumbers = true,
            // A name is one line: so a quote that is never closed spoils its own line alone.
            AllowLineBreaksInQuotes = false,
            OnMalformedRecord = record => faults[record.LineNumber] = "The quotes of this line do not match.",
        });
        CheckHeader([.. csv.Headers.Select(h => h.Trim())]);

        var rows = new List<LearnerRow>();
        // One more than is taken is enough to say that it is too many.
        while (rows.Count <= EnrolLearnersValidator.MostRows && csv.Read()) rows.Add(Row(csv, faults) with { Line = (int)csv.LineNumber });
        return new(rows);
    }

    private static LearnerRow Row(CsvReader csv, Dictionary<long, string> faults)
    {
        var agency = csv.TryGetFieldIndex(AgencyId, out var index) ? csv.GetString(index).Trim() : "";
        var row = new LearnerRow(csv.GetString("email").Trim(), csv.GetString("name"), csv.GetString("timeZone").Trim(),
            Guid.TryParse(agency, out var id) ? id : null);
        if (faults.TryGetValue(csv.LineNumber, out var fault)) return row with { Fault = fault };
        if (csv.FieldCount != csv.Headers.Count)
            return row with { Fault = $"This line has {csv.FieldCount} fields, and the header {csv.Headers.Count}." };
        return agency.Length > 0 && row.AgencyId is null ? row with { Fault = "agencyId: This is no id." } : row;
    }

    private static void CheckHeader(IReadOnlyList<string> names)
    {
        var known = Required.Append(AgencyId).ToList();
        var unknown = names.Where(n => !known.Contains(n, StringComparer.OrdinalIgnoreCase)).ToList();
        var missing = Required.Where(n => !names.Contains(n, StringComparer.OrdinalIgnoreCase)).ToList();
        var isRepeated = names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Count;
        if (unknown.Count == 0 && missing.Count == 0 && !isRepeated) return;
        throw new RuleException("csv.header",
            $"The first line must name the columns {string.Join(',', known)}, each once; agencyId may be left out.", RuleKind.Invalid)
            .With("unknown", unknown).With("missing", missing);
    }
}
