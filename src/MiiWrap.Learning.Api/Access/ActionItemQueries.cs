using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Coaching;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Who may read an action item's words, and who closes it.</summary>
internal static class ActionItemQueries
{
    /// <summary>The caller's own, and those of people whom they coach.</summary>
    public static IQueryable<ActionItem> SeenBy(this IQueryable<ActionItem> items, Caller caller, LearningDb db)
    {
        var coached = db.ActionItems.CoachedBy(caller.AsStaff, db).Select(i => i.Id);
        return items.Where(i => i.OwnerId == caller.AsLearner || coached.Contains(i.Id));
    }

    /// <summary>
    /// Items of people whom somebody coaches now: what the two agreed, and what the coachee wrote otherwise as long as they share their
    /// answers.
    /// </summary>
    public static IQueryable<ActionItem> CoachedBy(this IQueryable<ActionItem> items, Guid coachId, LearningDb db)
    {
        var coached = db.Enrolments.CoachedBy(coachId, db).Select(e => e.Id);
        var told = db.Enrolments.TellingAnswersTo(coachId, db).Select(e => e.Id);
        return items.Where(i => i.OwnerId != coachId
            && ((i.CoachId == coachId && coached.Contains(i.EnrolmentId)) || told.Contains(i.EnrolmentId)));
    }
}
