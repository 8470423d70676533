using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Messaging;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>A request of whoever holds a mailed token to choose a password.</summary>
internal interface IPasswordByToken
{
    string Token { get; }

    string Password { get; }
}

internal abstract class PasswordByTokenValidator<T> : AbstractValidator<T>
    where T : IPasswordByToken
{
    protected PasswordByTokenValidator()
    {
        RuleFor(x => x.Token).NotEmpty().MaximumLength(100);
        RuleFor(x => x.Password).MustBePassword();
    }
}

/// <summary>Sets the password that the holder of a mailed token chooses.</summary>
internal sealed class PasswordSetter(
    LearningDb db, IPasswordHasher<Person> hasher, IssuedAccess issued, SecurityLog log, TimeProvider clock)
{
    /// <param name="code">What a token that is good for nothing is refused with.</param>
    public async Task<Unit> Set(IPasswordByToken request, MailKind purpose, string code, CancellationToken ct)
    {
        var now = clock.UtcNow();
        var hash = AccountToken.HashOf(request.Token);
        // Unknown, used and expired are answered alike: whoever guesses learns nothing.
        if (await db.AccountTokens.SingleOrDefaultAsync(t => t.Hash == hash && t.Purpose == purpose, ct) is not { } token
            || !token.IsGood(now)
            || await db.Users.SingleOrDefaultAsync(p => p.Id == token.PersonId && p.Status == PersonStatus.Active, ct) is not { } person)
            throw new RuleException(code, "This link has been used or its time is over; ask for a new one.", RuleKind.Invalid);

        var password = PreparedPassword.Of(request.Password);
        PasswordRules.Check(password, person.Email!);
        person.ChoosePassword(hasher.HashPassword(person, password));
        // Said of this one by name: of two who come at once, the second has read a row that the first has changed, and begins anew.
        token.Use(now);
        await issued.EndAsync(person.Id, keep: null, now, ct);
        log.PasswordChosen(person.Id, purpose == MailKind.Invitation ? "invitation" : "reset");
        return Unit.Value;
    }

    /// <summary>
    /// Sets another password for somebody who has one. Their stamp stays, so that the sign-in by which they did it goes on; the others end
    /// with their rows.
    /// </summary>
    public async Task Change(Person person, string typed, Guid? keep, CancellationToken ct)
    {
        var password = PreparedPassword.Of(typed);
        PasswordRules.Check(password, person.Email!, "new");
        person.PasswordHash = hasher.HashPassword(person, password);
        await issued.EndAsync(person.Id, keep, clock.UtcNow(), ct);
        log.PasswordChosen(person.Id, "change");
    }
}
