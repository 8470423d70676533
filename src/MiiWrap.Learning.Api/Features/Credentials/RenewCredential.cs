using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>
/// A lead of the cohort, or a programme admin, renews a credential, from 90 days before its last day until the last day of its grace, with
/// evidence of the term that ends. Before its end no day is lost by that, and after it none is given back.
/// </summary>
/// <param name="Attested">Whoever renews it says that what its attestations ask for is so.</param>
public sealed record RenewCredential(bool? Attested) : ICommand<CredentialView>
{
    [JsonIgnore]
    public Guid CredentialId { get; init; }
}

internal sealed class RenewCredentialValidator : AbstractValidator<RenewCredential>;

internal sealed class RenewCredentialHandler(
    LearningDb db, CredentialLibrary library, CredentialAccess credentials, CredentialIssuer issuer, CredentialViews views,
    TimeProvider clock)
    : IRequestHandler<RenewCredential, CredentialView>
{
    public async Task<CredentialView> Handle(RenewCredential request, CancellationToken cancellationToken)
    {
        var (credential, now) = (await credentials.Load(request.CredentialId, cancellationToken), clock.UtcNow());
        var issuing = await issuer.For(credential.EnrolmentId, credential.PersonId, cancellationToken);
        var definition = await library.Of(db, credential, cancellationToken);
        credential.MustBeRenewable(definition, now);
        var record = await issuer.Attested(issuing, request.Attested ?? false, cancellationToken);
        var results = definition.JudgeRenewal(record, credential.Period.FirstDay!.Value, DateOnly.FromDateTime(now));
        await issuer.TouchGround(issuing, credential.Renew(definition, results, issuing.By, now), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(credential, cancellationToken);
    }
}
