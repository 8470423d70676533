using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Agencies;

/// <summary>Adds to an agency's list of retention acts, to be saved with what the line tells of.</summary>
internal sealed class RetentionLog(LearningDb db, Caller caller, TimeProvider clock)
{
    public async Task Add(Agency agency, RetentionAct act, string? reason, int? months, CancellationToken ct)
    {
        var name = await db.Users.Where(p => p.Id == caller.PersonId).Select(p => p.Name).SingleAsync(ct);
        db.Add(RetentionRecord.Of(agency.Id, act, caller.PersonId, name, reason, months, clock.UtcNow()));
    }
}
