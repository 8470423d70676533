using System.Net;
using System.Net.Sockets;
using MiiWrap.Learning.Api.Configuration;

namespace MiiWrap.Learning.Api.Features.Events;

/// <summary>What a try came to, in a word or two; of the receiver's answer nothing is kept but its status.</summary>
internal sealed record Attempt(int? Status, string Outcome)
{
    public bool IsDelivered => Status is >= 200 and <= 299;

    /// <summary>The receiver says that it will never take anything again.</summary>
    public bool IsGone => Status == StatusCodes.Status410Gone;

    /// <summary>There is nothing to send, which is no fault of the receiver's.</summary>
    public bool IsOfDamagedEvent { get; init; }
}

/// <summary>
/// The way out for webhooks. A name is resolved where the connection is made, and the connection goes to the very address that was looked
/// at: a name that answers differently the second time gains nothing. Redirects are not followed, and no proxy stands between.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly bool reachesPrivateNetworks;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve;
    private readonly HttpClient http;

    public WebhookSender(Settings settings)
        : this(settings.WebhooksReachPrivateNetworks, Dns.GetHostAddressesAsync)
    {
    }

    internal WebhookSender(bool reachesPrivateNetworks, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        (this.reachesPrivateNetworks, this.resolve) = (reachesPrivateNetworks, resolve);
        http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = Connect,
        })
        { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("MiiWrap.Learning");
    }

    public async Task<Attempt> Send(Uri url, byte[] body, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken ct)
    {
        // It may have been registered when that was allowed.
        if (url.Scheme != Uri.UriSchemeHttps && !reachesPrivateNetworks) return new(null, "https is required");
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(Timeout);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            return new((int)response.StatusCode, $"status {(int)response.StatusCode}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new(null, $"no answer within {Timeout.TotalSeconds:0} s");
        }
        catch (HttpRequestException e)
        {
            return new(null, e switch
            {
                { InnerException: NotPublicException } => "not a public address",
                { HttpRequestError: HttpRequestError.NameResolutionError } => "name not found",
                { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS failed",
                _ => "not reached",
            });
        }
    }

    public void Dispose() => http.Dispose();

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await resolve(context.DnsEndPoint.Host, ct);
        }
        catch (SocketException e)
        {
            throw new HttpRequestException(HttpRequestError.NameResolutionError, "The name was not found.", e);
        }

        // One address that is not public makes the whole name suspect.
        if (!reachesPrivateNetworks && !addresses.All(PublicAddresses.Contains)) throw new NotPublicException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class NotPublicException() : IOException("The name leads to an address that is not public.");
}
