using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Cohorts;

/// <summary>A cohort's life: closed and opened again, upgraded, and taken as a pattern for the next.</summary>
public sealed class CohortTests
{
    [Fact]
    public void Closing_and_opening_again_are_told_once_each()
    {
        var cohort = Cohort();
        cohort.Close(Monday);
        cohort.Close(Monday.AddDays(1));
        Assert.Equal(Monday, cohort.ClosedAt);
        Assert.Equal("cohort.closed", Assert.Throws<RuleException>(cohort.MustBeOpen).Code);
        cohort.Reopen(Monday.AddDays(2));
        cohort.Reopen(Monday.AddDays(3));
        cohort.MustBeOpen();
        Assert.Equal([typeof(CohortClosed), typeof(CohortReopened)], cohort.TakeEvents().Select(e => e.GetType()));
    }

    [Fact]
    public void It_goes_on_to_newer_versions_alone()
    {
        var cohort = Cohort();
        cohort.UpgradeTo(Course, Monday);
        Assert.Empty(cohort.TakeEvents());
        Assert.Equal("cohort.version.older",
            Assert.Throws<RuleException>(() => cohort.UpgradeTo(Course with { Version = 2 }, Monday)).Code);
        cohort.UpgradeTo(Course with { Version = 5 }, Monday);
        var told = (CohortUpgraded)Assert.Single(cohort.TakeEvents());
        Assert.Equal((3, 5, 1), (told.Before, cohort.CurriculumVersion, cohort.Moves));
        cohort.Close(Monday);
        Assert.Equal("cohort.closed", Assert.Throws<RuleException>(() => cohort.UpgradeTo(Course with { Version = 6 }, Monday)).Code);
    }

    [Fact]
    public void The_next_one_has_its_rules_and_its_staff()
    {
        var (cohort, lead, teacher) = (Cohort(Gate.Sequential), Guid.NewGuid(), Guid.NewGuid());
        cohort.Appoint(CohortRole.Lead, [lead]);
        cohort.Appoint(CohortRole.Instructor, [lead, teacher]);
        cohort.HoldOutFromNow(new(0, 20, 10));
        cohort.Close(Monday);
        var next = cohort.Clone("Next", Day("2027-09-06"), "America/Denver",
            cohort.Staff.Select(m => m.PersonId).ToHashSet(), Monday.AddDays(1));
        Assert.Equal(("Next", 3, Gate.Sequential, null, new HoldOut(0, 20, 10)),
            (next.Name, next.CurriculumVersion, next.Gate, next.ClosedAt, next.HoldOut));
        Assert.Equal(cohort.Staff.Select(m => (m.PersonId, m.Role)).Order(), next.Staff.Select(m => (m.PersonId, m.Role)).Order());
        Assert.All(next.Staff, m => Assert.Equal(next.Id, m.CohortId));
    }
}
