using FluentValidation;
using FluentValidation.Results;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>
/// Somebody begins to rate a learner's practice, or their own, by the newest version of an instrument. With a second rater it is a blind
/// pair: two drafts, neither of which anybody sees but its rater until both are in.
/// </summary>
/// <param name="Instrument" example="tpo-1">The instrument's code.</param>
/// <param name="SubjectId">Whose practice it is.</param>
/// <param name="RaterRole">
/// In which part: <c>self</c>, <c>coach</c> by a relationship or by teaching, <c>lead</c> of a cohort, or <c>external</c>, appointed for
/// the subject's agency.
/// </param>
/// <param name="EventKind">What was looked at.</param>
/// <param name="EventMonth" example="2027-03">The month in which it was, this one or up to 24 back; never the day.</param>
/// <param name="SegmentMinutes" example="20">How long the rated segment was, 1 to 600.</param>
/// <param name="ConsentConfirmed">The rater has the word of all concerned; a live or recorded event needs it.</param>
/// <param name="SessionId">The coaching session to which it belongs.</param>
/// <param name="SecondRaterId">Who rates the same event blindly beside the caller.</param>
public sealed record BeginFidelityReview(
    string? Instrument, Guid? SubjectId, RaterRole? RaterRole, ObservationKind? EventKind, string? EventMonth, int? SegmentMinutes,
    bool? ConsentConfirmed, Guid? SessionId, Guid? SecondRaterId) : ICommand<FidelityReviewView>;

internal sealed class BeginFidelityReviewValidator : AbstractValidator<BeginFidelityReview>
{
    private const int LongestSegment = 600;

    public BeginFidelityReviewValidator()
    {
        RuleFor(x => x.Instrument).NotEmpty();
        RuleFor(x => x.SubjectId).NotEmpty();
        RuleFor(x => x.RaterRole).NotNull();
        RuleFor(x => x.EventKind).NotNull();
        RuleFor(x => x.EventMonth).MustBeMonth();
        RuleFor(x => x.SegmentMinutes).InclusiveBetween(1, LongestSegment);
        RuleFor(x => x.ConsentConfirmed).Equal(true).When(x => x.EventKind is ObservationKind.Live or ObservationKind.Recorded)
            .WithMessage("A live or recorded event is rated with the word of all concerned: confirm their consent.");
        RuleFor(x => x.SecondRaterId).Null().When(x => x.RaterRole == Domain.Fidelity.RaterRole.Self)
            .WithMessage("Nobody rates beside whoever rates their own work.");
    }
}

internal sealed class BeginFidelityReviewHandler(
    LearningDb db, Caller caller, InstrumentLibrary library, FidelityReviewAccess reviews, FidelityReviewViews views, TimeProvider clock)
    : IRequestHandler<BeginFidelityReview, FidelityReviewView>
{
    private static readonly RaterRole[] RolesOfOthers = [RaterRole.Coach, RaterRole.Lead, RaterRole.External];

    public async Task<FidelityReviewView> Handle(BeginFidelityReview request, CancellationToken cancellationToken)
    {
        var (subjectId, now) = (request.SubjectId!.Value, clock.UtcNow());
        var raterId = request.RaterRole == RaterRole.Self ? caller.AsLearner : caller.AsStaff;
        // Read before it is asked whom they may rate: whoever ends their coaching, or has them run an agency, meanwhile changes it too.
        db.Touch(await db.Users.SingleAsync(p => p.Id == caller.PersonId, cancellationToken));
        var enrolment = await TieOf(raterId, request.RaterRole!.Value, subjectId, cancellationToken)
            ?? throw await Refusal(subjectId, cancellationToken);
        var instrument = await library.Named(db, request.Instrument!, null, cancellationToken);
        await CheckSession(request, subjectId, cancellationToken);
        var rated = new RatedEvent(
            request.EventKind!.Value, await MonthOf(request, enrolment, now, cancellationToken), request.SegmentMinutes,
            request.ConsentConfirmed ?? false);
        var pair = request.SecondRaterId is { } second ? InterRaterPair.Begin(instrument, caller.PersonId, second, now) : null;
        var hasAccepted = await db.WhoAccepted().AnyAsync(id => id == subjectId, cancellationToken);
        var review = FidelityReview.Begin(
            instrument, enrolment, caller.PersonId, request.RaterRole.Value, rated, request.SessionId, pair?.Id, now, hasAccepted);
        db.Add(review);
        if (pair is not null)
        {
            db.Add(pair);
            await AddOther(pair, instrument, rated, subjectId, hasAccepted, cancellationToken);
        }

        // Whoever withdraws the learner, or accepts the enrolment, meanwhile changes it too: the later of the two runs again.
        db.Touch(enrolment);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(await reviews.Find(review.Id, cancellationToken), cancellationToken);
    }

    /// <summary>The draft of whoever rates beside the caller, in the first part in which they may.</summary>
    private async Task AddOther(
        InterRaterPair pair, Instrument instrument, RatedEvent rated, Guid subjectId, bool hasAccepted, CancellationToken ct)
    {
        var second = pair.SecondRaterId;
        // Who stands in for somebody rates nobody, and who has no access would keep the pair waiting.
        var isPresent = await db.Users.AnyAsync(
            p => p.Id == second && p.NormalizedEmail != null && p.Status == Data.Entities.PersonStatus.Active, ct);
        foreach (var role in second == caller.PersonId || !isPresent ? [] : RolesOfOthers)
        {
            if (await TieOf(second, role, subjectId, ct) is not { } tie) continue;
            db.Add(FidelityReview.Begin(instrument, tie, second, role, rated, null, pair.Id, pair.CreatedAt, hasAccepted));
            db.Touch(tie);
            return;
        }

        throw NotAllowed("The second rater does not coach the subject, leads none of their cohorts and is not appointed for their agency.");
    }

    /// <summary>The newest enrolment by which somebody may rate the subject in this part; null for none.</summary>
    private Task<Enrolment?> TieOf(Guid raterId, RaterRole role, Guid subjectId, CancellationToken ct) =>
        db.Enrolments.RatableBy(raterId, role, db).Where(e => e.PersonId == subjectId)
            .OrderByDescending(e => e.EnrolledAt).ThenByDescending(e => e.Id).FirstOrDefaultAsync(ct);

    private async Task CheckSession(BeginFidelityReview request, Guid subjectId, CancellationToken ct)
    {
        var me = caller.PersonId;
        if (request.SessionId is { } sessionId
            && !await db.CoachingSessions.AnyAsync(s => s.Id == sessionId && s.Participants.Any(p => p.PersonId == subjectId)
                && (s.CoachId == me || subjectId == me), ct))
            throw new RuleException("session.unknown", "There is no such session in which both took part.", RuleKind.Invalid);
    }

    /// <summary>The month, by the calendar of the subject's cohort.</summary>
    private async Task<DateOnly> MonthOf(BeginFidelityReview request, Enrolment enrolment, DateTime now, CancellationToken ct)
    {
        var cohort = (await db.Cohorts.FindAsync([enrolment.CohortId], ct))!;
        var (month, thisMonth) = (Months.Parse(request.EventMonth!), Months.Of(cohort.Today(now)));
        return month <= thisMonth && month >= thisMonth.AddMonths(-FidelityReview.MonthsBack)
            ? month
            : throw new ValidationException([new ValidationFailure(
                "eventMonth", $"The month is this one, or one of the {FidelityReview.MonthsBack} before it.")]);
    }

    /// <summary>Who is not to be seen is not there; who is seen, and not the caller's to rate in this part, is refused.</summary>
    private async Task<Exception> Refusal(Guid subjectId, CancellationToken ct)
    {
        var me = caller.PersonId;
        var isSeen = subjectId == me || await db.KnowsOf(caller, subjectId, ct)
            || await db.Enrolments.RatableBy(me, RaterRole.External, db).AnyAsync(e => e.PersonId == subjectId, ct);
        return isSeen ? NotAllowed("You may not rate this person in this part.") : new NotFoundException("person");
    }

    private static RuleException NotAllowed(string why) => new("rater.notAllowed", why, RuleKind.Forbidden);
}
