using System.Security.Cryptography;
using System.Text;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Domain.Reflections;

/// <summary>A learner's words, a text for each prompt that has one; equal when they say the same.</summary>
public sealed class Answers : IEquatable<Answers>
{
    /// <summary>For one prompt; many times what the guidance suggests.</summary>
    public const int MostCharacters = 10_000;

    public static readonly Answers None = new(new Dictionary<string, string>());

    public Answers(IEnumerable<KeyValuePair<string, string>> byPrompt) =>
        ByPrompt = new SortedDictionary<string, string>(byPrompt.ToDictionary(), StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> ByPrompt { get; }

    public bool IsBlank => ByPrompt.Values.All(string.IsNullOrWhiteSpace);

    /// <summary>Proves later that a text is the one that was handed in, or that it was redacted since.</summary>
    public string Hash
    {
        get
        {
            // Lengths go in too, so that no two different sets of answers run together to the same text.
            var text = new StringBuilder();
            foreach (var (prompt, answer) in ByPrompt) text.Append(prompt.Length).Append(':').Append(prompt).Append(answer.Length)
                .Append(':').Append(answer);
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        }
    }

    /// <summary>Takes answers to the prompts of this assignment alone.</summary>
    public static Answers To(Assignment assignment, IEnumerable<KeyValuePair<string, string>> byPrompt)
    {
        var answers = new Answers(byPrompt);
        if (answers.ByPrompt.Keys.FirstOrDefault(k => assignment.Prompts.All(p => p.Slug != k)) is not null)
            throw new RuleException("reflection.prompt.unknown", "One of these prompts is not of this assignment.", RuleKind.Invalid);
        return answers;
    }

    public bool Equals(Answers? other) => other is not null && ByPrompt.SequenceEqual(other.ByPrompt);

    public override bool Equals(object? obj) => Equals(obj as Answers);

    public override int GetHashCode() => ByPrompt.Aggregate(0, (hash, pair) => HashCode.Combine(hash, pair.Key, pair.Value));
}
