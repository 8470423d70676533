using System.Diagnostics;
using OpenTelemetry;

namespace MiiWrap.Learning.Api.Telemetry;

/// <summary>
/// Takes everything off a span that is not known to be harmless, before it is exported. A path may hold a token and a query anything, so a
/// route template stands in the path's place; hosts, user agents and messages of errors are words that somebody wrote.
/// </summary>
internal sealed class SpanRedaction : BaseProcessor<Activity>
{
    private const string Route = "http.route";
    private const string Path = "url.path";

    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "http.request.method", "http.response.status_code", Route, Path, "url.scheme", "network.protocol.version", "error.type",
        // Statements have no values in them: EF passes those as parameters, and the instrumentation replaces what literals there are.
        "db.system", "db.system.name", "db.statement", "db.query.text", "db.query.summary", "db.operation.name",
        LearningMetrics.MessageKind, LearningMetrics.JobName, LearningMetrics.Outcome, LearningTraces.MessageId,
    };

    public override void OnEnd(Activity data)
    {
        foreach (var (name, _) in data.TagObjects.Where(t => !Harmless.Contains(t.Key)).ToList()) data.SetTag(name, null);
        if (data.GetTagItem(Path) is not null) data.SetTag(Path, data.GetTagItem(Route));
        // Without its description, which is the message of an exception.
        if (data.StatusDescription is not null) data.SetStatus(data.Status);
    }
}
