using System.Text.Json;
using Hangfire;
using Hangfire.Common;
using Hangfire.Server;
using Hangfire.States;
using Hangfire.Storage.Monitoring;
using Microsoft.Extensions.DependencyInjection;
using MiiWrap.Learning.Api.Jobs;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Jobs;

/// <summary>Hangfire's own worker, one job at a time, here and now; and what its storage says of a job.</summary>
internal static class TestWorker
{
    extension(JobsApp app)
    {
        public JobStorage Jobs => app.Services.GetRequiredService<JobStorage>();

        /// <summary>Works on the next job, as a worker's thread does it.</summary>
        public void Work()
        {
            var ct = TestContext.Current.CancellationToken;
            var (filters, activator) = (app.Services.GetRequiredService<IJobFilterProvider>(),
                app.Services.GetRequiredService<JobActivator>());
            new Worker(Urgency.Queues, new BackgroundJobPerformer(filters, activator), new BackgroundJobStateChanger(filters))
                .Execute(new BackgroundProcessContext("test", app.Jobs, new Dictionary<string, object>(), Guid.NewGuid(), ct, ct, ct));
        }

        /// <summary>Works until nothing waits in any queue.</summary>
        public void WorkAll()
        {
            while (app.Jobs.GetMonitoringApi().Queues().Any(q => q.Length > 0)) app.Work();
        }

        public void Enqueue(string job) =>
            app.Services.GetRequiredService<IBackgroundJobClientV2>().ChangeState(job, new EnqueuedState(Urgency.Nudges));

        /// <summary>The one job that waits for a nudge's due time.</summary>
        public string JobOf(string nudgeId) => Assert.Single(app.JobsOf(nudgeId)).Key;

        public bool HasJob(string nudgeId) => app.JobsOf(nudgeId).Any();

        public string? StateOf(string job)
        {
            using var connection = app.Jobs.GetConnection();
            return connection.GetStateData(job)?.Name;
        }

        /// <summary>What a job has said at its end, as the dashboard shows it.</summary>
        public string ResultOf(string job)
        {
            using var connection = app.Jobs.GetConnection();
            var state = connection.GetStateData(job);
            Assert.Equal(SucceededState.StateName, state.Name);
            return JsonSerializer.Deserialize<string>(state.Data["Result"])!;
        }

        /// <summary>Forgets every job and the horizon's mark, as a restart does with storage in memory.</summary>
        public void Clear()
        {
            var (client, jobs) = (app.Services.GetRequiredService<IBackgroundJobClientV2>(), app.Jobs.GetMonitoringApi());
            foreach (var id in Urgency.Queues.SelectMany(q => jobs.EnqueuedJobs(q, 0, 1000)).Select(j => j.Key)
                .Concat(jobs.ScheduledJobs(0, 1000).Select(j => j.Key)))
                client.ChangeState(id, new DeletedState());
            using var connection = app.Jobs.GetConnection();
            using var transaction = connection.CreateWriteTransaction();
            transaction.RemoveHash(FollowUpJobs.Key);
            transaction.Commit();
            app.WorkAll();
        }

        private IEnumerable<KeyValuePair<string, ScheduledJobDto>> JobsOf(string nudgeId) =>
            app.Jobs.GetMonitoringApi().ScheduledJobs(0, 1000).Where(j => j.Value.Job?.Args[0] is Guid id && id == Guid.Parse(nudgeId));
    }
}
