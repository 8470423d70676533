using System.Text.Json;
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

/// <summary>
/// A lead changes a cohort's name, gate, coaching or people; what is not sent stays. Appointments are told to its leads and stand in the
/// access log of its reflections; nobody appoints themselves where there are learners.
/// </summary>
/// <param name="Name" example="Riverbend, spring">One line, at most 200 characters.</param>
/// <param name="Gate">How modules open from now on; units that were started stay open.</param>
/// <param name="Coaching">Whether coaching is a part of the programme here; it is counted from the cohort's start.</param>
/// <param name="Instructors">All who review reflections, in place of those who did.</param>
/// <param name="Leads">All who lead the cohort, in place of those who did; a lead cannot leave it without any.</param>
public sealed record ChangeCohort(
    string? Name, Gate? Gate, bool? Coaching, IReadOnlyList<Guid>? Instructors, IReadOnlyList<Guid>? Leads)
    : ICommand<CohortView>
{
    [JsonIgnore]
    public Guid CohortId { get; init; }

    /// <summary>What else was sent; refused where a cohort has it and this cannot change it, so that nobody takes it for changed.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }
}

internal sealed class ChangeCohortValidator : AbstractValidator<ChangeCohort>
{
    private static readonly IReadOnlyDictionary<string, string> Fixed = new Dictionary<string, string>
    {
        ["startsOn"] = "A new first day moves dates: POST it to /v1/cohorts/{cohortId}/reschedule.",
        ["timeZone"] = "The zone in which modules open is set when a cohort is made; POST /v1/cohorts/{cohortId}/reschedule moves their days.",
        ["curriculum"] = "A cohort keeps the curriculum that it was made with.",
        ["version"] = "A newer version changes what there is to learn: POST it to /v1/cohorts/{cohortId}/upgrade.",
    };

    public ChangeCohortValidator()
    {
        RuleFor(x => x.Others).Custom((others, context) =>
        {
            foreach (var (name, why) in Fixed.Where(f => others?.Any(o => o.Value.ValueKind != JsonValueKind.Null
                && o.Key.Equals(f.Key, StringComparison.OrdinalIgnoreCase)) == true))
                context.AddFailure(name, why);
        });
        RuleFor(x => x.Name).MustBeName().When(x => x.Name is not null);
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
        var cohort = await db.Cohorts.WithStaff().Where(c => c.Id == request.CohortId)
            .SingleOrUnreadableAsync(request.CohortId, cancellationToken);
        await Staffing.MustExist(db, [.. request.Instructors ?? [], .. request.Leads ?? []],
            [.. cohort.Staff.Select(m => m.PersonId)], cancellationToken);
        if (request.Name is { } name) cohort.Rename(name.Trim(), clock.UtcNow());
        if (request.Gate is { } gate) cohort.ChangeGate(gate, clock.UtcNow());
        if (request.Coaching is { } coaching) cohort.ChangeCoaching(coaching);
        var hasLearners = await db.Enrolments.AnyAsync(e => e.CohortId == cohort.Id, cancellationToken);
        cohort.ChangeStaff(request.Instructors, request.Leads, hasLearners, caller.PersonId, clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return await CohortView.Read(db, cohort.Id, cancellationToken);
    }
}
