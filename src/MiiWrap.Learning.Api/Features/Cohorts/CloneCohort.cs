using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>
/// A programme admin opens another cohort like this one: on the same version of its curriculum, with its gate, its hold-out and those of
/// its staff who have access, and without its learners.
/// </summary>
/// <param name="Name" example="Riverbend, autumn">One line, at most 200 characters.</param>
/// <param name="StartsOn" example="2027-09-06">The first day of week 1; it may lie in the past.</param>
/// <param name="TimeZone" example="America/Chicago">The IANA zone in which modules open at midnight; the same when not given.</param>
public sealed record CloneCohort(string Name, DateOnly? StartsOn, string? TimeZone) : ICommand<CohortView>
{
    [JsonIgnore]
    public Guid CohortId { get; init; }
}

internal sealed class CloneCohortValidator : AbstractValidator<CloneCohort>
{
    public CloneCohortValidator()
    {
        RuleFor(x => x.Name).MustBeName();
        RuleFor(x => x.StartsOn).NotNull().MustBeNearDay();
        RuleFor(x => x.TimeZone).MustBeZone().When(x => x.TimeZone is not null);
    }
}

internal sealed class CloneCohortHandler(LearningDb db, Caller caller, TimeProvider clock) : IRequestHandler<CloneCohort, CohortView>
{
    public async Task<CohortView> Handle(CloneCohort request, CancellationToken cancellationToken)
    {
        await db.AccessTo(request.CohortId, caller, cancellationToken);
        caller.MustBeProgramAdmin("open a cohort");
        var cohort = await db.Cohorts.AsNoTracking().WithStaff().Where(c => c.Id == request.CohortId)
            .SingleOrUnreadableAsync(request.CohortId, cancellationToken);
        var staff = cohort.Staff.Select(m => m.PersonId).ToList();
        var withAccess = await db.Users
            .Where(p => staff.Contains(p.Id) && p.Status == PersonStatus.Active && p.NormalizedEmail != null).Select(p => p.Id)
            .ToHashSetAsync(cancellationToken);
        var clone = cohort.Clone(request.Name.Trim(), request.StartsOn!.Value, Zones.Current(request.TimeZone) ?? cohort.TimeZone,
            withAccess, clock.UtcNow());
        db.Add(clone);
        await db.SaveChangesAsync(cancellationToken);
        return await CohortView.Read(db, clone.Id, cancellationToken);
    }
}
