using MediatR;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Fidelity;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>
/// What changed between two versions of an instrument: items added, removed, reworded and rescaled, scores, and what stands around them.
/// </summary>
/// <param name="Code" example="tpo-1">The instrument's code.</param>
/// <param name="From" example="1">The version to compare from.</param>
/// <param name="To" example="1">The version to compare to.</param>
public sealed record CompareInstruments(string Code, int From, int To) : IQuery<InstrumentDiff>;

/// <summary>The changes between two versions.</summary>
/// <param name="Code">The instrument's code.</param>
/// <param name="From">The number of the earlier version.</param>
/// <param name="To">The number of the later one.</param>
/// <param name="FromHash">The content hash of the earlier version.</param>
/// <param name="ToHash">The content hash of the later one.</param>
/// <param name="Added">Items that came.</param>
/// <param name="Removed">Items that went.</param>
/// <param name="Reworded">Items whose words have changed.</param>
/// <param name="Rescaled">Items, by code, that are rated in another way.</param>
/// <param name="Rescored">Scores, by code, that came, went or are worked out or judged in another way.</param>
/// <param name="Parts">What else has changed.</param>
public sealed record InstrumentDiff(
    string Code,
    int From,
    int To,
    string FromHash,
    string ToHash,
    IReadOnlyList<ChangedItem> Added,
    IReadOnlyList<ChangedItem> Removed,
    IReadOnlyList<RewordedItem> Reworded,
    IReadOnlyList<string> Rescaled,
    IReadOnlyList<string> Rescored,
    IReadOnlyList<InstrumentPart> Parts);

internal sealed class CompareInstrumentsHandler(LearningDb db, InstrumentLibrary library)
    : IRequestHandler<CompareInstruments, InstrumentDiff>
{
    public async Task<InstrumentDiff> Handle(CompareInstruments request, CancellationToken cancellationToken)
    {
        var from = await library.Find(db, request.Code, request.From, cancellationToken) ?? throw new NotFoundException("instrument");
        var to = await library.Find(db, request.Code, request.To, cancellationToken) ?? throw new NotFoundException("instrument");
        var changes = InstrumentChanges.Between(from, to);
        return new(
            from.Code, from.Version, to.Version, from.ContentHash, to.ContentHash,
            changes.Added, changes.Removed, changes.Reworded, changes.Rescaled, changes.Rescored, changes.Parts);
    }
}
