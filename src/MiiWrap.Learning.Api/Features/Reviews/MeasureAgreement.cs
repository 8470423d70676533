using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>How alike two blind readers score, by rubric, over the cohorts that the caller teaches, leads or administers.</summary>
/// <param name="Cohort">Only this cohort.</param>
public sealed record MeasureAgreement(Guid? Cohort) : IQuery<AgreementReport>;

/// <summary>The figures, a rubric each.</summary>
public sealed record AgreementReport(IReadOnlyList<RubricAgreement> Items);

/// <summary>Two readers' agreement on one rubric.</summary>
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
        var cohorts = db.Cohorts.TaughtBy(caller);
        if (request.Cohort is { } only)
        {
            cohorts = cohorts.Where(c => c.Id == only);
            if (!await cohorts.AnyAsync(cancellationToken)) throw new NotFoundException("cohort");
        }

        var rows = await (from review in db.Reviews
                          join reflection in db.Reflections on review.ReflectionId equals reflection.Id
                          where review.PublishedAt != null && reflection.Reviewers > 1 && cohorts.Any(c => c.Id == reflection.CohortId)
                          orderby review.HandedInAt, review.Id
                          select new { reflection.Rubric, review.RevisionId, review.BlindScores }).ToListAsync(cancellationToken);
        return new([.. rows.GroupBy(r => r.Rubric).OrderBy(g => g.Key, StringComparer.Ordinal).Select(rubric =>
        {
            var pairs = rubric.GroupBy(r => r.RevisionId).Where(g => g.Count() == 2).Select(g => (g.First().BlindScores!, g.Last().BlindScores!)).ToList();
            var figures = Agreement.Of(pairs);
            return new RubricAgreement(rubric.Key, figures.Pairs, figures.Scores, figures.Exact, figures.WithinOne, figures.WeightedKappa);
        })]);
    }
}
