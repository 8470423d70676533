using System.Net;
using System.Net.Sockets;
using System.Text;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Processes;

/// <summary>A node that is told to stop finishes what it took, and takes nothing more.</summary>
public sealed class ShutdownTests : IDisposable
{
    private readonly Home home = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task A_request_in_flight_gets_its_answer_and_new_ones_are_refused()
    {
        await using var program = await RunningProgram.Start(home, ("Jobs__Enabled", "false"));
        using var learner = await program.SignIn("learner2@example.org");
        var body = Encoding.UTF8
            .GetBytes(
            """{"curriculum":"miiwrap-coaching-cohort","unit":"1.4-coaching-agreement","completedAt":"2027-02-01T15:00:00Z","timeZone":"America/Chicago"}""");
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, program.Address.Port, Ct);
        var stream = slow.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/nudges/preview HTTP/1.1\r\nHost: localhost\r\nAuthorization: {learner.DefaultRequestHeaders.Authorization}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {body.Length}\r\nExpect: 100-continue\r\n\r\n"), Ct);
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        // The server has taken the request, and waits for its body.
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync(Ct));
        await stream.WriteAsync(body.AsMemory(0, 10), Ct);

        var stopped = program.Stop();
        await Refused(program.Address.Port);
        Assert.False(stopped.IsCompleted);
        await stream.WriteAsync(body.AsMemory(10), Ct);

        Assert.Equal("", await reader.ReadLineAsync(Ct));
        var answer = await reader.ReadToEndAsync(Ct);
        Assert.True(answer.StartsWith("HTTP/1.1 200 OK", StringComparison.Ordinal), $"{answer}\n{string.Join('\n', program.Output)}");
        Assert.Contains("\"nudges\":[", answer, StringComparison.Ordinal);
        var ended = await stopped;
        Assert.Equal((0, 0), (ended.ExitCode, ended.Errors.Count));
    }

    [Fact(Explicit = true)]
    public async Task What_never_ends_is_not_waited_for_longer_than_was_said()
    {
        await using var program = await RunningProgram.Start(home, ("Jobs__Enabled", "false"), ("Limits__ShutdownSeconds", "1"));
        using var learner = await program.SignIn("learner2@example.org");
        using var silent = new TcpClient();
        await silent.ConnectAsync(IPAddress.Loopback, program.Address.Port, Ct);
        var stream = silent.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/nudges/preview HTTP/1.1\r\nHost: localhost\r\nAuthorization: {learner.DefaultRequestHeaders.Authorization}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n"), Ct);
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync(Ct));

        var ended = await program.Stop().WaitAsync(Polling.Longest, Ct);
        Assert.Equal(0, ended.ExitCode);
        Assert.Empty(ended.Errors);
    }

    public void Dispose() => home.Dispose();

    /// <summary>The signal takes a moment to arrive; from then on nobody is let in.</summary>
    private static async Task Refused(int port)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(Polling.Longest);
        while (true)
        {
            using var another = new TcpClient();
            try
            {
                await another.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                // It stood in the listener's queue as that was closed: the next one is refused.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
        }
    }
}
