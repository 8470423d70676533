using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>A programme admin opens a cohort on one version of a curriculum.</summary>
/// <param name="Name" example="Riverbend, spring">One line, at most 200 characters.</param>
/// <param name="Curriculum" example="miiwrap-coaching-cohort">The slug of a published curriculum.</param>
/// <param name="Version" example="1">The version to pin; the newest when not given.</param>
/// <param name="StartsOn" example="2027-01-11">The first day of week 1; it may lie in the past.</param>
/// <param name="TimeZone" example="America/Chicago">The IANA zone in which modules open at midnight.</param>
/// <param name="Gate">How modules open.</param>
/// <param name="Coaching">False where coaching is no part of the programme; true when not given.</param>
/// <param name="Instructors">People who review reflections; may be empty.</param>
/// <param name="Leads">People who lead the cohort.</param>
public sealed record CreateCohort(
    string Name, string Curriculum, int? Version, DateOnly? StartsOn, string TimeZone, Gate? Gate, bool? Coaching,
    IReadOnlyList<Guid> Instructors, IReadOnlyList<Guid>? Leads)
    : ICommand<CohortView>;

internal sealed class CreateCohortValidator : AbstractValidator<CreateCohort>
{
    public CreateCohortValidator()
    {
        RuleFor(x => x.Name).MustBeName();
        RuleFor(x => x.Curriculum).NotEmpty().MaximumLength(80);
        RuleFor(x => x.Version).GreaterThan(0);
        RuleFor(x => x.StartsOn).NotNull().MustBeNearDay();
        RuleFor(x => x.TimeZone).NotEmpty().MustBeZone();
        RuleFor(x => x.Gate).NotNull();
        RuleFor(x => x.Instructors).NotNull().Must(i => i is null || i.Count <= Staffing.MostPeople)
            .WithMessage($"At most {Staffing.MostPeople} people.");
        RuleFor(x => x.Leads).Must(l => l is null || l.Count <= Staffing.MostPeople).WithMessage($"At most {Staffing.MostPeople} people.");
    }
}

internal sealed class CreateCohortHandler(LearningDb db, Caller caller, CurriculumLibrary library, TimeProvider clock)
    : IRequestHandler<CreateCohort, CohortView>
{
    public async Task<CohortView> Handle(CreateCohort request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("open a cohort");
        var curriculum = await library.Find(db, request.Curriculum, request.Version, cancellationToken)
            ?? throw new RuleException(
                "curriculum.unknown", "There is no published curriculum of this slug and version.", RuleKind.Invalid);
        var cohort = Cohort.Create(
            request.Name.Trim(), curriculum, request.StartsOn!.Value, Zones.Current(request.TimeZone)!, request.Gate!.Value,
            clock.UtcNow());
        if (request.Coaching is { } coaching) cohort.ChangeCoaching(coaching);
        await Staffing.MustExist(db, [.. request.Instructors, .. request.Leads ?? []], [], cancellationToken);
        cohort.Appoint(CohortRole.Instructor, request.Instructors);
        cohort.Appoint(CohortRole.Lead, request.Leads ?? []);
        db.Add(cohort);
        await db.SaveChangesAsync(cancellationToken);
        return await CohortView.Read(db, cohort.Id, cancellationToken);
    }
}

internal static class Staffing
{
    public const int MostPeople = 200;

    /// <param name="present">Those who have a part in the cohort already: who is suspended keeps it.</param>
    public static async Task MustExist(
        LearningDb db, IReadOnlyCollection<Guid> people, IReadOnlyCollection<Guid> present, CancellationToken ct)
    {
        var wanted = people.ToHashSet();
        // Who stands in for somebody is nobody, as whom no one can sign in.
        if (await db.Users.CountAsync(p => wanted.Contains(p.Id) && p.NormalizedEmail != null, ct) != wanted.Count)
            throw new RuleException(
                "person.unknown", "One of the instructors or leads is nobody here; add them as people first.", RuleKind.Invalid);
        wanted.ExceptWith(present);
        var appointed = await db.Users.Where(p => wanted.Contains(p.Id)).ToListAsync(ct);
        if (appointed.Exists(p => p.Status != PersonStatus.Active))
            throw new RuleException("person.suspended", "One of the instructors or leads has no access; give it back first.");
        // Whoever ends their access meanwhile changes these rows too: the later of the two runs again.
        db.Touch(appointed);
    }
}
