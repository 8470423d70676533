using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// One revision for its reviewers: the context, the reviewer's own private review and, for those who review it and the cohort's lead, the
/// text.
/// </summary>
public sealed record GetReview(Guid RevisionId) : IQuery<TaggedReview>;

/// <summary>A revision with the tag of all that is shown of it, which begins with that of the caller's review.</summary>
public sealed record TaggedReview(ReviewPage Page, string ETag);

/// <summary>A revision to review.</summary>
/// <param name="Version">The revision's number.</param>
/// <param name="Stale">A newer revision has come, or this one was taken back.</param>
/// <param name="TalkDue">Whether both are to talk before the next try.</param>
/// <param name="Answers">
/// null for those who have not claimed it, when its author took it back before a review began, and for whoever belongs to the learner's
/// agency.
/// </param>
/// <param name="IfThen">What the learner meant to do, for those who coach them and for an admin who broke the glass.</param>
/// <param name="CheckIns">How the learner answered when asked about it.</param>
/// <param name="Revisions">All revisions of the reflection, in order.</param>
/// <param name="Review">The caller's own review; null before they claim it.</param>
/// <param name="Feedback">What is finished: published feedback and, in a conversation between two reviewers, the other's.</param>
/// <param name="ConversationOpen">Whether the two reviewers are still to talk.</param>
/// <param name="Redactions">What was taken out, and why; ██ stands in each of those places.</param>
public sealed record ReviewPage(
    Guid RevisionId, Guid EnrolmentId, QueuePerson Learner, string Unit, string UnitTitle, AssignmentView Assignment, int Version,
    DateTime SubmittedAt,
    ReflectionStatus Status, bool Stale, bool TalkDue, IReadOnlyDictionary<string, string>? Answers, IfThenPlan? IfThen,
    IReadOnlyList<CheckIn> CheckIns,
    IReadOnlyList<RevisionRow> Revisions, OwnReview? Review, IReadOnlyList<FeedbackView> Feedback, bool ConversationOpen,
    IReadOnlyList<RedactionView> Redactions);

/// <summary>One answer of the learner's to a check-in about this unit.</summary>
/// <param name="At">When it was answered.</param>
public sealed record CheckIn(NudgeKind Kind, NudgeOutcome Outcome, DateTime At);

/// <summary>One of the reflection's revisions.</summary>
/// <param name="Version">Its number, from 1.</param>
public sealed record RevisionRow(Guid Id, int Version, DateTime SubmittedAt);

/// <summary>The caller's own review, private until it is published.</summary>
/// <param name="OverrideReason">Why it is accepted although the rubric says no; null where it does not.</param>
/// <param name="ReviseFor">The criteria for which a revision is asked.</param>
/// <param name="LeaseUntil">Until when the claim holds; null when it does not.</param>
/// <param name="HandedInAt">When it was handed in; null before that.</param>
/// <param name="PublishedAt">When its author could read it; null before that.</param>
/// <param name="ReleasedBecause">Why a lead has given the claim back to the queue; null when none has.</param>
public sealed record OwnReview(
    IReadOnlyDictionary<string, int> Scores, IReadOnlyDictionary<string, string> Comments, string? Affirmation, string? Question,
    string? NextStep,
    ReviewDecision? Decision, string? OverrideReason, IReadOnlyList<string> ReviseFor, DateTime? LeaseUntil, DateTime? HandedInAt,
    DateTime? PublishedAt, string? ReleasedBecause);

internal sealed class GetReviewHandler(ReviewAccess reviews, ReviewPages pages) : IRequestHandler<GetReview, TaggedReview>
{
    public async Task<TaggedReview> Handle(GetReview request, CancellationToken cancellationToken)
    {
        var found = await reviews.Find(request.RevisionId, cancellationToken);
        var read = await pages.Of(found, cancellationToken);
        if (reviews.ReaderOf(found) is { } reader) await reviews.NoteReading(found, reader, ReaderAct.Read, cancellationToken);
        else if (read.Page.IfThen is not null)
            await reviews.NoteReading(found, new(ReaderRole.Instructor, null), ReaderAct.ReadPlan, cancellationToken);
        return read;
    }
}

/// <summary>What the caller may see of a revision, with the tag of all of it; reading it for a tag is no reading by the caller.</summary>
internal sealed class ReviewPages(LearningDb db, ReviewAccess reviews, Caller caller, TimeProvider clock)
{
    public async Task<TaggedReview> Of(ReviewedReflection found, CancellationToken ct)
    {
        var (reflection, unit, _, _) = found;
        var (now, revisionId) = (clock.UtcNow(), found.RevisionId);
        var mine = reflection.ReviewBy(caller.PersonId, revisionId);
        var reader = reviews.ReaderOf(found);
        var finished = reader is not null ? Finished(reflection, revisionId) : [];

        var around = await Around(reflection, revisionId, ct);
        var ifThen = !found.IsOfOwnAgency && (found.IsStaff || reader is not null) ? around.IfThen : null;
        var isShown = reader is not null;
        var revisions = await db.Revisions.Where(r => r.ReflectionId == reflection.Id).OrderBy(r => r.Number)
            .Select(r => new { Row = new RevisionRow(r.Id, r.Number, r.SubmittedAt), Answers = isShown && r.Id == revisionId
                ? r.Answers : null }).ToListAsync(ct);
        var (read, answers) = revisions.Where(r => r.Row.Id == revisionId).Select(r => (r.Row, r.Answers)).Single();
        var page = new ReviewPage(
            read.Id, reflection.EnrolmentId, around.Learner, unit.Slug, unit.Title, AssignmentView.Of(unit.Assignment, withAnchors: true),
            read.Version, read.SubmittedAt,
            reflection.StatusAt(now), IsStale(reflection, read.Id), reflection.IsForTalk, answers?.ByPrompt, ifThen,
            found.IsOfOwnAgency ? [] : around.CheckIns,
            revisions.ConvertAll(r => r.Row),
            mine is null || IsHidden(found, reader) ? null : Own(mine),
            [.. finished.Select(r => FeedbackView.Of(r, around.Names[r.ReviewerId]))],
            reflection.ConversationSince is not null, around.Redactions);
        return new(page, ETags.OfShown(mine is null || reader is null ? null : ReviewTags.Of(reflection, mine), page));
    }

    /// <summary>A review quotes what it speaks to: it is hidden from its reviewer too where the text is.</summary>
    private static bool IsHidden(ReviewedReflection found, Reader? reader) =>
        reader is null && (found.Reflection.IsOnHold || found.IsOfOwnAgency || found.Reflection.IsTakenBack(found.RevisionId));

    private static bool IsStale(Reflection reflection, Guid revisionId) =>
        revisionId != reflection.LatestRevisionId || reflection.Status == ReflectionStatus.Withdrawn;

    private static OwnReview Own(Review r) => new(
        r.Scores, r.Comments, r.Affirmation, r.Question, r.NextStep, r.Decision, r.OverrideReason, r.ReviseFor, r.LeaseUntil, r.HandedInAt,
        r.PublishedAt, r.ReleaseReason);

    /// <summary>
    /// The reviews that the caller may see beside their own: two reviewers see each other's only when both are in and they are to talk.
    /// </summary>
    private List<Review> Finished(Reflection reflection, Guid revisionId) =>
        [.. reflection.Reviews.Where(r => r.RevisionId == revisionId
            && (r.PublishedAt is not null || (reflection.ConversationSince is not null && r.HandedInAt is not null
                && r.ReviewerId != caller.PersonId)))
            .OrderBy(r => r.HandedInAt).ThenBy(r => r.Id)];

    private async Task<Surroundings> Around(Reflection reflection, Guid revisionId, CancellationToken ct)
    {
        // One plan, a handful of answers, two names at most, and next to never a redaction.
        var found = await db.Reflections.Where(r => r.Id == reflection.Id).Join(db.Enrolments, r => r.EnrolmentId, e => e.Id, (r, e) => new
        {
            Learner = new QueuePerson(e.PersonId, e.LearnerName),
            Plans = db.UnitProgress.Where(u => u.EnrolmentId == r.EnrolmentId && u.Unit == r.Assignment).Select(u => u.IfThen).ToList(),
            CheckIns = db.UnitNudges.Where(n => n.EnrolmentId == r.EnrolmentId && n.Unit == r.Assignment && n.Response != null)
                .OrderBy(n => n.Step)
                .Select(n => new CheckIn(n.Kind, n.Response!.Outcome, n.Response.RespondedAt)).ToList(),
            Reviewers = db.Reviews.Where(v => v.ReflectionId == r.Id && v.RevisionId == revisionId)
                .Join(db.Users, v => v.ReviewerId, p => p.Id, (v, p) => new { p.Id, p.Name }).ToList(),
            Redactions = db.Redactions.Where(x => x.ReflectionId == r.Id).OrderBy(x => x.At).ThenBy(x => x.Id).Select(RedactionView.Of)
                .ToList(),
        }).AsNoTracking().AsSingleQuery().SingleAsync(ct);
        return new(found.Learner, found.Plans.FirstOrDefault(), found.CheckIns, found.Reviewers.ToDictionary(p => p.Id, p => p.Name),
            found.Redactions);
    }

    /// <summary>
    /// What stands around the text: whose it is, what they meant to do, how they answered when asked, who has reviewed it, and what was
    /// taken out.
    /// </summary>
    private sealed record Surroundings(
        QueuePerson Learner, IfThenPlan? IfThen, IReadOnlyList<CheckIn> CheckIns, IReadOnlyDictionary<Guid, string> Names,
        IReadOnlyList<RedactionView> Redactions);
}
