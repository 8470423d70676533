using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Me;

/// <summary>How and when the caller wants to be reached.</summary>
/// <param name="Channels">How check-ins come.</param>
/// <param name="FeedbackByMail">Whether a mail says that feedback waits.</param>
public sealed record Preferences(string TimeZone, QuietTimes QuietHours, IReadOnlyList<NudgeChannel> Channels, bool FeedbackByMail)
{
    public static Preferences Of(Person person) => new(person.TimeZone, QuietTimes.Of(person), ChannelsOf(person), person.FeedbackByMail);

    /// <summary>In the app always; by mail unless the person said no; by other programs if they said yes.</summary>
    public static IReadOnlyList<NudgeChannel> ChannelsOf(Person person) =>
        [NudgeChannel.InApp, .. person.NudgesByMail ? [NudgeChannel.Email] : Array.Empty<NudgeChannel>(), .. person.NudgesByWebhook
        ? [NudgeChannel.Webhook] : Array.Empty<NudgeChannel>()];

    internal static string ETagOf(Person person) =>
        ETags.Of(
            person.Id, person.TimeZone, person.QuietFrom, person.QuietUntil, person.QuietDays, person.NudgesByMail, person.NudgesByWebhook,
            person.FeedbackByMail);
}

/// <summary>Local times in which nothing is sent: each day from start to end (over midnight too), and on whole days.</summary>
/// <param name="Start" example="17:30">Local time at which the quiet begins, HH:mm.</param>
/// <param name="End" example="08:30">Local time at which it ends, HH:mm.</param>
/// <param name="Days">Days of the week that are quiet all day.</param>
public sealed record QuietTimes(string Start, string End, IReadOnlyList<DayOfWeek>? Days)
{
    /// <summary>These in place of the present ones, part by part.</summary>
    /// <param name="clearsDays">No day is to be quiet any more.</param>
    public QuietTimes Over(QuietTimes present, bool clearsDays) =>
        new(Start ?? present.Start, End ?? present.End, clearsDays ? [] : Days ?? present.Days);

    public static QuietTimes Of(Person person) => new(Text(person.QuietFrom), Text(person.QuietUntil), person.Quiet.Days);

    private static string Text(TimeOnly time) => time.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);
}
