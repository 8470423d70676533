using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Messaging;

/// <summary>The lease and the tries of a message, and how a broken rule is told.</summary>
public sealed class NudgeMessageTests
{
    [Fact]
    public void A_message_is_tried_six_times_with_growing_waits_and_then_given_up()
    {
        var message = NudgeMessage.Claim(Guid.NewGuid(), Day("2027-02-01"), Monday);
        Assert.Equal(Monday.AddSeconds(60), message.LeaseUntil);

        var now = Monday;
        foreach (var minutes in new[] { 1, 5, 30, 120, 480 })
        {
            Assert.False(message.ScheduleRetry(now, "refused"));
            Assert.Equal(now.AddMinutes(minutes), message.LeaseUntil);
            now = message.LeaseUntil;
            message.Reclaim(Day("2027-02-01"), now);
        }

        Assert.Equal(6, message.Attempts);
        Assert.True(message.IsPending);
        Assert.True(message.ScheduleRetry(now, "refused"));
        Assert.Equal(now, message.FailedAt);
        Assert.False(message.IsPending);
    }

    [Fact]
    public void A_message_taken_over_is_the_same_message()
    {
        var message = NudgeMessage.Claim(Guid.NewGuid(), Day("2027-02-01"), Monday);
        var id = message.Id;
        message.Reclaim(Day("2027-02-02"), Monday.AddDays(1));

        Assert.Equal((id, Day("2027-02-02"), Monday.AddDays(1).AddSeconds(60), 2),
            (message.Id, message.LocalDay, message.LeaseUntil, message.Attempts));
        message.MarkHandedOff(Monday.AddDays(1));
        message.CountAsSent();
        Assert.False(message.IsPending);
    }

    [Fact]
    public void A_rule_is_a_conflict_unless_it_says_otherwise_and_carries_facts()
    {
        var rule = new RuleException("unit.locked", "It opens later.", RuleKind.Forbidden).With("opensOn", Day("2027-02-22"));

        Assert.Equal(("unit.locked", RuleKind.Forbidden), (rule.Code, rule.Kind));
        Assert.Equal(Day("2027-02-22"), rule.Facts["opensOn"]);
        Assert.Equal(RuleKind.Conflict, new RuleException("a.b", "").Kind);
    }

    [Fact]
    public void Identifiers_sort_by_the_moment_they_were_made()
    {
        var ids = Enumerable.Range(0, 50).Select(i => NewId.At(Monday.AddMilliseconds(i)).ToString()).ToList();

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.Equal('7', id[14]));
    }

    [Fact]
    public void A_curriculum_finds_its_units_and_their_module()
    {
        Assert.Equal((5, AnchorUnit), (Course.UnitCount, Course.Unit("1.2-anchor")));
        Assert.Null(Course.Unit("9.9-nowhere"));
        Assert.Equal("two", Course.ModuleOf(SecondAnchor).Slug);
        Assert.Equal(["1-3", "4-6", "7"], Course.Modules.Select(m => m.Weeks));
        Assert.True(AnchorUnit.IsAnchor);
        Assert.False(LightUnit.IsAnchor);
    }
}
