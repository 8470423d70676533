using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>
/// What is kept of a person's second factor beside Identity's own rows: those hold the sealed key and the hashes of the recovery codes.
/// Whatever changes one of them changes this row too, so its version guards them all.
/// </summary>
public sealed class SecondFactor : IVersioned
{
    public const int LongestReason = 400;

    private SecondFactor()
    {
    }

    public Guid PersonId { get; private set; }

    /// <summary>Of the codes that were taken, the time step of the last: this one and those before it are good no more.</summary>
    public long LastStep { get; private set; }

    /// <summary>Since when it is asked for; null while it is off, or waits for its first code.</summary>
    public DateTime? OnSince { get; private set; }

    /// <summary>When it was last turned off for its owner, who had lost phone and codes.</summary>
    public DateTime? ResetAt { get; private set; }

    /// <summary>The programme admin who did that; null for the operator at the command line.</summary>
    public Guid? ResetBy { get; private set; }

    public string? ResetReason { get; private set; }

    public int Version { get; set; }

    public static SecondFactor Of(Guid personId) => new() { PersonId = personId };

    /// <summary>A new key, of which no code was taken yet.</summary>
    public void Begin() => (LastStep, OnSince) = (0, null);

    /// <summary>A code was taken.</summary>
    public void Use(long step) => LastStep = step;

    /// <summary>The first code of the key has come.</summary>
    public void TurnOn(DateTime now) => OnSince = now;

    public void TurnOff() => OnSince = null;

    public void Reset(Guid? by, string? reason, DateTime now) =>
        (OnSince, ResetAt, ResetBy, ResetReason) = (null, now, by, reason);
}
