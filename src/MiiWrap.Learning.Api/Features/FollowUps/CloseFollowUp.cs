using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.FollowUps;

namespace MiiWrap.Learning.Api.Features.FollowUps;

/// <summary>A coach has been in touch, or tried to; check-ins that silence had thinned out come as before.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Note">At most 280 characters. Leave out names, dates and places.</param>
/// <param name="PrivacyConfirmed">The coach has looked at what in the note might point to a person.</param>
public sealed record CloseFollowUp(
    FollowUpOutcome? Outcome, [property: JsonConverter(typeof(TextAsSent))] string? Note, bool? PrivacyConfirmed) : ICommand<FollowUpItem>
{
    [JsonIgnore]
    public Guid CohortId { get; init; }

    [JsonIgnore]
    public Guid FollowUpId { get; init; }
}

internal sealed class CloseFollowUpValidator : AbstractValidator<CloseFollowUp>
{
    public CloseFollowUpValidator()
    {
        RuleFor(x => x.Outcome).NotNull();
        RuleFor(x => x.Note).MustFit(280);
    }
}

internal sealed class CloseFollowUpHandler(LearningDb db, Caller caller, PrivacyGate gate, TimeProvider clock)
    : IRequestHandler<CloseFollowUp, FollowUpItem>
{
    public async Task<FollowUpItem> Handle(CloseFollowUp request, CancellationToken cancellationToken)
    {
        var (_, seen) = await db.FollowUpsFor(caller, request.CohortId, cancellationToken);
        var followUp = await seen.Include(f => f.Triggers).SingleOrDefaultAsync(f => f.Id == request.FollowUpId, cancellationToken)
            ?? throw new NotFoundException("followUp");
        // Who is silent, or would like to talk, is somebody else's to see to.
        if (followUp.PersonId == caller.PersonId)
            throw new RuleException(
                "followUp.own", "Nobody closes a follow-up about themselves; another one of the staff does.", RuleKind.Forbidden);
        await gate.PassAsync(followUp.EnrolmentId, request.PrivacyConfirmed, cancellationToken, texts: new FreeText("note", request.Note));
        followUp.Close(request.Outcome!.Value, string.IsNullOrWhiteSpace(request.Note)
            ? null
            : request.Note.NormalizeNfc(), caller.PersonId, clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return FollowUpItem.Of(followUp, await db.Enrolments.Where(e => e.Id == followUp.EnrolmentId).Select(e => e.LearnerName)
            .SingleAsync(cancellationToken));
    }
}
