using MiiWrap.Learning.Domain.Common;
using static MiiWrap.Learning.Domain.Tests.Given;

namespace MiiWrap.Learning.Domain.Tests.Common;

/// <summary>Local times over the hours that clocks skip and repeat.</summary>
public sealed class ZonesTests
{
    [Theory]
    // Chicago's clocks go from two to three on 14 March 2027, and from two back to one on 7 November.
    [InlineData("America/Chicago", "2027-03-14 01:59", "2027-03-14 07:59")]
    [InlineData("America/Chicago", "2027-03-14 02:00", "2027-03-14 08:00")]
    [InlineData("America/Chicago", "2027-03-14 02:30", "2027-03-14 08:30")]
    [InlineData("America/Chicago", "2027-03-14 03:00", "2027-03-14 08:00")]
    [InlineData("America/Chicago", "2027-11-07 00:59", "2027-11-07 05:59")]
    [InlineData("America/Chicago", "2027-11-07 01:30", "2027-11-07 06:30")]
    [InlineData("America/Chicago", "2027-11-07 02:00", "2027-11-07 08:00")]
    // Lord Howe Island moves by half an hour; Asunción has skipped midnight itself; Samoa left out a whole day.
    [InlineData("Australia/Lord_Howe", "2027-10-03 02:15", "2027-10-02 15:45")]
    [InlineData("America/Asuncion", "2023-10-01 00:30", "2023-10-01 04:30")]
    [InlineData("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 22:00")]
    // North Korea moved its standard time, which is no daylight saving.
    [InlineData("Asia/Pyongyang", "2018-05-04 23:45", "2018-05-04 15:15")]
    [InlineData("UTC", "2027-02-01 12:00", "2027-02-01 12:00")]
    public void A_local_time_has_one_moment(string zone, string local, string utc) =>
        Assert.Equal(Utc(utc), Zones.ToUtc(DateTime.Parse(local, null), Zones.Find(zone)));

    [Fact]
    public void Of_a_time_that_comes_twice_the_first_not_before_a_moment_counts()
    {
        var twice = new DateTime(2027, 11, 7, 1, 30, 0, DateTimeKind.Unspecified);
        Assert.Equal(Utc("2027-11-07 06:30"), Zones.ToUtc(twice, Chicago, Utc("2027-11-07 06:30")));
        Assert.Equal(Utc("2027-11-07 07:30"), Zones.ToUtc(twice, Chicago, Utc("2027-11-07 06:31")));
        Assert.Equal(Utc("2027-11-07 07:30"), Zones.AddDays(Utc("2027-11-07 07:30"), 0, Chicago));
    }

    [Fact]
    public void Days_are_calendar_days()
    {
        Assert.Equal(Utc("2027-03-14 14:00"), Zones.AddDays(Utc("2027-03-13 15:00"), 1, Chicago));
        Assert.Equal(Utc("2027-11-07 15:00"), Zones.AddDays(Utc("2027-11-06 14:00"), 1, Chicago));
        Assert.Equal(Day("2027-01-31"), Zones.LocalDate(Utc("2027-02-01 05:59"), Chicago));
    }

    [Theory]
    [InlineData("America/Chicago", true)]
    [InlineData("Europe/Berlin", true)]
    [InlineData("UTC", true)]
    [InlineData("US/Eastern", true)]
    [InlineData("Europe/Kiev", true)]
    [InlineData("Etc/UTC", true)]
    [InlineData("right/America/Chicago", false)]
    [InlineData("posix/America/Chicago", false)]
    [InlineData("posixrules", false)]
    [InlineData("localtime", false)]
    [InlineData("Factory", false)]
    [InlineData("america/chicago", false)]
    [InlineData("Etc/GMT+5", false)]
    [InlineData("Central Standard Time", false)]
    [InlineData("America/Nowhere", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("america", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_names_of_the_zone_database_are_zones(string? name, bool known) => Assert.Equal(known, Zones.IsKnown(name));

    [Fact]
    public void Every_earlier_name_has_the_rules_of_the_present_one_that_is_kept()
    {
        var links = ZoneNames.All.Where(n => n.Key != n.Value).ToList();
        Assert.True(links.Count > 100);
        Assert.All(links, link =>
        {
            Assert.Equal(link.Value, ZoneNames.CurrentOf(link.Value));
            // A server may have no name of the past; one that it has must mean the same.
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(link.Key, out var old) || !Zones.TryFind(link.Value, out var now)) return;
            foreach (var month in Enumerable.Range(0, 24))
                Assert.Equal(Zones.ToLocal(Monday.AddDays(30 * month), old), Zones.ToLocal(Monday.AddDays(30 * month), now));
        });
    }

    [Fact]
    public void A_zone_that_is_gone_reads_as_utc_and_is_found_by_nobody()
    {
        Assert.False(Zones.TryFind("Gone/Nowhere", out _));
        Assert.Equal(TimeZoneInfo.Utc, Zones.Find("Gone/Nowhere"));
    }
}
