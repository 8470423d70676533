using System.Globalization;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Nudges;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Nudges;

/// <summary>New asks are placed beside those that a person has already; LEARNING_TEST_SEED tries other dates.</summary>
public sealed class NudgeCalendarTests
{
    private static readonly int Seed = int.TryParse(
        Environment.GetEnvironmentVariable("LEARNING_TEST_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20270201;

    [Fact]
    public void In_every_zone_the_plans_of_a_busy_week_keep_window_offset_order_and_caps()
    {
        var random = new Random(Seed);
        var (shifted, yielded, forced) = (0, 0, 0);
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones())
        {
            var window = SendingWindow.Default with { ClosedDays = new HashSet<DateOnly>() };
            // Ten years of dates, and as many units as some do at once.
            var start = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(random.NextInt64(10L * 365 * 24 * 60));
            if (random.Next(2) == 0)
                window = window with { ClosedDays = Enumerable.Range(0, 6)
                    .Select(_ => DateOnly.FromDateTime(start).AddDays(random.Next(1, 60))).ToHashSet() };
            if (random.Next(2) == 0)
                window = window.With(new(new(random.Next(13, 24), 0), new(random.Next(0, 11), 0), [DayOfWeek.Wednesday]));
            var told = $"seed {Seed}: {zone.Id} from {start:u}";
            var all = new List<Asked>();
            for (var n = 0; n < 7; n++)
            {
                var completed = start.AddMinutes(random.Next(9 * 24 * 60));
                var plan = Plans[random.Next(3)];
                DateOnly? plannedFor = random.Next(3) == 0 ? DateOnly.FromDateTime(completed).AddDays(random.Next(-3, 20)) : null;
                var calendar = new NudgeCalendar(zone, window);
                foreach (var ask in all) calendar.Add(ask.Id, ask.Kind, ask.DueAt, ask.ExpiresAt);
                var ids = plan.Steps.ToDictionary(s => s.Step, _ => Guid.NewGuid());
                var alone = NudgePlanner.Plan(plan, completed, zone, plannedFor, window);
                var planned = NudgePlanner.Plan(plan, completed, zone, plannedFor, window, calendar, step => ids[step]);

                Assert.Equal(plan.Steps.Select(s => s.Step), planned.Select(p => p.Step));
                foreach (var move in calendar.Displaced)
                {
                    var i = all.FindIndex(a => a.Id == move.Id);
                    Assert.True(move.DueAt > all[i].DueAt && move.DueAt < all[i].ExpiresAt,
                        $"{told}: gave way from {all[i].DueAt:u} to {move.DueAt:u}, expires {all[i].ExpiresAt:u}");
                    all[i] = all[i] with { DueAt = move.DueAt };
                    yielded++;
                }

                DateOnly? last = null;
                foreach (var (ask, before) in planned.Zip(alone))
                {
                    if (ask.Superseded) continue;
                    Assert.True(window.IsOpen(ask.DueAt, zone), $"{told}: step {ask.Step} at {ask.DueAt:u} is outside the window");
                    Assert.True(ask.DueAt >= before.DueAt
                        && ask.ExpiresAt > ask.DueAt,
                        $"{told}: step {ask.Step} at {ask.DueAt:u}, alone {before.DueAt:u}, expires {ask.ExpiresAt:u}");
                    Assert.True(
                        ask.DueAt == before.DueAt || ask.Reason is { Length: > 0 }, $"{told}: step {ask.Step} moved without a reason");
                    var day = Zones.LocalDate(ask.DueAt, zone);
                    Assert.True(last is null || day > last, $"{told}: step {ask.Step} out of order");
                    last = day;
                    shifted += ask.DueAt == before.DueAt ? 0 : 1;
                    all.Add(new(ids[ask.Step], ask.Kind, ask.DueAt, ask.ExpiresAt,
                        ask.Reason?.EndsWith(NudgePlanner.NoRoom, StringComparison.Ordinal) == true));
                }
            }

            // A closing ask that finds no room is told apart and left to the moment of sending; everything else keeps to the caps.
            forced += all.Count(a => a.HasNoRoom);
            var days = all.FindAll(a => !a.HasNoRoom).ConvertAll(a => Zones.LocalDate(a.DueAt, zone));
            Assert.All(days.GroupBy(d => d), d => Assert.True(
                d.Count() <= NudgeMessage.MostAsks, $"{told}: {d.Count()} asks on {d.Key:yyyy-MM-dd}"));
            var messages = days.Distinct().ToList();
            Assert.All(messages, d => Assert.True(messages.Count(x => x > d.AddDays(-7) && x <= d) <= NudgeMessage.MostAWeek,
                $"{told}: too many messages in the week up to {d:yyyy-MM-dd}"));
        }

        Assert.True(shifted > 100 && yielded > 10
            && forced < shifted / 20,
            $"{shifted} shifted, {yielded} gave way, {forced} had no room: this tried too little, or found too little room");
    }

    [Fact]
    public void Nothing_moves_for_who_has_nothing_else()
    {
        foreach (var plan in Plans)
            Assert.Equal(NudgePlanner.Plan(plan, Monday, Chicago, null, SendingWindow.Default),
                NudgePlanner.Plan(
                    plan, Monday, Chicago, null, SendingWindow.Default, new(Chicago, SendingWindow.Default), _ => Guid.NewGuid()));
    }

    [Fact]
    public void A_fourth_ask_of_a_day_goes_on_the_next_and_says_why()
    {
        var calendar = new NudgeCalendar(Chicago, SendingWindow.Default);
        for (var i = 0; i < 3; i++) calendar.Add(Guid.NewGuid(), NudgeKind.Check, Monday, Monday.AddDays(5));
        Assert.Equal((Utc("2027-02-02 14:30"), "at most 3 asks a message"),
            calendar.Schedule(Guid.NewGuid(), NudgeKind.Check, Monday, Monday.AddDays(5)));
        Assert.Empty(calendar.Displaced);
    }

    [Fact]
    public void A_closing_ask_has_the_day_and_the_least_important_gives_way()
    {
        var calendar = new NudgeCalendar(Chicago, SendingWindow.Default);
        var booster = Guid.NewGuid();
        calendar.Add(Guid.NewGuid(), NudgeKind.Check, Monday, Monday.AddDays(5));
        calendar.Add(booster, NudgeKind.Booster, Monday, Monday.AddDays(5));
        calendar.Add(Guid.NewGuid(), NudgeKind.Cue, Monday, Monday.AddDays(5));
        Assert.Equal((Monday, null), calendar.Schedule(Guid.NewGuid(), NudgeKind.Closeout, Monday, Monday.AddDays(7)));
        Assert.Equal(new(booster, Utc("2027-02-02 14:30"), "gave way to a more important ask: at most 3 asks a message"),
            Assert.Single(calendar.Displaced));
    }

    [Fact]
    public void What_could_not_go_any_more_does_not_give_way()
    {
        var calendar = new NudgeCalendar(Chicago, SendingWindow.Default);
        for (var i = 0; i < 3; i++) calendar.Add(Guid.NewGuid(), NudgeKind.Booster, Monday, Monday.AddHours(20));
        Assert.Equal(Utc("2027-02-02 14:30"), calendar.Schedule(Guid.NewGuid(), NudgeKind.Closeout, Monday, Monday.AddDays(7))!.Value.At);
        Assert.Null(calendar.Schedule(Guid.NewGuid(), NudgeKind.Cue, Monday, Monday.AddHours(20)));
        Assert.Empty(calendar.Displaced);
    }

    [Fact]
    public void A_fourth_day_of_seven_waits_and_a_day_whose_message_has_gone_takes_no_more()
    {
        var calendar = new NudgeCalendar(Chicago, SendingWindow.Default);
        foreach (var day in new[] { 0, 1, 2 }) calendar.AddMessage(Monday.AddDays(day));
        Assert.Equal((Utc("2027-02-08 14:30"), "at most 3 messages in seven days"),
            calendar.Schedule(Guid.NewGuid(), NudgeKind.Check, Monday.AddDays(3), Monday.AddDays(20)));
        Assert.Equal((Utc("2027-02-08 14:30"), "one message a day"),
            calendar.Schedule(Guid.NewGuid(), NudgeKind.Check, Monday.AddDays(2), Monday.AddDays(20)));
    }

    private sealed record Asked(Guid Id, NudgeKind Kind, DateTime DueAt, DateTime ExpiresAt, bool HasNoRoom);
}
