using MediatR;
using MiiWrap.Learning.Api.Hosting;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Retention;

/// <summary>How long an agency keeps the words of its learners' reflections, and whether a legal hold keeps them all.</summary>
public sealed record ReadRetention(Guid AgencyId) : IQuery<RetentionView>;

/// <summary>An agency's keeping of words.</summary>
/// <param name="Months">After the end of the cohort, or after the last writing if that came later.</param>
/// <param name="IsDefault">It is the programme's own period.</param>
/// <param name="LegalHold">While there is one, nothing is purged.</param>
public sealed record RetentionView(int Months, bool IsDefault, int LeastMonths, int MostMonths, LegalHoldView? LegalHold);

/// <summary>A legal hold.</summary>
public sealed record LegalHoldView(DateTime Since, string Reason);

internal sealed class ReadRetentionHandler(AgencyAccess agencies, Settings settings) : IRequestHandler<ReadRetention, RetentionView>
{
    public async Task<RetentionView> Handle(ReadRetention request, CancellationToken cancellationToken) =>
        Of((await agencies.Load(request.AgencyId, cancellationToken)).Agency, settings.RetentionMonths);

    public static RetentionView Of(Agency agency, int otherwise) => new(
        agency.RetentionMonths ?? otherwise,
        agency.RetentionMonths is null,
        Domain.Retention.LeastMonths,
        Domain.Retention.MostMonths,
        agency.LegalHoldSince is { } since ? new(since, agency.LegalHoldReason!) : null);
}
