using System.Linq.Expressions;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using MiiWrap.Learning.Api.Access;
using MiiWrap.Learning.Api.Content;
using MiiWrap.Learning.Api.Data;
using MiiWrap.Learning.Api.Http;
using MiiWrap.Learning.Api.Requests;
using MiiWrap.Learning.Domain.Cohorts;
using MiiWrap.Learning.Domain.Common;
using MiiWrap.Learning.Domain.Curricula;
using MiiWrap.Learning.Domain.Enrolments;
using MiiWrap.Learning.Domain.Reflections;
using MiiWrap.Learning.Domain.Transfer;

namespace MiiWrap.Learning.Api.Features.Progress;

/// <summary>A cohort's progress: a summary, and its learners by name. Supervisors see their own agency's learners alone.</summary>
/// <param name="Status" example="behind">Only learners of this status.</param>
/// <param name="Sort" example="name">name is the one order there is.</param>
public sealed record GetCohortProgress(Guid CohortId, string? Status, string? Sort, string? Limit, string? Cursor)
    : IQuery<CohortProgress>, IPaged;

/// <summary>A page of learners with the cohort's summary.</summary>
public sealed record CohortProgress(ProgressSummary Summary, IReadOnlyList<LearnerProgress> Items, string? Next) : IPage;

/// <summary>The cohort in figures.</summary>
/// <param name="Learners">How many are in the cohort, those withdrawn too.</param>
/// <param name="Active">Who is under way.</param>
/// <param name="Withdrawn">Who has left before the end.</param>
/// <param name="Completed">Who has completed every unit.</param>
/// <param name="OnTrack">Who keeps pace with the cohort.</param>
/// <param name="Behind">Who is somewhat behind it.</param>
/// <param name="AtRisk">Who is far behind it, or silent.</param>
/// <param name="AwaitingReview">How many reflections wait for a review.</param>
/// <param name="CompletionPercent">Completed units in percent of all units of learners who have not withdrawn, rounded down.</param>
public sealed record ProgressSummary(
    int Learners, int Active, int Withdrawn, int Completed, int OnTrack, int Behind, int AtRisk, int AwaitingReview, int CompletionPercent,
    TransferCount Transfer)
{
    /// <summary>Learners whose row cannot be read: they are in no list and in no other figure but what is said of transfer.</summary>
    public int Unreadable { get; init; }
}

/// <summary>One learner in figures.</summary>
/// <param name="ReflectionsAccepted">How many reflections were accepted.</param>
/// <param name="ReflectionsTotal">How many reflections the curriculum asks for.</param>
/// <param name="StatusReason">Why the status is as it is, in a sentence; null where there is nothing to say.</param>
public sealed record LearnerProgress(
    Guid EnrolmentId, LearnerName Learner, int UnitsCompleted, int UnitsTotal, int ReflectionsAccepted, int ReflectionsTotal,
    DateTime? LastActivityAt,
    PaceStatus Status, string StatusReason, TransferCount Transfer);

/// <summary>One learner as a row of a spreadsheet.</summary>
internal sealed record ProgressRow(
    Guid EnrolmentId, Guid LearnerId, string LearnerName, int UnitsCompleted, int UnitsTotal, int ReflectionsAccepted, int ReflectionsTotal,
    DateTime? LastActivityAt,
    string Status, string StatusReason, int? TransferNumerator, int? TransferDenominator, double? TransferRate)
{
    public static ProgressRow Of(LearnerProgress p) => new(
        p.EnrolmentId, p.Learner.Id, p.Learner.Name, p.UnitsCompleted, p.UnitsTotal, p.ReflectionsAccepted, p.ReflectionsTotal,
        p.LastActivityAt,
        EnumNames.NameOf(p.Status), p.StatusReason, p.Transfer.Numerator, p.Transfer.Denominator, p.Transfer.Rate);
}

/// <summary>A learner as staff see them.</summary>
public sealed record LearnerName(Guid Id, string Name);

/// <summary>
/// Skills applied within thirty days, of those whose time is over; the rate is null while there are none, or too few people to show.
/// </summary>
/// <param name="Reason">Why there is no rate.</param>
public sealed record TransferCount(int? Numerator, int? Denominator, double? Rate, string? Reason)
{
    public static TransferCount Of(int numerator, int denominator) =>
        denominator == 0
            ? new(0, 0, null, TransferFigures.NoneMatured)
            : new(numerator, denominator, (double)numerator / denominator, null);

    public static readonly TransferCount Suppressed = new(null, null, null, Suppression.TooFew);
}

internal sealed class GetCohortProgressValidator : AbstractValidator<GetCohortProgress>
{
    public GetCohortProgressValidator()
    {
        this.RuleForPaging();
        RuleFor(x => x.Status).MustBeOneOf<GetCohortProgress, PaceStatus>();
        RuleFor(x => x.Sort).Must(s => s is null or "name").WithMessage("The only order is name.");
    }
}

internal sealed class GetCohortProgressHandler(
    LearningDb db, Caller caller, CurriculumLibrary library, ProgressSummaryCache summaries, TimeProvider clock,
    ILogger<GetCohortProgress> log)
    : IRequestHandler<GetCohortProgress, CohortProgress>
{
    public Task<CohortProgress> Handle(GetCohortProgress request, CancellationToken cancellationToken) =>
        db.Cohorts.Where(c => c.Id == request.CohortId).NamingDamagedAsync(
            c => c.Id, some => some.AsNoTracking().ToListAsync(cancellationToken), () => Read(request, cancellationToken),
            cancellationToken);

    private async Task<CohortProgress> Read(GetCohortProgress request, CancellationToken cancellationToken)
    {
        var found = await db.Cohorts.AsNoTracking().CountedBy(caller, db).Where(c => c.Id == request.CohortId)
            .Select(c => new { Cohort = c, IsStaff = c.Staff.Any(m => m.PersonId == caller.PersonId) })
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw new NotFoundException("cohort");
        var (cohort, teaches) = (found.Cohort, caller.IsProgramAdmin || found.IsStaff);
        var group = new CountedGroup(
            db.Enrolments.AsNoTracking().Where(e => e.CohortId == cohort.Id), db.Opportunities.Where(o => o.CohortId == cohort.Id),
            db.Reflections.Where(r => r.CohortId == cohort.Id));
        if (!teaches) group = group.Only(group.Enrolments.CountedBy(caller, db));
        try
        {
            return await Read(request, cohort, group, teaches, unreadable: 0, cancellationToken);
        }
        catch (Exception e) when (e.IsOfOneRow())
        {
            var damaged = await group.Enrolments.FindDamagedAsync(
                one => one.Id, some => some.ToListAsync(cancellationToken), log.LeavesOut("enrolment"), cancellationToken);
            if (damaged.Count == 0) throw;
            group = group with { Enrolments = group.Enrolments.Where(one => !damaged.Contains(one.Id)) };
            return await Read(request, cohort, group, teaches, damaged.Count, cancellationToken);
        }
    }

    private async Task<CohortProgress> Read(
        GetCohortProgress request, Cohort cohort, CountedGroup group, bool teaches, int unreadable, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow();
        var pace = new PaceQuery(await library.Of(db, cohort, cancellationToken), cohort, now);
        async Task<ProgressSummary> Count() => await Summary(
            group, pace, now, teaches ? null : await Released(cohort.Id, now, cancellationToken), cancellationToken) with
        { Unreadable = unreadable };
        var summary = teaches ? await summaries.Of(cohort.Id, Count) : await Count();

        var enrolments = group.Enrolments;
        if (EnumNames.TryParse<PaceStatus>(request.Status, out var status)) enrolments = enrolments.Where(pace.Is(status));
        var inScope = TransferOpportunity.IsInScope(now);
        var rows = await enrolments.PageBy(request, e => e.LearnerSortName, e => e.Id)
            .Select(e => new
            {
                Enrolment = e,
                Matured = db.Opportunities.Where(inScope).Count(o => o.EnrolmentId == e.Id),
                Transferred = db.Opportunities.Where(inScope).Count(o => o.EnrolmentId == e.Id && o.Transferred30),
            }).ToListAsync(cancellationToken);
        var page = rows.ToPage(request, r => (r.Enrolment.LearnerSortName, r.Enrolment.Id));
        var items = page.Items.Select(r =>
        {
            var e = r.Enrolment;
            var (itsStatus, reason) = pace.Of(e);
            return new LearnerProgress(
                e.Id, new(e.PersonId, e.LearnerName), e.UnitsCompleted, e.UnitsTotal, e.ReflectionsAccepted, e.ReflectionsTotal,
                e.LastActivityAt, itsStatus, reason,
                teaches ? TransferCount.Of(r.Transferred, r.Matured) : TransferCount.Suppressed);
        });
        return new(summary, [.. items], page.Next);
    }

    /// <summary>What may be shown of a cohort's transfer to somebody who does not teach it.</summary>
    private async Task<TransferCount> Released(Guid cohortId, DateTime now, CancellationToken ct)
    {
        var policy = await db.VisibleTransfer(caller, now, ct);
        if (policy.Cohort(cohortId) is not { } released) return TransferCount.Suppressed;
        var (transferred, matured) = policy.CountOf(cohortId, released);
        return TransferCount.Of(transferred, matured);
    }

    private async Task<ProgressSummary> Summary(
        CountedGroup group, PaceQuery pace, DateTime now, TransferCount? released, CancellationToken ct)
    {
        var inScope = group.Opportunities.Where(TransferOpportunity.IsInScope(now));
        var awaited = group.Enrolments.OfPresent(db);
        var waiting = group.Reflections.Where(r => r.PurgedAt == null
            && (r.Status == ReflectionStatus.Submitted || r.Status == ReflectionStatus.InReview)
            && awaited.Any(e => e.Id == r.EnrolmentId));
        // Few groups however many learners: the domain's own rule then says what each group is. What is counted over all stands in each
        // row, and is counted once.
        var groups = await group.Enrolments
            .GroupBy(pace.With((e, expected, isSilent) =>
                new { e.Status, e.UnitsCompleted, e.UnitsTotal, Expected = expected, IsSilent = isSilent }))
            .Select(g => new
            {
                g.Key.Status,
                g.Key.UnitsCompleted,
                g.Key.UnitsTotal,
                g.Key.Expected,
                g.Key.IsSilent,
                Learners = g.Count(),
                Matured = inScope.Count(),
                Transferred = inScope.Count(o => o.Transferred30),
                Waiting = waiting.Count(),
            }).ToListAsync(ct);
        var byPace = groups
            .ToLookup(g => Pace.Of(g.Status, g.UnitsCompleted, g.UnitsTotal, g.Expected, g.IsSilent ? Pace.SilentDays : 0).Status,
                g => g.Learners);
        var present = groups.Where(g => g.Status != EnrolmentStatus.Withdrawn).ToList();
        var units = present.Sum(g => (long)g.UnitsTotal * g.Learners);
        var learners = groups.Sum(g => g.Learners);
        var all = groups.Count > 0 ? groups[0] : null;
        return new(
            learners,
            groups.Where(g => g.Status == EnrolmentStatus.Active).Sum(g => g.Learners),
            byPace[PaceStatus.Withdrawn].Sum(),
            byPace[PaceStatus.Completed].Sum(),
            byPace[PaceStatus.OnTrack].Sum(),
            byPace[PaceStatus.Behind].Sum(),
            byPace[PaceStatus.AtRisk].Sum(),
            all?.Waiting ?? 0,
            units == 0 ? 0 : (int)(100 * present.Sum(g => (long)g.UnitsCompleted * g.Learners) / units),
            released ?? TransferCount.Of(all?.Transferred ?? 0, all?.Matured ?? 0));
    }

    /// <summary>Whom a summary is about, with what is counted of them.</summary>
    private sealed record CountedGroup(
        IQueryable<Enrolment> Enrolments, IQueryable<TransferOpportunity> Opportunities, IQueryable<Reflection> Reflections)
    {
        /// <summary>Looked up learner by learner, which counting a whole cohort does without.</summary>
        public CountedGroup Only(IQueryable<Enrolment> counted) => new(
            counted,
            Opportunities.Where(o => counted.Any(e => e.Id == o.EnrolmentId)),
            Reflections.Where(r => counted.Any(e => e.Id == r.EnrolmentId)));
    }
}

/// <summary>
/// The domain's rule of pace as conditions that the database can check; a test holds the two together. Who joined late is expected to have
/// done what their own first weeks ask for.
/// </summary>
internal sealed class PaceQuery
{
    private readonly Curriculum curriculum;
    private readonly Cohort cohort;
    private readonly DateTime now;
    private readonly TimeZoneInfo zone;
    private readonly DateTime startedAt;
    private readonly Expression<Func<Enrolment, int>> expected;
    private readonly Expression<Func<Enrolment, bool>> isSilent;

    public PaceQuery(Curriculum curriculum, Cohort cohort, DateTime now)
    {
        (this.curriculum, this.cohort, this.now, zone) = (curriculum, cohort, now, Zones.Find(cohort.TimeZone));
        startedAt = Zones.ToUtc(cohort.StartsOn.ToDateTime(TimeOnly.MinValue), zone);
        expected = ExpectedOf(Steps());
        // Nobody is silent before they can have begun.
        var silentSince = now.AddDays(-Pace.SilentDays);
        var hasBegun = startedAt <= silentSince;
        isSilent = e => hasBegun && (e.LastActivityAt ?? e.EnrolledAt) <= silentSince
            && (e.ResumedAt == null || e.ResumedAt <= silentSince);
    }

    /// <summary>The pace of one learner.</summary>
    public Pace Of(Enrolment e)
    {
        var firstDay = Pace.FirstDay(cohort.StartsOn, Zones.LocalDate(e.EnrolledAt, zone));
        DateTime[] moments = [e.LastActivityAt ?? e.EnrolledAt, e.ResumedAt ?? e.EnrolledAt, startedAt];
        return Pace.Of(e.Status, e.UnitsCompleted, e.UnitsTotal, Pace.Expected(curriculum, firstDay, cohort.Today(now)),
            Math.Max(0, (int)(now - moments.Max()).TotalDays));
    }

    public Expression<Func<Enrolment, bool>> Is(PaceStatus status) => status switch
    {
        PaceStatus.Withdrawn => e => e.Status == EnrolmentStatus.Withdrawn,
        PaceStatus.Completed => e => e.Status == EnrolmentStatus.Completed,
        PaceStatus.AtRisk => With((e, due, silent) => e.Status == EnrolmentStatus.Active
            && (e.UnitsCompleted <= due - Pace.AtRiskBy || (e.UnitsCompleted < due && silent))),
        PaceStatus.Behind => With((e, due, silent) => e.Status == EnrolmentStatus.Active
            && e.UnitsCompleted > due - Pace.AtRiskBy && e.UnitsCompleted <= due - Pace.BehindBy && !silent),
        _ => With((e, due, silent) => e.Status == EnrolmentStatus.Active
            && (e.UnitsCompleted >= due || (e.UnitsCompleted > due - Pace.BehindBy && !silent))),
    };

    /// <summary>An expression of an enrolment, of the units that are expected of it, and of whether it has been silent for long.</summary>
    public Expression<Func<Enrolment, T>> With<T>(Expression<Func<Enrolment, int, bool, T>> of)
    {
        var enrolment = of.Parameters[0];
        var replacing = new ReplacingExpressionVisitor(
            [of.Parameters[1], of.Parameters[2]], [Body(expected, enrolment), Body(isSilent, enrolment)]);
        return Expression.Lambda<Func<Enrolment, T>>(replacing.Visit(of.Body), enrolment);
    }

    private static Expression Body<T>(Expression<Func<Enrolment, T>> of, ParameterExpression enrolment) =>
        ReplacingExpressionVisitor.Replace(of.Parameters[0], enrolment, of.Body);

    /// <summary>What is expected of those who joined before a moment, from the earliest on; of all others nothing is yet.</summary>
    private List<Step> Steps()
    {
        var today = cohort.Today(now);
        int After(int weeks) => Pace.Expected(curriculum, today.AddDays(-7 * weeks), today);
        var steps = new List<Step>();
        for (var weeks = Math.Min((today.DayNumber - cohort.StartsOn.DayNumber) / 7, curriculum.Modules.Max(m => m.LastWeek)); weeks > 0;
            weeks--)
        {
            if (After(weeks) == After(weeks - 1)) continue;
            var lastDay = today.AddDays(-7 * weeks);
            steps.Add(new(Zones.ToUtc(lastDay.AddDays(1).ToDateTime(TimeOnly.MinValue), zone), After(weeks)));
        }

        return steps;
    }

    private static Expression<Func<Enrolment, int>> ExpectedOf(IReadOnlyList<Step> steps)
    {
        Expression<Func<Enrolment, DateTime>> enrolledAt = e => e.EnrolledAt;
        Expression value = Expression.Constant(0);
        // Read from objects, as the values of a lambda are: the database then sees parameters, and one statement.
        foreach (var step in steps.Reverse().Select(s => Expression.Constant(s)))
            value = Expression.Condition(
                Expression.LessThan(enrolledAt.Body, Expression.Property(step, nameof(Step.JoinedBefore))),
                Expression.Property(step, nameof(Step.Expected)), value);
        return Expression.Lambda<Func<Enrolment, int>>(value, enrolledAt.Parameters);
    }

    private sealed record Step(DateTime JoinedBefore, int Expected);
}
