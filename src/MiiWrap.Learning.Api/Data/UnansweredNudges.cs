using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Data;

/// <summary>What a learner has left unanswered in a row.</summary>
internal static class UnansweredNudges
{
    /// <summary>The asks left unanswered since the person last answered one, or their coach last was in touch.</summary>
    public static IQueryable<Nudge> Unanswered(this LearningDb db, DateTime now) => db.Nudges.Where(Nudge.IsUnanswered(now))
        .Where(n => !db.Nudges.Any(a => a.PersonId == n.PersonId && a.Response != null && a.Response.RespondedAt > n.SentAt))
        .Where(n => !db.FollowUps.Any(f => f.EnrolmentId == n.EnrolmentId && f.ClosedAt > n.SentAt));
}
