using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// A coach plans a session with those whom they coach, one or several times, or logs one of the last 14 days in one request. Whoever takes
/// part is told by one mail with its dates.
/// </summary>
/// <param name="Mode">How it is held; that of the record when one comes with it.</param>
/// <param name="StartsAt" example="2027-03-10T16:00:00Z">When it begins, or began.</param>
/// <param name="Minutes" example="45">How long it takes, 5 to 240; that of the record when one comes with it.</param>
/// <param name="Competency" example="tpo-1/family-voice">The section of an instrument that it is about.</param>
/// <param name="CohortId">For which cohort it counts; needed where somebody is coached in several.</param>
/// <param name="Participants">
/// Whom the caller coaches, 1 to 30; left out in a cohort's group call, everybody who learns there; those of the record when one comes with
/// it.
/// </param>
/// <param name="Repeat">How often it is held; once when not given.</param>
/// <param name="Record">What was done in it; it has begun then.</param>
public sealed record PlanSession(
    SessionMode? Mode, DateTimeOffset? StartsAt, int? Minutes, string? Competency, Guid? CohortId,
    IReadOnlyList<SessionInvitee>? Participants, SessionRepeat? Repeat, SessionRecord? Record) : ICommand<CoachingSessionView>;

/// <summary>Who is invited.</summary>
public sealed record SessionInvitee(Guid? PersonId);

/// <summary>How often a session is held, at the same time of day.</summary>
/// <param name="EveryWeeks" example="2">Weeks from one to the next, 1 to 12.</param>
/// <param name="Count" example="6">How many there are, 1 to 24.</param>
public sealed record SessionRepeat(int? EveryWeeks, int? Count);

internal sealed class PlanSessionValidator : AbstractValidator<PlanSession>
{
    private const int MostWeeks = 12;
    private const int MostCount = 24;

    public PlanSessionValidator()
    {
        RuleFor(x => x.Mode).NotNull().When(x => x.Record?.Mode is null);
        RuleFor(x => x.StartsAt).NotNull().MustBeNearMoment();
        RuleFor(x => x.Minutes).NotNull().When(x => x.Record?.Minutes is null);
        RuleFor(x => x.Minutes).InclusiveBetween(CoachingSession.LeastMinutes, CoachingSession.MostMinutes);
        RuleFor(x => x.Competency).MustBeCompetency().When(x => x.Competency is not null);
        RuleFor(x => x.Participants).Cascade(CascadeMode.Stop)
            .NotNull().When(
                x => x.Record is null && !(x.Mode == SessionMode.Group && x.CohortId is not null), ApplyConditionTo.CurrentValidator)
            .Must(p => p is null || p.Count is > 0 and <= CoachingSession.MostParticipants)
            .WithMessage($"A session has 1 to {CoachingSession.MostParticipants} participants.")
            .Must(p => p is null || p.DistinctBy(one => one?.PersonId).Count() == p.Count).WithMessage("Nobody takes part twice.");
        RuleForEach(x => x.Participants).NotNull().ChildRules(one => one.RuleFor(p => p.PersonId).NotEmpty());
        When(x => x.Repeat is not null, () =>
        {
            RuleFor(x => x.Repeat!.EveryWeeks).NotNull().InclusiveBetween(1, MostWeeks);
            RuleFor(x => x.Repeat!.Count).NotNull().InclusiveBetween(1, MostCount);
            RuleFor(x => x.Record).Null().WithMessage("What is logged took place once; leave repeat or record out.");
        });
        RuleFor(x => x.Record).SetValidator(new SessionRecordValidator()!);
    }
}

internal sealed class PlanSessionHandler(
    LearningDb db, Caller caller, SessionInvitations invitations, CoachingViews views, TimeProvider clock)
    : IRequestHandler<PlanSession, CoachingSessionView>
{
    public async Task<CoachingSessionView> Handle(PlanSession request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var first = request.StartsAt!.Value.UtcDateTime;
        CoachingSession.MustNotBeLate(first, now);
        if (request.CohortId is { } cohortId) await invitations.MustKnow(cohortId, cancellationToken);
        var people = request.Record?.Participants!.Select(p => p.PersonId!.Value) ?? request.Participants?.Select(p => p.PersonId!.Value);
        var invited = people is null
            ? await invitations.FindAll(request.CohortId!.Value, cancellationToken)
            : await invitations.Find([.. people], request.CohortId, cancellationToken);
        var zone = Zones.Find(await db.Users.Where(p => p.Id == caller.PersonId).Select(p => p.TimeZone).SingleAsync(cancellationToken));
        Guid? series = request.Repeat?.Count > 1 ? NewId.At(now) : null;
        var sessions = Enumerable.Range(0, request.Repeat?.Count ?? 1).Select(i => CoachingSession.Plan(
            caller.PersonId, request.CohortId, series, (request.Record?.Mode ?? request.Mode)!.Value,
            Zones.AddDays(first, 7 * i * (request.Repeat?.EveryWeeks ?? 1), zone), (request.Record?.Minutes ?? request.Minutes)!.Value,
            request.Competency?.NormalizeNfc(), invited, now)).ToList();
        db.AddRange(sessions);
        if (request.Record is { } record) await invitations.Record(sessions[0], record, cancellationToken);
        else foreach (var session in sessions) session.Announce(speaksForSeries: session == sessions[0], now);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(sessions[0], cancellationToken) with
        {
            Repeats = [.. sessions.Skip(1).Select(s => new RepeatedSession(s.Id, s.StartsAt))],
        };
    }
}
