using MediatR;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Curricula;

/// <summary>An image that a unit's text shows, at an address that never changes its content.</summary>
/// <param name="Slug" example="miiwrap-coaching-cohort">The curriculum's slug.</param>
/// <param name="Version" example="1">The version's number.</param>
/// <param name="Name" example="voice-map.png">The image's file name.</param>
public sealed record GetImage(string Slug, int Version, string Name) : IQuery<ContentImage>;

internal sealed class GetImageHandler(LearningDb db, CurriculumLibrary library) : IRequestHandler<GetImage, ContentImage>
{
    public async Task<ContentImage> Handle(GetImage request, CancellationToken cancellationToken) =>
        await library.FindImage(db, request.Slug, request.Version, ContentLayout.Images + request.Name, cancellationToken)
        ?? throw new NotFoundException("image");
}
