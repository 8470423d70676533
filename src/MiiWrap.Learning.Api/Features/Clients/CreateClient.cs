using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Clients;

/// <summary>
/// A programme admin makes a client: for a server-side integration, whose secret is shown in this answer and never again, or for a front
/// end that others host and people act through, which has none.
/// </summary>
/// <param name="Name" example="Workforce dashboard">One line, at most 200 characters.</param>
/// <param name="Scopes" example="[&quot;progress:read&quot;]">
/// Of a server: curriculum:read, progress:read, enrolments:write, events:read, people:read or coaching:read; of a front end: learning,
/// teaching or program. At least one.
/// </param>
/// <param name="AgencyId">
/// The agency whose learners alone it may see; without one it is a client of the programme. For servers only.
/// </param>
/// <param name="Kind" example="server">server when not given; frontEnd for pages in a browser, native for a program on a device.</param>
/// <param name="RedirectUris" example="null">
/// Where a front end gets people back: 1 to 10 exact addresses, https or a loopback one; of a native program loopback ones, whose port does
/// not matter. Not for servers.
/// </param>
public sealed record CreateClient(
    string Name, IReadOnlyList<string> Scopes, Guid? AgencyId, ClientKind? Kind = null, IReadOnlyList<string>? RedirectUris = null)
    : ICommand<NewClient>;

/// <summary>A client that was made.</summary>
/// <param name="AgencyId">The only agency whose learners it sees; null for the whole programme.</param>
/// <param name="Secret" example="mwl_kIYxVrJ0Xk3nYb1P7mN2cQ5wZ8tR4uEoGhLjSaDfVqA">
/// Shown once; a repetition of the request under its key is answered without it. Null for a front end, which keeps none.
/// </param>
/// <param name="RedirectUris">Where a front end gets people back; empty for a server.</param>
public sealed record NewClient(
    Guid Id, string Name, ClientKind Kind, Guid? AgencyId, IReadOnlyList<string> Scopes, IReadOnlyList<string> RedirectUris,
    DateTime CreatedAt, string? Secret);

internal sealed class CreateClientValidator : AbstractValidator<CreateClient>
{
    public CreateClientValidator()
    {
        RuleFor(x => x.Name).MustBeName();
        RuleFor(x => x.Kind).IsInEnum();
        When(IsForServer, () =>
        {
            RuleFor(x => x.Scopes).NotEmpty().Must(s => s is null || s.All(Scopes.All.Contains))
                .WithMessage($"Scopes of a server are {string.Join(", ", Scopes.All)}.");
            RuleFor(x => x.RedirectUris).Must(u => u is null or []).WithMessage("A server is sent nobody back: it has no redirect addresses.");
        }).Otherwise(() =>
        {
            RuleFor(x => x.Scopes).NotEmpty().Must(s => s is null || s.All(FrontEndScopes.All.Contains))
                .WithMessage($"Scopes of a front end are {string.Join(", ", FrontEndScopes.All)}.");
            RuleFor(x => x.AgencyId).Null().WithMessage("A front end acts as whoever uses it, so it belongs to no agency.");
            RuleFor(x => x.RedirectUris).Must(u => u is { Count: >= 1 and <= RedirectAddresses.Most })
                .WithMessage($"A front end has 1 to {RedirectAddresses.Most} redirect addresses.");
            RuleForEach(x => x.RedirectUris).Must(uri => RedirectAddresses.IsSound(uri, isNative: true))
                .When(x => x.Kind == ClientKind.Native).WithMessage(RedirectAddresses.OfNative);
            RuleForEach(x => x.RedirectUris).Must(uri => RedirectAddresses.IsSound(uri, isNative: false))
                .When(x => x.Kind == ClientKind.FrontEnd).WithMessage(RedirectAddresses.OfFrontEnd);
        });
    }

    private static bool IsForServer(CreateClient client) => client.Kind is null or ClientKind.Server;
}

internal sealed class CreateClientHandler(LearningDb db, Caller caller, SecurityLog log, TimeProvider clock)
    : IRequestHandler<CreateClient, NewClient>
{
    public async Task<NewClient> Handle(CreateClient request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("make clients");
        if (request.AgencyId is { } agency && !await db.Agencies.AnyAsync(a => a.Id == agency, cancellationToken))
            throw new RuleException("client.agency.unknown", "There is no such agency.", RuleKind.Invalid);
        var kind = request.Kind ?? ClientKind.Server;
        var (name, now) = (request.Name.Trim(), clock.UtcNow());
        List<string> scopes =
            [.. (kind == ClientKind.Server ? Scopes.All : FrontEndScopes.All).Where(request.Scopes.Contains)];
        List<string> redirects = [.. (request.RedirectUris ?? []).Distinct(StringComparer.Ordinal)];
        var (client, secret) = kind == ClientKind.Server
            ? ApiClient.MakeForServer(name, request.AgencyId, scopes, caller.PersonId, now)
            : (ApiClient.MakeForPeople(kind, name, scopes, redirects, caller.PersonId, now), null);
        db.Add(client);
        await db.SaveChangesAsync(cancellationToken);
        log.ClientMade(client.Id, client.Scopes, caller.PersonId);
        return new(client.Id, client.Name, kind, client.AgencyId, scopes, redirects, client.CreatedAt, secret);
    }
}
