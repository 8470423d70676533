using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Data.Entities;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.People;

/// <summary>
/// Ends a person's access for a while: sign-ins, streams, mailed links and the calendar end within seconds, and planned check-ins wait for
/// them. Doing it again changes nothing.
/// </summary>
/// <param name="Reason" example="On sick leave until further notice.">10 to 400 characters, for staff; without what identifies others.</param>
public sealed record SuspendPerson(string? Reason) : ICommand<PersonItem>, IEndsAccess
{
    [JsonIgnore]
    public Guid PersonId { get; init; }
}

/// <summary>
/// A person has left: their access ends, their active enrolments are withdrawn, and their roles in cohorts and agencies end. What they did
/// stays.
/// </summary>
/// <param name="Reason" example="The employment ended on 1 March.">10 to 400 characters, for staff; without what identifies others.</param>
public sealed record DismissPerson(string? Reason) : ICommand<PersonItem>, IEndsAccess
{
    [JsonIgnore]
    public Guid PersonId { get; init; }
}

/// <summary>
/// Gives a person access again, and their check-ins that still have time; roles and enrolments that ended are given anew. Doing it again
/// changes nothing.
/// </summary>
public sealed record RestorePerson(Guid PersonId) : ICommand<PersonItem>;

/// <summary>A request that ends somebody's access, with why.</summary>
internal interface IEndsAccess
{
    string? Reason { get; }
}

internal abstract class EndsAccessValidator<T> : AbstractValidator<T>
    where T : IEndsAccess
{
    protected EndsAccessValidator() => RuleFor(x => x.Reason).MustBeReason();
}

internal sealed class SuspendPersonValidator : EndsAccessValidator<SuspendPerson>;

internal sealed class DismissPersonValidator : EndsAccessValidator<DismissPerson>;

internal sealed class PersonAccessHandler(
    LearningDb db, DirectoryAccess directory, Caller caller, CallerCache known, IssuedAccess issued, SecurityLog log, PrivacyGate gate,
    IMediator mediator, TimeProvider clock)
    : IRequestHandler<SuspendPerson, PersonItem>, IRequestHandler<DismissPerson, PersonItem>, IRequestHandler<RestorePerson, PersonItem>
{
    public async Task<PersonItem> Handle(SuspendPerson request, CancellationToken cancellationToken)
    {
        var person = await LoadToEnd(request.PersonId, request.Reason!, cancellationToken);
        if (person.Status == PersonStatus.Active) await End(person, PersonStatus.Suspended, request.Reason!, cancellationToken);
        return await mediator.Send(new GetPerson(person.Id), cancellationToken);
    }

    public async Task<PersonItem> Handle(DismissPerson request, CancellationToken cancellationToken)
    {
        var person = await LoadToEnd(request.PersonId, request.Reason!, cancellationToken);
        if (person.Status != PersonStatus.Left)
        {
            var now = clock.UtcNow();
            foreach (var enrolment in await db.Enrolments.Where(e => e.PersonId == person.Id && e.Status == EnrolmentStatus.Active)
                .ToListAsync(cancellationToken)) enrolment.Withdraw(now);
            foreach (var cohort in await db.Cohorts.WithStaff().Where(c => c.Staff.Any(m => m.PersonId == person.Id))
                .ToListAsync(cancellationToken))
                cohort.ChangeStaff(Without(cohort, CohortRole.Instructor, person.Id), Without(cohort, CohortRole.Lead, person.Id),
                    hasLearners: true, caller.PersonId, now);
            db.RemoveRange(await db.AgencyMembers.Where(KnownRoles.IsInAgency).Where(m => m.PersonId == person.Id)
                .ToListAsync(cancellationToken));
            // Whoever appoints or dismisses a rater at this moment changes the person's row or this one: the later runs again.
            db.RemoveRange(await db.AgencyRaters.Where(r => r.PersonId == person.Id).ToListAsync(cancellationToken));
            await End(person, PersonStatus.Left, request.Reason!, cancellationToken);
        }

        return await mediator.Send(new GetPerson(person.Id), cancellationToken);
    }

    public async Task<PersonItem> Handle(RestorePerson request, CancellationToken cancellationToken)
    {
        var person = await directory.LoadToChange(request.PersonId, cancellationToken);
        if (person.Status != PersonStatus.Active)
        {
            var leftAt = person.Status == PersonStatus.Left ? person.EndedAt : null;
            person.RestoreAccess();
            await mediator.Publish(new DomainEventNotification<AccessRestored>(new(person, leftAt, clock.UtcNow())), cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            known.Forget(person.Id);
            log.AccessRestored(person.Id, caller.PersonId);
        }

        return await mediator.Send(new GetPerson(person.Id), cancellationToken);
    }

    private async Task<Person> LoadToEnd(Guid personId, string reason, CancellationToken ct)
    {
        var person = await directory.LoadToChange(personId, ct);
        if (person.Id == caller.PersonId)
            throw new RuleException("person.self", "Nobody ends their own access; another admin can.", RuleKind.Forbidden);
        // So the last programme admin is never shut out, and nobody loses such rights by the way.
        if (person.IsProgramAdmin)
            throw new RuleException("person.isAdmin", "This is a programme admin; end that first.", RuleKind.Conflict);
        gate.Pass([], confirmed: true, ReasonRules.Blocked, new FreeText("reason", reason));
        return person;
    }

    private async Task End(Person person, PersonStatus status, string reason, CancellationToken ct)
    {
        var now = clock.UtcNow();
        person.EndAccess(status, reason.NormalizeNfc(), now);
        await mediator.Publish(new DomainEventNotification<AccessEnded>(new(person, now)), ct);
        await issued.EndAsync(person.Id, keep: null, now, ct);
        log.AccessEnded(person.Id, EnumNames.NameOf(status), caller.PersonId);
    }

    private static List<Guid> Without(Cohort cohort, CohortRole role, Guid personId) =>
        [.. cohort.Staff.Where(m => m.Role == role && m.PersonId != personId).Select(m => m.PersonId)];
}
