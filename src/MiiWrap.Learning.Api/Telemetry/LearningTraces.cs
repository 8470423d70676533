using System.Diagnostics;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Telemetry;

/// <summary>This program's own spans; without a listener none is made.</summary>
internal static class LearningTraces
{
    public const string SourceName = "MiiWrap.Learning";

    public const string MessageId = "learning.message.id";

    public static readonly ActivitySource Source = new(SourceName);

    /// <summary>A trace of its own for one turn of a job.</summary>
    public static Activity? StartJob(string name)
    {
        // What woke the job up may be a request; what it finds to do is others' too.
        Activity.Current = null;
        return Source.StartActivity($"job {name}", ActivityKind.Internal, parentContext: default, [new(LearningMetrics.JobName, name)]);
    }

    /// <summary>Continues the trace of what owed the mail, and links to the sweep that sends it.</summary>
    public static Activity? StartMail(OutboundMail mail)
    {
        if (!Source.HasListeners()) return null;
        var sweep = Activity.Current?.Context ?? default;
        // Written by this program itself, so its flag is believed.
        var isOwed = ActivityContext.TryParse(mail.TraceParent, traceState: null, isRemote: true, out var owedBy);
        return Source.StartActivity("send mail", ActivityKind.Consumer, isOwed ? owedBy : sweep,
            [LearningMetrics.Of(LearningMetrics.MessageKind, mail.Kind), new(MessageId, mail.Id)],
            isOwed && sweep != default ? [new(sweep)] : null);
    }

    /// <summary>Check-ins are sent by the schedule: their spans belong to the sweep.</summary>
    public static Activity? StartCheckIn(NudgeMessage message) =>
        Source.StartActivity("send check-in", ActivityKind.Consumer, parentContext: default,
            [LearningMetrics.Of(LearningMetrics.MessageKind, MailKind.CheckIn), new(MessageId, message.Id)]);

    /// <summary>What the attempt came to; a failed one has an error and none of its words.</summary>
    public static void SetOutcome(this Activity? activity, SendOutcome outcome)
    {
        activity?.SetTag(LearningMetrics.Outcome, EnumNames.NameOf(outcome));
        if (outcome != SendOutcome.Sent) activity?.SetStatus(ActivityStatusCode.Error);
    }
}
