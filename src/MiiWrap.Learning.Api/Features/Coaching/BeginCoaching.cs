using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// Somebody is to coach a learner, in an agency or in a cohort. It is active at once, unless the coach supervises or administers the
/// learner's agency: then it waits for the learner's consent. Nobody names themselves coach. Where the two were brought together before,
/// the learner's word about what is shared stands, and of what has ended nothing is.
/// </summary>
/// <param name="CoachId">Who coaches.</param>
/// <param name="CoacheeId">Who is coached; they learn in the cohort, or under the agency.</param>
/// <param name="AgencyId">The agency in which it holds; its supervisors and admins may begin it. Give either this or the cohort.</param>
/// <param name="CohortId">The cohort in which it holds; its leads may begin it.</param>
public sealed record BeginCoaching(Guid? CoachId, Guid? CoacheeId, Guid? AgencyId, Guid? CohortId) : ICommand<CoachingRelationshipView>;

internal sealed class BeginCoachingValidator : AbstractValidator<BeginCoaching>
{
    public BeginCoachingValidator()
    {
        RuleFor(x => x.CoachId).NotEmpty();
        RuleFor(x => x.CoacheeId).NotEmpty();
        RuleFor(x => x.CohortId).Must((x, cohort) => cohort is null != x.AgencyId is null)
            .WithMessage("Give an agency or a cohort, and not both.");
    }
}

internal sealed class BeginCoachingHandler(LearningDb db, Caller caller, CoachingViews views, TimeProvider clock)
    : IRequestHandler<BeginCoaching, CoachingRelationshipView>
{
    public async Task<CoachingRelationshipView> Handle(BeginCoaching request, CancellationToken cancellationToken)
    {
        var (coachId, coacheeId) = (request.CoachId!.Value, request.CoacheeId!.Value);
        var learning = request.CohortId is { } cohortId
            ? await InCohort(cohortId, cancellationToken)
            : await InAgency(request.AgencyId!.Value, coachId, coacheeId, cancellationToken);
        var isSupervised = await db.IsSupervised(coachId, coacheeId, cancellationToken);
        var before = await db.CoachingRelationships.Where(r => r.CoachId == coachId && r.CoacheeId == coacheeId)
            .OrderBy(r => r.EndedAt != null).ThenByDescending(r => r.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        var relationship = CoachingRelationship.Begin(
            coachId, coacheeId, request.AgencyId, request.CohortId, before?.Shares, isSupervised, caller.PersonId, clock.UtcNow());
        var people = await db.Users.Where(p => p.Id == coachId || p.Id == coacheeId).ToListAsync(cancellationToken);
        await MustBeThere(people.Find(p => p.Id == coachId), request.AgencyId, cancellationToken);
        var enrolments = await learning.Where(e => e.PersonId == coacheeId && e.Status != EnrolmentStatus.Withdrawn)
            .ToListAsync(cancellationToken);
        if (enrolments.Count == 0)
            throw new RuleException("coaching.notEnrolled", "Whom somebody is to coach must be learning here.", RuleKind.Invalid);
        if (people.Exists(p => p.Status != PersonStatus.Active))
            throw new RuleException("person.suspended", "One of the two has no access; give it back first.");
        if (await db.CoachingRelationships.AnyAsync(
            r => r.CoachId == coachId && r.CoacheeId == coacheeId && r.EndedAt == null && r.AgencyId == request.AgencyId
                && r.CohortId == request.CohortId, cancellationToken))
            throw new RuleException("coaching.exists", "This coach coaches this learner here already, or waits for their consent.");
        db.Add(relationship);
        // Whoever withdraws the learner, or ends the access of one of the two meanwhile, changes these rows too: the later runs again.
        db.Touch([.. enrolments, .. people]);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(relationship, cancellationToken);
    }

    /// <summary>
    /// Refuses who stands in for somebody: they coach nobody, and may be coached by the person's own enrolment when that is theirs. An
    /// agency's people would learn by that alone that the address is known, so to them nobody is there who has not accepted.
    /// </summary>
    private async Task MustBeThere(Person? coach, Guid? agencyId, CancellationToken ct)
    {
        if (coach is null or { IsStandIn: true } || (agencyId is not null && !caller.IsProgramAdmin
            && !await db.WhoAccepted().AnyAsync(id => id == coach.Id, ct)))
            throw new RuleException(
                "person.unknown", "There is no such coach; add them as a person, who accepts the invitation, first.", RuleKind.Invalid);
    }

    private async Task<IQueryable<Enrolment>> InCohort(Guid cohortId, CancellationToken ct)
    {
        (await db.AccessTo(cohortId, caller, ct)).MustLead();
        return db.Enrolments.Where(e => e.CohortId == cohortId);
    }

    private async Task<IQueryable<Enrolment>> InAgency(Guid agencyId, Guid coachId, Guid coacheeId, CancellationToken ct)
    {
        var isMember = await db.AgencyMembers.AnyAsync(m => m.AgencyId == agencyId && m.PersonId == caller.PersonId, ct);
        if (!isMember && !(caller.IsProgramAdmin && await db.Agencies.AnyAsync(a => a.Id == agencyId, ct)))
            throw new NotFoundException("agency");
        Guid[] both = [coachId, coacheeId];
        var ofAgency = await db.AgencyMembers.Where(m => m.AgencyId == agencyId && both.Contains(m.PersonId)).Select(m => m.PersonId)
            .Union(db.Enrolments.Where(e => e.AgencyId == agencyId && both.Contains(e.PersonId)).Select(e => e.PersonId)).ToListAsync(ct);
        if (both.Except(ofAgency).Any())
            throw new RuleException(
                "coaching.notOfAgency", "Coach and coachee must both belong to this agency, or learn under it.", RuleKind.Invalid);
        return db.Enrolments.Where(e => e.AgencyId == agencyId);
    }
}
