using FluentValidation;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>A reason is kept and shown; whether it points to anybody the privacy gate asks.</summary>
internal static class ReasonRules
{
    /// <summary>The code of a reason that points to a person by itself, which clients know as that of any wrong input.</summary>
    public const string Blocked = "request.invalid";

    private const int MostCharacters = 400;
    private const int LeastCharacters = 10;

    public static void MustBeReason<T>(this IRuleBuilderInitial<T, string?> rule) =>
        rule.MustBeOneLine().MinimumLength(LeastCharacters).MustFit(MostCharacters);
}
