using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using MiiWrap.Learning.Api.Jobs;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>
/// A node that has its share of the jobs, on which a job runs when the test says so and not before. Its horizon is three days.
/// </summary>
public class JobsApp : FlakyMailApp
{
    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string> { ["Jobs:Enabled"] = "true", ["Jobs:HorizonHours"] = "72" };

    protected override void Replace(IServiceCollection services)
    {
        base.Replace(services);
        Type[] workers = [typeof(JobServer), typeof(WallClockWatch), typeof(WebhookDispatcher)];
        foreach (var worker in workers)
            services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == worker));
    }
}

/// <summary>A node that lets two jobs wait and no more.</summary>
public sealed class FewJobsApp : JobsApp
{
    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>(base.Settings) { ["Jobs:MostScheduled"] = "2" };
}

/// <summary>A node whose job engine takes nothing.</summary>
public sealed class NoJobsApp : JobsApp
{
    protected override void Replace(IServiceCollection services)
    {
        base.Replace(services);
        services.RemoveAll<global::Hangfire.IBackgroundJobClientV2>();
        services.AddSingleton<global::Hangfire.IBackgroundJobClientV2, Refusing>();
    }

    private sealed class Refusing : global::Hangfire.IBackgroundJobClientV2
    {
        public global::Hangfire.JobStorage Storage => throw new TimeoutException("The job storage does not answer.");

        public string Create(global::Hangfire.Common.Job job, global::Hangfire.States.IState state) =>
            throw new TimeoutException("The job storage does not answer.");

        public string Create(
            global::Hangfire.Common.Job job, global::Hangfire.States.IState state, IDictionary<string, object> parameters) =>
            throw new TimeoutException("The job storage does not answer.");

        public bool ChangeState(string jobId, global::Hangfire.States.IState state, string expectedState) =>
            throw new TimeoutException("The job storage does not answer.");
    }
}
