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
/// <param name="IfThen">When they will do what. Leave out names, dates and places.</param>
/// <param name="Sign" example="They have spoken more than I have.">How both will know that it was done, 1 to 280 characters.</param>
/// <param name="Competency" example="tpo-1/family-voice">The section of an instrument that it is about.</param>
/// <param name="DueOn" example="2027-03-26">The day by which it is done, 3 to 90 days from the agreement.</param>
/// <param name="PrivacyConfirmed">Whoever writes it has looked at what in it might point to a person.</param>
public sealed record ChangeActionItem(
    IfThenInput? IfThen, [property: JsonConverter(typeof(TextAsSent))] string? Sign, string? Competency, DateOnly? DueOn,
    bool? PrivacyConfirmed) : ICommand<ActionItemView>
{
    [JsonIgnore]
    public Guid ItemId { get; init; }

    [JsonIgnore]
    public Precondition Precondition { get; init; }
}

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
        RuleFor(x => x.IfThen).SetValidator(new IfThenInputValidator()!);
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
        request.Precondition.Check("action.stale", ActionItemViews.ETagOf(item));
        await gate.PassAsync(item.EnrolmentId, request.PrivacyConfirmed, cancellationToken,
            texts: [.. IfThenInput.TextsOf(request.IfThen), new("sign", request.Sign)]);
        var now = clock.UtcNow();
        item.Change(
            new(request.IfThen?.ToPlan() ?? item.IfThen, request.Sign?.NormalizeNfc() ?? item.Sign,
                request.Competency?.NormalizeNfc() ?? item.Competency, request.DueOn ?? item.DueOn),
            await db.TodayOf(item, now, cancellationToken), now);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(item, cancellationToken);
    }

    public async Task<ActionItemView> Handle(AgreeToActionItem request, CancellationToken cancellationToken)
    {
        var item = await db.ActionItems.LoadSeen(request.ItemId, caller, db, cancellationToken);
        if (item.OwnerId != caller.PersonId)
            throw new RuleException("coaching.notYours", "Only its owner agrees to an action item.", RuleKind.Forbidden);
        await gate.PassAsync(
            item.EnrolmentId, request.PrivacyConfirmed, cancellationToken, texts: [.. IfThenInput.TextsOf(request.IfThen)]);
        var now = clock.UtcNow();
        var others = await db.ActionItems.AgreedWith(item.OwnerId, item.CoachId).CountAsync(cancellationToken);
        item.Agree(request.IfThen?.ToPlan(), others, await db.TodayOf(item, now, cancellationToken), now);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(item, cancellationToken);
    }
}
