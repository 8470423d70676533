using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>A reviewer saves their review privately; it may be incomplete.</summary>
/// <param name="Scores">0 to 3 by criterion.</param>
/// <param name="Comments">A text by prompt, shown to the learner beside that prompt's answer.</param>
/// <param name="Affirmation" example="You named the moment at which you stopped explaining.">What was good, tied to a phrase.</param>
/// <param name="Question" example="What do you think the room heard when you paused?">One question that deepens.</param>
/// <param name="NextStep" example="Try the pause once more, and count to three.">One next step.</param>
/// <param name="OverrideReason">Why it is accepted although a score falls short of the rubric's rule; it is kept.</param>
/// <param name="ReviseFor">The criteria for which it goes back; when none is named, those that fall short.</param>
public sealed record SaveReview(
    IReadOnlyDictionary<string, int>? Scores, IReadOnlyDictionary<string, string>? Comments, string? Affirmation, string? Question,
    string? NextStep,
    ReviewDecision? Decision, string? OverrideReason, IReadOnlyList<string>? ReviseFor)
    : ICommand<SavedReview>
{
    [JsonIgnore]
    public Guid RevisionId { get; init; }

    [JsonIgnore]
    public Precondition Precondition { get; init; }
}

/// <summary>The review's new tag, which the next save must name.</summary>
public sealed record SavedReview(Guid RevisionId, [property: JsonPropertyName("etag")] string ETag);

internal sealed class SaveReviewValidator : AbstractValidator<SaveReview>
{
    private const int HighestScore = 3;
    private const int MostEntries = 20;
    private const int MostCharacters = 2000;
    private const int MostCommentCharacters = 4000;

    public SaveReviewValidator()
    {
        RuleFor(x => x.Scores).Must(s => s is null || (s.Count <= MostEntries && s.Values.All(v => v is >= 0 and <= HighestScore)))
            .WithMessage($"A score is a whole number from 0 to {HighestScore}.");
        RuleFor(x => x.Comments)
            .Must(c => c is null || (c.Count <= MostEntries && c.Values.All(v => v is not null && v.Length <= MostCommentCharacters)))
            .WithMessage($"A comment is a text of at most {MostCommentCharacters:N0} characters.");
        RuleFor(x => x.Affirmation).MaximumLength(MostCharacters);
        RuleFor(x => x.Question).MaximumLength(MostCharacters);
        RuleFor(x => x.NextStep).MaximumLength(MostCharacters);
        RuleFor(x => x.OverrideReason).MaximumLength(MostCharacters);
        RuleFor(x => x.ReviseFor).Must(r => r is null || (r.Count <= MostEntries && r.All(c => c is not null)))
            .WithMessage("These are slugs of criteria.");
    }
}

internal sealed class SaveReviewHandler(LearningDb db, ReviewAccess reviews, ReviewPages pages, Caller caller, TimeProvider clock)
    : IRequestHandler<SaveReview, SavedReview>
{
    public async Task<SavedReview> Handle(SaveReview request, CancellationToken cancellationToken)
    {
        var found = await reviews.FindForChange(request.RevisionId, cancellationToken);
        var (reflection, unit, _, _) = found;
        var review = reflection.Held(request.RevisionId, caller.PersonId, clock.UtcNow());
        if (!request.Precondition.Holds(ReviewTags.Of(reflection, review)))
            throw new StaleException("review.stale", (await pages.Of(found, cancellationToken)).ETag);
        review.Save(
            new(
                request.Scores ?? new Dictionary<string, int>(),
                (request.Comments ?? new Dictionary<string, string>()).ToDictionary(c => c.Key, c => c.Value.Trim()),
                request.Affirmation?.Trim(), request.Question?.Trim(), request.NextStep?.Trim(), request.Decision,
                request.OverrideReason?.Trim(),
                [.. (request.ReviseFor ?? []).Distinct()]),
            unit.Assignment.Rubric,
            unit.Assignment);
        reflection.NoteRemark();
        await db.SaveChangesAsync(cancellationToken);
        return new(request.RevisionId, (await pages.Of(found, cancellationToken)).ETag);
    }
}
