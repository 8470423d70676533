using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>A cohort with its people.</summary>
/// <param name="Version">The number of the curriculum's version.</param>
/// <param name="Coaching">Whether coaching is a part of the programme here, and how much of it each learner has is counted.</param>
/// <param name="ClosedAt">When it was closed; null while it is not.</param>
/// <param name="Instructors">Who reviews reflections: their ids and names.</param>
/// <param name="Leads">Who leads the cohort: their ids and names.</param>
public sealed record CohortView(
    Guid Id, string Name, string Curriculum, int Version, DateOnly StartsOn, string TimeZone, Gate Gate, bool Coaching, DateTime? ClosedAt,
    IReadOnlyList<PersonName> Instructors,
    IReadOnlyList<PersonName> Leads)
{
    internal string ETag => ETags.Of(
        Id, Name, Version, StartsOn, TimeZone, Gate, Coaching, ClosedAt, string.Join(',', Instructors), string.Join(',', Leads));

    internal static async Task<CohortView> Read(LearningDb db, Guid id, CancellationToken ct)
    {
        var cohort = await db.Cohorts.AsNoTracking().SingleAsync(c => c.Id == id, ct);
        var staff = await db.CohortMembers.Where(m => m.CohortId == id)
            .Join(db.Users, m => m.PersonId, p => p.Id, (m, p) => new
            {
                Person = new PersonName(p.Id, p.Name),
                IsInstructor = m.Role == CohortRole.Instructor,
                IsLead = m.Role == CohortRole.Lead,
            }).ToListAsync(ct);
        foreach (var unknown in staff.Where(m => !m.IsInstructor && !m.IsLead)) db.LogLeftOut("part in a cohort of", unknown.Person.Id);
        static IReadOnlyList<PersonName> Named(IEnumerable<PersonName> people) =>
            [.. people.OrderByName(n => n.Name).ThenBy(n => n.Id)];
        return new(
            cohort.Id, cohort.Name, cohort.Curriculum, cohort.CurriculumVersion, cohort.StartsOn, cohort.TimeZone, cohort.Gate,
            cohort.Coaching, cohort.ClosedAt,
            Named(staff.Where(m => m.IsInstructor).Select(m => m.Person)),
            Named(staff.Where(m => m.IsLead).Select(m => m.Person)));
    }
}

/// <summary>A person as others see them.</summary>
public sealed record PersonName(Guid Id, string Name);
