namespace MiiWrap.Learning.Tests.App;

/// <summary>A clock for a host of its own: its timers run when the test lets time pass, and not before.</summary>
public sealed class HandClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<HandTimer> waiting = [];
    private DateTimeOffset now = TestClock.Monday;
    private TaskCompletionSource someoneWaits = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override DateTimeOffset GetUtcNow() => now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now.UtcTicks;

    /// <summary>Waits until somebody waits for the clock, and then lets this much time pass.</summary>
    public async Task Elapse(TimeSpan by)
    {
        Task someone;
        lock (gate) someone = someoneWaits.Task;
        await someone.WaitAsync(TestContext.Current.CancellationToken);
        List<HandTimer> due;
        lock (gate)
        {
            now += by;
            due = [.. waiting.Where(t => t.DueAt <= now)];
            foreach (var timer in due) Forget(timer);
        }

        foreach (var timer in due) timer.Run();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HandTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private void Forget(HandTimer timer)
    {
        waiting.Remove(timer);
        if (waiting.Count == 0 && someoneWaits.Task.IsCompleted) someoneWaits = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class HandTimer(HandClock clock, Action run) : ITimer
    {
        public DateTimeOffset DueAt { get; private set; }

        public void Run() => run();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.Forget(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                DueAt = clock.now + dueTime;
                clock.waiting.Add(this);
                clock.someoneWaits.TrySetResult();
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock.gate) clock.Forget(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
