using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Contracts;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Fidelity;

/// <summary>
/// A programme admin publishes a file as the next version of an instrument; what is the newest version already makes no new one.
/// </summary>
/// <param name="Code" example="tpo-1">The instrument's code.</param>
/// <param name="Yaml">The file, as its author wrote it.</param>
public sealed record PublishInstrument(string Code, byte[] Yaml) : ICommand<PublishedVersion>;

internal sealed class PublishInstrumentValidator : AbstractValidator<PublishInstrument>
{
    public PublishInstrumentValidator() => RuleFor(x => x.Yaml).NotEmpty().WithMessage("An instrument is a file of YAML.");
}

internal sealed class PublishInstrumentHandler(Caller caller, ContentImport import) : IRequestHandler<PublishInstrument, PublishedVersion>
{
    public async Task<PublishedVersion> Handle(PublishInstrument request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("publish an instrument");
        // What is no code can name no instrument, not even a new one.
        if (!CurriculumParser.IsSlug(request.Code)) throw new NotFoundException("instrument");
        var content = InstrumentParser.Read(ContentFiles.FromFile(ContentLayout.InstrumentFile(request.Code), request.Yaml));
        foreach (var parsed in content.Instruments) parsed.Instrument.RequirePublishable();
        return PublishedVersion.Of(await import.Publish<PublishedInstrument>(content.Sound().Instruments.Single(), cancellationToken));
    }
}
