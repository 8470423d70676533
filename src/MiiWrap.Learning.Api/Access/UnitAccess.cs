using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Finds a unit of the caller's own enrolment, and refuses one that is still locked.</summary>
internal sealed class UnitAccess(
    LearningDb db, Caller caller, CurriculumLibrary library, UnitQueries queries, LearnerActivity activity, TimeProvider clock)
{
    private static readonly HashSet<string> None = [];

    /// <summary>With the enrolment tracked.</summary>
    public async Task<(Enrolment Enrolment, Curriculum Curriculum, TrainingUnit Unit)> LoadForUpdate(
        Guid enrolmentId, string slug, CancellationToken ct)
    {
        var found = await Load(queries.ToUpdate, enrolmentId, slug, ct);
        return (found.Enrolment, found.Curriculum, found.Unit);
    }

    /// <summary>
    /// As <see cref="LoadForUpdate"/>, for who goes on to a state: none is newly reached in a closed cohort, nor in a unit that the
    /// cohort's version has no more.
    /// </summary>
    public async Task<(Enrolment Enrolment, TrainingUnit Unit)> LoadForStudy(
        Guid enrolmentId, string slug, UnitState reached, CancellationToken ct)
    {
        var (enrolment, cohort, curriculum, unit) = await Load(queries.ToUpdate, enrolmentId, slug, ct);
        if (enrolment.StateOf(unit.Slug) >= reached) return (enrolment, unit);
        if (curriculum.Version != cohort.CurriculumVersion) throw new NotFoundException("unit");
        enrolment.MustBeActive();
        cohort.MustBeOpen();
        return (enrolment, unit);
    }

    public async Task<(Enrolment Enrolment, Curriculum Curriculum, TrainingUnit Unit)> LoadForRead(
        Guid enrolmentId, string slug, CancellationToken ct)
    {
        var (enrolment, _, curriculum, unit) = await Load(queries.ToRead, enrolmentId, slug, ct);
        await activity.Note(enrolmentId, enrolment.CohortId, enrolment.LastActivityAt, ct);
        return (enrolment, curriculum, unit);
    }

    private async Task<(Enrolment Enrolment, Cohort Cohort, Curriculum Curriculum, TrainingUnit Unit)> Load(
        Func<LearningDb, Guid, Guid, string, CancellationToken, Task<UnitQueries.FoundUnit?>> query, Guid enrolmentId, string slug,
        CancellationToken ct)
    {
        var (enrolment, cohort, isWritten) = await query(db, enrolmentId, caller.PersonId, slug, ct)
            ?? throw new NotFoundException("enrolment");
        var isBegun = enrolment.Units.Count > 0 || isWritten;
        var (curriculum, unit) = await FindUnit(cohort, slug, isBegun, ct);
        if (!isBegun) await MustBeOpen(enrolmentId, cohort, curriculum, unit, ct);
        return (enrolment, cohort, curriculum, unit);
    }

    /// <summary>For who only needs to know where the learner stands in the unit.</summary>
    public async Task<(Curriculum Curriculum, TrainingUnit Unit, UnitState State)> LoadState(
        Guid enrolmentId, string slug, CancellationToken ct)
    {
        var (cohort, state, isWritten, lastActivityAt) = await queries.State(db, enrolmentId, caller.PersonId, slug, ct)
            ?? throw new NotFoundException("enrolment");
        var isBegun = state is not UnitState.Open || isWritten;
        var (curriculum, unit) = await FindUnit(cohort, slug, isBegun, ct);
        if (!isBegun) await MustBeOpen(enrolmentId, cohort, curriculum, unit, ct);
        await activity.Note(enrolmentId, cohort.Id, lastActivityAt, ct);
        return (curriculum, unit, state);
    }

    /// <summary>What a newer version has no more stays there for those who had begun it.</summary>
    private async Task<(Curriculum Curriculum, TrainingUnit Unit)> FindUnit(
        Cohort cohort, string slug, bool isBegun, CancellationToken ct)
    {
        var curriculum = await library.Of(db, cohort, ct);
        if (curriculum.Unit(slug) is { } unit) return (curriculum, unit);
        return (isBegun ? await library.FindUnit(db, cohort, slug, ct) : null) ?? throw new NotFoundException("unit");
    }

    /// <summary>What was once opened stays open, whatever becomes of the cohort's dates; what never was opens by them.</summary>
    private async Task MustBeOpen(Guid enrolmentId, Cohort cohort, Curriculum curriculum, TrainingUnit unit, CancellationToken ct)
    {
        var today = cohort.Today(clock.UtcNow());
        ModuleAccess Access(IReadOnlySet<string> accepted, IReadOnlySet<string> opened) =>
            Journey.Access(curriculum, cohort, today, accepted, opened).Single(a => a.Module.Units.Contains(unit));

        // Most are let in by the calendar alone, and nothing more needs to be asked of the database.
        if (Access(None, None).IsOpen) return;
        // A handful of each.
        var let = await db.Enrolments.Where(e => e.Id == enrolmentId).Select(e => new
        {
            Accepted = db.Reflections.Where(r => r.EnrolmentId == e.Id
                && (r.Status == ReflectionStatus.Accepted || r.StatusBeforeHold == ReflectionStatus.Accepted))
                .Select(r => r.Assignment).ToList(),
            Opened = db.ModuleOpenings.Where(o => o.EnrolmentId == e.Id).Select(o => o.Module).ToList(),
        }).AsSingleQuery().SingleAsync(ct);
        var access = Access(let.Accepted.ToHashSet(), let.Opened.ToHashSet());
        if (access.IsOpen) return;
        var why = access.WaitsFor is { } anchor
            ? $"It opens once the reflection on {anchor} is accepted."
            : $"It opens on {access.OpensOn:yyyy-MM-dd}.";
        throw new RuleException("unit.locked", $"This unit is not open yet. {why}", RuleKind.Forbidden).With("opensOn", access.OpensOn)
            .With("waitsFor", access.WaitsFor);
    }
}

/// <summary>
/// The queries of every learner's request, each one statement, and translated once instead of looked up by its expression each time. A
/// compiled query belongs to one model, so these belong to the host.
/// </summary>
internal sealed class UnitQueries
{
    public Func<LearningDb, Guid, Guid, string, CancellationToken, Task<FoundUnit?>> ToUpdate { get; } =
        EF.CompileAsyncQuery((LearningDb db, Guid enrolmentId, Guid personId, string unit, CancellationToken ct) =>
            (from e in db.Enrolments.AsTracking().Include(e => e.Units.Where(u => u.Unit == unit))
             join c in db.Cohorts on e.CohortId equals c.Id
             where e.Id == enrolmentId && e.PersonId == personId
             select new FoundUnit(e, c, db.Reflections.Any(r => r.EnrolmentId == e.Id && r.Assignment == unit))).SingleOrDefault());

    public Func<LearningDb, Guid, Guid, string, CancellationToken, Task<FoundUnit?>> ToRead { get; } =
        EF.CompileAsyncQuery((LearningDb db, Guid enrolmentId, Guid personId, string unit, CancellationToken ct) =>
            (from e in db.Enrolments.AsNoTracking().Include(e => e.Units.Where(u => u.Unit == unit))
             join c in db.Cohorts on e.CohortId equals c.Id
             where e.Id == enrolmentId && e.PersonId == personId
             select new FoundUnit(e, c, db.Reflections.Any(r => r.EnrolmentId == e.Id && r.Assignment == unit))).SingleOrDefault());

    public Func<LearningDb, Guid, Guid, string, CancellationToken, Task<UnitStanding?>> State { get; } =
        EF.CompileAsyncQuery((LearningDb db, Guid enrolmentId, Guid personId, string unit, CancellationToken ct) =>
            (from e in db.Enrolments.AsNoTracking()
             join c in db.Cohorts on e.CohortId equals c.Id
             join u in db.UnitProgress on new { EnrolmentId = e.Id, Unit = unit } equals new { u.EnrolmentId, u.Unit } into progress
             from u in progress.DefaultIfEmpty()
             where e.Id == enrolmentId && e.PersonId == personId
             select new UnitStanding(
                 c, u == null ? UnitState.Open : u.CompletedAt == null ? UnitState.Started : UnitState.Completed,
                 db.Reflections.Any(r => r.EnrolmentId == e.Id && r.Assignment == unit), e.LastActivityAt)).SingleOrDefault());

    /// <summary>
    /// The cohort in which the unit is studied, how far, and whether its reflection was begun; open says nothing about the calendar.
    /// </summary>
    internal sealed record UnitStanding(Cohort Cohort, UnitState State, bool IsWritten, DateTime? LastActivityAt);

    internal sealed record FoundUnit(Enrolment Enrolment, Cohort Cohort, bool IsWritten);
}
