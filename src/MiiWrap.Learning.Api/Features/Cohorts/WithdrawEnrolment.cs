using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>
/// A lead ends a learner's enrolment: nothing more is asked of them, and what they did stays. Doing it again changes nothing.
/// </summary>
public sealed record WithdrawEnrolment(Guid EnrolmentId) : ICommand<EndedEnrolment>;

/// <summary>An enrolment that has ended.</summary>
/// <param name="EndedAt">When it ended.</param>
public sealed record EndedEnrolment(Guid Id, EnrolmentStatus Status, DateTime? EndedAt);

internal sealed class WithdrawEnrolmentHandler(LearningDb db, Caller caller, TimeProvider clock)
    : IRequestHandler<WithdrawEnrolment, EndedEnrolment>
{
    public async Task<EndedEnrolment> Handle(WithdrawEnrolment request, CancellationToken cancellationToken)
    {
        var enrolment = await db.LedEnrolment(request.EnrolmentId, caller, cancellationToken);
        enrolment.Withdraw(clock.UtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return new(enrolment.Id, enrolment.Status, enrolment.EndedAt);
    }
}

internal static class LedEnrolments
{
    /// <summary>
    /// An enrolment for a lead of its cohort: hidden from those who may not follow it, refused to those who may only look.
    /// </summary>
    public static async Task<Enrolment> LedEnrolment(this LearningDb db, Guid enrolmentId, Caller caller, CancellationToken ct)
    {
        var enrolment = await db.Enrolments.FollowedBy(caller, db).SingleOrDefaultAsync(e => e.Id == enrolmentId, ct)
            ?? throw new NotFoundException("enrolment");
        (await db.AccessTo(enrolment.CohortId, caller, ct)).MustLead();
        return enrolment;
    }

    /// <summary>
    /// Who leads may learn too. What opens to a learner before its time, and where their learning is counted, nobody decides for
    /// themselves; leaving is everybody's own.
    /// </summary>
    public static void MustBeAnothers(this Enrolment enrolment, Caller caller)
    {
        if (enrolment.PersonId == caller.PersonId) throw OfOwn();
    }

    public static RuleException OfOwn() => new(
        "enrolment.own", "This is your own enrolment; another lead or a programme admin does this.", RuleKind.Forbidden);
}
