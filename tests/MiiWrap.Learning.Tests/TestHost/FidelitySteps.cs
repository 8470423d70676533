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

    /// <summary>The codes of the items by which coaching sessions are rated.</summary>
    public static readonly IReadOnlyList<string> SessionItems = [.. Enumerable.Range(1, 7).Select(n => $"C{n}")];

    /// <summary>Every item with the same value.</summary>
    public static Dictionary<string, object> All(int value) => Items.ToDictionary(i => i, _ => (object)value);

    /// <summary>A digit for each item in the form's order; a hyphen is N/A, a space nothing.</summary>
    public static Dictionary<string, object> Ratings(string digits, IReadOnlyList<string>? items = null) =>
        (items ?? Items).Zip(digits).Where(r => r.Second != ' ')
        .ToDictionary(r => r.First, r => r.Second == '-' ? "na" : (object)(r.Second - '0'));

    /// <summary>What is saved when all is rated.</summary>
    public static object Rated(int value = 2, string note = "They asked before they gave an idea.") =>
        new { ratings = All(value), notes = new Dictionary<string, string> { ["B3"] = note } };

    /// <summary>A draft in which all is rated, and its address.</summary>
    public static async Task<string> BeginReview(
        this HttpClient rater, Guid subjectId, int value = 2, string note = "They asked first.", string role = "coach",
        string? month = null)
    {
        var path = (await rater.Post(Reviews, Begun(subjectId, role, month: month))).Expect(HttpStatusCode.Created).Headers["Location"];
        (await rater.Put(path, Rated(value, note), ("If-Match", "*"))).Ok();
        return path;
    }

    /// <summary>The same, locked.</summary>
    public static async Task<string> LockReview(
        this HttpClient rater, Guid subjectId, int value = 2, string note = "They asked first.", string role = "coach",
        string? month = null)
    {
        var path = await rater.BeginReview(subjectId, value, note, role, month);
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

    /// <summary>A blind pair that two people rate as coaches: the addresses of their drafts.</summary>
    public static async Task<(string First, string Second)> BeginPair(
        this TestPerson first, TestPerson second, Guid subjectId, string instrument = Form)
    {
        var begun = (await first.Http.Post(Reviews, Begun(subjectId, instrument: instrument, secondRaterId: second.Id)))
            .Expect(HttpStatusCode.Created);
        var pair = (Guid)begun["pair"]!["id"]!;
        var other = (await second.Http.Read($"{Reviews}?subject={subjectId}&status=draft&limit=200")).Ok()["items"]!.AsArray()
            .Single(r => (Guid?)r!["pair"]?["id"] == pair)!;
        return (begun.Headers["Location"], $"{Reviews}/{(Guid)other["id"]!}");
    }

    /// <summary>The same, rated by both and locked; digits as <see cref="Ratings"/> takes them.</summary>
    public static async Task<(string First, string Second)> LockPair(
        this TestPerson first, TestPerson second, Guid subjectId, string ratings, string others, string instrument = Form,
        IReadOnlyList<string>? items = null)
    {
        var pair = await first.BeginPair(second, subjectId, instrument);
        (await first.Http.Put(pair.First, new { ratings = Ratings(ratings, items) }, ("If-Match", "*"))).Ok();
        (await second.Http.Put(pair.Second, new { ratings = Ratings(others, items) }, ("If-Match", "*"))).Ok();
        (await first.Http.Post($"{pair.First}/submit")).Ok();
        (await second.Http.Post($"{pair.Second}/submit")).Ok();
        return pair;
    }

    /// <summary>A score of a review, as it is shown.</summary>
    public static (decimal? Value, string? Band, string? Reason) Score(this Answer review, string code = "total")
    {
        var score = review.Ok()["scores"]!.AsArray().Single(s => (string)s!["code"]! == code)!;
        return ((decimal?)score["value"], (string?)score["band"], (string?)score["reason"]);
    }
}
