namespace MiiWrap.Learning.Api.Configuration;

/// <summary>A clock that believes it started at a given moment and goes on from there, so that coming nudges can be seen today.</summary>
internal sealed class ShiftedClock(DateTimeOffset startAt) : TimeProvider
{
    private readonly long begun = MachineClock.Instance.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => startAt + MachineClock.Instance.GetElapsedTime(begun);
}

/// <summary>A clock that goes on by itself and can be moved on, so that the coming weeks are seen within minutes.</summary>
internal sealed class SandboxClock(DateTimeOffset startAt) : TimeProvider
{
    private readonly Lock gate = new();
    private DateTimeOffset from = startAt;
    private long since = MachineClock.Instance.GetTimestamp();

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return from + MachineClock.Instance.GetElapsedTime(since);
    }

    /// <summary>Moves to a moment; false when that is over already.</summary>
    public bool TryMoveTo(DateTimeOffset moment)
    {
        lock (gate)
        {
            if (moment < GetUtcNow()) return false;
            (from, since) = (moment, MachineClock.Instance.GetTimestamp());
            return true;
        }
    }
}

/// <summary>The machine's own clock, for what must follow it whatever time this program has been told to keep.</summary>
internal static class MachineClock
{
#pragma warning disable RS0030 // The one place; everybody else takes the program's TimeProvider.
    public static TimeProvider Instance => TimeProvider.System;
#pragma warning restore RS0030
}
