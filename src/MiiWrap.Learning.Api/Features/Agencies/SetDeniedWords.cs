using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Agencies;

/// <summary>An agency says which further words should make its learners look again before they hand a reflection in.</summary>
/// <param name="Words">At most 500 words or phrases, in place of those before.</param>
public sealed record SetDeniedWords(IReadOnlyList<string> Words) : ICommand<DeniedWordList>
{
    [JsonIgnore]
    public Guid AgencyId { get; init; }
}

/// <summary>The agency's words as they are now.</summary>
/// <param name="Words">The words, as they were given.</param>
public sealed record DeniedWordList(IReadOnlyList<string> Words);

internal sealed class SetDeniedWordsValidator : AbstractValidator<SetDeniedWords>
{
    private const int MostWords = 500;
    private const int MostCharacters = 80;

    public SetDeniedWordsValidator()
    {
        RuleFor(x => x.Words).NotNull().Must(w => w is null || w.Count <= MostWords).WithMessage($"At most {MostWords} words.");
        RuleForEach(x => x.Words).MustBeLine(MostCharacters);
    }
}

internal sealed class SetDeniedWordsHandler(LearningDb db, AgencyAccess agencies) : IRequestHandler<SetDeniedWords, DeniedWordList>
{
    public async Task<DeniedWordList> Handle(SetDeniedWords request, CancellationToken cancellationToken)
    {
        var agency = await agencies.LoadForAdmin(request.AgencyId, cancellationToken);
        agency.Deny(request.Words.Select(w => w.Trim()));
        await db.SaveChangesAsync(cancellationToken);
        return new(agency.DeniedWords);
    }
}
