namespace MiiWrap.Learning.Tests.App;

/// <summary>Another process, or what goes by the real clock, tells nobody when: it is looked at again and again, and no figure depends on how often.</summary>
internal static class Patience
{
    public static async Task Until(Func<Task<bool>> done, TimeSpan longest, TimeSpan between)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(longest);
        while (!await done()) await Task.Delay(between, limit.Token);
    }
}
