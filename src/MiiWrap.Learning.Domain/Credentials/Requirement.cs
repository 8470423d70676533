using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Domain.Credentials;

/// <summary>What kind of thing has to be shown; a closed set, and its names stand in authored files.</summary>
public enum RequirementKind
{
    UnitsComplete,
    ReflectionsAccepted,
    ObservedContacts,
    Fidelity,
    Calibrated,
    ItemsClosed,
    Attestation,
    Holds,
}

/// <summary>Whose reflections have to be accepted.</summary>
public enum ReflectionScope
{
    Anchors,
    All,
}

/// <summary>Who says that something is so: whoever may issue the credential.</summary>
public enum AttestedBy
{
    /// <summary>Who leads the learner's cohort; whoever administers the programme may as well.</summary>
    Lead,
    ProgramAdmin,
}

/// <summary>One thing that has to be shown. Nothing of it is run as code: each kind has its own few numbers.</summary>
public abstract record Requirement(RequirementKind Kind)
{
    /// <summary>How much is enough.</summary>
    /// <param name="record">What the learner has done; of units it says how many there are.</param>
    public abstract int Need(LearnerRecord record);

    /// <summary>What counts, and no more of it than is told: what is shown of it is what it was judged by.</summary>
    /// <param name="period">The days that count.</param>
    protected abstract IReadOnlyList<EvidenceItem> Find(LearnerRecord record, EvidencePeriod period);

    public RequirementResult Judge(LearnerRecord record, EvidencePeriod period)
    {
        var (found, need) = (Find(record, period), Need(record));
        return new(this, found.Count, need, found.Count >= need, found);
    }
}

/// <summary>All units of the version that the learner's cohort learns.</summary>
public sealed record UnitsComplete() : Requirement(RequirementKind.UnitsComplete)
{
    public override int Need(LearnerRecord record) => record.Units.Count;

    protected override IReadOnlyList<EvidenceItem> Find(LearnerRecord record, EvidencePeriod period) =>
        [.. record.Units.Select(u => u.Completed).OfType<EvidenceItem>()];
}

/// <summary>Reflections that a reviewer has accepted.</summary>
public sealed record ReflectionsAccepted(ReflectionScope Of) : Requirement(RequirementKind.ReflectionsAccepted)
{
    public override int Need(LearnerRecord record) => Units(record).Count();

    protected override IReadOnlyList<EvidenceItem> Find(LearnerRecord record, EvidencePeriod period) =>
        [.. Units(record).Select(u => u.Accepted).OfType<EvidenceItem>()];

    private IEnumerable<LearnedUnit> Units(LearnerRecord record) => record.Units.Where(u => Of == ReflectionScope.All || u.IsAnchor);
}

/// <summary>Contacts of coaching within any run of so many weeks.</summary>
public sealed record ObservedContacts(int AtLeast, int WithinWeeks) : Requirement(RequirementKind.ObservedContacts)
{
    private const int DaysOfWeek = 7;

    public override int Need(LearnerRecord record) => AtLeast;

    protected override IReadOnlyList<EvidenceItem> Find(LearnerRecord record, EvidencePeriod period)
    {
        // Two on one day are one, as in dosage.
        var contacts = record.Contacts.Where(c => period.Has(c.On)).DistinctBy(c => c.On).OrderBy(c => c.On).ToList();
        // The newest of the fullest runs.
        return contacts.Select(first => contacts.FindAll(c => first.On <= c.On && c.On < first.On.AddDays(WithinWeeks * DaysOfWeek)))
            .Reverse().MaxBy(run => run.Count) ?? [];
    }
}

/// <summary>Reviews by others that came to so much of the score, none of which has a critical item at zero.</summary>
/// <param name="AtLeast">The score's least value, itself included.</param>
/// <param name="Events">What was rated; any where nothing is named.</param>
public sealed record FidelityReached(
    string Instrument, string Score, decimal AtLeast, int Reviews, int WithinMonths, IReadOnlyList<ObservationKind> Events)
    : Requirement(RequirementKind.Fidelity)
{
    /// <summary>The flag of a form on which one critical item has its lowest value, whatever the score.</summary>
    public const string CriticalZero = "criticalZero";

    public override int Need(LearnerRecord record) => Reviews;

    protected override IReadOnlyList<EvidenceItem> Find(LearnerRecord record, EvidencePeriod period)
    {
        // Only the month is known of what was rated.
        var oldest = period.FirstMonthWithin(WithinMonths);
        return
        [
            .. record.Reviews.Where(r => Counts(r) && r.Month >= oldest && period.Has(r.Item.On)).Select(r => r.Item),
        ];
    }

    /// <summary>Whether a review counts, on a day on which it is new enough.</summary>
    public bool Counts(StandingReview review) =>
        review.Instrument == Instrument && review.RaterCalibrated && (Events.Count == 0 || Events.Contains(review.Event))
        && !review.Flags.Contains(CriticalZero)
        && review.Scores.FirstOrDefault(s => s.Code == Score)?.Exact() is { } value && value >= Fraction.Of(AtLeast);
}

/// <summary>The learner rates as others who were checked do.</summary>
public sealed record CalibratedRater(string Instrument) : Requirement(RequirementKind.Calibrated)
{
    public override int Need(LearnerRecord record) => 1;

    protected override IReadOnlyList<EvidenceItem> Find(LearnerRecord record, EvidencePeriod period) =>
        [.. record.Calibrations.Where(c => c.Of == Instrument).Select(c => c.Item)];
}

/// <summary>Action items that were closed as kept, in whole or in part.</summary>
public sealed record ItemsClosed(int AtLeast, int WithinMonths) : Requirement(RequirementKind.ItemsClosed)
{
    public override int Need(LearnerRecord record) => AtLeast;

    protected override IReadOnlyList<EvidenceItem> Find(LearnerRecord record, EvidencePeriod period) =>
        [.. record.ClosedItems.Where(i => period.Has(i.On) && i.On > period.Today.AddMonths(-WithinMonths))];
}

/// <summary>Whoever issues it says that something is so.</summary>
/// <param name="Words">What they say.</param>
public sealed record Attestation(AttestedBy By, string Words) : Requirement(RequirementKind.Attestation)
{
    public override int Need(LearnerRecord record) => 1;

    protected override IReadOnlyList<EvidenceItem> Find(LearnerRecord record, EvidencePeriod period) =>
        [.. record.Attestations.Where(a => a.By >= By).Select(a => a.Item).Take(1)];
}

/// <summary>The learner holds another credential.</summary>
public sealed record HoldsCredential(string Credential) : Requirement(RequirementKind.Holds)
{
    public override int Need(LearnerRecord record) => 1;

    protected override IReadOnlyList<EvidenceItem> Find(LearnerRecord record, EvidencePeriod period) =>
        [.. record.Held.Where(h => h.Of == Credential).Select(h => h.Item).Take(1)];
}

/// <summary>The days whose evidence counts.</summary>
/// <param name="From">The first of them; null for all there ever were.</param>
public sealed record EvidencePeriod(DateOnly? From, DateOnly Today)
{
    public bool Has(DateOnly day) => !(day < From) && day <= Today;

    /// <summary>The first month of as many as these, the present one left out of the count, and none before the period.</summary>
    public DateOnly FirstMonthWithin(int months)
    {
        var (first, own) = (MonthOf(Today.AddMonths(-months)), From is { } from ? MonthOf(from) : DateOnly.MinValue);
        return first > own ? first : own;
    }

    private static DateOnly MonthOf(DateOnly day) => new(day.Year, day.Month, 1);
}

/// <summary>What was found of one requirement.</summary>
/// <param name="Have">How much there is of it.</param>
public sealed record RequirementResult(Requirement Requirement, int Have, int Need, bool Met, IReadOnlyList<EvidenceItem> Items);
