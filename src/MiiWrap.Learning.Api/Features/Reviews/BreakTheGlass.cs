using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>A programme admin opens one reflection to themselves, with a reason that its author will see, and for a while.</summary>
/// <param name="Reason" example="The agency's privacy officer asked us to look for a family's name.">
/// 10 to 400 characters; it must not quote the reflection.
/// </param>
/// <param name="Hours" example="2">1 to 24.</param>
/// <param name="PrivacyConfirmed">Whoever gives the reason has looked at what in it might point to a person.</param>
public sealed record BreakTheGlass(
    [property: JsonConverter(typeof(TextAsSent))] string Reason, int? Hours, bool? PrivacyConfirmed) : ICommand<GlassBroken>
{
    [JsonIgnore]
    public Guid RevisionId { get; init; }
}

/// <summary>A programme admin ends it before its time.</summary>
public sealed record EndBreakGlass(Guid RevisionId) : ICommand<GlassBroken>;

/// <summary>Until when the reflection can be read.</summary>
/// <param name="Until">Until when the reflection can be read.</param>
public sealed record GlassBroken(Guid RevisionId, DateTime Until);

internal sealed class BreakTheGlassValidator : AbstractValidator<BreakTheGlass>
{
    public BreakTheGlassValidator()
    {
        RuleFor(x => x.Reason).MustBeReason();
        RuleFor(x => x.Hours).MustBeGlassHours();
    }
}

internal sealed class BreakTheGlassHandler(ReviewAccess reviews, TextGuard guard, Caller caller)
    : IRequestHandler<BreakTheGlass, GlassBroken>, IRequestHandler<EndBreakGlass, GlassBroken>
{
    public async Task<GlassBroken> Handle(BreakTheGlass request, CancellationToken cancellationToken)
    {
        var found = await Find(request.RevisionId, cancellationToken);
        return new(request.RevisionId, await guard.BreakGlass(
            found.Act, request.Reason, request.PrivacyConfirmed, request.Hours!.Value, cancellationToken));
    }

    public async Task<GlassBroken> Handle(EndBreakGlass request, CancellationToken cancellationToken)
    {
        var found = await Find(request.RevisionId, cancellationToken);
        return new(request.RevisionId, await guard.EndBreakGlass(found.Act, cancellationToken));
    }

    private async Task<ReviewedReflection> Find(Guid revisionId, CancellationToken ct)
    {
        var found = await reviews.Find(revisionId, ct);
        caller.MustBeProgramAdmin("do this");
        found.MustNotBeOfOwnAgency();
        return found;
    }
}
