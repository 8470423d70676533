using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Domain.Reflections;

/// <summary>In which part someone looked at a text.</summary>
public enum ReaderRole
{
    Author,
    Reviewer,
    Lead,
    ProgramAdmin,
    Instructor,

    /// <summary>Who coaches the person, or held the coaching session.</summary>
    Coach,

    /// <summary>Who took part in the coaching session.</summary>
    Participant,
}

/// <summary>What someone did with a text.</summary>
public enum ReaderAct
{
    Read,
    Compared,
    ReadThread,
    Published,
    OverrodeAcceptRule,
    BrokeGlass,
    EndedBreakGlass,
    PutOnHold,
    Redacted,
    ReleasedFromHold,
    ReadPlan,
    ReadNote,
    Appointed,
    Dismissed,

    /// <summary>A lead gave one reviewer's claim to another.</summary>
    HandedOver,

    /// <summary>The other reviewer, who has it now.</summary>
    TookOver,

    /// <summary>The learner was moved to another cohort, whose staff read from then on.</summary>
    Moved,

    /// <summary>Somebody looked at all fidelity reviews of a person at once.</summary>
    ReadTrend,

    /// <summary>A fidelity review was taken out of everything that counts.</summary>
    Voided,
}

/// <summary>
/// One line of who saw the text of a reflection or the notes of a session, and why: it is written once, and whose words they are can read
/// it.
/// </summary>
public sealed class AccessLogEntry : IAppendOnly, IRedactable, IOfGuardedText
{
    private AccessLogEntry()
    {
    }

    public Guid Id { get; private init; }

    public Guid? ReflectionId { get; private init; }

    public Guid? SessionId { get; private init; }

    public Guid PersonId { get; private init; }

    /// <summary>As the person was called then.</summary>
    public string Name { get; private init; } = "";

    public ReaderRole Role { get; private init; }

    public ReaderAct Act { get; private init; }

    public string? Reason { get; private set; }

    public DateTime At { get; private init; }

    public int RedactionCount { get; private set; }

    public static AccessLogEntry Of(
        TextKey text, Guid personId, string name, ReaderRole role, ReaderAct act, string? reason, DateTime now) => new()
    {
        Id = NewId.At(now),
        ReflectionId = text.ReflectionId,
        SessionId = text.SessionId,
        PersonId = personId,
        Name = name,
        Role = role,
        Act = act,
        Reason = reason,
        At = now,
    };

    public int Remove(RedactionPattern words)
    {
        var places = 0;
        var left = words.From(Reason, ref places);
        if (places > 0) (Reason, RedactionCount) = (left, RedactionCount + 1);
        return places;
    }
}

/// <summary>
/// One line of who read the notes with which a learner answered the check-ins of one unit, or the plan that these ask about.
/// </summary>
public sealed class NoteAccess : IAppendOnly, IRedactable
{
    /// <summary>Whoever reads the same notes again within this time is written down once.</summary>
    public static readonly TimeSpan OneReading = TimeSpan.FromMinutes(15);

    private NoteAccess()
    {
    }

    public Guid Id { get; private init; }

    public Guid EnrolmentId { get; private init; }

    public string Unit { get; private init; } = "";

    public Guid PersonId { get; private init; }

    /// <summary>As the person was called then.</summary>
    public string Name { get; private init; } = "";

    public ReaderRole Role { get; private init; }

    public ReaderAct Act { get; private init; }

    public string? Reason { get; private set; }

    public DateTime At { get; private init; }

    public int RedactionCount { get; private set; }

    public static NoteAccess Of(
        Guid enrolmentId, string unit, Guid personId, string name, ReaderRole role, ReaderAct act, string? reason, DateTime now) => new()
    {
        Id = NewId.At(now),
        EnrolmentId = enrolmentId,
        Unit = unit,
        PersonId = personId,
        Name = name,
        Role = role,
        Act = act,
        Reason = reason,
        At = now,
    };

    public int Remove(RedactionPattern words)
    {
        var places = 0;
        var left = words.From(Reason, ref places);
        if (places > 0) (Reason, RedactionCount) = (left, RedactionCount + 1);
        return places;
    }
}

/// <summary>
/// Someone came to read the reflections of a cohort, or reads them no longer: a line of each of its reflections' access log.
/// </summary>
public sealed class ReaderAppointment : IAppendOnly
{
    private ReaderAppointment()
    {
    }

    public Guid Id { get; private init; }

    public Guid CohortId { get; private init; }

    public Guid PersonId { get; private init; }

    /// <summary>As the person was called then.</summary>
    public string Name { get; private init; } = "";

    public ReaderRole Role { get; private init; }

    public ReaderAct Act { get; private init; }

    /// <summary>The name of whoever did it.</summary>
    public string By { get; private init; } = "";

    public DateTime At { get; private init; }

    public static ReaderAppointment Of(CohortMember member, string name, ReaderAct act, string by, DateTime now) => new()
    {
        Id = NewId.At(now),
        CohortId = member.CohortId,
        PersonId = member.PersonId,
        Name = name,
        Role = member.Role == CohortRole.Lead ? ReaderRole.Lead : ReaderRole.Reviewer,
        Act = act,
        By = by,
        At = now,
    };
}

/// <summary>
/// A learner went on in another cohort, where other people read what they write: a line of each of their reflections' access log.
/// </summary>
public sealed class LearnerMove : IAppendOnly
{
    private LearnerMove()
    {
    }

    public Guid Id { get; private init; }

    public Guid EnrolmentId { get; private init; }

    public Guid FromCohortId { get; private init; }

    public Guid ToCohortId { get; private init; }

    /// <summary>Who moved them.</summary>
    public Guid PersonId { get; private init; }

    /// <summary>As the person was called then.</summary>
    public string Name { get; private init; } = "";

    public ReaderRole Role { get; private init; }

    public ReaderAct Act { get; private init; }

    public DateTime At { get; private init; }

    public static LearnerMove Of(EnrolmentMoved moved, string name, ReaderRole role) => new()
    {
        Id = NewId.At(moved.At),
        EnrolmentId = moved.Enrolment.Id,
        FromCohortId = moved.From.Id,
        ToCohortId = moved.To.Id,
        PersonId = moved.By,
        Name = name,
        Role = role,
        Act = ReaderAct.Moved,
        At = moved.At,
    };
}

/// <summary>A programme admin's right to read one reflection or the notes of one session, for a reason and for a while.</summary>
public sealed class BreakGlass : IVersioned, IRedactable, IOfGuardedText
{
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private BreakGlass()
    {
    }

    public Guid Id { get; private set; }

    public Guid? ReflectionId { get; private set; }

    public Guid? SessionId { get; private set; }

    public Guid PersonId { get; private set; }

    public string Reason { get; private set; } = "";

    public DateTime From { get; private set; }

    public DateTime Until { get; private set; }

    public int RedactionCount { get; private set; }

    public int Version { get; set; }

    public static BreakGlass Open(TextKey text, Guid personId, string reason, TimeSpan lasts, DateTime now) => new()
    {
        Id = NewId.At(now),
        ReflectionId = text.ReflectionId,
        SessionId = text.SessionId,
        PersonId = personId,
        Reason = reason,
        From = now,
        Until = now + (lasts < Longest ? lasts : Longest),
    };

    public void End(DateTime now) => Until = now;

    public int Remove(RedactionPattern words)
    {
        var (text, places) = words.From(Reason);
        if (places > 0) (Reason, RedactionCount) = (text, RedactionCount + 1);
        return places;
    }
}
