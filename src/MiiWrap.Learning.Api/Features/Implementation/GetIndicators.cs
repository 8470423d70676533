using MediatR;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Implementation;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>What agencies can count, each indicator in its newest version.</summary>
public sealed record GetIndicators : IQuery<IndicatorList>;

/// <summary>The indicators, in their authors' order.</summary>
public sealed record IndicatorList(IReadOnlyList<IndicatorDefinition> Items);

/// <summary>What is counted, and how.</summary>
/// <param name="Code" example="turnover">The name by which months are recorded.</param>
/// <param name="Version" example="1">Another version is another series: nothing is compared across it.</param>
/// <param name="Definition">What is counted and of what, so that two agencies count alike.</param>
/// <param name="Kind">
/// proportion: numerator of denominator; rate: events (numerator) over how many they could happen to (denominator), shown for twelve
/// months; mean: value with n; count: value alone.
/// </param>
/// <param name="Better">In which direction it should move; null where neither is better.</param>
/// <param name="Least">No month may be under it; null for no bound. Of a rate, for twelve months.</param>
/// <param name="Most">No month may be over it; null for no bound. Of a rate, for twelve months.</param>
public sealed record IndicatorDefinition(
    string Code, int Version, string Title, string Definition, IndicatorKind Kind, Direction? Better, decimal? Least, decimal? Most)
{
    internal static IndicatorDefinition Of(Indicator i) =>
        new(i.Code, i.Version, i.Title, i.Definition, i.Kind, i.Better, i.Least, i.Most);
}

internal sealed class GetIndicatorsHandler(LearningDb db, IndicatorLibrary library) : IRequestHandler<GetIndicators, IndicatorList>
{
    public async Task<IndicatorList> Handle(GetIndicators request, CancellationToken cancellationToken) =>
        new([.. (await library.Newest(db, cancellationToken)).Current.Select(IndicatorDefinition.Of)]);
}
