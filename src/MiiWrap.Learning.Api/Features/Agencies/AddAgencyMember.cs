using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Agencies;

/// <summary>
/// A programme admin gives a person their one role in an agency, in place of the one they had; their own part, where it has learners,
/// another admin changes.
/// </summary>
public sealed record AddAgencyMember(AgencyRole? Role) : ICommand<Unit>
{
    [JsonIgnore]
    public Guid AgencyId { get; init; }

    [JsonIgnore]
    public Guid PersonId { get; init; }
}

/// <summary>A programme admin ends a person's part in an agency; doing it again changes nothing.</summary>
public sealed record RemoveAgencyMember(Guid AgencyId, Guid PersonId) : ICommand<Unit>;

internal sealed class AddAgencyMemberValidator : AbstractValidator<AddAgencyMember>
{
    public AddAgencyMemberValidator() => RuleFor(x => x.Role).NotNull();
}

internal sealed class AgencyMembersHandler(LearningDb db, AgencyAccess agencies, Caller caller, TimeProvider clock)
    : IRequestHandler<AddAgencyMember, Unit>, IRequestHandler<RemoveAgencyMember, Unit>
{
    public async Task<Unit> Handle(AddAgencyMember request, CancellationToken cancellationToken)
    {
        var (agency, person, parts) = await PartsOf(request.AgencyId, request.PersonId, cancellationToken);
        // Who stands in for somebody is nobody, as whom no one can sign in.
        if (person is null or { IsStandIn: true }) throw new NotFoundException("person");
        if (parts is [{ Role: var role }] && role == request.Role) return Unit.Value;
        await MustBeAnothers(request.AgencyId, request.PersonId, cancellationToken);
        person.MustHaveAccess();
        db.Touch(agency, person);
        db.RemoveRange(parts.Where(p => p.Role != request.Role));
        if (parts.TrueForAll(p => p.Role != request.Role))
            db.Add(agency.Add(request.PersonId, request.Role!.Value, clock.UtcNow()));
        await db.SaveChangesAsync(cancellationToken);
        return Unit.Value;
    }

    public async Task<Unit> Handle(RemoveAgencyMember request, CancellationToken cancellationToken)
    {
        var (agency, person, parts) = await PartsOf(request.AgencyId, request.PersonId, cancellationToken);
        if (person is null || parts.Count == 0) return Unit.Value;
        await MustBeAnothers(request.AgencyId, request.PersonId, cancellationToken);
        db.Touch(agency, person);
        db.RemoveRange(parts);
        await db.SaveChangesAsync(cancellationToken);
        return Unit.Value;
    }

    /// <summary>
    /// Whoever belongs to a learner's agency never reads what that learner writes. So nobody leaves it to read and comes back as if they
    /// had not been away: where there are learners, somebody else changes one's part.
    /// </summary>
    private async Task MustBeAnothers(Guid agencyId, Guid personId, CancellationToken ct)
    {
        if (personId == caller.PersonId && await db.Enrolments.AnyAsync(e => e.AgencyId == agencyId, ct))
            throw new RuleException("agency.member.self",
                "Nobody changes their own part in an agency that has learners; another programme admin can.", RuleKind.Forbidden);
    }

    /// <summary>
    /// What the person does there; an agency is hidden from those who are not of it, and changed by programme admins alone.
    /// </summary>
    private async Task<(Agency Agency, Person? Person, List<AgencyMember> Parts)> PartsOf(
        Guid agencyId, Guid personId, CancellationToken ct)
    {
        var (agency, _) = await agencies.Load(agencyId, ct);
        caller.MustBeProgramAdmin("appoint people in agencies");
        try
        {
            return (agency, await db.Users.SingleOrDefaultAsync(p => p.Id == personId, ct),
                await db.AgencyMembers.Where(m => m.AgencyId == agencyId && m.PersonId == personId).ToListAsync(ct));
        }
        catch (Exception e) when (e.IsOfDamage())
        {
            throw new UnreadableRowException(nameof(AgencyMember), personId, e);
        }
    }
}
