using System.Collections.Frozen;
using System.Reflection;

namespace MiiWrap.Learning.Domain.Common;

/// <summary>
/// The names of the tz database, which ship with the program: a server may know fewer of them, or others, and changes when it is updated.
/// </summary>
public static class ZoneNames
{
    private static readonly FrozenDictionary<string, string> CurrentNames = Read();

    private static readonly ILookup<string, string> OldNames = CurrentNames.Where(n => n.Key != n.Value)
        .OrderBy(n => n.Key, StringComparer.Ordinal).ToLookup(n => n.Value, n => n.Key);

    /// <summary>Every accepted name with the one that it stands for: itself, or what the database's backward links lead to.</summary>
    public static IReadOnlyDictionary<string, string> All => CurrentNames;

    /// <summary>The current name of a zone; null for what is no name of one. Names have a case.</summary>
    public static string? CurrentOf(string name) => CurrentNames.GetValueOrDefault(name);

    /// <summary>The names that a zone had before.</summary>
    public static IEnumerable<string> OldNamesOf(string current) => OldNames[current];

    private static FrozenDictionary<string, string> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("zone-names.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')
            .Select(line => line.Split(' ')).ToFrozenDictionary(names => names[0], names => names[^1], StringComparer.Ordinal);
    }
}
