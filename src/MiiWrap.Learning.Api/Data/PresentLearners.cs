using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Data;

/// <summary>Whose work still waits for somebody.</summary>
internal static class PresentLearners
{
    /// <summary>Those of learners who are here: not withdrawn, and not of somebody who has left after completing everything.</summary>
    public static IQueryable<Enrolment> OfPresent(this IQueryable<Enrolment> enrolments, LearningDb db) =>
        enrolments.Where(e => e.Status != EnrolmentStatus.Withdrawn
            && !db.Users.Any(p => p.Id == e.PersonId && p.Status == PersonStatus.Left));
}
