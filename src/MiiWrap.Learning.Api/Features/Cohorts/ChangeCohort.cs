using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>A lead changes a cohort's name, gate or people; what is not sent stays.</summary>
/// <param name="Name" example="Riverbend, spring">One line, at most 200 characters.</param>
/// <param name="Gate">How modules open from now on; units that were started stay open.</param>
/// <param name="Instructors">All who review reflections, in place of those who did.</param>
/// <param name="Leads">All who lead the cohort, in place of those who did; a lead cannot leave it without any.</param>
public sealed record ChangeCohort(string? Name, Gate? Gate, IReadOnlyList<Guid>? Instructors, IReadOnlyList<Guid>? Leads)
    : ICommand<CohortView>
{
    [JsonIgnore]
    public Guid CohortId { get; init; }
}

internal sealed class ChangeCohortValidator : AbstractValidator<ChangeCohort>
{
    public ChangeCohortValidator()
    {
        RuleFor(x => x.Name).MustBeLine(200).When(x => x.Name is not null);
        RuleFor(x => x.Instructors).Must(i => i is null || i.Count <= Staffing.MostPeople)
            .WithMessage($"At most {Staffing.MostPeople} people.");
        RuleFor(x => x.Leads).Must(l => l is null || l.Count <= Staffing.MostPeople).WithMessage($"At most {Staffing.MostPeople} people.");
    }
}

internal sealed class ChangeCohortHandler(LearningDb db, Caller caller, TimeProvider clock) : IRequestHandler<ChangeCohort, CohortView>
{
    public async Task<CohortView> Handle(ChangeCohort request, CancellationToken cancellationToken)
    {
        (await db.AccessTo(request.CohortId, caller, cancellationToken)).MustLead();
        if (!caller.IsProgramAdmin && request.Leads is { Count: 0 })
            throw new RuleException(
                "cohort.leads.required", "A lead cannot leave the cohort without any lead; a programme admin can.", RuleKind.Invalid);
        await Staffing.MustExist(db, [.. request.Instructors ?? [], .. request.Leads ?? []], cancellationToken);

        var cohort = await db.Cohorts.Include(c => c.Staff).SingleAsync(c => c.Id == request.CohortId, cancellationToken);
        if (request.Name is { } name) cohort.Rename(name.NormalizeNfc(), clock.UtcNow());
        if (request.Gate is { } gate) cohort.ChangeGate(gate, clock.UtcNow());
        if (request.Instructors is { } instructors) cohort.Appoint(CohortRole.Instructor, instructors);
        if (request.Leads is { } leads) cohort.Appoint(CohortRole.Lead, leads);
        await db.SaveChangesAsync(cancellationToken);
        return await CohortView.Read(db, cohort.Id, cancellationToken);
    }
}
