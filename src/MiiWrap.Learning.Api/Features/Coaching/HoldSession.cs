using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// The coach, a participant or a programme admin reports that something written about a session points to a person: its words are hidden
/// until that is out.
/// </summary>
/// <param name="Reason" example="The note names a family.">
/// 10 to 400 characters, which coach and participants may see; it must not quote what is to go.
/// </param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record HoldSession(
    [property: JsonConverter(typeof(TextAsSent))] string Reason, bool? PrivacyConfirmed) : ICommand<HeldSession>
{
    [JsonIgnore]
    public Guid SessionId { get; init; }
}

/// <summary>A programme admin who broke the glass shows the words of a session again to those whom it concerns.</summary>
public sealed record ReleaseSession(Guid SessionId) : ICommand<HeldSession>;

/// <summary>Whether the words of the session are hidden now.</summary>
/// <param name="OnHold">They are hidden until something is taken out of them.</param>
public sealed record HeldSession(Guid SessionId, bool OnHold);

/// <summary>
/// A programme admin who broke the glass takes the words of a span out of a held session, wherever they stand in what was written about it.
/// </summary>
/// <param name="Prompt" example="note">The text that the span is of.</param>
/// <param name="PersonId">Whose feedback or reply that is; left out for what all read.</param>
/// <param name="Span">From the first UTF-16 unit up to and without the second.</param>
/// <param name="Reason" example="The name of a family.">
/// 10 to 400 characters, which coach and participants may see; it must not quote what goes.
/// </param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record RedactSession(
    SessionTextKind? Prompt, Guid? PersonId, IReadOnlyList<int> Span, [property: JsonConverter(typeof(TextAsSent))] string Reason,
    bool? PrivacyConfirmed) : ICommand<RedactedSession>
{
    [JsonIgnore]
    public Guid SessionId { get; init; }
}

/// <summary>The words are gone from what was written about a session.</summary>
/// <param name="Places">In how many places they stood, in notes, feedback, replies and reasons together.</param>
/// <param name="At">When the words were taken out.</param>
public sealed record RedactedSession(Guid Id, int Places, DateTime At);

internal sealed class HoldSessionValidator : AbstractValidator<HoldSession>
{
    public HoldSessionValidator() => RuleFor(x => x.Reason).MustBeReason();
}

internal sealed class RedactSessionValidator : AbstractValidator<RedactSession>
{
    public RedactSessionValidator()
    {
        RuleFor(x => x.Prompt).NotNull();
        RuleFor(x => x.Span).MustBeSpan();
        RuleFor(x => x.Reason).MustBeReason();
    }
}

internal sealed class HoldSessionHandler(SessionAccess sessions, TextGuard guard, Caller caller, TimeProvider clock) :
    IRequestHandler<HoldSession, HeldSession>,
    IRequestHandler<ReleaseSession, HeldSession>,
    IRequestHandler<RedactSession, RedactedSession>
{
    public async Task<HeldSession> Handle(HoldSession request, CancellationToken cancellationToken)
    {
        var found = await sessions.Find(request.SessionId, cancellationToken);
        // A programme admin may be told of it by a family or an agency, and hides it without having read it.
        var role = found.Party is null && caller.ActsAsProgramAdmin
            ? ReaderRole.ProgramAdmin
            : found.MustBeParty("report something in what was written about it").Role;
        await guard.Hold(found.Act, role, request.Reason, request.PrivacyConfirmed, cancellationToken);
        return new(request.SessionId, found.Session.IsOnHold);
    }

    public async Task<HeldSession> Handle(ReleaseSession request, CancellationToken cancellationToken)
    {
        var found = await sessions.Find(request.SessionId, cancellationToken);
        await guard.Release(found.Act, found.PrivacyKeeper, cancellationToken);
        return new(request.SessionId, found.Session.IsOnHold);
    }

    public async Task<RedactedSession> Handle(RedactSession request, CancellationToken cancellationToken)
    {
        var found = await sessions.FindWithWords(request.SessionId, cancellationToken);
        var place = new SessionPlace(request.Prompt!.Value, request.PersonId);
        var redaction = await guard.Redact(
            found.Act, found.PrivacyKeeper, request.Reason, request.PrivacyConfirmed, (reason, remarks) => found.Session.Redact(
                place, request.Span[0], request.Span[1], reason, caller.PersonId, remarks, clock.UtcNow()), cancellationToken);
        return new(redaction.Id, redaction.Places, redaction.At);
    }
}
