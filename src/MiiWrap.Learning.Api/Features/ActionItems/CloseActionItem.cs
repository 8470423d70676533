using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.ActionItems;

/// <summary>
/// Its owner, or whoever coaches them, says how far an action item was done: what the owner says is a self-report, what a coach says was
/// observed.
/// </summary>
/// <param name="Level">How far it was done.</param>
/// <param name="OccurredOn" example="2027-03-18">The day of which it is told; today when not given.</param>
/// <param name="Note" example="I waited, and they came up with two ideas.">
/// At most 280 characters. Leave out names, dates and places.
/// </param>
/// <param name="PrivacyConfirmed">Whoever writes it has looked at what in it might point to a person.</param>
public sealed record AddActionEvidence(
    TransferLevel? Level, DateOnly? OccurredOn, [property: JsonConverter(typeof(TextAsSent))] string? Note, bool? PrivacyConfirmed)
    : ICommand<ActionItemView>
{
    [JsonIgnore]
    public Guid ItemId { get; init; }
}

/// <summary>
/// Whoever coaches its owner says what became of an action item, for good; the owner may drop it, and closes it where nobody coaches them.
/// </summary>
/// <param name="Outcome">What became of it; what was kept has evidence.</param>
/// <param name="CountsForUnit">
/// A coach saw it done within thirty days of its unit: that stands beside the unit's transfer as seen by a coach.
/// </param>
public sealed record CloseActionItem(ActionOutcome? Outcome, bool? CountsForUnit) : ICommand<ActionItemView>
{
    [JsonIgnore]
    public Guid ItemId { get; init; }
}

internal sealed class AddActionEvidenceValidator : AbstractValidator<AddActionEvidence>
{
    public AddActionEvidenceValidator()
    {
        RuleFor(x => x.Level).NotNull();
        RuleFor(x => x.OccurredOn).MustBeNearDay();
        RuleFor(x => x.Note).MustFit(ActionItem.MostCharacters);
    }
}

internal sealed class CloseActionItemValidator : AbstractValidator<CloseActionItem>
{
    public CloseActionItemValidator() => RuleFor(x => x.Outcome).NotNull();
}

internal sealed class CloseActionItemHandler(LearningDb db, Caller caller, PrivacyGate gate, ActionItemViews views, TimeProvider clock) :
    IRequestHandler<AddActionEvidence, ActionItemView>, IRequestHandler<CloseActionItem, ActionItemView>
{
    public async Task<ActionItemView> Handle(AddActionEvidence request, CancellationToken cancellationToken)
    {
        var item = await db.ActionItems.LoadSeen(request.ItemId, caller, db, cancellationToken);
        var (now, zone) = (clock.UtcNow(), await db.ZoneOf(item, cancellationToken));
        var today = Zones.LocalDate(now, zone);
        // A day's leeway: the teller's own calendar may be a day ahead of the zone that they are said to be in.
        if (request.OccurredOn is { } said && said != today.AddDays(1)
            && !item.CanHaveHappenedOn(said, zone, await db.ZoneOf(caller.PersonId, cancellationToken), now))
            throw new RuleException("action.occurredOn.outside", "The day must lie between the agreement and today.", RuleKind.Invalid);
        await gate.PassAsync(item.EnrolmentId, request.PrivacyConfirmed, cancellationToken, texts: new FreeText("note", request.Note));
        item.Record(
            request.Level!.Value, item.OwnerId == caller.PersonId ? ActionEvidenceSource.SelfReport : ActionEvidenceSource.Observed,
            request.OccurredOn ?? today, string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.NormalizeNfc(), caller.PersonId,
            now);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(item, cancellationToken);
    }

    public async Task<ActionItemView> Handle(CloseActionItem request, CancellationToken cancellationToken)
    {
        var item = await db.ActionItems.LoadSeen(request.ItemId, caller, db, cancellationToken);
        var now = clock.UtcNow();
        var isOwner = item.OwnerId == caller.PersonId;
        if (isOwner && (request.CountsForUnit is true
            || (request.Outcome != ActionOutcome.Dropped && await IsCoached(item, cancellationToken))))
            throw new RuleException("coaching.notYours", "Whoever coaches you says what became of it; you may drop it.",
                RuleKind.Forbidden);
        item.Close(request.Outcome!.Value, caller.PersonId, await db.TodayOf(item, now, cancellationToken), now);
        if (request.CountsForUnit is true) await CountForUnit(item, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(item, cancellationToken);
    }

    /// <summary>Whether there is somebody who could say what became of it.</summary>
    private async Task<bool> IsCoached(ActionItem item, CancellationToken ct)
    {
        var ownerId = item.OwnerId;
        var coaches = await db.CoachingRelationships.Where(r => r.CoacheeId == ownerId).Active(db)
            .Join(db.Users.Where(p => p.Status == PersonStatus.Active), r => r.CoachId, p => p.Id, (r, _) => r.CoachId)
            .ToListAsync(ct);
        if (item.CoachId is { } coach
            && await db.Users.AnyAsync(p => p.Id == coach && p.Status == PersonStatus.Active, ct)) coaches.Add(coach);
        foreach (var one in coaches.Distinct())
        {
            if (await db.ActionItems.CoachedBy(one, db).AnyAsync(i => i.Id == item.Id, ct)) return true;
        }

        return false;
    }

    private async Task CountForUnit(ActionItem item, DateTime now, CancellationToken ct)
    {
        var opportunity = item.Unit is null ? null : await db.Opportunities.Include(o => o.Evidence)
            .SingleOrDefaultAsync(o => o.EnrolmentId == item.EnrolmentId && o.Unit == item.Unit, ct);
        if (opportunity is null)
            throw new RuleException(
                "action.unit.notCompleted", "It belongs to no unit that its owner has completed.", RuleKind.Invalid);
        var observers = item.Evidence.Select(e => e.RecordedBy).Distinct().ToList();
        var zones = await db.Users.Where(p => observers.Contains(p.Id)).Select(p => new { p.Id, p.TimeZone })
            .ToDictionaryAsync(p => p.Id, p => Zones.Find(p.TimeZone), ct);
        var seenOn = item.SeenWithin(opportunity, await db.ZoneOf(item, ct), by => zones[by]);
        opportunity.Record(TransferLevel.Applied, EvidenceSource.CoachVerified, seenOn, null, now);
    }
}
