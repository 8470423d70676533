using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// Who comes to hold a review may hold it at the moment of the save. What takes that right from somebody releases what they hold by then:
/// the two meet on the rows of the cohort (its staff), of the reviewer (their access and agencies) and of the learner (theirs).
/// </summary>
internal sealed class GuardClaims(LearningDb db) : INotificationHandler<DomainEventBatchNotification<ReviewClaimed>>
{
    public async Task Handle(DomainEventBatchNotification<ReviewClaimed> notification, CancellationToken cancellationToken)
    {
        var claims = notification.Events.Select(c => (c.Reflection, c.ReviewerId)).ToList();
        var cohorts = claims.Select(c => c.Reflection.CohortId).ToHashSet();
        var (reviewers, learners) = (claims.Select(c => c.ReviewerId).ToHashSet(), claims.Select(c => c.Reflection.PersonId).ToHashSet());
        var ids = reviewers.Union(learners).ToList();
        // Read first: what is committed before is seen by what is asked below, and what is committed after makes this save lose.
        db.Touch(await db.Cohorts.Where(c => cohorts.Contains(c.Id)).ToListAsync(cancellationToken));
        var people = await db.Users.Where(p => ids.Contains(p.Id)).ToListAsync(cancellationToken);
        db.Touch(people);

        var active = people.Where(p => p is { Status: PersonStatus.Active, IsStandIn: false }).Select(p => p.Id).ToHashSet();
        var staff = (await db.CohortMembers.Where(m => cohorts.Contains(m.CohortId) && reviewers.Contains(m.PersonId))
            .Select(m => new { m.CohortId, m.PersonId }).ToListAsync(cancellationToken)).Select(m => (m.CohortId, m.PersonId)).ToHashSet();
        if (claims.Exists(c => !active.Contains(c.ReviewerId) || !staff.Contains((c.Reflection.CohortId, c.ReviewerId))))
            throw ReviewRules.NotOnStaff();
        var tied = (await db.AgencyMembers.Where(m => reviewers.Contains(m.PersonId))
            .Join(db.Enrolments.Where(e => learners.Contains(e.PersonId)), m => (Guid?)m.AgencyId, e => e.AgencyId,
                (m, e) => new { Reviewer = m.PersonId, Learner = e.PersonId })
            .ToListAsync(cancellationToken)).Select(t => (t.Reviewer, t.Learner)).ToHashSet();
        if (claims.Exists(c => tied.Contains((c.ReviewerId, c.Reflection.PersonId)))) throw AccessQueries.OfOwnAgency();
    }
}

/// <summary>Why somebody may not review a reflection.</summary>
internal static class ReviewRules
{
    public static RuleException NotOnStaff() => new(
        "role.required", "Only an instructor or a lead of this cohort reviews its reflections.", RuleKind.Forbidden);
}
