using MiiWrap.Learning.Domain.Transfer;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Transfer;

/// <summary>What counts as transferred: used within thirty local days, and said within seven days of grace.</summary>
public sealed class TransferOpportunityTests
{
    [Theory]
    [InlineData("2027-01-31", false)]
    [InlineData("2027-02-01", true)]
    [InlineData("2027-03-03", true)]
    [InlineData("2027-03-04", false)]
    public void The_day_of_use_lies_within_thirty_days(string occurredOn, bool counts)
    {
        var opportunity = Opportunity(AnchorUnit);
        Applied(opportunity, occurredOn, Utc("2027-03-05 15:00"));

        Assert.Equal(counts, opportunity.Transferred30);
        Assert.True(opportunity.IsApplied);
    }

    [Theory]
    [InlineData("2027-03-10 15:00:00", true)]
    [InlineData("2027-03-10 15:00:01", false)]
    public void It_is_said_within_the_grace(string recordedAt, bool counts)
    {
        var opportunity = Opportunity(AnchorUnit);
        Assert.Equal(Utc("2027-03-10 15:00"), opportunity.MaturesAt);
        Applied(opportunity, "2027-02-10", Utc(recordedAt));

        Assert.Equal(counts, opportunity.Transferred30);
    }

    [Theory]
    // The learner's calendar counts, not UTC's: half past eleven at night in Chicago, and in Auckland the day is ahead.
    [InlineData("America/Chicago", "2027-02-02 05:30", "2027-02-01", "2027-03-03", "2027-03-11 05:30")]
    [InlineData("Pacific/Auckland", "2027-02-01 15:00", "2027-02-02", "2027-03-04", "2027-03-10 15:00")]
    // Over a change of clocks the grace ends at the same local hour.
    [InlineData("America/Chicago", "2027-02-15 15:00", "2027-02-15", "2027-03-17", "2027-03-24 14:00")]
    public void Days_are_those_of_the_learner(string zone, string completedAt, string startedOn, string lastDay, string maturesAt)
    {
        var opportunity = Opportunity(AnchorUnit, Utc(completedAt), zone: zone);

        Assert.Equal((Day(startedOn), Day(lastDay), Utc(maturesAt)), (opportunity.StartedOn, opportunity.LastDay, opportunity.MaturesAt));
    }

    [Theory]
    [InlineData(TransferLevel.NotYet)]
    [InlineData(TransferLevel.Partly)]
    public void Nothing_less_than_applied_counts(TransferLevel level)
    {
        var opportunity = Opportunity(AnchorUnit);
        opportunity.Record(level, EvidenceSource.SelfReport, Day("2027-02-10"), null, Utc("2027-02-10 15:00"));

        Assert.False(opportunity.Transferred30);
        Assert.False(opportunity.IsApplied);
    }

    [Fact]
    public void What_counted_once_stays_counted()
    {
        var opportunity = Opportunity(AnchorUnit);
        Applied(opportunity, "2027-02-10", Utc("2027-02-10 15:00"));
        opportunity.Record(TransferLevel.NotYet, EvidenceSource.SelfReport, Day("2027-05-03"), Barrier.Forgot, Utc("2027-05-03 15:00"));

        Assert.True(opportunity.Transferred30);
        Assert.Equal(2, opportunity.Evidence.Count);
    }

    [Fact]
    public void A_changed_date_leaves_the_plan_as_it_was_made_alone()
    {
        var enrolment = Enrolment();
        var progress = enrolment.Complete(AnchorUnit, IfThen, Monday);
        var opportunity = TransferOpportunity.Open(enrolment, Course, AnchorUnit, IfThen, "America/Chicago", Monday);
        opportunity.PlanFor(Day("2027-02-09"));

        Assert.Equal(IfThen with { PlannedFor = Day("2027-02-09") }, opportunity.IfThen);
        Assert.Null(progress.IfThen!.PlannedFor);
        Assert.Equal(3, opportunity.CurriculumVersion);
    }

    private static void Applied(TransferOpportunity opportunity, string occurredOn, DateTime recordedAt) =>
        opportunity.Record(TransferLevel.Applied, EvidenceSource.SelfReport, Day(occurredOn), null, recordedAt);

    [Fact]
    public void What_has_matured_stays_in_the_cohort_where_it_was_counted()
    {
        var (opportunity, other) = (Opportunity(AnchorUnit), Guid.NewGuid());
        opportunity.MoveTo(other, opportunity.MaturesAt.AddTicks(-1));
        Assert.Equal(other, opportunity.CohortId);
        opportunity.MoveTo(Guid.NewGuid(), opportunity.MaturesAt);
        Assert.Equal(other, opportunity.CohortId);
    }
}
