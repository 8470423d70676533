using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Credentials;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>
/// Credentials whose last day is over expire, and lapse when they can be renewed no more; their holders are told of it 90 and 30 days
/// before, and on the day.
/// </summary>
public sealed record TurnCredentials : ICommand<TurnedCredentials>;

/// <summary>How many credentials were changed.</summary>
public sealed record TurnedCredentials(int Credentials);

internal sealed class TurnCredentialsHandler(LearningDb db, TimeProvider clock, ILogger<TurnCredentials> log)
    : IRequestHandler<TurnCredentials, TurnedCredentials>
{
    private const int Most = 1000;

    public async Task<TurnedCredentials> Handle(TurnCredentials request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var due = await Due(DateOnly.FromDateTime(now)).OrderBy(c => c.ValidUntil).Select(c => c.Id).Take(Most)
            .ToListAsync(cancellationToken);
        return new(await db.SaveEachAsync(
            due, id => Turn(id, now, cancellationToken),
            (id, e) => log.LogError(e, "Credential {CredentialId} could not be turned", id), cancellationToken));
    }

    /// <summary>What turns by its days, and what its holder has not been told of and may be, wherever in the world they are.</summary>
    private IQueryable<Credential> Due(DateOnly today)
    {
        var ending = db.Credentials.Where(c =>
            c.ValidUntil != null && (c.State == CredentialState.Active || c.State == CredentialState.Expired));
        // Somewhere it is tomorrow already.
        var (first, second, last) = (Until(0), Until(1), Until(2));
        return ending.Where(c => (c.State == CredentialState.Active && c.ValidUntil < today) || c.RenewableUntil < today
            || (c.ValidUntil <= first && c.RemindedDays == null)
            || (c.ValidUntil <= second && c.RemindedDays > CredentialReminders.DaysBefore[1])
            || (c.ValidUntil <= last && c.RemindedDays > CredentialReminders.DaysBefore[2]));

        DateOnly Until(int reminder) => today.AddDays(CredentialReminders.DaysBefore[reminder] + 1);
    }

    /// <summary>Of two nodes that turn the same one, its version lets one save; what the holder is owed is owed in that save.</summary>
    private async Task Turn(Guid id, DateTime now, CancellationToken ct)
    {
        var credential = await db.Credentials.SingleAsync(c => c.Id == id, ct);
        var zone = await db.Users.Where(p => p.Id == credential.PersonId).Select(p => p.TimeZone).SingleAsync(ct);
        credential.Turn(now);
        // A zone that this server does not know holds up nothing but the hour.
        var today = Zones.TryFind(zone, out var local) ? Zones.LocalDate(now, local) : DateOnly.FromDateTime(now);
        if (credential.TryRemind(today))
            db.Add(OutboundMail.AboutCredential(credential.Id, credential.PersonId, MailKind.CredentialEnding, now));
    }
}
