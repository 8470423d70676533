using System.Net.Http.Headers;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>A server-side integration; takes a token when needed, and again when the test's clock has outrun it.</summary>
public sealed class ClientSession : DelegatingHandler
{
    private readonly LearningApp app;
    private readonly Guid id;
    private readonly string secret;
    private string? token;
    private DateTimeOffset goodUntil;

    private ClientSession(LearningApp app, Guid id, string secret)
        : base(app.Way()) => (this.app, this.id, this.secret) = (app, id, secret);

    public static HttpClient Of(LearningApp app, Guid id, string secret) =>
        new(new ClientSession(app, id, secret)) { BaseAddress = app.Address };

    public static Task<Answer> IssueClientToken(LearningApp app, Guid id, string secret) =>
        Session.Anonymous(app).Post("/v1/oauth/token", new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", $"{id}"), new("client_secret", secret)]));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (token is null || goodUntil <= FlowingClock.Now)
        {
            var answer = (await IssueClientToken(app, id, secret)).Ok();
            (token, goodUntil) = ((string)answer["access_token"]!, FlowingClock.Now.AddMinutes(14));
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await base.SendAsync(request, cancellationToken);
    }
}
