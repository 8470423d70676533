using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Enrolments;

/// <summary>A learner opens a unit for the first time; doing it again changes nothing.</summary>
public sealed record StartUnit(Guid EnrolmentId, string Unit) : ICommand<StartedUnit>;

/// <summary>Where the unit stands now.</summary>
public sealed record StartedUnit(UnitState State, DateTime StartedAt, DateTime? CompletedAt);

internal sealed class StartUnitHandler(LearningDb db, UnitAccess units, TimeProvider clock) : IRequestHandler<StartUnit, StartedUnit>
{
    public async Task<StartedUnit> Handle(StartUnit request, CancellationToken cancellationToken)
    {
        var (enrolment, unit) = await units.LoadForStudy(request.EnrolmentId, request.Unit, UnitState.Started, cancellationToken);
        var progress = enrolment.Start(unit, clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return new(progress.State, progress.StartedAt, progress.CompletedAt);
    }
}
