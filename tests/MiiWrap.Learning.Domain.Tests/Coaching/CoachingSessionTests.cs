using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Domain.Tests.Coaching;

/// <summary>What becomes of a session, and until when.</summary>
public sealed class CoachingSessionTests
{
    private static readonly DateTime Start = new(2027, 3, 8, 16, 0, 0, DateTimeKind.Utc);
    private static readonly Guid[] People = [.. Enumerable.Range(0, 31).Select(_ => Guid.NewGuid())];

    [Theory]
    [InlineData(new[] { Attendance.Attended, Attendance.NoShow }, SessionStatus.Held)]
    [InlineData(new[] { Attendance.NoShow, Attendance.Excused }, SessionStatus.Missed)]
    [InlineData(new[] { Attendance.NoShow, Attendance.NoShow }, SessionStatus.Missed)]
    [InlineData(new[] { Attendance.Excused, Attendance.Excused }, SessionStatus.Cancelled)]
    public void A_session_is_what_its_record_says(Attendance[] attendances, SessionStatus status)
    {
        var session = Planned(2);
        Record(session, Start.AddHours(1), attendances);
        Assert.Equal(status, session.Status);
        Assert.Equal(status == SessionStatus.Cancelled ? CancelledBy.Coachee : null, session.CancelledBy);
        Assert.Equal(status, Assert.Single(session.TakeEvents().OfType<SessionEnded>()).Session.Status);
    }

    [Fact]
    public void A_correction_may_say_otherwise_for_thirty_days_and_a_first_record_comes_within_fourteen()
    {
        var session = Planned(1);
        Refused("session.notYet", () => Record(session, Start.AddMinutes(-1), Attendance.Attended));
        Record(session, Start.AddDays(14), Attendance.Attended);
        Record(session, Start.AddDays(14 + 30), Attendance.NoShow);
        Assert.Equal((SessionStatus.Missed, 2, Start.AddDays(14)), (session.Status, session.Records, session.RecordedAt));
        Refused("session.frozen", () => Record(session, Start.AddDays(14 + 30).AddSeconds(1), Attendance.Attended));
        Refused("session.frozen", () => Record(Planned(1), Start.AddDays(14).AddSeconds(1), Attendance.Attended));
    }

    [Fact]
    public void Nobody_who_was_expected_is_left_out_and_others_may_come()
    {
        var session = Planned(2);
        Refused("session.record.incomplete", () => session.Record(
            SessionMode.Group, 60, [Of(People[0], Attendance.Attended)], [], Start.AddHours(1)));
        session.Record(SessionMode.Group, 45, [.. People.Take(3).Select(p => Of(p, Attendance.Attended))], [Invited(2)], Start.AddHours(1));
        Assert.Equal((3, 45, SessionStatus.Held), (session.Participants.Count, session.Minutes, session.Status));
        Refused("session.record.absent", () => session.Record(
            SessionMode.Group, 45, [.. People.Take(3).Select(p => Of(p, Attendance.NoShow) with { Feedback = true })], [],
            Start.AddHours(2)));
    }

    [Fact]
    public void One_of_several_is_excused_and_the_last_one_calls_it_off()
    {
        var session = Planned(2);
        session.Cancel(CancelledBy.Coachee, People[0], "I have a hearing then.", Start.AddDays(-1));
        Assert.Equal((SessionStatus.Planned, Attendance.Excused), (session.Status, session.Participants[0].Attendance));
        session.Cancel(CancelledBy.Coachee, People[1], "So have I, I am afraid.", Start.AddDays(-1));
        Assert.Equal((SessionStatus.Cancelled, CancelledBy.Coachee), (session.Status, session.CancelledBy));
        Refused("session.state", () => session.Cancel(CancelledBy.Coach, Guid.NewGuid(), "Called off twice.", Start));
        Refused("session.state", () => Record(session, Start.AddHours(1), Attendance.Attended, Attendance.Attended));
        Refused("session.state", () => session.Change(Start.AddDays(1), null, null, null, Start));
    }

    [Fact]
    public void Who_is_back_is_expected_again_where_their_leaving_called_it_off_and_not_where_something_else_had_before()
    {
        var (session, off) = (Planned(1), Start.AddDays(-3));
        var enrolment = session.Participants[0].EnrolmentId;
        session.Withdraw(enrolment, CancelledBy.Agency, off);
        session.Return(enrolment, off.AddHours(1), Start.AddDays(-1));
        Assert.Equal(SessionStatus.Cancelled, session.Status);
        session.Return(enrolment, off, Start.AddDays(-1));
        Assert.Equal((SessionStatus.Planned, null), (session.Status, session.Participants[0].Attendance));
    }

    [Fact]
    public void What_nobody_recorded_counts_nowhere_after_a_fortnight()
    {
        var session = Planned(1);
        session.GiveUp(Start.AddDays(14));
        Assert.Equal(SessionStatus.Planned, session.Status);
        session.GiveUp(Start.AddDays(14).AddSeconds(1));
        Assert.Equal(SessionStatus.Unrecorded, session.Status);
        Refused("session.frozen", () => Record(session, Start.AddDays(15), Attendance.Attended));
    }

    [Fact]
    public void Thirty_meet_and_not_thirty_one() => Refused("session.participants", () => Planned(31));

    [Fact]
    public void Moving_it_counts_as_a_move_and_changing_nothing_does_not()
    {
        var session = Planned(1);
        session.Change(Start.AddDays(1), null, null, null, Start.AddDays(-2));
        session.Change(Start.AddDays(1), 60, SessionMode.Live, "tpo-1/family-voice", Start.AddDays(-1));
        Assert.Equal((1, Start.AddDays(-2), "tpo-1/family-voice"), (session.Moves, session.ShownChangeAt, session.Competency));
    }

    [Fact]
    public void What_is_written_is_replaced_as_a_whole_and_a_reply_stays()
    {
        var session = Planned(2);
        Refused("session.notes.none", () => session.Reply(People[0], "Thank you.", Start));
        session.WriteNotes("All.", new Dictionary<Guid, string> { [People[0]] = "One." }, Start);
        session.Reply(People[0], "Thank you.", Start);
        Refused("session.reply.given", () => session.Reply(People[0], "Once more.", Start));
        session.WriteNotes(null, new Dictionary<Guid, string> { [People[1]] = "Two." }, Start.AddDays(1));
        Assert.Equal(["Thank you.", "Two."], session.Texts.Select(t => t.Text).Order());
        Assert.Equal(Start.AddDays(1), session.WordsAt);
        Refused("session.feedback.unknown", () => session.WriteNotes(
            null, new Dictionary<Guid, string> { [People[2]] = "Three." }, Start));
    }

    [Fact]
    public void Words_are_hidden_taken_out_by_others_and_gone_in_the_end()
    {
        var (session, other) = (Planned(1), Guid.NewGuid());
        Refused("session.notes.none", session.Hold);
        session.WriteNotes("With a heron.", new Dictionary<Guid, string> { [People[0]] = "The Heron waited." }, Start);
        Refused("session.notOnHold", () => Redact(session, other));
        session.Hold();
        Refused("session.onHold", session.Hold);
        Refused("session.onHold", () => session.WriteNotes("Otherwise.", new Dictionary<Guid, string>(), Start));
        Refused("session.onHold", () => session.Reply(People[0], "Thank you.", Start));
        Refused("session.onHold", () => session.Purge(Start));
        Refused("redaction.own", () => Redact(session, session.CoachId));
        Refused("redaction.own", () => session.ReleaseFromHold(People[0], Start));
        Refused("redaction.reason.quotes", () => Redact(session, other, "It is a heron."));
        Assert.Equal((2, "note", (Guid?)session.Id), Redact(session, other) is var r ? (r.Places, r.Prompt, r.SessionId) : default);
        Assert.Equal(["The ██ waited.", "With a ██."], session.Texts.Select(t => t.Text).Order());
        session.ReleaseFromHold(other, Start);
        session.Purge(Start);
        Assert.Empty(session.Texts);
        Refused("session.purged", session.Hold);
        Refused("session.purged", () => session.WriteNotes("Otherwise.", new Dictionary<Guid, string>(), Start));
    }

    private static Domain.Reflections.Redaction Redact(CoachingSession session, Guid by, string reason = "The name of a family.") =>
        session.Redact(new(SessionTextKind.Note, null), 7, 12, reason, by, [], Start);

    private static CoachingSession Planned(int participants) => CoachingSession.Plan(
        Guid.NewGuid(), null, null, SessionMode.Group, Start, 60, null, [.. Enumerable.Range(0, participants).Select(Invited)],
        Start.AddDays(-7));

    private static InvitedParticipant Invited(int number) => new(People[number], Guid.NewGuid(), $"Person {number}");

    private static ParticipantRecord Of(Guid person, Attendance attendance) => new(person, attendance, null, false, false, null);

    private static void Record(CoachingSession session, DateTime at, params Attendance[] attendances) =>
        session.Record(SessionMode.Group, 60, [.. attendances.Select((a, i) => Of(session.Participants[i].PersonId, a))], [], at);

    private static void Refused(string code, Action act) => Assert.Equal(code, Assert.Throws<RuleException>(act).Code);
}
