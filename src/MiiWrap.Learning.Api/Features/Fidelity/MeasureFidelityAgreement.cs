using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>
/// How alike two people rate on an instrument who did not see each other's ratings, over the cohorts that the caller teaches or leads; for
/// a programme admin over all. Only what was rated first counts, and nothing of a pair of which a half was voided.
/// </summary>
/// <param name="Instrument" example="tpo-1">The instrument's code.</param>
/// <param name="Cohort">Only this cohort.</param>
public sealed record MeasureFidelityAgreement(string? Instrument, Guid? Cohort) : IQuery<FidelityAgreement>;

/// <summary>Two raters' agreement on an instrument, over all their blind pairs.</summary>
/// <param name="Instrument" example="tpo-1">The code of the instrument.</param>
/// <param name="Cohort">The cohort; null for all that the caller may measure.</param>
/// <param name="Pairs">Blind pairs of which both halves are in.</param>
/// <param name="Items">Items that both gave a value, over all pairs; null with a reason.</param>
/// <param name="Mismatches">Items that one rated, and the other marked N/A; they enter no other figure. Null with a reason.</param>
/// <param name="Exact" example="0.88">The share of items that both gave the same.</param>
/// <param name="WithinOne" example="1">The share of items at most one apart.</param>
/// <param name="Kappa" example="0.8">
/// Weighted by the square of the distance, to be read as an intraclass correlation. Null under 20 items, and where chance alone explains
/// everything.
/// </param>
/// <param name="Samples">
/// What others than the learner themselves have rated and what still counts; what two people rated blindly is one.
/// </param>
/// <param name="DoubleRatedShare" example="0.25">How many of these were rated by two; null of none.</param>
/// <param name="DoubleRatedAim" example="0.2">The share that is meant.</param>
/// <param name="Reason" example="fewerThanFiveLearners">Why nothing is told of the agreement; null where it is.</param>
public sealed record FidelityAgreement(
    string Instrument, Guid? Cohort, int Pairs, int? Items, int? Mismatches, double? Exact, double? WithinOne, double? Kappa, int Samples,
    double? DoubleRatedShare, double DoubleRatedAim, string? Reason)
{
    private const double Aim = 0.2;
    private const int Decimals = 4;

    /// <summary>Rounded for people, a half away from zero.</summary>
    internal static double? Shown(double? figure) =>
        figure is { } exact ? Math.Round(exact, Decimals, MidpointRounding.AwayFromZero) : null;

    internal static FidelityAgreement Of(string instrument, Guid? cohort, IReadOnlyCollection<BlindPair> pairs, int singles, bool isShown)
    {
        var samples = pairs.Count + singles;
        var none = new FidelityAgreement(
            instrument, cohort, pairs.Count, null, null, null, null, null, samples,
            samples == 0 ? null : Shown(pairs.Count / (double)samples), Aim, Suppression.TooFew);
        if (!isShown) return none;
        var agreement = Agreement.Of([.. pairs.Select(p => (p.First, p.Second))]);
        return none with
        {
            Items = agreement.Scores,
            Mismatches = agreement.Mismatches,
            Exact = Shown(agreement.Exact),
            WithinOne = Shown(agreement.WithinOne),
            Kappa = Shown(agreement.ShownKappa),
            Reason = null,
        };
    }
}

/// <summary>What two people rated before either saw the other's.</summary>
/// <param name="IsTaught">The caller teaches the cohort, and sees its learners' reviews by name.</param>
internal sealed record BlindPair(
    Guid CohortId, bool IsTaught, Guid SubjectId, IReadOnlyDictionary<string, int?> First, IReadOnlyDictionary<string, int?> Second);

internal sealed class MeasureFidelityAgreementValidator : AbstractValidator<MeasureFidelityAgreement>
{
    public MeasureFidelityAgreementValidator() => RuleFor(x => x.Instrument).NotEmpty();
}

internal sealed class MeasureFidelityAgreementHandler(LearningDb db, Caller caller, InstrumentLibrary library)
    : IRequestHandler<MeasureFidelityAgreement, FidelityAgreement>
{
    public async Task<FidelityAgreement> Handle(MeasureFidelityAgreement request, CancellationToken cancellationToken)
    {
        var (code, cohort) = (request.Instrument!, request.Cohort);
        var singles = await CountSingles(code, cohort, cancellationToken);
        _ = await library.Named(db, code, null, cancellationToken);
        // For who reads of all, what is shown of one cohort rests on what is shown of the others.
        var pairs = await PairsOf(caller.IsProgramAdmin ? Reviews(code) : ReviewsIn(code, cohort), cancellationToken);
        var asked = pairs.Where(p => cohort is null || p.CohortId == cohort).ToList();
        return FidelityAgreement.Of(code, cohort, asked, singles, !caller.IsProgramAdmin || IsShown(pairs, cohort));
    }

    /// <summary>Reviews by the instrument, but for those of learners of agencies of the caller's own.</summary>
    private IQueryable<FidelityReview> Reviews(string code)
    {
        var own = db.LearnersOfOwnAgencies(caller);
        return db.FidelityReviews.AsNoTracking().Where(r => r.Instrument == code && !own.Contains(r.SubjectId));
    }

    private IQueryable<FidelityReview> ReviewsIn(string code, Guid? cohort)
    {
        if (cohort is null && caller.IsProgramAdmin) return Reviews(code);
        var cohorts = CoachingQueries.CohortsOf(caller.PersonId, db);
        var enrolments = cohort is { } one
            ? db.Enrolments.Where(e => e.CohortId == one)
            : db.Enrolments.Where(e => cohorts.Contains(e.CohortId));
        return Reviews(code).Where(r => enrolments.Select(e => e.Id).Contains(r.EnrolmentId));
    }

    /// <summary>What one person alone rated, or half of a pair that does not count.</summary>
    private async Task<int> CountSingles(string code, Guid? cohort, CancellationToken ct)
    {
        var pairs = db.RaterPairs.Counted(db).Where(p => p.Instrument == code).Select(p => (Guid?)p.Id);
        var singles = ReviewsIn(code, cohort).Where(r => r.Status == FidelityReviewStatus.Locked && r.RaterRole != RaterRole.Self
            && (r.PairId == null || !pairs.Contains(r.PairId)));
        if (cohort is not { } one) return await singles.CountAsync(ct);
        return await db.Cohorts.TaughtBy(caller).Where(c => c.Id == one).Select(_ => (int?)singles.Count()).SingleOrDefaultAsync(ct)
            ?? throw new NotFoundException("cohort");
    }

    /// <summary>Of the cohort in which the first rater's half was.</summary>
    private Task<List<BlindPair>> PairsOf(IQueryable<FidelityReview> reviews, CancellationToken ct) =>
        reviews.LoadAllOrNoneAsync(r => r.Id, some => (
            from rated in some.PairedBy(db.RaterPairs.Counted(db), db)
            join enrolment in db.Enrolments on rated.First.EnrolmentId equals enrolment.Id
            orderby rated.Pair.Id
            select new BlindPair(
                enrolment.CohortId, db.CohortMembers.Any(m => m.CohortId == enrolment.CohortId && m.PersonId == caller.PersonId),
                rated.First.SubjectId, rated.First.Result!.Ratings, rated.Second.Result!.Ratings)).ToListAsync(ct), ct);

    /// <summary>
    /// Whether what is asked for may be shown beside all else that this reader can ask for, without telling of fewer than five learners
    /// whom they do not teach: the programme comes first, then its cohorts, the largest first.
    /// </summary>
    private static bool IsShown(List<BlindPair> pairs, Guid? cohort)
    {
        // What the reader knows by themselves is a constant that they subtract; it protects nobody else.
        var cells = pairs.Where(p => !p.IsTaught).GroupBy(p => p.CohortId)
            .ToDictionary(c => c.Key, c => (IReadOnlySet<Guid>)c.Select(p => p.SubjectId).ToHashSet());
        if (cohort is { } known && !cells.ContainsKey(known)) return true;
        var disclosure = new Disclosure<Guid>(cells);
        var isAllShown = cells.Count == 0 || disclosure.AllowsGroup(cells.Keys);
        if (cohort is null) return isAllShown;
        return cells.OrderByDescending(c => c.Value.Count).ThenBy(c => c.Key)
            .Select(c => (c.Key, IsShown: disclosure.AllowsGroup([c.Key]))).ToList()
            .Exists(c => c.Key == cohort && c.IsShown);
    }
}
