using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Coaching;

/// <summary>Where a coaching relationship stands.</summary>
public enum RelationshipState
{
    /// <summary>It waits for the consent of the coachee, whose agency the coach supervises or administers.</summary>
    Proposed,
    Active,
    Ended,
}

/// <summary>What a coachee lets their coach see beside what both have done together.</summary>
/// <param name="Answers">Answers to check-ins, and the words of if-then plans.</param>
/// <param name="Reflections">What was handed in, and the feedback on it.</param>
/// <param name="Fidelity">What others have seen and rated.</param>
public sealed record Shares(bool Answers, bool Reflections, bool Fidelity)
{
    public static readonly Shares AtFirst = new(Answers: true, Reflections: false, Fidelity: true);

    public static readonly Shares Nothing = new(false, false, false);
}

/// <summary>One person coaches another, in an agency or in a cohort.</summary>
public sealed class CoachingRelationship : Entity, IVersioned
{
    private CoachingRelationship()
    {
    }

    public Guid CoachId { get; private set; }

    public Guid CoacheeId { get; private set; }

    /// <summary>The agency in which it holds; null when it holds in a cohort.</summary>
    public Guid? AgencyId { get; private set; }

    /// <summary>The cohort in which it holds; null when it holds in an agency.</summary>
    public Guid? CohortId { get; private set; }

    public Guid CreatedBy { get; private set; }

    public DateTime CreatedAt { get; private set; }

    /// <summary>When it became active; null while it never was.</summary>
    public DateTime? BeganAt { get; private set; }

    /// <summary>When the coachee agreed to be coached by who supervises or administers their agency; null where they have not.</summary>
    public DateTime? AgreedAt { get; private set; }

    public DateTime? EndedAt { get; private set; }

    public Guid? EndedBy { get; private set; }

    /// <summary>Why it ended, in somebody's words.</summary>
    public string? EndReason { get; private set; }

    public Shares Shares { get; private set; } = Shares.Nothing with { };

    public int Version { get; set; }

    /// <param name="before">
    /// What the coachee let this coach see when the two were last brought together; null when they never were. It is theirs to change.
    /// </param>
    /// <param name="isSupervised">The coach supervises or administers the agency of the coachee.</param>
    public static CoachingRelationship Begin(
        Guid coachId, Guid coacheeId, Guid? agencyId, Guid? cohortId, Shares? before, bool isSupervised, Guid by, DateTime now)
    {
        if (coachId == coacheeId) throw new RuleException("coaching.self", "Nobody coaches themselves.", RuleKind.Invalid);
        // It would open what the coachee shares to whoever wants to see it.
        if (coachId == by)
            throw new RuleException(
                "coaching.self", "Nobody names themselves coach; somebody else who may do so can.", RuleKind.Invalid);
        var relationship = new CoachingRelationship
        {
            Id = NewId.At(now),
            CoachId = coachId,
            CoacheeId = coacheeId,
            AgencyId = agencyId,
            CohortId = cohortId,
            CreatedBy = by,
            CreatedAt = now,
            BeganAt = isSupervised ? null : now,
            Shares = (isSupervised ? Shares.Nothing : before ?? Shares.AtFirst) with { },
        };
        if (isSupervised) relationship.Raise(new CoachingProposed(relationship, now));
        relationship.Raise(new CoachAppointed(relationship, by, now));
        return relationship;
    }

    /// <summary>
    /// The invitation of a coach who has not accepted it goes to another address: whoever opens it is as good as named now, and it is told
    /// so.
    /// </summary>
    public void Reappoint(Guid by, DateTime now) => Raise(new CoachAppointed(this, by, now));

    /// <summary>The coachee agrees to be coached by somebody who supervises them. Doing it again changes nothing.</summary>
    /// <param name="isSupervised">
    /// The coach supervises or administers the coachee's agency by now; a word given before is no consent to one who comes to.
    /// </param>
    public void Agree(bool isSupervised, DateTime now)
    {
        MustNotHaveEnded();
        BeganAt ??= now;
        if (isSupervised) AgreedAt ??= now;
    }

    /// <param name="isSupervised">The coach supervises or administers the coachee's agency by now, from whenever on.</param>
    public RelationshipState StateOf(bool isSupervised) => EndedAt is not null ? RelationshipState.Ended
        : BeganAt is null || (isSupervised && AgreedAt is null) ? RelationshipState.Proposed
        : RelationshipState.Active;

    /// <summary>The coachee says what the coach may see.</summary>
    /// <param name="isSupervised">The coach supervises or administers the coachee's agency by now.</param>
    public void Share(Shares shares, bool isSupervised)
    {
        MustNotHaveEnded();
        if (isSupervised && shares != Shares.Nothing)
            throw new RuleException(
                "coaching.shares.supervisor", "Nothing is shared with a coach who supervises or administers one's agency.");
        Shares = shares with { };
    }

    /// <summary>The person in whose stead the coachee stood has accepted.</summary>
    public void TakeOver(Guid coacheeId) => CoacheeId = coacheeId;

    /// <summary>The coach keeps their own sessions, and sees nothing more of what was shared.</summary>
    public void End(string reason, Guid by, DateTime now)
    {
        MustNotHaveEnded();
        (EndedAt, EndedBy, EndReason, Shares) = (now, by, reason, Shares.Nothing with { });
        Raise(new CoachingEnded(this, now));
    }

    /// <summary>Takes out why it ended.</summary>
    public void PurgeReason() => EndReason = null;

    private void MustNotHaveEnded()
    {
        if (EndedAt is not null) throw new RuleException("coaching.ended", "This coaching relationship has ended.");
    }
}

/// <summary>Somebody coaches somebody no more, by this relationship.</summary>
public sealed record CoachingEnded(CoachingRelationship Relationship, DateTime At) : IDomainEvent;

/// <summary>Somebody was named to coach a learner, who may have to agree to it first.</summary>
/// <param name="By">Who named them.</param>
public sealed record CoachAppointed(CoachingRelationship Relationship, Guid By, DateTime At) : IDomainEvent;

/// <summary>Somebody would coach a learner whose agency they supervise or administer, and waits for their consent.</summary>
public sealed record CoachingProposed(CoachingRelationship Relationship, DateTime At) : IDomainEvent;
