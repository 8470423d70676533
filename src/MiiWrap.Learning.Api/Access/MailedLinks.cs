using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Access;

/// <summary>How many links to one account are mailed within an hour, whoever asks for them.</summary>
internal static class MailedLinks
{
    // Enough for someone whose mail is slow, and too few to be a nuisance to the owner of an address.
    private const int MostAnHour = 5;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>How long until one more may go to this person; null when it may at once.</summary>
    public static async Task<TimeSpan?> WaitForLink(this LearningDb db, Guid personId, DateTime now, CancellationToken ct)
    {
        var hourAgo = now - Hour;
        var last = await db.OutboundMails.Where(m => m.PersonId == personId && m.CreatedAt > hourAgo
            && (m.Kind == MailKind.Invitation || m.Kind == MailKind.PasswordReset || m.Kind == MailKind.AddressConfirmation))
            .OrderByDescending(m => m.CreatedAt).Skip(MostAnHour - 1).Select(m => (DateTime?)m.CreatedAt).FirstOrDefaultAsync(ct);
        return last + Hour - now;
    }

    /// <summary>Refuses to mail this person one more link when they have got so many that it would be a nuisance.</summary>
    public static async Task MustHaveRoomForLink(this LearningDb db, Guid personId, DateTime now, CancellationToken ct)
    {
        if (await db.WaitForLink(personId, now, ct) is { } wait) throw Refused(wait);
    }

    private static TooManyRequestsException Refused(TimeSpan wait) => new("invitation.limit",
        $"This person was mailed {MostAnHour} links within an hour; wait until one of these has come.",
        (int)Math.Ceiling(wait.TotalSeconds));
}
