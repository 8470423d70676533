namespace MiiWrap.Learning.Domain.Credentials;

/// <summary>For how long a credential holds, and for how long after that it can still be renewed.</summary>
/// <param name="Months">12 or 18.</param>
/// <param name="GraceDays">Days after the last one on which it can be renewed.</param>
public sealed record CredentialTerm(int Months, int GraceDays)
{
    /// <summary>It can be renewed so many days before its last one.</summary>
    public const int OpensBefore = 90;

    public static readonly IReadOnlyList<int> MonthsToChoose = [12, 18];

    /// <summary>The last day of a term that begins on this one.</summary>
    public DateOnly EndOf(DateOnly first) => first.AddMonths(Months);

    /// <summary>The last day after a renewal: whoever renews early loses no day, and whoever renews late is given none back.</summary>
    public DateOnly EndAfter(DateOnly last, DateOnly renewedOn) => EndOf(renewedOn <= last ? last : renewedOn);

    /// <summary>The first day on which it can be renewed.</summary>
    public static DateOnly OpensOn(DateOnly last) => last.AddDays(-OpensBefore);

    /// <summary>The last day on which it can be renewed.</summary>
    public DateOnly GraceUntil(DateOnly last) => last.AddDays(GraceDays);
}
