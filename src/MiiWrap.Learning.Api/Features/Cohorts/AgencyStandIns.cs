using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>
/// Whom an agency's program must not learn of: everybody but new people and the agency's own. Somebody else stands in for them until they
/// accept.
/// </summary>
internal sealed class AgencyStandIns
{
    private readonly LearningDb db;
    private readonly Guid agencyId;
    private readonly DateTime now;
    private readonly HashSet<Guid> foreign;
    private readonly Dictionary<Guid, Person> byOwner;

    private AgencyStandIns(LearningDb db, Guid agencyId, DateTime now, HashSet<Guid> foreign, Dictionary<Guid, Person> byOwner) =>
        (this.db, this.agencyId, this.now, this.foreign, this.byOwner) = (db, agencyId, now, foreign, byOwner);

    public IEnumerable<Guid> Ids => byOwner.Values.Select(p => p.Id);

    /// <param name="known">Those whose addresses were sent.</param>
    public static async Task<AgencyStandIns> Of(
        LearningDb db, Guid agencyId, Guid cohortId, IReadOnlyList<Guid> known, DateTime now, CancellationToken ct)
    {
        var enrolments = await db.Enrolments.Where(e => known.Contains(e.PersonId) && (e.AgencyId == agencyId || e.CohortId == cohortId))
            .Select(e => new { e.PersonId, e.CohortId, e.AgencyId }).ToListAsync(ct);
        var own = (await db.AgencyMembers.Where(m => m.AgencyId == agencyId && known.Contains(m.PersonId)).Select(m => m.PersonId)
            .ToListAsync(ct)).Concat(enrolments.Where(e => e.AgencyId == agencyId).Select(e => e.PersonId)).ToHashSet();
        // One's own people, but as those of another agency or of none in this cohort: that is not the agency's to know either.
        own.ExceptWith(enrolments.Where(e => e.CohortId == cohortId && e.AgencyId != agencyId).Select(e => e.PersonId));
        var standIns = await db.StandIns.Where(s => s.AgencyId == agencyId && known.Contains(s.StandsFor))
            .Join(db.Users, s => s.PersonId, p => p.Id, (s, p) => new { s.StandsFor, Person = p })
            .ToDictionaryAsync(s => s.StandsFor, s => s.Person, ct);
        return new(db, agencyId, now, [.. known.Except(own)], standIns);
    }

    public bool IsForeign(Guid personId) => foreign.Contains(personId);

    /// <summary>The id of the one who stands in for this person; empty while nobody does.</summary>
    public Guid IdFor(Guid personId) => byOwner.TryGetValue(personId, out var standIn) ? standIn.Id : Guid.Empty;

    /// <summary>The one who stands in for this person, with the name that was sent first.</summary>
    public Person For(Guid personId, string email, string name, string timeZone)
    {
        if (byOwner.TryGetValue(personId, out var standIn)) return standIn;
        standIn = Person.InSteadOf(email, name, timeZone, now);
        byOwner.Add(personId, standIn);
        db.AddRange(standIn, new StandIn(standIn.Id, personId, agencyId, now, now), OutboundMail.Invitation(standIn.Id, null, now));
        return standIn;
    }
}
