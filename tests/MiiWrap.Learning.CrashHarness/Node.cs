using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MiiWrap.Learning.CrashHarness;

/// <summary>
/// One process of the program, started as an operator would start it, on the database and mail folder that it shares with others.
/// </summary>
internal sealed class Node : IDisposable
{
    private const string KeysPassword = "crash";

    private readonly Process process;

    private Node(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    public static Node Start(string api, string folder, string keys, DateTimeOffset clock, bool jobs)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [api]) { RedirectStandardOutput = true, RedirectStandardError = true,
            UseShellExecute = false, WorkingDirectory = folder };
        foreach (var (name, value) in new[]
        {
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("ASPNETCORE_URLS", address.ToString()), ("Logging__LogLevel__Default", "Warning"),
            ("ConnectionStrings__Learning", $"Data Source={Path.Combine(folder, "learning.db")}"),
            ("Mail__PickupFolder", Path.Combine(folder, "mail")),
            ("Keys__Certificate", Path.Combine(keys, "keys.pfx")), ("Keys__CertificatePassword", KeysPassword),
            ("Clock__StartAt", clock.ToString("O", CultureInfo.InvariantCulture)), ("Jobs__Enabled", jobs ? "true" : "false"),
            // A busy machine takes its time: what is looked for is what is lost, and not what is slow.
            ("Limits__RequestSeconds", "3600"), ("Limits__CallerBurst", "100000"), ("Limits__AddressBurst", "100000"),
        }) start.Environment[name] = value;
        var started = Process.Start(start)!;
        // Unread pipes fill up and would stop the node.
        started.OutputDataReceived += (_, _) => { };
        started.ErrorDataReceived += (_, e) => { if (e.Data is { Length: > 0 } line) Console.Error.WriteLine(line); };
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return new(started, address);
    }

    /// <summary>Makes the certificate of the nodes' keys, as an operator does.</summary>
    public static string MakeKeys()
    {
        var folder = Directory.CreateTempSubdirectory("learning-crash-keys-").FullName;
        using var script = Process.Start(new ProcessStartInfo("bash", [FindScript(), folder])
        {
            RedirectStandardOutput = true,
            Environment = { ["KEYS_PASSWORD"] = KeysPassword },
        })!;
        script.WaitForExit();
        return script.ExitCode == 0 ? folder : throw new InvalidOperationException("The certificate could not be made: is openssl there?");
    }

    public async Task Ready()
    {
        using var http = new HttpClient { BaseAddress = Address };
        for (var tries = 0; tries < 600; tries++)
        {
            if (process.HasExited) throw new InvalidOperationException($"A node ended by itself with code {process.ExitCode}.");
            try
            {
                if ((await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("A node was not ready within a minute.");
    }

    /// <summary>Ends it at once, as a power cut would.</summary>
    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private static string FindScript()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "deploy", "make-key-certificate.sh");
            if (File.Exists(file)) return file;
        }

        throw new FileNotFoundException("The harness runs outside the repository.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
