using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Finds a unit of the caller's own enrolment, and refuses one that is still locked.</summary>
internal sealed class OpenUnit(LearningDb db, Caller caller, CurriculumLibrary library, TimeProvider clock)
{
    public async Task<(Enrolment Enrolment, Curriculum Curriculum, TrainingUnit Unit)> Find(Guid enrolmentId, string slug, bool forChange, CancellationToken ct)
    {
        var enrolments = db.Enrolments.OwnedBy(caller).Include(e => e.Units.Where(u => u.Unit == slug));
        var enrolment = await (forChange ? enrolments.AsTracking() : enrolments.AsNoTracking()).SingleOrDefaultAsync(e => e.Id == enrolmentId, ct)
            ?? throw new NotFoundException("enrolment");
        var cohort = await db.Cohorts.AsNoTracking().SingleAsync(c => c.Id == enrolment.CohortId, ct);
        var curriculum = await library.Of(db, cohort, ct);
        var unit = curriculum.Unit(slug) ?? throw new NotFoundException("unit");
        // What was once opened stays open, whatever becomes of the cohort's dates.
        if (enrolment.Units.Count > 0) return (enrolment, curriculum, unit);

        var accepted = (await db.AcceptedUnits([enrolment.Id], ct))[enrolment.Id].ToHashSet();
        var opened = await db.OpenedModules(enrolment.Id, ct);
        var access = Journey.Access(curriculum, cohort, cohort.Today(clock.UtcNow()), accepted, opened)
            .Single(a => a.Module.Units.Contains(unit));
        if (!access.IsOpen && !await db.Reflections.AnyAsync(r => r.EnrolmentId == enrolment.Id && r.Assignment == slug, ct))
        {
            var why = access.WaitsFor is { } anchor ? $"It opens once the reflection on {anchor} is accepted." : $"It opens on {access.OpensOn:yyyy-MM-dd}.";
            throw new RuleException("unit.locked", $"This unit is not open yet. {why}", RuleKind.Forbidden).With("opensOn", access.OpensOn).With("waitsFor", access.WaitsFor);
        }

        return (enrolment, curriculum, unit);
    }
}
