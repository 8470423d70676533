using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Data;

/// <summary>The days of an action item are counted in the zone of its cohort; what people say of it, by their own calendar too.</summary>
internal static class ActionItemDays
{
    /// <summary>The date in the zone of the item's cohort.</summary>
    public static async Task<DateOnly> TodayOf(this LearningDb db, ActionItem item, DateTime now, CancellationToken ct) =>
        Zones.LocalDate(now, await db.ZoneOf(item, ct));

    /// <summary>The zone of the item's cohort.</summary>
    public static async Task<TimeZoneInfo> ZoneOf(this LearningDb db, ActionItem item, CancellationToken ct) => Zones.Find(
        await db.Enrolments.Where(e => e.Id == item.EnrolmentId).Join(db.Cohorts, e => e.CohortId, c => c.Id, (_, c) => c.TimeZone)
            .SingleAsync(ct));

    /// <summary>The zone in which somebody works.</summary>
    public static async Task<TimeZoneInfo> ZoneOf(this LearningDb db, Guid personId, CancellationToken ct) => Zones.Find(
        await db.Users.Where(p => p.Id == personId).Select(p => p.TimeZone).SingleAsync(ct));
}
