using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Coaching;

/// <summary>
/// The coach writes what was said, in place of what they wrote before: a note that all read who take part, and for each of them feedback
/// that they alone read. Nobody else reads either.
/// </summary>
/// <param name="Note" example="We listened to the first ten minutes of a recording.">Up to 4,000 characters; null for none.</param>
/// <param name="Feedback">For whom there is any; what is left out goes.</param>
/// <param name="PrivacyConfirmed">The coach has looked at what in it might point to a person.</param>
public sealed record SaveSessionNotes(
    [property: JsonConverter(typeof(TextAsSent))] string? Note, IReadOnlyList<WrittenFeedback>? Feedback, bool? PrivacyConfirmed)
    : ICommand<CoachingSessionView>
{
    [JsonIgnore]
    public Guid SessionId { get; init; }

    [JsonIgnore]
    public Precondition Precondition { get; init; }
}

/// <summary>What a coach says to one participant.</summary>
/// <param name="PersonId">Who takes part, and alone reads it.</param>
/// <param name="Text" example="You asked before you gave an idea, twice.">1 to 2,000 characters.</param>
public sealed record WrittenFeedback(Guid? PersonId, [property: JsonConverter(typeof(TextAsSent))] string Text);

/// <summary>A participant replies to the notes of a session, once; the coach reads it.</summary>
/// <param name="Text" example="I will try the question that we found.">1 to 500 characters.</param>
/// <param name="PrivacyConfirmed">Its author has looked at what might point to a person.</param>
public sealed record ReplyToNotes([property: JsonConverter(typeof(TextAsSent))] string Text, bool? PrivacyConfirmed)
    : ICommand<WrittenReply>
{
    [JsonIgnore]
    public Guid SessionId { get; init; }
}

/// <summary>The reply that was written; its text is not sent back.</summary>
/// <param name="At">When it was written.</param>
/// <param name="Etag">The session's new tag.</param>
public sealed record WrittenReply(Guid SessionId, DateTime At, string Etag) : IHasEtag;

internal sealed class SaveSessionNotesValidator : AbstractValidator<SaveSessionNotes>
{
    public SaveSessionNotesValidator()
    {
        RuleFor(x => x.Note).MustFit(SessionText.MostNote);
        RuleFor(x => x.Feedback).Cascade(CascadeMode.Stop)
            .Must(f => f is null || f.Count <= CoachingSession.MostParticipants)
            .WithMessage($"A session has 1 to {CoachingSession.MostParticipants} participants.")
            .Must(f => f is null || f.DistinctBy(one => one?.PersonId).Count() == f.Count).WithMessage("Nobody takes part twice.");
        RuleForEach(x => x.Feedback).NotNull().ChildRules(one =>
        {
            one.RuleFor(f => f.PersonId).NotEmpty();
            one.RuleFor(f => f.Text).NotEmpty().MustFit(SessionText.MostFeedback);
        });
    }
}

internal sealed class ReplyToNotesValidator : AbstractValidator<ReplyToNotes>
{
    public ReplyToNotesValidator() => RuleFor(x => x.Text).NotEmpty().MustFit(SessionText.MostReply);
}

internal sealed class SaveSessionNotesHandler(
    LearningDb db, Caller caller, SessionAccess sessions, SessionInvitations invitations, PrivacyGate gate, CoachingViews views,
    TimeProvider clock) :
    IRequestHandler<SaveSessionNotes, CoachingSessionView>,
    IRequestHandler<ReplyToNotes, WrittenReply>
{
    private static readonly GateCodes Codes = new("session.privacy.blocked", "session.privacy.unconfirmed");

    public async Task<CoachingSessionView> Handle(SaveSessionNotes request, CancellationToken cancellationToken)
    {
        var found = await sessions.FindWithWords(request.SessionId, cancellationToken);
        if (!found.IsCoach)
            throw new RuleException("coaching.notYours", "Only a session's coach writes its notes.", RuleKind.Forbidden);
        var session = found.Session;
        session.MustBeShown();
        request.Precondition.Check(
            CoachingViews.StaleSession, request.Precondition.MustBeNew && !session.HasNotes ? null : CoachingViews.ETagOf(session));
        // Of what was, whoever coached it writes; what did not take place is no way to go on writing to somebody.
        if (session.Status == SessionStatus.Cancelled || session.StartsAt > clock.UtcNow())
            await invitations.MustStillCoach(session, expected: false, cancellationToken);
        var feedback = request.Feedback ?? [];
        await Pass(found, request.PrivacyConfirmed,
            [new("note", request.Note), .. feedback.Select((f, i) => new FreeText($"feedback[{i}].text", f.Text))], cancellationToken);
        var note = string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.NormalizeNfc();
        session.WriteNotes(note, feedback.ToDictionary(f => f.PersonId!.Value, f => f.Text.NormalizeNfc()), clock.UtcNow());
        await Save(session, cancellationToken);
        return await views.WithWords(found, cancellationToken);
    }

    public async Task<WrittenReply> Handle(ReplyToNotes request, CancellationToken cancellationToken)
    {
        var found = await sessions.FindWithWords(request.SessionId, cancellationToken);
        if (found.Part is null)
            throw new RuleException("coaching.notYours", "Only who takes part in a session replies to its notes.", RuleKind.Forbidden);
        found.Session.MustBeShown();
        await Pass(found, request.PrivacyConfirmed, [new("text", request.Text)], cancellationToken);
        var now = clock.UtcNow();
        found.Session.Reply(caller.PersonId, request.Text.NormalizeNfc(), now);
        await Save(found.Session, cancellationToken);
        return new(request.SessionId, now, CoachingViews.ETagOf(found.Session));
    }

    /// <summary>The words of each agency whose people take part count.</summary>
    private Task Pass(OpenedSession found, bool? confirmed, IReadOnlyList<FreeText> texts, CancellationToken ct) =>
        gate.PassAsync(found.Act.Enrolments, confirmed, Codes, texts, ct);

    private async Task Save(CoachingSession session, CancellationToken ct)
    {
        // The texts lie in rows of their own: a hold, a purge or the other side's words meanwhile make this save lose.
        db.Touch(session);
        await db.SaveChangesAsync(ct);
    }
}
