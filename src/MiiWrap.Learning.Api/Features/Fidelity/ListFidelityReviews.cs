using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>
/// Fidelity reviews that the caller may see, as they were begun, each with its total; ratings and words are read with one review alone.
/// </summary>
/// <param name="Subject" example="01a5ba5a-f180-7000-8000-000000000001">Only those of this person's practice.</param>
/// <param name="Instrument" example="tpo-1">Only those by this instrument.</param>
/// <param name="Status" example="locked">Only those that stand so.</param>
public sealed record ListFidelityReviews(Guid? Subject, string? Instrument, string? Status, string? Limit, string? Cursor)
    : IQuery<Page<FidelityReviewView>>, IPaged;

/// <summary>One fidelity review. That somebody who neither rated nor was rated has read it is written down.</summary>
/// <param name="ReviewId">The fidelity review.</param>
public sealed record GetFidelityReview(Guid ReviewId) : IQuery<FidelityReviewView>;

/// <summary>Subject and rater see who has read a review of theirs, and when; the list only ever grows.</summary>
/// <param name="ReviewId">The fidelity review.</param>
public sealed record ListFidelityAccess(Guid ReviewId, string? Limit, string? Cursor) : IQuery<Page<AccessLogItem>>, IPaged;

internal sealed class ListFidelityReviewsValidator : AbstractValidator<ListFidelityReviews>
{
    public ListFidelityReviewsValidator()
    {
        this.RuleForPaging(byMoment: true);
        RuleFor(x => x.Instrument).MustBeSlug("code of an instrument");
        RuleFor(x => x.Status).MustBeOneOf<ListFidelityReviews, FidelityReviewStatus>();
    }
}

internal sealed class ListFidelityAccessValidator : AbstractValidator<ListFidelityAccess>
{
    public ListFidelityAccessValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class ListFidelityReviewsHandler(
    LearningDb db, Caller caller, FidelityReviewAccess reviews, FidelityReviewViews views, ILogger<ListFidelityReviews> log) :
    IRequestHandler<ListFidelityReviews, Page<FidelityReviewView>>,
    IRequestHandler<GetFidelityReview, FidelityReviewView>,
    IRequestHandler<ListFidelityAccess, Page<AccessLogItem>>
{
    public async Task<Page<FidelityReviewView>> Handle(ListFidelityReviews request, CancellationToken cancellationToken)
    {
        var seen = db.FidelityReviews.AsNoTracking().SeenBy(caller, db);
        if (request.Subject is { } subject) seen = seen.Where(r => r.SubjectId == subject);
        if (request.Instrument is { } instrument) seen = seen.Where(r => r.Instrument == instrument);
        if (EnumNames.TryParse<FidelityReviewStatus>(request.Status, out var status)) seen = seen.Where(r => r.Status == status);
        var rows = await seen.LoadReadablePageAsync(
            r => r.Id, some => some.PageBy(request, r => r.CreatedAt, r => r.Id),
            some => some.Select(ReviewRow.FromReview).ToListAsync(cancellationToken), log.LeavesOut("fidelity review"), cancellationToken);
        var page = rows.ToPage(request, r => (Paging.KeyOf(r.CreatedAt), r.Id));
        bool IsShown(ReviewRow review) =>
            !caller.ActsAsProgramAdmin || review.RaterId == caller.PersonId || review.SubjectId == caller.PersonId;
        return new(await views.Of(page.Items, IsShown, cancellationToken), page.Next);
    }

    public async Task<FidelityReviewView> Handle(GetFidelityReview request, CancellationToken cancellationToken)
    {
        var found = await reviews.Find(request.ReviewId, cancellationToken);
        if (caller.IsShownContent && !found.IsRater && !found.IsSubject)
        {
            reviews.Note(found, ReaderAct.Read);
            await db.SaveChangesAsync(cancellationToken);
        }

        return await views.Of(found, cancellationToken);
    }

    public async Task<Page<AccessLogItem>> Handle(ListFidelityAccess request, CancellationToken cancellationToken)
    {
        var found = await reviews.Find(request.ReviewId, cancellationToken);
        if (!found.IsSubject && !found.IsRater)
            throw new RuleException("fidelity.notYours", "Only whoever rated or was rated sees who has read it.", RuleKind.Forbidden);
        // Who looked at the subject's whole trend has seen this one too; that is for the subject to know.
        var (id, subjectId, isSubject) = (found.Review.Id, found.Review.SubjectId, found.IsSubject);
        var lines = db.FidelityReadings
            .Where(r => r.ReviewId == id || (isSubject && r.SubjectId == subjectId && r.ReviewId == null))
            .Select(r => new AccessLogLine { Id = r.Id, At = r.At, Name = r.Name, Role = r.Role, Act = r.Act, Reason = null, By = null });
        return await AccessLogLine.Read(lines, request, log, cancellationToken);
    }
}

/// <summary>
/// Reviews follow those whose practice they are of: who accepts an enrolment takes the place of whoever stood there for them, and knows
/// from then on who has read of it.
/// </summary>
internal sealed class MoveFidelityReviews(LearningDb db, RaterCalibrations calibrations, AbandonedPairs abandoned, TimeProvider clock)
    : INotificationHandler<DomainEventNotification<StandInReplaced>>
{
    public async Task Handle(DomainEventNotification<StandInReplaced> notification, CancellationToken cancellationToken)
    {
        var ((standIn, offered, enrolment), now) = (notification.Event, clock.UtcNow());
        await MoveReadings(standIn, offered, enrolment.PersonId, cancellationToken);
        // Whoever begins one meanwhile changes the enrolment too: the later of the two runs again.
        var reviews = await db.FidelityReviews.Where(r => r.EnrolmentId == offered).ToListAsync(cancellationToken);
        var pairs = reviews.FindAll(r => r.TakeOver(enrolment, now)).Select(r => r.PairId).OfType<Guid>().ToHashSet();
        if (pairs.Count > 0) await EndPairs(pairs, now, cancellationToken);
    }

    /// <summary>
    /// By one statement, in the transaction of whoever accepts: the lines are never changed otherwise. Who has looked at everything of the
    /// stand-in has seen what the person accepts first and what they accept later.
    /// </summary>
    private async Task MoveReadings(Guid standIn, Guid offered, Guid personId, CancellationToken ct)
    {
        var reviews = db.FidelityReviews.Where(r => r.EnrolmentId == offered).Select(r => (Guid?)r.Id);
        await db.FidelityReadings.Where(r => r.SubjectId == standIn && (r.ReviewId == null || reviews.Contains(r.ReviewId)))
            .ExecuteUpdateAsync(r => r.SetProperty(reading => reading.SubjectId, personId), ct);
    }

    /// <summary>Of these pairs a half is void: what is locked counts for nobody's calibration, and the others wait no longer.</summary>
    private async Task EndPairs(HashSet<Guid> ids, DateTime now, CancellationToken ct)
    {
        var pairs = await db.RaterPairs.Where(p => ids.Contains(p.Id)).ToListAsync(ct);
        await calibrations.RenewWithout(pairs.FindAll(p => p.LockedAt is not null), now, ct);
        foreach (var pair in pairs.Where(p => p.IsOpen))
        {
            pair.StopWaiting(now);
            await abandoned.LockHalves(pair, now, ct);
        }
    }
}
