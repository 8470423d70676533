using System.Text.Json.Serialization;

namespace MiiWrap.Learning.Benchmarks.Bare;

// The product's answers once more, so that the bare server sends the same bytes by generated code.
internal sealed record Unit(
    string Slug, string Title, string Markdown, string Html, int Minutes, IReadOnlyList<string> Outcomes, string Practice, string Check,
    IfThen? IfThenStarter,
    string NudgePlan, string State, UnitLinks Links);

internal sealed record IfThen(string Cue, string Action);

internal sealed record UnitLinks(string Start, string Complete, string Reflection);

internal sealed record Journey(
    Guid Id, JourneyCohort Cohort, string Curriculum, int Version, string Status, Progress Progress, IReadOnlyList<JourneyModule> Modules);

internal sealed record JourneyCohort(Guid Id, string Name, DateOnly StartsOn, string TimeZone, string Gate);

internal sealed record JourneyModule(
    string Slug, string Title, DateOnly OpensOn, string State, string? WaitsFor, IReadOnlyList<JourneyUnit> Units);

internal sealed record JourneyUnit(
    string Slug, string Title, string State, DateTime? StartedAt, DateTime? CompletedAt, JourneyAssignment? Assignment, IfThenPlan? IfThen);

internal sealed record JourneyAssignment(string Slug, string Status);

internal sealed record Progress(int UnitsCompleted, int UnitsTotal, int Percent, string Why);

internal sealed record Completion(IfThenPlan? IfThen);

internal sealed record IfThenPlan(string Cue, string Action, DateOnly? PlannedFor);

internal sealed record Completed(string State, DateTime CompletedAt, Progress Progress, IReadOnlyList<PlannedNudge> Nudges);

internal sealed record PlannedNudge(Guid Id, int Step, string Kind, DateTime DueAt);

internal sealed record DraftToSave(Dictionary<string, string> Answers);

internal sealed record SavedDraft(DateTime SavedAt, string Etag);

internal sealed record Submission([property: JsonPropertyName("draftETag")] string DraftETag);

internal sealed record SubmittedRevision(Guid RevisionId, int Version, DateTime SubmittedAt);

internal sealed record Published(Guid RevisionId, string Status, DateTime PublishedAt, bool ConversationOpen);

// What other programs are told.
internal sealed record UnitDone(
    Guid EnrolmentId, Guid CohortId, Guid LearnerId, string Unit, int UnitsCompleted, int UnitsTotal, int Percent);

internal sealed record HandedIn(Guid EnrolmentId, Guid CohortId, Guid LearnerId, string Assignment, Guid RevisionId, int Version);

internal sealed record Reviewed(Guid EnrolmentId, Guid CohortId, Guid LearnerId, string Assignment, Guid RevisionId, string Decision);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Unit))]
[JsonSerializable(typeof(Journey))]
[JsonSerializable(typeof(Completion))]
[JsonSerializable(typeof(Completed))]
[JsonSerializable(typeof(DraftToSave))]
[JsonSerializable(typeof(SavedDraft))]
[JsonSerializable(typeof(Submission))]
[JsonSerializable(typeof(SubmittedRevision))]
[JsonSerializable(typeof(Published))]
[JsonSerializable(typeof(UnitDone))]
[JsonSerializable(typeof(HandedIn))]
[JsonSerializable(typeof(Reviewed))]
[JsonSerializable(typeof(TransferReport))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class Shapes : JsonSerializerContext;
