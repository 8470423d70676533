using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>
/// An agency's fidelity by quarter, without a name, for its supervisors and admins: of five people at least, and not before a quarter's
/// figures are settled, a month after its end.
/// </summary>
/// <param name="AgencyId">The agency at the time of each review.</param>
/// <param name="Instrument" example="tpo-1">The instrument's code.</param>
public sealed record GetAgencyFidelity(Guid AgencyId, string? Instrument) : IQuery<AgencyFidelity>;

/// <summary>An agency's fidelity by one instrument.</summary>
/// <param name="Agency" example="Riverbend Wraparound">The agency's name.</param>
/// <param name="Instrument" example="tpo-1">The instrument's code.</param>
/// <param name="Title">The instrument's title.</param>
/// <param name="Major">The author's number of the version: totals of another one are not compared.</param>
/// <param name="Use">What the instrument is for, and what it is not for.</param>
/// <param name="Line" example="80">The value that practice should reach and keep; null where the instrument has none.</param>
/// <param name="Quarters">The last eight that are settled, the newest last. None of them changes any more.</param>
public sealed record AgencyFidelity(
    string Agency, string Instrument, string Title, int Major, string Use, decimal? Line, IReadOnlyList<AgencyQuarter> Quarters);

/// <summary>Three months of an agency. Figures are null with a reason.</summary>
/// <param name="From" example="2027-04">Its first month.</param>
/// <param name="Until" example="2027-06">Its last month.</param>
/// <param name="Subjects">Of how many people others than they themselves have rated the practice.</param>
/// <param name="Median">Of each one's newest total in the quarter, rounded as the instrument has it.</param>
/// <param name="AtLine">
/// How many of them were at the line or above it, of those whom calibrated raters have rated; null where there is no line, or where these
/// or the others are fewer than five.
/// </param>
/// <param name="Falling">Of how many the trend falls.</param>
/// <param name="Rising">Of how many it rises.</param>
/// <param name="Reason" example="fewerThanFiveLearners">Why there are no figures; null where there are.</param>
public sealed record AgencyQuarter(
    string From, string Until, int? Subjects, decimal? Median, ShareAtLine? AtLine, int? Falling, int? Rising, string? Reason)
{
    internal static AgencyQuarter Of(DateOnly from, FidelityQuarter? quarter, int decimals)
    {
        var until = from.AddMonths(FidelityQuarter.Months - 1);
        return quarter is null
            ? new(Months.NameOf(from), Months.NameOf(until), null, null, null, null, null, Suppression.TooFew)
            : new(Months.NameOf(from), Months.NameOf(until), quarter.Subjects, quarter.Median.Round(decimals),
                quarter.AtLine is { } share ? ShareAtLine.Of(share) : null, quarter.Falling, quarter.Rising, null);
    }
}

/// <summary>So many of so many, with Wilson's 95 % interval.</summary>
public sealed record ShareAtLine(int Numerator, int Denominator, double Rate, double CiLow, double CiHigh)
{
    internal static ShareAtLine Of(Proportion share) =>
        new(share.Numerator, share.Denominator, share.Rate!.Value, share.Interval!.Value.Low, share.Interval.Value.High);
}

internal sealed class GetAgencyFidelityValidator : AbstractValidator<GetAgencyFidelity>
{
    public GetAgencyFidelityValidator() => RuleFor(x => x.Instrument).NotEmpty();
}

internal sealed class GetAgencyFidelityHandler(
    LearningDb db, Caller caller, InstrumentLibrary library, Settings settings, TimeProvider clock)
    : IRequestHandler<GetAgencyFidelity, AgencyFidelity>
{
    private const int Quarters = 8;

    public async Task<AgencyFidelity> Handle(GetAgencyFidelity request, CancellationToken cancellationToken)
    {
        var id = request.AgencyId;
        var agency = await db.Agencies.FollowedBy(caller, db).Where(a => a.Id == id)
            .Select(a => a.Name).SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("agency");
        var instrument = await library.Named(db, request.Instrument!, null, cancellationToken);
        var total = instrument.TotalScore;
        var (code, major) = (instrument.Code, instrument.Major);
        var counted = (await db.CountedReviewsOf(id, caller, cancellationToken, code)).FindAll(r => r.Major == major);
        var (reviews, known) = (counted.ConvertAll(r => r.Review), counted.KnownTo(caller));
        return new(
            agency, code, instrument.Title, major, instrument.Use, total?.Line,
            [.. FidelityQuarter.Settled(Quarters, clock.UtcNow()).Select(q => AgencyQuarter.Of(
                q, FidelityQuarter.Of(reviews, q, total?.Line, settings.DriftSlope, known), total?.Decimals ?? 1))]);
    }
}
