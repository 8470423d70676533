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

namespace MiiWrap.Learning.Api.Features.ActionItems;

/// <summary>
/// Words or days of an action item are changed: of a proposal by its owner or coach, of what is agreed by its owner alone. What is not sent
/// stays.
/// </summary>
/// <param name="IfThen">When they will do what; what is not sent of it stays. Leave out names, dates and places.</param>
/// <param name="Sign" example="They have spoken more than I have.">How both will know that it was done, 1 to 280 characters.</param>
/// <param name="Competency" example="tpo-1/family-voice">The section of an instrument that it is about.</param>
/// <param name="DueOn" example="2027-03-26">The day by which it is done, 3 to 90 days from the agreement.</param>
/// <param name="PrivacyConfirmed">Whoever writes it has looked at what in it might point to a person.</param>
public sealed record ChangeActionItem(
    ChangedIfThen? IfThen, [property: JsonConverter(typeof(TextAsSent))] string? Sign, string? Competency, DateOnly? DueOn,
    bool? PrivacyConfirmed) : ICommand<ActionItemView>
{
    [JsonIgnore]
    public Guid ItemId { get; init; }

    [JsonIgnore]
    public Precondition Precondition { get; init; }

    /// <summary>A merge patch says that it is about no section.</summary>
    [JsonIgnore]
    public bool ClearsCompetency { get; init; }

    /// <summary>A merge patch says that it is planned for no day.</summary>
    [JsonIgnore]
    public bool ClearsPlannedFor { get; init; }
}

/// <summary>What changes of "If cue, then I will action."</summary>
/// <param name="Cue" example="I sit down with my coachee on Thursday">1 to 280 characters.</param>
/// <param name="Action" example="I will ask for two ideas before I offer one">1 to 280 characters.</param>
/// <param name="PlannedFor" example="2027-03-18">The day on which its owner means to do it; the check follows it.</param>
public sealed record ChangedIfThen(
    [property: JsonConverter(typeof(TextAsSent))] string? Cue, [property: JsonConverter(typeof(TextAsSent))] string? Action,
    DateOnly? PlannedFor);

/// <summary>
/// Its owner agrees to an action item that a coach wrote down, in their own words if they like. Doing it again changes nothing.
/// </summary>
/// <param name="IfThen">The plan in the owner's words; left out, it stands as the coach wrote it.</param>
/// <param name="PrivacyConfirmed">The owner has looked at what in it might point to a person.</param>
public sealed record AgreeToActionItem(IfThenInput? IfThen, bool? PrivacyConfirmed) : ICommand<ActionItemView>
{
    [JsonIgnore]
    public Guid ItemId { get; init; }
}

internal sealed class ChangeActionItemValidator : AbstractValidator<ChangeActionItem>
{
    public ChangeActionItemValidator()
    {
        RuleFor(x => x.IfThen!.Cue).NotEmpty().When(x => x.IfThen?.Cue is not null).MustFit(ActionItem.MostCharacters)
            .When(x => x.IfThen is not null);
        RuleFor(x => x.IfThen!.Action).NotEmpty().When(x => x.IfThen?.Action is not null).MustFit(ActionItem.MostCharacters)
            .When(x => x.IfThen is not null);
        RuleFor(x => x.Sign).NotEmpty().When(x => x.Sign is not null).MustFit(ActionItem.MostCharacters);
        RuleFor(x => x.Competency).MustBeCompetency().When(x => x.Competency is not null);
        RuleFor(x => x.DueOn).MustBeNearDay();
        RuleFor(x => x.IfThen!.PlannedFor).MustBeNearDay().When(x => x.IfThen is not null);
    }
}

internal sealed class AgreeToActionItemValidator : AbstractValidator<AgreeToActionItem>
{
    public AgreeToActionItemValidator()
    {
        RuleFor(x => x.IfThen).SetValidator(new IfThenInputValidator()!);
        RuleFor(x => x.IfThen!.PlannedFor).MustBeNearDay().When(x => x.IfThen is not null);
    }
}

internal sealed class ChangeActionItemHandler(
    LearningDb db, Caller caller, PrivacyGate gate, ActionItemViews views, TimeProvider clock) :
    IRequestHandler<ChangeActionItem, ActionItemView>, IRequestHandler<AgreeToActionItem, ActionItemView>
{
    public async Task<ActionItemView> Handle(ChangeActionItem request, CancellationToken cancellationToken)
    {
        var item = await db.ActionItems.LoadSeen(request.ItemId, caller, db, cancellationToken);
        if (item.OwnerId != caller.PersonId && !(item.State == ActionState.Proposed && item.CoachId == caller.PersonId))
            throw new RuleException("coaching.notYours", "What is agreed, or written down by somebody else, is its owner's to change.",
                RuleKind.Forbidden);
        // Its asks and the names in it are a part of what the caller has read.
        request.Precondition.Check("action.stale", (await views.Of(item, cancellationToken)).Etag);
        await db.MustLearnThere(item, cancellationToken);
        var (changed, plan) = (request.IfThen, item.IfThen);
        await gate.PassAsync(item.EnrolmentId, request.PrivacyConfirmed, cancellationToken,
            texts: [new("ifThen.cue", changed?.Cue), new("ifThen.action", changed?.Action), new("sign", request.Sign)]);
        var now = clock.UtcNow();
        item.Change(
            new(new(changed?.Cue?.NormalizeNfc() ?? plan.Cue, changed?.Action?.NormalizeNfc() ?? plan.Action,
                    request.ClearsPlannedFor ? null : changed?.PlannedFor ?? plan.PlannedFor),
                request.Sign?.NormalizeNfc() ?? item.Sign,
                request.ClearsCompetency ? null : request.Competency?.NormalizeNfc() ?? item.Competency, request.DueOn ?? item.DueOn),
            caller.PersonId, await db.TodayOf(item, now, cancellationToken), now);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(item, cancellationToken);
    }

    public async Task<ActionItemView> Handle(AgreeToActionItem request, CancellationToken cancellationToken)
    {
        var item = await db.ActionItems.LoadSeen(request.ItemId, caller, db, cancellationToken);
        if (item.OwnerId != caller.PersonId)
            throw new RuleException("coaching.notYours", "Only its owner agrees to an action item.", RuleKind.Forbidden);
        await db.MustLearnThere(item, cancellationToken);
        await gate.PassAsync(
            item.EnrolmentId, request.PrivacyConfirmed, cancellationToken, texts: [.. IfThenInput.TextsOf(request.IfThen)]);
        var now = clock.UtcNow();
        await db.MeetOn(item.OwnerId, cancellationToken);
        var others = await db.ActionItems.AgreedWith(item.OwnerId, item.CoachId).CountAsync(cancellationToken);
        item.Agree(request.IfThen?.ToPlan(), others, await db.TodayOf(item, now, cancellationToken), now);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(item, cancellationToken);
    }
}
