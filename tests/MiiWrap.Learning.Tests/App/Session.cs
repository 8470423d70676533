using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MiiWrap.Learning.Tests.App;

/// <summary>Someone who uses the API; signs in when needed, and again when the test's clock has outrun the token.</summary>
public sealed class Session : DelegatingHandler
{
    private readonly string email;
    private readonly string password;
    private string? token;
    private DateTimeOffset goodUntil;

    private Session(LearningApp app, string email, string password)
        : base(app.Server.CreateHandler()) => (this.email, this.password) = (email, password);

    public static HttpClient Anonymous(LearningApp app) => new(app.Server.CreateHandler()) { BaseAddress = new("http://localhost") };

    public static HttpClient Of(LearningApp app, string email, string password = Given.Password) =>
        new(new Session(app, email, password)) { BaseAddress = new("http://localhost") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization is null)
        {
            if (token is null || goodUntil <= TestClock.Now) await SignIn(cancellationToken);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return await base.SendAsync(request, cancellationToken);
    }

    private async Task SignIn(CancellationToken ct)
    {
        using var login = new HttpRequestMessage(HttpMethod.Post, "http://localhost/v1/identity/login") { Content = JsonContent.Create(new { email, password }) };
        using var answer = await base.SendAsync(login, ct);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        token = (await answer.Content.ReadFromJsonAsync<JsonObject>(ct))!["accessToken"]!.GetValue<string>();
        goodUntil = TestClock.Now.AddMinutes(14);
    }
}
