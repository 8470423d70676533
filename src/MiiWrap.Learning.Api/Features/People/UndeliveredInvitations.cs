using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.People;

/// <summary>
/// Whoever invited somebody hears by mail when the invitation was given up, in the same save; one mail speaks for all that failed.
/// </summary>
internal sealed class UndeliveredInvitations(LearningDb db) : INotificationHandler<DomainEventNotification<MailGivenUp>>
{
    /// <summary>Longer than mail is tried, so that the mail names what it was caused by.</summary>
    private const int DaysBack = 10;
    private const int MostNamed = 20;

    public static readonly MailTemplate Template = new(MailKind.InvitationUndelivered, "An invitation could not be delivered")
    {
        Paragraphs = _ => ["No mail server has taken the invitation to these addresses, so nobody can sign in with them yet:"],
        Details = AddressesOf,
        Closing = ["Ask for the right address, and invite that one."],
        KeepsHours = true,
    };

    public async Task Handle(DomainEventNotification<MailGivenUp> notification, CancellationToken cancellationToken)
    {
        var (mail, at) = notification.Event;
        if (mail is not { Kind: MailKind.Invitation, InvitedBy: { } inviter }) return;
        // One in this very save counts too.
        if (db.OutboundMails.Local.Any(m => m.PersonId == inviter && m is { Kind: MailKind.InvitationUndelivered, IsPending: true })
            || await db.OutboundMails.AnyAsync(m => m.PersonId == inviter && m.Kind == MailKind.InvitationUndelivered && m.SentAt == null
                && m.FailedAt == null, cancellationToken)) return;
        db.Add(OutboundMail.To(inviter, MailKind.InvitationUndelivered, at));
    }

    private static async Task<IReadOnlyList<string>> AddressesOf(LearningDb db, OutboundMail notice, DateTime now, CancellationToken ct)
    {
        var since = now.AddDays(-DaysBack);
        var given = OutboundMail.RetryAfter.Count;
        var failed = await db.OutboundMails.Where(m => m.CreatedAt > since && m.InvitedBy == notice.PersonId
            && m.Kind == MailKind.Invitation && m.FailedAt != null && m.Attempts > given)
            .Join(db.Users, m => m.PersonId, p => p.Id, (_, p) => p.Email!).Distinct().OrderBy(e => e).Take(MostNamed + 1).ToListAsync(ct);
        return failed.Count > MostNamed ? [.. failed.Take(MostNamed), "… and others."] : failed;
    }
}
