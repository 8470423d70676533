using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Data;

/// <summary>What a learner has left unanswered in a row.</summary>
internal static class UnansweredNudges
{
    /// <summary>
    /// The asks left unanswered since the person last acted (answered, completed, wrote, or opened their journey or a unit) or their coach
    /// last was in touch; those of learners who have left, and of long ago, speak of no present silence. What a learner opens is
    /// kept by the day, so that an ask of the same day is none that was left.
    /// </summary>
    public static IQueryable<Nudge> Unanswered(this LearningDb db, DateTime now)
    {
        var since = now.AddDays(-Fatigue.MemoryDays);
        var present = db.Enrolments.OfPresent(db);
        return db.Nudges.Where(Nudge.IsUnanswered(now)).Where(n => n.SentAt > since)
            .Where(n => present.Any(e => e.Id == n.EnrolmentId))
            .Where(n => !db.Enrolments.Any(e => e.PersonId == n.PersonId && e.LastActivityAt >= n.SentAt!.Value.Date))
            .Where(n => !db.Reflections.Any(r => r.PersonId == n.PersonId && r.DraftSavedAt > n.SentAt))
            .Where(n => !db.Nudges.Any(a => a.PersonId == n.PersonId && a.Response != null && a.Response.RespondedAt > n.SentAt))
            .Where(n => !db.FollowUps.Any(f => f.EnrolmentId == n.EnrolmentId && f.ClosedAt > n.SentAt));
    }
}
