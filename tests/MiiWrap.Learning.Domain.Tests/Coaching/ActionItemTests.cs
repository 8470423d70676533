using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Tests.Coaching;

/// <summary>Whatever is done to a step in whatever order: it goes its way once, and none of its asks gets lost.</summary>
public sealed class ActionItemTests
{
    private static readonly Guid Coach = Guid.NewGuid();
    private static readonly TimeZoneInfo Chicago = Zones.Find("America/Chicago");

    [Fact]
    public void Random_histories_follow_the_rules()
    {
        var random = new Random(20270201);
        var closed = 0;
        for (var i = 0; i < 3000; i++)
        {
            var (item, enrolment, now) = (Propose(random), Enrolment(), Given.Monday);
            List<Nudge> nudges = [];
            var was = item.State;
            for (var act = 0; act < 12; act++)
            {
                now = now.AddHours(random.Next(1, 90));
                var before = (item.State, item.Outcome, Evidence: item.Evidence.Count);
                var isRefused = !TryAct(item, random.Next(8), random, now);
                if (item.State == ActionState.Agreed && before.State == ActionState.Proposed)
                    nudges = [.. ItemNudges.Open(item, enrolment, random.Next(4) == 0, Chicago, SendingWindow.Default,
                        NudgeChannel.Email, now, null)];
                if (item.State == ActionState.Closed && before.State == ActionState.Agreed)
                    nudges.ForEach(n => n.EndWithItem(now));
                if (item.IsDone) ItemNudges.Stop(nudges);
                foreach (var due in nudges.Where(n => n is { Status: NudgeStatus.Planned, StatusReason: null }
                    && n.DueAt <= now)) due.MarkSent(now);

                Assert.True(Follows(before.State, item.State), $"{before.State} became {item.State}.");
                if (isRefused) Assert.Equal(before, (item.State, item.Outcome, item.Evidence.Count));
                if (before.State == ActionState.Closed) Assert.Equal(before, (item.State, item.Outcome, item.Evidence.Count));
                if (item.Outcome == ActionOutcome.Kept) Assert.NotEmpty(item.Evidence);
                if (item.AgreedOn is { } agreed)
                    Assert.InRange(item.DueOn.DayNumber - agreed.DayNumber, ActionItem.FewestDays, ActionItem.MostDays);
                was = item.State;
            }

            if (was == ActionState.Closed)
            {
                closed++;
                Assert.DoesNotContain(nudges, n => n.Status == NudgeStatus.Planned || n.IsOpen(now));
            }

            Assert.Equal(item.AgreedOn is null ? 0 : 3, nudges.Count);
            Assert.All(nudges, n => Assert.False(n.ClosesWindow));
        }

        Assert.InRange(closed, 500, 2500);
    }

    [Fact]
    public void A_loop_is_closed_when_its_outcome_comes_within_a_fortnight()
    {
        var today = new DateOnly(2027, 6, 15);
        AgreedStep[] steps =
        [
            new(new(2027, 5, 1), new(2027, 5, 15), ActionOutcome.Kept),
            new(new(2027, 5, 1), new(2027, 5, 16), ActionOutcome.Kept),
            new(new(2027, 5, 1), null, null),
            new(new(2027, 6, 1), new(2027, 5, 20), ActionOutcome.Dropped),
            // Not due for long enough to be judged.
            new(new(2027, 6, 2), new(2027, 6, 2), ActionOutcome.Kept),
        ];
        Assert.Equal(new LoopClosure(new(2, 4), new(2, 4)), LoopClosure.Of(steps, today));
    }

    [Fact]
    public void What_is_held_out_takes_nobody_elses_place()
    {
        var (item, enrolment, now) = (Propose(new(1)), Enrolment(), Given.Monday);
        item.Agree(new("they ask", "I will wait", null), 0, Zones.LocalDate(now, Chicago), now);
        IReadOnlyList<DisplacedNudge> Displaced(bool isHeldOut)
        {
            // Every day of a fortnight has a message of asks that give way to a check.
            var calendar = new NudgeCalendar(Chicago, SendingWindow.Default);
            foreach (var day in Enumerable.Range(0, 14))
            {
                foreach (var _ in Enumerable.Range(0, NudgeMessage.MostAsks))
                    calendar.Add(Guid.NewGuid(), NudgeKind.Recall, now.AddDays(day).AddHours(1), now.AddDays(day + 30));
            }

            ItemNudges.Open(item, enrolment, isHeldOut, Chicago, SendingWindow.Default, NudgeChannel.Email, now, calendar);
            return calendar.Displaced;
        }

        Assert.NotEmpty(Displaced(isHeldOut: false));
        Assert.Empty(Displaced(isHeldOut: true));
    }

    private static bool Follows(ActionState from, ActionState to) => from == to || (from, to) is
        (ActionState.Proposed, ActionState.Agreed) or (ActionState.Proposed, ActionState.Lapsed) or (ActionState.Agreed,
            ActionState.Closed);

    private static bool TryAct(ActionItem item, int act, Random random, DateTime now)
    {
        var today = Zones.LocalDate(now, Chicago);
        var planned = random.Next(2) == 0 ? (DateOnly?)today.AddDays(random.Next(-3, 30)) : null;
        try
        {
            switch (act)
            {
                case 0 or 1: item.Agree(random.Next(2) == 0 ? null : new("they ask", "I will wait", planned), random.Next(5), today,
                    now); break;
                case 2: item.Change(new(new("they ask", "I will wait", planned), "They talk", null, today.AddDays(random.Next(-2, 100))),
                    Coach, today, now); break;
                case 3: item.PlanFor(today.AddDays(random.Next(20)), now); break;
                case 4 or 5: item.Record((TransferLevel)random.Next(3), (ActionEvidenceSource)random.Next(2), today, null, Coach,
                    now); break;
                case 6: item.Close((ActionOutcome)random.Next(5), Coach, today, now); break;
                default: item.Lapse(now); break;
            }

            return true;
        }
        catch (RuleException)
        {
            return false;
        }
    }

    private static ActionItem Propose(Random random)
    {
        var today = DateOnly.FromDateTime(Given.Monday);
        return ActionItem.Propose(Enrolment(), Coach, new(
            new("they ask", "I will ask back", null), "They talk", null, today.AddDays(random.Next(3, 91))), new(null, null, null), today,
                Given.Monday);
    }

    private static Enrolment Enrolment()
    {
        var unit = Given.Unit("u", Given.Light);
        var curriculum = new Curriculum("c", 1, "", "C", "", null, [new("all", "All", 1, 4, [unit])]);
        var cohort = Cohort.Create("C", curriculum, DateOnly.FromDateTime(Given.Monday), Chicago.Id, Gate.Open, Given.Monday);
        return Domain.Enrolments.Enrolment.Create(cohort, curriculum, Guid.NewGuid(), "", null, Given.Monday);
    }
}
