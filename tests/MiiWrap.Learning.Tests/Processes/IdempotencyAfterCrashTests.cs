using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Data.Sqlite;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>
/// The program is killed between the work and the answer: whoever asks again under the same key gets the answer that was lost.
/// </summary>
public sealed class IdempotencyAfterCrashTests : IDisposable
{
    private const int Clients = 40;
    private const int Acknowledged = 10;

    private readonly Home home = new();
    private readonly ConcurrentDictionary<string, string> answered = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Each_key_has_one_effect_and_one_answer()
    {
        const string lost = "The lost answer";
        var names = Enumerable.Range(0, Clients).Select(i => $"Cohort {i}").ToList();
        await using (var program = await RunningProgram.Start(home, ("Jobs__Enabled", "false")))
        {
            using var admin = await program.SignIn("admin@example.org");
            using var silent = new TcpClient();
            await silent.ConnectAsync(IPAddress.Loopback, program.Address.Port, Ct);
            var body = System.Text.Json.JsonSerializer.Serialize(Wish(lost));
            await silent.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /v1/cohorts HTTP/1.1\r\nHost: localhost\r\nAuthorization: {admin.DefaultRequestHeaders.Authorization}\r\nIdempotency-Key: {KeyOf(lost)}\r\n"
                + $"Content-Type: application/json; charset=utf-8\r\nContent-Length: {body.Length}\r\n\r\n{body}"), Ct);
            // Its answer is never read: the work is done, and the client does not know.
            await Until(async () => await Count(lost) == 1);
            var work = names.ConvertAll(name => Ask(admin, name));
            await Until(() => Task.FromResult(answered.Count >= Acknowledged));
            await program.Kill();
            await Task.WhenAll(work);
        }

        await using var again = await RunningProgram.Start(home, ("Jobs__Enabled", "false"));
        using var http = await again.SignIn("admin@example.org");
        foreach (var name in names.Append(lost))
        {
            var wasThere = await Count(name) == 1;
            var answer = (await http.Post("/v1/cohorts", Wish(name), ("Idempotency-Key", KeyOf(name)))).Expect(HttpStatusCode.Created);
            Assert.Equal(wasThere, answer.Headers.ContainsKey("Idempotency-Replayed"));
            if (answered.TryGetValue(name, out var first)) Assert.Equal(first, answer.Body);
            Assert.Equal(1, await Count(name));
            if (name == lost) Assert.True(wasThere);
        }
    }

    public void Dispose() => home.Dispose();

    private async Task Ask(HttpClient http, string name)
    {
        try
        {
            answered[name] = (await http.Post("/v1/cohorts", Wish(name), ("Idempotency-Key", KeyOf(name))))
                .Expect(HttpStatusCode.Created).Body;
        }
        catch (HttpRequestException)
        {
            // The program is gone; whether it was before or after the work the client cannot know.
        }
    }

    private async Task<long> Count(string name)
    {
        await using var connection = new SqliteConnection($"Data Source={home.Database};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = """SELECT COUNT(*) FROM "Cohorts" WHERE "Name" = $name""";
        command.Parameters.AddWithValue("$name", name);
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }

    private static Task Until(Func<Task<bool>> done) => Polling.Until(done);

    private static string KeyOf(string name) => $"key-of-{name.Replace(' ', '-')}";

    private static object Wish(string name) =>
        new { name, curriculum = Given.Course, startsOn = "2027-04-05", timeZone = Given.Zone, gate = "open",
        instructors = Array.Empty<Guid>() };
}
