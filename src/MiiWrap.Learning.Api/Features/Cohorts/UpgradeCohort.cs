using System.Text.Json.Serialization;
using FluentValidation;
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
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>
/// A lead goes on with a newer version of the cohort's curriculum; the answer says what that does to progress, check-ins and modules. With
/// dryRun=true nothing is changed, and the real answer later is the same. What is completed stays so, and totals are counted anew: who had
/// completed everything is active again where units came.
/// </summary>
/// <param name="Version" example="2">A published version that is newer than the cohort's.</param>
public sealed record UpgradeCohort(int? Version) : ICommand<CohortUpgrade>
{
    [JsonIgnore]
    public Guid CohortId { get; init; }

    /// <summary>What would happen is said, and nothing of it done.</summary>
    [JsonIgnore]
    public bool? DryRun { get; init; }
}

/// <summary>What a newer version does to a cohort.</summary>
/// <param name="Added">Units that come.</param>
/// <param name="Removed">Units that go; who has begun one keeps what they did, and it is not counted.</param>
/// <param name="Renamed">Units with another title.</param>
/// <param name="Moved">Units in another place.</param>
/// <param name="Modules">Modules that open on another day, come or go, or are open to somebody otherwise than before.</param>
/// <param name="From" example="1">The version that the cohort had.</param>
/// <param name="To" example="2">The version that it has then.</param>
public sealed record CohortUpgrade(
    int From, int To, IReadOnlyList<ChangedUnit> Added, IReadOnlyList<RemovedUnit> Removed, IReadOnlyList<RenamedUnit> Renamed,
    IReadOnlyList<MovedUnit> Moved, IReadOnlyList<UpgradedModule> Modules, UpgradedLearners Learners, UpgradedNudges Nudges);

/// <summary>A unit that goes, with the learners who have begun it.</summary>
/// <param name="Started">How many have started it and not completed it.</param>
/// <param name="Completed">How many have completed it.</param>
public sealed record RemovedUnit(string Unit, string Title, string Module, int Started, int Completed);

/// <summary>A unit with another title.</summary>
/// <param name="From" example="Watching voice">What it was called.</param>
/// <param name="To" example="Watching voice and power">What it is called then.</param>
public sealed record RenamedUnit(string Unit, string From, string To);

/// <summary>A module that opens otherwise.</summary>
/// <param name="From">The day on which it opens now; null where it comes.</param>
/// <param name="To">The day on which it will open; null where it goes.</param>
/// <param name="Opened">For how many learners it opens at once.</param>
/// <param name="Locked">For how many it is locked again; units that they have begun stay open to them.</param>
public sealed record UpgradedModule(string Module, string Title, DateOnly? From, DateOnly? To, int Opened, int Locked);

/// <summary>What becomes of the learners, those who have withdrawn aside.</summary>
/// <param name="Affected">Those whose progress is counted otherwise than before.</param>
/// <param name="Completed">Those of them who have completed all that is left.</param>
/// <param name="Reopened">Those of them who had completed everything and have something to do again.</param>
/// <param name="All">All who are enrolled and not withdrawn.</param>
public sealed record UpgradedLearners(int All, int Affected, int Completed, int Reopened);

/// <summary>What becomes of the check-ins that are planned.</summary>
/// <param name="Kept">Those that come as they were planned, by the version in which their unit was completed.</param>
/// <param name="OfRemovedUnits">Those of them that are about a unit that goes.</param>
/// <param name="Replanned">Always 0: a newer version moves no check-in of what was completed before.</param>
/// <param name="Cancelled">Always 0: a skill that was learned is asked about to the end of its windows.</param>
public sealed record UpgradedNudges(int Kept, int OfRemovedUnits, int Replanned, int Cancelled);

internal sealed class UpgradeCohortValidator : AbstractValidator<UpgradeCohort>
{
    public UpgradeCohortValidator() => RuleFor(x => x.Version).NotNull().GreaterThan(0);
}

internal sealed class UpgradeCohortHandler(LearningDb db, Caller caller, CurriculumLibrary library, TimeProvider clock)
    : IRequestHandler<UpgradeCohort, CohortUpgrade>
{
    public async Task<CohortUpgrade> Handle(UpgradeCohort request, CancellationToken cancellationToken)
    {
        (await db.AccessTo(request.CohortId, caller, cancellationToken)).MustLead();
        var now = clock.UtcNow();
        var cohort = await db.Cohorts.Where(c => c.Id == request.CohortId).SingleOrUnreadableAsync(request.CohortId, cancellationToken);
        var before = await library.Of(db, cohort, cancellationToken);
        var after = await library.Find(db, cohort.Curriculum, request.Version, cancellationToken)
            ?? throw new RuleException(
                "curriculum.unknown", "There is no published version of this number of the cohort's curriculum.", RuleKind.Invalid);
        cohort.UpgradeTo(after, now);

        // A few statements whatever the size of the cohort, and one row to write for each of its learners.
        var enrolments = await db.Enrolments.Where(e => e.CohortId == cohort.Id).LoadAllOrNoneAsync(
            e => e.Id, all => all.OrderBy(e => e.Id).ToListAsync(cancellationToken), cancellationToken);
        var work = await StudiedWork.Of(db, cohort.Id, cancellationToken);
        var tallies = enrolments.ToDictionary(e => e.Id, e => work.TallyOf(e.Id, after));
        var present = enrolments.Where(e => e.Status != EnrolmentStatus.Withdrawn).ToList();
        var changes = CurriculumChanges.Between(before, after);
        var upgrade = new CohortUpgrade(
            before.Version,
            after.Version,
            changes.Added,
            [.. changes.Removed.Select(u => new RemovedUnit(u.Unit, u.Title, u.Module, work.StartedIn(u.Unit), work.CompletedIn(u.Unit)))],
            [.. after.Units.Select(u => new RenamedUnit(u.Slug, before.Unit(u.Slug)?.Title ?? u.Title, u.Title))
                .Where(u => u.From != u.To)],
            changes.Moved,
            ModulesOpeningOtherwise(cohort, before, after, present, work, now),
            new(
                present.Count,
                present.Count(e => tallies[e.Id] != new Tally(e.UnitsCompleted, e.ReflectionsAccepted, e.UnitsTotal)),
                present.Count(e => e.Status == EnrolmentStatus.Active && tallies[e.Id].IsDone),
                present.Count(e => e.Status == EnrolmentStatus.Completed && !tallies[e.Id].IsDone)),
            await PlannedNudges(cohort.Id, after, cancellationToken));
        if (request.DryRun == true || before.Version == after.Version)
        {
            db.ChangeTracker.Clear();
            return upgrade;
        }

        foreach (var enrolment in enrolments) enrolment.Recount(tallies[enrolment.Id], now);
        // Whoever completes a unit of the older version meanwhile changes these rows too: the later of the two runs again.
        db.Touch(enrolments);
        await db.SaveChangesAsync(cancellationToken);
        return upgrade;
    }

    private async Task<UpgradedNudges> PlannedNudges(Guid cohortId, Curriculum after, CancellationToken ct)
    {
        var planned = await db.UnitNudges.Where(n => n.CohortId == cohortId && n.Status == NudgeStatus.Planned).GroupBy(n => n.Unit)
            .Select(g => new { Unit = g.Key, Count = g.Count() }).ToListAsync(ct);
        return new(planned.Sum(p => p.Count), planned.Where(p => after.Unit(p.Unit) is null).Sum(p => p.Count), 0, 0);
    }

    private static List<UpgradedModule> ModulesOpeningOtherwise(
        Cohort cohort, Curriculum before, Curriculum after, IReadOnlyCollection<Enrolment> present, StudiedWork work, DateTime now)
    {
        var today = cohort.Today(now);
        var (opened, locked) = (new Dictionary<string, int>(), new Dictionary<string, int>());
        foreach (var enrolment in present)
        {
            var (accepted, overrides) = (work.AcceptedBy(enrolment.Id), work.OpenedFor(enrolment.Id));
            var was = Journey.Access(before, cohort, today, accepted, overrides).ToDictionary(a => a.Module.Slug, a => a.IsOpen);
            foreach (var module in Journey.Access(after, cohort, today, accepted, overrides))
            {
                var wasOpen = was.GetValueOrDefault(module.Module.Slug);
                if (module.IsOpen == wasOpen) continue;
                var counted = module.IsOpen ? opened : locked;
                counted[module.Module.Slug] = counted.GetValueOrDefault(module.Module.Slug) + 1;
            }
        }

        var (old, next) = (before.Modules.ToDictionary(m => m.Slug), after.Modules.ToDictionary(m => m.Slug));
        return [.. after.Modules.Concat(before.Modules.Where(m => !next.ContainsKey(m.Slug)))
            .Select(m => new UpgradedModule(
                m.Slug, m.Title,
                old.TryGetValue(m.Slug, out var from) ? cohort.OpensOn(from) : null,
                next.TryGetValue(m.Slug, out var to) ? cohort.OpensOn(to) : null,
                opened.GetValueOrDefault(m.Slug), locked.GetValueOrDefault(m.Slug)))
            .Where(m => m.From != m.To || m.Opened > 0 || m.Locked > 0)];
    }

    /// <summary>What the learners of a cohort have done, by enrolment.</summary>
    private sealed class StudiedWork(
        ILookup<Guid, (string Unit, bool IsCompleted)> units, ILookup<Guid, string> accepted, ILookup<Guid, string> opened)
    {
        public static async Task<StudiedWork> Of(LearningDb db, Guid cohortId, CancellationToken ct)
        {
            var learners = db.Enrolments.Where(e => e.CohortId == cohortId);
            var units = await learners
                .SelectMany(e => e.Units, (e, u) => new { e.Id, u.Unit, IsCompleted = u.CompletedAt != null }).ToListAsync(ct);
            var accepted = await db.Reflections
                .Where(r => r.CohortId == cohortId
                    && (r.Status == ReflectionStatus.Accepted || r.StatusBeforeHold == ReflectionStatus.Accepted))
                .Select(r => new { r.EnrolmentId, r.Assignment }).ToListAsync(ct);
            var opened = await learners.Join(db.ModuleOpenings, e => e.Id, o => o.EnrolmentId, (e, o) => new { e.Id, o.Module })
                .ToListAsync(ct);
            return new(units.ToLookup(u => u.Id, u => (u.Unit, u.IsCompleted)), accepted.ToLookup(r => r.EnrolmentId, r => r.Assignment),
                opened.ToLookup(o => o.Id, o => o.Module));
        }

        public HashSet<string> AcceptedBy(Guid enrolmentId) => accepted[enrolmentId].ToHashSet();

        public HashSet<string> OpenedFor(Guid enrolmentId) => opened[enrolmentId].ToHashSet();

        public int StartedIn(string unit) => units.Count(u => u.Contains((unit, false)));

        public int CompletedIn(string unit) => units.Count(u => u.Contains((unit, true)));

        public Tally TallyOf(Guid enrolmentId, Curriculum curriculum) => new(
            units[enrolmentId].Count(u => u.IsCompleted && curriculum.Unit(u.Unit) is not null),
            accepted[enrolmentId].Count(a => curriculum.Unit(a) is not null), curriculum.UnitCount);
    }
}
