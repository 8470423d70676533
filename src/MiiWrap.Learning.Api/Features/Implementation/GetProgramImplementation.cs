using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Implementation;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>
/// What became of coaching in the programme and in each of its agencies, for programme admins and clients of the programme: JSON, a table,
/// or a page, and no picture, since an agency's own page has its months. Agencies stand in the order of their names and in no other. No
/// group of fewer than five people is told of, by any sum or difference of what these pages and those of the agencies say on any day: the
/// programme's totals come first, then the agencies as far as they give nobody away.
/// </summary>
/// <param name="Audience" example="outside">
/// outside: as it may leave the programme, with no group of fewer than eleven, whoever asks.
/// </param>
/// <param name="Curriculum" example="miiwrap-coaching-cohort">
/// The course that transfer, dosage and barriers are of; by default the one in which somebody first learned in the oldest agency.
/// </param>
public sealed record GetProgramImplementation(string? Audience, string? Curriculum) : IQuery<ProgramImplementation>;

/// <summary>What became of coaching in the programme, and in each agency.</summary>
/// <param name="Audience">For whom the figures are meant.</param>
/// <param name="AsOf">The moment that is looked at.</param>
/// <param name="Curriculum" example="miiwrap-coaching-cohort">
/// The course that transfer, dosage and barriers are of; those of two courses are never added up. Null before anybody learns.
/// </param>
/// <param name="Transfer">What learners apply of what they learned.</param>
/// <param name="Dosage">How much coaching they had, by the quarters that are settled.</param>
/// <param name="Fidelity">How their practice was rated, by instrument and quarter; the newest quarter last.</param>
/// <param name="Coaches">Certified coaches against the need.</param>
/// <param name="Barriers">What of the organisations stood in the way, in the newest half-year that is settled.</param>
/// <param name="Indicators">What agencies count themselves, those together that have six months on each side of their own start.</param>
/// <param name="Agencies">Each agency, in the order of their names.</param>
/// <param name="CannotSay">What these figures cannot say; it belongs beside them.</param>
/// <param name="Independence">Why real intervals are wider; it belongs under them.</param>
public sealed record ProgramImplementation(
    FigureAudience Audience, DateTime AsOf, string? Curriculum, TransferBlock Transfer, DosageBlock Dosage,
    IReadOnlyList<FidelityBlock> Fidelity, ProgramCoaches Coaches, BarrierBlock Barriers, IReadOnlyList<PooledIndicator> Indicators,
    IReadOnlyList<AgencyImplementation> Agencies, string CannotSay, string Independence) : IMadeAtMoment, IImplementationFigures
{
    ICoachFigures IImplementationFigures.CoachFigures => Coaches;

    object IMadeAtMoment.WithoutMoment => this with { AsOf = default };
}

/// <summary>Certified coaches of the programme against the need.</summary>
/// <param name="Certified">
/// How many hold the coach's credential today; to programs and outside as of the end of a quarter, and of a later one once enough people
/// have come or gone. Its agencies are not told apart there.
/// </param>
/// <param name="Expiring">How many of these hold none 90 days from now; to programs and outside never told.</param>
/// <param name="Need">What the agencies that are told of need together; n is their facilitators.</param>
public sealed record ProgramCoaches(Figure Certified, Figure Expiring, Figure Need) : ICoachFigures
{
    internal static ProgramCoaches Of(CertifiedFigures certified, IReadOnlyCollection<CoachesBlock> agencies, bool isOutside)
    {
        var needs = agencies.Select(a => a.Need).Where(n => n.Value is not null).ToList();
        return new(certified.Certified, certified.Expiring, needs.Count > 0
            ? new(needs.Sum(n => n.Value), needs.Sum(n => n.N), null, null, null)
            : Figure.None(agencies.Any(a => a.Need.Reason == Suppression.WhyNotTold(isOutside))
                ? Suppression.WhyNotTold(isOutside)
                : FigureReasons.FacilitatorsUnknown));
    }
}

/// <summary>
/// One version of an indicator, of several agencies together; who records changes from month to month, so there is no run chart.
/// </summary>
/// <param name="Definition">The indicator.</param>
/// <param name="Agencies">How many agencies have six months on each side of their own start; those alone are counted.</param>
/// <param name="Before">All their months before coaching began there, together; of a rate for twelve months.</param>
/// <param name="After">All their months after it.</param>
/// <param name="Change">How far after lies from before.</param>
public sealed record PooledIndicator(IndicatorDefinition Definition, int Agencies, Figure Before, Figure After, IndicatorMove Change)
    : IComparedIndicator;

/// <summary>What became of coaching in one agency of the programme.</summary>
/// <param name="Id">The agency.</param>
/// <param name="Name" example="Riverbend Wraparound">Its name.</param>
/// <param name="CoachingStart">The month before and after which its indicators are compared.</param>
/// <param name="Transfer">What its learners apply of what they learned.</param>
/// <param name="Dosage">How much coaching they had, by the quarters that are settled.</param>
/// <param name="Fidelity">How their practice was rated, by instrument and quarter.</param>
/// <param name="Coaches">Certified coaches against the need.</param>
/// <param name="Barriers">What of the organisation stood in the way.</param>
/// <param name="Indicators">What it counts itself, before and after.</param>
public sealed record AgencyImplementation(
    Guid Id, string Name, AgencyCoachingStart CoachingStart, TransferBlock Transfer, DosageBlock Dosage,
    IReadOnlyList<FidelityBlock> Fidelity, CoachesBlock Coaches, BarrierBlock Barriers, IReadOnlyList<AgencyIndicator> Indicators);

/// <summary>One version of an indicator as an agency counts it.</summary>
/// <param name="Code" example="turnover">The indicator's code.</param>
/// <param name="Version">Its version.</param>
/// <param name="Before">All months before coaching began together.</param>
/// <param name="After">All months after it.</param>
/// <param name="Change">How far after lies from before.</param>
/// <param name="Signal">Whether the run chart says that months are more than chance would make of them; null with a reason.</param>
/// <param name="Reason" example="tooFewMonths">Why no signal can be told.</param>
public sealed record AgencyIndicator(
    string Code, int Version, Figure Before, Figure After, IndicatorMove Change, bool? Signal, string? Reason)
    : IBeforeAndAfter
{
    internal static AgencyIndicator Of(IndicatorSeries series) => new(
        series.Definition.Code, series.Definition.Version, series.Before, series.After, series.Change, series.RunChart.Signal,
        series.RunChart.Reason);
}

internal sealed class GetProgramImplementationValidator : AbstractValidator<GetProgramImplementation>
{
    public GetProgramImplementationValidator()
    {
        RuleFor(x => x.Audience).MustBeOneOf<GetProgramImplementation, FigureAudience>();
        RuleFor(x => x.Curriculum).MustBeSlug("slug of a curriculum");
    }
}

internal sealed class GetProgramImplementationHandler(
    LearningDb db, ImplementationAccess access, ImplementationQueries rows, ProgramFigures program, IndicatorLibrary indicators,
    TimeProvider clock) : IRequestHandler<GetProgramImplementation, ProgramImplementation>
{
    public async Task<ProgramImplementation> Handle(GetProgramImplementation request, CancellationToken cancellationToken)
    {
        var agencies = await access.FindAll(cancellationToken);
        var audience = FigureAudiences.Named(request.Audience);
        var isOutside = audience == FigureAudience.Outside;
        var months = await rows.MonthsOf(null, cancellationToken);
        var set = await indicators.Of(db, agencies.FirstOrDefault()?.IndicatorsVersion, cancellationToken);
        var course = request.Curriculum ?? agencies.Where(a => a.Curriculum is not null).MinBy(a => a.Id)?.Curriculum ?? "";
        var told = await program.Told(course, isOutside, cancellationToken);
        List<AgencyImplementation> each = [.. agencies.Select(a => Of(a, set, months, told, isOutside))];
        return new(
            audience, clock.UtcNow(), course.Length > 0 ? course : null, told.Transfer(null), told.Dosage(null), told.Fidelity(null),
            ProgramCoaches.Of(told.Certified(null), each.ConvertAll(a => a.Coaches), isOutside), told.Barriers(null),
            [.. set.InOrder.Where(i => agencies.Exists(a => months.Contains((a.Id, i.Code, i.Version)))).Select(i => SeriesOfMonths.Pooled(
                i, agencies.Select(a => (months[(a.Id, i.Code, i.Version)].ToList(), a.CoachingStart)), isOutside))],
            each, ImplementationView.BeforeAndAfterSentence, ImplementationView.IndependenceSentence);
    }

    private static AgencyImplementation Of(
        FollowedAgency agency, IndicatorSet set, ILookup<(Guid AgencyId, string Code, int Version), IndicatorMonth> months,
        ToldFigures told, bool isOutside) => new(
        agency.Id, agency.Name, AgencyCoachingStart.Of(agency), told.Transfer(agency.Id), told.Dosage(agency.Id), told.Fidelity(agency.Id),
        ImplementationBlocks.Coaches(agency, told.Certified(agency.Id), months, set, isOutside), told.Barriers(agency.Id),
        [.. SeriesOfMonths.All(agency, set, months, isOutside).Select(AgencyIndicator.Of)]);
}
