using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Implementation;

namespace MiiWrap.Learning.Api.Content;

/// <summary>The published indicators.</summary>
public sealed class IndicatorLibrary : ContentLibrary<PublishedIndicators, IndicatorSet>
{
    private static readonly IndicatorSet None = new([]);

    /// <summary>The newest version, which holds every earlier indicator too.</summary>
    public async Task<IndicatorSet> Newest(LearningDb db, CancellationToken ct) =>
        await Hold(db, ContentLayout.Indicators, null, ct) ?? None;

    /// <summary>A version of which the number is known.</summary>
    public async Task<IndicatorSet> Of(LearningDb db, int? version, CancellationToken ct) =>
        version is null ? None : await Hold(db, ContentLayout.Indicators, version, ct) ?? None;

    protected override IndicatorSet Read(PublishedIndicators published, ContentFiles files) =>
        IndicatorParser.Read(files, [])?.Set ?? None;
}
