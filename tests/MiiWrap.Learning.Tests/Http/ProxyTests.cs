using System.Net;
using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>Limits follow the caller behind a known proxy, and nobody else can choose an address.</summary>
public sealed class ProxyTests(ProxyTests.App app) : IClassFixture<ProxyTests.App>
{
    private const int Tries = 40;

    [Theory]
    [InlineData("10.0.0.5")]
    [InlineData("::ffff:10.0.0.5")]
    [InlineData("192.0.2.7")]
    public async Task Behind_a_known_proxy_each_caller_has_a_bucket(string proxy)
    {
        var from = From(proxy);
        for (var i = 0; i < Tries; i++) (await from.Read("/v1/me", ("X-Forwarded-For", $"203.0.{i}.{proxy.Length}")))
            .Expect(HttpStatusCode.Unauthorized);
        await Limited(() => from.Read("/v1/me", ("X-Forwarded-For", $"203.1.0.{proxy.Length}")));
    }

    [Fact]
    public Task Anyone_else_is_counted_whatever_they_say()
    {
        var (from, turn) = (From("198.51.100.7"), 0);
        return Limited(() => from.Read("/v1/me", ("X-Forwarded-For", $"203.2.0.{turn++ % 250}")));
    }

    [Fact]
    public Task A_caller_cannot_put_a_name_before_its_own()
    {
        // The proxy adds the address that it saw to what it was given; only that one counts.
        var (from, turn) = (From("10.0.0.6"), 0);
        return Limited(() => from.Read("/v1/me", ("X-Forwarded-For", $"203.3.0.{turn++ % 250}, 203.4.0.1")));
    }

    [Fact]
    public Task All_of_one_IPv6_network_are_one_caller()
    {
        var turn = 0;
        return Limited(() => From($"2001:db8:1:2::{turn++ % 250 + 1:x}").Read("/v1/me"));
    }

    private HttpClient From(string address) =>
        new(app.Server.CreateHandler(http => http.Connection.RemoteIpAddress = IPAddress.Parse(address))) { BaseAddress =
        new("http://localhost") };

    /// <summary>Buckets fill up again by the real clock, one token a second: a few dozen at once are more than they hold.</summary>
    private static async Task Limited(Func<Task<Answer>> ask)
    {
        for (var i = 0; i < 200; i++)
        {
            if (await ask() is { Status: HttpStatusCode.TooManyRequests }) return;
        }

        throw new Xunit.Sdk.XunitException("Nobody was told to wait.");
    }

    /// <summary>A host behind two kinds of proxies, that allows little.</summary>
    public sealed class App : LearningApp
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["Proxy:Known"] = "10.0.0.0/8 192.0.2.7",
            ["Limits:AddressBurst"] = "5",
            ["Limits:AddressPerSecond"] = "1",
        };
    }
}
