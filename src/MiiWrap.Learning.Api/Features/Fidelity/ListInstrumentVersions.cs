using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using IConfigurationProvider = AutoMapper.IConfigurationProvider;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>The published versions of an instrument, the newest first.</summary>
/// <param name="Code" example="tpo-1">The instrument's code.</param>
public sealed record ListInstrumentVersions(string Code, string? Limit, string? Cursor) : IQuery<Page<VersionItem>>, IPaged;

internal sealed class ListInstrumentVersionsValidator : AbstractValidator<ListInstrumentVersions>
{
    public ListInstrumentVersionsValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class ListInstrumentVersionsHandler(LearningDb db, IConfigurationProvider maps, ILogger<ListInstrumentVersions> log)
    : IRequestHandler<ListInstrumentVersions, Page<VersionItem>>
{
    public Task<Page<VersionItem>> Handle(ListInstrumentVersions request, CancellationToken cancellationToken) =>
        db.ListVersionsAsync<PublishedInstrument>(request.Code, request, "instrument", maps, log, cancellationToken);
}
