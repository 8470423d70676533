using System.Globalization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>
/// What few samples tell of one person's practice by one instrument: for themselves, a coach with whom they share it, and who teaches
/// them. That somebody else has read it is written down.
/// </summary>
/// <param name="PersonId">Whose practice it is.</param>
/// <param name="Instrument" example="tpo-1">The instrument's code.</param>
public sealed record GetFidelityTrend(Guid PersonId, string? Instrument) : IQuery<FidelityTrend>;

/// <summary>One person's totals over at most two years, and the direction that they have, if one can be told.</summary>
/// <param name="Instrument" example="tpo-1">The code of the instrument by which they were rated.</param>
/// <param name="Title">The instrument's title.</param>
/// <param name="Major">Its author's number, that of the newest review: totals of another one are not compared.</param>
/// <param name="Subject">Whose practice it is.</param>
/// <param name="AsOf">The moment that is looked at.</param>
/// <param name="Notice" example="One sample: what one person saw once">Holds of each point; show it beside them.</param>
/// <param name="Use">What the instrument is for, and what it is not for.</param>
/// <param name="Points">By month: at most eight by others, and as many by the person themselves, which enter no figure.</param>
/// <param name="Signal">
/// <c>tooFew</c> under four points, <c>ratersChanged</c> where nobody has rated both early and late, <c>falling</c>, <c>rising</c>, or
/// <c>noSignal</c>: no direction can be told, which does not mean that there is none.
/// </param>
/// <param name="Summary">The signal in a sentence.</param>
/// <param name="S">Pairs of points that rise less those that fall; null with <c>tooFew</c> and <c>ratersChanged</c>.</param>
/// <param name="P">
/// The chance of an S so far to its side, were all orders of these points equally likely; null with <c>tooFew</c> and <c>ratersChanged</c>.
/// </param>
/// <param name="Slope">
/// Points a month, the median over all pairs, not rounded; null with <c>tooFew</c> and <c>ratersChanged</c>.
/// </param>
/// <param name="Line" example="80">The value that practice should reach and keep; null where the instrument has none.</param>
/// <param name="BelowLine">Whether the newest two points are under the line and an earlier one was not.</param>
/// <param name="Bands">Words for ranges of the total, from the highest to the lowest, each with its ground.</param>
public sealed record FidelityTrend(
    string Instrument, string Title, int Major, FidelityPerson Subject, DateTime AsOf, string Notice, string Use,
    IReadOnlyList<FidelityPoint> Points, TrendSignal Signal, string Summary, int? S, double? P, double? Slope, decimal? Line,
    bool BelowLine, IReadOnlyList<FormBand> Bands) : IMadeAtMoment
{
    object IMadeAtMoment.WithoutMoment => this with { AsOf = default };

    /// <summary>The total as the instrument has it; null where it has none, and then there are no points.</summary>
    internal Score? Total { get; init; }

    internal IEnumerable<FidelityPoint> ByOthers => Points.Where(p => p.Kind != RaterRole.Self);

    internal string Shown(double value) => value.ToString(Total?.Decimals == 2 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    internal static FidelityTrend Of(
        Instrument instrument, TrendSeries? series, decimal driftSlope, FidelityPerson subject, IReadOnlyDictionary<Guid, string> names,
        DateTime asOf)
    {
        var total = instrument.TotalScore;
        // Nothing is what there is before the first review.
        var trend = series?.Trend(total?.Line, driftSlope) ?? Domain.Fidelity.Trend.Of([], default, null, driftSlope);
        IEnumerable<FidelityPoint> points =
        [
            .. trend.Points.Select(p => FidelityPoint.Of(p, series!.Others, names)),
            .. (series?.OwnPoints ?? []).Select(p => FidelityPoint.Of(p, series!.Own, names)),
        ];
        return new(
            instrument.Code, instrument.Title, instrument.Major, subject, asOf, FidelityReviewViews.OneSample, instrument.Use,
            [.. points.OrderBy(p => p.Month, StringComparer.Ordinal).ThenBy(p => p.Kind == RaterRole.Self)], trend.Signal,
            TrendWords.Of(trend), trend.S, trend.P?.ToDouble(), trend.Slope?.ToDouble(), total?.Line, trend.BelowLine,
            [.. (total?.Bands ?? []).Select(b => new FormBand(b.Name, b.From, b.Provenance))]) { Total = total };
    }
}

/// <summary>One month's total; the mean where there are several, of which a blind pair is one.</summary>
/// <param name="Month" example="2027-03">The month in which the event was.</param>
/// <param name="Value">Not rounded; show it with the decimals of the instrument's total.</param>
/// <param name="Raters">Who rated, by name.</param>
/// <param name="Kind">In which part; of several the first of <c>coach</c>, <c>lead</c> and <c>external</c>.</param>
/// <param name="Reviews">How many reviews it is of.</param>
public sealed record FidelityPoint(string Month, double Value, IReadOnlyList<string> Raters, RaterRole Kind, int Reviews)
{
    /// <summary>The raters with their parts, as a picture tells them apart.</summary>
    internal IReadOnlyList<string> RatersInPart { get; private init; } = [];

    internal static FidelityPoint Of(TrendPoint point, IEnumerable<ReviewHead> heads, IReadOnlyDictionary<Guid, string> names)
    {
        var own = heads.Where(h => h.Month == point.Month).ToList();
        var raters = own.GroupBy(h => h.RaterId).Select(r => (Name: names[r.Key], Part: r.Min(h => h.RaterRole)))
            .OrderBy(r => r.Part).ThenByName(r => r.Name).ToList();
        return new(Months.NameOf(point.Month), point.Value.ToDouble(), [.. raters.Select(r => r.Name)], raters[0].Part, own.Count)
        {
            RatersInPart = [.. raters.Select(r => $"{r.Name} ({TrendWords.PartOf(r.Part)})")],
        };
    }
}

/// <summary>One point as a row of a spreadsheet.</summary>
internal sealed record FidelityPointRow(string Instrument, int Major, string Month, double Value, string Kind, string Raters, int Reviews)
{
    public static IEnumerable<FidelityPointRow> Of(FidelityTrend trend) => trend.Points.Select(p => new FidelityPointRow(
        trend.Instrument, trend.Major, p.Month, p.Value, EnumNames.NameOf(p.Kind), string.Join("; ", p.Raters), p.Reviews));
}

internal sealed class GetFidelityTrendValidator : AbstractValidator<GetFidelityTrend>
{
    public GetFidelityTrendValidator() => RuleFor(x => x.Instrument).NotEmpty();
}

internal sealed class GetFidelityTrendHandler(
    LearningDb db, Caller caller, FidelityReviewAccess reviews, InstrumentLibrary library, Settings settings, TimeProvider clock)
    : IRequestHandler<GetFidelityTrend, FidelityTrend>
{
    public async Task<FidelityTrend> Handle(GetFidelityTrend request, CancellationToken cancellationToken)
    {
        var (personId, code, now) = (request.PersonId, request.Instrument!, clock.UtcNow());
        var subject = await reviews.FindSubject(personId, cancellationToken);
        // A trend without one of its reviews would be wrong.
        var heads = await db.FidelityReviews.AsNoTracking().Counted().Where(r => r.SubjectId == personId && r.Instrument == code)
            .LoadAllOrNoneAsync(r => r.Id, some => some.Select(FidelityQueries.ToHead).ToListAsync(cancellationToken), cancellationToken);
        var series = TrendSeries.Of(heads, DateOnly.FromDateTime(now)).SingleOrDefault();
        var instrument = await library.Named(db, code, series?.Version, cancellationToken);
        var raters = series is null ? [] : series.Others.Concat(series.Own).Select(h => h.RaterId).ToHashSet();
        var names = raters.Count == 0 ? [] : await db.Users.Where(p => raters.Contains(p.Id)).Select(p => new { p.Id, p.Name })
            .ToDictionaryAsync(p => p.Id, p => p.Name, cancellationToken);
        if (caller.IsShownContent && personId != caller.PersonId)
        {
            db.Add(new FidelityReading(
                NewId.At(now), personId, null, caller.PersonId, subject.CallerName, subject.Role, ReaderAct.ReadTrend, now));
            await db.SaveChangesAsync(cancellationToken);
        }

        return FidelityTrend.Of(instrument, series, settings.DriftSlope, new(personId, subject.Name), names, now);
    }
}
