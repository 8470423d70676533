using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Agencies;

/// <summary>A programme admin gives a person their one role in an agency, in place of the one they had.</summary>
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
        var (agency, parts) = await PartsOf(request.AgencyId, request.PersonId, cancellationToken);
        if (!await db.Users.AnyAsync(p => p.Id == request.PersonId, cancellationToken)) throw new NotFoundException("person");
        db.RemoveRange(parts.Where(p => p.Role != request.Role));
        if (parts.TrueForAll(p => p.Role != request.Role))
            db.Add(agency.Add(request.PersonId, request.Role!.Value, clock.UtcNow()));
        await db.SaveChangesAsync(cancellationToken);
        return Unit.Value;
    }

    public async Task<Unit> Handle(RemoveAgencyMember request, CancellationToken cancellationToken)
    {
        db.RemoveRange((await PartsOf(request.AgencyId, request.PersonId, cancellationToken)).Parts);
        await db.SaveChangesAsync(cancellationToken);
        return Unit.Value;
    }

    /// <summary>
    /// What the person does there; an agency is hidden from those who are not of it, and changed by programme admins alone.
    /// </summary>
    private async Task<(Agency Agency, List<AgencyMember> Parts)> PartsOf(Guid agencyId, Guid personId, CancellationToken ct)
    {
        var (agency, _) = await agencies.Load(agencyId, ct);
        caller.MustBeProgramAdmin("appoint people in agencies");
        return (agency, await db.AgencyMembers.Where(m => m.AgencyId == agencyId && m.PersonId == personId).ToListAsync(ct));
    }
}
