using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Implementation;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>
/// An agency records what it has counted in months, by hand, from a file or by another system; each row gets a result of its own, and good
/// rows are taken whatever the others are. What was recorded before is kept, and the newest is in force.
/// </summary>
/// <param name="Rows">1 to 1,000 rows.</param>
public sealed record RecordIndicators(IReadOnlyList<IndicatorRow> Rows) : ICommand<IndicatorResults>
{
    [JsonIgnore]
    public Guid AgencyId { get; init; }

    /// <summary>Columns of the file that nothing is read from.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> IgnoredColumns { get; init; } = [];

    /// <summary>The rows are a file's.</summary>
    [JsonIgnore]
    public bool IsFile { get; init; }
}

/// <summary>One month of one indicator: what its kind needs, and nothing else.</summary>
/// <param name="Month" example="2027-01">A month that has begun.</param>
/// <param name="Indicator" example="turnover">The indicator's code.</param>
/// <param name="Numerator" example="1">Of a proportion or a rate: a whole number.</param>
/// <param name="Denominator" example="20">Of a proportion a whole number; of a rate above 0, with two decimals at most.</param>
/// <param name="Value">Of a mean, with three decimals at most; of a count a whole number.</param>
/// <param name="N">Of a mean: of how many it is, from 1.</param>
/// <param name="Version">Of which version it is; without one the newest.</param>
/// <param name="AgencyId">The agency, to be sure that a file is not another one's; it may be left out.</param>
public sealed record IndicatorRow(
    string? Month, string? Indicator, decimal? Numerator, decimal? Denominator, decimal? Value, int? N, int? Version, Guid? AgencyId)
{
    /// <summary>The line of the file that it stands in.</summary>
    [JsonIgnore]
    public int? Line { get; init; }

    /// <summary>What made it unreadable.</summary>
    [JsonIgnore]
    public string? Fault { get; init; }
}

/// <summary>What became of a month.</summary>
public enum MonthResult
{
    Recorded,
    Same,
    Revised,
    Invalid,
}

/// <summary>The results, a row each.</summary>
/// <param name="Rows">A result for each row that was sent, in order.</param>
/// <param name="IgnoredColumns">Columns of a file that nothing was read from.</param>
public sealed record IndicatorResults(IReadOnlyList<IndicatorResult> Rows, IReadOnlyList<string> IgnoredColumns);

/// <summary>What became of one row.</summary>
/// <param name="Month" example="2027-01">The month as it was sent.</param>
/// <param name="Indicator" example="turnover">The indicator as it was sent.</param>
/// <param name="Line">The row, from 1; in a file the line, of which the first names the columns.</param>
/// <param name="Result">
/// recorded: the month is new; same: just this was in force already; revised: it took the place of another count, which is kept; invalid:
/// nothing was done.
/// </param>
/// <param name="Reason">
/// Why nothing was done: indicatorUnknown, monthMalformed, monthToCome, monthTooEarly, repeated (the same month stands there twice),
/// otherAgency, malformed (a field is no number, or the line cannot be read), missing (its kind needs a field more), extra (its kind has
/// not that field), negative, notWhole, tooPrecise, tooLarge, numeratorOverDenominator, outOfBounds, unreadable (what is stored is
/// damaged).
/// </param>
public sealed record IndicatorResult(int Line, string? Month, string? Indicator, MonthResult Result, string? Reason);

internal sealed class RecordIndicatorsValidator : AbstractValidator<RecordIndicators>
{
    public const int MostRows = 1_000;

    public RecordIndicatorsValidator() =>
        RuleFor(x => x.Rows).MustBeRows(MostRows);
}

internal sealed class RecordIndicatorsHandler(
    LearningDb db, Caller caller, AgencyAccess agencies, IndicatorLibrary library, TimeProvider clock, ILogger<RecordIndicators> log)
    : IRequestHandler<RecordIndicators, IndicatorResults>
{
    private static readonly IndicatorRow Nothing = new(null, null, null, null, null, null, null, null);

    public async Task<IndicatorResults> Handle(RecordIndicators request, CancellationToken cancellationToken)
    {
        var agency = await agencies.LoadForAdminOrClient(request.AgencyId, cancellationToken);
        var set = await library.Newest(db, cancellationToken);
        var source = caller.Client is not null ? IndicatorSource.Client : request.IsFile ? IndicatorSource.File : IndicatorSource.Person;
        var (by, now) = (new IndicatorRecorder(caller.Client?.Id ?? caller.PersonId, source), clock.UtcNow());
        var lines = request.Rows.Select((row, i) => LineOf(row ?? Nothing, i + 1, agency.Id, set, now)).ToArray();
        var months = lines.Where(l => l.Fault is null).GroupBy(l => (l.Indicator, l.Month));
        foreach (var line in months.Where(m => m.Count() > 1).SelectMany(m => m)) line.Fault = "repeated";
        var results = await lines.DoReadableAsync(
            some => db.RetryLostRacesAsync(() => Record(agency.Id, some, by, now, cancellationToken)), Unreadable);
        return new(results, request.IgnoredColumns);
    }

    private async Task<List<IndicatorResult>> Record(
        Guid agencyId, MonthLine[] lines, IndicatorRecorder by, DateTime now, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var (codes, months) = (lines.Select(l => l.Indicator?.Code).Distinct().ToList(), lines.Select(l => l.Month).Distinct().ToList());
        var before = await db.RecordedMonths.AsNoTracking().InForce(db)
            .Where(m => m.AgencyId == agencyId && codes.Contains(m.Code) && months.Contains(m.Month))
            .ToDictionaryAsync(m => (m.Code, m.IndicatorVersion, m.Month), ct);
        var results = lines.Select(ResultOf).ToList();
        // Another recording of the same month at this moment has the same number: one of the two loses, and looks again.
        await db.SaveChangesAsync(ct);
        return results;

        IndicatorResult ResultOf(MonthLine line)
        {
            if (line.Fault is { } fault) return line.With(MonthResult.Invalid, fault);
            var known = before.GetValueOrDefault((line.Indicator!.Code, line.Indicator.Version, line.Month));
            if (known?.Counts == line.Counts) return line.With(MonthResult.Same, null);
            db.Add(RecordedMonth.Record(agencyId, line.Indicator, line.Month, line.Counts, known, by, now));
            return line.With(known is null ? MonthResult.Recorded : MonthResult.Revised, null);
        }
    }

    private static MonthLine LineOf(IndicatorRow row, int number, Guid agencyId, IndicatorSet set, DateTime now)
    {
        var indicator = row.Indicator is null ? null : set.Find(row.Indicator, row.Version);
        var counts = new IndicatorCounts(row.Numerator, row.Denominator, row.Value, row.N);
        return new(row, row.Line ?? number, indicator, Months.TryParse(row.Month, out var month) ? month : default, counts)
        {
            Fault = row.Fault
                ?? (row.AgencyId is { } other && other != agencyId ? "otherAgency"
                    : indicator is null ? "indicatorUnknown"
                    : month == default ? "monthMalformed"
                    : month > DateOnly.FromDateTime(now) ? "monthToCome"
                    : month < Months.Earliest ? "monthTooEarly"
                    : indicator.FaultOf(counts)),
        };
    }

    private IndicatorResult Unreadable(MonthLine line, Exception e)
    {
        log.LogError(e, "Line {Line} of an agency's months is left out: what is stored of the month cannot be read", line.Number);
        return line.With(MonthResult.Invalid, "unreadable");
    }

    private sealed record MonthLine(IndicatorRow Row, int Number, Indicator? Indicator, DateOnly Month, IndicatorCounts Counts)
    {
        public string? Fault { get; set; }

        public IndicatorResult With(MonthResult result, string? reason) => new(Number, Row.Month, Row.Indicator, result, reason);
    }
}
