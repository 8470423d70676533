using FluentValidation;
using MiiWrap.Learning.Domain.Reflections.Privacy;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>A reason is kept and shown, so it must not bring in again what it is about.</summary>
internal static class ReasonRules
{
    public const int MostCharacters = 400;
    private const int LeastCharacters = 10;

    public static void MustBeReason<T>(this IRuleBuilderInitial<T, string?> rule) =>
        rule.MustBeLine(MostCharacters).MinimumLength(LeastCharacters)
        .Must(r => r is null || !PrivacyCheck.Identifies(r)).WithMessage("Something in it points to a person by itself; say it without.");
}
