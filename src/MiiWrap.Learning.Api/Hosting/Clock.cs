namespace MiiWrap.Learning.Api;

/// <summary>A clock that believes it started at a given moment and goes on from there, so that coming nudges can be seen today.</summary>
internal sealed class ShiftedClock(DateTimeOffset startAt) : TimeProvider
{
    private readonly long begun = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => startAt + System.GetElapsedTime(begun);
}

internal static class Clock
{
    /// <summary>Now, to the millisecond: what is answered now is then what the database gives back later.</summary>
    public static DateTime UtcNow(this TimeProvider clock)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return new(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);
    }
}
