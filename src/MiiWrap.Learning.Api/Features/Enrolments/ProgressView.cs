using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Enrolments;

/// <summary>How much is done, and why the percentage is what it is.</summary>
/// <param name="Percent">The share of units completed, in whole percent.</param>
/// <param name="Why">What the percentage counts, in a sentence.</param>
public sealed record ProgressView(int UnitsCompleted, int UnitsTotal, int Percent, string Why)
{
    /// <param name="zone">The learner's, in which days are told.</param>
    public static ProgressView Of(Enrolment enrolment, TimeZoneInfo zone) => new(
        enrolment.UnitsCompleted, enrolment.UnitsTotal, enrolment.Percent,
        $"{enrolment.UnitsCompleted} of the {enrolment.UnitsTotal} units of this cohort's curriculum version are completed.{Ended(enrolment, zone)}");

    private static string Ended(Enrolment enrolment, TimeZoneInfo zone) =>
        enrolment is { Status: EnrolmentStatus.Withdrawn, EndedAt: { } endedAt }
        ? $" The enrolment was withdrawn on {Zones.LocalDate(endedAt, zone):yyyy-MM-dd}; what was done stays." : "";
}
