namespace MiiWrap.Learning.Api.Configuration;

/// <summary>A clock that believes it started at a given moment and goes on from there, so that coming nudges can be seen today.</summary>
internal sealed class ShiftedClock(DateTimeOffset startAt) : TimeProvider
{
    private readonly long begun = MachineClock.Instance.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => startAt + MachineClock.Instance.GetElapsedTime(begun);
}

/// <summary>The machine's own clock, for what must follow it whatever time this program has been told to keep.</summary>
internal static class MachineClock
{
#pragma warning disable RS0030 // The one place; everybody else takes the program's TimeProvider.
    public static TimeProvider Instance => TimeProvider.System;
#pragma warning restore RS0030
}
