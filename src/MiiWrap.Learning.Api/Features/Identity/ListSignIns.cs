using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>The caller's own sign-ins that go on, the last one used first; those by an OpenID provider are kept there.</summary>
public sealed record ListSignIns(string? Limit, string? Cursor) : IQuery<Page<SignInItem>>, IPaged;

/// <summary>One sign-in.</summary>
/// <param name="Device" example="Firefox on Windows">Browser and system, or the program; null when it did not say.</param>
/// <param name="LastUsedAt">When it last got new tokens; an access token is used for 15 minutes at most.</param>
/// <param name="FrontEnd" example="null">The front end that acts by it; null for one by password at the API itself.</param>
/// <param name="IsCurrent">This request came by it.</param>
/// <param name="SignedInAt">When the password was given.</param>
public sealed record SignInItem(Guid Id, string? Device, string? FrontEnd, DateTime SignedInAt, DateTime LastUsedAt, bool IsCurrent);

internal sealed class ListSignInsValidator : AbstractValidator<ListSignIns>
{
    public ListSignInsValidator() => this.RuleForPaging(byMoment: true);
}

internal sealed class ListSignInsHandler(LearningDb db, Caller caller, TimeProvider clock, ILogger<ListSignIns> log)
    : IRequestHandler<ListSignIns, Page<SignInItem>>
{
    public async Task<Page<SignInItem>> Handle(ListSignIns request, CancellationToken cancellationToken)
    {
        var (now, current) = (clock.UtcNow(), caller.SessionId);
        var rows = await db.Sessions.Where(s => s.PersonId == caller.PersonId && s.ExpiresAt > now).LoadReadablePageAsync(
            s => s.Id, some => some.PageBy(request, s => s.RefreshedAt, s => s.Id, newestFirst: true),
            some => some.Select(s => new SignInItem(s.Id, s.Device,
                    db.Clients.Where(c => c.Id == s.ClientId).Select(c => c.Name).FirstOrDefault(), s.SignedInAt ?? s.RefreshedAt,
                    s.RefreshedAt, s.Id == current))
                .ToListAsync(cancellationToken),
            log.LeavesOut("sign-in"), cancellationToken);
        return rows.ToPage(request, s => (Paging.KeyOf(s.LastUsedAt), s.Id));
    }
}
