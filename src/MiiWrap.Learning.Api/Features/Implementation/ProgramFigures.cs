using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Fidelity;
using MiiWrap.Learning.Domain.Implementation;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>
/// What may be told of the programme and of its agencies, each settled period weighed by itself: the programme's totals first, then the
/// agencies. It is the same whatever is asked for, so that all pages together tell no more than this.
/// </summary>
internal sealed class ProgramFigures(
    LearningDb db, Caller caller, ImplementationQueries rows, DosageQueries dosages, Settings settings, TimeProvider clock)
{
    // Who sees all reads by name where each learner stands; a client knows nobody.
    private static readonly HashSet<Guid> NoOne = [];

    public async Task<ToldFigures> Told(string curriculum, bool isOutside, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var today = DateOnly.FromDateTime(now);
        var over = await dosages.WindowsOver(null, curriculum, ct);
        var steps = await rows.StepsOf(null, curriculum, ct);
        return new(
            isOutside, today, await db.VisibleTransferOfProgram(caller, curriculum, isOutside, now, ct), over,
            SettledGroups.Of(over, w => w.SettledOn, w => new(w.AgencyId ?? Guid.Empty, w.PersonId), today, NoOne, isOutside),
            steps,
            SettledGroups.Of(
                steps, s => s.SettledOn, s => new(s.AgencyId ?? Guid.Empty, s.OwnerId), today, steps.KnownTo(caller), isOutside),
            (await rows.RatingsOf(null, ct))
                .ConvertAll(r => ToldRatings.Of(r, r.Reviews.KnownTo(caller), settings.DriftSlope, now, isOutside)),
            await BarriersOf(curriculum, SettledHalf.Newest(now), isOutside, ct), await rows.CertifiedOf(null, ct),
            !isOutside && caller.Client is null);
    }

    private async Task<ToldBarriers> BarriersOf(string curriculum, SettledHalf half, bool isOutside, CancellationToken ct)
    {
        var named = await rows.BarriersOf(null, curriculum, half, ct);
        return ToldBarriers.Of(half, named, new HashSet<Guid> { caller.PersonId }, isOutside);
    }
}

/// <summary>Blocks of the programme, with null, or of one of its agencies.</summary>
/// <param name="Terms">Of certified coaches.</param>
/// <param name="ReadsNames">The reader sees by name who holds what.</param>
internal sealed record ToldFigures(
    bool IsOutside, DateOnly Today, ProgramTransfer Opportunities, List<WindowOver> WindowsOver, SettledGroups<WindowOver> WindowsTold,
    List<CoachedStep> StepsAgreed, SettledGroups<CoachedStep> StepsTold, IReadOnlyList<ToldRatings> Ratings, ToldBarriers BarriersNamed,
    List<HeldTerm> Terms, bool ReadsNames)
{
    private readonly HashSet<Guid?> withWindows = [.. WindowsOver.Select(w => w.AgencyId)];
    private readonly HashSet<Guid?> withSteps = [.. StepsAgreed.Select(s => s.AgencyId)];

    private string TooFew => Suppression.WhyNotTold(IsOutside);

    public TransferBlock Transfer(Guid? agencyId) => Opportunities.Told(agencyId) is { } told
        ? ImplementationBlocks.Transfer(
            Proportion.Of(told, m => m.IsTransferred), Proportion.Of(told, m => m.IsVerified), Proportion.Of(told, m => m.IsAnswered),
            told.Select(m => m.PersonId).Distinct().Count())
        : ImplementationBlocks.NoTransfer(TooFew);

    public DosageBlock Dosage(Guid? agencyId) => ImplementationBlocks.Dosage(
        WindowsTold.Of(agencyId), Has(withWindows, agencyId) ? TooFew : FigureReasons.NoWindowsOver,
        ImplementationBlocks.LoopClosureOf(StepsTold.Of(agencyId), Today, Has(withSteps, agencyId) ? TooFew : FigureReasons.NoItemsDue));

    public IReadOnlyList<FidelityBlock> Fidelity(Guid? agencyId) =>
        [.. Ratings.Where(r => r.Has(agencyId)).Select(r => r.Block(agencyId, IsOutside))];

    public BarrierBlock Barriers(Guid? agencyId) => BarriersNamed.Block(agencyId, IsOutside);

    /// <summary>
    /// Agencies change in other quarters than the programme does, so that one of them and the rest would tell of few: whoever reads no
    /// names is told of the programme alone.
    /// </summary>
    public CertifiedFigures Certified(Guid? agencyId) =>
        ReadsNames ? ImplementationBlocks.CertifiedToday(agencyId is { } id ? Terms.FindAll(t => t.AgencyId == id) : Terms, Today)
        : ImplementationBlocks.CertifiedTold(agencyId is null ? Terms : [], Today, IsOutside);

    private static bool Has(HashSet<Guid?> agencies, Guid? agencyId) => agencyId is null ? agencies.Count > 0 : agencies.Contains(agencyId);
}

/// <summary>Ratings by one instrument, and which groups may be told of in which quarter.</summary>
internal sealed record ToldRatings(
    RatedInstrument Rated, IReadOnlyList<ToldQuarter> Quarters, ILookup<Guid?, AgencyRating> Pairs, SettledGroups<AgencyRating> PairsTold)
{
    private readonly HashSet<Guid?> agencies = [.. Rated.Reviews.Select(r => r.AgencyId)];

    /// <param name="known">Subjects of whom the reader knows a score.</param>
    public static ToldRatings Of(RatedInstrument rated, IReadOnlySet<Guid> known, decimal driftSlope, DateTime now, bool isOutside)
    {
        var byAgency = rated.Reviews.ToLookup(r => r.AgencyId, r => r.Review);
        return new(
            rated,
            [
                .. FidelityQuarter.Settled(ImplementationBlocks.Quarters, now).Select(from => ToldQuarter.Of(
                    from, group => FidelityQuarter.SubjectsOf(
                        group is null ? rated.Reviews.Select(r => r.Review) : byAgency[group == Guid.Empty ? null : group],
                        from, rated.Line, driftSlope),
                    byAgency.Select(a => a.Key ?? Guid.Empty), known, isOutside)),
            ],
            rated.Pairs.ToLookup(p => p.AgencyId),
            SettledGroups.Of(
                rated.Pairs, p => p.Rating.SettledOn, p => new(p.AgencyId ?? Guid.Empty, p.Rating.SubjectId), DateOnly.FromDateTime(now),
                known, isOutside));
    }

    public bool Has(Guid? agencyId) => agencyId is null || agencies.Contains(agencyId);

    public FidelityBlock Block(Guid? agencyId, bool isOutside)
    {
        var why = Suppression.WhyNotTold(isOutside);
        var areThere = agencyId is null ? Pairs.Count > 0 : Pairs.Contains(agencyId);
        return ImplementationBlocks.Fidelity(
            Rated, Quarters.Select(q => ImplementationBlocks.Period(q.From, q.Figures(agencyId, Rated.Line, isOutside), why)),
            ImplementationBlocks.AgreementOf(PairsTold.Of(agencyId), areThere ? why : FigureReasons.NoPairs));
    }
}

/// <summary>Who was rated in a quarter, and of which groups that may be told.</summary>
/// <param name="Subjects">By agency; with null of the programme.</param>
/// <param name="Told">Groups that are told of; null among them for the programme.</param>
/// <param name="LineTold">Those of which it may be told too how many are at the line.</param>
internal sealed record ToldQuarter(
    DateOnly From, ILookup<Guid?, RatedSubject> Subjects, IReadOnlySet<Guid?> Told, IReadOnlySet<Guid?> LineTold)
{
    private const string Calibrated = "calibrated";
    private const string Others = "others";
    private static readonly HashSet<Guid> NoOne = [];

    public static ToldQuarter Of(
        DateOnly from, Func<Guid?, IReadOnlyList<RatedSubject>> subjectsOf, IEnumerable<Guid> agencies, IReadOnlySet<Guid> known,
        bool isOutside)
    {
        var subjects = agencies.Select(a => (Guid?)a).Append(null).SelectMany(g => subjectsOf(g).Select(s => (Group: g, Subject: s)))
            .ToLookup(s => s.Group, s => s.Subject);
        var disclosure = new GroupDisclosure(
            [
                .. subjects.Where(g => g.Key is not null).SelectMany(g => g.Select(s => new CountedPerson(
                    g.Key!.Value, s.SubjectId, s.IsCalibrated ? Calibrated : Others))),
            ],
            known, isOutside);
        HashSet<Guid?> told = [.. disclosure.Groups.Where(g => disclosure.Allows(g))];
        HashSet<Guid?> line = [.. disclosure.Groups.Where(g => told.Contains(g) && disclosure.Allows(g, part => part == Calibrated))];
        return new(from, subjects, told, line);
    }

    /// <summary>Null where nothing may be told of the group.</summary>
    public FidelityQuarter? Figures(Guid? agencyId, decimal? line, bool isOutside)
    {
        if (!Told.Contains(agencyId)) return null;
        var subjects = Subjects[agencyId].ToList();
        return FidelityQuarter.Of(
            subjects, From, line,
            LineTold.Contains(agencyId) && FidelityQuarter.MayTellLine(subjects, NoOne, Suppression.FewestTold(isOutside)));
    }
}

/// <summary>What was named in a half-year, as far as it may be told.</summary>
/// <param name="Told">How many of a group named a barrier; with null those of several that too few have named.</param>
internal sealed record ToldBarriers(SettledHalf Half, ILookup<Guid?, (Barrier? Barrier, int People)> Told)
{
    public static ToldBarriers Of(SettledHalf half, List<BarrierNaming> named, IReadOnlySet<Guid> known, bool isOutside)
    {
        var disclosure = new GroupDisclosure(
            [.. named.Select(n => new CountedPerson(n.AgencyId ?? Guid.Empty, n.PersonId, n.Barrier.ToString()))], known, isOutside);
        var byAgency = named.ToLookup(n => n.AgencyId);
        return new(half, disclosure.Groups
            .SelectMany(g => Of(g, g is null ? named : byAgency[g], disclosure).Select(told => (Group: g, Told: told)))
            .ToLookup(t => t.Group, t => t.Told));
    }

    public BarrierBlock Block(Guid? agencyId, bool isOutside) => ImplementationBlocks.Barriers(
        Half, Told[agencyId].Where(t => t.Barrier is not null).Select(t => (t.Barrier!.Value, t.People)),
        Told[agencyId].Where(t => t.Barrier is null).Select(t => (int?)t.People).SingleOrDefault(), isOutside);

    private static IEnumerable<(Barrier? Barrier, int People)> Of(
        Guid? group, IEnumerable<BarrierNaming> named, GroupDisclosure disclosure)
    {
        var byBarrier = named.GroupBy(n => n.Barrier, n => n.PersonId).OrderBy(b => b.Key)
            .Select(b => (Barrier: b.Key, People: b.ToHashSet(), IsTold: disclosure.Allows(group, part => part == b.Key.ToString())))
            .ToList();
        foreach (var (barrier, people, _) in byBarrier.Where(b => b.IsTold)) yield return (barrier, people.Count);
        var few = byBarrier.FindAll(b => !b.IsTold);
        if (few.Count > 1 && disclosure.Allows(group, part => few.Exists(b => b.Barrier.ToString() == part)))
            yield return (null, few.SelectMany(b => b.People).Distinct().Count());
    }
}
