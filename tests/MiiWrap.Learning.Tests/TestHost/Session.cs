using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>Someone who uses the API; signs in when needed, and again when the test's clock has outrun the token.</summary>
public sealed class Session : DelegatingHandler
{
    private readonly string email;
    private readonly string password;
    private string? token;
    private DateTimeOffset goodUntil;

    private Session(LearningApp app, string email, string password)
        : base(app.Way()) => (this.email, this.password) = (email, password);

    public static HttpClient Anonymous(LearningApp app) => new(app.Way()) { BaseAddress = app.Address };

    public static HttpClient Of(LearningApp app, string email, string password = Given.Password) =>
        new(new Session(app, email, password)) { BaseAddress = app.Address };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization is null)
        {
            if (token is null || goodUntil <= FlowingClock.Now) await SignIn(request.RequestUri!, cancellationToken);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return await base.SendAsync(request, cancellationToken);
    }

    private async Task SignIn(Uri server, CancellationToken ct)
    {
        using var login = new HttpRequestMessage(
            HttpMethod.Post, new Uri(server, "/v1/identity/login")) { Content = JsonContent.Create(new { email, password }) };
        using var answer = await base.SendAsync(login, ct);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        token = (await answer.Content.ReadFromJsonAsync<JsonObject>(ct))!["accessToken"]!.GetValue<string>();
        goodUntil = FlowingClock.Now.AddMinutes(14);
    }
}
