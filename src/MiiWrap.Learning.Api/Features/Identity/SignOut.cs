using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;

namespace MiiWrap.Learning.Api.Features.Identity;

/// <summary>A person signs out everywhere: no access or refresh token that they hold works any more.</summary>
public sealed record SignOut : ICommand<Unit>;

internal sealed class SignOutHandler(LearningDb db, UserManager<Person> people, CallerCache known, Caller caller, SecurityLog log)
    : IRequestHandler<SignOut, Unit>
{
    public async Task<Unit> Handle(SignOut request, CancellationToken cancellationToken)
    {
        var person = await people.FindByIdAsync(caller.PersonId.ToString()) ?? throw new NotFoundException("person");
        await db.Sessions.Where(s => s.PersonId == person.Id).ExecuteDeleteAsync(cancellationToken);
        if (!(await people.UpdateSecurityStampAsync(person)).Succeeded)
            throw new DbUpdateConcurrencyException("The person's row was changed meanwhile.");
        known.Forget(person.Id);
        log.SignedOut(person.Id);
        return Unit.Value;
    }
}
