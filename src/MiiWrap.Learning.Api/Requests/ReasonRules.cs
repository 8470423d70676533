using FluentValidation;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>
/// What comes with an act on somebody's words. A reason is kept and shown; whether it points to anybody the privacy gate asks.
/// </summary>
internal static class ReasonRules
{
    /// <summary>The code of a reason that points to a person by itself, which clients know as that of any wrong input.</summary>
    public const string Blocked = "request.invalid";

    private const int MostCharacters = 400;
    private const int LeastCharacters = 10;

    public static void MustBeReason<T>(this IRuleBuilderInitial<T, string?> rule) =>
        rule.MustBeOneLine().MinimumLength(LeastCharacters).MustFit(MostCharacters);

    /// <summary>For how long a programme admin opens something to themselves.</summary>
    public static void MustBeGlassHours<T>(this IRuleBuilderInitial<T, int?> rule) =>
        rule.NotNull().InclusiveBetween(1, (int)BreakGlass.Longest.TotalHours);

    /// <summary>Where the words stand that are to go.</summary>
    public static void MustBeSpan<T>(this IRuleBuilderInitial<T, IReadOnlyList<int>> rule) =>
        rule.NotNull().Must(s => s is null || s.Count == 2)
            .WithMessage("A span is two numbers: where it starts, and where the rest goes on.");
}
