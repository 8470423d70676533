using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Agencies;

/// <summary>An agency's admin says how long the words of its learners' reflections are kept after a cohort's end.</summary>
/// <param name="Months" example="12">3 to 72; null for the programme's own period.</param>
public sealed record SetRetention(int? Months) : ICommand<RetentionView>
{
    [JsonIgnore]
    public Guid AgencyId { get; init; }
}

internal sealed class SetRetentionValidator : AbstractValidator<SetRetention>
{
    public SetRetentionValidator() => RuleFor(x => x.Months).InclusiveBetween(Retention.LeastMonths, Retention.MostMonths);
}

internal sealed class SetRetentionHandler(LearningDb db, AgencyAccess agencies, RetentionLog log, Settings settings)
    : IRequestHandler<SetRetention, RetentionView>
{
    public async Task<RetentionView> Handle(SetRetention request, CancellationToken cancellationToken)
    {
        var agency = await agencies.LoadForAdmin(request.AgencyId, cancellationToken);
        if (agency.RetentionMonths != request.Months)
        {
            agency.SetRetention(request.Months);
            await log.Add(agency, RetentionAct.PeriodChanged, null, request.Months ?? settings.RetentionMonths, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
        }

        return GetRetentionHandler.Of(agency, settings.RetentionMonths);
    }
}
