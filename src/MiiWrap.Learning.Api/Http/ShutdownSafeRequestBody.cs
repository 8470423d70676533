using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace MiiWrap.Learning.Api.Http;

/// <summary>
/// Lets a body arrive whole while the program stops: Kestrel then wakes whoever reads with an empty "cancelled" result, which the JSON
/// reader takes for the end of the request, and a request that was taken would be answered with an error.
/// </summary>
internal sealed class ShutdownSafeRequestBody(IRequestBodyPipeFeature body) : IRequestBodyPipeFeature
{
    private ShutdownSafeReader? reader;

    // Whoever replaces the body's stream gets another reader.
    public PipeReader Reader => reader is { } known && known.Reads(body.Reader) ? known : reader = new(body.Reader);

    public static void Use(WebApplication app) => app.Use((context, next) =>
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
            && context.Features.Get<IRequestBodyPipeFeature>() is { } body)
            context.Features.Set<IRequestBodyPipeFeature>(new ShutdownSafeRequestBody(body));
        return next(context);
    });

    private sealed class ShutdownSafeReader(PipeReader inner) : PipeReader
    {
        private bool isCancelledHere;

        public bool Reads(PipeReader other) => ReferenceEquals(inner, other);

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                var result = await inner.ReadAsync(cancellationToken);
                if (!result.IsCanceled || isCancelledHere)
                {
                    isCancelledHere = false;
                    return result;
                }

                // The end of the body came together with the stop: it is all there.
                if (result.IsCompleted) return new(result.Buffer, isCanceled: false, isCompleted: true);
                // Nothing is taken, and the next result has all of it and more.
                inner.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }

        public override bool TryRead(out ReadResult result)
        {
            if (!inner.TryRead(out result)) return false;
            if (result.IsCanceled && !isCancelledHere) result = new(result.Buffer, isCanceled: false, result.IsCompleted);
            return true;
        }

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead()
        {
            isCancelledHere = true;
            inner.CancelPendingRead();
        }

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
