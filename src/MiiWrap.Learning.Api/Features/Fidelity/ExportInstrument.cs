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
public sealed record ExportInstrument(string Code, int Version) : IQuery<ExportedInstrument>;

/// <summary>A file with the hash of its content.</summary>
public sealed record ExportedInstrument(byte[] Yaml, string ContentHash);

internal sealed class ExportInstrumentHandler(LearningDb db) : IRequestHandler<ExportInstrument, ExportedInstrument>
{
    public async Task<ExportedInstrument> Handle(ExportInstrument request, CancellationToken cancellationToken)
    {
        var exported = await db.ExportAsync<PublishedInstrument>(request.Code, request.Version, "instrument", cancellationToken);
        using var bundle = new MemoryStream(exported.Zip);
        return new(ContentFiles.FromZip(bundle).Bytes(ContentLayout.InstrumentFile(request.Code)), exported.ContentHash);
    }
}
