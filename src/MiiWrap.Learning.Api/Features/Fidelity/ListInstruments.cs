using AutoMapper;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using IConfigurationProvider = AutoMapper.IConfigurationProvider;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>The published fidelity instruments, each in its newest version.</summary>
public sealed record ListInstruments(string? Limit, string? Cursor) : IQuery<Page<ListedInstrument>>, IPaged;

/// <summary>One instrument in a list.</summary>
/// <param name="Code" example="tpo-1">Its code.</param>
/// <param name="Version">The number of its newest version.</param>
public sealed record ListedInstrument(Guid Id, string Code, string Title, int Version, string ContentHash, DateTime PublishedAt);

internal sealed class ListInstrumentsValidator : AbstractValidator<ListInstruments>
{
    public ListInstrumentsValidator() => this.RuleForPaging();
}

internal sealed class ListedInstrumentMapping : Profile
{
    public ListedInstrumentMapping() =>
        CreateProjection<PublishedInstrument, ListedInstrument>()
            .ForCtorParam(nameof(ListedInstrument.Code), o => o.MapFrom(i => i.Slug))
            .ForCtorParam(nameof(ListedInstrument.Version), o => o.MapFrom(i => i.Number));
}

internal sealed class ListInstrumentsHandler(LearningDb db, IConfigurationProvider maps, ILogger<ListInstruments> log)
    : IRequestHandler<ListInstruments, Page<ListedInstrument>>
{
    public Task<Page<ListedInstrument>> Handle(ListInstruments request, CancellationToken cancellationToken) =>
        db.ListNewestAsync<PublishedInstrument, ListedInstrument>(
            request, i => (i.Code, i.Id), "instrument", maps, log, cancellationToken);
}
