using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Implementation;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>
/// What became of coaching in an agency, for its supervisors and admins: transfer, dosage, fidelity, coaches, barriers, and what the agency
/// counts itself before and after coaching began. No group of fewer than five people is told of, today or by comparing days.
/// </summary>
/// <param name="Audience" example="outside">
/// outside: as it may leave the programme, with no group of fewer than eleven, whoever asks.
/// </param>
public sealed record GetImplementation(Guid AgencyId, string? Audience) : IQuery<ImplementationView>;

internal sealed class GetImplementationValidator : AbstractValidator<GetImplementation>
{
    public GetImplementationValidator() => RuleFor(x => x.Audience).MustBeOneOf<GetImplementation, FigureAudience>();
}

internal sealed class GetImplementationHandler(
    LearningDb db, Caller caller, ImplementationAccess agencies, DosageQueries dosages, IndicatorLibrary indicators,
    InstrumentLibrary instruments, Settings settings, TimeProvider clock) : IRequestHandler<GetImplementation, ImplementationView>
{
    private const int Quarters = 8;
    private const string Facilitators = "facilitators";
    private static readonly HashSet<Guid> NoOne = [];

    public async Task<ImplementationView> Handle(GetImplementation request, CancellationToken cancellationToken)
    {
        var agency = await agencies.Find(request.AgencyId, cancellationToken);
        var audience = FigureAudiences.Named(request.Audience);
        var isOutside = audience == FigureAudience.Outside;
        var months = await MonthsOf(agency.Id, cancellationToken);
        var set = await indicators.Of(db, agency.IndicatorsVersion, cancellationToken);
        return new(
            agency.Name, audience, clock.UtcNow(), AgencyCoachingStart.Of(agency),
            await TransferOf(agency.Id, isOutside, cancellationToken),
            await DosageOf(agency.Id, isOutside, cancellationToken),
            await FidelityOf(agency.Id, isOutside, cancellationToken),
            CoachesOf(agency, months, set, isOutside),
            await BarriersOf(agency.Id, isOutside, cancellationToken),
            [.. set.InOrder.Where(i => months.Contains((i.Code, i.Version)))
                .Select(i => SeriesOfMonths.Of(i, [.. months[(i.Code, i.Version)]], agency.CoachingStart, isOutside))],
            ImplementationView.BeforeAndAfterSentence, ImplementationView.IndependenceSentence);
    }

    /// <summary>The months in force, oldest first, by the indicator that they are of.</summary>
    private async Task<ILookup<(string Code, int Version), IndicatorMonth>> MonthsOf(Guid agencyId, CancellationToken ct)
    {
        // A series without one of its months would be another one.
        var months = await db.RecordedMonths.AsNoTracking().Where(m => m.AgencyId == agencyId)
            .LoadAllOrNoneAsync(m => m.Id, some => some.InForce(db).ToListAsync(ct), ct);
        return months.OrderBy(m => m.Month).ToLookup(m => (m.Code, m.IndicatorVersion), m => new IndicatorMonth(m.Month, m.Counts));
    }

    private async Task<TransferBlock> TransferOf(Guid agencyId, bool isOutside, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var visible = await db.VisibleTransferOf(caller, agencyId, isOutside, now, ct);
        var shown = visible?.Shown();
        if (visible is not null && shown is null) return Nothing(Suppression.WhyNotTold(isOutside));
        var rows = await db.Opportunities.Where(o => o.AgencyId == agencyId)
            .LoadAllOrNoneAsync(o => o.Id, some => some.Select(CountedOpportunity.Projection).ToListAsync(ct), ct);
        var asOf = visible?.AsOf ?? now;
        var counted = rows.FindAll(o => o.ScopeAt(asOf) == TransferScope.InScope && (shown is null || shown(o.MaturesAt)));
        if (counted.Count == 0) return Nothing(TransferFigures.NoneMatured);
        var figures = TransferFigures.Of(counted, asOf);
        return new(Of(figures.Strict), Of(figures.Verified), Of(figures.Covered), figures.Learners);

        static Figure Of(Proportion share) => Figure.Of(share, TransferFigures.NoneMatured);
        static TransferBlock Nothing(string reason) => new(Figure.None(reason), Figure.None(reason), Figure.None(reason), null);
    }

    private async Task<DosageBlock> DosageOf(Guid agencyId, bool isOutside, CancellationToken ct)
    {
        var over = await dosages.WindowsOver(agencyId, ct);
        var today = DateOnly.FromDateTime(clock.UtcNow());
        // The agency's own people read where each learner stands; a program and whoever is outside do not.
        var told = !isOutside && caller.Client is null ? over : SettledBatches.Of(
            over, w => w.Dosage.Until.AddDays(CoachingSession.DaysToRecord + CoachingSession.DaysToCorrect + 1), w => w.PersonId, today,
            NoOne, isOutside);
        var why = over.Count > 0 ? Suppression.WhyNotTold(isOutside) : FigureReasons.NoWindowsOver;
        return new(
            Figure.Of(Proportion.Of(told, w => w.Dosage.State == DosageState.Met), why),
            MeanOf(told.ConvertAll(w => w.Dosage.Minutes), why), MeanOf(told.ConvertAll(w => w.Dosage.NoShows), why),
            await LoopClosureOf(agencyId, isOutside, today, ct));
    }

    private async Task<Figure> LoopClosureOf(Guid agencyId, bool isOutside, DateOnly today, CancellationToken ct)
    {
        var learners = db.Enrolments.Where(e => e.AgencyId == agencyId).Select(e => e.Id);
        var due = await db.ActionItems.AsNoTracking()
            .Where(i => i.AgreedOn != null && i.CoachId != null && learners.Contains(i.EnrolmentId))
            .LoadAllOrNoneAsync(i => i.Id, some => some
                .Select(i => new { i.OwnerId, i.CoachId, i.DueOn, i.ClosedOn, i.Outcome }).ToListAsync(ct), ct);
        var known = due.Where(i => i.CoachId == caller.PersonId).Select(i => i.OwnerId).Append(caller.PersonId).ToHashSet();
        var told = SettledBatches.Of(due, i => i.DueOn.AddDays(ActionItem.DaysToClose + 1), i => i.OwnerId, today, known, isOutside);
        return Figure.Of(
            LoopClosure.Of(told.Select(i => new AgreedStep(i.DueOn, i.ClosedOn, i.Outcome)), today).InTime,
            due.Count > 0 ? Suppression.WhyNotTold(isOutside) : FigureReasons.NoItemsDue);
    }

    private async Task<IReadOnlyList<FidelityBlock>> FidelityOf(Guid agencyId, bool isOutside, CancellationToken ct)
    {
        var blocks = new List<FidelityBlock>();
        var locked = await db.CountedReviewsOf(agencyId, caller, ct);
        foreach (var rated in locked.GroupBy(r => r.Instrument).OrderBy(i => i.Key, StringComparer.Ordinal))
        {
            var (code, all) = (rated.Key, rated.ToList());
            // Totals of another version of the authors' are not compared.
            var newest = all.MaxBy(r => r.InstrumentVersion)!;
            var instrument = await instruments.PinnedBy(db, "fidelity review", newest.Review.Id, code, newest.InstrumentVersion, ct);
            var (total, counted) = (instrument.TotalScore, all.FindAll(r => r.Major == instrument.Major));
            var (reviews, known) = (counted.ConvertAll(r => r.Review), counted.KnownTo(caller));
            blocks.Add(new(code, instrument.Title, total?.Line,
            [
                .. FidelityQuarter.Settled(Quarters, clock.UtcNow()).Select(from => PeriodOf(
                    from, FidelityQuarter.Of(reviews, from, total?.Line, settings.DriftSlope, known, Suppression.FewestTold(isOutside)),
                    Suppression.WhyNotTold(isOutside))),
            ]));
        }

        return blocks;
    }

    private static FidelityPeriod PeriodOf(DateOnly from, FidelityQuarter? quarter, string why)
    {
        var until = from.AddMonths(FidelityQuarter.Months - 1);
        var none = Figure.None(why);
        return quarter is null
            ? new(Months.NameOf(from), Months.NameOf(until), none, none, none, none)
            : new(Months.NameOf(from), Months.NameOf(until),
                new(quarter.Median.ToDouble(), quarter.Subjects, null, null, IndicatorReasons.NoSpread),
                quarter.AtLine is { } share ? Figure.Of(share, why) : none,
                new(quarter.Falling, quarter.Subjects, null, null, null), new(quarter.Rising, quarter.Subjects, null, null, null));
    }

    private static CoachesBlock CoachesOf(
        FollowedAgency agency, ILookup<(string Code, int Version), IndicatorMonth> months, IndicatorSet set, bool isOutside)
    {
        var each = FacilitatorsPerCoach.Of(agency.FacilitatorsPerCoach).Value;
        var newest = set.Find(Facilitators, null) is { } counted ? months[(Facilitators, counted.Version)].LastOrDefault() : null;
        var uncertified = Figure.None(FigureReasons.NoCredentials);
        return new(uncertified, uncertified, newest?.Counts.Value is not { } facilitators
            ? Figure.None(FigureReasons.FacilitatorsUnknown)
            : isOutside && facilitators < Suppression.FewestOutside ? Figure.None(Suppression.TooFewOutside)
            : new((double)Math.Ceiling(facilitators / each), (double)facilitators, null, null, null), each);
    }

    private async Task<BarrierBlock> BarriersOf(Guid agencyId, bool isOutside, CancellationToken ct)
    {
        var half = SettledHalf.Newest(clock.UtcNow());
        var from = half.From.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var until = half.Until.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var named = await db.Set<TransferEvidence>()
            .Where(e => e.RecordedAt >= from && e.RecordedAt < until && e.Barrier != null
                && BarrierGuide.OfOrganisation.Contains(e.Barrier.Value))
            .Join(db.Opportunities.Where(o => o.AgencyId == agencyId), e => e.OpportunityId, o => o.Id,
                (e, o) => new { Barrier = e.Barrier!.Value, o.PersonId }).Distinct().ToListAsync(ct);
        bool IsEnough(IEnumerable<Guid> people) => people.Distinct().Count(p => p != caller.PersonId) >= Suppression.FewestTold(isOutside);
        var byBarrier = named.ToLookup(n => n.Barrier, n => n.PersonId);
        var few = byBarrier.Where(b => !IsEnough(b)).SelectMany(b => b).Distinct().ToList();
        List<NamedBarrier> items =
        [
            .. byBarrier.Where(IsEnough).Select(b => new NamedBarrier(EnumNames.NameOf(b.Key), b.Count()))
                .OrderByDescending(b => b.Learners).ThenBy(b => b.Barrier, StringComparer.Ordinal),
        ];
        if (IsEnough(few)) items.Add(new("other", few.Count));
        return new(
            Months.NameOf(half.From), Months.NameOf(half.Until.AddMonths(-1)), items,
            items.Count == 0 ? Suppression.WhyNotTold(isOutside) : null);
    }

    private static Figure MeanOf(List<int> numbers, string none) => numbers.Count == 0
        ? Figure.None(none)
        : new(numbers.Average(), numbers.Count, null, null, IndicatorReasons.NoSpread);
}

/// <summary>
/// The half of a year that is over: it has nothing in common with the one before, so that nothing is told by comparing them.
/// </summary>
/// <param name="Until">The first day after it.</param>
internal sealed record SettledHalf(DateOnly From, DateOnly Until)
{
    private const int MonthsOfHalf = 6;

    public static SettledHalf Newest(DateTime now)
    {
        var until = new DateOnly(now.Year, now.Month <= MonthsOfHalf ? 1 : MonthsOfHalf + 1, 1);
        return new(until.AddMonths(-MonthsOfHalf), until);
    }
}
