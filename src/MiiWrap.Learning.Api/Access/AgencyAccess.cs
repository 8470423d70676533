using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Loads an agency for its members and for programme admins; everybody else learns nothing of it.</summary>
internal sealed class AgencyAccess(LearningDb db, Caller caller)
{
    /// <summary>The agency, and whether the caller administers it.</summary>
    public async Task<(Agency Agency, bool IsAdmin)> Load(Guid agencyId, CancellationToken ct)
    {
        var administers = await db.AgencyMembers.Where(m => m.AgencyId == agencyId && m.PersonId == caller.PersonId)
            .Select(m => m.Role == AgencyRole.AgencyAdmin).ToListAsync(ct);
        if (administers.Count == 0 && !caller.IsProgramAdmin) throw new NotFoundException("agency");
        var agency = await db.Agencies.SingleOrDefaultAsync(a => a.Id == agencyId, ct) ?? throw new NotFoundException("agency");
        return (agency, caller.IsProgramAdmin || administers.Contains(true));
    }

    /// <summary>The agency for its admins, and for clients of its own or of the programme.</summary>
    public async Task<Agency> LoadForAdminOrClient(Guid agencyId, CancellationToken ct) => caller.Client switch
    {
        null => await LoadForAdmin(agencyId, ct),
        { AgencyId: { } own } when own != agencyId => throw new NotFoundException("agency"),
        _ => await db.Agencies.SingleOrDefaultAsync(a => a.Id == agencyId, ct) ?? throw new NotFoundException("agency"),
    };

    public async Task<Agency> LoadForAdmin(Guid agencyId, CancellationToken ct)
    {
        var (agency, isAdmin) = await Load(agencyId, ct);
        return isAdmin ? agency : throw new RuleException(
            "role.required", "Only an admin of this agency or a programme admin may do this.", RuleKind.Forbidden);
    }
}
