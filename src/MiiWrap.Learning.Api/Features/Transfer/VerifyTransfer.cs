using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Transfer;

/// <summary>
/// A coach records whether they saw the skill of a completed unit in use; it is counted beside what the learner says, never in it.
/// </summary>
/// <param name="Result">verified: seen in use; notSeen: a coach looked and did not see it.</param>
/// <param name="OccurredOn" example="2027-03-18">
/// The day of the observation; today when not given. A newer record about the same day takes the older one's place.
/// </param>
public sealed record VerifyTransfer(VerificationResult? Result, DateOnly? OccurredOn) : ICommand<Verification>
{
    [JsonIgnore]
    public Guid EnrolmentId { get; init; }

    [JsonIgnore]
    public string Unit { get; init; } = "";
}

/// <summary>What a coach saw.</summary>
public enum VerificationResult
{
    Verified,
    NotSeen,
}

/// <summary>A coach's record.</summary>
/// <param name="OccurredOn">The day of the observation.</param>
/// <param name="RecordedAt">When it was recorded.</param>
public sealed record Verification(Guid Id, VerificationResult Result, DateOnly OccurredOn, DateTime RecordedAt);

internal sealed class VerifyTransferValidator : AbstractValidator<VerifyTransfer>
{
    public VerifyTransferValidator() => RuleFor(x => x.Result).NotNull();
}

internal sealed class VerifyTransferHandler(LearningDb db, Caller caller, TimeProvider clock)
    : IRequestHandler<VerifyTransfer, Verification>
{
    public async Task<Verification> Handle(VerifyTransfer request, CancellationToken cancellationToken)
    {
        var opportunity = await db.Opportunities.TaughtOpportunity(db, caller, request.EnrolmentId, request.Unit, cancellationToken);
        var now = clock.UtcNow();
        var coachsZone = Zones.Find(
            await db.Users.Where(p => p.Id == caller.PersonId).Select(p => p.TimeZone).SingleAsync(cancellationToken));
        var occurredOn = request.OccurredOn ?? Zones.LocalDate(now, coachsZone);
        if (!opportunity.CanHaveHappenedOn(occurredOn, coachsZone, now))
            throw new RuleException(
                "transfer.occurredOn.outside", "The day must lie between the unit's completion and today.", RuleKind.Invalid);
        var level = request.Result == VerificationResult.Verified ? TransferLevel.Applied : TransferLevel.NotYet;
        var recorded = opportunity.Record(level, EvidenceSource.CoachVerified, opportunity.CountedDay(occurredOn), null, now);
        await db.SaveChangesAsync(cancellationToken);
        return new(recorded.Id, request.Result!.Value, recorded.OccurredOn, recorded.RecordedAt);
    }
}

internal static class TaughtOpportunities
{
    /// <summary>The opportunity of a unit that another learner of the caller's has completed, with its evidence.</summary>
    public static async Task<TransferOpportunity> TaughtOpportunity(
        this IQueryable<TransferOpportunity> opportunities, LearningDb db, Caller caller, Guid enrolmentId, string unit,
        CancellationToken ct)
    {
        var enrolment = await db.Enrolments.Where(e => e.Id == enrolmentId).Select(e => new { e.CohortId, e.PersonId })
            .SingleOrDefaultAsync(ct);
        if (enrolment is null || !await db.Cohorts.TaughtBy(caller).AnyAsync(c => c.Id == enrolment.CohortId, ct))
        {
            // Who may follow the enrolment knows that it is there: they may not do this.
            if (await db.Enrolments.FollowedBy(caller, db).AnyAsync(e => e.Id == enrolmentId, ct))
                throw new RuleException("role.required", "Only those who teach this learner may do this.", RuleKind.Forbidden);
            throw new NotFoundException("enrolment");
        }

        // What others saw stands beside what learners say of themselves, and is never the same voice.
        if (enrolment.PersonId == caller.PersonId)
            throw new RuleException(
                "transfer.own", "Nobody verifies or exempts what they have learned themselves; another one of the staff does.",
                RuleKind.Forbidden);
        return await opportunities.Include(o => o.Evidence).Where(o => o.EnrolmentId == enrolmentId && o.Unit == unit)
            .SingleOrDefaultByAsync(o => o.Unit, unit, ct)
            ?? throw new NotFoundException("opportunity");
    }
}
