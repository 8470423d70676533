using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Enrolments;

/// <summary>How much is done, and why the percentage is what it is.</summary>
public sealed record ProgressView(int UnitsCompleted, int UnitsTotal, int Percent, string Why)
{
    public static ProgressView Of(Enrolment enrolment) => new(
        enrolment.UnitsCompleted, enrolment.UnitsTotal, enrolment.Percent,
        $"{enrolment.UnitsCompleted} of the {enrolment.UnitsTotal} units of this cohort's curriculum version are completed.{Ended(enrolment)}");

    private static string Ended(Enrolment enrolment) =>
        enrolment.Status == EnrolmentStatus.Withdrawn
        ? $" The enrolment was withdrawn on {enrolment.EndedAt:yyyy-MM-dd}; what was done stays." : "";
}
