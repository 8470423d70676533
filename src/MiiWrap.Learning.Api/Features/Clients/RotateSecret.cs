using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.Clients;

/// <summary>
/// A programme admin gives a client a new secret; the present one stays good for a while beside it, and the one before that ends at once.
/// </summary>
/// <param name="OverlapHours" example="24">0 to 720; 24 when not given.</param>
public sealed record RotateSecret(int? OverlapHours) : ICommand<RotatedSecret>
{
    public const int MostHours = 720;

    [JsonIgnore]
    public Guid ClientId { get; init; }
}

/// <summary>The new secret, shown once.</summary>
/// <param name="Secret" example="mwl_kIYxVrJ0Xk3nYb1P7mN2cQ5wZ8tR4uEoGhLjSaDfVqA">
/// A repetition of the request under its key is answered without it.
/// </param>
/// <param name="OldSecretUntil">Until then the secret before this one is good too.</param>
public sealed record RotatedSecret(Guid Id, string? Secret, DateTime? OldSecretUntil);

internal sealed class RotateSecretValidator : AbstractValidator<RotateSecret>
{
    public RotateSecretValidator() =>
        RuleFor(x => x.OverlapHours).Must(h => h is null or (>= 0 and <= RotateSecret.MostHours))
            .WithMessage($"The overlap is 0 to {RotateSecret.MostHours} hours.");
}

internal sealed class RotateSecretHandler(LearningDb db, Caller caller, SecurityLog log, TimeProvider clock)
    : IRequestHandler<RotateSecret, RotatedSecret>
{
    private const int UsualHours = 24;

    public async Task<RotatedSecret> Handle(RotateSecret request, CancellationToken cancellationToken)
    {
        caller.MustBeProgramAdmin("give clients new secrets");
        var client = await db.Clients.SingleOrDefaultAsync(c => c.Id == request.ClientId && c.EndedAt == null, cancellationToken)
            ?? throw new NotFoundException("client");
        if (client.IsForPeople)
            throw new RuleException("client.secret.none", "A front end keeps no secret: it proves each sign-in by PKCE.", RuleKind.Conflict);
        var secret = client.Rotate(TimeSpan.FromHours(request.OverlapHours ?? UsualHours), clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        log.ClientSecretRenewed(client.Id, caller.PersonId);
        return new(client.Id, secret, client.OldSecretUntil);
    }
}
