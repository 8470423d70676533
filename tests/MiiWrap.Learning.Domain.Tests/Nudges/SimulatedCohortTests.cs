using System.Globalization;
using MiiWrap.Learning.Domain.Coaching;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Domain.Tests.Nudges;

/// <summary>
/// Two hundred learners on a course of twenty-four weeks, lived hour by hour with the rules that the program itself goes by.
/// </summary>
public sealed class SimulatedCohortTests(ITestOutputHelper output)
{
    private const int Learners = 200;
    private const int Weeks = 24;

    // The last unit's longest plan asks for ninety-seven days more.
    private const int WeeksInAll = Weeks + 14;

    private readonly Random random = new(20270201);

    // The course's units in order, three weeks to a module: light, standard or anchor.
    [Theory]
    [InlineData("version 1", "LSSA LSSA LSSA LSSA LSSA LSSA LSA LSA", 106, 0)]
    [InlineData("version 2", "LLSSA LSSA LSSAL LSSA LSSA LSSA LSASS LSA", 116, 0)]
    [InlineData("version 2 with a step agreed every fortnight", "LLSSA LSSA LSSAL LSSA LSSA LSSA LSASS LSA", 116, 12)]
    public void Holds_every_cap_and_drops_nothing_without_a_reason(string version, string course, int asks, int steps)
    {
        var zones = new[] { "America/Chicago", "America/New_York", "America/Los_Angeles", "America/Phoenix" }.Select(Zones.Find).ToArray();
        NudgePlan[][] plans =
            [.. course.Split(' ').Select(m => m.Select(p => p switch { 'A' => Given.Anchor, 'L' => Given.Light, _ => Given.Standard })
                .ToArray())];
        var learners = Enumerable.Range(0, Learners)
            .Select(i => new Learner(zones[i % zones.Length], i % 10 == 9 ? 0 : 0.3 + (0.6 * random.NextDouble()), random)).ToList();
        foreach (var learner in learners) learner.Enrol(plans, steps);

        for (var now = Given.Monday.AddHours(-3); now < Given.Monday.AddDays(7 * WeeksInAll); now = now.AddHours(1))
        {
            foreach (var learner in learners) learner.Live(now);
        }

        var all = learners.SelectMany(l => l.Nudges).ToList();
        Assert.Equal(Learners * (asks + (3 * steps)), all.Count);
        Assert.All(all, n => Assert.False(n.ActionItemId is not null && n.ClosesWindow));
        Assert.All(learners, l =>
        {
            var days = l.Messages.ToList();
            Assert.Equal(days.Count, days.Distinct().Count());
            Assert.All(days, d => Assert.True(days.Count(x => x > d.AddDays(-7) && x <= d) <= NudgeMessage.MostAWeek,
                $"More than {NudgeMessage.MostAWeek} messages in the week up to {d}."));
        });
        Assert.All(all, n => Assert.True(
            n.Status == NudgeStatus.Sent ? n.StatusReason is null or Nudge.ItemClosed : n.StatusReason is not null,
                $"{n.Status} without a reason."));
        Assert.DoesNotContain(all, n => n.Status == NudgeStatus.Planned);
        string?[] reasons =
            [null, Nudge.Superseded, Nudge.AlreadyApplied, Nudge.Tired, Nudge.WindowClosed, Nudge.AnsweredEarly, Nudge.ItemClosed];
        Assert.All(all, n => Assert.Contains(n.StatusReason, reasons));

        output.WriteLine(Text($"{version}: {plans.Sum(m => m.Length)} units, {asks + (3 * steps)} asks to a learner"));
        Report(learners, all);
    }

    private void Report(List<Learner> learners, List<Nudge> all)
    {
        output.WriteLine(
            Text($"asks due in a week by the plans alone: most {learners.Max(l => l.DueByPlan.GroupBy(d => d.DayNumber / 7).Max(g => g.Count()))}; as first scheduled: most {learners.Max(l => l.DueAtFirst.GroupBy(d => d.DayNumber / 7).Max(g => g.Count()))}"));
        var weeks = learners.SelectMany(l => l.Messages.GroupBy(d => d.DayNumber / 7).Select(g => g.Count())).ToList();
        var sent = all.Where(n => n.Status == NudgeStatus.Sent).ToList();
        var delays = learners.SelectMany(l => l.Delays).ToList();
        output.WriteLine(Text($"messages in an active week: mean {weeks.Average():F2}, most {weeks.Max()}"));
        output.WriteLine(Text($"delay of sent asks against their plan, in days: mean {delays.Average():F2}, most {delays.Max():F1}"));
        foreach (var group in all.GroupBy(n => (n.Status, n.StatusReason)).OrderByDescending(g => g.Count()))
            output.WriteLine(
                Text($"{group.Key.Status} {group.Key.StatusReason}: {group.Count()}, {100.0 * group.Count() / all.Count:F1} %"));
        foreach (var group in all.Where(n => n.StatusReason == Nudge.WindowClosed).GroupBy(n => (n.Kind, n.Step, n.ClosesWindow))
            .OrderByDescending(g => g.Count()))
            output.WriteLine(
                Text($"  expired: step {group.Key.Step} {group.Key.Kind}, closes {group.Key.ClosesWindow}: {group.Count()}, earlier answered {group.Count(n => all.Any(o => o.SubjectId == n.SubjectId && o.Response is not null))}"));
        var tired = learners.Count(l => l.Nudges.Any(n => n.StatusReason == Nudge.Tired));
        var figures = TransferFigures.Of([.. learners.SelectMany(l => l.Opportunities)], Given.Monday.AddDays(7 * WeeksInAll));
        output.WriteLine(
            Text($"learners whose asks were thinned out: {tired} of {learners.Count}; sent {sent.Count}, answered {sent.Count(n => n.Response is not null)}"));
        output.WriteLine(
            Text($"TR30 {figures.Strict.Rate:P1} ({figures.Strict.Interval!.Value.Low:P1} to {figures.Strict.Interval!.Value.High:P1}) of {figures.Strict.Denominator}, coverage {figures.Covered.Rate:P1}, STR90 {figures.Sustained.Rate:P1}"));
        Assert.InRange(figures.Strict.Rate!.Value, 0.2, 0.9);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Learner(TimeZoneInfo zone, double answers, Random random)
    {
        private static readonly Func<TransferOpportunity, CountedOpportunity> Counted = CountedOpportunity.Projection.Compile();

        private readonly List<(DateTime At, TrainingUnit Unit)> toDo = [];
        private readonly List<(
            TransferOpportunity Opportunity, NudgePlan Plan, List<Nudge> Nudges, Dictionary<int, DateTime> Planned)> done = [];
        private readonly List<(ActionItem Item, List<Nudge> Nudges, Dictionary<int, DateTime> Planned)> steps = [];
        private readonly List<(DateTime At, int Number)> toAgree = [];
        private readonly List<(DateTime At, Nudge Nudge)> toAnswer = [];
        private readonly Guid id = Guid.NewGuid();
        private DateTime lastAct = DateTime.MinValue;
        private DateTime nextDue = DateTime.MaxValue;
        private Enrolment? enrolment;
        private Curriculum? curriculum;

        public List<DateOnly> Messages { get; } = [];

        public List<double> Delays { get; } = [];

        public List<DateOnly> DueByPlan { get; } = [];

        public IEnumerable<DateOnly> DueAtFirst =>
            done.Select(d => d.Planned).Concat(steps.Select(s => s.Planned)).SelectMany(p => p.Values).Select(at => Zones.LocalDate(at,
                zone));

        public IEnumerable<Nudge> Nudges => done.SelectMany(d => d.Nudges).Concat(steps.SelectMany(s => s.Nudges));

        public IEnumerable<CountedOpportunity> Opportunities => done.Select(d => Counted(d.Opportunity));

        public void Enrol(NudgePlan[][] plans, int steps)
        {
            for (var i = 0; i < steps; i++) toAgree.Add((Given.Monday.AddDays(14 * i).AddHours(random.Next(9)), i));
            var modules = plans.Select((m, i) => m.Select((p, j) => Given.Unit($"u{i}.{j}", p)).ToList()).ToList();
            List<TrainingUnit> units = [.. modules.SelectMany(m => m)];
            curriculum = new("simulated", 1, "", "Simulated", "", null, [new("all", "All", 1, Weeks, units)]);
            var cohort = Cohort.Create("Simulated", curriculum, DateOnly.FromDateTime(Given.Monday), zone.Id, Gate.Open, Given.Monday);
            enrolment = Enrolment.Create(cohort, curriculum, id, "", null, Given.Monday);
            var days = 7.0 * Weeks / modules.Count;
            foreach (var (i, module) in modules.Index())
            {
                foreach (var (j, unit) in module.Index())
                    toDo.Add((Given.Monday.AddDays((days * i) + (days * j / module.Count) + (random.NextDouble() * 5))
                        .AddHours(random.Next(9)), unit));
            }
        }

        public void Live(DateTime now)
        {
            foreach (var (_, unit) in Due(toDo, now)) Complete(unit, now);
            foreach (var _ in Due(toAgree, now)) Agree(now);
            foreach (var (_, nudge) in Due(toAnswer, now)) Answer(nudge, now);
            Sweep(now);
        }

        /// <summary>Another step with the coach, and an outcome for the one before it.</summary>
        private void Agree(DateTime now)
        {
            lastAct = now;
            var today = Zones.LocalDate(now, zone);
            if (steps is [.., var (before, ofBefore, _)])
            {
                before.Close(before.IsDone ? ActionOutcome.Kept : ActionOutcome.NotKept, id, today, now);
                foreach (var nudge in ofBefore) nudge.EndWithItem(now);
            }

            var item = ActionItem.Commit(enrolment!, null, new(new("they ask", "I will ask back", today.AddDays(random.Next(1, 10))),
                "They talk", null, today.AddDays(13)), new(null, null, null), 0, today, now);
            var calendar = Booked(now);
            List<Nudge> nudges =
                [.. ItemNudges.Open(item, enrolment!, isHeldOut: false, zone, SendingWindow.Default, NudgeChannel.Email, now, calendar)];
            MoveDisplaced(calendar, now);
            steps.Add((item, nudges, nudges.ToDictionary(n => n.Step, n => n.DueAt)));
            FindNextDue();
        }

        private NudgeCalendar Booked(DateTime now)
        {
            var calendar = new NudgeCalendar(zone, SendingWindow.Default);
            foreach (var day in Messages.Where(d => d > Zones.LocalDate(now, zone).AddDays(-7)))
                calendar.AddMessage(Zones.ToUtc(day.ToDateTime(new(12, 0)), zone));
            foreach (var nudge in Nudges.Where(n => n is { Status: NudgeStatus.Planned, StatusReason: null }))
                calendar.Add(nudge.Id, nudge.RanksAs, nudge.DueAt, nudge.ExpiresAt);
            return calendar;
        }

        private void MoveDisplaced(NudgeCalendar calendar, DateTime now)
        {
            foreach (var (yielded, nudge) in calendar.Displaced.Select(y => (y, Nudges.Single(n => n.Id == y.Id))))
                nudge.MoveTo(yielded.DueAt, nudge.ExpiresAt, yielded.Reason, now);
        }

        private void Complete(TrainingUnit unit, DateTime now)
        {
            lastAct = now;
            var opportunity = TransferOpportunity.Open(
                enrolment!, curriculum!, unit, new("I open my notes", "I will ask before I tell", null), zone.Id, now);
            var calendar = Booked(now);
            var nudges = NudgeLedger.Open(opportunity, unit.Plan, SendingWindow.Default, NudgeChannel.Email, now, calendar).ToList();
            MoveDisplaced(calendar, now);
            DueByPlan.AddRange(unit.Plan.Steps.Select(s => Zones.LocalDate(now, zone).AddDays(s.Day)));
            done.Add((opportunity, unit.Plan, nudges, nudges.ToDictionary(n => n.Step, n => n.DueAt)));
            FindNextDue();
        }

        private void Sweep(DateTime now)
        {
            if (now < nextDue) return;
            Send(now);
            FindNextDue();
        }

        private void FindNextDue() =>
            nextDue = Nudges.Where(n => n.Status == NudgeStatus.Planned).Select(n => n.DueAt).DefaultIfEmpty(DateTime.MaxValue).Min();

        private void Send(DateTime now)
        {
            var due = Nudges.Where(n => n.Status == NudgeStatus.Planned && n.DueAt <= now).ToList();
            if (due.Count == 0) return;
            var unanswered = Nudges.Where(n => n.Status == NudgeStatus.Sent && n.Response is null && n.SentAt > lastAct
                && n.StatusReason is null
                && (n.SentAt <= now.AddDays(-Fatigue.PatienceDays) || n.ExpiresAt <= now)).Select(n => n.SentAt!.Value);
            var today = Zones.LocalDate(now, zone);
            var cap = new FrequencyCap(
                zone, SendingWindow.Default, Messages.Where(d => d > today.AddDays(-8)).ToHashSet(), Fatigue.Of(unanswered),
                ByMessage: true);
            var taken = cap.Take(due, now);
            Assert.DoesNotContain(due, n => n.Status == NudgeStatus.Planned && n.DueAt <= now && !taken.Contains(n));
            if (taken.Count == 0) return;
            Assert.InRange(taken.Count, 1, NudgeMessage.MostAsks);
            Assert.True(SendingWindow.Default.IsOpen(now, zone));
            Messages.Add(today);
            foreach (var nudge in taken)
            {
                nudge.MarkSent(now);
                var planned = nudge.ActionItemId is null
                    ? done.Find(d => d.Opportunity.Id == nudge.OpportunityId).Planned
                    : steps.Find(s => s.Item.Id == nudge.ActionItemId).Planned;
                Delays.Add((now - planned[nudge.Step]).TotalDays);
                if (random.NextDouble() < answers) toAnswer.Add((now.AddHours(random.Next(1, 40)), nudge));
            }
        }

        private void Answer(Nudge nudge, DateTime now)
        {
            if (!nudge.IsOpen(now)) return;
            var outcome = random.Next(10) switch
            {
                < 6 => NudgeOutcome.Applied,
                < 8 => NudgeOutcome.Partly,
                _ => NudgeOutcome.NotYet,
            };
            nudge.Answer(new(outcome, null, null, outcome == NudgeOutcome.NotYet ? Barrier.NoTime : null, null, false, now), now);
            lastAct = now;
            if (nudge.ActionItemId is not null)
            {
                var (item, ofItem, _) = steps.Find(s => s.Item.Id == nudge.ActionItemId);
                item.Record(NudgeLedger.LevelOf(outcome)!.Value, ActionEvidenceSource.SelfReport, Zones.LocalDate(now, zone), null, id,
                    now);
                if (item.IsDone) ItemNudges.Stop(ofItem);
                FindNextDue();
                return;
            }

            var (opportunity, plan, nudges, _) = done.Find(d => d.Opportunity.Id == nudge.OpportunityId);
            NudgeLedger.ApplyAnswer(opportunity, plan, [.. nudges.Where(n => n != nudge)], nudge, zone, SendingWindow.Default, now);
            FindNextDue();
        }

        private static List<(DateTime At, T What)> Due<T>(List<(DateTime At, T What)> list, DateTime now)
        {
            var due = list.FindAll(x => x.At <= now);
            if (due.Count > 0) list.RemoveAll(x => x.At <= now);
            return due;
        }
    }
}
