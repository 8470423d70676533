using MediatR;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>A version's file as its author wrote it; publishing it again changes nothing.</summary>
/// <param name="Code" example="tpo-1">The instrument's code.</param>
/// <param name="Version" example="1">The version's number.</param>
public sealed record ExportInstrument(string Code, int Version) : IQuery<ExportedFile>;

internal sealed class ExportInstrumentHandler(LearningDb db) : IRequestHandler<ExportInstrument, ExportedFile>
{
    public Task<ExportedFile> Handle(ExportInstrument request, CancellationToken cancellationToken) =>
        db.ExportFileAsync<PublishedInstrument>(
            request.Code, request.Version, ContentLayout.InstrumentFile(request.Code), "instrument", cancellationToken);
}
