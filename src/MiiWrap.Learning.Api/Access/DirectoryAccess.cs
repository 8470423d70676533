using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Access;

/// <summary>
/// Whom the caller may find: programme admins everybody, an agency's admin or client that agency's people, a lead those of their cohorts.
/// </summary>
internal sealed class DirectoryAccess(LearningDb db, Caller caller)
{
    /// <summary>Agencies whose people the caller may find, for those who do not find everybody.</summary>
    public IQueryable<Guid> Agencies => caller.Client is { AgencyId: { } agency }
        ? db.Agencies.Where(a => a.Id == agency).Select(a => a.Id)
        : db.AgencyMembers.Where(m => m.PersonId == caller.PersonId && m.Role == AgencyRole.AgencyAdmin).Select(m => m.AgencyId);

    /// <summary>Cohorts whose people the caller may find.</summary>
    public IQueryable<Guid> Cohorts =>
        CoachingQueries.CohortsLedBy(caller.PersonId, db);

    /// <summary>Programme admins see every address, an agency's admin those of its people, and a program nobody's.</summary>
    public bool SeesEveryAddress => caller.IsProgramAdmin;

    public bool SeesNoAddress => caller.Client is not null;

    /// <summary>Refuses who may find nobody.</summary>
    public async Task MustFindSomebody(CancellationToken ct)
    {
        if (caller.IsProgramAdmin || caller.Client is not null) return;
        if (!await Agencies.Union(Cohorts).AnyAsync(ct))
            throw new RuleException(
                "role.required", "Only programme admins, admins of an agency and leads of a cohort may find people.", RuleKind.Forbidden);
    }

    /// <summary>Refuses whose people the caller may not list, and hides the agency from whoever is not of it.</summary>
    public async Task MustSeeAgency(Guid agencyId, CancellationToken ct)
    {
        if (await (caller.SeesAll ? db.Agencies.Select(a => a.Id) : Agencies).AnyAsync(id => id == agencyId, ct)) return;
        throw await db.AgencyMembers.AnyAsync(m => m.AgencyId == agencyId && m.PersonId == caller.PersonId, ct)
            ? new RuleException("role.required", "Only admins of this agency and programme admins may list its people.", RuleKind.Forbidden)
            : new NotFoundException("agency");
    }

    public IQueryable<Person> People()
    {
        // Who stands in for somebody has no address, and is that somebody to those who find everybody.
        if (caller.SeesAll) return db.Users.Where(p => p.NormalizedEmail != null);
        var found = OfAgencies(Agencies);
        if (caller.Client is null) found = found.Union(OfCohorts(Cohorts));
        return db.Users.Where(p => found.Contains(p.Id));
    }

    /// <summary>
    /// A person whom the caller may change: programme admins everybody, an agency's admin who is that agency's alone. Who has a part
    /// elsewhere, or coaches or rates there, is not theirs to rename or to shut out.
    /// </summary>
    public async Task<Person> LoadToChange(Guid personId, CancellationToken ct)
    {
        var person = await People().SingleOrDefaultAsync(p => p.Id == personId, ct) ?? throw new NotFoundException("person");
        if (caller.IsProgramAdmin) return person;
        var (agencies, people, pairs) = (Agencies, OfAgencies(Agencies), db.RaterPairs.Open());
        var isOwn = await db.Users.AnyAsync(p => p.Id == personId && !p.IsProgramAdmin
            && people.Contains(p.Id)
            && !db.CohortMembers.Any(m => m.PersonId == p.Id)
            && !db.AgencyMembers.Any(m => m.PersonId == p.Id && (m.Role == AgencyRole.AgencyAdmin || !agencies.Contains(m.AgencyId)))
            && !db.Enrolments.Any(e => e.PersonId == p.Id && (e.AgencyId == null || !agencies.Contains(e.AgencyId.Value)))
            && !db.CoachingRelationships.Any(r => r.CoachId == p.Id && r.EndedAt == null
                && (r.AgencyId == null || !agencies.Contains(r.AgencyId.Value)))
            && !db.AgencyRaters.Any(r => r.PersonId == p.Id && !agencies.Contains(r.AgencyId))
            && !pairs.Any(r => r.FirstRaterId == p.Id)
            && !pairs.Any(r => r.SecondRaterId == p.Id), ct);
        return isOwn ? person : throw new RuleException("person.notYours",
            "Only a programme admin may change this person, who is not your agency's alone.", RuleKind.Forbidden);
    }

    /// <summary>The people of an agency, as far as the caller may know that they are of it.</summary>
    public IQueryable<Guid> KnownInAgency(Guid agencyId) =>
        Members.Where(m => m.AgencyId == agencyId).Select(m => m.PersonId)
            .Union(Enrolments.Where(e => e.AgencyId == agencyId).Select(e => e.PersonId));

    /// <summary>The people of a cohort, as far as the caller may know that they are of it.</summary>
    public IQueryable<Guid> KnownInCohort(Guid cohortId) =>
        (caller.SeesAll ? db.CohortMembers : db.CohortMembers.Where(m => Cohorts.Contains(m.CohortId)))
            .Where(m => m.CohortId == cohortId).Select(m => m.PersonId)
            .Union(Enrolments.Where(e => e.CohortId == cohortId).Select(e => e.PersonId));

    private IQueryable<AgencyMember> Members =>
        caller.SeesAll ? db.AgencyMembers : db.AgencyMembers.Where(m => Agencies.Contains(m.AgencyId));

    private IQueryable<Enrolment> Enrolments => caller.SeesAll
        ? db.Enrolments
        : db.Enrolments.Where(e => Agencies.Contains(e.AgencyId!.Value) || Cohorts.Contains(e.CohortId));

    public IQueryable<Guid> OfAgencies(IQueryable<Guid> agencies) =>
        db.AgencyMembers.Where(m => agencies.Contains(m.AgencyId)).Select(m => m.PersonId)
            .Union(db.Enrolments.Where(e => agencies.Contains(e.AgencyId!.Value)).Select(e => e.PersonId));

    private IQueryable<Guid> OfCohorts(IQueryable<Guid> cohorts) =>
        db.CohortMembers.Where(m => cohorts.Contains(m.CohortId)).Select(m => m.PersonId)
            .Union(db.Enrolments.Where(e => cohorts.Contains(e.CohortId)).Select(e => e.PersonId));

    /// <summary>
    /// Which agencies these people are of, as far as the caller may know it; a part that cannot be read is left out.
    /// </summary>
    public async Task<List<PartInAgency>> PartsOf(IReadOnlyCollection<Guid> people, CancellationToken ct)
    {
        try
        {
            return await PartsOf(Members, people).ToListAsync(ct);
        }
        catch (Exception e) when (e.IsOfOneRow())
        {
            var ids = await Members.Where(KnownRoles.IsUnknownInAgency).Where(m => people.Contains(m.PersonId)).Select(m => m.PersonId)
                .ToListAsync(ct);
            if (ids.Count == 0) throw;
            foreach (var id in ids) db.LogLeftOut("part in an agency of", id);
            return await PartsOf(Members.Where(KnownRoles.IsInAgency), people).ToListAsync(ct);
        }
    }

    private IQueryable<PartInAgency> PartsOf(IQueryable<AgencyMember> members, IReadOnlyCollection<Guid> people) =>
        members.Where(m => people.Contains(m.PersonId)).Select(m => new { m.PersonId, m.AgencyId, Role = (AgencyRole?)m.Role })
            .Union(Enrolments.Where(e => people.Contains(e.PersonId) && e.AgencyId != null)
                .Select(e => new { e.PersonId, AgencyId = e.AgencyId!.Value, Role = (AgencyRole?)null }))
            .Join(db.Agencies, p => p.AgencyId, a => a.Id, (p, a) => new PartInAgency(p.PersonId, a.Id, a.Name, p.Role));
}

/// <summary>A person's part in an agency; without a role they learn there.</summary>
internal sealed record PartInAgency(Guid PersonId, Guid AgencyId, string Agency, AgencyRole? Role);
