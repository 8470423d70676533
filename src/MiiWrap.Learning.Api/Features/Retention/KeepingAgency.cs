using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Retention;

/// <summary>Finds an agency for those who belong to it, and says whether they decide about the keeping of its words.</summary>
internal sealed class KeepingAgency(LearningDb db, Caller caller, TimeProvider clock)
{
    public async Task<(Agency Agency, bool IsAdmin)> Find(Guid agencyId, CancellationToken ct)
    {
        var roles = await db.AgencyMembers.Where(m => m.AgencyId == agencyId && m.PersonId == caller.PersonId).Select(m => m.Role).ToListAsync(ct);
        if (roles.Count == 0 && !caller.IsProgramAdmin) throw new NotFoundException("agency");
        var agency = await db.Agencies.SingleOrDefaultAsync(a => a.Id == agencyId, ct) ?? throw new NotFoundException("agency");
        return (agency, caller.IsProgramAdmin || roles.Contains(AgencyRole.AgencyAdmin));
    }

    public async Task<Agency> FindForChange(Guid agencyId, CancellationToken ct)
    {
        var (agency, isAdmin) = await Find(agencyId, ct);
        return isAdmin ? agency : throw new RuleException("role.required", "Only an admin of this agency or a programme admin may do this.", RuleKind.Forbidden);
    }

    /// <summary>Adds a line to the agency's list, to be saved with what it tells of.</summary>
    public async Task Note(Agency agency, RetentionAct act, string? reason, int? months, CancellationToken ct)
    {
        var name = await db.Users.Where(p => p.Id == caller.PersonId).Select(p => p.Name).SingleAsync(ct);
        db.Add(RetentionRecord.Of(agency.Id, act, caller.PersonId, name, reason, months, clock.UtcNow()));
    }
}
