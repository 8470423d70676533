using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>
/// What became of coaching in an agency, for its supervisors and admins: transfer, dosage, fidelity, coaches, barriers, and what the agency
/// counts itself before and after coaching began. No group of fewer than five people is told of, today or by comparing days.
/// </summary>
/// <param name="Audience" example="outside">
/// outside: as it may leave the programme, with no group of fewer than eleven, whoever asks.
/// </param>
/// <param name="Curriculum" example="miiwrap-coaching-cohort">
/// The course that transfer, dosage and barriers are of; by default the one in which somebody first learned there.
/// </param>
public sealed record GetImplementation(Guid AgencyId, string? Audience, string? Curriculum) : IQuery<ImplementationView>;

internal sealed class GetImplementationValidator : AbstractValidator<GetImplementation>
{
    public GetImplementationValidator()
    {
        RuleFor(x => x.Audience).MustBeOneOf<GetImplementation, FigureAudience>();
        RuleFor(x => x.Curriculum).MustBeSlug("slug of a curriculum");
    }
}

internal sealed class GetImplementationHandler(
    LearningDb db, Caller caller, ImplementationAccess agencies, ImplementationQueries rows, ProgramFigures program, DosageQueries dosages,
    IndicatorLibrary indicators, Settings settings, TimeProvider clock) : IRequestHandler<GetImplementation, ImplementationView>
{
    private static readonly HashSet<Guid> NoOne = [];

    public async Task<ImplementationView> Handle(GetImplementation request, CancellationToken cancellationToken)
    {
        var agency = await agencies.Find(request.AgencyId, cancellationToken);
        var audience = FigureAudiences.Named(request.Audience);
        var isOutside = audience == FigureAudience.Outside;
        // Of nobody there are no figures, in whichever course.
        var course = request.Curriculum ?? agency.Curriculum ?? "";
        var months = await rows.MonthsOf(agency.Id, cancellationToken);
        var set = await indicators.Of(db, agency.IndicatorsVersion, cancellationToken);
        // Who may ask for the programme's figures too, or hand both on, is told here what they are told there.
        var told = caller.SeesAll && (isOutside || caller.Client is not null)
            ? await program.Told(course, isOutside, cancellationToken)
            : null;
        return new(
            agency.Name, audience, clock.UtcNow(), course.Length > 0 ? course : null, AgencyCoachingStart.Of(agency),
            told?.Transfer(agency.Id) ?? await TransferOf(agency.Id, course, isOutside, cancellationToken),
            told?.Dosage(agency.Id) ?? await DosageOf(agency.Id, course, isOutside, cancellationToken),
            told?.Fidelity(agency.Id) ?? await FidelityOf(agency.Id, isOutside, cancellationToken),
            ImplementationBlocks.Coaches(
                agency, told?.Certified(agency.Id) ?? await CertifiedOf(agency.Id, isOutside, cancellationToken), months, set, isOutside),
            told?.Barriers(agency.Id) ?? await BarriersOf(agency.Id, course, isOutside, cancellationToken),
            [.. SeriesOfMonths.All(agency, set, months, isOutside)],
            ImplementationView.BeforeAndAfterSentence, ImplementationView.IndependenceSentence);
    }

    private async Task<TransferBlock> TransferOf(Guid agencyId, string curriculum, bool isOutside, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var visible = await db.VisibleTransferOf(caller, agencyId, curriculum, isOutside, now, ct);
        var shown = visible?.Shown();
        if (visible is not null && shown is null) return ImplementationBlocks.NoTransfer(Suppression.WhyNotTold(isOutside));
        var asOf = visible?.AsOf ?? now;
        var figures = TransferFigures.Of(
            (await rows.OpportunitiesOf(agencyId, curriculum, ct))
                .FindAll(o => o.ScopeAt(asOf) == TransferScope.InScope && (shown is null || shown(o.MaturesAt))), asOf);
        return ImplementationBlocks.Transfer(figures.Strict, figures.Verified, figures.Covered, figures.Learners);
    }

    private async Task<DosageBlock> DosageOf(Guid agencyId, string curriculum, bool isOutside, CancellationToken ct)
    {
        var over = await dosages.WindowsOver(agencyId, curriculum, ct);
        var today = DateOnly.FromDateTime(clock.UtcNow());
        // The agency's own people read where each learner stands; a program and whoever is outside do not.
        var told = !isOutside && caller.Client is null
            ? over
            : SettledBatches.Of(over, w => w.SettledOn, w => w.PersonId, today, NoOne, isOutside);
        return ImplementationBlocks.Dosage(
            told, over.Count > 0 ? Suppression.WhyNotTold(isOutside) : FigureReasons.NoWindowsOver,
            await LoopClosureOf(agencyId, curriculum, isOutside, today, ct));
    }

    private async Task<Figure> LoopClosureOf(Guid agencyId, string curriculum, bool isOutside, DateOnly today, CancellationToken ct)
    {
        var due = await rows.StepsOf(agencyId, curriculum, ct);
        return ImplementationBlocks.LoopClosureOf(
            SettledBatches.Of(due, s => s.SettledOn, s => s.OwnerId, today, due.KnownTo(caller), isOutside), today,
            due.Count > 0 ? Suppression.WhyNotTold(isOutside) : FigureReasons.NoItemsDue);
    }

    private async Task<IReadOnlyList<FidelityBlock>> FidelityOf(Guid agencyId, bool isOutside, CancellationToken ct)
    {
        var (fewest, why, now) = (Suppression.FewestTold(isOutside), Suppression.WhyNotTold(isOutside), clock.UtcNow());
        var today = DateOnly.FromDateTime(now);
        return
        [
            .. (await rows.RatingsOf(agencyId, ct)).Select(rated =>
            {
                var (reviews, known) = (rated.Reviews.ConvertAll(r => r.Review), rated.Reviews.KnownTo(caller));
                var pairs = SettledBatches.Of(
                    rated.Pairs, p => p.Rating.SettledOn, p => p.Rating.SubjectId, today, known, isOutside);
                return ImplementationBlocks.Fidelity(
                    rated,
                    FidelityQuarter.Settled(ImplementationBlocks.Quarters, now).Select(from => ImplementationBlocks.Period(
                        from, FidelityQuarter.Of(reviews, from, rated.Line, settings.DriftSlope, known, fewest), why)),
                    ImplementationBlocks.AgreementOf(pairs, rated.Pairs.Count > 0 ? why : FigureReasons.NoPairs));
            }),
        ];
    }

    private async Task<CertifiedFigures> CertifiedOf(Guid agencyId, bool isOutside, CancellationToken ct)
    {
        var (terms, today) = (await rows.CertifiedOf(agencyId, ct), DateOnly.FromDateTime(clock.UtcNow()));
        // The agency's own people read by name whose credential is in force.
        return !isOutside && caller.Client is null
            ? ImplementationBlocks.CertifiedToday(terms, today)
            : ImplementationBlocks.CertifiedTold(terms, today, isOutside);
    }

    private async Task<BarrierBlock> BarriersOf(Guid agencyId, string curriculum, bool isOutside, CancellationToken ct)
    {
        var half = SettledHalf.Newest(clock.UtcNow());
        bool IsEnough(IEnumerable<Guid> people) => people.Distinct().Count(p => p != caller.PersonId) >= Suppression.FewestTold(isOutside);
        var byBarrier = (await rows.BarriersOf(agencyId, curriculum, half, ct)).ToLookup(n => n.Barrier, n => n.PersonId);
        var few = byBarrier.Where(b => !IsEnough(b)).SelectMany(b => b).Distinct().ToList();
        return ImplementationBlocks.Barriers(
            half, byBarrier.Where(IsEnough).Select(b => (b.Key, b.Count())), IsEnough(few) ? few.Count : null, isOutside);
    }
}
