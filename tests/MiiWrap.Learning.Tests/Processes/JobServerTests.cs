using System.Text.RegularExpressions;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>What the first command's own dashboard shows: the coming day, the schedule, and a completion's job.</summary>
public sealed partial class JobServerTests : IDisposable
{
    // The demonstration has nudges due in the day after that moment.
    private static readonly (string, string) Tuesday = ("Clock__StartAt", "2027-03-16T15:00:00Z");

    private readonly Home home = Home.Prepared();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task The_coming_day_is_shown_again_after_a_restart_though_the_storage_is_memory()
    {
        for (var starts = 0; starts < 2; starts++)
        {
            await using var program = await RunningProgram.Start(home, Tuesday);
            using var admin = await SignIn(program, "admin@example.org");
            await Polling
                .Until(async () => (await Page(admin, "/jobs/jobs/scheduled")).Contains("Deliver nudge ", StringComparison.Ordinal));
            Assert.Contains("schedule-upcoming", await Page(admin, "/jobs/recurring"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_completion_s_job_says_when_each_nudge_gets_its_own()
    {
        await using var program = await RunningProgram.Start(home, Tuesday);
        using var learner = await program.SignIn("learner2@example.org");
        var enrolment = (string)(await learner.Read("/v1/me")).Ok()["enrolments"]![0]!["id"]!;
        var unit = (await learner.Read($"/v1/enrolments/{enrolment}")).Ok()["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray())
            .Select(u => (Slug: (string)u!["slug"]!, State: (string)u["state"]!)).First(u => u.State is "open" or "started").Slug;
        var nudges = (await learner.Post($"/v1/enrolments/{enrolment}/units/{unit}/complete", Given.IfThen())).Ok()["nudges"]!.AsArray();

        using var admin = await SignIn(program, "admin@example.org");
        var job = "";
        await Polling
            .Until(async () => (job = CompletionPattern().Match(await Page(admin, "/jobs/jobs/succeeded")).Groups["job"].Value).Length > 0);
        var details = await Page(admin, $"/jobs/jobs/details/{job}");
        foreach (var nudge in nudges) Assert.Contains($"(nudge {nudge!["id"]})", details, StringComparison.Ordinal);
        Assert.Contains("gets its job on ", details, StringComparison.Ordinal);
    }

    public void Dispose() => home.Dispose();

    private static async Task<HttpClient> SignIn(RunningProgram program, string email)
    {
        var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = program.Address };
        var page = await Page(browser, "/jobs/sign-in");
        using var form = new FormUrlEncodedContent(
            [new("__RequestVerificationToken", FieldPattern().Match(page).Groups["token"].Value), new("email", email),
                new("password", RunningProgram.Password)]);
        Assert.Equal(
            System.Net.HttpStatusCode.Redirect, (await browser.PostAsync(new Uri("/jobs/sign-in", UriKind.Relative), form, Ct)).StatusCode);
        return browser;
    }

    private static async Task<string> Page(HttpClient browser, string path) => (await browser.Read(path)).Ok().Body;

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex FieldPattern();

    [GeneratedRegex("href=\"/jobs/jobs/details/(?<job>[^\"]+)\">\\s*Schedule follow-up of opportunity ",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex CompletionPattern();
}
