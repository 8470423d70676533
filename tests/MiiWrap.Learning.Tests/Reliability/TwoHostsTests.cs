using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Reliability;

/// <summary>Two processes on one SQLite file behind nginx: one programme, whichever of them answers.</summary>
public sealed class TwoHostsTests : IAsyncDisposable
{
    private const string Password = "learn-and-practise-1";

    private readonly string folder = Directory.CreateTempSubdirectory("learning-nodes-").FullName;
    private readonly List<Process> running = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Tokens_keys_lock_outs_and_nudges_hold_over_both()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/nginx")
            || File.Exists("/usr/bin/nginx"), "nginx is not installed: two nodes behind it were not run");

        // One node first: a learner completes a unit, whose first ask is due before the week is out.
        var first = await Node("2027-03-15T15:00:00Z");
        var learner = await SignIn(first, "learner2@example.org");
        var enrolment = (string)(await learner.Read("/v1/me")).Ok()["enrolments"]![0]!["id"]!;
        var journey = (await learner.Read($"/v1/enrolments/{enrolment}")).Ok();
        var unit = (string)journey["modules"]!.AsArray().SelectMany(m => m!["units"]!.AsArray())
            .First(u => (string)u!["state"]! is "open" or "started")!["slug"]!;
        (await learner.Post($"/v1/enrolments/{enrolment}/units/{unit}/complete", Given.IfThen())).Ok();
        await Stop();

        // A week later two of them start at once, and both look for what is due.
        var nodes = await Task.WhenAll(Node("2027-03-22T15:00:00Z"), Node("2027-03-22T15:00:00Z"));
        var front = await Nginx(nodes);

        // A token of one is good on the other, and nginx asks both.
        var admin = await SignIn(nodes[0], "admin@example.org");
        var token = admin.DefaultRequestHeaders.Authorization;
        using var anywhere = Client(front, token);
        var asked = new HashSet<string>();
        for (var i = 0; i < 6; i++) asked.Add((await anywhere.Read("/v1/me")).Ok().Headers["X-Node"]);
        Assert.Equal(2, asked.Count);

        // One idempotency key on both at once makes one cohort.
        var name = $"Cohort {Guid.NewGuid():N}";
        var body = new { name, curriculum = Given.Course, startsOn = "2027-04-05", timeZone = Given.Zone, gate = "open",
            instructors = Array.Empty<Guid>() };
        var clients = nodes.Select(n => Client(n, token)).ToList();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(i => clients[i % 2].Post("/v1/cohorts", body, ("Idempotency-Key", "one-cohort-please"))));
        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.Created or HttpStatusCode.Conflict, a.Body));
        Assert.Single(answers.Where(a => a.Status == HttpStatusCode.Created).Select(a => (string)a["id"]!).Distinct());
        Assert.Single((await anywhere.Read("/v1/cohorts?limit=200")).Ok()["items"]!.AsArray(), c => (string)c!["name"]! == name);

        // Wrong passwords count together.
        for (var i = 0; i < 10; i++) (await Try(nodes[i % 2], "learner3@example.org", "not the password"))
            .Expect(HttpStatusCode.Unauthorized);
        foreach (var node in nodes) (await Try(node, "learner3@example.org", Password)).Expect(HttpStatusCode.TooManyRequests);

        // Both have swept; no ask went out twice.
        await Until(() => Task.FromResult(MailFolder.MailsIn(Path.Combine(folder, "mail"), "learner2@example.org").Count > 0));
        await Stop();
        var nudges = Directory.GetFiles(Path.Combine(folder, "mail"), "*.eml")
            .SelectMany(f => File.ReadLines(f).Where(l => l.StartsWith("X-Learning-Nudges", StringComparison.OrdinalIgnoreCase))).ToList();
        Assert.NotEmpty(nudges);
        Assert.Equal(nudges.Count, nudges.Distinct().Count());
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<Uri> Node(string startAt)
    {
        var address = FreeAddress();
        Start("dotnet", [typeof(Program).Assembly.Location], new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = address.ToString().TrimEnd('/'),
            ["Clock__StartAt"] = startAt,
            ["ConnectionStrings__Learning"] = $"Data Source={Path.Combine(folder, "learning.db")}",
            ["Mail__PickupFolder"] = Path.Combine(folder, "mail"),
            ["Keys__Certificate"] = KeyFile.Named(),
            ["Keys__CertificatePassword"] = KeyFile.Password,
            ["Limits__SignInBurst"] = "1000",
        });
        await Ready(address);
        return address;
    }

    private async Task<Uri> Nginx(Uri[] nodes)
    {
        var address = FreeAddress();
        var configuration = Path.Combine(folder, "nginx.conf");
        var temporary = string
            .Join(' ', new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(t => $"{t}_temp_path {folder}/{t};"));
        await File.WriteAllTextAsync(configuration, $$"""
            daemon off; pid {{folder}}/nginx.pid; error_log {{folder}}/nginx.log;
            events {}
            http {
              access_log off; {{temporary}}
              upstream nodes { {{string.Join(' ', nodes.Select(n => $"server {n.Authority};"))}} }
              server { listen {{address.Authority}}; location / { proxy_pass http://nodes; proxy_set_header Host $host; add_header X-Node $upstream_addr always; } }
            }
            """, Ct);
        Start("nginx", ["-p", folder, "-e", $"{folder}/nginx.log", "-c", configuration], []);
        await Ready(address);
        return address;
    }

    private void Start(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true,
            RedirectStandardError = true };
        foreach (var (key, value) in environment) start.Environment[key] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        running.Add(process);
    }

    private async Task Stop()
    {
        foreach (var process in running)
        {
            if (!process.HasExited) Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])!.Dispose();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        running.Clear();
    }

    private static async Task Ready(Uri address)
    {
        using var http = Client(address, null);
        await Until(async () =>
        {
            try
            {
                return (await http.Read("/health/ready")).Status == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    private static Task Until(Func<Task<bool>> done) => Polling.Until(done);

    private static async Task<HttpClient> SignIn(Uri node, string email)
    {
        var answer = (await Try(node, email, Password)).Ok();
        return Client(node, new AuthenticationHeaderValue("Bearer", (string)answer["accessToken"]!));
    }

    private static async Task<Answer> Try(Uri node, string email, string password)
    {
        using var http = Client(node, null);
        return await http.Post("/v1/identity/login", new { email, password });
    }

    private static HttpClient Client(Uri address, AuthenticationHeaderValue? token)
    {
        var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = token;
        return client;
    }

    private static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
    }
}
