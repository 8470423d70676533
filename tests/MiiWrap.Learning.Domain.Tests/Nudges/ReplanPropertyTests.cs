using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Nudges;
using MiiWrap.Learning.Domain.Transfer;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Nudges;

/// <summary>
/// Whatever closed days came and went, the plan of a person's units is that of somebody who has had the present ones all the time.
/// </summary>
public sealed class ReplanPropertyTests
{
    private const int Cases = 2000;

    private static readonly TrainingUnit[] Units = [AnchorUnit, StandardUnit, LightUnit, SecondAnchor];

    private readonly int seed = Environment.GetEnvironmentVariable("LEARNING_TEST_SEED") is { } given ? int.Parse(given, null) : 20270201;

    [Fact]
    public void Planning_is_a_function_of_the_present_facts()
    {
        for (var i = 0; i < Cases; i++)
        {
            var random = new Random(seed + i);
            var units = Units.OrderBy(_ => random.Next()).Take(random.Next(1, Units.Length + 1)).ToList();
            var plannedFor = random.Next(3) == 0 ? DateOnly.FromDateTime(Monday).AddDays(random.Next(1, 20)) : (DateOnly?)null;
            var byMail = random.Next(5) > 0;
            var changed = new Learner(byMail);
            var window = Closed(random);
            changed.Complete(units, plannedFor, window);
            for (var change = random.Next(1, 6); change > 0; change--)
                changed.Replan(window = random.Next(3) == 0 ? SendingWindow.Default : Closed(random));

            var fresh = new Learner(byMail);
            fresh.Complete(units, plannedFor, window);
            Assert.True(fresh.Plan == changed.Plan, $"seed {seed + i}:\n{fresh.Plan}\n\n{changed.Plan}");
        }
    }

    private static SendingWindow Closed(Random random)
    {
        var days = new HashSet<DateOnly>();
        for (var period = random.Next(1, 4); period > 0; period--)
        {
            var first = DateOnly.FromDateTime(Monday).AddDays(random.Next(1, 80));
            days.UnionWith(Enumerable.Range(0, random.Next(1, 45)).Select(first.AddDays));
        }

        return SendingWindow.Default with { ClosedDays = days };
    }

    private sealed class Learner(bool byMail)
    {
        private readonly List<(TransferOpportunity Opportunity, NudgePlan Plan, IReadOnlyList<Nudge> Nudges)> done = [];
        private DateTime now = Monday;

        public string Plan => string.Join('\n', done.SelectMany(d => d.Nudges)
            .Select(n => $"{n.Unit} {n.Step} {n.Kind} {n.Status} {n.StatusReason} {n.DueAt:O} {n.ExpiresAt:O}"));

        public void Complete(IEnumerable<TrainingUnit> units, DateOnly? plannedFor, SendingWindow window)
        {
            foreach (var unit in units)
            {
                var opportunity = Opportunity(unit, now, plannedFor);
                var calendar = Calendar(window);
                done.Add((opportunity, unit.Plan, NudgeLedger.Open(opportunity, unit.Plan, window, NudgeChannel.Email, now, calendar)));
                Displace(calendar);
                now = now.AddMinutes(7);
            }
        }

        public void Replan(SendingWindow window)
        {
            var calendar = Calendar(window);
            foreach (var nudge in done.SelectMany(d => d.Nudges)) calendar?.Remove(nudge.Id);
            foreach (var (opportunity, plan, nudges) in done)
                NudgeLedger.Replan(opportunity, plan, nudges, Chicago, window, "closed days changed", now, calendar);
            Displace(calendar);
        }

        private NudgeCalendar? Calendar(SendingWindow window)
        {
            if (!byMail) return null;
            var calendar = new NudgeCalendar(Chicago, window);
            foreach (var nudge in done.SelectMany(d => d.Nudges).Where(n => n is { Status: NudgeStatus.Planned, StatusReason: null }))
                calendar.Add(nudge.Id, nudge.Kind, nudge.DueAt, nudge.ExpiresAt);
            return calendar;
        }

        private void Displace(NudgeCalendar? calendar)
        {
            foreach (var (id, dueAt, reason) in calendar?.Displaced ?? [])
            {
                var nudge = done.SelectMany(d => d.Nudges).Single(n => n.Id == id);
                nudge.MoveTo(dueAt, nudge.ExpiresAt, reason, now);
            }
        }
    }
}
