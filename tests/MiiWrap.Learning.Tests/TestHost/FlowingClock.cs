using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>
/// Each test's own time: it stands still until the test moves it, and the server sees it through the flow of execution. Where it starts is
/// told by the class: <see cref="StandingClockAttribute"/>. Without that it is the real time, until it is set.
/// </summary>
public sealed class FlowingClock : TimeProvider
{
    private static readonly AsyncLocal<Box?> OfFlow = new();
    private static readonly ConditionalWeakTable<ITest, Box> OfTests = [];

    /// <summary>A Monday morning at nine in Chicago, in a week without any change of clocks.</summary>
    public static readonly DateTimeOffset Monday = new(2027, 2, 1, 15, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Such a Monday years later: a sweep takes whatever is due, and none of another test reaches what is planned from here on.
    /// </summary>
    public static readonly DateTimeOffset LaterMonday = new(2034, 1, 30, 15, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Now => (OfFlow.Value ?? OfTest())?.Now ?? TimeProvider.System.GetUtcNow();

    public static void Set(DateTimeOffset now) => (OfFlow.Value ?? OfTest() ?? (OfFlow.Value = new())).Now = now;

    public static void Advance(TimeSpan by) => Set(Now + by);

    public override DateTimeOffset GetUtcNow() => Now;

    // By the running test, since an AsyncLocal that an attribute sets before the test would not flow into it.
    private static Box? OfTest() => TestContext.Current is { Test: { } test, TestClass: IXunitTestClass tests }
        && tests.Class.GetCustomAttribute<StandingClockAttribute>() is { } start
            ? OfTests.GetValue(test, _ => new() { Now = start.YearsLater ? LaterMonday : Monday })
            : null;

    private sealed class Box
    {
        public DateTimeOffset Now { get; set; }
    }
}

/// <summary>The clock of each of these tests stands at <see cref="FlowingClock.Monday"/> until the test moves it.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StandingClockAttribute : Attribute
{
    /// <summary>At <see cref="FlowingClock.LaterMonday"/>: for what other tests' sweeps must not send, or whose sweeps must not send theirs.</summary>
    public bool YearsLater { get; init; }
}
