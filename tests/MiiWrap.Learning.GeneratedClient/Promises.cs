using System.Runtime.CompilerServices;

namespace MiiWrap.Learning.GeneratedClient;

internal static class Promises
{
    /// <summary>Kiota makes every field optional: this is one that the contract requires.</summary>
    public static T Given<T>(this T? value, [CallerArgumentExpression(nameof(value))] string field = "") where T : class =>
        value ?? throw new InvalidOperationException($"{field} did not come.");

    public static T Given<T>(this T? value, [CallerArgumentExpression(nameof(value))] string field = "") where T : struct =>
        value ?? throw new InvalidOperationException($"{field} did not come.");
}
