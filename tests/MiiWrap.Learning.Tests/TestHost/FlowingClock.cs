namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>Each test's own time: it stands still until the test moves it, and the server sees it through the flow of execution.</summary>
public sealed class FlowingClock : TimeProvider
{
    private static readonly AsyncLocal<Box?> Mine = new();

    /// <summary>A Monday morning at nine in Chicago, in a week without any change of clocks.</summary>
    public static readonly DateTimeOffset Monday = new(2027, 2, 1, 15, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Such a Monday years later: a sweep takes whatever is due, and none of another test reaches what is planned from here on.
    /// </summary>
    public static readonly DateTimeOffset LaterMonday = new(2034, 1, 30, 15, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Now => Mine.Value?.Now ?? DateTimeOffset.UtcNow;

    public static void Set(DateTimeOffset now) => (Mine.Value ??= new()).Now = now;

    public static void Advance(TimeSpan by) => Set(Now + by);

    public override DateTimeOffset GetUtcNow() => Now;

    private sealed class Box
    {
        public DateTimeOffset Now { get; set; }
    }
}
