using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using MiiWrap.Learning.Api.Http;

namespace MiiWrap.Learning.Tests.Http;

/// <summary>Kestrel cancels pending reads when the program stops; a request that was taken is read to its end all the same.</summary>
public sealed class ShutdownSafeRequestBodyTests
{
    private readonly Pipe pipe = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_between_the_last_byte_and_its_reading_loses_nothing(bool isInTwoParts)
    {
        var body = Encoding.UTF8.GetBytes("""{"a":1}""");
        var reader = new ShutdownSafeRequestBody(new Body(pipe.Reader)).Reader;
        if (isInTwoParts) await pipe.Writer.WriteAsync(body.AsMemory(0, 3), Ct);
        pipe.Reader.CancelPendingRead();
        var read = JsonSerializer.DeserializeAsync<Dictionary<string, int>>(reader, cancellationToken: Ct);
        await pipe.Writer.WriteAsync(body.AsMemory(isInTwoParts ? 3 : 0), Ct);
        pipe.Reader.CancelPendingRead();
        await pipe.Writer.CompleteAsync();

        Assert.Equal(1, (await read)!["a"]);
    }

    [Fact]
    public async Task A_stop_that_comes_with_the_end_of_the_body_is_no_cancellation()
    {
        await pipe.Writer.WriteAsync("{}"u8.ToArray(), Ct);
        await pipe.Writer.CompleteAsync();
        var reader = new ShutdownSafeRequestBody(new Body(pipe.Reader)).Reader;

        pipe.Reader.CancelPendingRead();
        var result = await reader.ReadAsync(Ct);
        Assert.Equal((false, true, 2), (result.IsCanceled, result.IsCompleted, (int)result.Buffer.Length));
        reader.AdvanceTo(result.Buffer.Start);

        pipe.Reader.CancelPendingRead();
        Assert.True(reader.TryRead(out result));
        Assert.Equal((false, true, 2), (result.IsCanceled, result.IsCompleted, (int)result.Buffer.Length));
    }

    [Fact]
    public async Task Whoever_cancels_the_read_itself_is_heard()
    {
        var reader = new ShutdownSafeRequestBody(new Body(pipe.Reader)).Reader;
        reader.CancelPendingRead();
        Assert.True((await reader.ReadAsync(Ct)).IsCanceled);
    }

    private sealed class Body(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}
