using System.Diagnostics.Metrics;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Telemetry;

/// <summary>What an attempt to send came to.</summary>
internal enum SendOutcome
{
    Sent,

    /// <summary>It failed and is tried again.</summary>
    Retry,

    /// <summary>It failed for good.</summary>
    Failed,
}

/// <summary>Why a sign-in with a password was refused.</summary>
internal enum SignInRefusal
{
    Failed,
    Throttled,
}

/// <summary>
/// This program's counters and histograms. Labels come from closed sets alone, so that none can hold a person, a title, an address or a
/// word. The meter is the host's own: several hosts in one process do not count together.
/// </summary>
internal sealed class LearningMetrics
{
    public const string MeterName = "MiiWrap.Learning";

    public const string MessageKind = "learning.message.kind";
    public const string JobName = "learning.job.name";
    public const string Outcome = "learning.outcome";
    private const string NudgeKindTag = "learning.nudge.kind";
    private const string NudgeChannelTag = "learning.nudge.channel";
    private const string Refusal = "learning.sign_in.refusal";

    /// <summary>The labels that metrics may have; a view drops every other.</summary>
    public static readonly IReadOnlyList<string> Tags =
        [MessageKind, JobName, Outcome, NudgeKindTag, NudgeChannelTag, Refusal, GaugeMeasurement.NudgeState, GaugeMeasurement.HealthPart];

    private static readonly InstrumentAdvice<double> OfLateness =
        new() { HistogramBucketBoundaries = [1, 5, 15, 30, 60, 120, 300, 900, 3600, 14_400, 86_400] };

    private static readonly InstrumentAdvice<double> OfJobs =
        new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] };

    private readonly Counter<long> nudgesSent;
    private readonly Counter<long> nudgesFailed;
    private readonly Histogram<double> lateness;
    private readonly Counter<long> mails;
    private readonly Counter<long> held;
    private readonly Counter<long> webhooks;
    private readonly Counter<long> signIns;
    private readonly Histogram<double> jobs;

    public LearningMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        nudgesSent = meter.CreateCounter<long>("learning.nudges.sent", "{nudge}", "Check-ins that went out.");
        nudgesFailed = meter.CreateCounter<long>("learning.nudges.failed", "{nudge}", "Check-ins whose message was given up.");
        lateness = meter.CreateHistogram("learning.nudges.lateness", "s", "How long after their due time check-ins went out.",
            tags: null, OfLateness);
        mails = meter.CreateCounter<long>("learning.mails.attempts", "{attempt}", "Attempts to hand a mail to the mail server.");
        held = meter.CreateCounter<long>("learning.messages.held", "{message}",
            "Messages held back since their person's zone is gone or a row is damaged; each is counted again when it is looked at again.");
        webhooks = meter.CreateCounter<long>("learning.webhooks.attempts", "{attempt}", "Attempts to deliver an event to a webhook.");
        signIns = meter.CreateCounter<long>("learning.sign_ins.refused", "{sign_in}", "Sign-ins with a password that were refused.");
        jobs = meter.CreateHistogram("learning.jobs.duration", "s", "How long jobs took, the sweeps among them.", tags: null, OfJobs);
    }

    /// <summary>
    /// Every series from the start: a counter that first appears with 1 shows no increase, and an alert would miss the first failure.
    /// </summary>
    public void BeginAtZero()
    {
        foreach (var kind in Enum.GetValues<NudgeKind>())
        {
            foreach (var channel in Enum.GetValues<NudgeChannel>())
            {
                nudgesSent.Add(0, Of(NudgeKindTag, kind), Of(NudgeChannelTag, channel));
                nudgesFailed.Add(0, Of(NudgeKindTag, kind), Of(NudgeChannelTag, channel));
            }
        }

        foreach (var kind in Enum.GetValues<MailKind>())
        {
            held.Add(0, Of(MessageKind, kind));
            foreach (var outcome in Enum.GetValues<SendOutcome>()) mails.Add(0, Of(MessageKind, kind), Of(Outcome, outcome));
        }

        foreach (var outcome in Enum.GetValues<SendOutcome>()) webhooks.Add(0, Of(Outcome, outcome));
        foreach (var refusal in Enum.GetValues<SignInRefusal>()) signIns.Add(0, Of(Refusal, refusal));
    }

    public void NudgeSent(Nudge nudge, DateTime at)
    {
        nudgesSent.Add(1, Of(NudgeKindTag, nudge.Kind), Of(NudgeChannelTag, nudge.Channel));
        lateness.Record(Math.Max(0, (at - nudge.DueAt).TotalSeconds), Of(NudgeChannelTag, nudge.Channel));
    }

    public void NudgeFailed(Nudge nudge) => nudgesFailed.Add(1, Of(NudgeKindTag, nudge.Kind), Of(NudgeChannelTag, nudge.Channel));

    public void MailTried(MailKind kind, SendOutcome outcome) => mails.Add(1, Of(MessageKind, kind), Of(Outcome, outcome));

    public void MessageHeld(MailKind kind) => held.Add(1, Of(MessageKind, kind));

    public void WebhookTried(SendOutcome outcome) => webhooks.Add(1, Of(Outcome, outcome));

    public void SignInRefused(SignInRefusal refusal) => signIns.Add(1, Of(Refusal, refusal));

    /// <param name="name">Of the schedule, or of the code that runs it: never of data.</param>
    public void JobRan(string name, TimeSpan took, bool succeeded) =>
        jobs.Record(took.TotalSeconds, new(JobName, name), new(Outcome, succeeded ? "succeeded" : "failed"));

    public static KeyValuePair<string, object?> Of<T>(string tag, T value)
        where T : struct, Enum => new(tag, EnumNames.NameOf(value));
}
