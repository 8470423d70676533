using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>Its holder accepts a credential: its first term begins, and its page is there. Doing it again changes nothing.</summary>
/// <param name="CredentialId">The credential.</param>
public sealed record AcceptCredential(Guid CredentialId) : ICommand<CredentialView>;

/// <summary>Its holder shows the page of a credential, or hides it.</summary>
/// <param name="Public">Whether the page is there for whoever has its address.</param>
public sealed record ShowCredential(bool? Public) : ICommand<CredentialView>
{
    [JsonIgnore]
    public Guid CredentialId { get; init; }

    [JsonIgnore]
    public Precondition Precondition { get; init; }
}

internal sealed class ShowCredentialValidator : AbstractValidator<ShowCredential>
{
    public ShowCredentialValidator() => RuleFor(x => x.Public).NotNull();
}

/// <summary>What a holder does with their own: of two acts at once, the credential's version lets the later run again.</summary>
internal sealed class AcceptCredentialHandler(
    LearningDb db, CredentialLibrary library, CredentialAccess credentials, CredentialViews views, TimeProvider clock) :
    IRequestHandler<AcceptCredential, CredentialView>,
    IRequestHandler<ShowCredential, CredentialView>
{
    public async Task<CredentialView> Handle(AcceptCredential request, CancellationToken cancellationToken)
    {
        var credential = await credentials.LoadAsHolder(request.CredentialId, "accepts it", cancellationToken);
        credential.Accept(await library.Of(db, credential, cancellationToken), clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(credential, cancellationToken);
    }

    public async Task<CredentialView> Handle(ShowCredential request, CancellationToken cancellationToken)
    {
        var credential = await credentials.LoadAsHolder(request.CredentialId, "says whether its page is there", cancellationToken);
        request.Precondition.Check(CredentialViews.Stale, CredentialViews.ETagOf(credential));
        credential.Show(request.Public!.Value);
        await db.SaveChangesAsync(cancellationToken);
        return await views.Of(credential, cancellationToken);
    }
}
