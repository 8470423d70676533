using System.Net;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>What raters do, over the API.</summary>
public static class FidelitySteps
{
    public const string Reviews = "/v1/fidelity/reviews";
    public const string Form = "tpo-1";

    /// <summary>The codes of the form's items, in its order.</summary>
    public static readonly IReadOnlyList<string> Items =
        [.. from section in "ABCDEFG" from number in Enumerable.Range(1, 4) select $"{section}{number}"];

    /// <summary>What begins a review, by default by whoever coaches.</summary>
    public static object Begun(
        Guid subjectId, string role = "coach", string kind = "live", string? month = null, bool? consent = true, string instrument = Form,
        Guid? sessionId = null, Guid? secondRaterId = null, int? segmentMinutes = null) => new
    {
        instrument,
        subjectId,
        raterRole = role,
        eventKind = kind,
        eventMonth = month ?? $"{FlowingClock.Now:yyyy-MM}",
        segmentMinutes,
        consentConfirmed = consent,
        sessionId,
        secondRaterId,
    };

    /// <summary>Every item with the same value.</summary>
    public static Dictionary<string, object> All(int value) => Items.ToDictionary(i => i, _ => (object)value);

    /// <summary>A digit for each item in the form's order; a hyphen is N/A, a space nothing.</summary>
    public static Dictionary<string, object> Ratings(string digits) => Items.Zip(digits).Where(r => r.Second != ' ')
        .ToDictionary(r => r.First, r => r.Second == '-' ? "na" : (object)(r.Second - '0'));

    /// <summary>What is saved when all is rated.</summary>
    public static object Rated(int value = 2, string note = "They asked before they gave an idea.") =>
        new { ratings = All(value), notes = new Dictionary<string, string> { ["B3"] = note } };

    /// <summary>A draft in which all is rated, and its address.</summary>
    public static async Task<string> BeginReview(this HttpClient rater, Guid subjectId, int value = 2, string note = "They asked first.")
    {
        var path = (await rater.Post(Reviews, Begun(subjectId))).Expect(HttpStatusCode.Created).Headers["Location"];
        (await rater.Put(path, Rated(value, note), ("If-Match", "*"))).Ok();
        return path;
    }

    /// <summary>The same, locked.</summary>
    public static async Task<string> LockReview(this HttpClient rater, Guid subjectId, int value = 2, string note = "They asked first.")
    {
        var path = await rater.BeginReview(subjectId, value, note);
        (await rater.Post($"{path}/submit")).Ok();
        return path;
    }

    /// <summary>A locked review of the month that it is, whose total is this number, by a form that only counts.</summary>
    /// <param name="code">Of a form as <see cref="SmallForm.OfCount"/> has it.</param>
    public static async Task<string> LockTotal(
        this HttpClient rater, Guid subjectId, string code, int total, string role = "coach", string? month = null)
    {
        var path = (await rater.Post(Reviews, Begun(subjectId, role, instrument: code, month: month))).Expect(HttpStatusCode.Created)
            .Headers["Location"];
        await rater.Submit(path, total);
        return path;
    }

    /// <summary>Rates a draft by such a form, and hands it in.</summary>
    public static async Task Submit(this HttpClient rater, string path, int total)
    {
        (await rater.Put(path, new { ratings = new Dictionary<string, int> { ["Q"] = total } }, ("If-Match", "*"))).Ok();
        (await rater.Post($"{path}/submit")).Ok();
    }

    public static string Trend(Guid personId, string instrument = Form) => $"/v1/people/{personId}/fidelity?instrument={instrument}";

    /// <summary>A score of a review, as it is shown.</summary>
    public static (decimal? Value, string? Band, string? Reason) Score(this Answer review, string code = "total")
    {
        var score = review.Ok()["scores"]!.AsArray().Single(s => (string)s!["code"]! == code)!;
        return ((decimal?)score["value"], (string?)score["band"], (string?)score["reason"]);
    }
}
