using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MiiWrap.Learning.Tests.Conventions;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Fuzzing;

/// <summary>A cast with a sound request for each operation, as the table of roles has them; what is odd is made from these.</summary>
internal sealed partial class FuzzScenario
{
    // What it takes dozens of requests to get ready is not on every stage.
    private static readonly string[] Dear = ["AllowAnotherTry", "CloseReviewConversation"];

    private readonly RolePeople cast;
    private readonly Dictionary<Role, string> tokens = [];
    private readonly HashSet<string> ids = [];

    private FuzzScenario(RolePeople cast) => this.cast = cast;

    public List<SoundRequest> Sound { get; } = [];

    /// <summary>Ids of every kind that this cast knows, so that a wrong one is often a real one.</summary>
    public IReadOnlyList<string> Ids { get; private set; } = [];

    public static Task<FuzzScenario> Set(LearningApp app, Contract contract, Random random) =>
        Set(app, contract, r => !Dear.Contains(r) || random.Next(4) == 0);

    /// <summary>With the requests of these operations alone.</summary>
    public static async Task<FuzzScenario> Set(LearningApp app, Contract contract, Func<string, bool> wanted)
    {
        var stage = new FuzzScenario(await RolePeople.Of(app));
        var operations = contract.Operations.ToDictionary(o => o.Id);
        foreach (var row in RoleTableTests.Rows.Where(r => wanted(r.Operation)))
        {
            var request = await row.Request(stage.cast);
            var (bytes, type) = request.Body switch
            {
                null => (null, null),
                HttpContent content => (await content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
                    content.Headers.ContentType),
                var body => (JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web),
                    new MediaTypeHeaderValue("application/json")),
            };
            var allowed = Enum.GetValues<Role>().Where(r => row.Statuses[(int)r] < 300).ToList();
            stage.Sound.Add(new(operations[row.Operation], request.Path, bytes, type, request.Headers, allowed));
            stage.ids.UnionWith(Id().Matches($"{request.Path} {JsonSerializer.Serialize(request.Headers)}").Select(m => m.Value));
        }

        foreach (var role in Enum.GetValues<Role>().Where(r => r != Role.Anonymous))
        {
            stage.ids.Add(stage.cast[role].Id.ToString());
            await stage.SignIn(role);
        }

        stage.Ids = [.. stage.ids];
        return stage;
    }

    public HttpClient As(Role role) => cast.As(role);

    public AuthenticationHeaderValue? TokenOf(Role role) => role == Role.Anonymous ? null : new("Bearer", tokens[role]);

    /// <summary>Odd requests sign people out too. False when even the password is not what it was.</summary>
    public async Task<bool> SignIn(Role role)
    {
        // A connection that the server has closed after an odd request is found out by the next one, and no POST is repeated by itself.
        try
        {
            return await TrySignIn(role);
        }
        catch (HttpRequestException)
        {
            return await TrySignIn(role);
        }
    }

    private async Task<bool> TrySignIn(Role role)
    {
        if (role is Role.Client or Role.EventsClient)
        {
            var answer = await ClientSession.IssueClientToken(cast.App, cast[role].Id, cast.SecretOf(role));
            if (answer.Status != System.Net.HttpStatusCode.OK) return false;
            tokens[role] = (string)answer["access_token"]!;
            return true;
        }

        foreach (var password in new[] { Given.Password, RoleTableTests.NewPassword })
        {
            var answer = await cast.App.SignIn(cast[role].Email, password: password);
            if (answer.Code == "auth.code.required")
                answer = await cast.App.SignIn(cast[role].Email, cast.NextCode(role), password: password);
            if (answer.Status != System.Net.HttpStatusCode.OK) continue;
            tokens[role] = (string)answer["accessToken"]!;
            return true;
        }

        return false;
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.None, -1)]
    private static partial Regex Id();
}

/// <summary>A request that its operation would take from those who may send it.</summary>
internal sealed record SoundRequest(
    Operation Operation, string Path, byte[]? Body, MediaTypeHeaderValue? Type, (string Name, string Value)[] Headers,
    IReadOnlyList<Role> Allowed)
{
    public JsonNode? Json => Type?.MediaType == "application/json" ? JsonNode.Parse(Body) : null;
}
