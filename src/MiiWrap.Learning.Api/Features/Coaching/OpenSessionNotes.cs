using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// A programme admin opens the notes of one session to themselves, and the steps that come from it, with a reason that coach and
/// participants will see, and for a while.
/// </summary>
/// <param name="Reason" example="The agency's privacy officer asked us to look for a family's name.">
/// 10 to 400 characters; it must not quote the notes.
/// </param>
/// <param name="Hours" example="2">1 to 24.</param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record OpenSessionNotes(
    [property: JsonConverter(typeof(TextAsSent))] string Reason, int? Hours, bool? PrivacyConfirmed) : ICommand<OpenedNotes>
{
    [JsonIgnore]
    public Guid SessionId { get; init; }
}

/// <summary>A programme admin closes the notes of a session again before the time.</summary>
public sealed record CloseSessionNotes(Guid SessionId) : ICommand<OpenedNotes>;

/// <summary>Until when the notes can be read.</summary>
/// <param name="Until">Until when the notes can be read.</param>
public sealed record OpenedNotes(Guid SessionId, DateTime Until);

/// <summary>
/// Coach and participants see who has opened the notes of their session, who put them on hold and who took something out; of other
/// participants a participant sees nothing.
/// </summary>
/// <param name="SessionId">The coaching session.</param>
public sealed record ListSessionAccess(Guid SessionId, string? Limit, string? Cursor) : IQuery<Page<AccessLogItem>>, IPaged;

internal sealed class OpenSessionNotesValidator : AbstractValidator<OpenSessionNotes>
{
    public OpenSessionNotesValidator()
    {
        RuleFor(x => x.Reason).MustBeReason();
        RuleFor(x => x.Hours).MustBeGlassHours();
    }
}

internal sealed class ListSessionAccessValidator : AbstractValidator<ListSessionAccess>
{
    public ListSessionAccessValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class OpenSessionNotesHandler(
    LearningDb db, SessionAccess sessions, TextGuard guard, Caller caller, ILogger<ListSessionAccess> log) :
    IRequestHandler<OpenSessionNotes, OpenedNotes>,
    IRequestHandler<CloseSessionNotes, OpenedNotes>,
    IRequestHandler<ListSessionAccess, Page<AccessLogItem>>
{
    public async Task<OpenedNotes> Handle(OpenSessionNotes request, CancellationToken cancellationToken)
    {
        var found = await Find(request.SessionId, cancellationToken);
        return new(request.SessionId, await guard.BreakGlass(
            found.Act, request.Reason, request.PrivacyConfirmed, request.Hours!.Value, cancellationToken));
    }

    public async Task<OpenedNotes> Handle(CloseSessionNotes request, CancellationToken cancellationToken)
    {
        var found = await Find(request.SessionId, cancellationToken);
        return new(request.SessionId, await guard.EndBreakGlass(found.Act, cancellationToken));
    }

    public async Task<Page<AccessLogItem>> Handle(ListSessionAccess request, CancellationToken cancellationToken)
    {
        var found = await sessions.Find(request.SessionId, cancellationToken);
        var lines = db.AccessLog.Of(found.Session.Key);
        // In a group one learns of another participant no more than the name.
        if (found.MustBeParty("see who has opened its notes").Role == ReaderRole.Participant)
            lines = lines.Where(a => a.Role != ReaderRole.Participant || a.PersonId == caller.PersonId);
        return await AccessLogLine.Read(lines.Select(AccessLogLine.Of), request, log, cancellationToken);
    }

    private async Task<OpenedSession> Find(Guid sessionId, CancellationToken ct)
    {
        var found = await sessions.Find(sessionId, ct);
        caller.MustBeProgramAdmin("do this");
        return found.IsOfOwnAgency ? throw AccessQueries.OfOwnAgency() : found;
    }
}
