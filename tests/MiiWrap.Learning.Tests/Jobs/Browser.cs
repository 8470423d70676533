using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Jobs;

/// <summary>Somebody at the dashboard with a browser: cookies, forms, and the token that a page gives to its script.</summary>
internal sealed partial class Browser(LearningApp app)
{
    public HttpClient Http { get; } = app
        .CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, HandleCookies = true });

    public async Task<Answer> SignIn(string email, string password = Given.Password, string? code = null)
    {
        var page = (await Http.Read("/jobs/sign-in")).Ok();
        return await Http.Post("/jobs/sign-in", new FormUrlEncodedContent(
            [
                new("__RequestVerificationToken", FieldPattern().Match(page.Body).Groups["token"].Value), new("email", email),
                new("password", password), new("code", code ?? ""),
            ]));
    }

    public async Task<Answer> SignOut()
    {
        var page = (await Http.Read("/jobs/sign-in")).Ok();
        return await Http.Post("/jobs/sign-out", new FormUrlEncodedContent(
            [new("__RequestVerificationToken", FieldPattern().Match(page.Body).Groups["token"].Value)]));
    }

    /// <summary>Presses a button of a page, as the page's own script does it.</summary>
    public async Task<Answer> Press(string page, string command, string job)
    {
        var shown = (await Http.Read(page)).Ok();
        var (header, token) = (MetaPattern().Matches(shown.Body) is { Count: 2 } both
            ? (both[0].Groups["value"].Value, both[1].Groups["value"].Value) : ("none", "none"));
        return await Http.Post(command, new FormUrlEncodedContent([new("jobs[]", job)]), (header, token));
    }

    public async Task<Answer> Expect(string page, HttpStatusCode status) => (await Http.Read(page)).Expect(status);

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex FieldPattern();

    [GeneratedRegex("<meta name=\"csrf-(header|token)\" content=\"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture, -1)]
    private static partial Regex MetaPattern();
}
