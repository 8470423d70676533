using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Enrolments;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Enrolments;

/// <summary>Which modules are open, by the cohort's gate.</summary>
public sealed class JourneyTests
{
    private static readonly HashSet<string> None = [];

    [Theory]
    [InlineData("2027-01-31", "")]
    [InlineData("2027-02-01", "one two three")]
    public void Open_opens_everything_from_the_start(string today, string open) => Assert.Equal(open, OpenOn(Gate.Open, today));

    [Theory]
    [InlineData("2027-01-31", "")]
    [InlineData("2027-02-01", "one")]
    [InlineData("2027-02-21", "one")]
    [InlineData("2027-02-22", "one two")]
    [InlineData("2027-03-14", "one two")]
    [InlineData("2027-03-15", "one two three")]
    [InlineData("2028-01-01", "one two three")]
    public void Paced_opens_a_module_when_its_week_has_come(string today, string open) => Assert.Equal(open, OpenOn(Gate.Paced, today));

    [Theory]
    // By the calendar alone nothing more opens…
    [InlineData("2028-01-01", "", "one")]
    // …and an accepted anchor opens nothing before its week.
    [InlineData("2027-02-21", "1.2-anchor", "one")]
    [InlineData("2027-02-22", "1.2-anchor", "one two")]
    [InlineData("2028-01-01", "1.2-anchor", "one two")]
    [InlineData("2028-01-01", "1.2-anchor 2.2-anchor", "one two three")]
    [InlineData("2028-01-01", "1.1-light", "one")]
    public void Sequential_also_waits_for_the_anchor_before(string today, string accepted, string open) =>
        Assert.Equal(open, OpenOn(Gate.Sequential, today, [.. accepted.Split(' ')]));

    [Fact]
    public void A_closed_module_says_when_it_opens_and_what_it_waits_for()
    {
        var access = Journey.Access(Course, Cohort(Gate.Sequential), Day("2027-02-22"), None, None);

        Assert.Equal([Day("2027-02-01"), Day("2027-02-22"), Day("2027-03-15")], access.Select(a => a.OpensOn));
        Assert.Equal([null, "1.2-anchor", "2.2-anchor"], access.Select(a => a.WaitsFor));
    }

    [Theory]
    [InlineData(Gate.Paced)]
    [InlineData(Gate.Sequential)]
    public void The_leads_override_opens_one_module_whatever_the_gate_says(Gate gate)
    {
        var access = Journey.Access(Course, Cohort(gate), Day("2027-02-01"), None, new HashSet<string> { "three" });

        Assert.Equal([true, false, true], access.Select(a => a.IsOpen));
        Assert.Null(access[2].WaitsFor);
    }

    [Fact]
    public void A_day_begins_at_midnight_in_the_cohorts_zone()
    {
        Assert.Equal(Day("2027-01-31"), Cohort().Today(Utc("2027-02-01 05:59")));
        Assert.Equal(Day("2027-02-01"), Cohort().Today(Utc("2027-02-01 06:00")));
    }

    [Fact]
    public void Appointing_replaces_the_people_of_one_role()
    {
        var (cohort, a, b) = (Cohort(), Guid.NewGuid(), Guid.NewGuid());
        cohort.Appoint(CohortRole.Lead, [a]);
        cohort.Appoint(CohortRole.Instructor, [a, b, b]);
        cohort.Appoint(CohortRole.Instructor, [b]);

        Assert.Equal([(a, CohortRole.Lead), (b, CohortRole.Instructor)], cohort.Staff.Select(m => (m.PersonId, m.Role)));
    }

    private static string OpenOn(Gate gate, string today, HashSet<string>? accepted = null) =>
        string.Join(' ', Journey.Access(Course, Cohort(gate), Day(today), accepted ?? None, None).Where(a => a.IsOpen)
            .Select(a => a.Module.Slug));
}
