using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>
/// A learner reads their own reflection: the prompts, the draft, every revision, and the feedback beside what it speaks to.
/// </summary>
public sealed record GetReflection(Guid EnrolmentId, string Assignment) : IQuery<ReflectionPage>;

/// <summary>Everything about one reflection, for its author.</summary>
/// <param name="Draft">null before the first word, and while the draft is frozen.</param>
/// <param name="Revisions">Without answers and feedback while the reflection is on hold, and once its time is over.</param>
/// <param name="Redactions">What was taken out of it, and why; ██ stands in each of those places.</param>
/// <param name="PurgedAt">When its time was over and its words went.</param>
public sealed record ReflectionPage(
    AssignmentView Assignment, ReflectionStatus Status, DraftView? Draft, IReadOnlyList<RevisionView> Revisions,
    IReadOnlyList<RedactionView> Redactions, DateTime? PurgedAt);

/// <summary>The text that is being written.</summary>
/// <param name="ETag">What If-Match of the next save, and draftETag of a submission, must be.</param>
public sealed record DraftView(IReadOnlyDictionary<string, string> Answers, DateTime SavedAt,
    [property: System.Text.Json.Serialization.JsonPropertyName("etag")] string ETag);

/// <summary>What was handed in at one time.</summary>
/// <param name="Version">Its number, from 1.</param>
/// <param name="Review">The feedback, once it is published.</param>
/// <param name="SecondReview">The other reader's, where two read.</param>
public sealed record RevisionView(
    Guid Id, int Version, DateTime SubmittedAt, IReadOnlyDictionary<string, string> Answers, FeedbackView? Review,
    FeedbackView? SecondReview);

internal sealed class GetReflectionHandler(LearningDb db, UnitAccess units, Caller caller, TimeProvider clock)
    : IRequestHandler<GetReflection, ReflectionPage>
{
    private static readonly ILookup<Guid, FeedbackView> NoFeedback = Enumerable.Empty<FeedbackView>().ToLookup(_ => Guid.Empty);

    public async Task<ReflectionPage> Handle(GetReflection request, CancellationToken cancellationToken)
    {
        var (enrolment, _, unit) = await units.LoadForRead(request.EnrolmentId, request.Assignment, cancellationToken);
        var assignment = AssignmentView.Of(unit.Assignment, withAnchors: false);
        var reflection = await db.Reflections.AsNoTracking().Include(r => r.Revisions)
            .SingleOrDefaultAsync(r => r.EnrolmentId == enrolment.Id && r.Assignment == unit.Assignment.Slug, cancellationToken);
        if (reflection is null)
            return new(assignment, ReflectionStatus.NotStarted, null, [], [], null);

        var (feedback, redactions) = reflection.Revisions.Count > 0 ? await Said(reflection.Id, cancellationToken) : (NoFeedback, []);
        var page = new ReflectionPage(
            assignment,
            reflection.StatusAt(clock.UtcNow()),
            reflection.DraftTag is { } tag ? new(reflection.Draft.ByPrompt, reflection.DraftSavedAt, tag) : null,
            Revisions(reflection, feedback),
            redactions,
            reflection.PurgedAt);
        if (!reflection.IsOnHold && caller.IsShownContent) await NoteOpened(reflection, cancellationToken);
        return page;
    }

    /// <summary>The published feedback on each revision, and what was taken out.</summary>
    private async Task<(ILookup<Guid, FeedbackView> Feedback, List<RedactionView> Redactions)> Said(Guid reflectionId, CancellationToken ct)
    {
        // A review or two each, and next to never a redaction. The id is named again within: SQLite works a joined subquery out before it
        // knows for which row.
        var said = await db.Reflections.Where(r => r.Id == reflectionId).Select(r => new
        {
            Reviews = db.Reviews.Where(v => v.ReflectionId == r.Id && v.ReflectionId == reflectionId && v.PublishedAt != null)
                .Join(db.Users, v => v.ReviewerId, p => p.Id, (v, p) => new { Review = v, p.Name }).ToList(),
            Redactions = db.Redactions.Where(x => x.ReflectionId == r.Id).OrderBy(x => x.At).ThenBy(x => x.Id).Select(RedactionView.Of)
                .ToList(),
        }).AsNoTracking().AsSingleQuery().SingleAsync(ct);
        return (said.Reviews.OrderBy(r => r.Review.HandedInAt).ThenBy(r => r.Review.Id)
            .ToLookup(r => r.Review.RevisionId, r => FeedbackView.Of(r.Review, r.Name)), said.Redactions);
    }

    private static List<RevisionView> Revisions(Reflection reflection, ILookup<Guid, FeedbackView> feedback) =>
        [.. reflection.Revisions.OrderBy(r => r.Number).Select(r => reflection.IsOnHold
            ? new RevisionView(r.Id, r.Number, r.SubmittedAt, Answers.None.ByPrompt, null, null)
            : new RevisionView(r.Id, r.Number, r.SubmittedAt, r.Answers.ByPrompt, feedback[r.Id].FirstOrDefault(), feedback[r.Id].Skip(1)
                .FirstOrDefault()))];

    /// <summary>The author has now seen what waited for them; feedback that comes in this very moment still waits.</summary>
    private async Task NoteOpened(Reflection reflection, CancellationToken ct)
    {
        if (reflection.FeedbackWaitingSince is not { } seen) return;
        await db.Reflections.Where(r => r.Id == reflection.Id && r.FeedbackWaitingSince == seen)
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.FeedbackWaitingSince, (DateTime?)null), ct);
    }
}
