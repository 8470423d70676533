using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MiiWrap.Learning.Api.Data.Mappings;

/// <summary>
/// Keeps an enumeration's values by their names. What is none of them is a damaged row, and found out where it is read: the framework's own
/// converter takes a number for a value that has no name, which falls where it is written into an answer.
/// </summary>
public sealed class EnumNameConverter<T>() : ValueConverter<T, string>(value => value.ToString(), name => Of(name))
    where T : struct, Enum
{
    private static readonly Dictionary<string, T> Values = Enum.GetNames<T>().ToDictionary(n => n, Enum.Parse<T>, StringComparer.Ordinal);

    private static T Of(string name) =>
        Values.TryGetValue(name, out var value) ? value : throw new InvalidOperationException($"A row has a {typeof(T).Name} that is none.");
}
