using System.Globalization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Reflections;

namespace MiiWrap.Learning.Api.Features.Reviews;

/// <summary>
/// The reflections of the caller's cohorts, the longest waiting first, each by its latest revision; without a status those that are still
/// to be reviewed. What learners who have left handed in waits for nobody.
/// </summary>
/// <param name="Cohort">Only those of this cohort.</param>
/// <param name="Status" example="awaiting">Only those of this status.</param>
/// <param name="OlderThan" example="5">Only those that have waited longer than this many working days.</param>
/// <param name="Enrolment">Only those of this learner, by their enrolment.</param>
/// <param name="Unit" example="1.4-coaching-agreement">Only those of this unit, by its slug.</param>
/// <param name="Mine" example="true">
/// true: those that the caller has claimed, or has handed in a review of and talks about; false: all others.
/// </param>
/// <param name="Overdue" example="true">true: those that have waited for seven working days or more; false: all others.</param>
public sealed record ListReviewQueue(
    Guid? Cohort, string? Status, string? OlderThan, Guid? Enrolment, string? Unit, bool? Mine, bool? Overdue, string? Limit,
    string? Cursor)
    : IQuery<Page<ReviewQueueItem>>, IPaged;

/// <summary>Where a revision stands for its reviewers.</summary>
public enum ReviewQueueStatus
{
    Awaiting,
    Claimed,
    Revise,
    Accepted,
}

/// <summary>One reflection in the queue; its text is not here.</summary>
/// <param name="Version">The revision's number.</param>
/// <param name="AgeDays">Working days since it was handed in, by the caller's own calendar.</param>
/// <param name="Wait">late from five working days on, overdue from seven.</param>
/// <param name="ConversationOpen">Its two reviewers are far apart and are to talk.</param>
public sealed record ReviewQueueItem(
    Guid RevisionId, Guid EnrolmentId, QueuePerson Learner, Guid CohortId, string Unit, string Assignment, int Version,
    DateTime SubmittedAt, int AgeDays, ReviewWait Wait,
    ReviewQueueStatus Status, QueuePerson? ClaimedBy, bool ConversationOpen);

/// <summary>A person as reviewers see them.</summary>
public sealed record QueuePerson(Guid Id, string Name);

internal sealed class ListReviewQueueValidator : AbstractValidator<ListReviewQueue>
{
    private const int MostDays = 366;

    public ListReviewQueueValidator()
    {
        this.RuleForPaging(byMoment: true);
        RuleFor(x => x.Status).MustBeOneOf<ListReviewQueue, ReviewQueueStatus>();
        RuleFor(x => x.Unit).MustBeSlug("slug of a unit");
        RuleFor(x => x.OlderThan)
            .Must(d => d is null || (int.TryParse(d, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= MostDays))
            .WithMessage($"This must be a number of working days from 0 to {MostDays}.");
    }
}

internal sealed class ListReviewQueueHandler(LearningDb db, Caller caller, TimeProvider clock, ILogger<ListReviewQueue> log)
    : IRequestHandler<ListReviewQueue, Page<ReviewQueueItem>>
{
    public async Task<Page<ReviewQueueItem>> Handle(ListReviewQueue request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var me = caller.PersonId;
        if (request.Cohort is { } cohort && !await db.Cohorts.TaughtBy(caller).AnyAsync(c => c.Id == cohort, cancellationToken))
            throw new NotFoundException("cohort");
        var zone = Zones.Find(await db.Users.Where(p => p.Id == me).Select(p => p.TimeZone).SingleAsync(cancellationToken));
        var today = Zones.LocalDate(now, zone);

        // Nobody reviews their own work, or that of learners of an agency to which they belong: so it is not in their queue either.
        var colleagues = db.LearnersOfOwnAgencies(caller);
        var reflections = db.Reflections
            .Where(r => r.LatestRevisionId != null && r.PersonId != me && !colleagues.Contains(r.PersonId));
        if (!caller.IsProgramAdmin)
            reflections = reflections.Where(r => db.CohortMembers.Any(m => m.CohortId == r.CohortId && m.PersonId == me));
        if (request.Cohort is { } only) reflections = reflections.Where(r => r.CohortId == only);
        if (request.Enrolment is { } enrolment) reflections = reflections.Where(r => r.EnrolmentId == enrolment);
        if (request.Unit is { } unit) reflections = reflections.Where(r => r.Assignment == unit);
        if (request.OlderThan is { } text)
        {
            var before = EndOfOlderThan(int.Parse(text, CultureInfo.InvariantCulture));
            reflections = reflections.Where(r => r.SubmittedAt < before);
        }

        if (request.Overdue is { } overdue)
        {
            var before = EndOfOlderThan(ReviewAge.OverdueDays - 1);
            reflections = overdue ? reflections.Where(r => r.SubmittedAt < before) : reflections.Where(r => r.SubmittedAt >= before);
        }

        if (request.Mine is { } mine)
        {
            var own = db.Reviews.Where(v => v.ReviewerId == me && (v.HandedInAt != null || v.LeaseUntil > now));
            reflections = mine
                ? reflections.Where(r => own.Any(v => v.RevisionId == r.LatestRevisionId))
                : reflections.Where(r => !own.Any(v => v.RevisionId == r.LatestRevisionId));
        }

        var present = db.Enrolments.OfPresent(db);
        var rows = reflections.Select(r => new
        {
            Reflection = r,
            Revision = r.LatestRevisionId!.Value,
            At = r.SubmittedAt!.Value,
            IsOpen = r.PurgedAt == null && (r.Status == ReflectionStatus.Submitted || r.Status == ReflectionStatus.InReview)
                && present.Any(e => e.Id == r.EnrolmentId),
            // Where two people read, it waits for the second until two have it.
            IsFree = db.Reviews.Count(v => v.RevisionId == r.LatestRevisionId && (v.HandedInAt != null || v.LeaseUntil > now)) < r.Reviewers
                && !db.Reviews.Any(v => v.RevisionId == r.LatestRevisionId && v.ReviewerId == me
                    && (v.HandedInAt != null || v.LeaseUntil > now)),
        });
        rows = EnumNames.TryParse<ReviewQueueStatus>(request.Status, out var status) ? status switch
        {
            ReviewQueueStatus.Awaiting => rows.Where(r => r.IsOpen && r.IsFree),
            ReviewQueueStatus.Claimed => rows.Where(r => r.IsOpen && !r.IsFree),
            ReviewQueueStatus.Revise => rows.Where(r => r.Reflection.Status == ReflectionStatus.Revise
                && present.Any(e => e.Id == r.Reflection.EnrolmentId)),
            _ => rows.Where(r => r.Reflection.Status == ReflectionStatus.Accepted),
        } : rows.Where(r => r.IsOpen);

        var found = await rows.LoadReadablePageAsync(
            r => r.Reflection.Id, some => some.PageBy(request, r => r.At, r => r.Revision), some => some.Select(r => new
        {
            Row = r,
            // A value by itself, and then its name: for a row of both SQLite goes through every review there is.
            HolderId = db.Reviews.Where(v => v.RevisionId == r.Revision && v.HandedInAt == null && v.LeaseUntil > now)
                .OrderBy(v => v.LeaseUntil)
                .Select(v => (Guid?)v.ReviewerId).FirstOrDefault(),
        }).Select(r => new
        {
            r.Row.Revision,
            r.Row.At,
            r.Row.IsFree,
            r.Row.Reflection.EnrolmentId,
            r.Row.Reflection.PersonId,
            r.Row.Reflection.CohortId,
            r.Row.Reflection.Assignment,
            r.Row.Reflection.LatestNumber,
            r.Row.Reflection.Status,
            IsInTalk = r.Row.Reflection.ConversationSince != null,
            Learner = db.Enrolments.Where(e => e.Id == r.Row.Reflection.EnrolmentId).Select(e => e.LearnerName).First(),
            r.HolderId,
            Holder = db.Users.Where(p => p.Id == r.HolderId).Select(p => p.Name).FirstOrDefault(),
        }).ToListAsync(cancellationToken), log.LeavesOut("reflection"), cancellationToken);

        var page = found.ToPage(request, r => (Paging.KeyOf(r.At), r.Revision));
        return new([.. page.Items.Select(r =>
        {
            var age = ReviewAge.Of(Zones.LocalDate(r.At, zone), today);
            var its = r.Status switch
            {
                ReflectionStatus.Revise => ReviewQueueStatus.Revise,
                ReflectionStatus.Accepted => ReviewQueueStatus.Accepted,
                _ => r.IsFree ? ReviewQueueStatus.Awaiting : ReviewQueueStatus.Claimed,
            };
            return new ReviewQueueItem(
                r.Revision, r.EnrolmentId, new(r.PersonId, r.Learner), r.CohortId, r.Assignment, r.Assignment, r.LatestNumber, r.At, age,
                ReviewAge.WaitOf(age), its,
                r.HolderId is { } holder ? new(holder, r.Holder!) : null, r.IsInTalk);
        })], page.Next);

        DateTime EndOfOlderThan(int workingDays) =>
            Zones.ToUtc(ReviewAge.LastOlderThan(workingDays, today).AddDays(1).ToDateTime(TimeOnly.MinValue), zone);
    }
}
