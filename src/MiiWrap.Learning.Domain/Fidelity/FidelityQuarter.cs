using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Fidelity;

/// <summary>A locked review by somebody else than its subject, as far as an agency's figures know of it.</summary>
/// <param name="Supersedes">The review whose place it takes; null for none.</param>
/// <param name="Pair">The blind pair that it is half of; null for none.</param>
/// <param name="Total">Null where too little was rated.</param>
/// <param name="RaterCalibrated">Whether the rater was calibrated when it was locked.</param>
public sealed record CountedReview(
    Guid Id, Guid? Supersedes, Guid SubjectId, Guid RaterId, Guid? Pair, DateOnly Month, Fraction? Total, bool RaterCalibrated,
    DateTime LockedAt, DateTime? VoidedAt);

/// <summary>
/// An agency's fidelity in three months, as it stood when they were released. It never changes after that: whoever looks before and after
/// a review would read that one person's score in the difference.
/// </summary>
/// <param name="From">The first day of the quarter.</param>
/// <param name="Median">Of each subject's newest total in the quarter.</param>
/// <param name="AtLine">
/// Subjects at or above the line, of those whose newest total is by calibrated raters; null where the instrument has no line, or where
/// these or the others would be too few.
/// </param>
/// <param name="Falling">Subjects whose trend falls.</param>
/// <param name="Rising">Subjects whose trend rises.</param>
public sealed record FidelityQuarter(DateOnly From, int Subjects, Fraction Median, Proportion? AtLine, int Falling, int Rising)
{
    public const int Months = 3;

    /// <summary>For so many months after the quarter its reviews may still be locked, and count.</summary>
    public const int MonthsToLock = 1;

    /// <summary>When the figures of a quarter are settled.</summary>
    public static DateTime ReleasedAt(DateOnly from) =>
        from.AddMonths(Months + MonthsToLock).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);

    /// <summary>The first days of the newest quarters that are settled, the newest last.</summary>
    public static IEnumerable<DateOnly> Settled(int quarters, DateTime now)
    {
        var newest = QuarterOf(DateOnly.FromDateTime(now));
        while (ReleasedAt(newest) > now) newest = newest.AddMonths(-Months);
        return Enumerable.Range(1 - quarters, quarters).Select(q => newest.AddMonths(q * Months));
    }

    /// <summary>The first day of the quarter in which a month lies.</summary>
    public static DateOnly QuarterOf(DateOnly month) => new(month.Year, month.Month - ((month.Month - 1) % Months), 1);

    /// <summary>Null where too few subjects were rated.</summary>
    /// <param name="known">Subjects of whom the reader knows a score: they count, and make no group large enough.</param>
    public static FidelityQuarter? Of(
        IEnumerable<CountedReview> reviews, DateOnly from, decimal? line, decimal driftSlope, IReadOnlySet<Guid> known,
        int fewest = Suppression.FewestLearners)
    {
        var subjects = SubjectsOf(reviews, from, line, driftSlope);
        return subjects.Count(s => !known.Contains(s.SubjectId)) < fewest
            ? null
            : Of(subjects, from, line, MayTellLine(subjects, known, fewest));
    }

    /// <param name="subjects">Whoever was rated in it, one at least.</param>
    /// <param name="tellsLine">Whether how many of them are at the line may be told.</param>
    public static FidelityQuarter Of(IReadOnlyList<RatedSubject> subjects, DateOnly from, decimal? line, bool tellsLine) => new(
        from, subjects.Count, Fraction.Median(subjects.Select(s => s.Newest)), tellsLine ? AtLineOf(subjects, line) : null,
        subjects.Count(s => s.Signal == TrendSignal.Falling), subjects.Count(s => s.Signal == TrendSignal.Rising));

    /// <summary>Where those stood at the end of a quarter who were rated in it, as of when it was released.</summary>
    public static IReadOnlyList<RatedSubject> SubjectsOf(
        IEnumerable<CountedReview> reviews, DateOnly from, decimal? line, decimal driftSlope)
    {
        var last = from.AddMonths(Months - 1);
        return
        [
            .. HeadsOn(reviews, ReleasedAt(from)).Where(r => r.Total is not null && r.Month <= last).GroupBy(r => r.SubjectId)
                .Where(s => s.Any(r => r.Month >= from)).Select(s => RatedSubject.Of(s.Key, [.. s], last, line, driftSlope)),
        ];
    }

    /// <summary>
    /// Whether those whom calibrated raters have rated may be told of apart: the median is of all, and what it says of the others is theirs
    /// too.
    /// </summary>
    public static bool MayTellLine(IReadOnlyCollection<RatedSubject> subjects, IReadOnlySet<Guid> known, int fewest)
    {
        var counted = subjects.Count(s => s.IsCalibrated && !known.Contains(s.SubjectId));
        var others = subjects.Count(s => !s.IsCalibrated && !known.Contains(s.SubjectId));
        return counted >= fewest && (others == 0 || others >= fewest);
    }

    /// <summary>Each chain of amendments by what stood of it at a moment.</summary>
    private static IEnumerable<CountedReview> HeadsOn(IEnumerable<CountedReview> reviews, DateTime moment)
    {
        var locked = reviews.Where(r => r.LockedAt < moment).ToList();
        var superseded = locked.Select(r => r.Supersedes).OfType<Guid>().ToHashSet();
        return locked.Where(r => !superseded.Contains(r.Id) && !(r.VoidedAt < moment));
    }

    private static Proportion? AtLineOf(IReadOnlyList<RatedSubject> subjects, decimal? line)
    {
        if (line is not { } drawn) return null;
        var least = Fraction.Of(drawn);
        return Proportion.Of([.. subjects.Where(s => s.IsCalibrated)], s => s.Newest >= least);
    }
}

/// <summary>Where one subject stood at the end of a quarter.</summary>
/// <param name="IsCalibrated">All who rated the newest total were calibrated.</param>
public sealed record RatedSubject(Guid SubjectId, Fraction Newest, bool IsCalibrated, TrendSignal Signal)
{
    internal static RatedSubject Of(Guid subjectId, List<CountedReview> heads, DateOnly last, decimal? line, decimal driftSlope)
    {
        var trend = Trend.Of(heads.Select(r => new TrendReview(r.Month, r.Total!, r.RaterId, r.Pair)), last, line, driftSlope);
        var newest = trend.Points[^1];
        return new(subjectId, newest.Value, heads.Where(r => r.Month == newest.Month).All(r => r.RaterCalibrated), trend.Signal);
    }
}
