using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>
/// The rater corrects a locked review within 90 days, by a draft that begins with what was rated and takes its place once it is submitted.
/// </summary>
/// <param name="Reason" example="Two items were swapped.">10 to 400 characters, which the subject reads. Leave out who it is about.</param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record AmendFidelityReview([property: JsonConverter(typeof(TextAsSent))] string Reason, bool? PrivacyConfirmed)
    : ICommand<FidelityReviewView>
{
    [JsonIgnore]
    public Guid ReviewId { get; init; }
}

/// <summary>
/// A lead of the subject's cohort, or a programme admin, takes a locked review out of everything that counts; nobody does so with one of
/// their own practice.
/// </summary>
/// <param name="Reason" example="The wrong session was rated.">10 to 400 characters, which both read. Leave out who it is about.</param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record VoidFidelityReview([property: JsonConverter(typeof(TextAsSent))] string Reason, bool? PrivacyConfirmed)
    : ICommand<FidelityReviewView>
{
    [JsonIgnore]
    public Guid ReviewId { get; init; }
}

/// <summary>The subject says what they have to say about a review of their practice, once; whoever sees the review reads it.</summary>
/// <param name="Text" example="The family had asked for silence then.">1 to 500 characters.</param>
/// <param name="PrivacyConfirmed">Its author has looked at what might point to a person.</param>
public sealed record ReplyToFidelityReview([property: JsonConverter(typeof(TextAsSent))] string Text, bool? PrivacyConfirmed)
    : ICommand<FidelityReply>
{
    [JsonIgnore]
    public Guid ReviewId { get; init; }
}

/// <summary>The reply that was written; its text is not sent back.</summary>
/// <param name="At">When it was written.</param>
/// <param name="Etag">The review's new tag.</param>
public sealed record FidelityReply(Guid ReviewId, DateTime At, string Etag) : IHasEtag;

internal sealed class AmendFidelityReviewValidator : AbstractValidator<AmendFidelityReview>
{
    public AmendFidelityReviewValidator() => RuleFor(x => x.Reason).MustBeReason();
}

internal sealed class VoidFidelityReviewValidator : AbstractValidator<VoidFidelityReview>
{
    public VoidFidelityReviewValidator() => RuleFor(x => x.Reason).MustBeReason();
}

internal sealed class ReplyToFidelityReviewValidator : AbstractValidator<ReplyToFidelityReview>
{
    public ReplyToFidelityReviewValidator() => RuleFor(x => x.Text).NotEmpty().MustFit(Domain.Fidelity.FidelityReview.MostReply);
}

internal sealed class AmendFidelityReviewHandler(
    LearningDb db, Caller caller, FidelityReviewAccess reviews, FidelityReviewViews views, RaterCalibrations calibrations, PrivacyGate gate,
    TimeProvider clock) :
    IRequestHandler<AmendFidelityReview, FidelityReviewView>,
    IRequestHandler<VoidFidelityReview, FidelityReviewView>,
    IRequestHandler<ReplyToFidelityReview, FidelityReply>
{
    public async Task<FidelityReviewView> Handle(AmendFidelityReview request, CancellationToken cancellationToken)
    {
        var found = await reviews.FindOwn(request.ReviewId, "amends a review", cancellationToken);
        await gate.PassReasonAsync(found.Review.EnrolmentId, request.Reason, request.PrivacyConfirmed, cancellationToken);
        if (await db.FidelityReviews.AnyAsync(r => r.SupersedesId == found.Review.Id && r.LockedAt == null, cancellationToken))
            throw new RuleException("fidelity.amending", "A draft that amends this review is there already; go on with that one.");
        var amendment = found.Review.Amend(request.Reason.NormalizeNfc(), clock.UtcNow());
        db.Add(amendment);
        // A lead who voids it meanwhile changes it too: the later of the two runs again.
        db.Touch(found.Review);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(await reviews.Find(amendment.Id, cancellationToken), cancellationToken);
    }

    public async Task<FidelityReviewView> Handle(VoidFidelityReview request, CancellationToken cancellationToken)
    {
        var found = await reviews.Find(request.ReviewId, cancellationToken);
        if (!found.IsLead && !caller.ActsAsProgramAdmin)
            throw new RuleException(
                "role.required", "Only a lead of the subject's cohort or a programme admin may do this.", RuleKind.Forbidden);
        if (found.IsSubject)
            throw new RuleException(
                "fidelity.own", "Nobody takes out what was seen of themselves; another lead or programme admin does.", RuleKind.Forbidden);
        await gate.PassReasonAsync(found.Review.EnrolmentId, request.Reason, request.PrivacyConfirmed, cancellationToken);
        var now = clock.UtcNow();
        found.Review.Void(request.Reason.NormalizeNfc(), caller.PersonId, now);
        if (found.Pair is { LockedAt: not null } pair) await calibrations.RenewWithout([pair], now, cancellationToken);
        reviews.Note(found, ReaderAct.Voided);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(found, cancellationToken);
    }

    public async Task<FidelityReply> Handle(ReplyToFidelityReview request, CancellationToken cancellationToken)
    {
        var found = await reviews.Find(request.ReviewId, cancellationToken);
        // To one's own rating there is nothing to reply before it is locked either.
        if (!found.IsSubject || found.Review.LockedAt is null)
            throw new RuleException("fidelity.notYours", "Only whoever was rated replies, once the review is locked.", RuleKind.Forbidden);
        await gate.PassAsync(
            found.Review.EnrolmentId, request.PrivacyConfirmed, cancellationToken, texts: [new("text", request.Text)]);
        var now = clock.UtcNow();
        found.Review.ReplyWith(request.Text.NormalizeNfc(), now);
        await db.SaveChangesAsync(cancellationToken);
        return new(found.Review.Id, now, FidelityReviewViews.ETagOf(found.Review));
    }
}
