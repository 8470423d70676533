using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Domain.Fidelity;

/// <summary>In which part somebody rates.</summary>
public enum RaterRole
{
    /// <summary>Their own work; it enters no trend and no figure.</summary>
    Self,
    Coach,
    Lead,

    /// <summary>Appointed for the subject's agency.</summary>
    External,
}

/// <summary>Where a fidelity review stands.</summary>
public enum FidelityReviewStatus
{
    Draft,

    /// <summary>Half of a blind pair that waits for the other half.</summary>
    Submitted,
    Locked,

    /// <summary>Another one stands in its place.</summary>
    Amended,
    Void,
}

/// <summary>What was rated; never on which day, whom with, or where a recording is.</summary>
/// <param name="Month">The first day of the month in which it was.</param>
/// <param name="SegmentMinutes">How long the rated segment was; null where nobody says.</param>
/// <param name="ConsentConfirmed">Whoever rates has the word of all concerned.</param>
public sealed record RatedEvent(ObservationKind Kind, DateOnly Month, int? SegmentMinutes, bool ConsentConfirmed);

/// <summary>
/// What one person saw once of somebody's practice, rated by one version of an instrument. Once it is locked its result never changes; an
/// amendment is another review that takes its place.
/// </summary>
public sealed class FidelityReview : Entity, IVersioned
{
    public const int MostNote = 500;
    public const int MostReply = 500;

    /// <summary>For so long after it was locked its rater may amend it.</summary>
    public const int DaysToAmend = 90;

    /// <summary>An event may lie so many months back.</summary>
    public const int MonthsBack = 24;

    private const string SamePerson = "Rater and subject are one person.";

    private FidelityReview()
    {
    }

    public string Instrument { get; private init; } = "";

    /// <summary>The published version by which it is rated, for good.</summary>
    public int InstrumentVersion { get; private init; }

    /// <summary>The author's number of that version: only totals of the same one are compared.</summary>
    public int Major { get; private init; }

    public Guid SubjectId { get; private set; }

    /// <summary>The subject's enrolment, by which the rater may rate them.</summary>
    public Guid EnrolmentId { get; private set; }

    /// <summary>
    /// The subject's agency when it was begun, whose figures it stays in; null for none, and for a subject who had not accepted by then.
    /// </summary>
    public Guid? AgencyId { get; private init; }

    public Guid RaterId { get; private init; }

    public RaterRole RaterRole { get; private init; }

    public RatedEvent Event { get; private init; } = new(default, default, null, false);

    /// <summary>The coaching session to which it belongs; null for none.</summary>
    public Guid? SessionId { get; private init; }

    /// <summary>The blind pair of which it is a half, or amends one; null for none.</summary>
    public Guid? PairId { get; private init; }

    /// <summary>The review whose place it takes once it is locked.</summary>
    public Guid? SupersedesId { get; private init; }

    /// <summary>Why it takes that one's place, in its rater's words.</summary>
    public string? AmendReason { get; private set; }

    public FidelityReviewStatus Status { get; private set; }

    public DateTime CreatedAt { get; private init; }

    /// <summary>When its rater was done with it.</summary>
    public DateTime? SubmittedAt { get; private set; }

    /// <summary>From when on its subject sees it.</summary>
    public DateTime? LockedAt { get; private set; }

    public DateTime? VoidedAt { get; private set; }

    public Guid? VoidedBy { get; private set; }

    public string? VoidReason { get; private set; }

    /// <summary>What is rated so far; once it is locked, the result has it.</summary>
    public IReadOnlyDictionary<string, int?> Draft { get; private set; } = new Dictionary<string, int?>();

    /// <summary>The rater's words, by item.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; private set; } = new Dictionary<string, string>();

    /// <summary>The subject's one reply.</summary>
    public string? Reply { get; private set; }

    public DateTime? RepliedAt { get; private set; }

    /// <summary>When somebody last wrote words in it; null while nobody has, and once they went.</summary>
    public DateTime? WordsAt { get; private set; }

    /// <summary>When the time for which its words are kept was over; ratings and scores stay.</summary>
    public DateTime? PurgedAt { get; private set; }

    /// <summary>What came of it; null until it is locked.</summary>
    public FidelityResult? Result { get; private set; }

    public int Version { get; set; }

    public IReadOnlyDictionary<string, int?> Ratings => Result?.Ratings ?? Draft;

    /// <param name="subject">The subject's enrolment.</param>
    /// <param name="hasAccepted">
    /// False while nobody has taken the subject's invitation. Such a one may be nobody, or stand in for somebody who is counted already:
    /// they make no group larger, and no settled figure changes when they turn out to be somebody, so this is in no agency's figures.
    /// </param>
    public static FidelityReview Begin(
        Instrument instrument, Enrolment subject, Guid raterId, RaterRole role, RatedEvent rated, Guid? sessionId, Guid? pairId,
        DateTime now, bool hasAccepted = true) => new()
    {
        Id = NewId.At(now),
        Instrument = instrument.Code,
        InstrumentVersion = instrument.Version,
        Major = instrument.Major,
        SubjectId = subject.PersonId,
        EnrolmentId = subject.Id,
        AgencyId = hasAccepted ? subject.AgencyId : null,
        RaterId = raterId,
        RaterRole = role,
        Event = rated with { },
        SessionId = sessionId,
        PairId = pairId,
        CreatedAt = now,
    };

    /// <summary>Its rater saves what they have so far, in place of what was there; it may be incomplete.</summary>
    public void Rate(IReadOnlyDictionary<string, int?> ratings, IReadOnlyDictionary<string, string> notes, DateTime now)
    {
        MustBeDraft();
        MustHaveWords();
        (Draft, Notes) = (ratings, notes);
        if (notes.Count > 0) WordsAt = now;
        NoteOwnAct(now);
    }

    /// <summary>Its rater is done with it.</summary>
    public void Submit(Instrument instrument, DateTime now)
    {
        MustBeDraft();
        if (instrument.Missing(Draft).Where(i => i.Required).Select(i => i.Code).ToList() is { Count: > 0 } missing)
            throw new RuleException(
                "fidelity.required", $"This form needs a rating of {string.Join(", ", missing)} before it is locked.", RuleKind.Invalid)
                .With("items", missing);
        (Status, SubmittedAt) = (FidelityReviewStatus.Submitted, now);
        NoteOwnAct(now);
    }

    /// <summary>Works out what comes of it, for good; its subject sees it from now on.</summary>
    /// <param name="superseded">The review whose place it takes; null for none.</param>
    public void Lock(Instrument instrument, bool raterCalibrated, FidelityReview? superseded, DateTime now)
    {
        if (superseded is { Status: not FidelityReviewStatus.Locked })
            throw new RuleException("fidelity.state", "The review that this one amends does not stand any more.");
        if (superseded is not null) superseded.Status = FidelityReviewStatus.Amended;
        Result = FidelityResult.Of(this, instrument, raterCalibrated, now);
        (Status, LockedAt, Draft) = (FidelityReviewStatus.Locked, now, new Dictionary<string, int?>());
        Raise(superseded is null ? new FidelityReviewLocked(this, now) : new FidelityReviewAmended(this, now));
    }

    /// <summary>Its rater corrects it by another review, which takes its place once that is locked.</summary>
    public FidelityReview Amend(string reason, DateTime now)
    {
        MustStand();
        if (LockedAt!.Value.AddDays(DaysToAmend) < now)
            throw new RuleException("fidelity.amend.late", $"A review is amended within {DaysToAmend} days.");
        return new()
        {
            Id = NewId.At(now),
            Instrument = Instrument,
            InstrumentVersion = InstrumentVersion,
            Major = Major,
            SubjectId = SubjectId,
            EnrolmentId = EnrolmentId,
            AgencyId = AgencyId,
            RaterId = RaterId,
            RaterRole = RaterRole,
            Event = Event with { },
            SessionId = SessionId,
            PairId = PairId,
            SupersedesId = Id,
            AmendReason = reason,
            CreatedAt = now,
            WordsAt = now,
            Draft = Ratings,
            Notes = Notes,
        };
    }

    /// <summary>Somebody who answers for the subject's cohort takes it out of everything that counts.</summary>
    public void Void(string reason, Guid by, DateTime now)
    {
        MustStand();
        BecomeVoid(reason, by, now);
        Raise(new FidelityReviewVoided(this, now));
    }

    /// <summary>The subject says what they have to say about it, once.</summary>
    public void ReplyWith(string text, DateTime now)
    {
        MustHaveWords();
        if (RepliedAt is not null) throw new RuleException("fidelity.reply.given", "You have replied to this review already.");
        (Reply, RepliedAt, WordsAt) = (text, now, now);
        Raise(new LearnerActed(EnrolmentId, now));
    }

    /// <summary>Whoever rates themselves is at work as a learner.</summary>
    private void NoteOwnAct(DateTime now)
    {
        if (RaterRole == RaterRole.Self) Raise(new LearnerActed(EnrolmentId, now));
    }

    /// <summary>Takes its words out; ratings, scores and dates stay.</summary>
    public void Purge(DateTime now) =>
        (Notes, Reply, AmendReason, VoidReason, WordsAt, PurgedAt) = (new Dictionary<string, string>(), null, null, null, null, now);

    /// <summary>
    /// The person in whose stead the subject stood has accepted the enrolment, or has one already. What they have rated themselves as a
    /// coach, a lead or from outside is by nobody else, and was not meant as their own rating either: it is void.
    /// </summary>
    /// <returns>Whether it is void by that.</returns>
    public bool TakeOver(Enrolment subject, DateTime now)
    {
        (SubjectId, EnrolmentId) = (subject.PersonId, subject.Id);
        if (RaterId != SubjectId || RaterRole == RaterRole.Self
            || Status is FidelityReviewStatus.Amended or FidelityReviewStatus.Void) return false;
        if (Status == FidelityReviewStatus.Locked) Void(SamePerson, SubjectId, now);
        // Of what was not locked nobody has heard, and so nobody is told.
        else BecomeVoid(SamePerson, SubjectId, now);
        return true;
    }

    /// <summary>Refuses changes of what its rater has handed in.</summary>
    public void MustBeDraft()
    {
        if (Status != FidelityReviewStatus.Draft)
            throw new RuleException("fidelity.locked", "This review was submitted; it can be amended once it is locked.");
    }

    /// <summary>Where its words were purged before, why it is void is one of its words again, and goes in its own time.</summary>
    private void BecomeVoid(string reason, Guid by, DateTime now) =>
        (Status, VoidReason, VoidedBy, VoidedAt, WordsAt, PurgedAt) = (FidelityReviewStatus.Void, reason, by, now, now, null);

    private void MustHaveWords()
    {
        if (PurgedAt is not null)
            throw new RuleException("fidelity.purged", "The time for which this review's words are kept is over; its ratings are still here.");
    }

    private void MustStand()
    {
        if (Status != FidelityReviewStatus.Locked)
            throw new RuleException("fidelity.state", "Only a review that is locked and stands can be amended or voided.");
    }
}

/// <summary>A score as it was worked out when a review was locked; exact numbers are fractions in words, such as <c>2000/25</c>.</summary>
/// <param name="Value">Null with a reason.</param>
/// <param name="Shown">The value, rounded for people.</param>
/// <param name="Rated">How many of the formula's items had a value.</param>
/// <param name="Provenance">On what ground the band's edge was set; null where there is no band.</param>
public sealed record KeptScore(
    string Code, string Numerator, string Denominator, string? Value, decimal? Shown, int Rated, string? Band, string? Provenance,
    string? Reason)
{
    public static KeptScore Of(ScoreResult score) => new(
        score.Score.Code, $"{score.Numerator}", $"{score.Denominator}", score.Value?.ToString(), score.Shown, score.Rated,
        score.Band?.Name, score.Band?.Provenance, score.Reason);

    public Fraction? Exact() => Value is null ? null : Fraction.Parse(Value);
}

/// <summary>What came of a review when it was locked. It is written once.</summary>
public sealed class FidelityResult : IAppendOnly
{
    private FidelityResult()
    {
    }

    public Guid Id { get; private init; }

    public Guid ReviewId { get; private init; }

    public IReadOnlyDictionary<string, int?> Ratings { get; private init; } = new Dictionary<string, int?>();

    public IReadOnlyList<KeptScore> Scores { get; private init; } = [];

    public IReadOnlyList<string> Flags { get; private init; } = [];

    /// <summary>Whether the rater was calibrated on this instrument then.</summary>
    public bool RaterCalibrated { get; private init; }

    public DateTime LockedAt { get; private init; }

    /// <summary>The score by which a trend is drawn, which lists read without all the others; null where the instrument has none.</summary>
    public KeptScore? Total { get; private init; }

    internal static FidelityResult Of(FidelityReview review, Instrument instrument, bool raterCalibrated, DateTime now)
    {
        var scores = instrument.ScoresOf(review.Draft, new(raterCalibrated, review.Event.SegmentMinutes)).Select(KeptScore.Of).ToList();
        return new()
        {
            Id = NewId.At(now),
            ReviewId = review.Id,
            Ratings = review.Draft,
            Scores = scores,
            Flags = [.. instrument.FlagsOf(review.Draft).Select(f => f.Code)],
            Total = scores.Find(s => s.Code == Instrument.Total),
            RaterCalibrated = raterCalibrated,
            LockedAt = now,
        };
    }
}

/// <summary>A review is locked: its subject sees it from now on.</summary>
public sealed record FidelityReviewLocked(FidelityReview Review, DateTime At) : IDomainEvent;

/// <summary>A review has taken the place of another one.</summary>
public sealed record FidelityReviewAmended(FidelityReview Review, DateTime At) : IDomainEvent;

/// <summary>A review counts no more.</summary>
public sealed record FidelityReviewVoided(FidelityReview Review, DateTime At) : IDomainEvent;
