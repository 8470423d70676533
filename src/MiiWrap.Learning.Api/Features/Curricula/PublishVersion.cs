using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Curricula;

/// <summary>
/// A programme admin publishes a bundle as the next version of a curriculum; content that is the newest version already makes no new one.
/// </summary>
public sealed record PublishVersion(string Slug, byte[] Bundle) : ICommand<PublishedVersion>;

internal sealed class PublishVersionValidator : AbstractValidator<PublishVersion>
{
    public PublishVersionValidator() => RuleFor(x => x.Bundle).NotEmpty().WithMessage("A bundle is a zip archive of a content folder.");
}

internal sealed class PublishVersionHandler(Caller caller, ContentImport import) : IRequestHandler<PublishVersion, PublishedVersion>
{
    public async Task<PublishedVersion> Handle(PublishVersion request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("publish a curriculum");
        // What is no slug can name no curriculum, not even a new one.
        if (!CurriculumParser.IsSlug(request.Slug)) throw new NotFoundException("curriculum");
        using var archive = new MemoryStream(request.Bundle);
        var files = ContentFiles.FromZip(archive);
        var content = await import.Read(files, cancellationToken);
        var others = files.Curricula.Where(c => c != request.Slug)
            .Select(c => new ContentFault($"{c}/{ContentLayout.CurriculumFile}", 1,
                $"this bundle is published to '{request.Slug}'; expected is that curriculum alone"));
        var curriculum = (content with { Faults = [.. content.Faults, .. others] }).Sound().Curricula.Single();
        return PublishedVersion.Of(await import.Publish<PublishedCurriculum>(curriculum, cancellationToken));
    }
}
