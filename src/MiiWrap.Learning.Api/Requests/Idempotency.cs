namespace MiiWrap.Learning.Api.Requests;

/// <summary>Marks routes on which <c>Idempotency-Key</c> is honoured.</summary>
internal sealed class TakesIdempotencyKey;

/// <summary>Marks routes whose answer has secrets in these fields of its JSON.</summary>
internal sealed record SecretShownOnce(IReadOnlyList<string> Fields);

/// <summary>The header by which a client repeats a request safely.</summary>
internal static class Idempotency
{
    public const string Header = "Idempotency-Key";
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);
}
