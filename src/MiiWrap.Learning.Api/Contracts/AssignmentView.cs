using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>What is asked, and how it will be read.</summary>
/// <param name="Prompts">The questions, in order.</param>
/// <param name="Guidance">How the reflection will be read, in the words of the rubric.</param>
public sealed record AssignmentView(string Slug, IReadOnlyList<PromptView> Prompts, RubricView Rubric, string Guidance)
{
    /// <param name="withAnchors">Reviewers calibrate on the sample texts; an author would write what is scored.</param>
    public static AssignmentView Of(Assignment assignment, bool withAnchors) => new(
        assignment.Slug,
        [.. assignment.Prompts.Select(p => new PromptView(p.Slug, p.Text))],
        new(
            assignment.Rubric.Slug,
            [.. assignment.Rubric.Criteria.Select(c => CriterionView.Of(c, withAnchors))],
            withAnchors && assignment.Rubric.Anchors is { } anchors ? new(anchors.Complete, anchors.Incomplete) : null),
        assignment.Rubric.Guidance);
}

/// <summary>One question.</summary>
/// <param name="Text">The question.</param>
public sealed record PromptView(string Slug, string Text);

/// <summary>The criteria by which a reviewer reads; a guide, not a grade.</summary>
/// <param name="Criteria">Its criteria, in order; none for a rubric that is complete or not.</param>
/// <param name="Anchors">Sample texts of a rubric without criteria, for reviewers; null where there are none, and for the author.</param>
public sealed record RubricView(string Slug, IReadOnlyList<CriterionView> Criteria, CompletionAnchorsView? Anchors);

/// <summary>One criterion with the words for its scores 0 to 3.</summary>
/// <param name="Levels">What each score means, from 0 to 3.</param>
/// <param name="Anchors">A sample text for each level, in order, for reviewers; null where there is none, or for the author.</param>
public sealed record CriterionView(string Slug, string Title, IReadOnlyList<string> Levels, IReadOnlyList<string>? Anchors)
{
    public static CriterionView Of(RubricCriterion criterion, bool withAnchors) =>
        new(criterion.Slug, criterion.Title, criterion.Levels, withAnchors && criterion.Anchors.Count > 0 ? criterion.Anchors : null);
}

/// <summary>A sample of a reflection that is complete, and of one that is not.</summary>
/// <param name="Complete">A reflection that is complete.</param>
/// <param name="Incomplete">One that is not.</param>
public sealed record CompletionAnchorsView(string Complete, string Incomplete);

/// <summary>A reviewer's finished feedback.</summary>
/// <param name="Reviewer">The reviewer's name.</param>
/// <param name="Comments">By prompt.</param>
/// <param name="ReviseFor">The criteria for which it came back.</param>
public sealed record FeedbackView(
    string Reviewer, IReadOnlyDictionary<string, int> Scores, IReadOnlyDictionary<string, string> Comments, string? Affirmation,
    string? Question, string? NextStep,
    ReviewDecision Decision, IReadOnlyList<string> ReviseFor, DateTime PublishedAt)
{
    public static FeedbackView Of(Review r, string reviewer) => new(
        reviewer, r.Scores, r.Comments, r.Affirmation, r.Question, r.NextStep, r.Decision!.Value, r.ReviseFor, r.PublishedAt
            ?? r.HandedInAt!.Value);
}
