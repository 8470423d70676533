using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Contracts;

/// <summary>What is asked, and how it will be read.</summary>
public sealed record AssignmentView(string Slug, IReadOnlyList<PromptView> Prompts, RubricView Rubric, string Guidance)
{
    public static AssignmentView Of(Assignment assignment) => new(
        assignment.Slug,
        [.. assignment.Prompts.Select(p => new PromptView(p.Slug, p.Text))],
        new(assignment.Rubric.Slug, [.. assignment.Rubric.Criteria.Select(c => new CriterionView(c.Slug, c.Title, c.Levels))]),
        assignment.Rubric.Guidance);
}

/// <summary>One question.</summary>
public sealed record PromptView(string Slug, string Text);

/// <summary>The criteria by which a reviewer reads; a guide, not a grade.</summary>
public sealed record RubricView(string Slug, IReadOnlyList<CriterionView> Criteria);

/// <summary>One criterion with the words for its scores 0 to 3.</summary>
public sealed record CriterionView(string Slug, string Title, IReadOnlyList<string> Levels);

/// <summary>A reviewer's finished feedback.</summary>
/// <param name="Comments">By prompt.</param>
/// <param name="ReviseFor">The criteria for which it came back.</param>
public sealed record FeedbackView(
    string Reviewer, IReadOnlyDictionary<string, int> Scores, IReadOnlyDictionary<string, string> Comments, string? Affirmation, string? Question, string? NextStep,
    ReviewDecision Decision, IReadOnlyList<string> ReviseFor, DateTime PublishedAt)
{
    public static FeedbackView Of(Review r, string reviewer) => new(
        reviewer, r.Scores, r.Comments, r.Affirmation, r.Question, r.NextStep, r.Decision!.Value, r.ReviseFor, r.PublishedAt ?? r.HandedInAt!.Value);
}
