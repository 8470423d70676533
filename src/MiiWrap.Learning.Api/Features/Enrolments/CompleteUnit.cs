using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Enrolments;

/// <summary>
/// A learner completes a unit with an if-then plan; this starts the transfer clock and plans the follow-up nudges. Doing it again gives the
/// same answer.
/// </summary>
/// <param name="IfThen">Required for anchor and standard units, optional for light ones. Leave out names, dates and places.</param>
/// <param name="PrivacyConfirmed">The learner has looked at what in the plan might point to a person.</param>
public sealed record CompleteUnit(IfThenInput? IfThen, bool? PrivacyConfirmed) : ICommand<CompletedUnit>
{
    [JsonIgnore]
    public Guid EnrolmentId { get; init; }

    [JsonIgnore]
    public string Unit { get; init; } = "";
}

/// <summary>The completion, with the progress and the nudges that it planned.</summary>
/// <param name="Nudges">The check-ins that were planned with it.</param>
public sealed record CompletedUnit(UnitState State, DateTime CompletedAt, ProgressView Progress, IReadOnlyList<PlannedNudgeView> Nudges);

/// <summary>One ask of the ledger as it was planned.</summary>
public sealed record PlannedNudgeView(Guid Id, int Step, NudgeKind Kind, DateTime DueAt);

internal sealed class CompleteUnitValidator : AbstractValidator<CompleteUnit>
{
    public CompleteUnitValidator() => RuleFor(x => x.IfThen).SetValidator(new IfThenInputValidator()!);
}

internal sealed class CompleteUnitHandler(LearningDb db, UnitAccess units, PrivacyGate gate, TimeProvider clock)
    : IRequestHandler<CompleteUnit, CompletedUnit>
{
    public async Task<CompletedUnit> Handle(CompleteUnit request, CancellationToken cancellationToken)
    {
        var (enrolment, unit) = await units.LoadForStudy(request.EnrolmentId, request.Unit, UnitState.Completed, cancellationToken);
        // Done before, it is the first answer again, whatever plan comes with it.
        if (enrolment.Units.FirstOrDefault(u => u.Unit == unit.Slug)?.State != UnitState.Completed)
            await gate.PassAsync(enrolment.Id, request.PrivacyConfirmed, cancellationToken,
                texts: [.. IfThenInput.TextsOf(request.IfThen)]);
        var progress = enrolment.Complete(unit, request.IfThen?.ToPlan(), clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);

        var nudges = await db.UnitNudges.Where(n => n.EnrolmentId == enrolment.Id && n.Unit == unit.Slug)
            .Where(n => n.StatusReason == null || (n.StatusReason != Nudge.Superseded && n.StatusReason != Nudge.HeldOut))
            .OrderBy(n => n.Step).Select(n => new PlannedNudgeView(n.Id, n.Step, n.Kind, n.DueAt)).ToListAsync(cancellationToken);
        // Whoever completed it has been read for its check-ins already.
        var person = (await db.Users.FindAsync([enrolment.PersonId], cancellationToken))!;
        return new(progress.State, progress.CompletedAt!.Value, ProgressView.Of(enrolment, Zones.Find(person.TimeZone)), nudges);
    }
}
