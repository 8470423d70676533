using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Api.Features.Curricula;

/// <summary>A curriculum with its modules and units; the newest version unless one is named.</summary>
/// <param name="Slug" example="miiwrap-coaching-cohort">The curriculum's slug.</param>
/// <param name="Version" example="1">A version number.</param>
public sealed record GetCurriculum(string Slug, string? Version) : IQuery<CurriculumOverview>;

/// <summary>A curriculum version in outline.</summary>
/// <param name="Summary">What the curriculum is about, in a sentence or two.</param>
/// <param name="Credit">Whose work it builds on.</param>
/// <param name="Version">The number of this version.</param>
/// <param name="Modules">Its modules, in order.</param>
public sealed record CurriculumOverview(
    string Slug, string Title, string Summary, string? Credit, int Version, string ContentHash, IReadOnlyList<ModuleOverview> Modules);

/// <summary>A module in outline.</summary>
/// <param name="Weeks" example="1-3">The weeks of a cohort in which it is studied.</param>
/// <param name="Units">Its units, in order.</param>
public sealed record ModuleOverview(string Slug, string Title, string Weeks, IReadOnlyList<UnitOverview> Units);

/// <summary>A unit in outline.</summary>
public sealed record UnitOverview(string Slug, string Title, int Minutes, PlanKind NudgePlan, AssignmentOverview? Assignment);

/// <summary>The reflective assignment of a unit.</summary>
public sealed record AssignmentOverview(string Slug);

internal sealed class GetCurriculumValidator : AbstractValidator<GetCurriculum>
{
    public GetCurriculumValidator() => RuleFor(x => x.Version).MustBeVersion();
}

internal sealed class GetCurriculumHandler(LearningDb db, CurriculumLibrary library) : IRequestHandler<GetCurriculum, CurriculumOverview>
{
    public async Task<CurriculumOverview> Handle(GetCurriculum request, CancellationToken cancellationToken)
    {
        var curriculum = await library.Find(db, request.Slug, InputRules.Version(request.Version), cancellationToken)
            ?? throw new NotFoundException("curriculum");
        return new(
            curriculum.Slug, curriculum.Title, curriculum.Summary, curriculum.Credit, curriculum.Version, curriculum.ContentHash,
            [.. curriculum.Modules.Select(m => new ModuleOverview(
                m.Slug, m.Title, m.Weeks,
                [.. m.Units.Select(u => new UnitOverview(u.Slug, u.Title, u.Minutes, u.Plan.Kind, new(u.Assignment.Slug)))]))]);
    }
}
