using System.Diagnostics;

namespace MiiWrap.Learning.Api.Telemetry;

/// <summary>Runs a job with a span and a measured duration.</summary>
internal sealed class JobRuns(LearningMetrics metrics, TimeProvider clock)
{
    public async Task<T> Run<T>(string name, Func<Task<T>> work)
    {
        using var activity = LearningTraces.StartJob(name);
        var (begun, succeeded) = (clock.GetTimestamp(), false);
        try
        {
            var result = await work();
            succeeded = true;
            return result;
        }
        finally
        {
            if (!succeeded) activity?.SetStatus(ActivityStatusCode.Error);
            metrics.JobRan(name, clock.GetElapsedTime(begun), succeeded);
        }
    }
}
