using System.Collections.Concurrent;
using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>The program is killed while people work: what it has acknowledged is there after the next start.</summary>
public sealed class CrashTests : IDisposable
{
    private static readonly string[] Units =
    [
        "1.1-why-good-training-fades", "1.2-coach-supervisor-trainer", "1.3-guide-dont-fix", "1.4-coaching-agreement",
        "2.1-preparing-to-observe",
        "2.2-describe-before-you-judge", "2.3-consent-recording-and-privacy", "2.4-watching-voice-and-power",
    ];

    private const string UnwrittenUnit = "2.4-watching-voice-and-power";

    private static readonly string[] Learners = [.. new[] { 4, 6, 7, 8, 10, 11 }.Select(n => $"learner{n}@example.org")];

    private readonly Home home = new();
    private readonly ConcurrentBag<(string Learner, string Path)> completed = [];
    private readonly ConcurrentBag<(string Learner, string Nudge)> answered = [];
    private readonly ConcurrentDictionary<string, Written> written = [];

    [Fact(Explicit = true)]
    public async Task Nothing_acknowledged_is_missing_after_kill_9()
    {
        await using (var program = await RunningProgram.Start(home))
        {
            var enough = new TaskCompletionSource();
            var people = await Task.WhenAll(Learners.Select(program.SignIn));
            var work = Learners.Zip(people, (learner, http) => Work(learner, http, enough)).ToList();
            await enough.Task.WaitAsync(Polling.Longest, TestContext.Current.CancellationToken);
            await program.Kill();
            await Task.WhenAll(work);
            foreach (var http in people) http.Dispose();
        }

        await using var again = await RunningProgram.Start(home);
        foreach (var learner in Learners)
        {
            using var http = await again.SignIn(learner);
            var nudges = (await http.Read("/v1/nudges?limit=200")).Ok()["items"]!.AsArray();
            foreach (var (_, nudge) in answered.Where(a => a.Learner == learner))
                Assert.NotNull(nudges.Single(n => (string)n!["id"]! == nudge)!["response"]);
            foreach (var (_, path) in completed.Where(c => c.Learner == learner))
                Assert.Equal("completed", (string)(await http.Read(path)).Ok()["state"]!);

            // Acknowledged or not: a completed unit has its nudges, and the tally is a recount.
            var enrolment = (string)(await http.Read("/v1/me")).Ok()["enrolments"]![0]!["id"]!;
            var journey = (await http.Read($"/v1/enrolments/{enrolment}")).Ok();
            var done = journey["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray()).Where(u => (string)u!["state"]! == "completed")
                .Select(u => (string)u!["slug"]!).ToList();
            Assert.Equal(done.Count, (int)journey["progress"]!["unitsCompleted"]!);
            Assert.Equal(done.Order(), nudges.Select(n => (string)n!["unit"]!).Distinct().Order());
        }
    }

    [Fact(Explicit = true)]
    public async Task Every_autosave_that_was_acknowledged_is_there_after_kill_9()
    {
        await using (var program = await RunningProgram.Start(home))
        {
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var people = await Task.WhenAll(Learners.Select(program.SignIn));
            var work = Learners.Zip(people, (learner, http) => Write(learner, http, enough)).ToList();
            await enough.Task.WaitAsync(Polling.Longest, TestContext.Current.CancellationToken);
            await program.Kill();
            await Task.WhenAll(work);
            foreach (var http in people) http.Dispose();
        }

        Assert.Equal(Learners.Order(), written.Keys.Order());
        await using var again = await RunningProgram.Start(home);
        foreach (var (learner, its) in written)
        {
            using var http = await again.SignIn(learner);
            var draft = (await http.Read(its.Path)).Ok()["draft"]!;
            var kept = int.Parse(((string)draft["answers"]![its.Prompt]!).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(kept >= its.Acknowledged
                && kept <= its.Sent, $"{learner}: {its.Acknowledged} was acknowledged, {its.Sent} was sent, and {kept} is there.");

            // What is there can be written on with its own tag.
            (await http.Put($"{its.Path}/draft", new { answers = new Dictionary<string, string> { [its.Prompt] = "on" } },
                ("If-Match", (string)draft["etag"]!))).Ok();
        }
    }

    public void Dispose() => home.Dispose();

    /// <summary>Saves one text after the other, each with its number, until the program is gone.</summary>
    private async Task Write(string learner, HttpClient http, TaskCompletionSource enough)
    {
        var enrolment = (string)(await http.Read("/v1/me")).Ok()["enrolments"]![0]!["id"]!;
        var path = $"/v1/enrolments/{enrolment}/reflections/{UnwrittenUnit}";
        var prompt = (string)(await http.Read(path)).Ok()["assignment"]!["prompts"]![0]!["slug"]!;
        var its = written[learner] = new(path, prompt);
        var precondition = ("If-None-Match", "*");
        try
        {
            while (true)
            {
                its.Sent++;
                var answer =
                    (await http
                        .Put(
                            $"{path}/draft",
                            new { answers = new Dictionary<string, string> { [prompt] = $"{its.Sent} {new string('w', 600)}" } },
                            precondition)).Ok();
                precondition = ("If-Match", answer.ETag!);
                its.Acknowledged = its.Sent;
                if (written.Count == Learners.Length && written.Values.All(w => w.Acknowledged >= 20)) enough.TrySetResult();
            }
        }
        catch (HttpRequestException)
        {
            // The program is gone in the middle of a save: that one was not acknowledged.
        }
    }

    /// <summary>Completes unit after unit and answers its first ask ahead of time, until the program is gone.</summary>
    private async Task Work(string learner, HttpClient http, TaskCompletionSource enough)
    {
        try
        {
            var enrolment = (string)(await http.Read("/v1/me")).Ok()["enrolments"]![0]!["id"]!;
            foreach (var unit in Units)
            {
                var path = $"/v1/enrolments/{enrolment}/units/{unit}";
                var answer = (await http.Post($"{path}/complete", Given.IfThen())).Ok();
                completed.Add((learner, path));
                foreach (var nudge in answer["nudges"]!.AsArray().Select(n => (string)n!["id"]!))
                {
                    var response = await http.Post($"/v1/nudges/{nudge}/response", new { outcome = "partly" });
                    if (response.Status == HttpStatusCode.OK) answered.Add((learner, nudge));
                    if (answered.Count >= 25) enough.TrySetResult();
                }
            }
        }
        catch (HttpRequestException)
        {
            // The program is gone in the middle of a request: that one was not acknowledged.
        }
    }

    /// <summary>How far one writer has come.</summary>
    private sealed record Written(string Path, string Prompt)
    {
        public int Sent { get; set; }

        public int Acknowledged { get; set; }
    }
}
