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
        RuleFor(x => x.Span).MustBeSpan();
        RuleFor(x => x.Reason).MustBeReason();
    }
}

internal sealed class RedactRevisionHandler(LearningDb db, ReviewAccess reviews, TextGuard guard, Caller caller, TimeProvider clock)
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
        var others = await OthersOf(reflection, cancellationToken);
        var redaction = await guard.Redact(
            found.Act, keeper, request.Reason, request.PrivacyConfirmed, (reason, remarks) => reflection.Redact(
                request.RevisionId, request.Prompt, request.Span[0], request.Span[1], reason, caller.PersonId, others.Concat(remarks),
                clock.UtcNow()), cancellationToken);
        return new(redaction.Id, redaction.Places, redaction.At);
    }

    /// <summary>What was said about it outside of it, beside what is said about every text: messages, and why notes were read.</summary>
    private async Task<List<IRedactable>> OthersOf(Reflection reflection, CancellationToken ct) =>
    [
        .. await db.ReflectionMessages.Where(m => m.ReflectionId == reflection.Id).ToListAsync(ct),
        .. await db.NoteAccess.Where(a => a.EnrolmentId == reflection.EnrolmentId && a.Unit == reflection.Assignment && a.Reason != null)
            .ToListAsync(ct),
    ];
}
