using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>The coach moves or changes a planned session; what is not sent stays. Whoever takes part is told by mail.</summary>
/// <param name="Mode">How it is held.</param>
/// <param name="StartsAt" example="2027-03-10T16:00:00Z">When it begins.</param>
/// <param name="Minutes" example="45">How long it takes, 5 to 240.</param>
/// <param name="Competency" example="tpo-1/family-voice">The section of an instrument that it is about.</param>
public sealed record ChangeSession(SessionMode? Mode, DateTimeOffset? StartsAt, int? Minutes, string? Competency)
    : ICommand<CoachingSessionView>
{
    [JsonIgnore]
    public Guid SessionId { get; init; }

    [JsonIgnore]
    public Precondition Precondition { get; init; }

    /// <summary>A merge patch says that it is about no section.</summary>
    [JsonIgnore]
    public bool ClearsCompetency { get; init; }
}

/// <summary>
/// A planned session is called off: by its coach, by whoever takes part (in a call of several they alone are excused), or by a lead or a
/// programme admin for the agency.
/// </summary>
/// <param name="Reason" example="The car broke down this morning.">10 to 400 characters, which coach and participants read.</param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record CancelSession(
    [property: JsonConverter(typeof(TextAsSent))] string Reason, bool? PrivacyConfirmed) : ICommand<CoachingSessionView>
{
    [JsonIgnore]
    public Guid SessionId { get; init; }
}

/// <summary>
/// The coach records who was there and what was done, within 14 days of the start, or corrects that within 30 days of the first record;
/// each version is kept.
/// </summary>
/// <param name="Mode">How it was held; as planned when not given.</param>
/// <param name="Minutes" example="45">How long it took, 5 to 240; as planned when not given.</param>
/// <param name="Participants">Everybody who was expected or came, 1 to 30.</param>
public sealed record RecordSession(SessionMode? Mode, int? Minutes, IReadOnlyList<RecordedParticipant>? Participants)
    : ICommand<CoachingSessionView>
{
    [JsonIgnore]
    public Guid SessionId { get; init; }

    [JsonIgnore]
    public Precondition Precondition { get; init; }

    internal SessionRecord Record => new(Mode, Minutes, Participants);
}

internal sealed class ChangeSessionValidator : AbstractValidator<ChangeSession>
{
    public ChangeSessionValidator()
    {
        RuleFor(x => x.StartsAt).MustBeNearMoment();
        RuleFor(x => x.Minutes).InclusiveBetween(CoachingSession.LeastMinutes, CoachingSession.MostMinutes);
        RuleFor(x => x.Competency).MustBeCompetency().When(x => x.Competency is not null);
    }
}

internal sealed class CancelSessionValidator : AbstractValidator<CancelSession>
{
    public CancelSessionValidator() => RuleFor(x => x.Reason).MustBeReason();
}

internal sealed class RecordSessionValidator : AbstractValidator<RecordSession>
{
    public RecordSessionValidator() => RuleFor(x => x.Record).SetValidator(new SessionRecordValidator()).OverridePropertyName("");
}

internal sealed class ChangeSessionHandler(
    LearningDb db, Caller caller, SessionInvitations invitations, PrivacyGate gate, CoachingViews views, TimeProvider clock) :
    IRequestHandler<ChangeSession, CoachingSessionView>,
    IRequestHandler<CancelSession, CoachingSessionView>,
    IRequestHandler<RecordSession, CoachingSessionView>
{
    public async Task<CoachingSessionView> Handle(ChangeSession request, CancellationToken cancellationToken)
    {
        var session = await LoadOwn(request.SessionId, "changes it", cancellationToken);
        request.Precondition.Check(CoachingViews.StaleSession, CoachingViews.ETagOf(session));
        var now = clock.UtcNow();
        if (request.StartsAt is { } at) CoachingSession.MustNotBeLate(at.UtcDateTime, now);
        if (request.StartsAt?.UtcDateTime > now && session.Status == SessionStatus.Planned)
            await invitations.MustStillCoach(session, expected: true, cancellationToken);
        session.Change(request.StartsAt?.UtcDateTime, request.Minutes, request.Mode,
            request.ClearsCompetency ? null : request.Competency?.NormalizeNfc() ?? session.Competency, now);
        return await Save(session, cancellationToken);
    }

    public async Task<CoachingSessionView> Handle(CancelSession request, CancellationToken cancellationToken)
    {
        var session = await Load(request.SessionId, cancellationToken);
        var by = session.CoachId == caller.AsStaff ? CancelledBy.Coach
            : session.Participants.Any(p => p.PersonId == caller.AsLearner) ? CancelledBy.Coachee
            : await MayForAgency(session, cancellationToken) ? CancelledBy.Agency
            : throw new RuleException(
                "coaching.notYours", "Only those who take part, a lead or a programme admin call a session off.", RuleKind.Forbidden);
        await gate.PassReasonAsync(
            [.. session.Participants.Select(p => p.EnrolmentId)], request.Reason, request.PrivacyConfirmed, cancellationToken);
        await db.Entry(session).Collection(s => s.Texts).LoadAsync(cancellationToken);
        session.Cancel(by, caller.PersonId, request.Reason.NormalizeNfc(), clock.UtcNow());
        return await Save(session, cancellationToken);
    }

    public async Task<CoachingSessionView> Handle(RecordSession request, CancellationToken cancellationToken)
    {
        var session = await LoadOwn(request.SessionId, "records it", cancellationToken);
        request.Precondition.Check(
            CoachingViews.StaleSession, request.Precondition.MustBeNew && session.Records == 0 ? null : CoachingViews.ETagOf(session));
        await invitations.Record(session, request.Record, cancellationToken);
        return await Save(session, cancellationToken);
    }

    private async Task<CoachingSession> Load(Guid id, CancellationToken ct) =>
        await db.CoachingSessions.Include(s => s.Participants).SeenBy(caller, db).SingleOrDefaultAsync(s => s.Id == id, ct)
        ?? throw new NotFoundException("session");

    private async Task<CoachingSession> LoadOwn(Guid id, string what, CancellationToken ct)
    {
        var session = await Load(id, ct);
        return session.CoachId == caller.AsStaff
            ? session
            : throw new RuleException("coaching.notYours", $"Only a session's coach {what}.", RuleKind.Forbidden);
    }

    private async Task<bool> MayForAgency(CoachingSession session, CancellationToken ct)
    {
        if (caller.ActsAsProgramAdmin) return true;
        var enrolments = session.Participants.Select(p => p.EnrolmentId).ToList();
        var leads = await db.Enrolments.CountAsync(e => enrolments.Contains(e.Id)
            && db.CohortMembers.Any(m => m.CohortId == e.CohortId && m.PersonId == caller.AsStaff && m.Role == CohortRole.Lead), ct);
        return leads == enrolments.Count;
    }

    private async Task<CoachingSessionView> Save(CoachingSession session, CancellationToken ct)
    {
        await db.SaveChangesAsync(ct);
        return await views.Of(session, ct);
    }
}
