using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Implementation;

namespace MiiWrap.Learning.Api.Features.Demonstration;

/// <summary>
/// What the demonstration's agency has counted in 24 months, coaching in the middle: families come to more meetings, which the run chart
/// finds; fewer people leave, of whom there are too few to be sure; vacant posts do not move; and one observation system is too new.
/// </summary>
internal sealed class DemonstrationImplementation(LearningDb db, Agency agency, IndicatorSet indicators, Person admin, DateTime now)
{
    private const int MonthsSinceStart = 12;

    private static readonly int[] Left = [1, 0, 2, 1, 0, 1, 1, 0, 1, 2, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0];
    private static readonly int[] Vacant = [3, 2, 3, 4, 3, 2, 3, 3, 4, 2, 3, 3, 2, 3, 4, 3, 3, 2, 3, 3, 2, 4, 3, 3];
    private static readonly int[] Held = [24, 26, 25, 27, 24, 26, 25, 23, 26, 27, 24, 25, 26, 27, 25, 28, 26, 27, 26, 28, 27, 26, 28, 27];
    private static readonly int[] WithFamily =
        [17, 19, 17, 20, 16, 19, 18, 16, 18, 20, 17, 18, 19, 21, 20, 23, 22, 23, 22, 24, 23, 23, 25, 23];

    private static readonly int[] WithUnpaid = [6, 8, 7, 7, 6, 9, 7, 6, 8, 8, 6, 7, 8, 7, 9, 8, 7, 9, 8, 8, 9, 7, 9, 8];
    private static readonly int[] Families =
        [58, 60, 59, 62, 61, 60, 63, 62, 64, 63, 65, 64, 66, 65, 67, 66, 68, 67, 68, 70, 69, 70, 71, 70];

    private static readonly decimal[] Forms = [71.2m, 70.4m, 72.1m, 73.0m, 71.8m];

    public void Add()
    {
        agency.StartCoachingOn(MonthBefore(MonthsSinceStart), "The first coaching sessions were held before this system was in use.");
        Series("turnover", Left, (left, i) => new(left, 20 + (i % 3 * 0.5m), null, null));
        Series("vacancy", Vacant, (vacant, _) => new(vacant, 24, null, null));
        Series("facilitators", Vacant, (vacant, _) => new(null, null, 24 - vacant, null));
        Series("families", Families, (families, _) => new(null, null, families, null));
        Series("familyAtMeeting", WithFamily, (present, i) => new(present, Held[i], null, null));
        Series("naturalSupport", WithUnpaid, (present, i) => new(present, Held[i], null, null));
        Series("tomTotal", Forms, (mean, i) => new(null, null, mean, 4 + (i % 2)));
    }

    /// <summary>Months up to the one before the present.</summary>
    private void Series<T>(string code, T[] months, Func<T, int, IndicatorCounts> countsOf)
    {
        if (indicators.Find(code, null) is not { } indicator) return;
        foreach (var (month, i) in months.Select((m, i) => (m, i)))
        {
            var day = MonthBefore(months.Length - i);
            db.Add(RecordedMonth.Record(
                agency.Id, indicator, day, countsOf(month, i), null, new(admin.Id, IndicatorSource.Person),
                day.AddMonths(1).AddDays(2).ToDateTime(new(15, 0), DateTimeKind.Utc)));
        }
    }

    private DateOnly MonthBefore(int months) => Months.Of(DateOnly.FromDateTime(now)).AddMonths(-months);
}
