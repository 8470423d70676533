using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Fidelity;

/// <summary>
/// Two people rate the same event, each by a review of their own, and neither is seen by anybody but its rater until both are in. Whoever
/// submits changes this row: of two who do so at once, one runs again and finds the other's.
/// </summary>
public sealed class InterRaterPair : Entity, IVersioned
{
    /// <summary>After so many days the half that is in is released.</summary>
    public const int DaysToWait = 30;

    private InterRaterPair()
    {
    }

    public string Instrument { get; private init; } = "";

    public Guid FirstRaterId { get; private init; }

    public Guid SecondRaterId { get; private init; }

    public DateTime CreatedAt { get; private init; }

    public DateTime? FirstSubmittedAt { get; private set; }

    public DateTime? SecondSubmittedAt { get; private set; }

    /// <summary>When both were in.</summary>
    public DateTime? LockedAt { get; private set; }

    /// <summary>When it was waited for no longer: its halves go on as reviews by themselves.</summary>
    public DateTime? AbandonedAt { get; private set; }

    /// <summary>Whether the first rater was calibrated when both were in.</summary>
    public bool FirstWasCalibrated { get; private set; }

    public bool SecondWasCalibrated { get; private set; }

    public int Version { get; set; }

    /// <summary>It waits for a half.</summary>
    public bool IsOpen => LockedAt is null && AbandonedAt is null;

    public static InterRaterPair Begin(Instrument instrument, Guid firstRaterId, Guid secondRaterId, DateTime now) => new()
    {
        Id = NewId.At(now),
        Instrument = instrument.Code,
        FirstRaterId = firstRaterId,
        SecondRaterId = secondRaterId,
        CreatedAt = now,
    };

    /// <summary>One of the two is done; true once both are.</summary>
    public bool Take(Guid raterId, DateTime now)
    {
        if (raterId == FirstRaterId) FirstSubmittedAt = now;
        else SecondSubmittedAt = now;
        return FirstSubmittedAt is not null && SecondSubmittedAt is not null;
    }

    /// <summary>Both halves are seen from now on.</summary>
    public void Lock(bool firstWasCalibrated, bool secondWasCalibrated, DateTime now) =>
        (LockedAt, FirstWasCalibrated, SecondWasCalibrated) = (now, firstWasCalibrated, secondWasCalibrated);

    /// <summary>It has waited long enough.</summary>
    public void GiveUp(DateTime now)
    {
        if (CreatedAt.AddDays(DaysToWait) < now) StopWaiting(now);
    }

    /// <summary>A half of it will not come.</summary>
    public void StopWaiting(DateTime now)
    {
        if (!IsOpen) return;
        AbandonedAt = now;
        Raise(new PairAbandoned(this, now));
    }
}

/// <summary>A half of a blind pair has not come in time, or will not: its halves go on as reviews by themselves.</summary>
public sealed record PairAbandoned(InterRaterPair Pair, DateTime At) : IDomainEvent;
