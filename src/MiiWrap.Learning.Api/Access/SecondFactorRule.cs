using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Access;

/// <summary>Marks a route that is open to an admin who must turn on a second factor first: it leads there, or out.</summary>
internal sealed class OpenWithoutSecondFactor;

/// <summary><c>Auth:RequireSecondFactor</c>: a programme admin without a second factor may do nothing but turn it on.</summary>
internal static class SecondFactorRule
{
    public const string Why =
        "A programme admin needs a second factor here: turn it on by POST /v1/me/second-factor and …/confirm, then go on.";

    public static bool LacksSecondFactor(this Settings settings, CachedPerson person) =>
        settings.RequireSecondFactor && person is { IsProgramAdmin: true, HasSecondFactor: false };

    public static RuleException Refused() => new("auth.secondFactor.required", Why, RuleKind.Forbidden);
}
