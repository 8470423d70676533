namespace MiiWrap.Learning.Api.Requests;

/// <summary>Finds the known name that was probably meant, by edit distance.</summary>
internal static class NearestName
{
    // Nobody misspells a longer one beyond recognition, and comparing costs the product of both lengths.
    private const int Longest = 64;

    /// <summary>The nearest of the known names; null when none is near: a third of its characters may differ.</summary>
    public static string? To(string name, IEnumerable<string> known) =>
        name.Length > Longest ? null : known.Select(k => (Name: k, Distance: Distance(name.ToLowerInvariant(), k.ToLowerInvariant())))
            .Where(k => k.Distance * 3 <= Math.Max(k.Name.Length, 3)).OrderBy(k => k.Distance).Select(k => k.Name).FirstOrDefault();

    /// <summary>How many letters must be put in, taken out or changed to make one of the other (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 0; i < from.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 0; j < to.Length; j++)
                (diagonal, row[j + 1]) = (row[j + 1],
                    Math.Min(diagonal + (from[i] == to[j] ? 0 : 1), Math.Min(row[j], row[j + 1]) + 1));
        }

        return row[^1];
    }
}
