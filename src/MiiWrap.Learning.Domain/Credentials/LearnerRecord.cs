using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Domain.Credentials;

/// <summary>One thing that was done, by where it can be read and its day; never by words, scores or names.</summary>
/// <param name="Href">A path of this API; who may open it is decided there.</param>
public sealed record EvidenceItem(string Href, DateOnly On);

/// <summary>A unit of the learner's version, with what they have done of it.</summary>
/// <param name="Completed">Null while they have not.</param>
/// <param name="Accepted">When the reflection was accepted; null while it was not.</param>
public sealed record LearnedUnit(bool IsAnchor, EvidenceItem? Completed, EvidenceItem? Accepted);

/// <summary>A locked review of the learner's practice that stands, by a coach, a lead or somebody from outside.</summary>
/// <param name="RaterCalibrated">As the rater was when it was locked.</param>
/// <param name="Month">The first day of the month in which it was seen.</param>
public sealed record StandingReview(
    string Instrument, ObservationKind Event, DateOnly Month, bool RaterCalibrated, IReadOnlyList<KeptScore> Scores,
    IReadOnlyList<string> Flags, EvidenceItem Item);

/// <summary>What somebody has of a kind that is named: an instrument or another credential.</summary>
public sealed record NamedEvidence(string Of, EvidenceItem Item);

/// <summary>Who says now that what a requirement asks for is so.</summary>
public sealed record GivenAttestation(AttestedBy By, EvidenceItem Item);

/// <summary>All that one learner has done which a credential can rest on.</summary>
public sealed record LearnerRecord
{
    public IReadOnlyList<LearnedUnit> Units { get; init; } = [];

    /// <summary>The sessions in which they were told what was seen of their work.</summary>
    public IReadOnlyList<EvidenceItem> Contacts { get; init; } = [];

    public IReadOnlyList<StandingReview> Reviews { get; init; } = [];

    /// <summary>The instruments on which they are calibrated today.</summary>
    public IReadOnlyList<NamedEvidence> Calibrations { get; init; } = [];

    /// <summary>The action items that they have kept, in whole or in part.</summary>
    public IReadOnlyList<EvidenceItem> ClosedItems { get; init; } = [];

    /// <summary>The credentials that they hold today.</summary>
    public IReadOnlyList<NamedEvidence> Held { get; init; } = [];

    public IReadOnlyList<GivenAttestation> Attestations { get; init; } = [];
}
