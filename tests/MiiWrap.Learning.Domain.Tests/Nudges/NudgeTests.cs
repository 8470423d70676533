using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Nudges;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Nudges;

/// <summary>One ask: it ends once, and the first answer wins.</summary>
public sealed class NudgeTests
{
    private static readonly DateTime Due = Monday.AddDays(7);

    public static readonly Dictionary<NudgeStatus, Action<Nudge>> Ends = new()
    {
        [NudgeStatus.Sent] = n => n.MarkSent(Due),
        [NudgeStatus.Skipped] = n => n.Skip(Domain.Nudges.Nudge.AlreadyApplied),
        [NudgeStatus.Expired] = n => n.Expire(),
        [NudgeStatus.Cancelled] = n => n.Cancel(Domain.Nudges.Nudge.EnrolmentEnded),
        [NudgeStatus.Failed] = n => n.Fail("mailNotAccepted"),
    };

    public static readonly Dictionary<string, Action<Nudge>> Changes = new()
    {
        ["claim"] = n => n.ClaimFor(Guid.NewGuid(), NudgeChannel.InApp),
        ["sent"] = n => n.MarkSent(Due.AddHours(1)),
        ["show"] = n => n.ShowInApp(Due.AddHours(1)),
        ["move"] = n => n.MoveTo(Due.AddDays(1), Due.AddDays(9), "because", Due),
        ["become"] = n => n.Become(NudgeKind.Recall),
        ["skip"] = n => n.Skip("again"),
        ["expire"] = n => n.Expire(),
        ["cancel"] = n => n.Cancel("again"),
        ["fail"] = n => n.Fail("again"),
    };

    public static TheoryData<NudgeStatus, string> EveryEndAndChange()
    {
        var all = new TheoryData<NudgeStatus, string>();
        foreach (var end in Enum.GetValues<NudgeStatus>().Except([NudgeStatus.Planned]))
        {
            foreach (var change in Changes.Keys) all.Add(end, change);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(EveryEndAndChange))]
    public void An_ask_that_has_ended_never_changes(NudgeStatus end, string change)
    {
        var nudge = Nudge();
        Ends[end](nudge);
        var before = State(nudge);

        Assert.Equal(end, nudge.Status);
        Assert.Throws<InvalidOperationException>(() => Changes[change](nudge));
        Assert.Equal(before, State(nudge));
    }

    [Fact]
    public void The_first_answer_wins()
    {
        var nudge = Nudge();
        nudge.MarkSent(Due);

        Assert.True(nudge.Answer(Says(NudgeOutcome.Partly, Due.AddHours(1)), Due.AddHours(1)));
        Assert.False(nudge.Answer(Says(NudgeOutcome.Applied, Due.AddHours(2)), Due.AddHours(2)));
        // However late, and whatever it says: a repeated answer is no error.
        Assert.False(nudge.Answer(Says(NudgeOutcome.StillGood, Due.AddDays(99)), Due.AddDays(99)));

        Assert.Equal(NudgeOutcome.Partly, nudge.Response!.Outcome);
        Assert.Equal(NudgeStatus.Sent, nudge.Status);
        Assert.Single(nudge.TakeEvents().OfType<NudgeAnswered>());
    }

    [Fact]
    public void An_answer_before_the_ask_goes_out_ends_it()
    {
        var nudge = Nudge();
        nudge.Answer(Says(NudgeOutcome.Applied, Monday), Monday);

        Assert.Equal((NudgeStatus.Skipped, Domain.Nudges.Nudge.AnsweredEarly), (nudge.Status, nudge.StatusReason));
        Assert.NotNull(nudge.Response);
    }

    [Theory]
    [InlineData(NudgeStatus.Skipped)]
    [InlineData(NudgeStatus.Expired)]
    [InlineData(NudgeStatus.Cancelled)]
    [InlineData(NudgeStatus.Failed)]
    public void An_ask_that_was_never_sent_takes_no_answer(NudgeStatus end)
    {
        var nudge = Nudge();
        Ends[end](nudge);

        Assert.Equal("nudge.closed", Assert.Throws<RuleException>(() => nudge.Answer(Says(NudgeOutcome.Applied, Due), Due)).Code);
        Assert.Null(nudge.Response);
    }

    [Fact]
    public void An_ask_is_open_until_the_moment_it_expires()
    {
        var nudge = Nudge();
        Assert.False(nudge.IsOpen(Due));
        nudge.MarkSent(Due);
        Assert.True(nudge.IsOpen(nudge.ExpiresAt.AddTicks(-1)));
        Assert.False(nudge.IsOpen(nudge.ExpiresAt));

        var error = Assert.Throws<RuleException>(() => nudge.Answer(Says(NudgeOutcome.Applied, nudge.ExpiresAt), nudge.ExpiresAt));
        Assert.Equal(("nudge.closed", RuleKind.Conflict), (error.Code, error.Kind));
        Assert.True(nudge.Answer(Says(NudgeOutcome.Applied, Due), nudge.ExpiresAt.AddTicks(-1)));
        Assert.False(nudge.IsOpen(Due));
    }

    [Theory]
    [InlineData(NudgeOutcome.StillGood)]
    [InlineData(NudgeOutcome.ChangeDate)]
    public void Only_a_cue_is_answered_with_the_plan(NudgeOutcome outcome)
    {
        foreach (var kind in Enum.GetValues<NudgeKind>())
        {
            var nudge = Nudge(kind);
            var answer = Says(outcome, Monday, plannedFor: Day("2027-02-09"));
            if (kind == NudgeKind.Cue)
            {
                Assert.True(nudge.Answer(answer, Monday));
                continue;
            }

            var error = Assert.Throws<RuleException>(() => nudge.Answer(answer, Monday));
            Assert.Equal(("nudge.outcome.notForKind", RuleKind.Invalid), (error.Code, error.Kind));
            Assert.Equal(NudgeStatus.Planned, nudge.Status);
        }
    }

    [Fact]
    public void A_moved_ask_says_why_and_leaves_its_message()
    {
        var nudge = Nudge();
        nudge.ClaimFor(Guid.NewGuid(), NudgeChannel.Email);
        nudge.MoveTo(Due.AddDays(1), nudge.ExpiresAt, "held: one message a day", Monday);
        nudge.MoveTo(Due.AddDays(2), nudge.ExpiresAt, "the learner changed the planned date", Monday);

        Assert.Null(nudge.MessageId);
        Assert.Equal((Due.AddDays(2), "held: one message a day; the learner changed the planned date"), (nudge.DueAt, nudge.DueReason));
        nudge.MoveTo(nudge.DueAt, nudge.ExpiresAt, "nothing moved, so nothing is said", Due);
        Assert.DoesNotContain("nothing moved", nudge.DueReason!, StringComparison.Ordinal);
        nudge.MoveTo(nudge.DueAt, nudge.ExpiresAt.AddDays(1), "it may be answered for longer", Due);
        Assert.Equal((2, Monday), (nudge.Moves, nudge.MovedAt));
    }

    [Fact]
    public void The_reasons_of_many_moves_keep_the_newest()
    {
        var nudge = Nudge();
        for (var i = 1; i <= 40; i++) nudge.MoveTo(Due.AddMinutes(i), nudge.ExpiresAt, $"held for the {i}th time", Monday);

        Assert.Equal(400, nudge.DueReason!.Length);
        Assert.EndsWith("; held for the 40th time", nudge.DueReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_superseded_step_stays_planned_until_its_time_comes()
    {
        var planned = new PlannedNudge(2, NudgeKind.Check, Due, Due, null, Superseded: true);
        var nudge = Domain.Nudges.Nudge.Plan(Opportunity(AnchorUnit), planned, NudgeChannel.Email, Monday);

        Assert.Equal((NudgeStatus.Planned, Domain.Nudges.Nudge.Superseded), (nudge.Status, nudge.StatusReason));
        var cap = new FrequencyCap(Chicago, SendingWindow.Default, new HashSet<DateOnly>(), Fatigue.None, ByMessage: true);
        Assert.Empty(cap.Take([nudge], Due));
        Assert.Equal((NudgeStatus.Skipped, Domain.Nudges.Nudge.Superseded), (nudge.Status, nudge.StatusReason));
    }

    private static object State(Nudge n) =>
        (n.Status, n.StatusReason, n.Kind, n.Channel, n.DueAt, n.ExpiresAt, n.DueReason, n.MessageId, n.SentAt, n.Response);
}
