using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>A programme admin lets somebody from outside rate the learners of an agency; doing it again changes nothing.</summary>
public sealed record AppointAgencyRater(Guid AgencyId, Guid PersonId) : ICommand<Unit>;

/// <summary>A programme admin ends that; what they have rated they keep. Doing it again changes nothing.</summary>
public sealed record DismissAgencyRater(Guid AgencyId, Guid PersonId) : ICommand<Unit>;

internal sealed class AppointAgencyRaterHandler(LearningDb db, AgencyAccess agencies, Caller caller, TimeProvider clock)
    : IRequestHandler<AppointAgencyRater, Unit>, IRequestHandler<DismissAgencyRater, Unit>
{
    public async Task<Unit> Handle(AppointAgencyRater request, CancellationToken cancellationToken)
    {
        var (agency, _) = await agencies.Load(request.AgencyId, cancellationToken);
        caller.MustBeProgramAdmin("appoint raters");
        var person = await db.Users.SingleOrDefaultAsync(p => p.Id == request.PersonId, cancellationToken);
        // Who stands in for somebody is nobody, as whom no one can sign in.
        if (person is null or { IsStandIn: true }) throw new NotFoundException("person");
        if (await Find(request.AgencyId, request.PersonId, cancellationToken) is not null) return Unit.Value;
        person.MustHaveAccess();
        if (await db.AgencyMembers.AnyAsync(m => m.AgencyId == agency.Id && m.PersonId == person.Id, cancellationToken))
            throw new RuleException("rater.ofAgency", "Whoever supervises or administers at an agency rates none of its learners.");
        db.Touch(agency, person);
        db.Add(new AgencyRater(agency.Id, person.Id, caller.PersonId, clock.UtcNow()));
        await db.SaveChangesAsync(cancellationToken);
        return Unit.Value;
    }

    public async Task<Unit> Handle(DismissAgencyRater request, CancellationToken cancellationToken)
    {
        await agencies.Load(request.AgencyId, cancellationToken);
        caller.MustBeProgramAdmin("dismiss raters");
        if (await Find(request.AgencyId, request.PersonId, cancellationToken) is not { } rater) return Unit.Value;
        db.Remove(rater);
        await db.SaveChangesAsync(cancellationToken);
        return Unit.Value;
    }

    private Task<AgencyRater?> Find(Guid agencyId, Guid personId, CancellationToken ct) =>
        db.AgencyRaters.SingleOrDefaultAsync(r => r.AgencyId == agencyId && r.PersonId == personId, ct);
}
