using System.Diagnostics;

namespace MiiWrap.Learning.Api.Telemetry;

/// <summary>
/// Takes no trace context from a request: every request begins a trace of its own, so that no stranger chooses what is sampled, nor joins
/// others' requests to one trace.
/// </summary>
internal sealed class TraceContexts : DistributedContextPropagator
{
    public override IReadOnlyCollection<string> Fields => [];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
    }

    public override void ExtractTraceIdAndState(
        object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        (traceId, traceState) = (null, null);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
