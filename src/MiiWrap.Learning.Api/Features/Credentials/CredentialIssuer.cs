using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Credentials;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>Who may issue and renew, and on what ground: one rule for both.</summary>
internal sealed class CredentialIssuer(LearningDb db, Caller caller, LearnerRecords records, TimeProvider clock)
{
    /// <summary>The learner's enrolment, for a lead of its cohort or a programme admin.</summary>
    public async Task<Issuing> For(Guid enrolmentId, Guid personId, CancellationToken ct)
    {
        var found = await db.Enrolments.FollowedBy(caller, db).Where(e => e.Id == enrolmentId && e.PersonId == personId)
            .Join(db.Cohorts, e => e.CohortId, c => c.Id, (e, c) => new { Enrolment = e, Cohort = c }).SingleOrDefaultAsync(ct)
            ?? throw new NotFoundException("enrolment");
        if (personId == caller.PersonId)
            throw new RuleException("credential.own", "Nobody issues or renews their own credential.", RuleKind.Forbidden);
        (await db.AccessTo(found.Cohort.Id, caller, ct)).MustLead();
        // What is missing would tell them of scores.
        if (await db.LearnersOfOwnAgencies(caller).AnyAsync(id => id == personId, ct))
            throw new RuleException(
                "credential.ownAgency",
                "Whoever supervises or administers at a learner's agency sees none of that learner's scores, so somebody else issues this.",
                RuleKind.Forbidden);
        return new(found.Enrolment, found.Cohort, caller.PersonId, caller.IsProgramAdmin);
    }

    /// <summary>What the learner has done, with what whoever issues says now.</summary>
    public async Task<LearnerRecord> Attested(Issuing issuing, bool attested, CancellationToken ct)
    {
        var (enrolment, cohort) = (issuing.Enrolment, issuing.Cohort);
        var record = (await records.Of(enrolment.PersonId, [(enrolment, cohort)], ct))[enrolment.Id];
        if (!attested) return record;
        var item = new EvidenceItem($"/v1/cohorts/{cohort.Id}", DateOnly.FromDateTime(clock.UtcNow()));
        return record with { Attestations = [new(issuing.IsProgramAdmin ? AttestedBy.ProgramAdmin : AttestedBy.Lead, item)] };
    }

    /// <summary>
    /// What a period rests on takes part in its save: whoever withdraws the learner, or voids or amends one of the reviews meanwhile,
    /// changes the same rows, and the later of the two runs again.
    /// </summary>
    public async Task TouchGround(Issuing issuing, CredentialPeriod period, CancellationToken ct)
    {
        var paths = period.Evidence.SelectMany(l => l.Items).Select(i => i.Href).ToHashSet();
        var ids = paths.Select(LearnerRecords.ReviewOf).OfType<Guid>().ToList();
        var reviews = ids.Count == 0 ? [] : await db.FidelityReviews.Where(r => ids.Contains(r.Id)).ToListAsync(ct);
        db.Touch([issuing.Enrolment, .. reviews]);
    }
}

/// <summary>Somebody issues or renews a learner's credential.</summary>
internal sealed record Issuing(Enrolment Enrolment, Cohort Cohort, Guid By, bool IsProgramAdmin);
