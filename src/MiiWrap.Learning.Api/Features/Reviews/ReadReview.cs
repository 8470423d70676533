using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>One revision for its reviewers: the context, the reviewer's own private review and, for those who review it and the cohort's lead, the text.</summary>
public sealed record ReadReview(Guid RevisionId) : IQuery<TaggedReview>;

/// <summary>A revision with the tag of the caller's review.</summary>
public sealed record TaggedReview(ReviewPage Page, string ETag);

/// <summary>A revision to review.</summary>
/// <param name="Stale">A newer revision has come, or this one was taken back.</param>
/// <param name="Answers">null for those who have not claimed it.</param>
/// <param name="IfThen">What the learner meant to do.</param>
/// <param name="CheckIns">How the learner answered when asked about it.</param>
/// <param name="Review">The caller's own review; null before they claim it.</param>
/// <param name="Redactions">What was taken out, and why; ██ stands in each of those places.</param>
/// <param name="Feedback">What is finished: published feedback and, in a conversation between two reviewers, the other's.</param>
public sealed record ReviewPage(
    Guid RevisionId, Guid EnrolmentId, QueuePerson Learner, string Unit, string UnitTitle, AssignmentView Assignment, int Version, DateTime SubmittedAt,
    ReflectionStatus Status, bool Stale, bool TalkDue, IReadOnlyDictionary<string, string>? Answers, IfThenPlan? IfThen, IReadOnlyList<CheckIn> CheckIns,
    IReadOnlyList<RevisionRow> Revisions, OwnReview? Review, IReadOnlyList<FeedbackView> Feedback, bool ConversationOpen, IReadOnlyList<RedactionView> Redactions);

/// <summary>One answer of the learner's to a check-in about this unit.</summary>
public sealed record CheckIn(NudgeKind Kind, NudgeOutcome Outcome, DateTime At);

/// <summary>One of the reflection's revisions.</summary>
public sealed record RevisionRow(Guid Id, int Version, DateTime SubmittedAt);

/// <summary>The caller's own review, private until it is published.</summary>
public sealed record OwnReview(
    IReadOnlyDictionary<string, int> Scores, IReadOnlyDictionary<string, string> Comments, string? Affirmation, string? Question, string? NextStep,
    ReviewDecision? Decision, string? OverrideReason, IReadOnlyList<string> ReviseFor, DateTime? LeaseUntil, DateTime? HandedInAt, DateTime? PublishedAt);

internal sealed class ReadReviewHandler(LearningDb db, OpenReview open, Caller caller, TimeProvider clock) : IRequestHandler<ReadReview, TaggedReview>
{
    public async Task<TaggedReview> Handle(ReadReview request, CancellationToken cancellationToken)
    {
        var found = await open.Find(request.RevisionId, cancellationToken);
        var (reflection, unit, _, _) = found;
        var now = clock.UtcNow();
        var mine = reflection.ReviewBy(caller.PersonId, request.RevisionId);
        var reader = await open.ReaderOf(found, cancellationToken);

        var (learner, ifThen, checkIns) = await Context(reflection, unit, cancellationToken);
        var isShown = reader is not null;
        var revisions = await db.Revisions.Where(r => r.ReflectionId == reflection.Id).OrderBy(r => r.Number)
            .Select(r => new { Row = new RevisionRow(r.Id, r.Number, r.SubmittedAt), Answers = isShown && r.Id == request.RevisionId ? r.Answers : null }).ToListAsync(cancellationToken);
        var (read, answers) = revisions.Where(r => r.Row.Id == request.RevisionId).Select(r => (r.Row, r.Answers)).Single();
        var page = new ReviewPage(
            read.Id, reflection.EnrolmentId, learner, unit.Slug, unit.Title, AssignmentView.Of(unit.Assignment), read.Version, read.SubmittedAt,
            reflection.StatusAt(now), IsStale(reflection, read.Id), reflection.IsForTalk, answers?.ByPrompt, ifThen, checkIns, revisions.ConvertAll(r => r.Row),
            mine is null || (reflection.IsOnHold && reader is null) ? null : Own(mine), reader is not null ? await Finished(reflection, read.Id, cancellationToken) : [], reflection.ConversationSince is not null,
            reflection.Removals > 0 ? await RedactionView.Of(db, reflection.Id, cancellationToken) : []);
        if (reader is not null)
        {
            open.Note(found, reader, ReaderAct.Read);
            await db.SaveChangesAsync(cancellationToken);
        }

        return new(page, mine is null ? ETags.Of(read.Id, reflection.Version, reader?.Role, page.Status) : ReviewTags.Of(reflection, mine));
    }

    private static bool IsStale(Reflection reflection, Guid revisionId) =>
        revisionId != reflection.LatestRevisionId || reflection.Status == ReflectionStatus.Withdrawn;

    private static OwnReview Own(Review r) => new(
        r.Scores, r.Comments, r.Affirmation, r.Question, r.NextStep, r.Decision, r.OverrideReason, r.ReviseFor, r.LeaseUntil, r.HandedInAt, r.PublishedAt);

    /// <summary>What stands around the text: whose it is, what they meant to do, and how they answered when asked.</summary>
    private async Task<(QueuePerson Learner, IfThenPlan? IfThen, List<CheckIn> CheckIns)> Context(Reflection reflection, TrainingUnit unit, CancellationToken ct)
    {
        // One plan, and a handful of answers.
        var found = await db.Enrolments.Where(e => e.Id == reflection.EnrolmentId).Select(e => new
        {
            Learner = new QueuePerson(e.PersonId, e.LearnerName),
            Plans = e.Units.Where(u => u.Unit == unit.Slug).Select(u => u.IfThen).ToList(),
            CheckIns = db.Nudges.Where(n => n.EnrolmentId == e.Id && n.Unit == unit.Slug && n.Response != null).OrderBy(n => n.Step)
                .Select(n => new CheckIn(n.Kind, n.Response!.Outcome, n.Response.RespondedAt)).ToList(),
        }).AsNoTracking().AsSingleQuery().SingleAsync(ct);
        return (found.Learner, found.Plans.FirstOrDefault(), found.CheckIns);
    }

    private async Task<IReadOnlyList<FeedbackView>> Finished(Reflection reflection, Guid revisionId, CancellationToken ct)
    {
        // Two reviewers see each other's only when both are in and they are to talk.
        var finished = reflection.Reviews.Where(r => r.RevisionId == revisionId
            && (r.PublishedAt is not null || (reflection.ConversationSince is not null && r.HandedInAt is not null && r.ReviewerId != caller.PersonId))).ToList();
        var people = finished.Select(r => r.ReviewerId).ToList();
        var names = finished.Count == 0 ? [] : await db.Users.Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, ct);
        return [.. finished.OrderBy(r => r.HandedInAt).ThenBy(r => r.Id).Select(r => FeedbackView.Of(r, names[r.ReviewerId]))];
    }
}
