using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Implementation;

/// <summary>An agency's admin says for how many facilitators it needs one certified coach.</summary>
/// <param name="Value" example="8">1 to 50; null for the programme's own number, which is 8.</param>
public sealed record SetFacilitatorsPerCoach(int? Value) : ICommand<FacilitatorsPerCoach>
{
    [JsonIgnore]
    public Guid AgencyId { get; init; }
}

/// <summary>For how many facilitators an agency needs one certified coach.</summary>
/// <param name="Value" example="8">The number that counts.</param>
/// <param name="IsSet">Whether the agency says so itself; otherwise it is the programme's.</param>
public sealed record FacilitatorsPerCoach(int Value, bool IsSet)
{
    internal const int Default = 8;

    internal static FacilitatorsPerCoach Of(int? own) => new(own ?? Default, own is not null);
}

internal sealed class SetFacilitatorsPerCoachValidator : AbstractValidator<SetFacilitatorsPerCoach>
{
    public SetFacilitatorsPerCoachValidator() => RuleFor(x => x.Value).InclusiveBetween(1, 50);
}

internal sealed class SetFacilitatorsPerCoachHandler(LearningDb db, AgencyAccess agencies)
    : IRequestHandler<SetFacilitatorsPerCoach, FacilitatorsPerCoach>
{
    public async Task<FacilitatorsPerCoach> Handle(SetFacilitatorsPerCoach request, CancellationToken cancellationToken)
    {
        var agency = await agencies.LoadForAdmin(request.AgencyId, cancellationToken);
        agency.NeedOneCoachFor(request.Value);
        await db.SaveChangesAsync(cancellationToken);
        return FacilitatorsPerCoach.Of(agency.FacilitatorsPerCoach);
    }
}
