using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Reflections.Privacy;

namespace MiiWrap.Learning.Domain.Reflections;

/// <summary>What a reviewer decides.</summary>
public enum ReviewDecision
{
    Accept,
    Revise,
}

/// <summary>What a reviewer has written so far; anything may still be missing.</summary>
public sealed record ReviewWords(
    IReadOnlyDictionary<string, int> Scores,
    IReadOnlyDictionary<string, string> Comments,
    string? Affirmation,
    string? Question,
    string? NextStep,
    ReviewDecision? Decision,
    string? OverrideReason,
    IReadOnlyList<string> ReviseFor);

/// <summary>One reviewer's reading of one revision: private until it is published, and never changed after.</summary>
public sealed class Review : Entity, IVersioned, IRedactable
{
    public static readonly TimeSpan Lease = TimeSpan.FromHours(48);

    private static readonly string[] Identifying = ["This holds what points to a person by itself."];

    internal Review(Guid reflectionId, Guid revisionId, Guid reviewerId, DateTime now)
    {
        Id = NewId.At(now);
        ReflectionId = reflectionId;
        RevisionId = revisionId;
        ReviewerId = reviewerId;
    }

    private Review()
    {
    }

    public Guid ReflectionId { get; private init; }

    /// <summary>The revision that it reads, whatever comes later.</summary>
    public Guid RevisionId { get; private init; }

    public Guid ReviewerId { get; private init; }

    public DateTime? LeaseUntil { get; private set; }

    /// <summary>Why a lead has given the claim back; null when nobody has, or it was claimed again.</summary>
    public string? ReleaseReason { get; private set; }

    public IReadOnlyDictionary<string, int> Scores { get; private set; } = new Dictionary<string, int>();

    public IReadOnlyDictionary<string, string> Comments { get; private set; } = new Dictionary<string, string>();

    /// <summary>Tied to a phrase of the author's.</summary>
    public string? Affirmation { get; private set; }

    /// <summary>One that deepens.</summary>
    public string? Question { get; private set; }

    public string? NextStep { get; private set; }

    public ReviewDecision? Decision { get; private set; }

    /// <summary>Why it is accepted although a score falls short; kept for whoever asks later.</summary>
    public string? OverrideReason { get; private set; }

    /// <summary>The criteria for which it goes back.</summary>
    public IReadOnlyList<string> ReviseFor { get; private set; } = [];

    /// <summary>The scores as they were before two reviewers talked: agreement is measured on these.</summary>
    public IReadOnlyDictionary<string, int>? BlindScores { get; private set; }

    /// <summary>The reviewer is done.</summary>
    public DateTime? HandedInAt { get; private set; }

    /// <summary>The author sees it.</summary>
    public DateTime? PublishedAt { get; private set; }

    public bool AcceptRuleOverridden { get; private set; }

    public int RedactionCount { get; private set; }

    public int Version { get; set; }

    public bool IsHeld(DateTime now) => HandedInAt is null && LeaseUntil > now;

    /// <summary>Saves privately; it may be incomplete.</summary>
    public void Save(ReviewWords words, RubricDefinition rubric, Assignment assignment)
    {
        if (words.Scores.Keys.Concat(words.ReviseFor).Any(s => rubric.Criteria.All(c => c.Slug != s)))
            throw new RuleException("review.criterion.unknown", $"The rubric {rubric.Slug} has no such criterion.", RuleKind.Invalid);
        if (words.Comments.Keys.Any(p => assignment.Prompts.All(x => x.Slug != p)))
            throw new RuleException("review.prompt.unknown", "One of these prompts is not of this assignment.", RuleKind.Invalid);
        Scores = words.Scores;
        Comments = words.Comments;
        Affirmation = words.Affirmation;
        Question = words.Question;
        NextStep = words.NextStep;
        Decision = words.Decision;
        OverrideReason = words.OverrideReason;
        ReviseFor = words.ReviseFor;
    }

    /// <summary>A review quotes what it speaks to, so words go from it too, published or not.</summary>
    public int Remove(RedactionPattern words)
    {
        var places = 0;
        var comments = words.From(Comments, ref places);
        var affirmation = words.From(Affirmation, ref places);
        var question = words.From(Question, ref places);
        var nextStep = words.From(NextStep, ref places);
        var overrideReason = words.From(OverrideReason, ref places);
        var releaseReason = words.From(ReleaseReason, ref places);
        if (places == 0) return 0;
        (Comments, Affirmation, Question, NextStep) = (comments, affirmation, question, nextStep);
        (OverrideReason, ReleaseReason) = (overrideReason, releaseReason);
        RedactionCount++;
        return places;
    }

    internal void Empty()
    {
        Comments = new Dictionary<string, string>();
        (Affirmation, Question, NextStep, OverrideReason, ReleaseReason) = (null, null, null, null, null);
        RedactionCount++;
    }

    internal void Hold(DateTime now) => (LeaseUntil, ReleaseReason) = (now + Lease, null);

    internal void LetGo(string? reason = null) => (LeaseUntil, ReleaseReason) = (null, reason);

    internal void HandIn(RubricDefinition rubric, bool isAnchor, DateTime now)
    {
        MustBeComplete(rubric, isAnchor);
        HandedInAt = now;
        BlindScores = Scores;
        LeaseUntil = null;
    }

    internal void Show(DateTime now) => PublishedAt = now;

    internal void MustBeComplete(RubricDefinition rubric, bool isAnchor)
    {
        var missing = Missing(rubric);
        if (missing.Count > 0)
        {
            throw new RuleException("review.incomplete", "Something is still missing before this can be published.", RuleKind.Invalid)
                .With("errors", missing.ToDictionary(m => m.Field, m => new[] { m.Message }));
        }

        MustIdentifyNobody();
        AcceptRuleOverridden = false;
        var shortOf = rubric.ShortOf(Scores, isAnchor);
        if (Decision == ReviewDecision.Revise)
        {
            if (ReviseFor.Count == 0) ReviseFor = shortOf.Count > 0 ? shortOf : Weakest();
            return;
        }

        if (shortOf.Count == 0) return;
        if (string.IsNullOrWhiteSpace(OverrideReason))
        {
            throw new RuleException("review.acceptRule",
                $"By the rubric this is not ready to be accepted: {string.Join(", ", shortOf)}. Say why in overrideReason if you accept it all the same.", RuleKind.Invalid)
                .With("criteria", shortOf);
        }

        AcceptRuleOverridden = true;
    }

    /// <summary>What points to a person by itself stays out of what is said about a reflection as out of the reflection.</summary>
    private void MustIdentifyNobody()
    {
        IEnumerable<(string Field, string? Words)> said =
            [.. Comments.Values.Select(c => ("comments", c)), ("affirmation", Affirmation), ("question", Question), ("nextStep", NextStep),
            ("overrideReason", OverrideReason)];
        var fields = said.Where(w => PrivacyCheck.Identifies(w.Words ?? "")).Select(w => w.Field).Distinct().ToList();
        if (fields.Count == 0) return;
        throw new RuleException(
            "review.privacy.blocked", "Something in it points to a person by itself. Please take it out first.", RuleKind.Invalid)
            .With("errors", fields.ToDictionary(f => f, _ => Identifying));
    }

    /// <summary>A revision is always asked for something: when nothing falls short, for what is weakest.</summary>
    private List<string> Weakest() => Scores.Count == 0 ? [] : [.. Scores.Where(s => s.Value == Scores.Values.Min()).Select(s => s.Key)];

    private List<(string Field, string Message)> Missing(RubricDefinition rubric)
    {
        var missing = new List<(string, string)>();
        if (Decision is null) missing.Add(("decision", "Accept it, or ask for a revision."));
        var unscored = rubric.Criteria.Where(c => !Scores.ContainsKey(c.Slug)).Select(c => c.Slug).ToList();
        if (unscored.Count > 0) missing.Add(("scores", $"Not scored yet: {string.Join(", ", unscored)}."));
        // A short reflection is complete or incomplete; only what it lacks must be said.
        if (rubric.Criteria.Count > 0)
        {
            if (string.IsNullOrWhiteSpace(Affirmation)) missing.Add(("affirmation", "Say what you saw that was good, tied to a phrase."));
            if (string.IsNullOrWhiteSpace(Question)) missing.Add(("question", "Ask one question that deepens."));
            if (string.IsNullOrWhiteSpace(NextStep)) missing.Add(("nextStep", "Offer one next step."));
        }
        else if (Decision == ReviewDecision.Revise && string.IsNullOrWhiteSpace(NextStep) && Comments.Values.All(string.IsNullOrWhiteSpace))
        {
            missing.Add(("nextStep", "Say what is missing."));
        }

        return missing;
    }
}
