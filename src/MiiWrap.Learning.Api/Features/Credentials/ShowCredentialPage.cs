using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Configuration;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>
/// What whoever has a credential's address sees of it, without signing in: who holds it, what they have shown, and how it stands today.
/// Prints as a certificate; as JSON for programs.
/// </summary>
/// <param name="Token" example="Zm9yLWFuLWV4YW1wbGUtMQ">The secret part of its address.</param>
public sealed record ShowCredentialPage(string Token) : IQuery<PublicCredential>;

/// <summary>A credential, as its holder shows it to anybody.</summary>
/// <param name="Name">Who holds it.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Issuer">Who answers for it.</param>
/// <param name="AwardedOn">The day on which it was accepted.</param>
/// <param name="ValidUntil">Its last day, itself included; null where it holds for good.</param>
/// <param name="State">How it stands today.</param>
/// <param name="RevokedOn">The day on which it was taken back; null while it was not.</param>
/// <param name="Criteria">What its holder has shown.</param>
/// <param name="Url">The address of this page.</param>
/// <param name="Badge">Where its newest term's badge is, an Open Badge 3.0 for other programs to verify; null where none was signed.</param>
public sealed record PublicCredential(
    string Name, string Title, string Issuer, DateOnly AwardedOn, DateOnly? ValidUntil, CredentialState State, DateOnly? RevokedOn,
    string Criteria, string Url, string? Badge);

internal sealed class ShowCredentialPageHandler(LearningDb db, CredentialLibrary library, Settings settings, TimeProvider clock)
    : IRequestHandler<ShowCredentialPage, PublicCredential>
{
    public async Task<PublicCredential> Handle(ShowCredentialPage request, CancellationToken cancellationToken)
    {
        var found = await db.Credentials.AsNoTracking().Where(c => c.PageToken == request.Token && c.IsPublic && c.AcceptedAt != null)
            .Join(db.Users, c => c.PersonId, p => p.Id, (c, p) => new
            {
                Credential = c,
                p.Name,
                HasBadge = c.Periods.Any(t => t.Badge != null),
            }).SingleOrDefaultAsync(cancellationToken);
        // SQL Server would find one by its token with blanks at its end.
        if (found is null || found.Credential.PageToken != request.Token) throw new NotFoundException("credential");
        var credential = found.Credential;
        var definition = await library.Of(db, credential, cancellationToken);
        var url = settings.LinkTo(CredentialPage.PathOf(credential.PageToken)).ToString();
        return new(
            found.Name, credential.Title, settings.Credentials.IssuerName, DateOnly.FromDateTime(credential.AcceptedAt!.Value),
            credential.ValidUntil, credential.StateOn(DateOnly.FromDateTime(clock.UtcNow())),
            credential.RevokedAt is { } revoked ? DateOnly.FromDateTime(revoked) : null, definition.Criteria, url,
            found.HasBadge ? $"{url}/badge.jwt" : null);
    }
}
