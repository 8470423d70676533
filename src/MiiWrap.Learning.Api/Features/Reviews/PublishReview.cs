using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// A reviewer makes a complete review visible to the learner, once; where two read, it becomes visible when both are in and agree or have
/// talked.
/// </summary>
/// <param name="PrivacyConfirmed">The reviewer has looked at what in their words might point to a person.</param>
public sealed record PublishReview(bool? PrivacyConfirmed) : ICommand<PublishedReview>
{
    [JsonIgnore]
    public Guid RevisionId { get; init; }
}

/// <summary>Two reviewers who were far apart have talked; the learner now sees what they say.</summary>
/// <param name="PrivacyConfirmed">The two have looked at what in their words might point to a person.</param>
public sealed record CloseReviewConversation(bool? PrivacyConfirmed) : ICommand<PublishedReview>
{
    [JsonIgnore]
    public Guid RevisionId { get; init; }
}

/// <summary>After three tries in writing, reviewer and learner have talked, and the reflection may be handed in once more.</summary>
public sealed record AllowAnotherTry(Guid RevisionId) : ICommand<PublishedReview>;

/// <summary>Where the reflection stands now.</summary>
/// <param name="PublishedAt">null while the second reader, or their conversation, is waited for.</param>
/// <param name="ConversationOpen">The two reviewers are far apart and are asked to talk.</param>
/// <param name="ToldAt">
/// When the author is told, within their own hours: a mail about what is published on a Saturday may go on Monday. null where this has
/// published nothing, and where the author has no access: who is suspended is told when they are back.
/// </param>
/// <param name="ToldBy">How; null where they are not told.</param>
public sealed record PublishedReview(
    Guid RevisionId, ReflectionStatus Status, DateTime? PublishedAt, bool ConversationOpen, DateTime? ToldAt, NoticeWay? ToldBy);

/// <summary>How somebody hears of something.</summary>
public enum NoticeWay
{
    /// <summary>By a mail without words, in their own hours.</summary>
    Email,

    /// <summary>They want no such mails, and see it when they look into the app.</summary>
    InApp,
}

internal sealed class PublishReviewValidator : AbstractValidator<PublishReview>;

internal sealed class CloseReviewConversationValidator : AbstractValidator<CloseReviewConversation>;

internal sealed class PublishReviewHandler(LearningDb db, ReviewAccess reviews, Caller caller, PrivacyGate gate, TimeProvider clock)
    : IRequestHandler<PublishReview, PublishedReview>, IRequestHandler<CloseReviewConversation, PublishedReview>,
    IRequestHandler<AllowAnotherTry, PublishedReview>
{
    public async Task<PublishedReview> Handle(PublishReview request, CancellationToken cancellationToken)
    {
        var found = await reviews.FindForChange(request.RevisionId, cancellationToken);
        var (reflection, unit, _, _) = found;
        var review = reflection.Publish(request.RevisionId, caller.PersonId, unit.Assignment.Rubric, unit.IsAnchor, clock.UtcNow());
        await Pass(reflection, [review], request.PrivacyConfirmed, cancellationToken);
        reviews.Note(found, new(ReaderRole.Reviewer, null), ReaderAct.Published);
        if (review.AcceptRuleOverridden) reviews.Note(found, new(ReaderRole.Reviewer, null), ReaderAct.OverrodeAcceptRule);
        return await Save(reflection, request.RevisionId, cancellationToken);
    }

    public async Task<PublishedReview> Handle(CloseReviewConversation request, CancellationToken cancellationToken)
    {
        var (reflection, unit, _, _) = await reviews.FindForChange(request.RevisionId, cancellationToken);
        await Pass(reflection, [.. reflection.Reviews.Where(r => r.RevisionId == request.RevisionId && r.HandedInAt is not null)],
            request.PrivacyConfirmed, cancellationToken);
        reflection.CloseConversation(request.RevisionId, caller.PersonId, unit.Assignment.Rubric, unit.IsAnchor, clock.UtcNow());
        return await Save(reflection, request.RevisionId, cancellationToken);
    }

    public async Task<PublishedReview> Handle(AllowAnotherTry request, CancellationToken cancellationToken)
    {
        var found = await reviews.FindForChange(request.RevisionId, cancellationToken);
        found.MustNotBeOwn(caller);
        var (reflection, _, _, isLead) = found;
        if (!isLead && reflection.ReviewBy(caller.PersonId, request.RevisionId)?.PublishedAt is null)
            throw new RuleException(
                "role.required", "The reviewer of this revision, or the cohort's lead, opens it again.", RuleKind.Forbidden);
        reflection.AgreeOnAnotherTry();
        return await Save(reflection, request.RevisionId, cancellationToken) with { ToldAt = null, ToldBy = null };
    }

    /// <summary>What the learner will read; until it is published a review is as private as a draft.</summary>
    private Task Pass(Reflection reflection, IReadOnlyList<Review> published, bool? confirmed, CancellationToken ct) =>
        gate.PassAsync(reflection.EnrolmentId, confirmed, ct, "review.privacy.blocked", [.. published.SelectMany(r =>
            r.Comments.Select(c => new FreeText($"comments.{c.Key}", c.Value)).Concat([new("affirmation", r.Affirmation),
                new("question", r.Question), new("nextStep", r.NextStep), new("overrideReason", r.OverrideReason)]))]);

    private async Task<PublishedReview> Save(Reflection reflection, Guid revisionId, CancellationToken ct)
    {
        await db.SaveChangesAsync(ct);
        var review = reflection.ReviewBy(caller.PersonId, revisionId);
        var (status, talks) = (reflection.StatusAt(clock.UtcNow()), reflection.ConversationSince is not null);
        if (review?.PublishedAt is not { } at) return new(revisionId, status, null, talks, null, null);
        // The mail may have waited already, or the sweep may have been quicker than this.
        var mail = await db.OutboundMails.Where(m => m.PersonId == reflection.PersonId && m.Kind == MailKind.FeedbackReady
            && m.SentAt == null && m.FailedAt == null).Select(m => (DateTime?)m.LeaseUntil).MinAsync(ct);
        var author = await db.Users.Where(p => p.Id == reflection.PersonId)
            .Select(p => new { p.FeedbackByMail, HasAccess = p.Status == PersonStatus.Active }).SingleAsync(ct);
        if (!author.HasAccess) return new(revisionId, status, at, talks, null, null);
        var byMail = mail is not null || author.FeedbackByMail;
        return new(revisionId, status, at, talks, mail > at ? mail : at, byMail ? NoticeWay.Email : NoticeWay.InApp);
    }
}
