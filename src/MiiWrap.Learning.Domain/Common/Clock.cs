namespace MiiWrap.Learning.Domain.Common;

/// <summary>Reads the injected clock.</summary>
public static class Clock
{
    /// <summary>Now, to the millisecond: what is answered now is then what the database gives back later.</summary>
    public static DateTime UtcNow(this TimeProvider clock)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return new(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);
    }
}
