using Microsoft.Extensions.Time.Testing;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>A clock for a host of its own: its timers run when the test lets time pass, and not before.</summary>
public sealed class ManualClock() : FakeTimeProvider(FlowingClock.Monday)
{
    private int waiting;

    /// <summary>Waits until somebody waits for the clock, and then lets this much time pass.</summary>
    public async Task Elapse(TimeSpan by)
    {
        await Polling.Until(() => Volatile.Read(ref waiting) > 0);
        Advance(by);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref waiting);
        return new CountedTimer(this, base.CreateTimer(callback, state, dueTime, period));
    }

    private sealed class CountedTimer(ManualClock clock, ITimer timer) : ITimer
    {
        private int ended;

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref ended, 1) == 0) Interlocked.Decrement(ref clock.waiting);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
