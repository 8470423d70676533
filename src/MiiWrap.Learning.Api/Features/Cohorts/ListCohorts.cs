using System.Text.Json.Serialization;
using AutoMapper;
using AutoMapper.QueryableExtensions;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using IConfigurationProvider = AutoMapper.IConfigurationProvider;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>The cohorts that the caller teaches, leads, learns or administers in, by name.</summary>
/// <param name="Q" example="spring">
/// The beginning of a word of the name, case and accents aside; of several words, each must be found. 2 to 100 characters.
/// </param>
/// <param name="Curriculum" example="miiwrap-coaching-cohort">Only those on this curriculum, by its slug.</param>
/// <param name="Running" example="true">true: those that have begun and are not closed; false: all others.</param>
/// <param name="Mine" example="true">true: those that the caller teaches, leads or learns in; false: all others.</param>
public sealed record ListCohorts(string? Q, string? Curriculum, bool? Running, bool? Mine, string? Limit, string? Cursor)
    : IQuery<Page<CohortItem>>, IPaged;

/// <summary>One cohort in a list.</summary>
/// <param name="Version">The number of the curriculum's version.</param>
/// <param name="ClosedAt">When it was closed; null while it is not.</param>
public sealed record CohortItem(
    Guid Id, string Name, string Curriculum, int Version, DateOnly StartsOn, string TimeZone, Gate Gate, DateTime? ClosedAt)
{
    [JsonIgnore]
    public string SortName { get; init; } = "";
}

internal sealed class ListCohortsValidator : AbstractValidator<ListCohorts>
{
    private const int MostWords = 5;

    public ListCohortsValidator()
    {
        this.RuleForPaging();
        RuleFor(x => x.Q).MustBeSought("a name")
            .Must(q => q is null || WordsOf(q).Length is > 0 and <= MostWords).WithMessage($"Give at most {MostWords} words.");
        RuleFor(x => x.Curriculum).MustBeSlug("slug of a curriculum");
    }

    public static string[] WordsOf(string q) => SortKey.Of(q).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

internal sealed class CohortItemMapping : Profile
{
    public CohortItemMapping() =>
        CreateProjection<Cohort, CohortItem>().ForCtorParam(nameof(CohortItem.Version), o => o.MapFrom(c => c.CurriculumVersion));
}

internal sealed class ListCohortsHandler(
    LearningDb db, Caller caller, IConfigurationProvider maps, TimeProvider clock, ILogger<ListCohorts> log)
    : IRequestHandler<ListCohorts, Page<CohortItem>>
{
    public async Task<Page<CohortItem>> Handle(ListCohorts request, CancellationToken cancellationToken)
    {
        var cohorts = db.Cohorts.SeenBy(caller, db);
        // There is one cohort for every twenty learners: names are looked through in the index by which they are listed.
        foreach (var word in ListCohortsValidator.WordsOf(request.Q ?? ""))
        {
            var further = $" {word}";
            cohorts = cohorts.Where(c => c.SortName.StartsWith(word) || c.SortName.Contains(further));
        }

        if (request.Curriculum is { } curriculum) cohorts = cohorts.Where(c => c.Curriculum == curriculum);
        if (request.Running is { } running) cohorts = await OfThoseRunning(cohorts, running, cancellationToken);
        if (request.Mine is { } isMine)
        {
            var mine = db.CohortMembers.Where(m => m.PersonId == caller.PersonId).Select(m => m.CohortId)
                .Union(db.Enrolments.Where(e => e.PersonId == caller.PersonId && e.Status != EnrolmentStatus.Withdrawn)
                    .Select(e => e.CohortId));
            cohorts = isMine ? cohorts.Where(c => mine.Contains(c.Id)) : cohorts.Where(c => !mine.Contains(c.Id));
        }

        var rows = await cohorts.LoadReadablePageAsync(
            c => c.Id,
            some => some.PageBy(request, c => c.SortName, c => c.Id),
            some => some.ProjectTo<CohortItem>(maps).ToListAsync(cancellationToken),
            log.LeavesOut("cohort"), cancellationToken);
        return rows.ToPage(request, c => (c.SortName, c.Id));
    }

    /// <summary>A cohort begins at midnight in its own zone, and at one moment there are no more than three dates in the world.</summary>
    private async Task<IQueryable<Cohort>> OfThoseRunning(IQueryable<Cohort> cohorts, bool running, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var zones = (await db.Cohorts.Select(c => c.TimeZone).Distinct().ToListAsync(ct))
            .ToLookup(z => Zones.LocalDate(now, Zones.Find(z)));
        var utc = DateOnly.FromDateTime(now);
        var (before, after) = (utc.AddDays(-1), utc.AddDays(1));
        List<string> ahead = [.. zones[after]], behind = [.. zones[before]];
        return running
            ? cohorts.Where(c => c.ClosedAt == null && (c.StartsOn <= before
                || (c.StartsOn == utc && !behind.Contains(c.TimeZone)) || (c.StartsOn == after && ahead.Contains(c.TimeZone))))
            : cohorts.Where(c => c.ClosedAt != null || c.StartsOn > after
                || (c.StartsOn == utc && behind.Contains(c.TimeZone)) || (c.StartsOn == after && !ahead.Contains(c.TimeZone)));
    }
}
