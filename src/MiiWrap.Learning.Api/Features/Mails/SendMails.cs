using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Api.Telemetry;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Mails;

/// <summary>
/// The sweep of mails that are owed to people: each is claimed by lease, sent, and then recorded; what fails is tried again later.
/// </summary>
public sealed record SendMails : ICommand<MailSweep>;

/// <summary>What one sweep did.</summary>
public sealed record MailSweep(int Sent, int Failed);

internal sealed class SendMailsHandler(
    LearningDb db, IEnumerable<MailTemplate> templates, Settings settings, IMailer mailer, LearningMetrics metrics, TimeProvider clock,
    ILogger<SendMails> log)
    : IRequestHandler<SendMails, MailSweep>
{
    // A server that is down is asked again at the next turn, not once for each mail that waits.
    private const int MostFailures = 3;

    private readonly Dictionary<MailKind, MailTemplate> templates = templates.ToDictionary(t => t.Kind);
    private readonly List<MailKind> kinds = [.. templates.Select(t => t.Kind)];

    public async Task<MailSweep> Handle(SendMails request, CancellationToken cancellationToken)
    {
        var (sent, failed, down) = (0, 0, 0);
        while (down < MostFailures && await Next(cancellationToken) is { } mail)
        {
            using var activity = LearningTraces.StartMail(mail);
            try
            {
                if (await Claim(mail, cancellationToken) is not { } composed) continue;
                var fault = await Send(mail, composed, cancellationToken);
                var outcome = OutcomeOf(mail);
                activity.SetOutcome(outcome);
                metrics.MailTried(mail.Kind, outcome);
                if (fault is null)
                {
                    sent++;
                    continue;
                }

                failed++;
                // An address that the server knows nothing of says nothing of the server.
                if (fault is not MailException { IsOfReceiver: true }) down++;
            }
            catch (Exception e) when (e.IsOfOneRow())
            {
                log.LogError(e, "Mail {MailId} cannot be written", mail.Id);
                activity.SetOutcome(SendOutcome.Retry);
                await CountAsAttempt(mail.Id, cancellationToken);
            }
        }

        return new(sent, failed);
    }

    private async Task<OutboundMail?> Next(CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var now = clock.UtcNow();
        // A later release that runs beside this one may have kinds of its own, and sends them.
        return await db.OutboundMails.Where(m => m.SentAt == null && m.FailedAt == null && m.LeaseUntil <= now && kinds.Contains(m.Kind))
            .OrderBy(m => m.LeaseUntil).ThenBy(m => m.Id).FirstOrDefaultAsync(ct);
    }

    /// <summary>Takes the mail for a minute and composes it; null when it is not to go now, or another node was quicker.</summary>
    private async Task<OutgoingMail?> Claim(OutboundMail mail, CancellationToken ct)
    {
        var (now, template) = (clock.UtcNow(), templates[mail.Kind]);
        var person = await db.Users.AsNoTracking().SingleOrDefaultAsync(p => p.Id == mail.PersonId, ct);
        // Nothing is said to whoever has no access; what is owed to them they are told when they are back.
        if (person is { Status: PersonStatus.Suspended } && template.WaitsForAccess) mail.Postpone(now + RowFault.Pause);
        else if (person is not { Status: PersonStatus.Active } || !await template.IsStillWanted(db, mail, person, ct)) mail.Discard(now);
        else if (person.IsStandIn) PassOver(mail, now);
        else if (template.KeepsHours && await Opens(mail, person, now, ct) is var opens && opens > now) mail.Postpone(opens);
        else return await Compose(mail, template, person, now, ct);
        await db.TrySaveAsync(ct);
        return null;
    }

    /// <summary>
    /// No mail goes to whoever stands in for somebody. To their agency they are somebody new, whose invitation was sent just now and is
    /// good as long as any: a token that nobody has.
    /// </summary>
    private void PassOver(OutboundMail mail, DateTime now)
    {
        if (mail.Kind == MailKind.Invitation) db.Add(AccountToken.Make(mail.PersonId!.Value, mail.Kind, now).Token);
        mail.Discard(now);
    }

    private async Task<DateTime> Opens(OutboundMail mail, Person person, DateTime now, CancellationToken ct)
    {
        if (!Zones.TryFind(person.TimeZone, out _))
        {
            log.LogError("The mails of person {PersonId} are held: this server knows no time zone {TimeZone}", person.Id, person.TimeZone);
            metrics.MessageHeld(mail.Kind);
        }

        return (await db.WindowsOf([person], ct))[person.Id].NextOpenOrLook(person, now);
    }

    /// <summary>What cannot be written is tried as often as what is not taken, and stops nobody else's mail meanwhile.</summary>
    private async Task CountAsAttempt(Guid mailId, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var now = clock.UtcNow();
        if (await db.OutboundMails.SingleOrDefaultAsync(m => m.Id == mailId, ct) is not { IsPending: true } mail) return;
        if (mail.LeaseUntil <= now) mail.Claim(now);
        mail.ScheduleRetry(now, SmtpFault.NotWritten);
        if (await db.TrySaveAsync(ct)) metrics.MailTried(mail.Kind, OutcomeOf(mail));
    }

    private async Task<OutgoingMail?> Compose(OutboundMail mail, MailTemplate template, Person person, DateTime now, CancellationToken ct)
    {
        mail.Claim(now);
        var link = template.Page is { } open ? settings.LinkTo(open.Path) : null;
        if (template.Link is { } page)
        {
            // A later attempt gets a token of its own; the earlier one stays good, since its mail may have arrived after all.
            var (token, secret) = AccountToken.Make(person.Id, mail.Kind, now, mail.Address);
            db.Add(token);
            link = page.With(secret, settings);
        }

        var details = template.Details is { } read ? await read(db, mail, now, ct) : [];
        var attachment = template.Attachment is { } make ? await make(db, settings, mail, ct) : null;
        return await db.TrySaveAsync(ct) ? template.Compose(mail, person, details, link) with { Attachment = attachment } : null;
    }

    /// <summary>Sends it and records that; gives what went wrong instead.</summary>
    private async Task<Exception?> Send(OutboundMail mail, OutgoingMail composed, CancellationToken ct)
    {
        Exception? fault = null;
        try
        {
            await mailer.Send(composed, ct);
            mail.MarkSent(clock.UtcNow());
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            mail.ScheduleRetry(clock.UtcNow(), MailException.FaultOf(e));
            log.MailNotTaken(mail, mail.Kind, e);
            fault = e;
        }

        await db.SaveChangesAsync(ct);
        return fault;
    }

    private static SendOutcome OutcomeOf(OutboundMail mail) =>
        mail.SentAt is not null ? SendOutcome.Sent : mail.IsPending ? SendOutcome.Retry : SendOutcome.Failed;
}
