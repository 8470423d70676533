using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Agencies;

/// <summary>An agency's admin or a programme admin corrects its name; what is not sent stays.</summary>
/// <param name="Name" example="Riverbend Family Services">One line, at most 200 characters; no other agency's.</param>
public sealed record RenameAgency(string? Name) : ICommand<AgencyItem>
{
    [JsonIgnore]
    public Guid AgencyId { get; init; }

    [JsonIgnore]
    public Precondition Precondition { get; init; }
}

internal sealed class RenameAgencyValidator : AbstractValidator<RenameAgency>
{
    public RenameAgencyValidator() => RuleFor(x => x.Name).MustBeName().When(x => x.Name is not null);
}

internal sealed class RenameAgencyHandler(LearningDb db, Caller caller, AgencyAccess agencies) : IRequestHandler<RenameAgency, AgencyItem>
{
    public async Task<AgencyItem> Handle(RenameAgency request, CancellationToken cancellationToken)
    {
        var agency = await agencies.LoadForAdmin(request.AgencyId, cancellationToken);
        request.Precondition.Check("agency.stale", new AgencyItem(agency.Id, agency.Name).ETag);
        if (request.Name?.NormalizeNfc() is { } name && name != agency.Name)
        {
            await db.MustBeFreeName(caller, name, agency.Id, cancellationToken);
            agency.Rename(name);
            await db.SaveChangesAsync(cancellationToken);
        }

        return new(agency.Id, agency.Name);
    }
}

internal static class AgencyNames
{
    /// <summary>Of two who take the same name at once, the loser meets the unique key, runs again and finds it taken here.</summary>
    public static async Task MustBeFreeName(this LearningDb db, Caller caller, string name, Guid? but, CancellationToken ct)
    {
        var key = SortKey.Of(name);
        var found = await db.Agencies.Where(a => a.SortName == key && a.Id != but).Select(a => (Guid?)a.Id).FirstOrDefaultAsync(ct);
        if (found is not { } other) return;
        var taken = new RuleException("agency.name.taken", "Another agency is called so already.");
        // Which one it is hears only who may read it.
        throw caller.IsProgramAdmin || await db.AgencyMembers.AnyAsync(m => m.AgencyId == other && m.PersonId == caller.PersonId, ct)
            ? taken.With("id", other)
            : taken;
    }
}
