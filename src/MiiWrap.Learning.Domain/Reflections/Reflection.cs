using System.Globalization;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Reflections.Privacy;

namespace MiiWrap.Learning.Domain.Reflections;

/// <summary>Where a learner's reflection stands.</summary>
public enum ReflectionStatus
{
    NotStarted,
    Draft,
    Submitted,
    InReview,
    Revise,
    Accepted,
    Withdrawn,
    RedactionHold,
}

/// <summary>
/// A learner's reflection on one unit, from the first word to its acceptance. Every change goes through it, so that no two people's moves
/// can contradict each other: its version is what they race for.
/// </summary>
public sealed class Reflection : GuardedText
{
    /// <summary>After so many tries in writing, the two of them talk.</summary>
    public const int MostResubmissions = 3;

    /// <summary>Scores of two readers this far apart are a matter for a conversation.</summary>
    public const int GapToTalkAbout = 2;

    private static readonly GuardedTerms Words =
        new("reflection", "scores and dates", "reflection.onHold", "reflection.notOnHold", "reflection.purged");

    private readonly List<ReflectionRevision> revisions = [];
    private readonly List<Review> reviews = [];

    private Reflection()
    {
    }

    public Guid EnrolmentId { get; private set; }

    public Guid CohortId { get; private set; }

    /// <summary>The author.</summary>
    public Guid PersonId { get; private set; }

    /// <summary>The slug of the assignment, which is the unit's.</summary>
    public string Assignment { get; private set; } = "";

    /// <summary>As it was stored last; see <see cref="StatusAt"/> for a claim that has lapsed since.</summary>
    public ReflectionStatus Status { get; private set; }

    public Answers Draft { get; private set; } = Answers.None;

    public DateTime DraftSavedAt { get; private set; }

    /// <summary>Grows with each save and each reopening of the draft.</summary>
    public int DraftNumber { get; private set; }

    public Guid? LatestRevisionId { get; private set; }

    public int LatestNumber { get; private set; }

    /// <summary>When the latest revision was handed in.</summary>
    public DateTime? SubmittedAt { get; private set; }

    /// <summary>The rubric by which the latest revision is read.</summary>
    public string Rubric { get; private set; } = "";

    /// <summary>How many people read it, each without seeing the other's review.</summary>
    public int Reviewers { get; private set; }

    /// <summary>How many of them have handed in their review of the latest revision.</summary>
    public int ReviewsIn { get; private set; }

    /// <summary>The end of the last claim that anyone has on the latest revision.</summary>
    public DateTime? ClaimedUntil { get; private set; }

    /// <summary>Two readers see it very differently, and talk before the author hears from them.</summary>
    public DateTime? ConversationSince { get; private set; }

    /// <summary>How often it went back to its author.</summary>
    public int TimesSentBack { get; private set; }

    /// <summary>Further tries that were agreed on in a talk.</summary>
    public int TriesAgreed { get; private set; }

    /// <summary>Feedback that the author has not opened yet, since when.</summary>
    public DateTime? FeedbackWaitingSince { get; private set; }

    /// <summary>Where it stood when it was put on hold; null when it is not.</summary>
    public ReflectionStatus? StatusBeforeHold { get; private set; }

    /// <summary>
    /// Grows with each message and each save of a review, which lie in rows of their own: so they race with a hold, and none slips past it.
    /// </summary>
    public int Remarks { get; private set; }

    /// <summary>The revision of which the cohort's leads were told that it has waited too long.</summary>
    public Guid? LeadsToldOf { get; private set; }

    public IReadOnlyList<ReflectionRevision> Revisions => revisions;

    public IReadOnlyList<Review> Reviews => reviews;

    public bool IsEditable =>
        PurgedAt is null && Status is (ReflectionStatus.Draft or ReflectionStatus.Revise or ReflectionStatus.Withdrawn);

    public override bool IsOnHold => Status == ReflectionStatus.RedactionHold;

    public override TextKey Key => TextKey.OfReflection(Id);

    protected override GuardedTerms Terms => Words;

    /// <summary>A hold takes back nothing that was earned.</summary>
    public bool IsAccepted => Status == ReflectionStatus.Accepted || StatusBeforeHold == ReflectionStatus.Accepted;

    /// <summary>What a change of the draft must name, quotes included; null while the draft is frozen.</summary>
    public string? DraftTag => IsEditable ? TagOf(Id, DraftNumber) : null;

    /// <summary>The tag of one state of a draft.</summary>
    public static string TagOf(Guid reflectionId, int draftNumber) => $"\"{reflectionId:N}-{draftNumber}\"";

    /// <summary>The draft that a tag names; null when it names none.</summary>
    public static (Guid Id, int Number)? DraftNamedBy(string? tag) =>
        tag?.Trim('"').Split('-') is [var id, var number] && Guid.TryParseExact(id, "N", out var reflection)
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var draft)
            ? (reflection, draft)
            : null;

    /// <summary>True when every try in writing is used up and the two should talk.</summary>
    public bool IsForTalk => Status == ReflectionStatus.Revise && TimesSentBack > MostResubmissions + TriesAgreed;

    public static Reflection Begin(Enrolment enrolment, Assignment assignment, Answers answers, DateTime now) => new()
    {
        Id = NewId.At(now),
        EnrolmentId = enrolment.Id,
        CohortId = enrolment.CohortId,
        PersonId = enrolment.PersonId,
        Assignment = assignment.Slug,
        Status = ReflectionStatus.Draft,
        Draft = answers,
        DraftSavedAt = now,
        DraftNumber = 1,
    };

    /// <summary>The status at a moment: a review that nobody holds any more and nobody has handed in has not begun.</summary>
    public ReflectionStatus StatusAt(DateTime now) => EffectiveStatus(Status, ReviewsIn, ClaimedUntil, now);

    public static ReflectionStatus EffectiveStatus(ReflectionStatus stored, int reviewsIn, DateTime? claimedUntil, DateTime now) =>
        stored == ReflectionStatus.InReview && reviewsIn == 0 && !(claimedUntil > now) ? ReflectionStatus.Submitted : stored;

    /// <summary>Refuses what may not be written now; a frozen draft stays frozen whatever tag comes with the change.</summary>
    public void MustBeEditable()
    {
        MustBeShown();
        if (IsEditable) return;
        throw new RuleException("reflection.submitted", Status == ReflectionStatus.Accepted
            ? "This reflection has been accepted; it can be read and no longer changed."
            : "This reflection has been handed in; withdraw it to go on writing, or wait for its review.");
    }

    public void SaveDraft(Answers answers, DateTime now)
    {
        MustBeEditable();
        Draft = answers;
        DraftSavedAt = now;
        DraftNumber++;
        if (Status == ReflectionStatus.Withdrawn) Status = ReflectionStatus.Draft;
    }

    /// <summary>Makes the draft that the author has in mind a revision, which never changes afterwards.</summary>
    /// <param name="denied">Further words that the author's agency does not want to see.</param>
    /// <param name="privacyConfirmed">The author has looked at what only might point to someone.</param>
    public ReflectionRevision Submit(
        string draftTag, RubricDefinition rubric, IReadOnlyCollection<string> denied, bool privacyConfirmed, DateTime now)
    {
        MustBeEditable();
        if (draftTag != DraftTag)
            throw new RuleException("reflection.draft.stale",
                "The draft was saved elsewhere since you read it; read it again before you hand it in.").With("etag", DraftTag);
        if (Draft.IsBlank) throw new RuleException("reflection.empty", "There is nothing written yet.", RuleKind.Invalid);
        if (IsForTalk)
            throw new RuleException("reflection.talk",
                "You have both tried this in writing a few times now. Please talk with your reviewer, who can then open it again.");

        var findings = PrivacyCheck.Find(Draft, denied);
        if (findings.Any(f => f.Blocks))
            throw new PrivacyGateClosed(
                "reflection.privacy.blocked", "Something in it points to a person by itself. Please take it out first.", findings);
        if (findings.Count > 0 && !privacyConfirmed)
            throw new PrivacyGateClosed("reflection.privacy.unconfirmed",
                "Something in it might point to a person. Please look at it, and confirm that it may stay.", findings);

        var revision = new ReflectionRevision(Id, ++LatestNumber, Draft, findings.Count, now);
        revisions.Add(revision);
        LatestRevisionId = revision.Id;
        SubmittedAt = now;
        Rubric = rubric.Slug;
        Reviewers = rubric.Reviewers;
        ReviewsIn = 0;
        ClaimedUntil = null;
        Status = ReflectionStatus.Submitted;
        Raise(new ReflectionSubmitted(this, revision, now));
        return revision;
    }

    /// <summary>The author takes it back, as long as nobody has begun to review it.</summary>
    public void Withdraw(DateTime now)
    {
        MustBeShown();
        switch (StatusAt(now))
        {
            case ReflectionStatus.Submitted:
                break;
            case ReflectionStatus.InReview:
                throw new RuleException("reflection.inReview", "Someone is reviewing this already; it can no longer be withdrawn.");
            default:
                throw new RuleException("reflection.notSubmitted", "Only a reflection that waits for its review can be withdrawn.");
        }

        Status = ReflectionStatus.Withdrawn;
        ClaimedUntil = null;
        Reopen(now);
    }

    /// <summary>A reviewer takes the latest revision for two days, and finds again what they had written if they had it before.</summary>
    public Review Claim(Guid revisionId, Guid reviewer, DateTime now)
    {
        MustNotBeOwn(reviewer);
        MustBeShown();
        if (revisionId != LatestRevisionId) throw Stale();
        if (Status is not (ReflectionStatus.Submitted or ReflectionStatus.InReview))
            throw new RuleException("review.closed", "This revision does not wait for a review.");
        var mine = ReviewBy(reviewer, revisionId);
        if (mine is { HandedInAt: not null }) throw AlreadyPublished();
        if (mine is null || !mine.IsHeld(now))
        {
            var taken = reviews.Count(r => r.RevisionId == revisionId && r != mine && (r.HandedInAt is not null || r.IsHeld(now)));
            if (taken >= Reviewers) throw new RuleException("review.claimed", "Someone else is reviewing this.");
        }

        if (mine is null)
        {
            mine = new Review(Id, revisionId, reviewer, now);
            reviews.Add(mine);
        }

        Hold(mine, now);
        return mine;
    }

    /// <summary>Whoever comes to hold a review, by whichever way, must be one who may at the moment of the save.</summary>
    private void Hold(Review review, DateTime now)
    {
        review.Hold(now);
        Status = ReflectionStatus.InReview;
        ClaimedUntil = review.LeaseUntil;
        Raise(new ReviewClaimed(this, review.ReviewerId, now));
    }

    /// <summary>Gives the revision back to the queue; what was written stays the reviewer's own.</summary>
    public void Release(Guid revisionId, Guid reviewer, DateTime now)
    {
        var mine = Held(revisionId, reviewer, now);
        mine.LetGo();
        NoteClaims(revisionId, now);
    }

    /// <summary>
    /// A lead gives revisions back to the queue that others hold, of one reviewer or of all, and says why; what they wrote stays theirs.
    /// </summary>
    public void ReleaseForOthers(Guid revisionId, Guid? reviewer, string reason, DateTime now)
    {
        var held = reviews.FindAll(r => r.RevisionId == revisionId && r.IsHeld(now) && (reviewer is null || r.ReviewerId == reviewer));
        if (held.Count == 0) throw NotClaimed();
        foreach (var review in held) review.LetGo(reason);
        NoteClaims(revisionId, now);
    }

    /// <summary>A lead gives another reviewer two days with what one holds, and says why; what the first one wrote stays theirs.</summary>
    /// <param name="from">Where two read: whose claim it is.</param>
    public Review HandOver(Guid revisionId, Guid? from, Guid to, string reason, DateTime now)
    {
        MustBeShown();
        var held = reviews.FindAll(r => r.RevisionId == revisionId && r.IsHeld(now));
        if (held.Exists(r => r.ReviewerId == to))
            throw new RuleException("review.handOver.same", "This person has claimed the revision already.");
        if (from is not null) held.RemoveAll(r => r.ReviewerId != from);
        if (held.Count == 0) throw NotClaimed();
        if (held.Count > 1)
            throw new RuleException(
                "review.handOver.from", "Two people have claimed this revision: say from which of them it goes.", RuleKind.Invalid);
        held[0].LetGo(reason);
        return Claim(revisionId, to, now);
    }

    /// <summary>Who may not review it any more gives back what they hold, in whatever state it is.</summary>
    public void ReleaseOf(Guid reviewer, DateTime now)
    {
        foreach (var review in reviews.FindAll(r => r.ReviewerId == reviewer && r.IsHeld(now)))
        {
            review.LetGo();
            NoteClaims(review.RevisionId, now);
        }
    }

    /// <summary>
    /// Its author goes on in another cohort, whose staff review it from now on: whoever has no part there gives back what they hold.
    /// </summary>
    public void MoveTo(Guid cohortId, IReadOnlySet<Guid> staff, DateTime now)
    {
        if (ConversationSince is not null
            && !reviews.Exists(r => r.RevisionId == LatestRevisionId && r.HandedInAt is not null && staff.Contains(r.ReviewerId)))
            throw new RuleException("enrolment.move.conversation",
                "Two reviewers are to talk about one of this learner's reflections, and neither has a part in the other cohort: let them close that first.");
        (CohortId, LeadsToldOf) = (cohortId, null);
        foreach (var reviewer in reviews.Where(r => !staff.Contains(r.ReviewerId)).Select(r => r.ReviewerId).Distinct().ToList())
            ReleaseOf(reviewer, now);
    }

    private void NoteClaims(Guid revisionId, DateTime now)
    {
        ClaimedUntil = reviews.Where(r => r.RevisionId == revisionId && r.IsHeld(now)).Max(r => r.LeaseUntil);
        if (Status == ReflectionStatus.InReview && ReviewsIn == 0 && ClaimedUntil is null) Status = ReflectionStatus.Submitted;
    }

    /// <summary>
    /// True of a revision that its author took back before a review began: it is theirs alone. Every other that is not the latest has been
    /// reviewed.
    /// </summary>
    public bool IsTakenBack(Guid revisionId) => revisionId == LatestRevisionId
        ? (StatusBeforeHold ?? Status) is ReflectionStatus.Withdrawn or ReflectionStatus.Draft
        : !reviews.Exists(r => r.RevisionId == revisionId && r.PublishedAt is not null);

    /// <summary>The review that this person may write in now.</summary>
    public Review Held(Guid revisionId, Guid reviewer, DateTime now)
    {
        MustBeShown();
        var mine = ReviewBy(reviewer, revisionId);
        if (mine?.PublishedAt is not null) throw AlreadyPublished();
        if (mine?.HandedInAt is not null) return ConversationSince is not null ? mine : throw AlreadyPublished();
        if (mine is not null && revisionId != LatestRevisionId) throw Stale();
        if (mine is null || mine.LeaseUntil is null)
            throw new RuleException("review.notClaimed", "Claim this revision before you review it.");
        if (!mine.IsHeld(now))
            throw new RuleException("review.lapsed", "Your claim has lapsed; claim the revision again, and what you wrote is still there.");
        return mine;
    }

    /// <summary>
    /// Hands in a complete review. The author sees it at once, or, where two people read, when both are in and, should they be far apart,
    /// have talked.
    /// </summary>
    public Review Publish(Guid revisionId, Guid reviewer, RubricDefinition rubric, bool isAnchor, DateTime now)
    {
        var mine = Held(revisionId, reviewer, now);
        if (mine.HandedInAt is not null)
            throw new RuleException("review.conversation",
                "You two are far apart on this one: talk, change your reviews as you agree, and then close the conversation.");
        mine.HandIn(rubric, isAnchor, now);
        ReviewsIn++;
        Status = ReflectionStatus.InReview;
        if (ReviewsIn < Reviewers) return mine;
        if (GapBetween(HandedIn(revisionId)) >= GapToTalkAbout) ConversationSince = now;
        else ShowFeedback(revisionId, now);
        return mine;
    }

    /// <summary>Two reviewers have talked about what they saw so differently; now the author hears from them.</summary>
    public void CloseConversation(Guid revisionId, Guid reviewer, RubricDefinition rubric, bool isAnchor, DateTime now)
    {
        MustBeShown();
        if (ConversationSince is null || revisionId != LatestRevisionId || ReviewBy(reviewer, revisionId)?.HandedInAt is null)
            throw new RuleException("review.conversation.none", "There is no conversation of yours open about this revision.");
        foreach (var review in HandedIn(revisionId)) review.MustBeComplete(rubric, isAnchor);
        ConversationSince = null;
        ShowFeedback(revisionId, now);
    }

    /// <summary>The author has read what waited for them.</summary>
    public void NoteFeedbackOpened() => FeedbackWaitingSince = null;

    /// <summary>After three tries in writing and a talk, the reviewer opens it once more.</summary>
    public void AgreeOnAnotherTry()
    {
        if (!IsForTalk) throw new RuleException("reflection.talk.notDue", "This reflection can be handed in again without that.");
        TriesAgreed++;
    }

    /// <summary>
    /// Takes the words of a span out of every revision, the draft, the reviews and whatever else speaks of it, in all places where they
    /// stand. A revision's hash stays that of what was handed in.
    /// </summary>
    /// <param name="others">What keeps words about it outside of it: messages, reasons.</param>
    public Redaction Redact(
        Guid revisionId, string prompt, int start, int end, string reason, Guid by, IEnumerable<IRedactable> others, DateTime now)
    {
        MustBeHeldFor(by);
        var revision = revisions.Single(r => r.Id == revisionId);
        if (!revision.Answers.ByPrompt.TryGetValue(prompt, out var text))
            throw new RuleException("reflection.prompt.unknown", "This revision has no answer to this prompt.", RuleKind.Invalid);
        var words = Pointed(text, start, end, reason);
        // A stale copy of the draft holds the words still: its tag must not fit any more.
        var places = 0;
        Draft = new(words.From(Draft.ByPrompt, ref places));
        DraftNumber++;
        NoteRedaction();
        places += revisions.Concat<IRedactable>(reviews).Concat(others).Sum(k => k.Remove(words));
        Raise(new ReflectionRedacted(this, now));
        return Redaction.OfRevision(Id, revisionId, prompt, places, reason, by, now);
    }

    /// <summary>Its time is over: the words go, and what figures need stays.</summary>
    public void Purge(IEnumerable<ReflectionMessage> messages, DateTime now)
    {
        NotePurge(now);
        Draft = Answers.None;
        FeedbackWaitingSince = null;
        foreach (var revision in revisions) revision.Empty();
        foreach (var review in reviews) review.Empty();
        foreach (var message in messages) message.Empty();
    }

    public void NoteLeadsTold() => LeadsToldOf = LatestRevisionId;

    /// <summary>Someone writes about it: refused while its words are hidden, or gone.</summary>
    public void NoteRemark()
    {
        MustBeShown();
        Remarks++;
    }

    /// <summary>Its author or a reviewer says something about it.</summary>
    internal void NoteMessage(Guid by, DateTime now)
    {
        NoteRemark();
        if (by == PersonId) Raise(new LearnerActed(EnrolmentId, now));
    }

    public Review? ReviewBy(Guid reviewer, Guid revisionId) => reviews.Find(r => r.ReviewerId == reviewer && r.RevisionId == revisionId);

    private IReadOnlyList<Review> HandedIn(Guid revisionId) =>
        [.. reviews.Where(r => r.RevisionId == revisionId && r.HandedInAt is not null)];

    private static int GapBetween(IReadOnlyList<Review> two) =>
        two.SelectMany(r => r.Scores).GroupBy(s => s.Key, s => s.Value).Select(g => g.Max() - g.Min()).DefaultIfEmpty().Max();

    private void ShowFeedback(Guid revisionId, DateTime now)
    {
        var handedIn = HandedIn(revisionId);
        foreach (var review in handedIn) review.Show(now);
        var decision = handedIn.Any(r => r.Decision == ReviewDecision.Revise) ? ReviewDecision.Revise : ReviewDecision.Accept;
        ClaimedUntil = null;
        FeedbackWaitingSince = now;
        if (decision == ReviewDecision.Accept)
        {
            Status = ReflectionStatus.Accepted;
        }
        else
        {
            Status = ReflectionStatus.Revise;
            TimesSentBack++;
            Reopen(now);
        }

        Raise(new ReflectionReviewed(this, decision, now));
    }

    private void Reopen(DateTime now)
    {
        DraftSavedAt = now;
        DraftNumber++;
    }

    private void MustNotBeOwn(Guid reviewer)
    {
        if (reviewer == PersonId) throw new RuleException("review.own", "Nobody reviews their own work.", RuleKind.Forbidden);
    }

    protected override void Hide()
    {
        if (LatestRevisionId is null)
            throw new RuleException("reflection.notSubmitted", "Nobody has this yet but its author, who can change it.");
        StatusBeforeHold = Status;
        Status = ReflectionStatus.RedactionHold;
    }

    protected override void Show(DateTime now)
    {
        Status = StatusBeforeHold!.Value;
        StatusBeforeHold = null;
        if (IsEditable) Reopen(now);
    }

    protected override bool IsOwnOf(Guid personId) => personId == PersonId;

    private static RuleException NotClaimed() => new("review.notClaimed", "Nobody has claimed this revision.");

    private static RuleException Stale() => new("review.stale", "A newer revision has come; review that one.");

    private static RuleException AlreadyPublished() =>
        new("review.published", "This review has been handed in and is not changed any more.");
}

/// <summary>What a learner handed in at one time; it never changes, except that words can be taken out.</summary>
public sealed class ReflectionRevision : IAppendOnly, IRedactable
{
    internal ReflectionRevision(Guid reflectionId, int number, Answers answers, int privacyWarnings, DateTime submittedAt)
    {
        Id = NewId.At(submittedAt);
        ReflectionId = reflectionId;
        Number = number;
        Answers = answers;
        Hash = answers.Hash;
        PrivacyWarnings = privacyWarnings;
        SubmittedAt = submittedAt;
    }

    private ReflectionRevision()
    {
    }

    public Guid Id { get; private init; }

    public Guid ReflectionId { get; private init; }

    public int Number { get; private init; }

    public Answers Answers { get; private set; } = Answers.None;

    /// <summary>Of the answers as they were handed in.</summary>
    public string Hash { get; private init; } = "";

    /// <summary>How many places might point to a person, each confirmed by the author.</summary>
    public int PrivacyWarnings { get; private init; }

    public DateTime SubmittedAt { get; private init; }

    public int RedactionCount { get; private set; }

    public int Remove(RedactionPattern words)
    {
        var places = 0;
        var left = words.From(Answers.ByPrompt, ref places);
        if (places > 0) (Answers, RedactionCount) = (new(left), RedactionCount + 1);
        return places;
    }

    internal void Empty() => (Answers, RedactionCount) = (Answers.None, RedactionCount + 1);
}

/// <summary>The text may not be handed in as it is; the places are told, never the words.</summary>
public sealed class PrivacyGateClosed(string code, string message, IReadOnlyList<PrivacyFinding> findings)
    : RuleException(code, message, RuleKind.Invalid)
{
    public IReadOnlyList<PrivacyFinding> Findings { get; } = findings;
}

/// <summary>A learner has handed in a revision.</summary>
public sealed record ReflectionSubmitted(Reflection Reflection, ReflectionRevision Revision, DateTime At) : IDomainEvent;

/// <summary>Feedback has become visible to the author.</summary>
public sealed record ReflectionReviewed(Reflection Reflection, ReviewDecision Decision, DateTime At) : IDomainEvent;

/// <summary>Somebody has a review of a reflection to do from now on.</summary>
public sealed record ReviewClaimed(Reflection Reflection, Guid ReviewerId, DateTime At) : IDomainEvent;
