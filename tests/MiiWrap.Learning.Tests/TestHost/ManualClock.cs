using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>A clock for a host of its own: its timers run when the test lets time pass, and not before.</summary>
public sealed class ManualClock() : FakeTimeProvider(FlowingClock.Monday)
{
    private readonly ConcurrentDictionary<ArmedTimer, DateTimeOffset> armed = new();

    /// <summary>Waits until somebody waits for the clock who will be woken within this time, and then lets it pass.</summary>
    public async Task Elapse(TimeSpan by)
    {
        await Polling.Until(() => IsAwaited(by));
        Advance(by);
    }

    /// <summary>Whether somebody waits for the clock who will be woken within this time.</summary>
    public bool IsAwaited(TimeSpan within) => armed.Values.Any(due => due <= GetUtcNow() + within);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ArmedTimer(this);
        timer.Arm(dueTime);
        timer.Inner = base.CreateTimer(
            s =>
            {
                // One that has fired wakes nobody any more, though its owner may take a while to dispose of it.
                timer.Arm(period);
                callback(s);
            },
            state, dueTime, period);
        return timer;
    }

    private sealed class ArmedTimer(ManualClock clock) : ITimer
    {
        public ITimer? Inner { get; set; }

        public void Arm(TimeSpan after)
        {
            if (after == Timeout.InfiniteTimeSpan || after == TimeSpan.Zero) clock.armed.TryRemove(this, out _);
            else clock.armed[this] = clock.GetUtcNow() + after;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Arm(dueTime);
            return Inner!.Change(dueTime, period);
        }

        public void Dispose()
        {
            clock.armed.TryRemove(this, out _);
            Inner!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
