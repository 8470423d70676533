using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>Finds the reflection of an assignment for its author, and for nobody else.</summary>
internal static class OwnReflection
{
    /// <summary>The caller's own; null when they have not begun it, or the enrolment is not theirs.</summary>
    public static Task<Reflection?> FindOwn(
        this IQueryable<Reflection> reflections, Caller caller, Guid enrolmentId, string assignment, CancellationToken ct) =>
        reflections.Where(r => r.EnrolmentId == enrolmentId && r.PersonId == caller.PersonId && r.Assignment == assignment)
            .SingleOrDefaultByAsync(r => r.Assignment, assignment, ct);
}
