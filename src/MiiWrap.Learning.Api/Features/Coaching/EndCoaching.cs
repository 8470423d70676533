using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// One of the two, or whoever may begin it, ends a coaching relationship. The coach keeps the sessions that were, and sees nothing more of
/// what was shared; planned ones with somebody whom they do not coach otherwise are off.
/// </summary>
/// <param name="Reason" example="She moves to another county.">10 to 400 characters, which both read. Leave out who it is about.</param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record EndCoaching(
    [property: JsonConverter(typeof(TextAsSent))] string Reason, bool? PrivacyConfirmed) : ICommand<CoachingRelationshipView>
{
    [JsonIgnore]
    public Guid RelationshipId { get; init; }
}

/// <summary>
/// A learner agrees to be coached by somebody who supervises or administers their agency. Doing it again changes nothing.
/// </summary>
/// <param name="RelationshipId">The coaching relationship.</param>
public sealed record AgreeToCoaching(Guid RelationshipId) : ICommand<CoachingRelationshipView>;

/// <summary>A coachee says what their coach may see; what is not sent stays.</summary>
/// <param name="Shares">What is shared from now on.</param>
public sealed record ShareWithCoach(SharesInput? Shares) : ICommand<CoachingRelationshipView>
{
    [JsonIgnore]
    public Guid RelationshipId { get; init; }

    [JsonIgnore]
    public Precondition Precondition { get; init; }
}

/// <summary>What a coachee shares; what is not sent stays.</summary>
/// <param name="Answers">Answers to check-ins, and the words of if-then plans.</param>
/// <param name="Reflections">What was handed in, and the feedback on it.</param>
/// <param name="Fidelity">What others have seen and rated.</param>
public sealed record SharesInput(bool? Answers, bool? Reflections, bool? Fidelity);

internal sealed class EndCoachingValidator : AbstractValidator<EndCoaching>
{
    public EndCoachingValidator() => RuleFor(x => x.Reason).MustBeReason();
}

internal sealed class ShareWithCoachValidator : AbstractValidator<ShareWithCoach>
{
    public ShareWithCoachValidator() => RuleFor(x => x.Shares).NotNull();
}

internal sealed class EndCoachingHandler(LearningDb db, Caller caller, PrivacyGate gate, CoachingViews views, TimeProvider clock) :
    IRequestHandler<EndCoaching, CoachingRelationshipView>,
    IRequestHandler<AgreeToCoaching, CoachingRelationshipView>,
    IRequestHandler<ShareWithCoach, CoachingRelationshipView>
{
    public async Task<CoachingRelationshipView> Handle(EndCoaching request, CancellationToken cancellationToken)
    {
        var relationship = await Load(request.RelationshipId, cancellationToken);
        var enrolmentId = await db.CoachingRelationships.Where(r => r.Id == relationship.Id).WithEnrolments(db)
            .Select(c => c.EnrolmentId).Order().FirstOrDefaultAsync(cancellationToken);
        await gate.PassReasonAsync(enrolmentId, request.Reason, request.PrivacyConfirmed, cancellationToken);
        relationship.End(request.Reason.NormalizeNfc(), caller.PersonId, clock.UtcNow());
        return await Save(relationship, cancellationToken);
    }

    public async Task<CoachingRelationshipView> Handle(AgreeToCoaching request, CancellationToken cancellationToken)
    {
        var relationship = await LoadAsCoachee(request.RelationshipId, "agrees to be coached", cancellationToken);
        relationship.Agree(await IsSupervised(relationship, cancellationToken), clock.UtcNow());
        return await Save(relationship, cancellationToken);
    }

    public async Task<CoachingRelationshipView> Handle(ShareWithCoach request, CancellationToken cancellationToken)
    {
        var relationship = await LoadAsCoachee(request.RelationshipId, "says what is shared", cancellationToken);
        var isSupervised = await IsSupervised(relationship, cancellationToken);
        // As the coachee has read it.
        var (now, wished) = (isSupervised ? Shares.Nothing : relationship.Shares, request.Shares);
        request.Precondition.Check("coaching.stale", CoachingViews.ETagOf(relationship, isSupervised));
        relationship.Share(
            new(wished?.Answers ?? now.Answers, wished?.Reflections ?? now.Reflections, wished?.Fidelity ?? now.Fidelity), isSupervised);
        return await Save(relationship, cancellationToken);
    }

    private Task<bool> IsSupervised(CoachingRelationship relationship, CancellationToken ct) =>
        db.IsSupervised(relationship.CoachId, relationship.CoacheeId, ct);

    private async Task<CoachingRelationship> Load(Guid id, CancellationToken ct) =>
        await db.CoachingRelationships.SeenBy(caller, db).SingleOrDefaultAsync(r => r.Id == id, ct)
        ?? throw new NotFoundException("coaching");

    private async Task<CoachingRelationship> LoadAsCoachee(Guid id, string what, CancellationToken ct)
    {
        var relationship = await Load(id, ct);
        return relationship.CoacheeId == caller.PersonId
            ? relationship
            : throw new RuleException("coaching.notYours", $"Only whoever is coached {what}.", RuleKind.Forbidden);
    }

    private async Task<CoachingRelationshipView> Save(CoachingRelationship relationship, CancellationToken ct)
    {
        await db.SaveChangesAsync(ct);
        return await views.Of(relationship, ct);
    }
}
