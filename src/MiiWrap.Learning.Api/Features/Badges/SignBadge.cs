using System.Security.Cryptography;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Api.Features.Badges;

/// <summary>Signs the badge of a term in the very save that begins it: nobody holds a credential without one.</summary>
internal sealed class SignBadge(LearningDb db, BadgeKeys keys, CredentialLibrary library, Settings settings)
    : INotificationHandler<DomainEventNotification<CredentialAccepted>>, INotificationHandler<DomainEventNotification<CredentialRenewed>>
{
    // Half of a list stays free, so that a place is drawn twice at most, as a rule.
    private const int MostPlaces = BitstringStatusList.Length / 2;

    private static readonly TimeOnly EndOfDay = new(23, 59, 59);

    public Task Handle(DomainEventNotification<CredentialAccepted> notification, CancellationToken cancellationToken) =>
        Sign(notification.Event.Credential, notification.Event.Period, notification.Event.At, cancellationToken);

    public Task Handle(DomainEventNotification<CredentialRenewed> notification, CancellationToken cancellationToken) =>
        Sign(notification.Event.Credential, notification.Event.Period, notification.Event.At, cancellationToken);

    private async Task Sign(Credential credential, CredentialPeriod period, DateTime now, CancellationToken ct)
    {
        var definition = await library.Of(db, credential, ct);
        var email = await db.Users.Where(p => p.Id == credential.PersonId).Select(p => p.Email).SingleAsync(ct);
        var signer = await keys.FindOrMakeSigner(ct);
        var place = await DrawPlace(ct);
        var addresses = signer.Addresses;
        var list = addresses.StatusList(place.List);
        var badge = OpenBadge.Of(
            Urn(period.BadgeId), OpenBadge.Profile.Of(addresses, settings.Credentials.IssuerName), now,
            period.LastDay?.ToDateTime(EndOfDay, DateTimeKind.Utc), Urn(period.SubjectId), OpenBadge.Identity.Of(email!, period.Salt),
            OpenBadge.Achievement.Of(addresses, definition), OpenBadge.StatusEntry.Of(list, place.Index));
        period.TakeBadge(signer.Sign(badge), place, now);
    }

    /// <summary>
    /// A random free place in the first list with room: the place tells nobody who was issued a badge beside whom. Of two badges that draw
    /// the same one at once, the unique key of list and index lets one have it; the other's command runs again and draws anew.
    /// </summary>
    private async Task<StatusPlace> DrawPlace(CancellationToken ct)
    {
        var list = 1;
        while (await Taken(list).CountAsync(ct) >= MostPlaces) list++;
        int index;
        do
            index = RandomNumberGenerator.GetInt32(BitstringStatusList.Length);
        while (await Taken(list).AnyAsync(p => p.StatusIndex == index, ct));
        return new(list, index);
    }

    private IQueryable<CredentialPeriod> Taken(int list) =>
        db.CredentialPeriods.Where(p => p.StatusList == list && p.StatusIndex != null);

    private static string Urn(Guid id) => $"urn:uuid:{id}";
}
