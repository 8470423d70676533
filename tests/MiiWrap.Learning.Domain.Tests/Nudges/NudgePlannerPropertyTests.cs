using System.Globalization;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Nudges;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Nudges;

/// <summary>What holds for every zone of the system and every date of twenty years; LEARNING_TEST_SEED tries other dates.</summary>
public sealed class NudgePlannerPropertyTests
{
    private static readonly int Seed = int.TryParse(
        Environment.GetEnvironmentVariable("LEARNING_TEST_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20270201;

    private static readonly System.Collections.ObjectModel.ReadOnlyCollection<TimeZoneInfo> AllZones = TimeZoneInfo.GetSystemTimeZones();

    [Fact]
    public void Every_ask_is_inside_the_window_after_its_offset_and_in_order()
    {
        var random = new Random(Seed);
        Assert.True(AllZones.Count > 100, $"This system knows {AllZones.Count} zones; the tests need its whole zone data.");
        foreach (var zone in AllZones)
        {
            for (var i = 0; i < 3; i++)
            {
                var (completed, plan) = (Moment(random), Plans[i % 3]);
                DateOnly? plannedFor = random.Next(2) == 0 ? null : DateOnly.FromDateTime(completed).AddDays(random.Next(-5, 40));
                var quiet = random.Next(2) == 0 ? QuietHours.Default : SomeQuietHours(random);
                var window = SendingWindow.Default.With(quiet);
                if (!window.EverOpens) continue;
                var told =
                    $"seed {Seed}: {zone.Id}, {plan.Title}, completed {completed:u}, planned for {plannedFor:yyyy-MM-dd}, quiet {quiet.Start}-{quiet.End} {string.Join(' ', quiet.Days)}";

                IReadOnlyList<PlannedNudge> planned;
                try
                {
                    planned = NudgePlanner.Plan(plan, completed, zone, plannedFor, window);
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException(told, e);
                }

                Check(planned, plan, completed, zone, plannedFor, quiet, told);
            }
        }
    }

    [Fact]
    public void A_local_time_is_found_again_in_every_zone_unless_the_clocks_skip_it()
    {
        var random = new Random(Seed);
        foreach (var zone in AllZones)
        {
            for (var i = 0; i < 6; i++)
            {
                var moment = i % 2 == 0 ? Moment(random) : NearAChange(random, zone);
                var local = Zones.ToLocal(moment, zone);
                Assert.True(Zones.ToUtc(local, zone, moment) == moment,
                    $"seed {Seed}: {zone.Id}, {moment:u} is {local:s} there and must be found again");

                // A time that the clocks may skip: never before it, and at most the skipped time after it.
                var wanted = local.AddMinutes(random.Next(-180, 180));
                var found = Zones.ToLocal(Zones.ToUtc(wanted, zone), zone);
                Assert.True(
                    found == wanted || (IsSkipped(wanted, zone) && found > wanted), $"seed {Seed}: {zone.Id}, {wanted:s} became {found:s}");
            }
        }
    }

    [Fact]
    public void Quiet_hours_leave_an_open_moment_exactly_when_one_is_found()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 500; i++)
        {
            var window = SendingWindow.Default.With(SomeQuietHours(random));
            var found = window.NextOpen(Monday, TimeZoneInfo.Utc);
            Assert.True(window.EverOpens == (found is not null), $"seed {Seed}: {window.Quiet}");
            if (found is not { } open) continue;

            for (var before = Monday; before < open; before = before.AddMinutes(1))
                Assert.False(window.IsOpen(before, TimeZoneInfo.Utc), $"seed {Seed}: {window.Quiet}, {before:u} is open before {open:u}");
        }
    }

    private static void Check(
        IReadOnlyList<PlannedNudge> planned, NudgePlan plan, DateTime completed, TimeZoneInfo zone, DateOnly? plannedFor, QuietHours quiet,
        string told)
    {
        Assert.True(planned.Select(p => p.Step).SequenceEqual(plan.Steps.Select(s => s.Step)), told);
        var local = Zones.ToLocal(completed, zone);
        PlannedNudge? last = null;
        foreach (var (ask, step) in planned.Zip(plan.Steps))
        {
            var due = Zones.ToLocal(ask.DueAt, zone);
            var time = TimeOnly.FromDateTime(due);
            var where = $"{told}: step {ask.Step} due {due:s}";
            Assert.True(due.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !quiet.Days.Contains(due.DayOfWeek), where);
            Assert.True(time >= new TimeOnly(8, 30) && time < new TimeOnly(17, 30) && !quiet.Covers(time), where);

            var isMoved = ask.Step == 2 && plannedFor is not null;
            Assert.True(due >= local.AddDays(isMoved ? 3 : step.Day), $"{where} comes before its offset");
            Assert.True(ask.ExpiresAt >= ask.DueAt, $"{where} expires {ask.ExpiresAt:u}");
            if (ask.Superseded) continue;
            Assert.True(ask.ExpiresAt > ask.DueAt, $"{where} has no life");
            Assert.True(last is null || (last.ExpiresAt <= ask.DueAt
                && Zones.LocalDate(last.DueAt, zone) < Zones.LocalDate(ask.DueAt, zone)), $"{where} is out of order");
            last = ask;
        }

        Assert.True(last is not null, told);
    }

    private static DateTime Moment(Random random) =>
        new DateTime(2010, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(random.NextInt64(20L * 365 * 24 * 3600));

    /// <summary>A moment within some hours of a change of clocks, where mistakes live; any moment where there is none for a year.</summary>
    private static DateTime NearAChange(Random random, TimeZoneInfo zone)
    {
        var from = Moment(random);
        for (var week = 0; week < 52; week++, from = from.AddDays(7))
        {
            if (zone.GetUtcOffset(from) == zone.GetUtcOffset(from.AddDays(7))) continue;
            var to = from.AddDays(7);
            while (to - from > TimeSpan.FromMinutes(30))
            {
                var middle = from + ((to - from) / 2);
                if (zone.GetUtcOffset(from) == zone.GetUtcOffset(middle)) from = middle;
                else to = middle;
            }

            break;
        }

        return from.AddMinutes(random.Next(-300, 300));
    }

    /// <summary>True when no moment shows this time on that zone's clocks, tried with every offset that there is.</summary>
    private static bool IsSkipped(DateTime local, TimeZoneInfo zone)
    {
        for (var minutes = -15 * 60; minutes <= 15 * 60; minutes += 15)
        {
            if (Zones.ToLocal(DateTime.SpecifyKind(local.AddMinutes(-minutes), DateTimeKind.Utc), zone) == local) return false;
        }

        return true;
    }

    private static QuietHours SomeQuietHours(Random random) => new(
        new(random.Next(24), random.Next(60)), new(random.Next(24), random.Next(60)),
        [.. Enum.GetValues<DayOfWeek>().Where(_ => random.Next(4) == 0)]);
}
