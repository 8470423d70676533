using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// The cohort's lead, or a programme admin who broke the glass, takes the words of a span out of a held reflection, wherever they stand in
/// it.
/// </summary>
/// <param name="Prompt" example="what-i-did">The answer that the span is of.</param>
/// <param name="Span">From the first UTF-16 unit up to and without the second, as a privacy check gives them.</param>
/// <param name="Reason" example="The name of a family.">10 to 400 characters, which the author sees; it must not quote what goes.</param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record RedactRevision(
    string Prompt, IReadOnlyList<int> Span, [property: JsonConverter(typeof(TextAsSent))] string Reason, bool? PrivacyConfirmed)
    : ICommand<RedactedRevision>
{
    [JsonIgnore]
    public Guid RevisionId { get; init; }
}

/// <summary>The words are gone.</summary>
/// <param name="Places">In how many places they stood, in revisions, draft, reviews and messages together.</param>
/// <param name="At">When the words were taken out.</param>
public sealed record RedactedRevision(Guid Id, int Places, DateTime At);

internal sealed class RedactRevisionValidator : AbstractValidator<RedactRevision>
{
    public RedactRevisionValidator()
    {
        RuleFor(x => x.Prompt).MustBeLine(80);
        RuleFor(x => x.Span).NotNull().Must(s => s is null || s.Count == 2)
            .WithMessage("A span is two numbers: where it starts, and where the rest goes on.");
        RuleFor(x => x.Reason).MustBeReason();
    }
}

internal sealed class RedactRevisionHandler(LearningDb db, ReviewAccess reviews, Caller caller, PrivacyGate gate, TimeProvider clock)
    : IRequestHandler<RedactRevision, RedactedRevision>
{
    public async Task<RedactedRevision> Handle(RedactRevision request, CancellationToken cancellationToken)
    {
        var found = await reviews.Find(request.RevisionId, cancellationToken);
        var keeper = reviews.PrivacyKeeper(found);
        var reflection = found.Reflection;
        if (reflection.IsTakenBack(found.RevisionId))
            throw new RuleException("review.notReader", "Its author took this revision back; nobody else reads it.", RuleKind.Forbidden);
        await db.Entry(reflection).Collection(r => r.Revisions).LoadAsync(cancellationToken);
        await gate.PassReasonAsync(reflection.EnrolmentId, request.Reason, request.PrivacyConfirmed, cancellationToken);
        var reason = request.Reason.NormalizeNfc();
        var redaction = reflection.Redact(
            request.RevisionId, request.Prompt, request.Span[0], request.Span[1], reason, caller.PersonId,
            await OthersOf(reflection, cancellationToken), clock.UtcNow());
        db.Add(redaction);
        reviews.Note(found, keeper with { Reason = reason }, ReaderAct.Redacted);
        await db.SaveChangesAsync(cancellationToken);
        return new(redaction.Id, redaction.Places, redaction.At);
    }

    /// <summary>What was said about it outside of it: messages, and the reasons of those who looked or took something out.</summary>
    private async Task<List<IRedactable>> OthersOf(Reflection reflection, CancellationToken ct) =>
    [
        .. await db.ReflectionMessages.Where(m => m.ReflectionId == reflection.Id).ToListAsync(ct),
        .. await db.ReflectionAccess.Where(a => a.ReflectionId == reflection.Id && a.Reason != null).ToListAsync(ct),
        .. await db.NoteAccess.Where(a => a.EnrolmentId == reflection.EnrolmentId && a.Unit == reflection.Assignment && a.Reason != null)
            .ToListAsync(ct),
        .. await db.BrokenGlass.Where(g => g.ReflectionId == reflection.Id).ToListAsync(ct),
        .. await db.Redactions.Where(r => r.ReflectionId == reflection.Id).ToListAsync(ct),
    ];
}
