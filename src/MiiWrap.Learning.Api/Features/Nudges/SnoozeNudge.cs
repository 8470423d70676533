using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Nudges;

/// <summary>A learner puts a check-in off, by 3 or 7 days or to a date, at most twice; it comes again at the next open moment.</summary>
/// <param name="Days" example="3">3 or 7.</param>
/// <param name="Until" example="2027-03-22">A day instead, before the check-in closes.</param>
public sealed record SnoozeNudge(int? Days, DateOnly? Until) : ICommand<NudgeItem>
{
    [JsonIgnore]
    public Guid NudgeId { get; init; }
}

internal sealed class SnoozeNudgeValidator : AbstractValidator<SnoozeNudge>
{
    public SnoozeNudgeValidator()
    {
        RuleFor(x => x.Days).Must(d => d is null or 3 or 7).WithMessage("A check-in can be put off by 3 or 7 days.");
        RuleFor(x => x.Days).Must((request, days) => days is null != request.Until is null).WithMessage("Say either days or until.");
    }
}

internal sealed class SnoozeNudgeHandler(LearningDb db, Caller caller, TimeProvider clock) : IRequestHandler<SnoozeNudge, NudgeItem>
{
    public async Task<NudgeItem> Handle(SnoozeNudge request, CancellationToken cancellationToken)
    {
        var nudge = await db.Nudges.SingleOrDefaultAsync(n => n.Id == request.NudgeId && n.PersonId == caller.PersonId, cancellationToken)
            ?? throw new NotFoundException("nudge");
        // What was asked can be answered to its end; to ask again would be a new ask of someone who has left.
        (await db.Enrolments.AsNoTracking().SingleAsync(e => e.Id == nudge.EnrolmentId, cancellationToken)).MustBeActive();
        var (person, window) = await db.LoadToPlanAsync(caller.PersonId, cancellationToken);
        var now = clock.UtcNow();
        var zone = Zones.Find(person.TimeZone);
        var today = Zones.LocalDate(now, zone);
        var day = request.Until ?? today.AddDays(request.Days!.Value);
        if (day <= today || day > today.AddDays(365))
            throw new RuleException("nudge.snooze.outside", "The day must lie ahead, and within a year.", RuleKind.Invalid);
        var at = Zones.ToUtc(day.ToDateTime(TimeOnly.FromDateTime(Zones.ToLocal(nudge.DueAt, zone))), zone);
        nudge.Snooze(window.NextOpen(at, zone) ?? at, zone, now);
        await db.SaveChangesAsync(cancellationToken);
        return NudgeItem.Of(nudge);
    }
}
