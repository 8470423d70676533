using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Agencies;

/// <summary>The days on which an agency is closed: nothing is sent to its learners then.</summary>
public sealed record GetClosedDays(Guid AgencyId) : IQuery<ClosedDayList>;

/// <summary>An agency's admin lists its closed days, in place of those that stood there; planned check-ins move with them.</summary>
/// <param name="Days">At most 120 days.</param>
public sealed record SetClosedDays(IReadOnlyList<DateOnly> Days) : ICommand<ClosedDayList>
{
    [JsonIgnore]
    public Guid AgencyId { get; init; }
}

/// <summary>Closed days, in order.</summary>
/// <param name="Days">The days on which nothing is sent to learners of the agency, in order.</param>
public sealed record ClosedDayList(IReadOnlyList<DateOnly> Days);

internal sealed class SetClosedDaysValidator : AbstractValidator<SetClosedDays>
{
    // Together with the longest leave this leaves open days within the planner's horizon.
    private const int MostDays = 120;

    public SetClosedDaysValidator() =>
        RuleFor(x => x.Days).NotNull().Must(d => d is null || d.Count <= MostDays).WithMessage($"At most {MostDays} days.");
}

internal sealed class ClosedDaysHandler(LearningDb db, AgencyAccess agencies, TimeProvider clock)
    : IRequestHandler<GetClosedDays, ClosedDayList>, IRequestHandler<SetClosedDays, ClosedDayList>
{
    public async Task<ClosedDayList> Handle(GetClosedDays request, CancellationToken cancellationToken) =>
        new((await agencies.Load(request.AgencyId, cancellationToken)).Agency.ClosedDays);

    public async Task<ClosedDayList> Handle(SetClosedDays request, CancellationToken cancellationToken)
    {
        var agency = await agencies.LoadForAdmin(request.AgencyId, cancellationToken);
        agency.CloseOn(request.Days, clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return new(agency.ClosedDays);
    }
}
