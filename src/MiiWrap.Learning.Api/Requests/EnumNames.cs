using System.Text.Json;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Requests;

/// <summary>The names by which the API knows an enumeration's values.</summary>
internal static class EnumNames
{
    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static IEnumerable<string> Names<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(NameOf);

    /// <summary>The values that a request may carry.</summary>
    public static IEnumerable<T> Sent<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().Where(v => !typeof(T).GetField(v.ToString())!.IsDefined(typeof(NeverSentAttribute), inherit: false));

    public static bool TryParse<T>(string? name, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (NameOf(candidate) != name) continue;
            value = candidate;
            return true;
        }

        value = default;
        return false;
    }
}
