using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Domain.Coaching;

/// <summary>How a session is held: face to face or by phone or video, over a recording, or as a call of several.</summary>
public enum SessionMode
{
    Live,
    Recorded,
    Group,
}

/// <summary>Where a session stands; every one but planned is final, but for a record that is corrected.</summary>
public enum SessionStatus
{
    Planned,

    /// <summary>Somebody attended.</summary>
    Held,

    /// <summary>The coach was there, and nobody came.</summary>
    Missed,
    Cancelled,

    /// <summary>Fourteen days have passed without a record: it counts nowhere.</summary>
    Unrecorded,
}

/// <summary>On whose side a session was called off.</summary>
public enum CancelledBy
{
    Coach,
    Coachee,
    Agency,
}

/// <summary>Whether somebody was there.</summary>
public enum Attendance
{
    Attended,
    NoShow,

    /// <summary>They had said so before.</summary>
    Excused,
}

/// <summary>What was looked at when somebody was observed.</summary>
public enum ObservationKind
{
    Live,
    Recorded,
    Simulated,
    Document,
}

/// <summary>That somebody was observed; never on which day, whom with, or where the recording is.</summary>
/// <param name="Month">The first day of the month in which it was.</param>
/// <param name="ReviewId">The fidelity review that was made of it; null for none.</param>
public sealed record Observation(ObservationKind Kind, DateOnly Month, Guid? ReviewId);

/// <summary>What a coach records of one participant.</summary>
/// <param name="Feedback">Whether they were told what was seen.</param>
/// <param name="Practice">Whether they tried something out.</param>
/// <param name="Debriefs">The earlier session whose observation this feedback is about; null for this one's own or for none.</param>
public sealed record ParticipantRecord(
    Guid PersonId, Attendance Attendance, Observation? Observation, bool Feedback, bool Practice, Guid? Debriefs);

/// <summary>A participant with the enrolment for which the session counts.</summary>
public sealed record InvitedParticipant(Guid PersonId, Guid EnrolmentId, string Name);

/// <summary>A coach meets those whom they coach, in person or in a call.</summary>
public sealed class CoachingSession : GuardedText
{
    public const int LeastMinutes = 5;
    public const int MostMinutes = 240;
    public const int MostParticipants = 30;

    /// <summary>For so long after its start a session is recorded for the first time.</summary>
    public const int DaysToRecord = 14;

    /// <summary>For so long after its first record that is corrected.</summary>
    public const int DaysToCorrect = 30;

    private static readonly GuardedTerms Words =
        new("session", "dates and attendance", "session.onHold", "session.notOnHold", "session.purged");

    private readonly List<SessionParticipant> participants = [];
    private readonly List<SessionText> texts = [];

    private CoachingSession()
    {
    }

    public Guid CoachId { get; private set; }

    /// <summary>The cohort for which it counts; null where each participant's enrolment says so.</summary>
    public Guid? CohortId { get; private set; }

    /// <summary>The same for all that were planned at once; null for one by itself.</summary>
    public Guid? SeriesId { get; private set; }

    public SessionMode Mode { get; private set; }

    public DateTime StartsAt { get; private set; }

    public int Minutes { get; private set; }

    /// <summary>The section of an instrument that it is about, such as <c>tpo-1/family-voice</c>; null for none.</summary>
    public string? Competency { get; private set; }

    public SessionStatus Status { get; private set; }

    /// <summary>On whose side it was called off; null when it was not.</summary>
    public CancelledBy? CancelledBy { get; private set; }

    /// <summary>Why it was called off, in somebody's words.</summary>
    public string? CancelReason { get; private set; }

    public DateTime CreatedAt { get; private set; }

    /// <summary>When it was recorded for the first time.</summary>
    public DateTime? RecordedAt { get; private set; }

    /// <summary>How many records were made of it: the first and each correction.</summary>
    public int Records { get; private set; }

    /// <summary>How often its time was moved: calendars take the state with the greater number for the newer one.</summary>
    public int Moves { get; private set; }

    /// <summary>When calendars were last to show it otherwise.</summary>
    public DateTime ShownChangeAt { get; private set; }

    public IReadOnlyList<SessionParticipant> Participants => participants;

    /// <summary>Note, feedback, replies and excuses; only who needs the words loads them.</summary>
    public IReadOnlyList<SessionText> Texts => texts;

    /// <summary>When somebody last wrote words about it; null while nobody has.</summary>
    public DateTime? WordsAt { get; private set; }

    /// <summary>Its words are hidden until something is taken out of them.</summary>
    public bool IsHeld { get; private set; }

    public override bool IsOnHold => IsHeld;

    public override TextKey Key => TextKey.OfSession(Id);

    /// <summary>Whether there is a note or feedback; needs the texts.</summary>
    public bool HasNotes => texts.Exists(t => !t.IsByParticipant);

    protected override GuardedTerms Terms => Words;

    /// <param name="seriesId">The same for all that were planned at once; null for one by itself.</param>
    public static CoachingSession Plan(
        Guid coachId, Guid? cohortId, Guid? seriesId, SessionMode mode, DateTime startsAt, int minutes, string? competency,
        IReadOnlyCollection<InvitedParticipant> invited, DateTime now)
    {
        var session = new CoachingSession
        {
            Id = NewId.At(now),
            CoachId = coachId,
            CohortId = cohortId,
            SeriesId = seriesId,
            Mode = mode,
            StartsAt = startsAt,
            Minutes = minutes,
            Competency = competency,
            CreatedAt = now,
            ShownChangeAt = now,
        };
        session.Invite(invited);
        return session;
    }

    /// <summary>Tells whom it concerns that it is planned; of one that is recorded at once nobody needs to be told.</summary>
    /// <param name="speaksForSeries">It is the first of those that were planned at once: one mail tells of all.</param>
    public void Announce(bool speaksForSeries, DateTime now) => Raise(new SessionPlanned(this, speaksForSeries, IsAgain: false, now));

    /// <summary>Moves or changes a planned session; a time, length or mode that is null stays.</summary>
    public void Change(DateTime? startsAt, int? minutes, SessionMode? mode, string? competency, DateTime now)
    {
        MustBePlanned();
        (Mode, Competency) = (mode ?? Mode, competency);
        var (at, length) = (startsAt ?? StartsAt, minutes ?? Minutes);
        if (at == StartsAt && length == Minutes) return;
        (StartsAt, Minutes, Moves, ShownChangeAt) = (at, length, Moves + 1, now);
        Raise(new SessionMoved(this, now));
    }

    /// <summary>
    /// Calls it off. In a call of several, one who cannot come is excused, and it goes on without them as long as anybody is left; needs
    /// the texts. Once it has begun its coach alone says what became of it.
    /// </summary>
    public void Cancel(CancelledBy by, Guid caller, string reason, DateTime now)
    {
        MustBePlanned();
        if (by != Coaching.CancelledBy.Coach && StartsAt <= now)
            throw new RuleException("session.state", "This session has begun; whoever coaches says whether it was held.");
        if (by == Coaching.CancelledBy.Coachee)
        {
            var own = participants.Single(p => p.PersonId == caller);
            if (own.Attendance is not null) throw new RuleException("session.state", "You are not expected at this session any more.");
            own.Excuse();
            Raise(new LearnerActed(own.EnrolmentId, now));
            // What one of several has to say is the coach's to read, and no other participant's.
            if (participants.Count > 1) Write(SessionTextKind.Excuse, own.Id, reason, now);
            if (participants.Exists(p => p.Attendance is null))
            {
                (Moves, ShownChangeAt, WordsAt) = (Moves + 1, now, now);
                Raise(new ParticipantExcused(this, caller, now));
                return;
            }
        }

        (CancelledBy, CancelReason, WordsAt) = (by, by == Coaching.CancelledBy.Coachee && participants.Count > 1 ? null : reason, now);
        End(SessionStatus.Cancelled, now);
    }

    /// <summary>
    /// Records who was there and what was done, for the first time or as a correction; the earlier record is kept by the caller. Somebody
    /// who was not expected may have come; nobody who was may be left out.
    /// </summary>
    /// <param name="further">Who was not expected.</param>
    public void Record(
        SessionMode mode, int minutes, IReadOnlyList<ParticipantRecord> records, IReadOnlyCollection<InvitedParticipant> further,
        DateTime now)
    {
        MustBeRecordable(now);
        Invite(further);
        if (participants.Find(p => records.All(r => r.PersonId != p.PersonId)) is { } missing)
            throw new RuleException(
                "session.record.incomplete", "A record says of everybody who was expected whether they were there.", RuleKind.Invalid)
                .With("personId", missing.PersonId);
        (Mode, Minutes) = (mode, minutes);
        foreach (var record in records) participants.Single(p => p.PersonId == record.PersonId).Take(record);
        RecordedAt ??= now;
        Records++;
        var status = participants.Exists(p => p.Attendance == Attendance.Attended) ? SessionStatus.Held
            : participants.TrueForAll(p => p.Attendance == Attendance.Excused) ? SessionStatus.Cancelled
            : SessionStatus.Missed;
        CancelledBy = status == SessionStatus.Cancelled ? Coaching.CancelledBy.Coachee : null;
        if (status != Status) End(status, now);
        Raise(new SessionRecorded(this, now));
    }

    /// <summary>The coach writes what both sides read, in place of what stood there; needs the texts.</summary>
    /// <param name="note">For all who take part; null for none.</param>
    /// <param name="feedback">What each of these people alone reads.</param>
    public void WriteNotes(string? note, IReadOnlyDictionary<Guid, string> feedback, DateTime now)
    {
        MustBeShown();
        foreach (var person in feedback.Keys)
        {
            if (participants.TrueForAll(p => p.PersonId != person))
                throw new RuleException(
                    "session.feedback.unknown", "Feedback goes to somebody who takes part in the session.", RuleKind.Invalid)
                    .With("personId", person);
        }

        Write(SessionTextKind.Note, null, note, now);
        foreach (var participant in participants)
            Write(SessionTextKind.Feedback, participant.Id, feedback.GetValueOrDefault(participant.PersonId), now);
        WordsAt = now;
    }

    /// <summary>A participant answers once to what was written about the session; needs the texts.</summary>
    public void Reply(Guid personId, string text, DateTime now)
    {
        MustBeShown();
        var own = participants.Single(p => p.PersonId == personId);
        if (!texts.Exists(t => t.Kind == SessionTextKind.Note || (t.Kind == SessionTextKind.Feedback && t.ParticipantId == own.Id)))
            throw NothingWritten();
        if (texts.Exists(t => t.Kind == SessionTextKind.Reply && t.ParticipantId == own.Id))
            throw new RuleException("session.reply.given", "You have replied to these notes already.");
        Write(SessionTextKind.Reply, own.Id, text, now);
        WordsAt = now;
        Raise(new LearnerActed(own.EnrolmentId, now));
    }

    /// <summary>
    /// Takes the words of a span out of all that was written about the session, in all places where they stand; needs the texts.
    /// </summary>
    /// <param name="place">The text in which they are pointed at.</param>
    /// <param name="others">What keeps words about it outside of it: reasons.</param>
    public Redaction Redact(
        SessionPlace place, int start, int end, string reason, Guid by, IEnumerable<IRedactable> others, DateTime now)
    {
        MustBeHeldFor(by);
        var whose = participants.Find(p => p.PersonId == place.PersonId)?.Id;
        var text = whose is null != place.PersonId is null ? null
            : place.Kind == SessionTextKind.CancelReason ? CancelReason
            : texts.Find(t => t.Kind == place.Kind && t.ParticipantId == whose)?.Text;
        if (text is null)
            throw new RuleException("session.text.unknown", "Nothing of this kind was written about this session.", RuleKind.Invalid);
        var words = Pointed(text, start, end, reason);
        var places = 0;
        CancelReason = words.From(CancelReason, ref places);
        NoteRedaction();
        var authors = texts.Where(t => words.AreIn(t.Text)).Select(AuthorOf).Distinct().ToList();
        places += texts.Concat(others).Sum(t => t.Remove(words));
        Raise(new SessionRedacted(this, authors, now));
        return Redaction.OfSession(Id, whose, place.Name, places, reason, by, now);
    }

    /// <summary>Its time is over: the words go, and what figures need stays; needs the texts.</summary>
    public void Purge(DateTime now)
    {
        NotePurge(now);
        CancelReason = null;
        texts.Clear();
    }

    /// <summary>A participant has left, or is coached here no more: it goes on without them as long as anybody is left.</summary>
    public void Withdraw(Guid enrolmentId, CancelledBy by, DateTime now)
    {
        if (Status != SessionStatus.Planned || participants.Find(p => p.EnrolmentId == enrolmentId) is not { } gone) return;
        gone.Excuse();
        EndWithoutAnybody(by, now);
    }

    /// <summary>
    /// The person in whose stead a participant stood has accepted the enrolment, or has one already; needs the texts. Who takes part
    /// anyway, or coaches it, does so once.
    /// </summary>
    /// <param name="offered">The enrolment by which somebody stood in.</param>
    public void TakeOver(Guid offered, InvitedParticipant person, DateTime now)
    {
        if (participants.Find(p => p.EnrolmentId == offered) is not { } standIn) return;
        if (CoachId == person.PersonId)
        {
            // Nobody coaches themselves; that it was held stays true.
            if (Status != SessionStatus.Planned)
            {
                standIn.ForgetContact(person.EnrolmentId);
                return;
            }

            texts.RemoveAll(t => t.ParticipantId == standIn.Id);
        }
        else if (participants.Find(p => p.PersonId == person.PersonId) is { } own)
        {
            if (Status != SessionStatus.Planned) own.Absorb(standIn);
            foreach (var text in texts.FindAll(t => t.ParticipantId == standIn.Id)) MoveText(text, own.Id, now);
        }
        else
        {
            standIn.TakeOver(person);
            if (Status == SessionStatus.Planned && standIn.Attendance is null) Raise(new ParticipantExpected(this, person.PersonId, now));
            return;
        }

        participants.Remove(standIn);
        if (Status == SessionStatus.Planned) EndWithoutAnybody(Coaching.CancelledBy.Agency, now);
    }

    /// <summary>
    /// A participant who had left is back: they are expected again, and what was called off because nobody was left is planned once more.
    /// Who had said themselves that they cannot come stays excused; needs the texts.
    /// </summary>
    /// <param name="since">When they had left: what was off before that, as where their coaching had ended, is off for good.</param>
    public void Return(Guid enrolmentId, DateTime since, DateTime now)
    {
        if (StartsAt <= now || participants.Find(p => p.EnrolmentId == enrolmentId) is not { Attendance: Coaching.Attendance.Excused } back
            || texts.Exists(t => t.Kind == SessionTextKind.Excuse && t.ParticipantId == back.Id)) return;
        // What somebody called off has a reason, and stays so.
        var wasEnded = Status == SessionStatus.Cancelled && CancelledBy == Coaching.CancelledBy.Agency && CancelReason is null
            && Records == 0 && ShownChangeAt >= since;
        if (Status != SessionStatus.Planned && !wasEnded) return;
        back.Expect();
        (Status, CancelledBy, Moves, ShownChangeAt) = (SessionStatus.Planned, null, Moves + 1, now);
        Raise(wasEnded
            ? new SessionPlanned(this, SpeaksForSeries: true, IsAgain: true, now)
            : new ParticipantExpected(this, back.PersonId, now));
    }

    /// <summary>Its time to be recorded is over.</summary>
    public void GiveUp(DateTime now)
    {
        if (Status == SessionStatus.Planned && IsLate(StartsAt, now)) End(SessionStatus.Unrecorded, now);
    }

    /// <summary>Refuses a time for which nobody could record a session any more: it would only stand there as unrecorded.</summary>
    /// <exception cref="RuleException">It is too late.</exception>
    public static void MustNotBeLate(DateTime startsAt, DateTime now)
    {
        if (IsLate(startsAt, now))
            throw new RuleException("session.tooLate", $"A session is logged within {DaysToRecord} days of its start.", RuleKind.Invalid);
    }

    /// <summary>Whether a session of this time can no longer be recorded for the first time.</summary>
    private static bool IsLate(DateTime startsAt, DateTime now) => startsAt.AddDays(DaysToRecord) < now;

    private void Invite(IReadOnlyCollection<InvitedParticipant> invited)
    {
        participants.AddRange(invited.Select(i => new SessionParticipant(NewId.At(CreatedAt), Id, i.PersonId, i.EnrolmentId, i.Name)));
        if (participants.Count is 0 or > MostParticipants)
            throw new RuleException(
                "session.participants", $"A session has 1 to {MostParticipants} participants.", RuleKind.Invalid);
    }

    private void MustBePlanned()
    {
        if (Status != SessionStatus.Planned)
            throw new RuleException("session.state", "This session is not planned any more.");
    }

    private void MustBeRecordable(DateTime now)
    {
        if (StartsAt > now)
            throw new RuleException("session.notYet", "This session has not begun; record it when it is over.", RuleKind.Invalid);
        if (Status == SessionStatus.Cancelled && Records == 0)
            throw new RuleException("session.state", "This session was called off.");
        if (RecordedAt is { } first ? first.AddDays(DaysToCorrect) < now : IsLate(StartsAt, now))
            throw new RuleException("session.frozen",
                $"A session is recorded within {DaysToRecord} days of its start, and corrected within {DaysToCorrect} days of that.");
    }

    protected override void Hide()
    {
        if (WordsAt is null) throw NothingWritten();
        IsHeld = true;
    }

    protected override void Show(DateTime now) => IsHeld = false;

    protected override bool IsOwnOf(Guid personId) => CoachId == personId || participants.Exists(p => p.PersonId == personId);

    private void Write(SessionTextKind kind, Guid? participantId, string? text, DateTime now)
    {
        var written = texts.Find(t => t.Kind == kind && t.ParticipantId == participantId);
        if (written is null && text is not null) texts.Add(new(NewId.At(now), Id, kind, participantId, text, now));
        else if (text is null) texts.RemoveAll(t => t == written);
        else written?.Rewrite(text, now);
    }

    /// <summary>Where there is one of its kind already, both are one text.</summary>
    private void MoveText(SessionText text, Guid participantId, DateTime now)
    {
        if (texts.Find(t => t.Kind == text.Kind && t.ParticipantId == participantId) is not { } own)
        {
            text.MoveTo(participantId);
            return;
        }

        // Two of the longest have just room for each other, and a third has none.
        const int Most = SessionText.MostNote;
        var gap = own.Text.Length + text.Text.Length < Most ? "\n" : "";
        var both = $"{own.Text}{gap}{text.Text}";
        own.Rewrite(both.Length <= Most ? both : both[..(char.IsHighSurrogate(both[Most - 1]) ? Most - 1 : Most)], now);
        texts.Remove(text);
    }

    private Guid AuthorOf(SessionText text) =>
        text.IsByParticipant ? participants.Single(p => p.Id == text.ParticipantId).PersonId : CoachId;

    private static RuleException NothingWritten() => new("session.notes.none", "Nobody has written anything about this session yet.");

    private void EndWithoutAnybody(CancelledBy by, DateTime now)
    {
        if (participants.Exists(p => p.Attendance is null)) return;
        CancelledBy = by;
        End(SessionStatus.Cancelled, now);
    }

    private void End(SessionStatus status, DateTime now)
    {
        (Status, ShownChangeAt, Moves) = (status, now, Moves + 1);
        Raise(new SessionEnded(this, now));
    }
}

/// <summary>One person's part in a session.</summary>
public sealed class SessionParticipant(Guid id, Guid sessionId, Guid personId, Guid enrolmentId, string name)
{
    public Guid Id { get; private init; } = id;

    public Guid SessionId { get; private init; } = sessionId;

    public Guid PersonId { get; private set; } = personId;

    /// <summary>The enrolment for which the session counts.</summary>
    public Guid EnrolmentId { get; private set; } = enrolmentId;

    /// <summary>Kept here so that a page of sessions is one range read.</summary>
    public string Name { get; private set; } = name;

    /// <summary>Null until it is known.</summary>
    public Attendance? Attendance { get; private set; }

    public Observation? Observation { get; private set; }

    public bool Feedback { get; private set; }

    public bool Practice { get; private set; }

    /// <summary>The earlier session whose observation the feedback is about.</summary>
    public Guid? Debriefs { get; private set; }

    /// <summary>The participant goes by another name.</summary>
    public void Rename(string name) => Name = name;

    internal void TakeOver(InvitedParticipant person) => (PersonId, EnrolmentId, Name) = (person.PersonId, person.EnrolmentId, person.Name);

    internal void Excuse() => Attendance = Coaching.Attendance.Excused;

    internal void Expect() => Attendance = null;

    /// <summary>Who was there is told nothing and was not observed: it counts as no contact.</summary>
    internal void ForgetContact(Guid enrolmentId) =>
        (EnrolmentId, Observation, Feedback, Practice, Debriefs) = (enrolmentId, null, false, false, null);

    /// <summary>Takes over what says more of the same person's other part in this session.</summary>
    internal void Absorb(SessionParticipant other)
    {
        Attendance = Presence(other.Attendance) > Presence(Attendance) ? other.Attendance : Attendance;
        // A copy: what is owned has one owner.
        if (Observation is null && other.Observation is { } seen) Observation = seen with { };
        Debriefs ??= other.Debriefs;
        (Feedback, Practice) = (Feedback || other.Feedback, Practice || other.Practice);

        static int Presence(Attendance? attendance) => attendance switch
        {
            Coaching.Attendance.Attended => 3,
            Coaching.Attendance.NoShow => 2,
            Coaching.Attendance.Excused => 1,
            _ => 0,
        };
    }

    internal void Take(ParticipantRecord record)
    {
        if (record.Attendance != Coaching.Attendance.Attended
            && (record.Observation is not null || record.Feedback || record.Practice || record.Debriefs is not null))
            throw new RuleException(
                "session.record.absent", "Who was not there was neither observed nor told anything.", RuleKind.Invalid)
                .With("personId", PersonId);
        (Attendance, Observation, Feedback, Practice, Debriefs) =
            (record.Attendance, record.Observation, record.Feedback, record.Practice, record.Debriefs);
    }
}

/// <summary>What was recorded of a session at one time; a correction leaves it as it was.</summary>
/// <param name="Number">1 for the first record, and one more for each correction.</param>
/// <param name="Content">The record as the coach gave it, as JSON: ids, codes and numbers, and no words.</param>
public sealed record SessionRecordVersion(Guid Id, Guid SessionId, int Number, Guid RecordedBy, DateTime RecordedAt, string Content)
    : IAppendOnly;

/// <summary>A session was planned.</summary>
/// <param name="SpeaksForSeries">It is the first of those that were planned at once, or by itself.</param>
/// <param name="IsAgain">It had been called off.</param>
public sealed record SessionPlanned(CoachingSession Session, bool SpeaksForSeries, bool IsAgain, DateTime At) : IDomainEvent;

/// <summary>A planned session has another time.</summary>
public sealed record SessionMoved(CoachingSession Session, DateTime At) : IDomainEvent;

/// <summary>One participant of several cannot come.</summary>
public sealed record ParticipantExcused(CoachingSession Session, Guid PersonId, DateTime At) : IDomainEvent;

/// <summary>Somebody is expected who was not before: they had left, or somebody stood in for them.</summary>
public sealed record ParticipantExpected(CoachingSession Session, Guid PersonId, DateTime At) : IDomainEvent;

/// <summary>A coach has said who was there and what was done, for the first time or anew.</summary>
public sealed record SessionRecorded(CoachingSession Session, DateTime At) : IDomainEvent;

/// <summary>Words were taken out of what was written about a session.</summary>
/// <param name="Authors">Who had written them.</param>
public sealed record SessionRedacted(CoachingSession Session, IReadOnlyList<Guid> Authors, DateTime At) : IDomainEvent;

/// <summary>A session was held, missed or called off, or was never recorded; a correction may say so otherwise later.</summary>
public sealed record SessionEnded(CoachingSession Session, DateTime At) : IDomainEvent;
