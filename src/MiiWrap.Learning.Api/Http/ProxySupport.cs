using Microsoft.AspNetCore.HttpOverrides;
using MiiWrap.Learning.Api.Configuration;

namespace MiiWrap.Learning.Api.Http;

/// <summary>Forwarded headers, believed from the configured proxies alone.</summary>
internal static class ProxySupport
{
    public static IServiceCollection AddProxySupport(this IServiceCollection services, RequestSettings settings) =>
        services.Configure<ForwardedHeadersOptions>(o =>
    {
        // Not the host: links are made of Public:BaseUrl.
        o.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        o.ForwardLimit = settings.ProxyHops;
        o.KnownProxies.Clear();
        o.KnownIPNetworks.Clear();
        foreach (var network in settings.Proxies) o.KnownIPNetworks.Add(network);
    });

    public static void UseProxies(this WebApplication app, RequestSettings settings)
    {
        if (settings.Proxies.Count > 0) app.UseForwardedHeaders();
    }
}
