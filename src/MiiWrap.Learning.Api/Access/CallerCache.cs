using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;

namespace MiiWrap.Learning.Api.Access;

/// <summary>What each request needs to know of its caller.</summary>
internal sealed record CachedPerson(Guid Id, string? SecurityStamp, bool IsProgramAdmin, bool HasAccess, bool HasSecondFactor);

/// <summary>
/// People as of a few seconds ago, so that checking a token costs no query each time; an end of access on this node counts at once.
/// </summary>
internal sealed class CallerCache(TimeProvider clock) : IHoldsRows
{
    /// <summary>So long an end of access may take to be known on another node; clients and sign-ins are asked for as often.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private const int Most = 20_000;
    private readonly BoundedCache<Guid, CachedPerson> known = new(Most, Fresh, clock);

    public void Clear() => known.Clear();

    public void Forget(Guid personId) => known.Remove(personId);

    public ValueTask<CachedPerson?> Find(LearningDb db, Guid personId, CancellationToken ct) =>
        known.TryGet(personId, out var person) ? new(person) : Read(db, personId, ct);

    private async ValueTask<CachedPerson?> Read(LearningDb db, Guid personId, CancellationToken ct)
    {
        var readAt = known.Now();
        var person = await db.Users.Where(p => p.Id == personId)
            .Select(p => new CachedPerson(
                p.Id, p.SecurityStamp, p.IsProgramAdmin, p.Status == PersonStatus.Active, p.TwoFactorEnabled))
            .SingleOrDefaultAsync(ct);
        if (person is not null) known.Set(personId, person, readAt);
        return person;
    }
}
