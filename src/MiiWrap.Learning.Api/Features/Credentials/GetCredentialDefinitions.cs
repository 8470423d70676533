using MediatR;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Credentials;

namespace MiiWrap.Learning.Api.Features.Credentials;

/// <summary>The credentials that can be issued, each in its newest version, with what they ask for.</summary>
public sealed record GetCredentialDefinitions : IQuery<CredentialDefinitions>;

/// <summary>The credentials that can be issued.</summary>
/// <param name="Items">Each in its newest version, by code.</param>
public sealed record CredentialDefinitions(IReadOnlyList<CredentialDefinitionView> Items);

/// <summary>A credential that can be issued.</summary>
/// <param name="Code" example="practising-coach">Its code.</param>
/// <param name="Version" example="1">The number of its newest version.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Curriculum" example="miiwrap-coaching-cohort">The course whose learners can be issued it.</param>
/// <param name="Criteria">What its holder has shown, in words that anybody reads.</param>
/// <param name="ValidMonths">For how many months it holds; null for good.</param>
/// <param name="GraceDays">For how many days after its last one it can still be renewed; null where it holds for good.</param>
/// <param name="Requirements">What has to be shown for it.</param>
/// <param name="Renewal">What has to be shown of one term before the next; none where it holds for good.</param>
public sealed record CredentialDefinitionView(
    string Code, int Version, string Title, string Curriculum, string Criteria, int? ValidMonths, int? GraceDays,
    IReadOnlyList<RequirementView> Requirements, IReadOnlyList<RequirementView> Renewal)
{
    internal static CredentialDefinitionView Of(CredentialDefinition definition) => new(
        definition.Code, definition.Version, definition.Title, definition.Curriculum, definition.Criteria, definition.Term?.Months,
        definition.Term?.GraceDays, [.. definition.Requirements.Select(RequirementView.Of)],
        [.. definition.Renewal.Select(RequirementView.Of)]);
}

/// <summary>One thing that has to be shown.</summary>
/// <param name="Requirement">Its kind.</param>
/// <param name="Text" example="4 observed contacts within 24 weeks">What it asks for, in words.</param>
public sealed record RequirementView(RequirementKind Requirement, string Text)
{
    internal static RequirementView Of(Requirement requirement) => new(requirement.Kind, RequirementWords.Of(requirement));
}

internal sealed class GetCredentialDefinitionsHandler(LearningDb db, CredentialLibrary library)
    : IRequestHandler<GetCredentialDefinitions, CredentialDefinitions>
{
    public async Task<CredentialDefinitions> Handle(GetCredentialDefinitions request, CancellationToken cancellationToken) =>
        new([.. (await library.Newest(db, cancellationToken)).Select(CredentialDefinitionView.Of)]);
}
