using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Transfer;

/// <summary>A cohort's transfer rate, pooled and by unit. Supervisors see their own agency's learners alone, and no group of fewer than five.</summary>
public sealed record GetCohortTransfer(Guid CohortId) : IQuery<TransferReport>;

/// <summary>An agency's transfer rate over all cohorts, by the agency at the start, for its supervisors and admins; no group of fewer than five learners is shown.</summary>
/// <param name="Audience" example="outside">outside: as it may leave the programme, with no group of fewer than eleven, whoever asks.</param>
public sealed record GetAgencyTransfer(Guid AgencyId, string? Audience) : IQuery<TransferReport>;

/// <summary>For whom figures are meant.</summary>
public enum TransferAudience
{
    Inside,
    Outside,
}

internal sealed class GetAgencyTransferValidator : AbstractValidator<GetAgencyTransfer>
{
    public GetAgencyTransferValidator() => RuleFor(x => x.Audience).MustBeOneOf<GetAgencyTransfer, TransferAudience>();
}

/// <summary>One learner's transfer, for themselves and those who teach them.</summary>
public sealed record GetEnrolmentTransfer(Guid EnrolmentId) : IQuery<TransferReport>;

internal sealed class GetTransferHandler(LearningDb db, Caller caller, TransferReaders readers, CurriculumLibrary library, TimeProvider clock)
    : IRequestHandler<GetCohortTransfer, TransferReport>, IRequestHandler<GetAgencyTransfer, TransferReport>, IRequestHandler<GetEnrolmentTransfer, TransferReport>
{
    public async Task<TransferReport> Handle(GetCohortTransfer request, CancellationToken cancellationToken)
    {
        var (enrolments, teaches) = await readers.OfCohort(request.CohortId, cancellationToken);
        var name = await db.Cohorts.Where(c => c.Id == request.CohortId).Select(c => c.Name).SingleAsync(cancellationToken);
        return await Read(name, enrolments, db.Opportunities.Where(o => o.CohortId == request.CohortId), teaches ? null : await ViewOfCohort(request.CohortId, cancellationToken), cancellationToken);
    }

    public async Task<TransferReport> Handle(GetAgencyTransfer request, CancellationToken cancellationToken)
    {
        var clientsAgency = caller.Client?.AgencyId;
        var name = await db.Agencies
            .Where(a => a.Id == request.AgencyId && (caller.SeesAll || clientsAgency == a.Id || db.AgencyMembers.Any(m => m.AgencyId == a.Id && m.PersonId == caller.PersonId)))
            .Select(a => a.Name).SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("agency");
        return await Read(
            name, db.Enrolments.Where(e => e.AgencyId == request.AgencyId), db.Opportunities.Where(o => o.AgencyId == request.AgencyId), await ViewOfAgency(request, cancellationToken), cancellationToken);
    }

    private async Task<TransferView> ViewOfCohort(Guid cohortId, CancellationToken ct)
    {
        var shown = await db.TransferShownTo(caller, clock.UtcNow(), ct);
        return new(shown.Cohort(cohortId), unit => shown.Cohort(cohortId, unit.Of), shown.IsAll(cohortId), Suppression.FewestLearners);
    }

    private async Task<TransferView?> ViewOfAgency(GetAgencyTransfer request, CancellationToken ct)
    {
        var (id, now) = (request.AgencyId, clock.UtcNow());
        var leaves = Choices.TryParse<TransferAudience>(request.Audience, out var audience) && audience == TransferAudience.Outside;
        if (!leaves && caller.IsProgramAdmin) return null;
        var inside = leaves ? await ShownTransfer.To(db, [id], now, Suppression.FewestLearners, ct) : await db.TransferShownTo(caller, now, ct);
        if (!leaves) return new(inside.Agency(id), unit => inside.Agency(id, unit.Of), IsAll: true, Suppression.FewestLearners);
        // What is hidden inside stays hidden outside: the two answers together must give nobody away either.
        var outside = await ShownTransfer.To(db, [id], now, Suppression.FewestOutside, ct);
        return new(inside.Agency(id) && outside.Agency(id), unit => inside.Agency(id, unit.Of) && outside.Agency(id, unit.Of), IsAll: true, Suppression.FewestOutside);
    }

    public async Task<TransferReport> Handle(GetEnrolmentTransfer request, CancellationToken cancellationToken)
    {
        var sees = await readers.OfEnrolment(request.EnrolmentId, cancellationToken);
        var name = await db.Enrolments.Where(e => e.Id == request.EnrolmentId).Select(e => e.LearnerName).SingleAsync(cancellationToken);
        return await Read(
            name, db.Enrolments.Where(e => e.Id == request.EnrolmentId), db.Opportunities.Where(o => o.EnrolmentId == request.EnrolmentId), sees ? null : TransferView.Nothing, cancellationToken);
    }

    private async Task<TransferReport> Read(string subject, IQueryable<Enrolment> enrolments, IQueryable<TransferOpportunity> opportunities, TransferView? view, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var rows = await opportunities.Where(o => enrolments.Any(e => e.Id == o.EnrolmentId)).Select(CountedOpportunity.Projection).ToListAsync(ct);
        var learners = await enrolments.Where(e => e.Status != EnrolmentStatus.Withdrawn).Select(e => new { e.Id, e.CohortId, e.EnrolledAt }).ToListAsync(ct);
        var cohorts = await db.Cohorts.AsNoTracking().Where(c => enrolments.Any(e => e.CohortId == c.Id)).OrderBy(c => c.Curriculum).ThenBy(c => c.CurriculumVersion)
            .ThenBy(c => c.Id).ToListAsync(ct);
        var reach = new Proportion(0, 0);
        var units = new List<UnitKey>();
        foreach (var cohort in cohorts)
        {
            var curriculum = await library.Of(db, cohort, ct);
            var zone = Zones.Find(cohort.TimeZone);
            var assigned = learners.Where(l => l.CohortId == cohort.Id).Select(l => new AssignedLearner(l.Id, Zones.LocalDate(l.EnrolledAt, zone)));
            var own = TransferReach.Of(curriculum, cohort.StartsOn, cohort.Today(now), assigned, rows.Where(r => r.CohortId == cohort.Id));
            reach = new(reach.Numerator + own.Numerator, reach.Denominator + own.Denominator);
            units.AddRange(curriculum.Units.Select(u => new UnitKey(curriculum.Slug, curriculum.Version, u.Slug, u.Title)));
        }

        return TransferReport.Of(subject, rows, units.Distinct(), reach, now, view);
    }
}

/// <summary>Who may read whose transfer, and whether they see small groups too.</summary>
internal sealed class TransferReaders(LearningDb db, Caller caller)
{
    /// <summary>The enrolments of a cohort whose transfer the caller may count, and whether they teach there.</summary>
    public async Task<(IQueryable<Enrolment> Enrolments, bool Teaches)> OfCohort(Guid cohortId, CancellationToken ct)
    {
        var access = await db.AccessTo(cohortId, caller, ct);
        var enrolments = db.Enrolments.Where(e => e.CohortId == cohortId);
        if (access.MayTeach) return (enrolments, true);
        var own = enrolments.CountedBy(caller, db);
        // A learner sees the cohort, but nobody else's figures in it.
        return caller.SeesAll || await own.AnyAsync(ct) ? (own, false) : throw new NotFoundException("cohort");
    }

    /// <summary>True for the learner and those who teach them; one learner's figures are too few for anyone else who may follow them.</summary>
    public async Task<bool> OfEnrolment(Guid enrolmentId, CancellationToken ct)
    {
        var found = await db.Enrolments.FollowedBy(caller, db).Where(e => e.Id == enrolmentId)
            .Select(e => new { IsOwn = e.PersonId == caller.PersonId, IsTaught = db.CohortMembers.Any(m => m.CohortId == e.CohortId && m.PersonId == caller.PersonId) })
            .SingleOrDefaultAsync(ct) ?? throw new NotFoundException("enrolment");
        return found.IsOwn || found.IsTaught || caller.IsProgramAdmin;
    }
}
