namespace MiiWrap.Learning.Api.Configuration;

/// <summary>Finds the name that somebody most likely meant, by edit distance.</summary>
internal static class NearestName
{
    // Nobody misspells a longer one beyond recognition, and comparing costs the product of both lengths.
    private const int Longest = 64;

    public static string To(string name, IEnumerable<string> known) =>
        known.OrderBy(k => Distance(name.ToUpperInvariant(), k.ToUpperInvariant()))
            .ThenBy(k => k, StringComparer.OrdinalIgnoreCase).First();

    /// <summary>The nearest of the known names, if it was probably meant: a third of its characters may differ.</summary>
    public static string? IfNear(string name, IReadOnlyCollection<string> known) =>
        name.Length <= Longest && known.Count > 0 && To(name, known) is var nearest
        && Distance(name.ToUpperInvariant(), nearest.ToUpperInvariant()) * 3 <= Math.Max(nearest.Length, 3) ? nearest : null;

    /// <summary>Letters left out, put in, changed, or exchanged with their neighbour (Damerau-Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        var steps = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    steps[i, j] = i + j;
                    continue;
                }

                var least = Math.Min(
                    Math.Min(steps[i - 1, j], steps[i, j - 1]) + 1, steps[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    least = Math.Min(least, steps[i - 2, j - 2] + 1);
                steps[i, j] = least;
            }
        }

        return steps[one.Length, other.Length];
    }
}
