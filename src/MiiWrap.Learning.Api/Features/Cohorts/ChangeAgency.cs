using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>
/// A lead corrects a learner's agency. Who may follow them and closed days change at once; what was counted stays with the agency before.
/// </summary>
/// <param name="AgencyId">null for none.</param>
public sealed record ChangeAgency(Guid? AgencyId) : ICommand<EnrolmentAgency>
{
    [JsonIgnore]
    public Guid EnrolmentId { get; init; }
}

/// <summary>An enrolment with its agency.</summary>
public sealed record EnrolmentAgency(Guid Id, Guid? AgencyId);

internal sealed class ChangeAgencyValidator : AbstractValidator<ChangeAgency>
{
    public ChangeAgencyValidator() => RuleFor(x => x.AgencyId).NotEqual(Guid.Empty);
}

internal sealed class ChangeAgencyHandler(LearningDb db, Caller caller, TimeProvider clock) : IRequestHandler<ChangeAgency, EnrolmentAgency>
{
    public async Task<EnrolmentAgency> Handle(ChangeAgency request, CancellationToken cancellationToken)
    {
        var enrolment = await db.LedEnrolment(request.EnrolmentId, caller, cancellationToken);
        if (request.AgencyId is { } agency && !await db.Agencies.AnyAsync(a => a.Id == agency, cancellationToken))
            throw new RuleException("agency.unknown", "There is no such agency.", RuleKind.Invalid);
        if (request.AgencyId != enrolment.AgencyId)
        {
            var moves = await AgencyMoves.Of(db, caller, [enrolment], cancellationToken);
            if (moves.RefusalOf(enrolment) is { } refusal) throw refusal;
            enrolment.ChangeAgency(request.AgencyId, clock.UtcNow());
            await db.SaveChangesAsync(cancellationToken);
        }

        return new(enrolment.Id, enrolment.AgencyId);
    }
}

/// <summary>Who may take a learner out of their agency.</summary>
internal sealed class AgencyMoves(Caller caller, IReadOnlySet<Guid> ownAgencies, IReadOnlySet<Guid> heldAgencies)
{
    public static async Task<AgencyMoves> Of(LearningDb db, Caller caller, IEnumerable<Enrolment> enrolments, CancellationToken ct)
    {
        var agencies = enrolments.Where(e => e.AgencyId is not null).Select(e => e.AgencyId!.Value).ToHashSet();
        if (agencies.Count == 0) return new(caller, agencies, agencies);
        var own = await db.AgencyMembers.Where(m => m.PersonId == caller.PersonId && agencies.Contains(m.AgencyId)).Select(m => m.AgencyId)
            .ToHashSetAsync(ct);
        return new(caller, own, await db.Agencies.Where(a => agencies.Contains(a.Id) && a.LegalHoldSince != null)
            .Select(a => a.Id).ToHashSetAsync(ct));
    }

    /// <summary>Why the caller may not do so; null when they may.</summary>
    public RuleException? RefusalOf(Enrolment enrolment)
    {
        if (enrolment.PersonId == caller.PersonId) return LedEnrolments.OfOwn();
        if (enrolment.AgencyId is not { } agency) return null;
        if (caller.Client is not null)
            return new("role.required", "Only a lead of the cohort or a programme admin moves another agency's learner.", RuleKind.Forbidden);
        // Else somebody who must not read a learner's reflections could, once they have made that learner another agency's.
        if (ownAgencies.Contains(agency))
            return new("enrolment.agency.own", "You belong to this learner's agency; somebody else moves them.", RuleKind.Forbidden);
        return heldAgencies.Contains(agency)
            ? new("legalHold.on", "This learner's agency is on legal hold: elsewhere their words could be purged.")
            : null;
    }
}
