using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reflections;

/// <summary>
/// A learner has seen that something in what they handed in points to a person: it is hidden from everyone but those who take it out.
/// </summary>
/// <param name="Reason" example="A family's name slipped into my second answer.">
/// 10 to 400 characters; it must not quote what is to go.
/// </param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record HoldReflection(
    [property: JsonConverter(typeof(TextAsSent))] string Reason, bool? PrivacyConfirmed) : ICommand<HeldReflection>
{
    [JsonIgnore]
    public Guid EnrolmentId { get; init; }

    [JsonIgnore]
    public string Assignment { get; init; } = "";
}

/// <summary>Where the reflection stands now.</summary>
public sealed record HeldReflection(ReflectionStatus Status);

internal sealed class HoldReflectionValidator : AbstractValidator<HoldReflection>
{
    public HoldReflectionValidator() => RuleFor(x => x.Reason).MustBeReason();
}

internal sealed class HoldReflectionHandler(LearningDb db, Caller caller, TextGuard guard)
    : IRequestHandler<HoldReflection, HeldReflection>
{
    public async Task<HeldReflection> Handle(HoldReflection request, CancellationToken cancellationToken)
    {
        var reflection = await db.Reflections.FindOwn(caller, request.EnrolmentId, request.Assignment, cancellationToken)
            ?? throw new NotFoundException("reflection");
        var name = await db.Users.Where(p => p.Id == caller.PersonId).Select(p => p.Name).SingleAsync(cancellationToken);
        await guard.Hold(
            new(reflection, [reflection.EnrolmentId], name), ReaderRole.Author, request.Reason, request.PrivacyConfirmed,
            cancellationToken);
        return new(reflection.Status);
    }
}
