using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>Reads learners from a CSV file; what is wrong with a line is told of that line, and the others are taken.</summary>
internal static class LearnerFile
{
    private const string Email = "email";
    private const string Name = "name";
    private const string TimeZone = "timeZone";
    private const string Agency = "agencyId";

    private static readonly string[] Required = [Email, Name, TimeZone];

    public static async Task<EnrolLearners> Read(HttpRequest request, CancellationToken ct)
    {
        // One more than is taken is enough to say that it is too many.
        var file = await Spreadsheet.Read(request, EnrolLearnersValidator.MostRows, ct);
        var columns = SpreadsheetColumns.Of(file.Header, Required, [Agency]);
        return new([.. file.Lines.Select(l => Row(l, columns, file.Header.Count) with { Line = l.Number })])
        {
            IgnoredColumns = columns.Ignored,
        };
    }

    private static LearnerRow Row(SpreadsheetLine line, SpreadsheetColumns columns, int header)
    {
        var agency = line.Field(columns.Find(Agency)).Trim();
        var row = new LearnerRow(
            line.Field(columns.Of(Email)).Trim(), line.Field(columns.Of(Name)), line.Field(columns.Of(TimeZone)).Trim(),
            Guid.TryParse(agency, out var id) ? id : null);
        if (line.Fault == SpreadsheetFault.Quotes) return row with { Fault = "The quotes of this line do not match." };
        if (new[] { row.Email!, row.Name!, row.TimeZone! }.Any(text => !IncomingText.IsSound(text)))
            return new(null, null, null, null) { Fault = IncomingText.Unsound };
        row = row with { Email = IncomingText.Compose(row.Email!), Name = IncomingText.Compose(row.Name!) };
        // A spreadsheet leaves out empty fields at the end, or adds some: both mean the same.
        if (line.Fault == SpreadsheetFault.Fields || !Required.All(name => line.Reaches(columns.Of(name))))
            return row with { Fault = $"This line has {line.Fields.Count} fields, and the header {header}." };
        return agency.Length > 0 && row.AgencyId is null ? row with { Fault = "agencyId: This is no id." } : row;
    }
}
