using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.ActionItems;

/// <summary>
/// A learner sets out on a step of their own, which is agreed at once; or a coach writes one down for somebody whom they coach, who then
/// agrees to it or lets it lapse.
/// </summary>
/// <param name="OwnerId">Whose step it is; the caller's own when not given.</param>
/// <param name="EnrolmentId">The owner's enrolment to which it belongs.</param>
/// <param name="IfThen">When they will do what. Leave out names, dates and places.</param>
/// <param name="Sign" example="They have spoken more than I have.">How both will know that it was done, 1 to 280 characters.</param>
/// <param name="Competency" example="tpo-1/family-voice">The section of an instrument that it is about.</param>
/// <param name="DueOn" example="2027-03-26">The day by which it is done, 3 to 90 days from the agreement.</param>
/// <param name="SessionId">The coaching session from which it comes.</param>
/// <param name="ReviewId">The fidelity review from which it comes.</param>
/// <param name="Unit" example="1.4-coaching-agreement">The unit whose practice it is.</param>
/// <param name="PrivacyConfirmed">Whoever writes it has looked at what in it might point to a person.</param>
public sealed record AddActionItem(
    Guid? OwnerId, Guid? EnrolmentId, IfThenInput? IfThen, [property: JsonConverter(typeof(TextAsSent))] string? Sign, string? Competency,
    DateOnly? DueOn, Guid? SessionId, Guid? ReviewId, string? Unit, bool? PrivacyConfirmed) : ICommand<ActionItemView>;

internal sealed class AddActionItemValidator : AbstractValidator<AddActionItem>
{
    public AddActionItemValidator()
    {
        RuleFor(x => x.EnrolmentId).NotEmpty();
        RuleFor(x => x.IfThen).NotNull().SetValidator(new IfThenInputValidator()!);
        RuleFor(x => x.Sign).NotEmpty().MustFit(ActionItem.MostCharacters);
        RuleFor(x => x.Competency).MustBeCompetency().When(x => x.Competency is not null);
        RuleFor(x => x.DueOn).NotNull().MustBeNearDay();
        RuleFor(x => x.IfThen!.PlannedFor).MustBeNearDay().When(x => x.IfThen is not null);
    }
}

internal sealed class AddActionItemHandler(
    LearningDb db, Caller caller, CurriculumLibrary library, PrivacyGate gate, ActionItemViews views, TimeProvider clock)
    : IRequestHandler<AddActionItem, ActionItemView>
{
    public async Task<ActionItemView> Handle(AddActionItem request, CancellationToken cancellationToken)
    {
        var ownerId = request.OwnerId ?? caller.PersonId;
        // Whoever ends the coaching of the two meanwhile changes the coach's row too: the later of the two runs again.
        await db.MeetOn(caller.PersonId, cancellationToken);
        var enrolment = await Find(ownerId, request.EnrolmentId!.Value, cancellationToken);
        if (enrolment.Status == EnrolmentStatus.Withdrawn)
            throw new RuleException("coaching.notEnrolled", "Who has left sets out on no new step there.", RuleKind.Invalid);
        var cohort = (await db.Cohorts.FindAsync([enrolment.CohortId], cancellationToken))!;
        await CheckReferences(request, enrolment, cohort, cancellationToken);
        await gate.PassAsync(enrolment.Id, request.PrivacyConfirmed, cancellationToken,
            texts: [.. IfThenInput.TextsOf(request.IfThen), new("sign", request.Sign)]);
        var now = clock.UtcNow();
        var (today, terms) = (cohort.Today(now), new ActionTerms(
            request.IfThen!.ToPlan(), request.Sign!.NormalizeNfc(), request.Competency?.NormalizeNfc(), request.DueOn!.Value));
        var origin = new ActionOrigin(request.SessionId, request.ReviewId, request.Unit);
        ActionItem item;
        if (ownerId != caller.PersonId)
            item = ActionItem.Propose(enrolment, caller.PersonId, terms, origin, today, now);
        else
        {
            var coach = await CoachOf(enrolment, request.SessionId, cancellationToken);
            var others = await db.ActionItems.AgreedWith(ownerId, coach).CountAsync(cancellationToken);
            item = ActionItem.Commit(enrolment, coach, terms, origin, others, today, now);
        }

        db.Add(item);
        // Whoever withdraws the learner meanwhile changes the enrolment too: the later of the two runs again.
        db.Touch(enrolment);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(item, cancellationToken);
    }

    private async Task<Enrolment> Find(Guid ownerId, Guid enrolmentId, CancellationToken ct)
    {
        var enrolments = db.Enrolments.Where(e => e.Id == enrolmentId && e.PersonId == ownerId);
        var found = ownerId == caller.AsLearner
            ? await enrolments.SingleOrDefaultAsync(ct)
            : await enrolments.CoachedBy(caller, db).SingleOrDefaultAsync(ct);
        if (found is not null) return found;
        throw ownerId != caller.PersonId && await db.KnowsOf(caller, ownerId, ct) && await enrolments.AnyAsync(ct)
            ? new RuleException("coaching.notYours", "You do not coach this person.", RuleKind.Forbidden)
            : new NotFoundException("enrolment");
    }

    private async Task CheckReferences(AddActionItem request, Enrolment enrolment, Cohort cohort, CancellationToken ct)
    {
        if (request.SessionId is { } sessionId
            && !await db.CoachingSessions.AnyAsync(s => s.Id == sessionId && s.Participants.Any(p => p.EnrolmentId == enrolment.Id)
                && (enrolment.PersonId == caller.PersonId || s.CoachId == caller.PersonId), ct))
            throw new RuleException("session.unknown", "There is no such session in which both took part.", RuleKind.Invalid);
        if (request.ReviewId is { } reviewId && !await db.FidelityReviews.SeenBy(caller, db)
            .AnyAsync(r => r.Id == reviewId && r.SubjectId == enrolment.PersonId, ct))
            throw new RuleException("review.unknown", "There is no such fidelity review of this person.", RuleKind.Invalid);
        if (request.Unit is { } unit && (await library.Of(db, cohort, ct)).Unit(unit) is null)
            throw new RuleException("unit.unknown", "The cohort's curriculum has no such unit.", RuleKind.Invalid);
    }

    /// <summary>With whom a learner agrees what they write themselves: the session's coach, or the one whom they have.</summary>
    private async Task<Guid?> CoachOf(Enrolment enrolment, Guid? sessionId, CancellationToken ct)
    {
        if (sessionId is { } id
            && await db.CoachingSessions.Where(s => s.Id == id).Select(s => (Guid?)s.CoachId).SingleAsync(ct) is { } held
            && await db.Enrolments.CoachedBy(held, db).AnyAsync(e => e.Id == enrolment.Id, ct)) return held;
        var coaches = await db.CoachingRelationships.Where(r => r.CoacheeId == enrolment.PersonId).Active(db).WithEnrolments(db)
            .Where(c => c.EnrolmentId == enrolment.Id).Select(c => c.Relationship.CoachId).Distinct().Take(2).ToListAsync(ct);
        return coaches.Count == 1 ? coaches[0] : null;
    }
}
