using MiiWrap.Learning.Domain.Coaching;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Coaching;

/// <summary>Coaching counts where somebody was seen at work and told what was seen.</summary>
public sealed class DosageTests
{
    private static readonly DateOnly From = Day("2027-01-04");

    [Fact]
    public void Half_a_year_with_three_contacts_is_on_track_until_it_is_missed()
    {
        var debriefed = Observed("2027-03-05");
        AttendedSession[] sessions =
        [
            Contact("2027-01-20"), Contact("2027-02-10"), Contact("2027-02-10"), debriefed,
            Told("2027-03-09") with { Debriefs = debriefed.SessionId }, Session("2027-04-02"),
            Session("2027-05-04") with { Attendance = Attendance.NoShow }, Contact("2027-06-21"),
        ];

        var dosage = Of(sessions, "2027-05-10");
        Assert.Equal([Day("2027-01-20"), Day("2027-02-10"), Day("2027-03-09")], dosage.Days);
        Assert.Equal((3, 4, Day("2027-06-21"), DosageState.OnTrack), (dosage.Contacts, dosage.Need, dosage.Until, dosage.State));
        Assert.Equal(
            [(6, 1, Day("2027-02-15"), true), (12, 2, Day("2027-03-29"), true), (18, 3, Day("2027-05-10"), true),
                (24, 4, Day("2027-06-21"), false)],
            dosage.Milestones.Select(m => (m.Week, m.Need, m.Before, m.Met)));
        Assert.Equal((180, 1, false), (dosage.Minutes, dosage.NoShows, dosage.IsBunched));
        Assert.Equal(DosageState.Missed, Of(sessions, "2027-06-21").State);
    }

    [Theory]
    [InlineData("2027-01-04", DosageState.OnTrack)]
    [InlineData("2027-02-15", DosageState.OnTrack)]
    [InlineData("2027-03-01", DosageState.OnTrack)]
    [InlineData("2027-03-02", DosageState.Behind)]
    [InlineData("2027-06-20", DosageState.Behind)]
    [InlineData("2027-06-21", DosageState.Missed)]
    public void Nobody_is_behind_before_a_milestone_has_been_unmet_for_more_than_a_fortnight(string today, DosageState state) =>
        Assert.Equal(state, Of([], today).State);

    [Fact]
    public void Who_catches_up_is_behind_no_more_and_the_milestone_stays_unmet()
    {
        var dosage = Of([Contact("2027-02-20")], "2027-03-10");
        Assert.Equal(DosageState.OnTrack, dosage.State);
        Assert.False(dosage.Milestones[0].Met);
    }

    [Theory]
    [InlineData("2027-01-03", 0)]
    [InlineData("2027-01-04", 1)]
    [InlineData("2027-06-20", 1)]
    [InlineData("2027-06-21", 0)]
    public void The_window_has_its_first_day_and_not_its_last(string day, int contacts) =>
        Assert.Equal(contacts, Of([Contact(day)], "2028-01-01").Contacts);

    [Theory]
    [InlineData(14, 0)]
    [InlineData(15, 1)]
    public void A_contact_takes_a_quarter_of_an_hour(int minutes, int contacts) =>
        Assert.Equal(contacts, Of([Contact("2027-01-20") with { Minutes = minutes }], "2027-02-01").Contacts);

    [Fact]
    public void Of_a_short_word_and_a_long_talk_about_one_observation_the_talk_counts_on_its_day()
    {
        var seen = Contact("2027-01-20") with { Minutes = 10 };
        var dosage = Of([seen, Told("2027-01-22") with { Debriefs = seen.SessionId }], "2027-02-01");
        Assert.Equal([Day("2027-01-22")], dosage.Days);
    }

    [Fact]
    public void One_observation_is_one_contact_however_often_it_is_talked_over()
    {
        var seen = Observed("2027-01-20");
        Assert.Equal([Day("2027-01-22")], Of(
        [
            Told("2027-01-27") with { Debriefs = seen.SessionId }, seen, Told("2027-01-22") with { Debriefs = seen.SessionId },
        ], "2027-02-01").Days);
    }

    [Fact]
    public void An_observation_before_the_window_counts_on_the_day_of_its_feedback()
    {
        var seen = Observed("2026-12-30");
        Assert.Equal([Day("2027-01-05")], Of([seen, Told("2027-01-05") with { Debriefs = seen.SessionId }], "2027-02-01").Days);
    }

    [Fact]
    public void Who_was_not_observed_or_not_told_had_no_contact()
    {
        Assert.Equal(0, Of([Observed("2027-01-20"), Told("2027-01-21"), Session("2027-01-22")], "2027-02-01").Contacts);
        var elsewhere = Told("2027-01-19") with { Debriefs = Observed("2027-01-20").SessionId };
        Assert.Equal(0, Of([elsewhere], "2027-02-01").Contacts);
    }

    [Theory]
    [InlineData("2027-02-28", true)]
    [InlineData("2027-03-01", false)]
    public void Enough_contacts_within_four_weeks_are_bunched(string last, bool isBunched)
    {
        AttendedSession[] sessions = [Contact("2027-02-01"), Contact("2027-02-05"), Contact("2027-02-20"), Contact(last)];
        var dosage = Of(sessions, "2027-03-02");
        Assert.Equal((DosageState.Met, isBunched), (dosage.State, dosage.IsBunched));
        Assert.False(Of(sessions[..3], "2027-03-02").IsBunched);
    }

    /// <summary>Random histories: every rule holds of each, counted a second time in another way.</summary>
    [Fact]
    public void Contacts_never_exceed_sessions_and_states_follow_the_rules()
    {
        var random = new Random(20270104);
        for (var round = 0; round < 5000; round++)
        {
            var rule = new DosageRule(random.Next(1, 7), random.Next(28, 300), 15);
            var sessions = new List<AttendedSession>();
            for (var i = random.Next(0, 12); i > 0; i--)
            {
                var day = From.AddDays(random.Next(-20, rule.WindowDays + 20));
                sessions.Add(new(
                    Guid.NewGuid(), day, random.Next(5, 60), (Attendance)random.Next(0, 3), random.Next(2) == 0, random.Next(2) == 0,
                    sessions.Count > 0 && random.Next(3) == 0 ? sessions[random.Next(sessions.Count)].SessionId : null));
            }

            var today = From.AddDays(random.Next(-5, rule.WindowDays + 30));
            var dosage = Dosage.Of(rule, From, sessions, today);
            var heldDays = sessions.Where(s => s.Attendance == Attendance.Attended && s.Day >= From && s.Day < dosage.Until)
                .Select(s => s.Day).Distinct().Count();
            Assert.InRange(dosage.Contacts, 0, Math.Min(heldDays, sessions.Count(s => s.IsObserved)));
            Assert.Equal(Counted(rule, sessions, dosage.Until), dosage.Days);
            Assert.Equal(dosage.State == DosageState.Met, dosage.Contacts >= rule.ContactsNeeded);
            if (dosage.State == DosageState.Missed) Assert.True(today >= dosage.Until);
            if (dosage.State == DosageState.Behind) Assert.Contains(dosage.Milestones, m => !m.Met && today > m.Before);
            if (dosage.State == DosageState.OnTrack) Assert.True(today < dosage.Until);
            // What comes later takes nothing back.
            var later = Dosage.Of(rule, From, [.. sessions, Contact("2027-01-25")], today);
            Assert.True(later.Contacts >= dosage.Contacts);
        }
    }

    private static IEnumerable<DateOnly> Counted(DosageRule rule, IReadOnlyList<AttendedSession> sessions, DateOnly until)
    {
        var days = new SortedSet<DateOnly>();
        foreach (var seen in sessions.Where(s => s.IsObserved && s.Attendance == Attendance.Attended))
        {
            DateOnly? first = null;
            foreach (var told in sessions)
            {
                var speaks = told.Attendance == Attendance.Attended && told.Feedback && told.Minutes >= rule.LeastMinutes
                    && (ReferenceEquals(told, seen) || (told.Debriefs == seen.SessionId && told.Day >= seen.Day));
                if (speaks && !(first <= told.Day)) first = told.Day;
            }

            if (first is { } day && day >= From && day < until) days.Add(day);
        }

        return days;
    }

    private static Dosage Of(IReadOnlyCollection<AttendedSession> sessions, string today) =>
        Dosage.Of(DosageRule.Default, From, sessions, Day(today));

    private static AttendedSession Session(string day) => new(Guid.NewGuid(), Day(day), 30, Attendance.Attended, false, false, null);

    private static AttendedSession Contact(string day) => Session(day) with { IsObserved = true, Feedback = true };

    private static AttendedSession Observed(string day) => Session(day) with { IsObserved = true };

    private static AttendedSession Told(string day) => Session(day) with { Feedback = true };
}
