using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.People;

/// <summary>
/// Whoever invited somebody, or asked for another address of theirs, hears by mail when the link to it was given up, in the same save; one
/// mail speaks for all of a kind that failed.
/// </summary>
internal sealed class UndeliveredInvitations(LearningDb db) : INotificationHandler<DomainEventNotification<MailGivenUp>>
{
    /// <summary>Longer than mail is tried, so that the mail names what it was caused by.</summary>
    private const int DaysBack = 10;
    private const int MostNamed = 20;

    private static readonly MailTemplate Invitations = new(MailKind.InvitationUndelivered, "An invitation could not be delivered")
    {
        Paragraphs = _ => ["No mail server has taken the invitation to these addresses, so nobody can sign in with them yet:"],
        Details = (db, notice, now, ct) => Named(GivenUp(db, notice, MailKind.Invitation, now), ct),
        Closing = ["Ask for the right address, and invite that one."],
        KeepsHours = true,
    };

    private static readonly MailTemplate NewAddresses = new(MailKind.AddressUndelivered, "A new address could not be reached")
    {
        Paragraphs = _ =>
        [
            "You asked that somebody sign in with another address. No mail server has taken the link to these, so the old ones stay as they are:",
        ],
        Details = (db, notice, now, ct) => Named(GivenUp(db, notice, MailKind.AddressConfirmation, now), ct),
        Closing = ["Ask for the right address, and change it to that one."],
        KeepsHours = true,
        IsStillWanted = (db, notice, _, ct) => GivenUp(db, notice, MailKind.AddressConfirmation, notice.LeaseUntil).AnyAsync(ct),
    };

    public static IServiceCollection AddTo(IServiceCollection services) => services.AddSingleton(Invitations).AddSingleton(NewAddresses);

    public async Task Handle(DomainEventNotification<MailGivenUp> notification, CancellationToken cancellationToken)
    {
        var (mail, at) = notification.Event;
        if (mail.InvitedBy is not { } by) return;
        var kind = mail.Kind == MailKind.Invitation ? MailKind.InvitationUndelivered : MailKind.AddressUndelivered;
        // One in this very save counts too; one that is on its way names those of before.
        if (db.OutboundMails.Local.Any(m => m.PersonId == by && m.Kind == kind && m.IsPending && m.Attempts == 0)
            || await db.OutboundMails.AnyAsync(
                m => m.PersonId == by && m.Kind == kind && m.SentAt == null && m.FailedAt == null && m.Attempts == 0,
                cancellationToken)) return;
        db.Add(OutboundMail.To(by, kind, at));
    }

    /// <summary>Without the addresses in whose place others were asked for meanwhile.</summary>
    private static IQueryable<string> GivenUp(LearningDb db, OutboundMail notice, MailKind kind, DateTime now)
    {
        var since = now.AddDays(-DaysBack);
        var given = OutboundMail.RetryAfter.Count;
        return db.OutboundMails
            .Where(m => m.CreatedAt > since && m.InvitedBy == notice.PersonId && m.Kind == kind && m.FailedAt != null && m.Attempts > given)
            .Join(db.Users, m => m.PersonId, p => p.Id, (m, p) => new { m.Address, p.Email, p.NewEmail })
            .Where(m => m.Address == null || m.Address == m.NewEmail).Select(m => (m.Address ?? m.Email)!);
    }

    private static async Task<IReadOnlyList<string>> Named(IQueryable<string> addresses, CancellationToken ct)
    {
        var named = await addresses.Distinct().OrderBy(e => e).Take(MostNamed + 1).ToListAsync(ct);
        return named.Count > MostNamed ? [.. named.Take(MostNamed), "… and others."] : named;
    }
}
