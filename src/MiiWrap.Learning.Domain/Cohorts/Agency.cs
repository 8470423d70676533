using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Cohorts;

/// <summary>What a person does for an agency.</summary>
public enum AgencyRole
{
    Supervisor,
    AgencyAdmin,
}

/// <summary>An organisation that employs learners: the border of what its own people may see.</summary>
public sealed class Agency : Entity, IVersioned
{
    private Agency()
    {
    }

    public int Version { get; set; }

    /// <summary>Days on which nobody works there; none by default.</summary>
    public IReadOnlyList<DateOnly> ClosedDays { get; private set; } = [];

    public void CloseOn(IEnumerable<DateOnly> days, DateTime now)
    {
        ClosedDays = [.. days.Distinct().Order()];
        Raise(new ClosedDaysChanged(this, now));
    }

    public string Name
    {
        get;
        private set => (field, SortName) = (value, SortKey.Of(value));
    } = "";

    /// <summary>By what it is listed.</summary>
    public string SortName { get; private set; } = "";

    /// <summary>
    /// The same, and no other agency's; null for one of those that bore the name of another before names had to differ.
    /// </summary>
    public string? UniqueSortName { get; private set; }

    public void Rename(string name) => (Name, UniqueSortName) = (name, SortKey.Of(name));

    /// <summary>Words that its people's reflections should not hold: places, programmes, names.</summary>
    public IReadOnlyList<string> DeniedWords { get; private set; } = [];

    public void Deny(IEnumerable<string> words) => DeniedWords = [.. words.Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>How long the words of its learners' reflections are kept; null for the programme's own period.</summary>
    public int? RetentionMonths { get; private set; }

    /// <summary>Since when nothing is purged, whatever its age.</summary>
    public DateTime? LegalHoldSince { get; private set; }

    public string? LegalHoldReason { get; private set; }

    public void SetRetention(int? months) => RetentionMonths = months;

    public void HoldForLaw(string reason, DateTime now)
    {
        if (LegalHoldSince is not null)
            throw new RuleException(
                "legalHold.on", "This agency is on legal hold already; lift that one first, so that each is in the list.");
        (LegalHoldSince, LegalHoldReason) = (now, reason);
    }

    public void LiftLegalHold()
    {
        if (LegalHoldSince is null) throw new RuleException("legalHold.none", "This agency is not on legal hold.");
        (LegalHoldSince, LegalHoldReason) = (null, null);
    }

    /// <summary>
    /// The first day of the month in which coaching began, where the agency says so itself; null for the month of the first session.
    /// </summary>
    public DateOnly? CoachingStartsOn { get; private set; }

    /// <summary>Why it says so.</summary>
    public string? CoachingStartReason { get; private set; }

    /// <summary>For how many facilitators it needs one certified coach; null for the programme's own number.</summary>
    public int? FacilitatorsPerCoach { get; private set; }

    public void StartCoachingOn(DateOnly month, string reason) => (CoachingStartsOn, CoachingStartReason) = (month, reason);

    /// <summary>The month of the first session counts again.</summary>
    public void StartCoachingByRecord() => (CoachingStartsOn, CoachingStartReason) = (null, null);

    public void NeedOneCoachFor(int? facilitators) => FacilitatorsPerCoach = facilitators;

    /// <summary>Gives a person a part in the agency.</summary>
    public AgencyMember Add(Guid personId, AgencyRole role, DateTime now)
    {
        Raise(new AgencyMemberAdded(this, personId, now));
        return new(Id, personId, role);
    }

    public static Agency Create(string name, DateTime now) =>
        new() { Id = NewId.At(now), Name = name, UniqueSortName = SortKey.Of(name) };
}

/// <summary>One person's part in an agency.</summary>
public sealed record AgencyMember(Guid AgencyId, Guid PersonId, AgencyRole Role);

/// <summary>A person has a part in an agency from now on, and must not read its learners' reflections.</summary>
public sealed record AgencyMemberAdded(Agency Agency, Guid PersonId, DateTime At) : IDomainEvent;

/// <summary>An agency has changed the days on which it is closed.</summary>
public sealed record ClosedDaysChanged(Agency Agency, DateTime At) : IDomainEvent;
