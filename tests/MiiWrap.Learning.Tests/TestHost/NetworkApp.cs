using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MiiWrap.Learning.Tests.TestHost;

/// <summary>A program of its own behind its real server, for what only sockets show.</summary>
public class NetworkApp : LearningApp
{
    private readonly SocketsHttpHandler way =
        new() { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None,
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };

    public NetworkApp() => UseKestrel(0);

    public override Uri Address => ClientOptions.BaseAddress;

    public override HttpMessageHandler Way() => new Shared(way);

    protected override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string> { ["Logging:LogLevel:Default"] = "Error" };

    protected override void Replace(IServiceCollection services) =>
        services.RemoveAll<TimeProvider>().AddSingleton<TimeProvider, StoppedClock>();

    public override async ValueTask DisposeAsync()
    {
        way.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A test's own clock does not reach a server behind a network.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => FlowingClock.LaterMonday;
    }

    /// <summary>One pool of connections for everybody, whoever ends first.</summary>
    private sealed class Shared(HttpMessageHandler inner) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker invoker = new(inner, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            invoker.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing) invoker.Dispose();
            base.Dispose(disposing);
        }
    }
}
