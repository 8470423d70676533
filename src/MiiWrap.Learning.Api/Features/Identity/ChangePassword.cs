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

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>
/// A person who knows their password chooses another: every sign-in of theirs but this one ends within seconds, and so do links that were
/// mailed to them.
/// </summary>
/// <param name="Current" example="learn-and-practise-1">The password as it is.</param>
/// <param name="New" example="three quiet herons">
/// 12 to 128 characters of any kind; not one's own address, and none of the commonest passwords.
/// </param>
public sealed record ChangePassword(
    [property: JsonConverter(typeof(TextAsSent))] string Current, [property: JsonConverter(typeof(TextAsSent))] string New)
    : ICommand<Unit>;

internal sealed class ChangePasswordValidator : AbstractValidator<ChangePassword>
{
    public ChangePasswordValidator()
    {
        RuleFor(x => x.Current).NotEmpty().MaximumLength(SignInValidator.LongestTyped);
        RuleFor(x => x.New).MustBePassword();
    }
}

internal sealed class ChangePasswordHandler(
    LearningDb db, IPasswordHasher<Person> hasher, PasswordSetter passwords, SignInThrottle throttle, Caller caller, SecurityLog log,
    TimeProvider clock) : IRequestHandler<ChangePassword, Unit>
{
    public async Task<Unit> Handle(ChangePassword request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var person = await db.Users.SingleAsync(p => p.Id == caller.PersonId, cancellationToken);
        if (person.PasswordHash is null)
            throw new RuleException("password.none", "You have no password here; \"forgotten password\" gives you one.");
        // Whoever found an unlocked device guesses no faster here than at the sign-in, and both are counted together.
        var counters = throttle.OfElsewhere(person.NormalizedEmail!, person.SecurityStamp);
        var failures = await throttle.Read(counters, now, cancellationToken);
        var wait = SignInThrottle.Wait(counters, failures, now);
        if (wait > TimeSpan.Zero) throw throttle.Refused(person.NormalizedEmail!, person.Id, wait);
        if (!hasher.IsPassword(person, person.PasswordHash, request.Current, out _))
        {
            await throttle.Count(counters, now, cancellationToken);
            log.SignInFailed(person.NormalizedEmail!, person.Id, false);
            const string Wrong = "This is not your present password.";
            throw new RuleException("password.current.wrong", Wrong, RuleKind.Invalid)
                .With("errors", new Dictionary<string, string[]> { ["current"] = [Wrong] });
        }

        await passwords.Change(person, request.New, caller.SessionId, cancellationToken);
        await throttle.Forget(counters[0], cancellationToken);
        return Unit.Value;
    }
}
