using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// A person makes a new address theirs by the link that was mailed there, and by what proves that the account is theirs: its password, or
/// an access token of their own. Every sign-in under the old one ends.
/// </summary>
/// <param name="Token" example="q7l0yR0d5p1o3Zs9vB2mWc8xK4nT6uJ-hEfGiLaPbQk">The token of the link in the mail.</param>
/// <param name="Password" example="learn-and-practise-1">
/// The account's password as it is, judged as at a sign-in; not needed with an access token of this very person, who may have none here.
/// </param>
public sealed record ConfirmAddress(string Token, [property: JsonConverter(typeof(TextAsSent))] string? Password = null) : ICommand<Unit>;

internal sealed class ConfirmAddressValidator : AbstractValidator<ConfirmAddress>
{
    public ConfirmAddressValidator()
    {
        RuleFor(x => x.Token).NotEmpty().MaximumLength(AddressLinks.LongestToken);
        RuleFor(x => x.Password).MaximumLength(SignInValidator.LongestTyped);
    }
}

internal sealed class ConfirmAddressHandler(
    LearningDb db, ILookupNormalizer normalizer, CurrentPassword current, Caller caller, IssuedAccess issued, SecurityLog log,
    TimeProvider clock) : IRequestHandler<ConfirmAddress, Unit>
{
    public async Task<Unit> Handle(ConfirmAddress request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        // Unknown, used, expired and overtaken by another wish are answered alike: whoever guesses learns nothing.
        if (await db.FindAddressLink(request.Token, now, cancellationToken) is not ({ } token, { } person))
            throw new RuleException("address.invalid", "This link has been used or its time is over; ask for a new one.", RuleKind.Invalid);
        // Whoever asked for the new address may well have its mail, and must not become this person by it.
        var isOwnSignIn = caller.PersonId == person.Id && caller.FrontEndScopes is null;
        if (!isOwnSignIn) await MustKnowPassword(person, request.Password, cancellationToken);
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

    private async Task MustKnowPassword(Person person, string? password, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(password))
        {
            const string Missing =
                "The link alone does not prove whose account this is: send its password too, or an access token of this person.";
            throw new RuleException("address.unproven", Missing, RuleKind.Invalid)
                .With("errors", new Dictionary<string, string[]> { ["password"] = [Missing] });
        }

        if (!await current.Is(person, password, warns: true, ct))
            throw new NotSignedInException("auth.failed", "This is not the password of the account.");
    }
}

internal static class AddressLinks
{
    public const int LongestToken = 100;

    /// <summary>The good token of a link to a new address, and whose it is to become.</summary>
    public static async Task<(AccountToken Token, Person Person)?> FindAddressLink(
        this LearningDb db, string token, DateTime now, CancellationToken ct)
    {
        var hash = AccountToken.HashOf(token);
        return await db.AccountTokens.SingleOrDefaultAsync(t => t.Hash == hash && t.Purpose == MailKind.AddressConfirmation, ct) is { } link
            && link.IsGood(now)
            && await db.Users.SingleOrDefaultAsync(
                p => p.Id == link.PersonId && p.NewEmail == link.Address && p.Status == PersonStatus.Active, ct) is { } person
            ? (link, person)
            : null;
    }
}
