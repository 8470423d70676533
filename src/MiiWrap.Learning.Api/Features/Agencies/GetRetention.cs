using MediatR;
using MiiWrap.Learning.Domain.Reflections;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;

namespace MiiWrap.Learning.Api.Features.Agencies;

/// <summary>How long an agency keeps the words of its learners' reflections, and whether a legal hold keeps them all.</summary>
public sealed record GetRetention(Guid AgencyId) : IQuery<RetentionView>;

/// <summary>An agency's keeping of words.</summary>
/// <param name="Months">After the end of the cohort, or after the last writing if that came later.</param>
/// <param name="IsDefault">It is the programme's own period.</param>
/// <param name="LeastMonths">The shortest period that can be set.</param>
/// <param name="MostMonths">The longest period that can be set.</param>
/// <param name="LegalHold">While there is one, nothing is purged.</param>
public sealed record RetentionView(int Months, bool IsDefault, int LeastMonths, int MostMonths, LegalHoldView? LegalHold);

/// <summary>A legal hold.</summary>
/// <param name="Since">Since when nothing is purged.</param>
/// <param name="Reason">Why, in the words of whoever set it.</param>
public sealed record LegalHoldView(DateTime Since, string Reason);

internal sealed class GetRetentionHandler(AgencyAccess agencies, Settings settings) : IRequestHandler<GetRetention, RetentionView>
{
    public async Task<RetentionView> Handle(GetRetention request, CancellationToken cancellationToken) =>
        Of((await agencies.Load(request.AgencyId, cancellationToken)).Agency, settings.RetentionMonths);

    public static RetentionView Of(Agency agency, int otherwise) => new(
        agency.RetentionMonths ?? otherwise,
        agency.RetentionMonths is null,
        Retention.LeastMonths,
        Retention.MostMonths,
        agency.LegalHoldSince is { } since ? new(since, agency.LegalHoldReason!) : null);
}
