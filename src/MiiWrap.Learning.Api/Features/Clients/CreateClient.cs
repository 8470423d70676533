using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Clients;

/// <summary>A programme admin makes a client for a server-side integration; its secret is shown in this answer and never again.</summary>
/// <param name="Name" example="Workforce dashboard">One line, at most 200 characters.</param>
/// <param name="Scopes" example="[&quot;progress:read&quot;]">
/// curriculum:read, progress:read, enrolments:write, events:read or people:read; at least one.
/// </param>
/// <param name="AgencyId">The agency whose learners alone it may see; without one it is a client of the programme.</param>
public sealed record CreateClient(string Name, IReadOnlyList<string> Scopes, Guid? AgencyId) : ICommand<NewClient>;

/// <summary>A client that was made.</summary>
/// <param name="AgencyId">The only agency whose learners it sees; null for the whole programme.</param>
/// <param name="Secret" example="mwl_kIYxVrJ0Xk3nYb1P7mN2cQ5wZ8tR4uEoGhLjSaDfVqA">
/// Shown once; a repetition of the request under its key is answered without it.
/// </param>
public sealed record NewClient(Guid Id, string Name, Guid? AgencyId, IReadOnlyList<string> Scopes, DateTime CreatedAt, string? Secret);

internal sealed class CreateClientValidator : AbstractValidator<CreateClient>
{
    public CreateClientValidator()
    {
        RuleFor(x => x.Name).MustBeName();
        RuleFor(x => x.Scopes).NotEmpty().Must(s => s is null || s.All(Access.Scopes.All.Contains))
            .WithMessage($"Scopes are {string.Join(", ", Access.Scopes.All)}.");
    }
}

internal sealed class CreateClientHandler(LearningDb db, Caller caller, SecurityLog log, TimeProvider clock)
    : IRequestHandler<CreateClient, NewClient>
{
    public async Task<NewClient> Handle(CreateClient request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("make clients");
        if (request.AgencyId is { } agency && !await db.Agencies.AnyAsync(a => a.Id == agency, cancellationToken))
            throw new RuleException("client.agency.unknown", "There is no such agency.", RuleKind.Invalid);
        var scopes = Scopes.All.Where(request.Scopes.Contains).ToList();
        var (client, secret) = ApiClient.Make(request.Name.Trim(), request.AgencyId, scopes, caller.PersonId, clock.UtcNow());
        db.Add(client);
        await db.SaveChangesAsync(cancellationToken);
        log.ClientMade(client.Id, client.Scopes, caller.PersonId);
        return new(client.Id, client.Name, client.AgencyId, scopes, client.CreatedAt, secret);
    }
}
