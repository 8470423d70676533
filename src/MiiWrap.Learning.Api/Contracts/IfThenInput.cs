using System.Text.Json.Serialization;
using FluentValidation;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>"If cue, then I will action."</summary>
/// <param name="Cue" example="I sit down with my coachee on Thursday">1 to 280 characters.</param>
/// <param name="Action" example="I will ask for two ideas before I offer one">1 to 280 characters.</param>
/// <param name="PlannedFor" example="2027-03-18">The day on which the learner means to do it; the check follows it.</param>
public sealed record IfThenInput(
    [property: JsonConverter(typeof(TextAsSent))] string Cue,
    [property: JsonConverter(typeof(TextAsSent))] string Action, DateOnly? PlannedFor)
{
    internal IfThenPlan ToPlan() => new(Cue.NormalizeNfc(), Action.NormalizeNfc(), PlannedFor);

    /// <summary>Its words, for the privacy gate.</summary>
    internal static IEnumerable<FreeText> TextsOf(IfThenInput? plan) =>
        [new("ifThen.cue", plan?.Cue), new("ifThen.action", plan?.Action)];
}

internal sealed class IfThenInputValidator : AbstractValidator<IfThenInput>
{
    private const int MostCharacters = 280;

    public IfThenInputValidator()
    {
        RuleFor(x => x.Cue).NotEmpty().MustFit(MostCharacters);
        RuleFor(x => x.Action).NotEmpty().MustFit(MostCharacters);
    }
}
