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

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>A learner reads what they and their reviewer have written to each other about a reflection.</summary>
public sealed record GetThread(Guid EnrolmentId, string Assignment, string? Limit, string? Cursor) : IQuery<MessageThread>, IPaged;

/// <summary>A learner writes to the reviewer of their reflection.</summary>
/// <param name="Text" example="I was not sure what you meant by the second question.">1 to 2,000 characters.</param>
/// <param name="PrivacyConfirmed">Its author has looked at what might point to a person.</param>
public sealed record WriteToReviewer([property: JsonConverter(typeof(TextAsSent))] string Text, bool? PrivacyConfirmed)
    : ICommand<WrittenMessage>
{
    [JsonIgnore]
    public Guid EnrolmentId { get; init; }

    [JsonIgnore]
    public string Assignment { get; init; } = "";
}

internal sealed class GetThreadValidator : AbstractValidator<GetThread>
{
    public GetThreadValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class WriteToReviewerValidator : AbstractValidator<WriteToReviewer>
{
    public WriteToReviewerValidator() => RuleFor(x => x.Text).NotEmpty().MustFit(ReflectionMessage.MostCharacters);
}

internal sealed class WriteToReviewerHandler(
    LearningDb db, Caller caller, PrivacyGate gate, TimeProvider clock, ILogger<WriteToReviewer> log)
    : IRequestHandler<GetThread, MessageThread>, IRequestHandler<WriteToReviewer, WrittenMessage>
{
    public async Task<MessageThread> Handle(GetThread request, CancellationToken cancellationToken)
    {
        var reflection = await Find(request.EnrolmentId, request.Assignment, cancellationToken);
        reflection.MustBeShown();
        return await MessageThread.Read(db, reflection.Id, request, log, cancellationToken);
    }

    public async Task<WrittenMessage> Handle(WriteToReviewer request, CancellationToken cancellationToken)
    {
        var reflection = await Find(request.EnrolmentId, request.Assignment, cancellationToken);
        await gate.PassAsync(reflection.EnrolmentId, request.PrivacyConfirmed, cancellationToken, ReflectionMessage.Blocked,
            new FreeText("text", request.Text));
        var message = ReflectionMessage.Write(reflection, caller.PersonId, request.Text.NormalizeNfc(), clock.UtcNow());
        db.Add(message);
        await db.SaveChangesAsync(cancellationToken);
        return new(message.Id, message.At);
    }

    private async Task<Reflection> Find(Guid enrolmentId, string assignment, CancellationToken ct) =>
        await db.Reflections.FindOwn(caller, enrolmentId, assignment, ct) ?? throw new NotFoundException("reflection");
}
