using Microsoft.Extensions.Time.Testing;
using MiiWrap.Learning.Api.Access;

namespace MiiWrap.Learning.Tests.Access;

/// <summary>A bucket gives as many tokens as it was told, and the number of buckets is bounded whatever the keys.</summary>
public sealed class TokenBucketsTests
{
    private const int Most = 100;
    private const int Burst = 5;

    private readonly FakeTimeProvider clock = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Of_few_keys_each_gets_its_burst_and_then_its_rate_and_no_more(int seed)
    {
        var random = new Random(seed);
        var buckets = Buckets(refill: 2);
        var model = new Dictionary<UInt128, double>();
        for (var i = 0; i < 5_000; i++)
        {
            var passed = random.Next(4) * 250;
            clock.Advance(TimeSpan.FromMilliseconds(passed));
            foreach (var key in model.Keys) model[key] = Math.Min(Burst, model[key] + (passed * 2 / 1000.0));
            var (asked, tokens) = ((UInt128)random.Next(Most / 2), random.Next(1, 3));
            var there = model.GetValueOrDefault(asked, Burst);
            var lease = buckets.Take(asked, tokens);
            Assert.Equal(there >= tokens, lease.IsTaken);
            model[asked] = lease.IsTaken ? there - tokens : there;
            Assert.Equal((int)model[asked], lease.Left);
            Assert.InRange(lease.Wait, 1, 1);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_many_keys_no_more_than_the_bound_are_kept_and_those_of_the_greedy_stay(int seed)
    {
        var random = new Random(seed);
        var buckets = Buckets(refill: 1);
        var greedy = (UInt128)7;
        while (buckets.Take(greedy).IsTaken)
        {
        }

        for (var i = 0; i < 20_000; i++)
        {
            buckets.Take(((UInt128)(ulong)random.NextInt64() << 64) | (ulong)random.NextInt64());
            Assert.InRange(buckets.Count, 1, Most + 1);
        }

        Assert.False(buckets.Take(greedy).IsTaken);
        clock.Advance(TimeSpan.FromSeconds(Burst));
        Assert.True(buckets.Take(greedy, Burst).IsTaken);
    }

    [Fact]
    public async Task Whoever_asks_at_once_from_many_sides_gets_the_burst_once()
    {
        var buckets = Buckets(refill: 1);
        var taken = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => buckets.Take(1).IsTaken)));
        Assert.Equal(Burst, taken.Count(t => t));
    }

    private TokenBuckets Buckets(int refill) => new("test", Burst, refill, TimeSpan.FromSeconds(1), Most, clock);
}
