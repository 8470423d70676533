using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Mail;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>The sweep of mails about people's own access: each is claimed by lease, sent, and then recorded; what fails is tried again later.</summary>
public sealed record SendAccountMail : ICommand<AccountMailReport>;

/// <summary>What one sweep did.</summary>
public sealed record AccountMailReport(int Sent, int Failed);

internal sealed class SendAccountMailHandler(LearningDb db, AccountLetters letters, IMailer mailer, TimeProvider clock, ILogger<SendAccountMail> log)
    : IRequestHandler<SendAccountMail, AccountMailReport>
{
    // A server that is down is asked again at the next turn, not once for each mail that waits.
    private const int MostFailures = 3;

    public async Task<AccountMailReport> Handle(SendAccountMail request, CancellationToken cancellationToken)
    {
        var (sent, failed) = (0, 0);
        while (failed < MostFailures && await Next(cancellationToken) is { } mail)
        {
            if (await Claim(mail, cancellationToken) is not { } letter) continue;
            if (await Send(mail, letter, cancellationToken)) sent++;
            else failed++;
        }

        return new(sent, failed);
    }

    private async Task<AccountMail?> Next(CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var now = clock.UtcNow();
        return await db.AccountMails.Where(m => m.SentAt == null && m.FailedAt == null && m.LeaseUntil <= now)
            .OrderBy(m => m.LeaseUntil).ThenBy(m => m.Id).FirstOrDefaultAsync(ct);
    }

    /// <summary>Takes the mail for a minute and makes its token; null when it is not to be sent, or another node was quicker.</summary>
    private async Task<OutgoingMail?> Claim(AccountMail mail, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var person = await db.Users.AsNoTracking().SingleOrDefaultAsync(p => p.Id == mail.PersonId, ct);
        var isNeeded = person is not null && (mail.Kind != AccountMailKind.Invitation || person.PasswordHash is null);
        string? secret = null;
        if (!isNeeded) mail.Abandon(now);
        else mail.Claim(now);
        if (isNeeded && mail.Kind is AccountMailKind.Invitation or AccountMailKind.PasswordReset)
        {
            // A later try gets a token of its own; the earlier one stays good, since its mail may have arrived after all.
            (var token, secret) = MailedToken.Make(person!.Id, mail.Kind, now);
            db.Add(token);
        }

        return await db.TrySaveAsync(ct) && isNeeded ? letters.Write(mail, person!, secret) : null;
    }

    private async Task<bool> Send(AccountMail mail, OutgoingMail letter, CancellationToken ct)
    {
        var isSent = false;
        try
        {
            await mailer.Send(letter, ct);
            isSent = true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning(e, "Mail {MailId} could not be sent at attempt {Attempt}", mail.Id, mail.Attempts);
        }

        if (isSent) mail.MarkSent(clock.UtcNow());
        else mail.TryLater(clock.UtcNow());
        await db.SaveChangesAsync(ct);
        return isSent;
    }
}
