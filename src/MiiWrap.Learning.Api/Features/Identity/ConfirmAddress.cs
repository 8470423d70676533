using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>Whoever has the mail that was sent to a new address makes it theirs; every sign-in under the old one ends.</summary>
/// <param name="Token" example="q7l0yR0d5p1o3Zs9vB2mWc8xK4nT6uJ-hEfGiLaPbQk">The token of the link in the mail.</param>
public sealed record ConfirmAddress(string Token) : ICommand<Unit>;

internal sealed class ConfirmAddressValidator : AbstractValidator<ConfirmAddress>
{
    public ConfirmAddressValidator() => RuleFor(x => x.Token).NotEmpty().MaximumLength(100);
}

internal sealed class ConfirmAddressHandler(
    LearningDb db, ILookupNormalizer normalizer, IssuedAccess issued, SecurityLog log, TimeProvider clock)
    : IRequestHandler<ConfirmAddress, Unit>
{
    public async Task<Unit> Handle(ConfirmAddress request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var hash = AccountToken.HashOf(request.Token);
        // Unknown, used, expired and overtaken by another wish are answered alike: whoever guesses learns nothing.
        if (await db.AccountTokens.SingleOrDefaultAsync(
                t => t.Hash == hash && t.Purpose == MailKind.AddressConfirmation, cancellationToken) is not { } token
            || !token.IsGood(now)
            || await db.Users.SingleOrDefaultAsync(p => p.Id == token.PersonId && p.NewEmail == token.Address
                && p.Status == PersonStatus.Active, cancellationToken) is not { } person)
            throw new RuleException("address.invalid", "This link has been used or its time is over; ask for a new one.", RuleKind.Invalid);
        var address = normalizer.NormalizeEmail(person.NewEmail!);
        // Two who confirm the same address at once meet at its unique key: the loser runs again and finds it taken.
        if (await db.Users.AnyAsync(p => p.NormalizedEmail == address && p.Id != person.Id, cancellationToken))
            throw new RuleException("address.taken", "This address belongs to another account here already.", RuleKind.Invalid);
        person.ConfirmAddress(address);
        token.Use(now);
        await issued.EndAsync(person.Id, keep: null, now, cancellationToken);
        log.AddressConfirmed(person.Id);
        return Unit.Value;
    }
}
