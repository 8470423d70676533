using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>A learner answers a check-in; the first answer wins, and a later one is shown the first.</summary>
/// <param name="Outcome">A reminder of the if-then plan also takes stillGood and changeDate.</param>
/// <param name="OccurredOn">The day on which it happened; today, or the last of the thirty days, when not given.</param>
/// <param name="PlannedFor">
/// With changeDate, the new day; with notYet for want of an opportunity, the day of the next one, which the next check-in waits for.
/// </param>
/// <param name="Barrier">What stood in the way; required with notYet.</param>
/// <param name="Note">At most 280 characters. Leave out names, dates and places.</param>
/// <param name="NeedHelp">The learner would like to talk with their coach.</param>
/// <param name="PrivacyConfirmed">The learner has looked at what in the note might point to a person.</param>
public sealed record AnswerNudge(
    NudgeOutcome? Outcome, DateOnly? OccurredOn, DateOnly? PlannedFor, Barrier? Barrier,
    [property: JsonConverter(typeof(TextAsSent))] string? Note, bool? NeedHelp, bool? PrivacyConfirmed)
    : ICommand<NudgeItem>
{
    [JsonIgnore]
    public Guid NudgeId { get; init; }
}

internal sealed class AnswerNudgeValidator : AbstractValidator<AnswerNudge>
{
    private const int MostCharacters = 280;

    public AnswerNudgeValidator()
    {
        RuleFor(x => x.Outcome).NotNull().WithMessage("Say how it went.");
        RuleFor(x => x.Barrier).NotNull().When(x => x.Outcome == NudgeOutcome.NotYet)
            .WithMessage("With 'not yet', say what stood in the way.");
        RuleFor(x => x.PlannedFor).NotNull().When(x => x.Outcome == NudgeOutcome.ChangeDate)
            .WithMessage("With 'change date', say the new date.");
        RuleFor(x => x.Note).Must(n => n is null || IncomingText.IsSound(n)).WithMessage(IncomingText.Unsound).MustFit(MostCharacters);
    }
}

internal sealed class AnswerNudgeHandler(LearningDb db, Caller caller, PrivacyGate gate, TimeProvider clock)
    : IRequestHandler<AnswerNudge, NudgeItem>
{
    public async Task<NudgeItem> Handle(AnswerNudge request, CancellationToken cancellationToken)
    {
        var nudge = await db.Nudges.SingleOrDefaultAsync(n => n.Id == request.NudgeId && n.PersonId == caller.PersonId, cancellationToken)
            ?? throw new NotFoundException("nudge");
        await Answer(db, gate, nudge, request, clock.UtcNow(), cancellationToken);
        return NudgeItem.Of(nudge);
    }

    /// <summary>Records the answer; false when there was one already.</summary>
    public static async Task<bool> Answer(
        LearningDb db, PrivacyGate gate, Nudge nudge, AnswerNudge answer, DateTime now, CancellationToken ct)
    {
        if (nudge.Response is not null) return false;
        var zone = await db.ZoneOf(nudge.PersonId, ct);
        var today = Zones.LocalDate(now, zone);
        var item = nudge.ActionItemId is null
            ? null
            : await db.ActionItems.Include(i => i.Evidence).SingleAsync(i => i.Id == nudge.ActionItemId, ct);
        if (item is null)
        {
            var opportunity = await db.Opportunities.SingleAsync(o => o.Id == nudge.OpportunityId, ct);
            CheckDates(answer, day => opportunity.CanHaveHappenedOn(day, zone, now), today, today.AddDays(365));
        }
        else
        {
            var last = answer.Outcome == NudgeOutcome.ChangeDate ? item.DueOn : today.AddDays(365);
            var cohortsZone = await db.ZoneOf(item, ct);
            CheckDates(answer, day => item.CanHaveHappenedOn(day, cohortsZone, zone, now), today, last);
        }

        await gate.PassAsync(nudge.EnrolmentId, answer.PrivacyConfirmed, ct, texts: new FreeText("note", answer.Note));
        var note = string.IsNullOrWhiteSpace(answer.Note) ? null : answer.Note.NormalizeNfc();
        // What is said of an action item stands with its evidence, and nowhere else.
        var response = new NudgeResponse(answer.Outcome!.Value, answer.OccurredOn, answer.PlannedFor, answer.Barrier,
            item is null ? note : null, answer.NeedHelp ?? false, now);
        nudge.Answer(response, now);
        if (item is not null) Record(item, response, note, today, now);
        await db.SaveChangesAsync(ct);
        return true;
    }

    private static void Record(ActionItem item, NudgeResponse response, string? note, DateOnly today, DateTime now)
    {
        if (NudgeLedger.LevelOf(response.Outcome) is { } level)
            item.Record(level, ActionEvidenceSource.SelfReport, response.OccurredOn ?? today, note, item.OwnerId, now);
        else if (response is { Outcome: NudgeOutcome.ChangeDate, PlannedFor: { } day })
            item.PlanFor(day, now);
    }

    /// <param name="last">The last day for which something may be planned.</param>
    private static void CheckDates(AnswerNudge answer, Func<DateOnly, bool> canHaveHappenedOn, DateOnly today, DateOnly last)
    {
        // A day's leeway: the learner's own calendar may be a day ahead of the zone that they are said to be in.
        if (answer.OccurredOn is { } occurred && occurred != today.AddDays(1) && !canHaveHappenedOn(occurred))
            throw new RuleException("nudge.occurredOn.outside",
                "The day must lie between the unit's completion, or the item's agreement, and today.", RuleKind.Invalid);
        if (answer.PlannedFor is { } planned && (planned < today.AddDays(-1) || planned > last))
            throw new RuleException("nudge.plannedFor.outside",
                "The new date must lie between today and a year from now, or the day when the item is due.", RuleKind.Invalid);
    }
}
