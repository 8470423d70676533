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
        RuleFor(x => x.Hours).NotNull().InclusiveBetween(1, (int)BreakGlass.Longest.TotalHours);
    }
}

internal sealed class BreakTheGlassHandler(
    LearningDb db, ReviewAccess reviews, Caller caller, PrivacyGate gate, SecurityLog log, TimeProvider clock)
    : IRequestHandler<BreakTheGlass, GlassBroken>, IRequestHandler<EndBreakGlass, GlassBroken>
{
    public async Task<GlassBroken> Handle(BreakTheGlass request, CancellationToken cancellationToken)
    {
        var found = await Find(request.RevisionId, cancellationToken);
        await gate.PassReasonAsync(found.Reflection.EnrolmentId, request.Reason, request.PrivacyConfirmed, cancellationToken);
        var reason = request.Reason.NormalizeNfc();
        var opened = BreakGlass.Open(
            found.Reflection.Id, caller.PersonId, reason, TimeSpan.FromHours(request.Hours!.Value), clock.UtcNow());
        db.Add(opened);
        reviews.Note(found, new(ReaderRole.ProgramAdmin, reason), ReaderAct.BrokeGlass);
        await db.SaveChangesAsync(cancellationToken);
        log.GlassBroken(found.Reflection.Id, opened.Until, caller.PersonId);
        return new(request.RevisionId, opened.Until);
    }

    public async Task<GlassBroken> Handle(EndBreakGlass request, CancellationToken cancellationToken)
    {
        var found = await Find(request.RevisionId, cancellationToken);
        var now = clock.UtcNow();
        var opened = await db.BrokenGlass.Where(g => g.ReflectionId == found.Reflection.Id && g.PersonId == caller.PersonId
            && g.Until > now)
            .ToListAsync(cancellationToken);
        if (opened.Count == 0) throw new RuleException("breakGlass.none", "You have not opened this reflection.");
        foreach (var one in opened) one.End(now);
        reviews.Note(found, new(ReaderRole.ProgramAdmin, null), ReaderAct.EndedBreakGlass);
        await db.SaveChangesAsync(cancellationToken);
        log.GlassClosed(found.Reflection.Id, caller.PersonId);
        return new(request.RevisionId, now);
    }

    private async Task<ReviewedReflection> Find(Guid revisionId, CancellationToken ct)
    {
        var found = await reviews.Find(revisionId, ct);
        if (!caller.IsProgramAdmin) throw new RuleException("role.required", "Only a programme admin may do this.", RuleKind.Forbidden);
        found.MustNotBeOfOwnAgency();
        return found;
    }
}
