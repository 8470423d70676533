using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Nudges;

namespace MiiWrap.Learning.Api.Features.Me;

/// <summary>The days on which the caller is away.</summary>
public sealed record GetLeave : IQuery<Leave>;

/// <summary>
/// The caller says when they are away, in place of what they said before: nothing is sent then, and planned check-ins move or are left out.
/// </summary>
/// <param name="Periods">At most 180 days in all.</param>
public sealed record SetLeave(IReadOnlyList<LeavePeriod> Periods) : ICommand<Leave>;

/// <summary>Away from the first to the last day, both included.</summary>
/// <param name="From" example="2027-07-05">The first day.</param>
/// <param name="Until" example="2027-07-16">The last day.</param>
public sealed record LeavePeriod(DateOnly? From, DateOnly? Until);

/// <summary>Periods of leave, in order; those that touch are one.</summary>
/// <param name="Periods">The times of absence, in order.</param>
public sealed record Leave(IReadOnlyList<LeavePeriod> Periods)
{
    internal static Leave Of(IReadOnlyList<DateOnly> days)
    {
        var periods = new List<LeavePeriod>();
        foreach (var day in days)
        {
            if (periods is [.., { } last] && last.Until!.Value.AddDays(1) == day) periods[^1] = last with { Until = day };
            else periods.Add(new(day, day));
        }

        return new(periods);
    }
}

internal sealed class SetLeaveValidator : AbstractValidator<SetLeave>
{
    // Together with an agency's closed days this leaves open days within the planner's horizon.
    private const int MostDays = 180;
    private static readonly DateOnly Earliest = new(2000, 1, 1);
    private static readonly DateOnly Latest = new(2200, 1, 1);

    public SetLeaveValidator()
    {
        RuleFor(x => x.Periods).Cascade(CascadeMode.Stop).NotNull()
            .Must(p => p.All(x => x is { From: not null, Until: not null } && x.From <= x.Until && x.From >= Earliest && x.Until <= Latest))
            .WithMessage("Each period needs from and until, in this order, between 2000-01-01 and 2200-01-01.")
            .Must(p => p.Sum(x => (long)x.Until!.Value.DayNumber - x.From!.Value.DayNumber + 1) <= MostDays)
            .WithMessage($"At most {MostDays} days in all.");
    }
}

internal sealed class LeaveHandler(LearningDb db, Caller caller, IMediator mediator, TimeProvider clock)
    : IRequestHandler<GetLeave, Leave>, IRequestHandler<SetLeave, Leave>
{
    public async Task<Leave> Handle(GetLeave request, CancellationToken cancellationToken) =>
        Leave.Of(await db.Users.Where(p => p.Id == caller.PersonId).Select(p => p.LeaveDays).SingleAsync(cancellationToken));

    public async Task<Leave> Handle(SetLeave request, CancellationToken cancellationToken)
    {
        var person = await db.Users.SingleAsync(p => p.Id == caller.PersonId, cancellationToken);
        person.LeaveDays = [.. request.Periods.SelectMany(DaysOf).Distinct().Order()];
        await mediator
            .Publish(new DomainEventNotification<CalendarChanged>(new([person.Id], "the learner changed their leave", clock.UtcNow())),
                cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return Leave.Of(person.LeaveDays);
    }

    private static IEnumerable<DateOnly> DaysOf(LeavePeriod period)
    {
        for (var day = period.From!.Value; day <= period.Until; day = day.AddDays(1)) yield return day;
    }
}
