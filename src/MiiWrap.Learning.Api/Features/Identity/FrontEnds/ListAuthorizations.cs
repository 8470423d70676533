using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Identity.FrontEnds;

/// <summary>The front ends that the caller lets act for them, by name.</summary>
public sealed record ListAuthorizations(string? Limit, string? Cursor) : IQuery<Page<AuthorizationItem>>, IPaged;

/// <summary>A front end that somebody lets act for them.</summary>
/// <param name="ClientId">Ends it: DELETE /v1/me/authorizations/{clientId}.</param>
/// <param name="Name" example="Practice companion">As its programme admin has named it.</param>
/// <param name="Scopes" example="[&quot;learning&quot;]">What it may do at most: learning, teaching, program.</param>
/// <param name="Since">When it was first allowed.</param>
/// <param name="LastUsedAt">When it last got new tokens; null when no sign-in of it goes on.</param>
public sealed record AuthorizationItem(
    Guid ClientId, string Name, ClientKind Kind, IReadOnlyList<string> Scopes, DateTime Since, DateTime? LastUsedAt)
{
    [JsonIgnore]
    public string SortName { get; init; } = "";
}

internal sealed class ListAuthorizationsValidator : AbstractValidator<ListAuthorizations>
{
    public ListAuthorizationsValidator() => this.RuleForPaging();
}

internal sealed class ListAuthorizationsHandler(LearningDb db, Caller caller)
    : IRequestHandler<ListAuthorizations, Page<AuthorizationItem>>
{
    public async Task<Page<AuthorizationItem>> Handle(ListAuthorizations request, CancellationToken cancellationToken)
    {
        var personId = caller.PersonId;
        var consents = db.Consents.StandingOf(personId);
        var rows = await db.Clients.Where(c => c.EndedAt == null && consents.Any(x => x.Application!.Id == c.Id))
            .PageBy(request, c => c.SortName, c => c.Id)
            .Select(c => new
            {
                c.Id,
                c.Name,
                c.SortName,
                c.Kind,
                Consents = consents.Where(x => x.Application!.Id == c.Id).Select(x => new { x.Scopes, x.CreationDate }).ToList(),
                LastUsedAt = db.Sessions.Where(s => s.PersonId == personId && s.ClientId == c.Id).Max(s => (DateTime?)s.RefreshedAt),
            })
            .ToListAsync(cancellationToken);
        return rows.Select(c => new AuthorizationItem(c.Id, c.Name, c.Kind,
                [.. FrontEndScopes.All.Where(s => c.Consents.Any(x => FrontEndConsent.ScopesOf(x.Scopes).Contains(s)))],
                c.Consents.Min(x => x.CreationDate)!.Value, c.LastUsedAt) { SortName = c.SortName })
            .ToList().ToPage(request, c => (c.SortName, c.ClientId));
    }
}
