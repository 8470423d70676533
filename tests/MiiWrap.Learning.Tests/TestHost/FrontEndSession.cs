using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>A browser of one person on the program's own pages: it keeps cookies, follows no redirect and runs no script.</summary>
internal sealed class PageSession(LearningApp app)
{
    private readonly Dictionary<string, string> cookies = [];
    private readonly HttpClient http = Session.Anonymous(app);

    public Task<Page> Get(string path) => Send(new(HttpMethod.Get, path));

    /// <summary>Sends a form of the page with its hidden fields, and these.</summary>
    public Task<Page> Post(Page page, string action, params (string Name, string Value)[] fields)
    {
        var form = page.FormOf(action).Concat(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return Send(new(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(form) });
    }

    /// <summary>Sends a form that is no page's.</summary>
    public Task<Page> Ask(string action, params (string Name, string Value)[] fields) => Send(new(HttpMethod.Post, action)
    {
        Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))),
    });

    private async Task<Page> Send(HttpRequestMessage request)
    {
        if (cookies.Count > 0) request.Headers.Add("Cookie", string.Join("; ", cookies.Select(c => $"{c.Key}={c.Value}")));
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        foreach (var set in answer.Headers.TryGetValues("Set-Cookie", out var sent) ? sent : [])
        {
            var (name, value) = set.Split(';')[0].Split('=', 2) is [var n, var v] ? (n, v) : (set, "");
            if (value.Length == 0) cookies.Remove(name);
            else cookies[name] = value;
        }

        return new(answer.StatusCode, answer.Headers.Location?.OriginalString,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            answer.Headers.TryGetValues("Content-Security-Policy", out var policy) ? string.Join(" ", policy) : "");
    }
}

/// <summary>What a page answered.</summary>
internal sealed partial record Page(HttpStatusCode Status, string? Location, string Body, string Policy)
{
    public IEnumerable<KeyValuePair<string, string>> FormOf(string action)
    {
        var form = Forms().Matches(Body).Single(f => f.Groups["action"].Value == action).Groups["fields"].Value;
        return Hidden().Matches(form).Select(m => KeyValuePair.Create(Text(m, "name"), Text(m, "value")));
    }

    private static string Text(Match match, string group) => WebUtility.HtmlDecode(match.Groups[group].Value);

    [GeneratedRegex("<form method=\"post\" action=\"(?<action>[^\"]+)\">(?<fields>.*?)</form>", RegexOptions.Singleline, -1)]
    private static partial Regex Forms();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\">", RegexOptions.None, -1)]
    private static partial Regex Hidden();
}

/// <summary>A person who acts through a front end that others host.</summary>
internal sealed class FrontEndSession(LearningApp app, Guid clientId, string redirectUri)
{
    private readonly string verifier = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    public string AuthorizeUrl(params string[] scopes) => QueryHelpers.AddQueryString("/connect/authorize", new Dictionary<string, string?>
    {
        ["client_id"] = $"{clientId}",
        ["response_type"] = "code",
        ["redirect_uri"] = redirectUri,
        ["scope"] = string.Join(' ', ["offline_access", .. scopes]),
        ["state"] = "there and back",
        ["code_challenge"] = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
        ["code_challenge_method"] = "S256",
    });

    /// <summary>Signs somebody in on the program's pages, and says yes there; the code that the front end gets.</summary>
    public async Task<string> Code(string email, params string[] scopes)
    {
        var pages = new PageSession(app);
        var page = await pages.Get(AuthorizeUrl(scopes));
        page = await pages.Post(page, "/connect/sign-in", ("email", email), ("password", Given.Password));
        Assert.Equal(HttpStatusCode.Found, page.Status);
        page = await pages.Get(page.Location!);
        if (page.Status == HttpStatusCode.OK) page = await pages.Post(page, "/connect/authorize", ("decision", "allow"));
        Assert.Equal(HttpStatusCode.Found, page.Status);
        var back = new Uri(page.Location!);
        Assert.StartsWith(redirectUri, page.Location!, StringComparison.Ordinal);
        var query = QueryHelpers.ParseQuery(back.Query);
        Assert.Equal("there and back", query["state"]);
        return query["code"]!;
    }

    public Task<Answer> Exchange(string code) => Token(
        ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectUri), ("code_verifier", verifier));

    public Task<Answer> Refresh(string refreshToken) => Token(("grant_type", "refresh_token"), ("refresh_token", refreshToken));

    /// <summary>Tokens of a whole sign-in.</summary>
    public async Task<Answer> Tokens(string email, params string[] scopes) => (await Exchange(await Code(email, scopes))).Ok();

    /// <summary>Calls the API with this access token.</summary>
    public HttpClient With(Answer tokens)
    {
        var http = Session.Anonymous(app);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)tokens["access_token"]!);
        return http;
    }

    private Task<Answer> Token(params (string Name, string Value)[] fields) => Session.Anonymous(app).Post(
        "/connect/token", new FormUrlEncodedContent([.. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)), new("client_id", $"{clientId}")]));
}
