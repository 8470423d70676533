using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>How alike two blind readers score, by rubric, over the cohorts that the caller teaches, leads or administers.</summary>
/// <param name="Cohort">Only this cohort.</param>
public sealed record MeasureAgreement(Guid? Cohort) : IQuery<AgreementReport>;

/// <summary>The figures, a rubric each.</summary>
/// <param name="Items">A line for each rubric that two people have read with.</param>
public sealed record AgreementReport(IReadOnlyList<RubricAgreement> Items);

/// <summary>Two readers' agreement on one rubric.</summary>
/// <param name="Rubric">The rubric's slug.</param>
/// <param name="Pairs">Revisions that two have read without seeing the other's scores.</param>
/// <param name="Scores">Criteria that both have scored.</param>
/// <param name="Exact">The share of equal scores.</param>
/// <param name="WithinOne">The share of scores at most one apart.</param>
/// <param name="WeightedKappa">Weighted by the square of the distance; null while chance alone explains everything.</param>
public sealed record RubricAgreement(string Rubric, int Pairs, int Scores, double? Exact, double? WithinOne, double? WeightedKappa);

internal sealed class MeasureAgreementHandler(LearningDb db, Caller caller) : IRequestHandler<MeasureAgreement, AgreementReport>
{
    public async Task<AgreementReport> Handle(MeasureAgreement request, CancellationToken cancellationToken)
    {
        var reflections = db.Reflections.Where(r => r.Reviewers > 1);
        if (request.Cohort is not null || !caller.IsProgramAdmin)
        {
            var cohorts = await db.Cohorts.TaughtBy(caller).Where(c => request.Cohort == null || c.Id == request.Cohort).Select(c => c.Id)
                .ToListAsync(cancellationToken);
            if (request.Cohort is not null && cohorts.Count == 0) throw new NotFoundException("cohort");
            reflections = reflections.Where(r => cohorts.Contains(r.CohortId));
        }

        var rows = await (from reflection in reflections
                          join review in db.Reviews on reflection.Id equals review.ReflectionId
                          where review.PublishedAt != null
                          orderby review.HandedInAt, review.Id
                          select new { reflection.Rubric, review.RevisionId, review.BlindScores }).ToListAsync(cancellationToken);
        return new([.. rows.GroupBy(r => r.Rubric).OrderBy(g => g.Key, StringComparer.Ordinal).Select(rubric =>
        {
            var figures = Agreement.Of(
            [
                .. rubric.GroupBy(r => r.RevisionId).Where(g => g.Count() == 2)
                    .Select(g => (Rated(g.First().BlindScores!), Rated(g.Last().BlindScores!))),
            ]);
            return new RubricAgreement(rubric.Key, figures.Pairs, figures.Scores, figures.Exact, figures.WithinOne, figures.WeightedKappa);
        })]);
    }

    private static Dictionary<string, int?> Rated(IReadOnlyDictionary<string, int> scores) =>
        scores.ToDictionary(s => s.Key, s => (int?)s.Value, StringComparer.Ordinal);
}
