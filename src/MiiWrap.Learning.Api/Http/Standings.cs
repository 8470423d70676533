using System.Collections.Concurrent;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Http;

/// <summary>
/// Where learners stand in the units that they are reading, so that the requests which follow each other within a second ask the database once.
/// A change on this node counts at once, one on another after <see cref="Fresh"/>. That an enrolment is the caller's own never changes.
/// </summary>
internal sealed class Standings(UnitQueries queries, CohortChanges changes, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    // About a kilobyte each.
    private const int Most = 2_000;

    private readonly ConcurrentDictionary<(Guid Enrolment, Guid Person, string Unit), Known> known = new();

    public ValueTask<Standing?> Of(Lazy<LearningDb> database, Guid enrolmentId, Guid personId, string unit, CancellationToken ct)
    {
        var key = (enrolmentId, personId, unit);
        return known.TryGetValue(key, out var last) && changes.Of(last.Standing.Cohort.Id) == last.Change && clock.GetElapsedTime(last.ReadAt) < Fresh
            ? new(last.Standing)
            : Read(database.Value, key, ct);
    }

    private async ValueTask<Standing?> Read(LearningDb db, (Guid Enrolment, Guid Person, string Unit) key, CancellationToken ct)
    {
        var (readAt, total) = (clock.GetTimestamp(), changes.Total);
        var standing = await queries.Standing(db, key.Enrolment, key.Person, key.Unit, ct);
        if (standing is null) return null;
        var change = changes.Of(standing.Cohort.Id);
        // Whether this saw a change that came in between nobody can say, so it is not kept.
        if (changes.Total != total) return standing;
        if (known.Count >= Most) known.Clear();
        known[key] = new(standing, change, readAt);
        return standing;
    }

    private sealed record Known(Standing Standing, long Change, long ReadAt);
}

/// <summary>The cohort in which the unit is studied, how far, and whether its reflection was begun; open says nothing about the calendar.</summary>
internal sealed record Standing(Cohort Cohort, UnitState State, bool IsWritten);
