using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// A reviewer, the cohort's lead or a programme admin reports that something in a reflection points to a person: it is hidden until that is
/// out.
/// </summary>
/// <param name="Reason" example="The second answer names a family.">
/// 10 to 400 characters, which the author sees; it must not quote what is to go.
/// </param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record HoldRevision(
    [property: JsonConverter(typeof(TextAsSent))] string Reason, bool? PrivacyConfirmed) : ICommand<HeldRevision>
{
    [JsonIgnore]
    public Guid RevisionId { get; init; }
}

/// <summary>
/// The cohort's lead, or a programme admin who broke the glass, gives a reflection back to where it stood before the hold.
/// </summary>
public sealed record ReleaseHold(Guid RevisionId) : ICommand<HeldRevision>;

/// <summary>Where the reflection stands now.</summary>
public sealed record HeldRevision(Guid RevisionId, ReflectionStatus Status);

internal sealed class HoldRevisionValidator : AbstractValidator<HoldRevision>
{
    public HoldRevisionValidator() => RuleFor(x => x.Reason).MustBeReason();
}

internal sealed class HoldRevisionHandler(ReviewAccess reviews, TextGuard guard, Caller caller, TimeProvider clock)
    : IRequestHandler<HoldRevision, HeldRevision>, IRequestHandler<ReleaseHold, HeldRevision>
{
    public async Task<HeldRevision> Handle(HoldRevision request, CancellationToken cancellationToken)
    {
        var found = await reviews.Find(request.RevisionId, cancellationToken);
        // A programme admin may be told of it by a family or an agency, and hides it without having read it.
        var reader = reviews.ReaderOf(found)
            ?? (caller.IsProgramAdmin
                ? new(ReaderRole.ProgramAdmin, null)
                : throw new RuleException(
                    "review.notReader", "Only someone who reads this reflection can report something in it.", RuleKind.Forbidden));
        await guard.Hold(found.Act, reader.Role, request.Reason, request.PrivacyConfirmed, cancellationToken);
        return new(request.RevisionId, found.Reflection.StatusAt(clock.UtcNow()));
    }

    public async Task<HeldRevision> Handle(ReleaseHold request, CancellationToken cancellationToken)
    {
        var found = await reviews.Find(request.RevisionId, cancellationToken);
        await guard.Release(found.Act, reviews.PrivacyKeeper(found), cancellationToken);
        return new(request.RevisionId, found.Reflection.StatusAt(clock.UtcNow()));
    }
}
