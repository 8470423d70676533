using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Implementation;

/// <summary>How a month came here.</summary>
public enum IndicatorSource
{
    Person,
    File,
    Client,
}

/// <summary>Who has recorded a month, and how.</summary>
public sealed record IndicatorRecorder(Guid Id, IndicatorSource Source);

/// <summary>
/// What an agency has counted of one indicator in one month. A later revision takes its place, and every earlier one is kept.
/// </summary>
public sealed class RecordedMonth : Entity, IAppendOnly
{
    private RecordedMonth()
    {
    }

    public Guid AgencyId { get; private init; }

    /// <summary>The indicator's code.</summary>
    public string Code { get; private init; } = "";

    /// <summary>By which version of the indicator it was counted: another one is another series.</summary>
    public int IndicatorVersion { get; private init; }

    /// <summary>The month's first day.</summary>
    public DateOnly Month { get; private init; }

    /// <summary>From 1; the highest is in force.</summary>
    public int Revision { get; private init; }

    public decimal? Numerator { get; private init; }

    public decimal? Denominator { get; private init; }

    public decimal? Value { get; private init; }

    public int? N { get; private init; }

    public DateTime RecordedAt { get; private init; }

    /// <summary>A person, or a client.</summary>
    public Guid RecordedById { get; private init; }

    public IndicatorSource Source { get; private init; }

    public IndicatorCounts Counts => new(Numerator, Denominator, Value, N);

    /// <param name="before">What is in force of the same month by now; null for nothing.</param>
    public static RecordedMonth Record(
        Guid agencyId, Indicator indicator, DateOnly month, IndicatorCounts counts, RecordedMonth? before, IndicatorRecorder by,
        DateTime now)
    {
        var recorded = new RecordedMonth
        {
            Id = NewId.At(now),
            AgencyId = agencyId,
            Code = indicator.Code,
            IndicatorVersion = indicator.Version,
            Month = month,
            Revision = (before?.Revision ?? 0) + 1,
            Numerator = counts.Numerator,
            Denominator = counts.Denominator,
            Value = counts.Value,
            N = counts.N,
            RecordedAt = now,
            RecordedById = by.Id,
            Source = by.Source,
        };
        recorded.Raise(new IndicatorRecorded(recorded, now));
        return recorded;
    }
}

/// <summary>An agency's count of a month is in force from now on.</summary>
public sealed record IndicatorRecorded(RecordedMonth Month, DateTime At) : IDomainEvent;
