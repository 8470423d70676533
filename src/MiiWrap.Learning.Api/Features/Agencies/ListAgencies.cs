using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Agencies;

/// <summary>Agencies by name: all for a programme admin or a client of the programme, for others those of which they are.</summary>
/// <param name="Q" example="river">The beginning of the name, case and accents aside. 2 to 100 characters.</param>
public sealed record ListAgencies(string? Q, string? Limit, string? Cursor) : IQuery<Page<AgencyItem>>, IPaged;

/// <summary>One agency, for those who are of it and for programme admins.</summary>
public sealed record GetAgency(Guid AgencyId) : IQuery<AgencyItem>;

/// <summary>An agency.</summary>
/// <param name="Name" example="Riverbend Family Services">No other agency is called so, case and accents aside.</param>
public sealed record AgencyItem(Guid Id, string Name)
{
    internal string ETag => ETags.Of(Id, Name);
}

internal sealed class ListAgenciesValidator : AbstractValidator<ListAgencies>
{
    public ListAgenciesValidator()
    {
        this.RuleForPaging();
        RuleFor(x => x.Q).MustBeSought("a name");
    }
}

internal sealed class ListAgenciesHandler(LearningDb db, Caller caller)
    : IRequestHandler<ListAgencies, Page<AgencyItem>>, IRequestHandler<GetAgency, AgencyItem>
{
    public async Task<Page<AgencyItem>> Handle(ListAgencies request, CancellationToken cancellationToken)
    {
        var agencies = Seen();
        if (request.Q is { } q)
        {
            var beginning = SortKey.Of(q.Trim());
            agencies = agencies.Where(a => a.SortName.CompareTo(beginning) >= 0);
            if (PersonWord.After(beginning) is { } after) agencies = agencies.Where(a => a.SortName.CompareTo(after) < 0);
        }

        var found = await agencies.PageBy(request, a => a.SortName, a => a.Id).Select(a => new { a.Id, a.Name, a.SortName })
            .ToListAsync(cancellationToken);
        var page = found.ToPage(request, a => (a.SortName, a.Id));
        return new([.. page.Items.Select(a => new AgencyItem(a.Id, a.Name))], page.Next);
    }

    public async Task<AgencyItem> Handle(GetAgency request, CancellationToken cancellationToken) =>
        await Seen().Where(a => a.Id == request.AgencyId).Select(a => new AgencyItem(a.Id, a.Name)).SingleOrDefaultAsync(cancellationToken)
        ?? throw new NotFoundException("agency");

    private IQueryable<Agency> Seen() =>
        caller.SeesAll ? db.Agencies
        : caller.Client is { AgencyId: { } own } ? db.Agencies.Where(a => a.Id == own)
        : db.Agencies.Where(a => db.AgencyMembers.Any(m => m.AgencyId == a.Id && m.PersonId == caller.PersonId));
}
