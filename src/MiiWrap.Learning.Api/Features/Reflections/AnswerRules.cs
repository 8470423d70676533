using FluentValidation;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>What every request with answers asks of them.</summary>
internal static class AnswerRules
{
    private const int MostPrompts = 20;

    /// <summary>Bounds alone: a draft may be as short as its author likes.</summary>
    public static void MustBeAnswers<T>(this IRuleBuilderInitial<T, IReadOnlyDictionary<string, string>> rule) =>
        rule.Cascade(CascadeMode.Stop)
        .NotNull()
        .Must(a => a.Count <= MostPrompts).WithMessage($"At most {MostPrompts} prompts are answered.")
        .Must(a => a.Values.All(text => text is not null)).WithMessage("An answer is a text; leave out a prompt that has none.")
        .Must(a => a.Values.All(text => text.Length <= Answers.MostCharacters))
        .WithMessage($"An answer has at most {Answers.MostCharacters:N0} characters.");
}
