using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Nudges;

/// <summary>What an answer changes in the asks that are still to come.</summary>
public sealed class NudgeLedgerTests
{
    [Fact]
    public void Every_step_of_the_plan_has_one_row()
    {
        foreach (var unit in new[] { AnchorUnit, StandardUnit, LightUnit })
        {
            var (opportunity, nudges) = Ledger(unit);
            Assert.Equal(unit.Plan.Steps.Select(s => s.Step), nudges.Select(n => n.Step));
            Assert.All(nudges, n => Assert.Equal(
                (opportunity.Id, opportunity.EnrolmentId, opportunity.PersonId, unit.Slug, 3, NudgeStatus.Planned),
                (n.OpportunityId, n.EnrolmentId, n.PersonId, n.Unit, n.PlanVersion, n.Status)));
        }
    }

    [Fact]
    public void Applied_stops_the_checks_and_turns_what_has_another_form()
    {
        var (opportunity, nudges) = Ledger(AnchorUnit);
        AnswerStep(opportunity, nudges, 1, NudgeOutcome.Applied, Utc("2027-02-03 16:00"));

        Assert.Equal(
            [
                (1, NudgeKind.Cue, NudgeStatus.Sent, null), (2, NudgeKind.Check, NudgeStatus.Skipped, Domain.Nudges.Nudge.AlreadyApplied),
                (3, NudgeKind.Recall, NudgeStatus.Planned, null), (4, NudgeKind.Maintenance, NudgeStatus.Planned, null),
                (5, NudgeKind.Booster, NudgeStatus.Planned, null), (6, NudgeKind.Maintenance, NudgeStatus.Planned, null),
            ],
            nudges.Select(n => (n.Step, n.Kind, n.Status, n.StatusReason)));
        Assert.True(opportunity.Transferred30);
    }

    [Fact]
    public void Applied_on_a_light_unit_leaves_nothing_to_ask()
    {
        var (opportunity, nudges) = Ledger(LightUnit);
        AnswerStep(opportunity, nudges, 1, NudgeOutcome.Applied, Utc("2027-02-04 16:00"));

        Assert.Equal([NudgeStatus.Sent, NudgeStatus.Skipped], nudges.Select(n => n.Status));
    }

    [Theory]
    [InlineData(NudgeOutcome.Partly, null)]
    [InlineData(NudgeOutcome.NotYet, Barrier.NoTime)]
    public void Less_than_applied_changes_no_other_ask(NudgeOutcome outcome, Barrier? barrier)
    {
        var (opportunity, nudges) = Ledger(AnchorUnit);
        var before = nudges.Skip(1).Select(n => (n.Kind, n.DueAt, n.ExpiresAt, n.Status)).ToList();
        AnswerStep(opportunity, nudges, 1, outcome, Utc("2027-02-03 16:00"), barrier: barrier);

        Assert.Equal(before, nudges.Skip(1).Select(n => (n.Kind, n.DueAt, n.ExpiresAt, n.Status)));
        Assert.Equal(barrier, Assert.Single(opportunity.Evidence).Barrier);
        Assert.False(opportunity.Transferred30);
    }

    [Fact]
    public void A_plan_that_still_fits_is_no_evidence()
    {
        var (opportunity, nudges) = Ledger(AnchorUnit);
        AnswerStep(opportunity, nudges, 1, NudgeOutcome.StillGood, Utc("2027-02-03 16:00"));

        Assert.Empty(opportunity.Evidence);
        Assert.All(nudges.Skip(1), n => Assert.Equal(NudgeStatus.Planned, n.Status));
    }

    [Fact]
    public void A_changed_date_moves_the_check_in_its_own_row()
    {
        var (opportunity, nudges) = Ledger(AnchorUnit);
        var id = nudges[1].Id;
        AnswerStep(opportunity, nudges, 1, NudgeOutcome.ChangeDate, Utc("2027-02-03 16:00"), plannedFor: Day("2027-02-10"));

        Assert.Equal(
            (id, Utc("2027-02-11 15:00"), "the learner changed the planned date"), (nudges[1].Id, nudges[1].DueAt, nudges[1].DueReason));
        Assert.Equal(Utc("2027-02-15 15:00"), nudges[2].DueAt);
        Assert.Null(nudges[2].DueReason);
        Assert.Empty(opportunity.Evidence);
        Assert.Equal(Day("2027-02-10"), opportunity.IfThen!.PlannedFor);
    }

    [Fact]
    public void A_date_changed_beyond_the_next_ask_leaves_the_check_to_it()
    {
        var (opportunity, nudges) = Ledger(AnchorUnit);
        AnswerStep(opportunity, nudges, 1, NudgeOutcome.ChangeDate, Utc("2027-02-03 16:00"), plannedFor: Day("2027-03-10"));

        Assert.Equal((NudgeStatus.Planned, Domain.Nudges.Nudge.Superseded), (nudges[1].Status, nudges[1].StatusReason));
        Assert.Equal((NudgeStatus.Planned, null), (nudges[2].Status, nudges[2].StatusReason));
    }

    [Fact]
    public void A_new_plan_never_asks_in_the_past()
    {
        var (opportunity, nudges) = Ledger(StandardUnit, plannedFor: Day("2027-02-12"));
        Assert.Equal(Utc("2027-02-15 15:00"), nudges[1].DueAt);
        // On Friday evening the learner says that it is to be on the day after completion: that check would have been due on Thursday a
        // week ago.
        AnswerStep(opportunity, nudges, 1, NudgeOutcome.ChangeDate, Utc("2027-02-13 01:00"), plannedFor: Day("2027-02-02"));

        Assert.Equal((NudgeStatus.Planned, Utc("2027-02-15 14:30")), (nudges[1].Status, nudges[1].DueAt));
    }

    [Fact]
    public void A_new_zone_moves_what_is_to_come_and_leaves_what_is_in_a_message()
    {
        var (opportunity, nudges) = Ledger(AnchorUnit);
        nudges[1].ClaimFor(Guid.NewGuid(), NudgeChannel.Email);
        var claimed = nudges[1].DueAt;
        NudgeLedger.Replan(opportunity, Anchor, nudges, Zones.Find("Europe/Berlin"), SendingWindow.Default,
            "the learner's time zone changed", Utc("2027-02-01 16:00"));

        Assert.Equal(claimed, nudges[1].DueAt);
        // Three in the afternoon UTC is four in Berlin.
        Assert.Equal(Utc("2027-02-15 15:00"), nudges[2].DueAt);
        Assert.Equal(Utc("2027-04-02 14:00"), nudges[4].DueAt);
        Assert.Equal(Utc("2027-05-03 06:30"), nudges[5].DueAt);
        Assert.EndsWith("the learner's time zone changed", nudges[5].DueReason, StringComparison.Ordinal);
    }

    [Theory]
    // A late answer to an ask from within the thirty days speaks of their last day; of a later ask it speaks of today.
    [InlineData(4, "2027-03-08 16:00", "2027-03-03", true)]
    [InlineData(5, "2027-04-03 16:00", "2027-04-03", false)]
    [InlineData(2, "2027-02-09 16:00", "2027-02-09", true)]
    public void An_answer_without_a_day_is_about_the_day_that_it_can_be_about(int step, string answeredAt, string occurredOn, bool counts)
    {
        var (opportunity, nudges) = Ledger(AnchorUnit);
        AnswerStep(opportunity, nudges, step, NudgeOutcome.Applied, Utc(answeredAt));

        Assert.Equal(Day(occurredOn), Assert.Single(opportunity.Evidence).OccurredOn);
        Assert.Equal(counts, opportunity.Transferred30);
    }

    [Fact]
    public void An_ask_without_an_answer_has_nothing_to_follow()
    {
        var (opportunity, nudges) = Ledger(AnchorUnit);
        Assert.Throws<InvalidOperationException>(() =>
            NudgeLedger.ApplyAnswer(opportunity, Anchor, nudges, nudges[0], Chicago, SendingWindow.Default, Monday));
    }

    private static void AnswerStep(
        TransferOpportunity opportunity, IReadOnlyList<Nudge> nudges, int step, NudgeOutcome outcome, DateTime at,
        DateOnly? plannedFor = null, Barrier? barrier = null)
    {
        var plan = new[] { Anchor, Standard, Light }.Single(p => p.Kind == opportunity.Plan);
        var nudge = nudges.Single(n => n.Step == step);
        nudge.MarkSent(nudge.DueAt);
        nudge.Answer(Says(outcome, at, plannedFor: plannedFor, barrier: barrier), at);
        NudgeLedger.ApplyAnswer(opportunity, plan, [.. nudges.Where(n => n.Step != step)], nudge, Chicago, SendingWindow.Default, at);
    }
}
