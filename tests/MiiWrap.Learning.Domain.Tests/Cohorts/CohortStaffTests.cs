using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Cohorts;

/// <summary>Who teaches and leads a cohort, and what is told of a change.</summary>
public sealed class CohortStaffTests
{
    private static readonly Guid Lead = Guid.NewGuid();
    private static readonly Guid Teacher = Guid.NewGuid();
    private static readonly Guid Admin = Guid.NewGuid();

    [Fact]
    public void A_change_tells_who_came_who_went_and_who_led()
    {
        var cohort = Staffed();
        cohort.ChangeStaff([Lead], [Admin], hasLearners: true, Lead, Monday);
        var told = (CohortStaffChanged)Assert.Single(cohort.TakeEvents());
        Assert.Equal([new(cohort.Id, Lead, CohortRole.Instructor), new(cohort.Id, Admin, CohortRole.Lead)],
            told.Appointed.OrderBy(m => m.Role));
        Assert.Equal([new(cohort.Id, Teacher, CohortRole.Instructor), new(cohort.Id, Lead, CohortRole.Lead)],
            told.Dismissed.OrderBy(m => m.Role));
        Assert.Equal(new[] { Lead, Admin }.Order(), told.Leads.Order());
        Assert.Equal([Teacher], told.Gone);
        cohort.ChangeStaff([Lead], null, hasLearners: true, Lead, Monday);
        Assert.Empty(cohort.TakeEvents());
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, true, true)]
    [InlineData(true, true, false)]
    public void Nobody_adds_themselves_where_there_are_learners(bool asInstructor, bool asLead, bool hasLearners)
    {
        var cohort = Staffed();
        void Change() => cohort.ChangeStaff(
            asInstructor ? [Teacher, Admin] : null, asLead ? [Lead, Admin] : null, hasLearners, Admin, Monday);
        if (hasLearners) Assert.Equal("cohort.staff.self", Assert.Throws<RuleException>(Change).Code);
        else Change();
    }

    private static Cohort Staffed()
    {
        var cohort = Cohort();
        cohort.Appoint(CohortRole.Instructor, [Teacher]);
        cohort.Appoint(CohortRole.Lead, [Lead]);
        return cohort;
    }
}
