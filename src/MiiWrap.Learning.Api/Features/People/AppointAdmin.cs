using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;

namespace MiiWrap.Learning.Api.Features.People;

/// <summary>A programme admin makes another person one too; doing it again changes nothing.</summary>
public sealed record AppointAdmin(Guid PersonId) : ICommand<Unit>;

/// <summary>A programme admin ends that another person is one: never the last, and never themselves.</summary>
public sealed record RemoveAdmin(Guid PersonId) : ICommand<Unit>;

internal sealed class ProgramAdminsHandler(LearningDb db, Caller caller, CallerCache known)
    : IRequestHandler<AppointAdmin, Unit>, IRequestHandler<RemoveAdmin, Unit>
{
    public async Task<Unit> Handle(AppointAdmin request, CancellationToken cancellationToken)
    {
        var person = await Load(request.PersonId, cancellationToken);
        person.MustHaveAccess();
        person.IsProgramAdmin = true;
        await db.SaveChangesAsync(cancellationToken);
        known.Forget(person.Id);
        return Unit.Value;
    }

    public async Task<Unit> Handle(RemoveAdmin request, CancellationToken cancellationToken)
    {
        var person = await Load(request.PersonId, cancellationToken);
        if (person.Id == caller.PersonId)
            throw new RuleException("admin.self", "Nobody ends their own rights; another programme admin can.", RuleKind.Forbidden);
        // Read anew, and a part of the save by its version: of two who end one another at once, one is refused, and so an admin is left.
        var me = await db.Users.SingleAsync(p => p.Id == caller.PersonId, cancellationToken);
        if (!me.IsProgramAdmin)
            throw new RuleException("role.required", "Only a programme admin may say who administers the programme.", RuleKind.Forbidden);
        db.Touch(me);
        person.IsProgramAdmin = false;
        await db.SaveChangesAsync(cancellationToken);
        known.Forget(request.PersonId);
        return Unit.Value;
    }

    private async Task<Person> Load(Guid personId, CancellationToken ct)
    {
        caller.MustBeProgramAdmin("say who administers the programme");
        return await db.Users.SingleOrDefaultAsync(p => p.Id == personId && p.NormalizedEmail != null, ct)
            ?? throw new NotFoundException("person");
    }
}
