using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>
/// A lead moves a cohort's start; the answer lists exactly what moves. With dryRun nothing is changed, and the real answer later is the
/// same.
/// </summary>
/// <param name="StartsOn" example="2027-02-08">The new first day of week 1.</param>
/// <param name="DryRun">True to see what would move.</param>
public sealed record RescheduleCohort(DateOnly? StartsOn, bool? DryRun) : ICommand<Rescheduling>
{
    [JsonIgnore]
    public Guid CohortId { get; init; }
}

/// <summary>What a new start date moves.</summary>
/// <param name="From">The first day before.</param>
/// <param name="To">The first day from now on.</param>
/// <param name="Releases">Modules that open on another day.</param>
/// <param name="DueDates">Modules whose units are expected by another day.</param>
/// <param name="Nudges">Always empty: transfer clocks start when a learner completes a unit, and the calendar does not move them.</param>
public sealed record Rescheduling(
    DateOnly From, DateOnly To, IReadOnlyList<MovedModule> Releases, IReadOnlyList<MovedModule> DueDates, IReadOnlyList<Guid> Nudges);

/// <summary>One module's day, before and after.</summary>
/// <param name="From">The day on which it was to open.</param>
/// <param name="To">The day on which it opens.</param>
public sealed record MovedModule(string Module, string Title, DateOnly From, DateOnly To);

internal sealed class RescheduleCohortValidator : AbstractValidator<RescheduleCohort>
{
    public RescheduleCohortValidator() =>
        RuleFor(x => x.StartsOn).NotNull().MustBeNearDay();
}

internal sealed class RescheduleCohortHandler(LearningDb db, Caller caller, CurriculumLibrary library, TimeProvider clock)
    : IRequestHandler<RescheduleCohort, Rescheduling>
{
    public async Task<Rescheduling> Handle(RescheduleCohort request, CancellationToken cancellationToken)
    {
        (await db.AccessTo(request.CohortId, caller, cancellationToken)).MustLead();
        var cohort = await db.Cohorts.Where(c => c.Id == request.CohortId).SingleOrUnreadableAsync(request.CohortId, cancellationToken);
        var curriculum = await library.Of(db, cohort, cancellationToken);
        var (from, to) = (cohort.StartsOn, request.StartsOn!.Value);
        var moves = from == to ? [] : curriculum.Modules;
        var rescheduling = new Rescheduling(
            from,
            to,
            [.. moves.Select(m => new MovedModule(m.Slug, m.Title, cohort.OpensOn(m, from), cohort.OpensOn(m, to)))],
            [.. moves.Select(m => new MovedModule(m.Slug, m.Title, Cohort.ExpectedBy(m, from), Cohort.ExpectedBy(m, to)))],
            []);
        if (request.DryRun == true) return rescheduling;
        cohort.Reschedule(to, clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return rescheduling;
    }
}
