using System.Text;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Reflections;

/// <summary>
/// Something that keeps words about a reflection or a session, out of which some can be taken; else what is written once stays as it is.
/// </summary>
public interface IRedactable
{
    /// <summary>Grows with each removal: the mark that lets a row change that otherwise never does.</summary>
    int RedactionCount { get; }

    /// <summary>Takes the words out wherever they stand, and returns in how many places that was.</summary>
    int Remove(RedactionPattern words);
}

/// <summary>
/// The words that a redaction takes out, in any case and however they are typed, as with other dashes, quotes or accents; long enough ones
/// also inside of others, so that an ending does not save them.
/// </summary>
public sealed class RedactionPattern
{
    /// <summary>What stands in their place from then on; as short as the shortest words, so that no text outgrows its bounds.</summary>
    public const string Tombstone = "██";

    /// <summary>Shorter ones are looked for as words alone: two letters are part of half the dictionary.</summary>
    private const int LeastWithinAnother = 4;

    private readonly string words;

    private RedactionPattern(string words) => this.words = words;

    /// <summary>
    /// The words of a span, in UTF-16 units. It may cut a character in two, or point at a bit of a word too short to look for: then all of
    /// that goes.
    /// </summary>
    public static RedactionPattern Of(string text, int start, int end)
    {
        if (start < 0 || end > text.Length || start >= end) throw NoWords();
        if (char.IsLowSurrogate(text[start]) && start > 0) start--;
        if (end < text.Length && char.IsLowSurrogate(text[end])) end++;
        while (start < end && char.IsWhiteSpace(text[start])) start++;
        while (start < end && char.IsWhiteSpace(text[end - 1])) end--;
        if (Alike(FoldedText.Of(text[start..end])).Length is > 0 and < LeastWithinAnother)
        {
            while (IsWithinWord(text, start)) start--;
            while (IsWithinWord(text, end)) end++;
        }

        var span = text[start..end];
        return span.Length >= Tombstone.Length && span != Tombstone && Alike(FoldedText.Of(span)).Trim() is { Length: > 0 } words
            ? new(words)
            : throw NoWords();
    }

    /// <summary>The text without them, and in how many places they stood.</summary>
    public (string Text, int Places) From(string text)
    {
        var folded = FoldedText.Of(text);
        var (alike, left, done, places) = (Alike(folded), new StringBuilder(), 0, 0);
        for (var at = 0; (at = alike.IndexOf(words, at, StringComparison.Ordinal)) >= 0; at += words.Length)
        {
            var (start, end) = folded.InOriginal(at, at + words.Length);
            if (start < done || !IsToGo(text, start, end)) continue;
            // What is one character there, as a ligature is, must not grow.
            left.Append(text, done, start - done).Append(Tombstone, 0, Math.Min(Tombstone.Length, end - start));
            (done, places) = (end, places + 1);
        }

        return places == 0 ? (text, 0) : (left.Append(text, done, text.Length - done).ToString(), places);
    }

    public bool AreIn(string text) => From(text).Places > 0;

    /// <summary>Takes them out of a text that may be missing.</summary>
    internal string? From(string? text, ref int places)
    {
        if (text is null) return null;
        var (without, found) = From(text);
        places += found;
        return without;
    }

    internal IReadOnlyDictionary<string, string> From(IReadOnlyDictionary<string, string> texts, ref int places)
    {
        var left = new Dictionary<string, string>();
        foreach (var (key, text) in texts) left.Add(key, From(text, ref places)!);
        return left;
    }

    /// <summary>Without case, and as if a line that breaks did not.</summary>
    private static string Alike(FoldedText text) => text.Lower.Replace('\n', ' ');

    private bool IsToGo(string text, int start, int end) =>
        words.Length >= LeastWithinAnother || (!IsWithinWord(text, start) && !IsWithinWord(text, end));

    private static bool IsWithinWord(string text, int at) =>
        at > 0 && at < text.Length && char.IsLetterOrDigit(text[at - 1]) && char.IsLetterOrDigit(text[at]);

    private static RuleException NoWords() =>
        new("redaction.span.invalid", "This span holds no words of that answer that could be removed.", RuleKind.Invalid);
}

/// <summary>One removal of words from a reflection or a session's notes: where, why, by whom; never what.</summary>
public sealed class Redaction : IAppendOnly, IRedactable, IOfGuardedText
{
    private Redaction()
    {
    }

    public Guid Id { get; private init; }

    public Guid? ReflectionId { get; private init; }

    public Guid? SessionId { get; private init; }

    /// <summary>The revision in which the words were pointed at; they went from all of them. Null for those of a session.</summary>
    public Guid? RevisionId { get; private init; }

    /// <summary>Whose feedback or reply the words were pointed at in; null where they stood in what all read.</summary>
    public Guid? ParticipantId { get; private init; }

    public string Prompt { get; private init; } = "";

    /// <summary>In how many places they stood, in all that was written there and about it.</summary>
    public int Places { get; private init; }

    public string Reason { get; private set; } = "";

    public Guid PersonId { get; private init; }

    public DateTime At { get; private init; }

    public int RedactionCount { get; private set; }

    internal static Redaction OfRevision(
        Guid reflectionId, Guid revisionId, string prompt, int places, string reason, Guid personId, DateTime now) => new()
    {
        Id = NewId.At(now),
        ReflectionId = reflectionId,
        RevisionId = revisionId,
        Prompt = prompt,
        Places = places,
        Reason = reason,
        PersonId = personId,
        At = now,
    };

    internal static Redaction OfSession(
        Guid sessionId, Guid? participantId, string prompt, int places, string reason, Guid personId, DateTime now) => new()
    {
        Id = NewId.At(now),
        SessionId = sessionId,
        ParticipantId = participantId,
        Prompt = prompt,
        Places = places,
        Reason = reason,
        PersonId = personId,
        At = now,
    };

    public int Remove(RedactionPattern words)
    {
        var (text, places) = words.From(Reason);
        if (places > 0) (Reason, RedactionCount) = (text, RedactionCount + 1);
        return places;
    }
}

/// <summary>Words have been taken out of a reflection.</summary>
public sealed record ReflectionRedacted(Reflection Reflection, DateTime At) : IDomainEvent;
