using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Agencies;

/// <summary>A programme admin adds an agency, whose id then stands beside its learners.</summary>
/// <param name="Name" example="Riverbend Family Services">One line, at most 200 characters; no other agency's, case and accents aside.</param>
public sealed record CreateAgency(string Name) : ICommand<CreatedAgency>;

/// <summary>The agency that was added.</summary>
public sealed record CreatedAgency(Guid Id);

internal sealed class CreateAgencyValidator : AbstractValidator<CreateAgency>
{
    public CreateAgencyValidator() => RuleFor(x => x.Name).MustBeName();
}

internal sealed class CreateAgencyHandler(LearningDb db, Caller caller, TimeProvider clock) : IRequestHandler<CreateAgency, CreatedAgency>
{
    public async Task<CreatedAgency> Handle(CreateAgency request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("add agencies");
        var name = request.Name.NormalizeNfc();
        await db.MustBeFreeName(caller, name, but: null, cancellationToken);
        var agency = Agency.Create(name, clock.UtcNow());
        db.Add(agency);
        await db.SaveChangesAsync(cancellationToken);
        return new(agency.Id);
    }
}
