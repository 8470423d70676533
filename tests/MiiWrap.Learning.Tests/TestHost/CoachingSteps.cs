using System.Net;
using System.Text.Json.Nodes;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>What coaches do, over the API.</summary>
public static class CoachingSteps
{
    public const string Sessions = "/v1/coaching-sessions";
    public const string Relationships = "/v1/coaching-relationships";

    public static string Session(Guid id) => $"{Sessions}/{id}";

    /// <summary>Somebody is to coach the learner, by the word of who leads their cohort.</summary>
    public static Task<Answer> LetCoach(this TestCohort cohort, Guid coachId, Guid learnerId) =>
        cohort.Lead.Http.Post(Relationships, new { coachId, coacheeId = learnerId, cohortId = cohort.Id });

    public static Task<Answer> Plan(this HttpClient coach, DateTimeOffset startsAt, params Guid[] people) =>
        coach.Post(Sessions, new
        {
            mode = people.Length > 1 ? "group" : "live",
            startsAt,
            minutes = 45,
            participants = people.Select(personId => new { personId }),
        });

    /// <summary>What a record says of one person.</summary>
    public static object Part(
        Guid personId, string attendance = "attended", bool observed = false, bool feedback = false, Guid? debriefs = null, string? month = null) =>
        new
        {
            personId,
            attendance,
            observation = observed ? new { kind = "live", month = month ?? $"{FlowingClock.Now:yyyy-MM}" } : null,
            feedback,
            practice = false,
            debriefs,
        };

    /// <summary>A session that begins now, with its record.</summary>
    public static async Task<Guid> Log(this HttpClient coach, params object[] parts) =>
        (Guid)(await coach.Post(Sessions, LoggedNow(parts))).Expect(HttpStatusCode.Created)["id"]!;

    public static object LoggedNow(params object[] parts) =>
        new { startsAt = FlowingClock.Now, record = new { mode = parts.Length > 1 ? "group" : "live", minutes = 45, participants = parts } };

    public static Task<Answer> Record(this HttpClient coach, Guid session, string? etag, params object[] parts) => coach.Put(
        $"{Session(session)}/record", new { mode = "live", minutes = 45, participants = parts },
        etag is null ? ("If-None-Match", "*") : ("If-Match", etag));

    /// <summary>A step that is due in three weeks.</summary>
    public static object Step(
        Guid enrolmentId, Guid? ownerId = null, string? plannedFor = null, int dueInDays = 21, Guid? sessionId = null, string? unit = null,
        string cue = "they bring me a problem") => new
    {
        ownerId,
        enrolmentId,
        ifThen = new { cue, action = "I will ask what they have tried", plannedFor },
        sign = "They have spoken more than I have",
        dueOn = $"{FlowingClock.Now.AddDays(dueInDays):yyyy-MM-dd}",
        sessionId,
        unit,
    };

    /// <summary>What the coach writes for all, and for some alone.</summary>
    /// <param name="etag">Of the session whose notes are changed; null where there are none yet.</param>
    public static Task<Answer> WriteNotes(
        this HttpClient coach, Guid session, string? etag, string? note, params (Guid PersonId, string Text)[] feedback) => coach.Put(
        $"{Session(session)}/notes", new { note, feedback = feedback.Select(f => new { personId = f.PersonId, text = f.Text }) },
        etag is null ? ("If-None-Match", "*") : ("If-Match", etag));

    /// <summary>What a reader sees of the words about a session: the note, feedback, replies and why it was called off.</summary>
    public static string Words(this Answer session) => string.Join("; ", ((string?[])
    [
        (string?)session.Ok()["note"],
        .. session["feedback"]!.AsArray().Select(f => (string)f!["text"]!),
        .. session["replies"]!.AsArray().Select(r => (string)r!["text"]!),
        (string?)session["cancelReason"],
    ]).Where(w => w is not null));

    public static async Task<JsonNode> Dosage(this HttpClient reader, TestLearner learner) =>
        (await reader.Read($"{learner.Journey}/dosage")).Ok().Json;
}
