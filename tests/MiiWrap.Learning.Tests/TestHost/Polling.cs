namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>
/// Another process, or what goes by the real clock, tells nobody when: it is looked at again and again, and no figure depends on how often.
/// </summary>
internal static class Polling
{
    /// <summary>After so long something hangs; no load on the machine takes that much time from a test.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    public static async Task Until(Func<Task<bool>> done)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        while (!await done()) await Task.Delay(Between, limit.Token);
    }

    public static Task Until(Func<bool> done) => Until(() => Task.FromResult(done()));
}
