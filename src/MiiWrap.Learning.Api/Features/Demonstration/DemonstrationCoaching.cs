using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Demonstration;

/// <summary>
/// The coaching of the demonstration: who is well looked after, who is behind, sessions of each kind, and steps in each state. The first
/// learner of the tour has none of it.
/// </summary>
internal sealed class DemonstrationCoaching(LearningDb db, Person coach, Person lead, SentDays sentDays, DateTime now)
{
    private static readonly TimeZoneInfo Zone = Zones.Find(DemonstrationPeople.TimeZone);

    /// <param name="enrolled">Who began four weeks ago, the tour's learner first.</param>
    /// <param name="firstGroup">The three who began twelve weeks ago.</param>
    public void Add(IReadOnlyList<Enrolment> enrolled, IReadOnlyList<Enrolment> firstGroup)
    {
        var (nia, oscar, priya) = (firstGroup[0], firstGroup[1], firstGroup[2]);
        foreach (var enrolment in new[] { enrolled[1], enrolled[2], enrolled[4], nia, oscar, priya })
            db.Add(CoachingRelationship.Begin(coach.Id, enrolment.PersonId, null, enrolment.CohortId, null, isSupervised: false, lead.Id,
                enrolment.EnrolledAt));

        // Nia has been seen once and did not come twice: she is behind.
        Held(70, nia);
        Missed(33, nia);
        Missed(19, nia);
        // Oscar's contacts keep up with the milestones; the next one stands in the calendar, and one was never recorded.
        Held(58, oscar, isObserved: true, feedback: true);
        var seen = Held(27, oscar, isObserved: true, feedback: true);
        Unrecorded(44, oscar);
        Plan(3, oscar);
        // Priya was observed, and waits to hear what was seen.
        Held(50, priya, isObserved: true, feedback: true);
        Held(6, priya, isObserved: true);
        CalledOff(12, priya);
        Group(9, enrolled[1], enrolled[2], enrolled[4]);
        var ben = Held(10, enrolled[1], isObserved: true, feedback: true);
        Plan(1, enrolled[2]);

        Kept(oscar, seen, agreedDaysAgo: 27, new("somebody brings me a problem",
            "I will ask what they have tried before I offer an idea", null));
        Agree(oscar, null, daysAgo: 4, dueInDays: 10, new("we plan our next talk", "I will ask what would make it worth their time", null));
        var done = Agree(enrolled[1], ben, daysAgo: 9, dueInDays: 1,
            new("I sit down after a visit", "I will write down one thing that the family did well", null));
        done.Record(TransferLevel.Applied, ActionEvidenceSource.SelfReport, DaysAgo(2), null, enrolled[1].PersonId, At(2));
        ItemNudges.Stop(NudgesOf(done));
        Propose(priya, daysAgo: 3, dueInDays: 14, new("I hear a reason to change", "I will say it back before I ask anything else", null));
        Propose(priya, daysAgo: 30, dueInDays: 0, new("a meeting runs over", "I will name what is left and ask who decides",
            null)).Lapse(now);
        var dropped = Agree(nia, null, daysAgo: 40, dueInDays: -20, new("we open a team meeting", "I will ask the family to begin", null));
        Close(dropped, ActionOutcome.NotKept, 15);
    }

    private CoachingSession Held(int daysAgo, Enrolment learner, bool isObserved = false, bool feedback = false) =>
        Record(daysAgo, SessionMode.Live, new ParticipantRecord(
            learner.PersonId, Attendance.Attended, isObserved ? new(ObservationKind.Live, MonthOf(daysAgo), null) : null, feedback,
            Practice: feedback, null), learner);

    private void Missed(int daysAgo, Enrolment learner) =>
        Record(daysAgo, SessionMode.Live, new(learner.PersonId, Attendance.NoShow, null, false, false, null), learner);

    /// <summary>A call of several, in which the first was watched at a rehearsal and told what was seen.</summary>
    private void Group(int daysAgo, params Enrolment[] learners)
    {
        var session = New(daysAgo, SessionMode.Group, learners);
        session.Record(SessionMode.Group, session.Minutes, [.. learners.Select((l, i) => new ParticipantRecord(
            l.PersonId, i == 2 ? Attendance.Excused : Attendance.Attended,
            i == 0 ? new(ObservationKind.Simulated, MonthOf(daysAgo), null) : null, Feedback: i == 0, Practice: i < 2, null))],
            [], session.StartsAt.AddHours(1));
    }

    private CoachingSession Record(int daysAgo, SessionMode mode, ParticipantRecord part, Enrolment learner)
    {
        var session = New(daysAgo, mode, learner);
        session.Record(mode, session.Minutes, [part], [], session.StartsAt.AddHours(1));
        return session;
    }

    private void Unrecorded(int daysAgo, Enrolment learner) => New(daysAgo, SessionMode.Live, learner).GiveUp(now);

    private void CalledOff(int daysAgo, Enrolment learner) => New(daysAgo, SessionMode.Live, learner)
        .Cancel(CancelledBy.Coach, coach.Id, "I have to stand in for a colleague.", At(daysAgo + 1));

    private void Plan(int inDays, Enrolment learner) => New(-inDays, SessionMode.Live, learner);

    private CoachingSession New(int daysAgo, SessionMode mode, params Enrolment[] learners)
    {
        var day = DaysAgo(daysAgo);
        while (!SendingWindow.Default.IsOpenDay(day)) day = day.AddDays(1);
        var startsAt = Zones.ToUtc(day.ToDateTime(new(14, 0)), Zone);
        var session = CoachingSession.Plan(coach.Id, learners[0].CohortId, null, mode, startsAt, 45, null,
            [.. learners.Select(l => new InvitedParticipant(l.PersonId, l.Id, l.LearnerName))], At(daysAgo + 7));
        db.Add(session);
        return session;
    }

    private ActionItem Propose(Enrolment owner, int daysAgo, int dueInDays, IfThenPlan ifThen, CoachingSession? session = null)
    {
        var item = ActionItem.Propose(owner, coach.Id, new(ifThen, "We will both have noticed it", null, DaysAgo(-dueInDays)),
            new(session?.Id, null, null), DaysAgo(daysAgo), At(daysAgo, 16));
        db.Add(item);
        return item;
    }

    private ActionItem Agree(Enrolment owner, CoachingSession? session, int daysAgo, int dueInDays, IfThenPlan ifThen)
    {
        var item = Propose(owner, daysAgo, dueInDays, ifThen, session);
        item.Agree(null, 0, DaysAgo(daysAgo), At(daysAgo, 17));
        var nudges = ItemNudges.Open(item, owner, isHeldOut: false, Zone, SendingWindow.Default, NudgeChannel.Email, At(daysAgo, 17), null);
        db.AddRange(nudges);
        foreach (var nudge in nudges.Where(n => n.DueAt <= now).OrderBy(n => n.DueAt))
        {
            if (nudge.StatusReason == Nudge.Superseded) nudge.Skip(Nudge.Superseded);
            else sentDays.Send(nudge, owner.PersonId, nudge.DueAt);
        }

        return item;
    }

    private void Kept(Enrolment owner, CoachingSession session, int agreedDaysAgo, IfThenPlan ifThen)
    {
        var item = Agree(owner, session, agreedDaysAgo, 7 - agreedDaysAgo, ifThen);
        var (tried, seen) = (agreedDaysAgo - 5, agreedDaysAgo - 7);
        item.Record(TransferLevel.Partly, ActionEvidenceSource.SelfReport, DaysAgo(tried), null, owner.PersonId, At(tried));
        item.Record(TransferLevel.Applied, ActionEvidenceSource.Observed, DaysAgo(seen), null, coach.Id, At(seen));
        Close(item, ActionOutcome.Kept, agreedDaysAgo - 8);
    }

    private void Close(ActionItem item, ActionOutcome outcome, int daysAgo)
    {
        item.Close(outcome, coach.Id, DaysAgo(daysAgo), At(daysAgo));
        foreach (var nudge in NudgesOf(item)) nudge.EndWithItem(At(daysAgo));
    }

    private List<Nudge> NudgesOf(ActionItem item) => [.. db.Nudges.Local.Where(n => n.ActionItemId == item.Id)];

    private DateOnly DaysAgo(int days) => Zones.LocalDate(now, Zone).AddDays(-days);

    private DateTime At(int daysAgo, int hour = 14) => Zones.ToUtc(DaysAgo(daysAgo).ToDateTime(new(hour, 0)), Zone);

    private DateOnly MonthOf(int daysAgo) => new(DaysAgo(daysAgo).Year, DaysAgo(daysAgo).Month, 1);
}
