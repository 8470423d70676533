using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>What changed from one revision to the next, prompt by prompt.</summary>
/// <param name="From">The number of the earlier revision.</param>
/// <param name="To">The number of the later one.</param>
/// <param name="Prompts">The answers that have changed.</param>
public sealed record RevisionChanges(int From, int To, IReadOnlyList<PromptChanges> Prompts)
{
    public static RevisionChanges Between(ReflectionRevision before, ReflectionRevision after) => new(
        before.Number,
        after.Number,
        [.. before.Answers.ByPrompt.Keys.Union(after.Answers.ByPrompt.Keys).Order(StringComparer.Ordinal)
            .Select(p => PromptChanges.Between(
                p, before.Answers.ByPrompt.GetValueOrDefault(p, ""), after.Answers.ByPrompt.GetValueOrDefault(p, "")))]);
}

/// <summary>The words that stayed, went and came in one answer, in their order.</summary>
/// <param name="Changes">The pieces of the text, in order.</param>
/// <param name="IsWordByWord">
/// False where the answers differ too much for that: what changed then stands there as a whole, once as removed and once as added.
/// </param>
public sealed record PromptChanges(string Prompt, IReadOnlyList<TextChange> Changes, bool IsWordByWord)
{
    public static PromptChanges Between(string prompt, string before, string after)
    {
        var comparison = WordDiff.Of(before, after);
        return new(prompt, comparison.Changes, comparison.IsWordByWord);
    }
}
