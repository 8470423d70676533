using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Content;

/// <summary>Published instruments' versions.</summary>
public sealed class InstrumentLibrary : ContentLibrary<PublishedInstrument, Instrument>
{
    /// <summary>One version, or the newest when none is named; null when there is none.</summary>
    public Task<Instrument?> Find(LearningDb db, string code, int? version, CancellationToken ct) => Hold(db, code, version, ct);

    /// <summary>As <see cref="Find"/>, of a code that a request names; 422 when there is none.</summary>
    public async Task<Instrument> Named(LearningDb db, string code, int? version, CancellationToken ct) =>
        await Find(db, code, version, ct)
        ?? throw new RuleException("instrument.unknown", "There is no such instrument.", RuleKind.Invalid);

    protected override Instrument Read(PublishedInstrument published, ContentFiles files) =>
        InstrumentParser.Read(files).Instruments.Single().Instrument with
        {
            Version = published.Number,
            ContentHash = published.ContentHash,
        };
}
