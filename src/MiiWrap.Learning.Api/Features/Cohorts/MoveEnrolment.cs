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

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>
/// Whoever leads both cohorts moves a learner to another one of the same version of the same curriculum, with all that they have done:
/// units, reflections, check-ins and follow-ups. Their agency and their side of a comparison stay; what transfer has been counted stays
/// where it was, and what is yet to be counted will be counted in the other cohort.
/// </summary>
/// <param name="CohortId">The cohort in which the learner goes on.</param>
public sealed record MoveEnrolment(Guid? CohortId) : ICommand<MovedEnrolment>
{
    [JsonIgnore]
    public Guid EnrolmentId { get; init; }
}

/// <summary>An enrolment with the cohort that it is in.</summary>
/// <param name="MovedAt">When the learner came there from another one.</param>
public sealed record MovedEnrolment(Guid Id, Guid CohortId, DateTime? MovedAt);

internal sealed class MoveEnrolmentValidator : AbstractValidator<MoveEnrolment>
{
    public MoveEnrolmentValidator() => RuleFor(x => x.CohortId).NotEmpty();
}

internal sealed class MoveEnrolmentHandler(LearningDb db, Caller caller, TimeProvider clock)
    : IRequestHandler<MoveEnrolment, MovedEnrolment>
{
    public async Task<MovedEnrolment> Handle(MoveEnrolment request, CancellationToken cancellationToken)
    {
        var enrolment = await db.LedEnrolment(request.EnrolmentId, caller, cancellationToken);
        var target = request.CohortId!.Value;
        if (target != enrolment.CohortId)
        {
            enrolment.MustBeAnothers(caller);
            var person = await db.Users.SingleAsync(p => p.Id == enrolment.PersonId, cancellationToken);
            // Nobody could tell them who reads what they write from now on.
            if (person.Status != PersonStatus.Active)
                throw new RuleException("person.suspended", "This learner has no access; give it back first.");
            // Whoever ends their access meanwhile changes this row too: the later of the two runs again.
            db.Touch(person);
            var (from, to) = await Cohorts(enrolment.CohortId, target, cancellationToken);
            if (await db.Enrolments.AnyAsync(e => e.CohortId == target && e.PersonId == enrolment.PersonId, cancellationToken))
                throw new RuleException("enrolment.exists", "This learner is enrolled in the other cohort already, or was.");
            enrolment.MoveTo(from, to, caller.PersonId, clock.UtcNow());
            // Whoever closes or upgrades one of them meanwhile changes these rows too: the later of the two runs again.
            db.Touch(from, to);
            await db.SaveChangesAsync(cancellationToken);
        }

        return new(enrolment.Id, enrolment.CohortId, enrolment.MovedAt);
    }

    private async Task<(Cohort From, Cohort To)> Cohorts(Guid fromId, Guid toId, CancellationToken ct)
    {
        if (!await db.Cohorts.SeenBy(caller, db).AnyAsync(c => c.Id == toId, ct))
            throw new RuleException("cohort.unknown", "There is no such cohort.", RuleKind.Invalid);
        (await db.AccessTo(toId, caller, ct)).MustLead();
        var from = await db.Cohorts.WithStaff().Where(c => c.Id == fromId).SingleOrUnreadableAsync(fromId, ct);
        var to = await db.Cohorts.WithStaff().Where(c => c.Id == toId).SingleOrUnreadableAsync(toId, ct);
        // Else an admin could bring to themselves whom they may not read, or who instructs to where they lead and read all.
        if (to.GivesMoreThan(from, caller.PersonId))
            throw new RuleException("enrolment.move.self",
                "Nobody moves a learner to themselves; a lead of both cohorts can, or another programme admin.", RuleKind.Forbidden);
        return (from, to);
    }
}
