using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Hosting;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Retention;

/// <summary>An agency's admin says how long the words of its learners' reflections are kept after a cohort's end.</summary>
/// <param name="Months" example="12">3 to 72; null for the programme's own period.</param>
public sealed record ChangeRetention(int? Months) : ICommand<RetentionView>
{
    [JsonIgnore]
    public Guid AgencyId { get; init; }
}

internal sealed class ChangeRetentionValidator : AbstractValidator<ChangeRetention>
{
    public ChangeRetentionValidator() => RuleFor(x => x.Months).InclusiveBetween(Domain.Retention.LeastMonths, Domain.Retention.MostMonths);
}

internal sealed class ChangeRetentionHandler(LearningDb db, AgencyAccess agencies, RetentionLog log, Settings settings) : IRequestHandler<ChangeRetention, RetentionView>
{
    public async Task<RetentionView> Handle(ChangeRetention request, CancellationToken cancellationToken)
    {
        var agency = await agencies.LoadForAdmin(request.AgencyId, cancellationToken);
        if (agency.RetentionMonths != request.Months)
        {
            agency.KeepWordsFor(request.Months);
            await log.Add(agency, RetentionAct.PeriodChanged, null, request.Months ?? settings.RetentionMonths, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
        }

        return ReadRetentionHandler.Of(agency, settings.RetentionMonths);
    }
}
