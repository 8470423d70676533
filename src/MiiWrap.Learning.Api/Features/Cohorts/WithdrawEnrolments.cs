using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Enrolments;

namespace MiiWrap.Learning.Api.Features.Cohorts;

/// <summary>
/// A lead ends many enrolments of a cohort at once; each gets a result of its own, and those that can be ended are, whatever the others
/// are. Sent again after an error it goes on where it ended.
/// </summary>
/// <param name="EnrolmentIds">1 to 1,000 of them.</param>
public sealed record WithdrawEnrolments(IReadOnlyList<Guid> EnrolmentIds) : ICommand<WithdrawalResults>
{
    [JsonIgnore]
    public Guid CohortId { get; init; }
}

/// <summary>What became of an enrolment.</summary>
public enum WithdrawalResult
{
    Withdrawn,
    Existing,
    Invalid,
}

/// <summary>The results, a row each, in the order in which they were sent.</summary>
/// <param name="Rows">One for each enrolment, in the order in which they were sent.</param>
public sealed record WithdrawalResults(IReadOnlyList<WithdrawalRow> Rows);

/// <summary>What became of one enrolment.</summary>
/// <param name="Result">withdrawn: it has ended now; existing: it had been withdrawn before; invalid: nothing was done.</param>
/// <param name="Reason" example="enrolment.completed">
/// The code of why nothing was done: enrolment.notFound where the cohort has no such enrolment that the caller may follow, row.unreadable
/// where something stored of the learner is damaged.
/// </param>
/// <param name="EndedAt">When it ended; null when it has not.</param>
public sealed record WithdrawalRow(Guid EnrolmentId, WithdrawalResult Result, string? Reason, DateTime? EndedAt);

internal sealed class WithdrawEnrolmentsValidator : AbstractValidator<WithdrawEnrolments>
{
    private const int Most = EnrolLearnersValidator.MostRows;

    public WithdrawEnrolmentsValidator() =>
        RuleFor(x => x.EnrolmentIds).NotEmpty().Must(ids => ids is null || ids.Count <= Most)
            .WithMessage($"At most {Most:N0} enrolments are ended at once.");
}

internal sealed class WithdrawEnrolmentsHandler(LearningDb db, Caller caller, TimeProvider clock, ILogger<WithdrawEnrolments> log)
    : IRequestHandler<WithdrawEnrolments, WithdrawalResults>
{
    // Each departure plans its learner's other check-ins anew, and what it looks through grows with all that is tracked.
    private const int AtATime = 50;

    public async Task<WithdrawalResults> Handle(WithdrawEnrolments request, CancellationToken cancellationToken)
    {
        (await db.AccessTo(request.CohortId, caller, cancellationToken)).MustLead();
        var now = clock.UtcNow();
        var rows = new List<WithdrawalRow>(request.EnrolmentIds.Count);
        foreach (var ids in request.EnrolmentIds.Chunk(AtATime))
            rows.AddRange(await ids.DoReadableAsync(
                some => db.RetryLostRacesAsync(() => Withdraw(request.CohortId, some, now, cancellationToken)), Unreadable));
        return new(rows);
    }

    private WithdrawalRow Unreadable(Guid id, Exception e)
    {
        log.LogError(e, "Enrolment {EnrolmentId} is not ended: it or something of its learner cannot be read", id);
        return new(id, WithdrawalResult.Invalid, UnreadableRowException.Code, null);
    }

    private async Task<List<WithdrawalRow>> Withdraw(Guid cohortId, Guid[] ids, DateTime now, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        var enrolments = await db.Enrolments.FollowedBy(caller, db).Where(e => e.CohortId == cohortId && ids.Contains(e.Id))
            .ToDictionaryAsync(e => e.Id, ct);
        var rows = ids.Select(id => Withdraw(id, enrolments.GetValueOrDefault(id), now)).ToList();
        await db.SaveChangesAsync(ct);
        return rows;
    }

    private static WithdrawalRow Withdraw(Guid id, Enrolment? enrolment, DateTime now)
    {
        if (enrolment is null) return new(id, WithdrawalResult.Invalid, "enrolment.notFound", null);
        if (enrolment.Status == EnrolmentStatus.Withdrawn) return new(id, WithdrawalResult.Existing, null, enrolment.EndedAt);
        try
        {
            enrolment.Withdraw(now);
            return new(id, WithdrawalResult.Withdrawn, null, enrolment.EndedAt);
        }
        catch (RuleException refusal)
        {
            return new(id, WithdrawalResult.Invalid, refusal.Code, null);
        }
    }
}
