using MediatR;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Contract;

/// <summary>What was added to the contract, deprecated in it and removed from it, newest first.</summary>
public sealed record ListChanges : IQuery<ChangeList>;

/// <summary>The changes of the contract.</summary>
/// <param name="Items">The changes, newest first.</param>
public sealed record ChangeList(IReadOnlyList<ContractChange> Items);

internal sealed class ListChangesHandler : IRequestHandler<ListChanges, ChangeList>
{
    public Task<ChangeList> Handle(ListChanges request, CancellationToken cancellationToken) =>
        Task.FromResult(new ChangeList(ContractVersions.Changes));
}
