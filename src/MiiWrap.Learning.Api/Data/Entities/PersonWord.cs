using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Data.Entities;

/// <summary>A word of somebody's name or address, folded: by the beginning of one they are found, as a range of an index.</summary>
public sealed record PersonWord(string Word, Guid PersonId)
{
    public const int Length = 100;

    /// <summary>Begins the words of an address, and no other: who sees no addresses does not find people by theirs.</summary>
    private const string OfAddress = " ";

    /// <summary>The words of a name and an address, whole and in their parts: "o'brien", "o" and "brien".</summary>
    public static IReadOnlySet<string> Of(string name, string? email)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in Split(name)) AddParts(word, "");
        if (!string.IsNullOrEmpty(email))
        {
            var address = FoldedText.Of(email).Lower;
            words.Add(InAddress(address));
            var at = address.LastIndexOf('@');
            AddParts(at < 0 ? address : address[..at], OfAddress);
            if (at >= 0 && at < address.Length - 1) words.Add(InAddress(address[(at + 1)..]));
        }

        return words;

        void AddParts(string word, string mark)
        {
            words.Add(Cut(mark + word));
            var start = 0;
            for (var i = 0; i <= word.Length; i++)
            {
                if (i < word.Length && (char.IsLetterOrDigit(word[i]) || char.IsSurrogate(word[i]))) continue;
                if (i > start) words.Add(Cut(mark + word[start..i]));
                start = i + 1;
            }
        }
    }

    /// <summary>The words of what somebody looks for, folded alike.</summary>
    public static IReadOnlyList<string> Split(string text) =>
        [.. FoldedText.Of(text).Lower.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(Cut)
            .Distinct(StringComparer.Ordinal)];

    /// <summary>The word as it stands for one of an address.</summary>
    public static string InAddress(string word) => Cut(OfAddress + word);

    /// <summary>What comes after every word that begins like this one; null when nothing does.</summary>
    public static string? After(string beginning)
    {
        for (var end = beginning.Length; end > 0;)
        {
            var start = end - (end > 1 && char.IsLowSurrogate(beginning[end - 1]) && char.IsHighSurrogate(beginning[end - 2]) ? 2 : 1);
            var next = char.ConvertToUtf32(beginning, start) + 1;
            if (next == 0xD800) next = 0xE000;
            if (next <= 0x10FFFF) return beginning[..start] + char.ConvertFromUtf32(next);
            end = start;
        }

        return null;
    }

    private static string Cut(string word) =>
        word.Length <= Length ? word : word[..(char.IsHighSurrogate(word[Length - 1]) ? Length - 1 : Length)];
}
