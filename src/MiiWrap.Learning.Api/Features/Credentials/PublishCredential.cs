using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>
/// A programme admin publishes a file as the next version of a credential's definition; what is the newest version already makes no new
/// one. What was issued stays by the version of its day.
/// </summary>
/// <param name="Code" example="practising-coach">The credential's code.</param>
/// <param name="Yaml">The file, as its author wrote it.</param>
public sealed record PublishCredential(string Code, byte[] Yaml) : ICommand<PublishedVersion>;

/// <summary>A version's file as its author wrote it; publishing it again changes nothing.</summary>
/// <param name="Code" example="practising-coach">The credential's code.</param>
/// <param name="Version" example="1">The version's number.</param>
public sealed record ExportCredential(string Code, int Version) : IQuery<ExportedFile>;

internal sealed class PublishCredentialValidator : AbstractValidator<PublishCredential>
{
    public PublishCredentialValidator() => RuleFor(x => x.Yaml).NotEmpty().WithMessage("A credential's definition is a file of YAML.");
}

internal sealed class PublishCredentialHandler(LearningDb db, Caller caller, ContentImport import) :
    IRequestHandler<PublishCredential, PublishedVersion>,
    IRequestHandler<ExportCredential, ExportedFile>
{
    private const string What = "credentialDefinition";

    public async Task<PublishedVersion> Handle(PublishCredential request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("publish a credential");
        // What is no code can name no credential, not even a new one.
        if (!CurriculumParser.IsSlug(request.Code)) throw new NotFoundException(What);
        var file = ContentFiles.FromFile(ContentLayout.CredentialFile(request.Code), request.Yaml);
        var content = (await import.ReadCredential(file, cancellationToken)).Sound();
        return PublishedVersion.Of(await import.Publish<PublishedCredential>(content.Credentials.Single(), cancellationToken));
    }

    public Task<ExportedFile> Handle(ExportCredential request, CancellationToken cancellationToken) =>
        db.ExportFileAsync<PublishedCredential>(
            request.Code, request.Version, ContentLayout.CredentialFile(request.Code), What, cancellationToken);
}
