using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// A reviewer reads what they and the author have written to each other, up to a later revision that they do not review; the cohort's lead
/// does not, unless they review it.
/// </summary>
public sealed record GetAuthorThread(Guid RevisionId, string? Limit, string? Cursor) : IQuery<MessageThread>, IPaged;

/// <summary>A reviewer writes to the author of the reflection that they review.</summary>
/// <param name="Text" example="Shall we look at this together on Thursday?">1 to 2,000 characters.</param>
/// <param name="PrivacyConfirmed">Its author has looked at what might point to a person.</param>
public sealed record WriteToAuthor([property: JsonConverter(typeof(TextAsSent))] string Text, bool? PrivacyConfirmed)
    : ICommand<WrittenMessage>
{
    [JsonIgnore]
    public Guid RevisionId { get; init; }
}

internal sealed class GetAuthorThreadValidator : AbstractValidator<GetAuthorThread>
{
    public GetAuthorThreadValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class WriteToAuthorValidator : AbstractValidator<WriteToAuthor>
{
    public WriteToAuthorValidator() => RuleFor(x => x.Text).NotEmpty().MustFit(ReflectionMessage.MostCharacters);
}

internal sealed class WriteToAuthorHandler(
    LearningDb db, ReviewAccess reviews, Caller caller, PrivacyGate gate, TimeProvider clock, ILogger<WriteToAuthor> log)
    : IRequestHandler<GetAuthorThread, MessageThread>, IRequestHandler<WriteToAuthor, WrittenMessage>
{
    public async Task<MessageThread> Handle(GetAuthorThread request, CancellationToken cancellationToken)
    {
        var found = await Find(request.RevisionId, cancellationToken);
        await reviews.NoteReading(found, new(ReaderRole.Reviewer, null), ReaderAct.ReadThread, cancellationToken);
        return await MessageThread.Read(db, found.Reflection.Id, request, log, cancellationToken, reviews.EndOfThread(found));
    }

    public async Task<WrittenMessage> Handle(WriteToAuthor request, CancellationToken cancellationToken)
    {
        var found = await Find(request.RevisionId, cancellationToken);
        if (reviews.EndOfThread(found) is not null) throw NotReader();
        await gate.PassAsync(found.Reflection.EnrolmentId, request.PrivacyConfirmed, cancellationToken, ReflectionMessage.Blocked,
            new FreeText("text", request.Text));
        var message = ReflectionMessage.Write(found.Reflection, caller.PersonId, request.Text.NormalizeNfc(), clock.UtcNow());
        db.Add(message);
        await db.SaveChangesAsync(cancellationToken);
        return new(message.Id, message.At);
    }

    private async Task<ReviewedReflection> Find(Guid revisionId, CancellationToken ct)
    {
        var found = await reviews.Find(revisionId, ct);
        return reviews.ReaderOf(found) is { Role: ReaderRole.Reviewer }
            ? found
            : throw NotReader();
    }

    private static RuleException NotReader() =>
        new("review.notReader", "Only the reviewer of this reflection writes with its author.", RuleKind.Forbidden);
}
