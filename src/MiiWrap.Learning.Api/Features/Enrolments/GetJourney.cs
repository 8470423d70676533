using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Enrolments;

/// <summary>A learner's journey: every module with its opening date and every unit with its state.</summary>
public sealed record GetJourney(Guid EnrolmentId) : IQuery<LearnerJourney>;

/// <summary>One enrolment's way through its pinned curriculum version.</summary>
/// <param name="Version">The number of the curriculum's version.</param>
/// <param name="Modules">The curriculum's modules, in order.</param>
public sealed record LearnerJourney(
    Guid Id, JourneyCohort Cohort, string Curriculum, int Version, EnrolmentStatus Status, ProgressView Progress,
    IReadOnlyList<JourneyModule> Modules);

/// <summary>The cohort of a journey.</summary>
/// <param name="ClosedAt">When it was closed, and no more units could be completed; null while it is not.</param>
public sealed record JourneyCohort(Guid Id, string Name, DateOnly StartsOn, string TimeZone, Gate Gate, DateTime? ClosedAt);

/// <summary>A module of a journey.</summary>
/// <param name="OpensOn">The day on which it opens by the calendar.</param>
/// <param name="WaitsFor">The anchor unit whose reflection must be accepted first, if the cohort is sequential.</param>
/// <param name="Units">Its units, in order.</param>
public sealed record JourneyModule(
    string Slug, string Title, DateOnly OpensOn, ModuleState State, string? WaitsFor, IReadOnlyList<JourneyUnit> Units);

/// <summary>Where a module stands for one learner.</summary>
public enum ModuleState
{
    Locked,
    Open,
    Completed,
}

/// <summary>A unit of a journey.</summary>
/// <param name="IfThen">What the learner meant to do when they completed it; shown to them alone.</param>
public sealed record JourneyUnit(
    string Slug, string Title, UnitState State, DateTime? StartedAt, DateTime? CompletedAt, JourneyAssignment? Assignment,
    IfThenPlan? IfThen);

/// <summary>The reflective assignment of a unit and where it stands.</summary>
/// <param name="Status">notStarted until the first word is written.</param>
public sealed record JourneyAssignment(string Slug, ReflectionStatus Status);

internal sealed class GetJourneyHandler(
    LearningDb db, Caller caller, CurriculumLibrary library, LearnerActivity activity, TimeProvider clock)
    : IRequestHandler<GetJourney, LearnerJourney>
{
    public async Task<LearnerJourney> Handle(GetJourney request, CancellationToken cancellationToken)
    {
        var found = await db.Enrolments.AsNoTracking().FollowedBy(caller, db).Include(e => e.Units).Where(e => e.Id == request.EnrolmentId)
            .Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, c) => new { Enrolment = e, Cohort = c })
            .Select(f => new
            {
                f.Enrolment,
                f.Cohort,
                Zone = db.Users.Where(p => p.Id == f.Enrolment.PersonId).Select(p => p.TimeZone).First(),
            })
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw new NotFoundException("enrolment");
        var (enrolment, cohort) = (found.Enrolment, found.Cohort);
        var curriculum = await library.Of(db, cohort, cancellationToken);
        var now = clock.UtcNow();
        var reflections = await db.Reflections.Where(r => r.EnrolmentId == enrolment.Id)
            .Select(r => new { r.Assignment, r.Status, r.StatusBeforeHold, r.ReviewsIn, r.ClaimedUntil }).ToListAsync(cancellationToken);
        var statuses = reflections.ToDictionary(
            r => r.Assignment, r => Reflection.EffectiveStatus(r.Status, r.ReviewsIn, r.ClaimedUntil, now));
        var accepted = reflections.Where(r => ReflectionStatus.Accepted == (r.StatusBeforeHold ?? r.Status)).Select(r => r.Assignment)
            .ToHashSet();
        var opened = await db.ModuleOpenings.Where(o => o.EnrolmentId == enrolment.Id).Select(o => o.Module)
            .ToHashSetAsync(cancellationToken);
        var access = Journey.Access(curriculum, cohort, cohort.Today(now), accepted, opened);
        if (enrolment.PersonId == caller.PersonId)
            await activity.Note(enrolment.Id, cohort.Id, enrolment.LastActivityAt, cancellationToken);
        return new(
            enrolment.Id,
            new(cohort.Id, cohort.Name, cohort.StartsOn, cohort.TimeZone, cohort.Gate, cohort.ClosedAt),
            curriculum.Slug,
            curriculum.Version,
            enrolment.Status,
            ProgressView.Of(enrolment, Zones.Find(found.Zone)),
            [.. access.Select(a => Module(a, enrolment, statuses, isOwn: enrolment.PersonId == caller.PersonId))]);
    }

    private static JourneyModule Module(ModuleAccess access, Enrolment enrolment, Dictionary<string, ReflectionStatus> statuses, bool isOwn)
    {
        var units = access.Module.Units
            .Select(unit => Unit(unit, access.IsOpen, enrolment, statuses.GetValueOrDefault(unit.Assignment.Slug), isOwn)).ToList();
        var state = units.TrueForAll(u => u.State == UnitState.Completed) ? ModuleState.Completed : access.IsOpen
            ? ModuleState.Open
            : ModuleState.Locked;
        return new(access.Module.Slug, access.Module.Title, access.OpensOn, state, access.WaitsFor, units);
    }

    private static JourneyUnit Unit(TrainingUnit unit, bool isOpen, Enrolment enrolment, ReflectionStatus reflection, bool isOwn)
    {
        var progress = enrolment.Units.FirstOrDefault(u => u.Unit == unit.Slug);
        var state = progress?.State ?? (isOpen ? UnitState.Open : UnitState.Locked);
        return new(unit.Slug, unit.Title, state, progress?.StartedAt, progress?.CompletedAt, new(unit.Assignment.Slug, reflection), isOwn
            ? progress?.IfThen : null);
    }
}
