using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Domain.Credentials;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>The mails about credentials: that one was issued, that one ends, and that what one rests on counts no more.</summary>
internal static class CredentialMails
{
    private static readonly MailTemplate Offered = new(MailKind.CredentialOffered, "A credential was issued to you")
    {
        Paragraphs = _ => [],
        Details = async (db, mail, _, ct) =>
        [
            $"{(await Of(db, mail).Select(c => c.Title).SingleAsync(ct))} was issued to you. It begins on the day on which you accept it, and until then nobody else sees it.",
        ],
        Page = new("Look at it", "/"),
        KeepsHours = true,
        WaitsForAccess = true,
        IsStillWanted = (db, mail, _, ct) => Of(db, mail).AnyAsync(c => c.State == CredentialState.Offered, ct),
    };

    private static readonly MailTemplate Ending = new(MailKind.CredentialEnding, "One of your credentials ends")
    {
        Paragraphs = _ => [],
        Details = async (db, mail, now, ct) =>
        {
            var ending = await Of(db, mail).Select(c => new { c.Title, Last = c.ValidUntil!.Value, Grace = c.RenewableUntil!.Value })
                .SingleAsync(ct);
            var isOver = ending.Last < DateOnly.FromDateTime(now);
            return
            [
                $"{ending.Title} {(isOver ? "was valid" : "is valid")} until {CredentialPage.Day(ending.Last)}. It can be renewed until {CredentialPage.Day(ending.Grace)}, with what you have shown since it last began.",
                "Sign in to see what is there already. Whoever leads your cohort renews it.",
            ];
        },
        Page = new("See what is there", "/"),
        Footer = "You get this 90 and 30 days before a credential of yours ends, and on its last day.",
        KeepsHours = true,
        // Renewed or revoked meanwhile, there is nothing to say.
        IsStillWanted = (db, mail, _, ct) => Of(db, mail).AnyAsync(c => c.RemindedDays != null
            && (c.State == CredentialState.Active || c.State == CredentialState.Expired), ct),
    };

    private static readonly MailTemplate Questioned = new(MailKind.CredentialQuestioned, "Something on which a credential rests has changed")
    {
        Paragraphs = _ => [],
        Details = async (db, mail, _, ct) =>
        [
            $"A fidelity review on which a learner's {(await Of(db, mail).Select(c => c.Title).SingleAsync(ct))} rests counts no more as it did. The credential stands as it is until a person decides otherwise.",
            "Sign in and look at what is left. A programme admin can revoke it; it can be issued again when that is settled.",
        ],
        Page = new("Open the program", "/"),
        Footer = "You get this because you issued the credential, or lead the learner's cohort, or as a programme admin.",
        KeepsHours = true,
        IsStillWanted = (db, mail, _, ct) => Of(db, mail).AnyAsync(c => c.EvidenceChangedAt != null && c.RevokedAt == null, ct),
    };

    public static IServiceCollection AddCredentialMails(this IServiceCollection services) =>
        services.AddSingleton(Offered).AddSingleton(Ending).AddSingleton(Questioned);

    private static IQueryable<Credential> Of(LearningDb db, OutboundMail mail) => db.Credentials.Where(c => c.Id == mail.CredentialId);
}

/// <summary>Owes the holder a mail in the save that offers a credential.</summary>
internal sealed class QueueCredentialOffer(LearningDb db) : INotificationHandler<DomainEventNotification<CredentialOffered>>
{
    public Task Handle(DomainEventNotification<CredentialOffered> notification, CancellationToken cancellationToken)
    {
        var (credential, at) = notification.Event;
        db.Add(OutboundMail.AboutCredential(credential.Id, credential.PersonId, MailKind.CredentialOffered, at));
        return Task.CompletedTask;
    }
}
