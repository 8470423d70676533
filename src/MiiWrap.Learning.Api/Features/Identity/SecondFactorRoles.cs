using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Identity;

internal static class SecondFactorRoles
{
    /// <summary>Refuses everybody but programme admins and leads of a cohort.</summary>
    public static async Task MayTurnOnSecondFactor(this Caller caller, LearningDb db, CancellationToken ct)
    {
        if (!caller.IsProgramAdmin && !await db.CohortMembers.AnyAsync(m => m.PersonId == caller.PersonId && m.Role == CohortRole.Lead, ct))
            throw new RuleException(
                "role.required", "A second factor is for programme admins and leads of a cohort.", RuleKind.Forbidden);
    }
}
