using MediatR;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Contract;

/// <summary>Every code of a problem document, with what it means and what to do about it: as JSON, or as a page.</summary>
public sealed record ListProblemCodes : IQuery<ProblemCodeList>;

/// <summary>One code of a problem document: as JSON, or as a page.</summary>
/// <param name="Code" example="unit.locked">The code, as a problem document has it.</param>
public sealed record GetProblemCode(string Code) : IQuery<ProblemCodeView>;

/// <summary>All codes, by area.</summary>
/// <param name="Items">The codes, those of one area beside each other.</param>
public sealed record ProblemCodeList(IReadOnlyList<ProblemCodeView> Items);

/// <summary>A code of problem documents.</summary>
/// <param name="Code">Stable; tell errors apart by this.</param>
/// <param name="Type">The URN that a problem document has as its type.</param>
/// <param name="Status">The status with which it comes.</param>
/// <param name="AlsoStatus">Another status with which it comes too; null for nearly all.</param>
/// <param name="Title">The title of every problem with this code.</param>
/// <param name="Meaning">What has happened.</param>
/// <param name="WhatToDo">What a front end, or its author, does then.</param>
/// <param name="Fields">What a problem with this code may have beyond the fields of every problem.</param>
public sealed record ProblemCodeView(
    string Code, string Type, int Status, int? AlsoStatus, string Title, string Meaning, string WhatToDo,
    IReadOnlyList<ProblemFieldView> Fields)
{
    internal static ProblemCodeView Of(ProblemCode code) => new(
        code.Code, Problems.TypeOf(code.Code), code.Statuses[0], code.Statuses.Count > 1 ? code.Statuses[1] : null, code.Title,
        code.Meaning, code.WhatToDo, [.. code.Fields.Select(f => new ProblemFieldView(f.Name, f.Meaning))]);
}

/// <summary>A field that some problems have.</summary>
/// <param name="Name">Its name in the JSON.</param>
/// <param name="Meaning">What it holds.</param>
public sealed record ProblemFieldView(string Name, string Meaning);

internal sealed class ProblemCodesHandler
    : IRequestHandler<ListProblemCodes, ProblemCodeList>, IRequestHandler<GetProblemCode, ProblemCodeView>
{
    public Task<ProblemCodeList> Handle(ListProblemCodes request, CancellationToken cancellationToken) =>
        Task.FromResult(new ProblemCodeList([.. ProblemCodes.All.Select(ProblemCodeView.Of)]));

    public Task<ProblemCodeView> Handle(GetProblemCode request, CancellationToken cancellationToken) =>
        Task.FromResult(ProblemCodeView.Of(ProblemCodes.Find(request.Code) ?? throw new NotFoundException("problem")));
}
