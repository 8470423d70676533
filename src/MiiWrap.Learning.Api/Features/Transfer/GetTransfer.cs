using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Transfer;

/// <summary>
/// A cohort's transfer rate, pooled and by unit. Supervisors see their own agency's learners alone, and no group of fewer than five.
/// </summary>
public sealed record GetCohortTransfer(Guid CohortId) : IQuery<TransferReport>;

/// <summary>
/// An agency's transfer rate in one course over all its cohorts, by the agency at the start, for its supervisors and admins; no group of
/// fewer than five learners is shown.
/// </summary>
/// <param name="Audience" example="outside">
/// outside: as it may leave the programme, with no group of fewer than eleven, whoever asks.
/// </param>
/// <param name="Curriculum" example="miiwrap-coaching-cohort">
/// The course; by default the one in which somebody first learned there.
/// </param>
public sealed record GetAgencyTransfer(Guid AgencyId, string? Audience, string? Curriculum) : IQuery<TransferReport>;

internal sealed class GetAgencyTransferValidator : AbstractValidator<GetAgencyTransfer>
{
    public GetAgencyTransferValidator()
    {
        RuleFor(x => x.Audience).MustBeOneOf<GetAgencyTransfer, FigureAudience>();
        RuleFor(x => x.Curriculum).MustBeSlug("slug of a curriculum");
    }
}

/// <summary>One learner's transfer, for themselves and those who teach them.</summary>
public sealed record GetEnrolmentTransfer(Guid EnrolmentId) : IQuery<TransferReport>;

internal sealed class GetTransferHandler(
    LearningDb db, Caller caller, TransferReaders readers, CurriculumLibrary library, TimeProvider clock)
    : IRequestHandler<GetCohortTransfer, TransferReport>, IRequestHandler<GetAgencyTransfer, TransferReport>,
    IRequestHandler<GetEnrolmentTransfer, TransferReport>
{
    private const int DaysOfWindow = TransferOpportunity.WindowDays + TransferOpportunity.GraceDays;

    public Task<TransferReport> Handle(GetCohortTransfer request, CancellationToken cancellationToken) => OrNameDamaged(
        db.Cohorts.Where(c => c.Id == request.CohortId), db.Enrolments.Where(e => e.CohortId == request.CohortId),
        db.Opportunities.Where(o => o.CohortId == request.CohortId
            || db.Enrolments.Any(e => e.Id == o.EnrolmentId && e.CohortId == request.CohortId)),
        () => OfCohort(request, cancellationToken), cancellationToken);

    private async Task<TransferReport> OfCohort(GetCohortTransfer request, CancellationToken cancellationToken)
    {
        var (cohort, teaches) = await readers.OfCohort(request.CohortId, cancellationToken);
        var opportunities = db.Opportunities.Where(o => o.CohortId == request.CohortId);
        if (teaches)
        {
            var moved = cohort.Learners.Where(l => l.WasMoved).Select(l => l.EnrolmentId).ToList();
            var elsewhere = moved.Count == 0
                ? null
                : db.Opportunities.Where(o => o.CohortId != request.CohortId && moved.Contains(o.EnrolmentId));
            return await Read(
                cohort.Cohort.Name, cohort.Cohort.Curriculum, [cohort], opportunities, null, cancellationToken, elsewhere);
        }

        var counted = db.Enrolments.CountedBy(caller, db);
        return await Read(
            // Who came from another cohort would be recognised by what they bring.
            cohort.Cohort.Name, cohort.Cohort.Curriculum, [cohort with { Learners = cohort.Learners.FindAll(l => !l.WasMoved) }],
            opportunities.Where(o => counted.Any(e => e.Id == o.EnrolmentId)),
            await ViewOfCohort(request.CohortId, cancellationToken), cancellationToken);
    }

    public Task<TransferReport> Handle(GetAgencyTransfer request, CancellationToken cancellationToken) => OrNameDamaged(
        db.Cohorts.Where(c => db.Enrolments.Any(e => e.CohortId == c.Id && e.AgencyId == request.AgencyId)),
        db.Enrolments.Where(e => e.AgencyId == request.AgencyId), db.Opportunities.Where(o => o.AgencyId == request.AgencyId),
        () => OfAgency(request, cancellationToken), cancellationToken);

    private async Task<TransferReport> OfAgency(GetAgencyTransfer request, CancellationToken cancellationToken)
    {
        var id = request.AgencyId;
        var courses = db.CoursesOf(id);
        var agency = await db.Agencies.FollowedBy(caller, db).Where(a => a.Id == id)
            .Select(a => new
            {
                a.Name,
                Course = courses.Begun.FirstOrDefault() ?? courses.Enrolled.FirstOrDefault(),
                // Named again within: SQLite works a joined subquery out before it knows for which row.
                Learners = db.Enrolments.Where(e => e.AgencyId == a.Id && e.AgencyId == id)
                    .Join(db.Cohorts, e => e.CohortId, c => c.Id,
                        (e, c) => new { Cohort = c, Counted = new CountedLearner(e.Id, e.EnrolledAt, e.MovedAt != null),
                            HasLeft = e.Status == EnrolmentStatus.Withdrawn }).ToList(),
            }).AsNoTracking().SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("agency");
        // Of nobody there are no figures, in whichever course.
        var course = request.Curriculum ?? agency.Course ?? "";
        var cohorts = new List<CountedCohort>();
        foreach (var learners in agency.Learners.GroupBy(l => l.Cohort.Id))
        {
            var cohort = learners.First().Cohort;
            // One whose course cannot be read may be of this one: what is told without it would be wrong.
            if ((await library.Of(db, cohort, cancellationToken)).Slug == course)
                cohorts.Add(new(cohort, [.. learners.Where(l => !l.HasLeft).Select(l => l.Counted)]));
        }

        return await Read(agency.Name, course, cohorts, db.Opportunities.Where(o => o.AgencyId == id && o.Curriculum == course),
            await ViewOfAgency(request, course, cancellationToken), cancellationToken);
    }

    public Task<TransferReport> Handle(GetEnrolmentTransfer request, CancellationToken cancellationToken) => OrNameDamaged(
        db.Cohorts.Where(c => db.Enrolments.Any(e => e.Id == request.EnrolmentId && e.CohortId == c.Id)),
        db.Enrolments.Where(e => e.Id == request.EnrolmentId), db.Opportunities.Where(o => o.EnrolmentId == request.EnrolmentId),
        () => OfEnrolment(request, cancellationToken), cancellationToken);

    /// <summary>
    /// Reads a report, which would be wrong without any of these learners, their cohorts or their opportunities; one that cannot be read
    /// or reckoned with is named.
    /// </summary>
    private Task<TransferReport> OrNameDamaged(
        IQueryable<Cohort> cohorts, IQueryable<Enrolment> enrolments, IQueryable<TransferOpportunity> opportunities,
        Func<Task<TransferReport>> read, CancellationToken ct)
    {
        return cohorts.NamingDamagedAsync(c => c.Id, Cohorts,
            () => enrolments.NamingDamagedAsync(e => e.Id, Enrolments,
                () => opportunities.NamingDamagedAsync(o => o.Id, some => some.LoadCountedAsync(clock.UtcNow(), ct), read, ct), ct), ct);

        async Task<List<DateOnly>> Cohorts(IQueryable<Cohort> some)
        {
            var days = new List<DateOnly>();
            foreach (var cohort in await some.AsNoTracking().ToListAsync(ct))
                days.Add(cohort.EndsOn(await library.Of(db, cohort, ct)).AddDays(DaysOfWindow));
            return days;
        }

        async Task<List<DateOnly>> Enrolments(IQueryable<Enrolment> some) => (await some.AsNoTracking().ToListAsync(ct))
            .ConvertAll(e => Zones.LocalDate(e.EnrolledAt, TimeZoneInfo.Utc).AddDays(DaysOfWindow));
    }

    private async Task<TransferReport> OfEnrolment(GetEnrolmentTransfer request, CancellationToken cancellationToken)
    {
        var (name, cohort, sees) = await readers.OfEnrolment(request.EnrolmentId, cancellationToken);
        return await Read(name, cohort.Cohort.Curriculum, [cohort], db.Opportunities.Where(o => o.EnrolmentId == request.EnrolmentId), sees
            ? null
            : TransferView.Nothing, cancellationToken);
    }

    private async Task<TransferView> ViewOfCohort(Guid cohortId, CancellationToken ct)
    {
        var shown = await db.VisibleTransfer(caller, clock.UtcNow(), ct);
        var pooled = shown.Cohort(cohortId);
        return new(ReleasedGroup.Both(pooled, pooled), unit => shown.Cohort(cohortId, unit.Of) is { } one ? one.Has : null,
            shown.IsAll(cohortId), Suppression.FewestLearners, shown.AsOf, pooled);
    }

    private async Task<TransferView?> ViewOfAgency(GetAgencyTransfer request, string course, CancellationToken ct)
    {
        var leaves = FigureAudiences.Named(request.Audience) == FigureAudience.Outside;
        if (await db.VisibleTransferOf(caller, request.AgencyId, course, leaves, clock.UtcNow(), ct) is not { } visible) return null;
        return new(
            visible.Shown(), unit => visible.Shown(unit.Of), IsAll: true,
            Suppression.FewestTold(leaves), visible.AsOf, visible.Batches);
    }

    /// <param name="elsewhere">
    /// What learners who came from another cohort had completed there: it is counted there, and reached here.
    /// </param>
    private async Task<TransferReport> Read(
        string subject, string course, IEnumerable<CountedCohort> cohorts, IQueryable<TransferOpportunity> opportunities,
        TransferView? view, CancellationToken ct, IQueryable<TransferOpportunity>? elsewhere = null)
    {
        var now = clock.UtcNow();
        // A rate without one of its rows would be wrong, and beside the one of yesterday it would show what that learner said.
        var rows = await opportunities.LoadAllOrNoneAsync(
            o => o.Id, all => all.Select(CountedOpportunity.Projection).ToListAsync(ct), ct);
        var known = elsewhere is null ? rows : [.. rows, .. await elsewhere.LoadAllOrNoneAsync(
            o => o.Id, all => all.Select(CountedOpportunity.Projection).ToListAsync(ct), ct)];
        var reach = new Proportion(0, 0);
        var units = new List<UnitKey>();
        foreach (var (cohort, learners) in cohorts.OrderBy(c => c.Cohort.CurriculumVersion).ThenBy(c => c.Cohort.Id))
        {
            var curriculum = await library.Of(db, cohort, ct);
            var zone = Zones.Find(cohort.TimeZone);
            var assigned = learners.Select(l => new AssignedLearner(l.EnrolmentId, Zones.LocalDate(l.EnrolledAt, zone)));
            var own = TransferReach.Of(curriculum, cohort.StartsOn, cohort.Today(now), assigned, known);
            reach = new(reach.Numerator + own.Numerator, reach.Denominator + own.Denominator);
            units.AddRange(curriculum.Units.Select(u => new UnitKey(curriculum.Slug, curriculum.Version, u.Slug, u.Title)));
        }

        // Of an earlier version of a cohort's, what was completed by it.
        foreach (var (slug, version, unit) in rows.Select(r => (r.Curriculum, r.CurriculumVersion, r.Unit)).Distinct()
            .Except(units.Select(u => u.Of)).Order().ToList())
        {
            if ((await library.Find(db, slug, version, ct))?.Unit(unit) is { } earlier)
                units.Add(new(slug, version, unit, earlier.Title));
        }

        return TransferReport.Of(subject, course, rows, units.Distinct(), reach, now, view);
    }
}

internal static class CountedOpportunities
{
    /// <summary>Loads what the rates need to know, and works out of each row alone whatever may fail of a damaged one.</summary>
    public static async Task<List<(DateOnly, TransferScope, bool)>> LoadCountedAsync(
        this IQueryable<TransferOpportunity> opportunities, DateTime now, CancellationToken ct) =>
        (await opportunities.Select(CountedOpportunity.Projection).ToListAsync(ct))
            .ConvertAll(o => (o.WeekOf, o.ScopeAt(now), o.IsInSustainedScope(now)));
}

/// <summary>A cohort with those of its learners who are counted: not who has withdrawn.</summary>
internal sealed record CountedCohort(Cohort Cohort, List<CountedLearner> Learners);

/// <param name="WasMoved">They came from another cohort.</param>
internal sealed record CountedLearner(Guid EnrolmentId, DateTime EnrolledAt, bool WasMoved);

/// <summary>Who may read whose transfer, and whether they see small groups too.</summary>
internal sealed class TransferReaders(LearningDb db, Caller caller)
{
    /// <summary>A cohort with the learners whose transfer the caller may count, and whether they teach there.</summary>
    public async Task<(CountedCohort Cohort, bool Teaches)> OfCohort(Guid cohortId, CancellationToken ct)
    {
        var counted = db.Enrolments.CountedBy(caller, db);
        var found = await db.Cohorts.CountedBy(caller, db).Where(c => c.Id == cohortId)
            .Select(c => new
            {
                IsStaff = c.Staff.Any(m => m.PersonId == caller.PersonId),
                Counted = new CountedCohort(c, counted.Where(e => e.CohortId == c.Id && e.Status != EnrolmentStatus.Withdrawn)
                    .Select(e => new CountedLearner(e.Id, e.EnrolledAt, e.MovedAt != null)).ToList()),
            }).AsNoTracking().SingleOrDefaultAsync(ct) ?? throw new NotFoundException("cohort");
        return (found.Counted, caller.IsProgramAdmin || found.IsStaff);
    }

    /// <summary>
    /// One learner as a cohort of their own, and whether the caller sees their figures: the learner does, and those who teach them; one
    /// learner's figures are too few for anyone else who may follow them.
    /// </summary>
    public async Task<(string Name, CountedCohort Cohort, bool Sees)> OfEnrolment(Guid enrolmentId, CancellationToken ct)
    {
        var found = await db.Enrolments.FollowedBy(caller, db).Where(e => e.Id == enrolmentId)
            .Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, c) => new
            {
                Enrolment = e,
                Cohort = c,
                IsTaught = db.CohortMembers.Any(m => m.CohortId == c.Id && m.PersonId == caller.PersonId),
            }).AsNoTracking().SingleOrDefaultAsync(ct) ?? throw new NotFoundException("enrolment");
        var own = found.Enrolment;
        List<CountedLearner> learners =
            own.Status == EnrolmentStatus.Withdrawn ? [] : [new(own.Id, own.EnrolledAt, own.MovedAt is not null)];
        return (own.LearnerName, new(found.Cohort, learners), own.PersonId == caller.PersonId || found.IsTaught || caller.IsProgramAdmin);
    }
}
