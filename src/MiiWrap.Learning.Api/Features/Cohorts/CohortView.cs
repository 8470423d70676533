using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>A cohort with its people.</summary>
/// <param name="Version">The number of the curriculum's version.</param>
/// <param name="ClosedAt">When it was closed; null while it is not.</param>
/// <param name="Instructors">Who reviews reflections: their ids and names.</param>
/// <param name="Leads">Who leads the cohort: their ids and names.</param>
public sealed record CohortView(
    Guid Id, string Name, string Curriculum, int Version, DateOnly StartsOn, string TimeZone, Gate Gate, DateTime? ClosedAt,
    IReadOnlyList<PersonName> Instructors,
    IReadOnlyList<PersonName> Leads)
{
    internal string ETag => ETags.Of(
        Id, Name, Version, StartsOn, TimeZone, Gate, ClosedAt, string.Join(',', Instructors), string.Join(',', Leads));

    internal static async Task<CohortView> Read(LearningDb db, Guid id, CancellationToken ct)
    {
        var cohort = await db.Cohorts.AsNoTracking().Include(c => c.Staff).SingleAsync(c => c.Id == id, ct);
        var people = cohort.Staff.Select(m => m.PersonId).ToList();
        var names = (await db.Users.Where(p => people.Contains(p.Id)).Select(p => new PersonName(p.Id, p.Name)).ToListAsync(ct))
            .OrderBy(n => SortKey.Of(n.Name), StringComparer.Ordinal).ThenBy(n => n.Id).ToList();
        IReadOnlyList<PersonName> With(CohortRole role) =>
            [.. names.Where(n => cohort.Staff.Any(m => m.PersonId == n.Id && m.Role == role))];
        return new(
            cohort.Id, cohort.Name, cohort.Curriculum, cohort.CurriculumVersion, cohort.StartsOn, cohort.TimeZone, cohort.Gate,
            cohort.ClosedAt, With(CohortRole.Instructor), With(CohortRole.Lead));
    }
}

/// <summary>A person as others see them.</summary>
public sealed record PersonName(Guid Id, string Name);
