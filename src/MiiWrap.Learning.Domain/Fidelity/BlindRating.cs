using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Fidelity;

/// <summary>What two people rated of one event before either saw the other's, as agreement in an agency or programme counts it.</summary>
/// <param name="LockedAt">When both were in.</param>
/// <param name="VoidedAt">When either half came to count no more; null while both do.</param>
public sealed record BlindRating(
    Guid SubjectId, DateTime LockedAt, DateTime? VoidedAt, IReadOnlyDictionary<string, int?> First,
    IReadOnlyDictionary<string, int?> Second)
{
    /// <summary>
    /// From this day on it counts, or does not, for good: what is voided later stays in figures that were told, or the difference would be
    /// of that one person.
    /// </summary>
    public DateOnly SettledOn => DateOnly.FromDateTime(SettledAt);

    /// <summary>Neither half had been voided by the time at which it settled.</summary>
    public bool Counts => !(VoidedAt < SettledAt);

    private DateTime SettledAt => FidelityQuarter.ReleasedAt(FidelityQuarter.QuarterOf(DateOnly.FromDateTime(LockedAt)));

    public static Agreement AgreementOf(IEnumerable<BlindRating> ratings) =>
        Agreement.Of([.. ratings.Select(r => (r.First, r.Second))]);
}
