using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;

namespace MiiWrap.Learning.Domain.Cohorts;

/// <summary>
/// When modules open: all at the start, each in its week, or each in its week once the previous anchor reflection is accepted.
/// </summary>
public enum Gate
{
    Open,
    Paced,
    Sequential,
}

/// <summary>What a person does for a cohort.</summary>
public enum CohortRole
{
    Instructor,
    Lead,
}

/// <summary>People who move through one curriculum version together from a start date.</summary>
public sealed class Cohort : Entity, IVersioned
{
    private readonly List<CohortMember> staff = [];

    private Cohort()
    {
    }

    public string Name
    {
        get;
        private set => (field, SortName) = (value, SortKey.Of(value));
    } = "";

    /// <summary>By what it is listed.</summary>
    public string SortName { get; private set; } = "";

    public string Curriculum { get; private set; } = "";

    public int CurriculumVersion { get; private set; }

    public DateOnly StartsOn { get; private set; }

    /// <summary>The IANA zone in which modules open, at midnight.</summary>
    public string TimeZone { get; private set; } = "";

    public Gate Gate { get; private set; }

    public DateTime CreatedAt { get; private set; }

    /// <summary>When it was closed; null while it is not.</summary>
    public DateTime? ClosedAt { get; private set; }

    /// <summary>
    /// How often its dates were moved or came back: calendars take the state with the greater number for the newer one.
    /// </summary>
    public int Moves { get; private set; }

    /// <summary>When anything last changed that its learners' calendars show; null when nothing has since it was made.</summary>
    public DateTime? ShownChangeAt { get; private set; }

    /// <summary>
    /// Coaching is a part of the programme here: how much of it each learner has is counted, and who lacks it is seen to.
    /// </summary>
    public bool Coaching { get; private set; }

    /// <summary>Who is left without nudges, for comparison.</summary>
    public HoldOut HoldOut { get; private set; } = HoldOut.None with { };

    public IReadOnlyList<CohortMember> Staff => staff;

    public int Version { get; set; }

    public static Cohort Create(string name, Curriculum curriculum, DateOnly startsOn, string timeZone, Gate gate, DateTime now) => new()
    {
        Id = NewId.At(now),
        Name = name,
        Curriculum = curriculum.Slug,
        CurriculumVersion = curriculum.Version,
        StartsOn = startsOn,
        TimeZone = timeZone,
        Gate = gate,
        CreatedAt = now,
        Coaching = true,
    };

    /// <summary>A new one on the same version of its curriculum, with its gate, its hold-out and its staff; nobody learns there.</summary>
    /// <param name="withAccess">Those of its staff who have access: nobody else is appointed.</param>
    public Cohort Clone(string name, DateOnly startsOn, string timeZone, IReadOnlySet<Guid> withAccess, DateTime now)
    {
        var clone = new Cohort
        {
            Id = NewId.At(now),
            Name = name,
            Curriculum = Curriculum,
            CurriculumVersion = CurriculumVersion,
            StartsOn = startsOn,
            TimeZone = timeZone,
            Gate = Gate,
            CreatedAt = now,
            Coaching = true,
            HoldOut = HoldOut with { },
        };
        foreach (var role in Enum.GetValues<CohortRole>())
            clone.Appoint(role, staff.Where(m => m.Role == role && withAccess.Contains(m.PersonId)).Select(m => m.PersonId));
        return clone;
    }

    /// <summary>
    /// Nobody comes to learn here any more, and nothing more is completed. Nobody is withdrawn, and what was promised is kept: check-ins
    /// and reviews come to their end, since a window about which nobody is asked would count as a skill that nobody uses.
    /// </summary>
    public void Close(DateTime now)
    {
        if (ClosedAt is not null) return;
        (ClosedAt, ShownChangeAt) = (now, now);
        Raise(new CohortClosed(this, now));
    }

    public void Reopen(DateTime now)
    {
        if (ClosedAt is null) return;
        // Its dates come back into calendars, which may know them as deleted.
        (ClosedAt, ShownChangeAt, Moves) = (null, now, Moves + 1);
        Raise(new CohortReopened(this, now));
    }

    /// <summary>
    /// Goes on with a newer version of its curriculum. What was planned and counted keeps the version in which its unit was completed.
    /// </summary>
    public void UpgradeTo(Curriculum curriculum, DateTime now)
    {
        MustBeOpen();
        if (curriculum.Version < CurriculumVersion)
            throw new RuleException(
                "cohort.version.older", "A cohort goes on to newer versions of its curriculum alone.", RuleKind.Invalid)
                .With("version", CurriculumVersion);
        if (curriculum.Version == CurriculumVersion) return;
        var before = CurriculumVersion;
        CurriculumVersion = curriculum.Version;
        // Modules may be called otherwise, and open on other days.
        (Moves, ShownChangeAt) = (Moves + 1, now);
        Raise(new CohortUpgraded(this, before, now));
    }

    public void MustBeOpen()
    {
        if (ClosedAt is not null)
            throw new RuleException("cohort.closed", "This cohort is closed; its lead or a programme admin can open it again.");
    }

    public void Rename(string name, DateTime now)
    {
        if (name == Name) return;
        Name = name;
        // Where modules open one by one, calendars name them and not the cohort.
        if (Gate == Gate.Open) ShownChangeAt = now;
    }

    public void ChangeCoaching(bool coaching) => Coaching = coaching;

    /// <summary>Holds for what is completed from now on; nobody's side in what they have completed changes.</summary>
    public void HoldOutFromNow(HoldOut holdOut) => HoldOut = holdOut;

    public void ChangeGate(Gate gate, DateTime now)
    {
        if (gate == Gate) return;
        // Paced or sequential, modules open on the same days; else other dates come, or those from before come back into calendars, which
        // may know them as deleted.
        if (Gate.Open == gate || Gate.Open == Gate) (Moves, ShownChangeAt) = (Moves + 1, now);
        Gate = gate;
    }

    /// <summary>Moves the calendar; what was opened and completed before stays so, and transfer clocks run on.</summary>
    public void Reschedule(DateOnly startsOn, DateTime now)
    {
        if (startsOn == StartsOn) return;
        var before = StartsOn;
        StartsOn = startsOn;
        (Moves, ShownChangeAt) = (Moves + 1, now);
        Raise(new CohortRescheduled(this, before, now));
    }

    /// <summary>Makes these the people of a role, in place of those who had it.</summary>
    public void Appoint(CohortRole role, IEnumerable<Guid> people)
    {
        // Who stays keeps their row.
        var wanted = people.ToHashSet();
        staff.RemoveAll(m => m.Role == role && !wanted.Contains(m.PersonId));
        staff.AddRange(wanted.Except(staff.Where(m => m.Role == role).Select(m => m.PersonId))
            .Select(id => new CohortMember(Id, id, role)));
    }

    /// <summary>
    /// Appoints for those roles whose people are given, and tells who came and who went. Leads read what learners write, so nobody gives
    /// that right to themselves where there is something to read.
    /// </summary>
    public void ChangeStaff(IReadOnlyList<Guid>? instructors, IReadOnlyList<Guid>? leads, bool hasLearners, Guid by, DateTime now)
    {
        var before = staff.ToList();
        if (instructors is not null) Appoint(CohortRole.Instructor, instructors);
        if (leads is not null) Appoint(CohortRole.Lead, leads);
        var (appointed, dismissed) = (staff.Except(before).ToList(), before.Except(staff).ToList());
        if (appointed.Count + dismissed.Count == 0) return;
        if (hasLearners && GivesMore(RolesOf(appointed, by), RolesOf(before, by)))
            throw new RuleException("cohort.staff.self",
                "Nobody appoints themselves in a cohort that has learners; a lead or another programme admin can.", RuleKind.Forbidden);
        Raise(new CohortStaffChanged(this, appointed, dismissed, by, now));
    }

    /// <summary>True when somebody is more here than in another cohort; who leads there is everything already.</summary>
    public bool GivesMoreThan(Cohort other, Guid personId) => GivesMore(RolesOf(staff, personId), RolesOf(other.staff, personId));

    private static bool GivesMore(HashSet<CohortRole> roles, HashSet<CohortRole> before) =>
        !before.Contains(CohortRole.Lead) && !roles.IsSubsetOf(before);

    private static HashSet<CohortRole> RolesOf(IEnumerable<CohortMember> members, Guid personId) =>
        [.. members.Where(m => m.PersonId == personId).Select(m => m.Role)];

    /// <summary>
    /// The invitation of somebody appointed here goes to another address: whoever opens it is as good as appointed now, and it is told so.
    /// </summary>
    public void Reappoint(Guid personId, Guid by, DateTime now) =>
        Raise(new CohortStaffChanged(this, staff.FindAll(m => m.PersonId == personId), [], by, now));

    /// <summary>The date on which a module opens by the calendar alone.</summary>
    public DateOnly OpensOn(Module module) => OpensOn(module, StartsOn);

    /// <summary>The same, for a start date that is only thought of.</summary>
    public DateOnly OpensOn(Module module, DateOnly startsOn) =>
        Gate == Gate.Open ? startsOn : startsOn.AddDays(7 * (module.FirstWeek - 1));

    /// <summary>The last day of a module's weeks: by then its units are expected.</summary>
    public static DateOnly ExpectedBy(Module module, DateOnly startsOn) => startsOn.AddDays((7 * module.LastWeek) - 1);

    /// <summary>The last day of its last module.</summary>
    public DateOnly EndsOn(Curriculum curriculum) => ExpectedBy(curriculum.Modules.MaxBy(m => m.LastWeek)!, StartsOn);

    public DateOnly Today(DateTime now) => Zones.LocalDate(now, Zones.Find(TimeZone));
}

/// <summary>One person's part in a cohort.</summary>
public sealed record CohortMember(Guid CohortId, Guid PersonId, CohortRole Role);

/// <summary>A cohort's start date has moved.</summary>
public sealed record CohortRescheduled(Cohort Cohort, DateOnly Before, DateTime At) : IDomainEvent;

/// <summary>A cohort goes on with a newer version of its curriculum.</summary>
public sealed record CohortUpgraded(Cohort Cohort, int Before, DateTime At) : IDomainEvent;

/// <summary>A cohort takes no learners and no completions any more.</summary>
public sealed record CohortClosed(Cohort Cohort, DateTime At) : IDomainEvent;

/// <summary>A closed cohort goes on.</summary>
public sealed record CohortReopened(Cohort Cohort, DateTime At) : IDomainEvent;

/// <summary>People were appointed in a cohort, or are no longer what they were in it.</summary>
public sealed record CohortStaffChanged(
    Cohort Cohort, IReadOnlyList<CohortMember> Appointed, IReadOnlyList<CohortMember> Dismissed, Guid By, DateTime At) : IDomainEvent
{
    /// <summary>Those who lead the cohort and those who did until now.</summary>
    public IReadOnlyList<Guid> Leads =>
        [.. Cohort.Staff.Concat(Dismissed).Where(m => m.Role == CohortRole.Lead).Select(m => m.PersonId).Distinct()];

    /// <summary>Those who have no part in the cohort any more.</summary>
    public IReadOnlyList<Guid> Gone =>
        [.. Dismissed.Select(m => m.PersonId).Distinct().Where(id => Cohort.Staff.All(m => m.PersonId != id))];
}
